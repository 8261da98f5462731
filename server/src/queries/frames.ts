// The relations of a query with what their names mean. A frame is one block as it is read in one place: a common table
// expression that is read twice has two, and each branch of a UNION has one.

import type { Column, Table } from '../catalog/catalog.js';
import { columnOf } from '../catalog/lookup.js';
import { isSystemColumn } from '../catalog/refusals/certainty.js';
import type { Key } from './closure.js';
import type { Hop, Names } from './names.js';
import {
  ALL_COLUMNS,
  type Block,
  type ColumnOperand,
  type Cte,
  type OuterOperand,
  type OutputColumn,
  PRIMARY_KEY,
  type Relation,
  type RelationSource,
} from './query.js';

/** One relation as it takes part in a query. */
export interface Place {
  readonly id: number;
  readonly frame: Frame;
  readonly relation: Relation;
  /** What it reads; for an association, the relation that it leads to. */
  readonly source: RelationSource;
  readonly table: Table | null;
  /** What a subquery, common table expression or view is made of: one frame, or one for each branch of a UNION. */
  readonly inner: readonly Frame[];
  /** For an association: how it leads here. */
  readonly path: AssociationPath | null;
  /** Columns that conditions have asked for, by their names in the database; not those of a relation inside. */
  readonly asked: Set<string>;
}

export interface AssociationPath {
  /** `null` where it starts from a row that is loaded already. */
  readonly from: Place | null;
  /** The places in between and, last, the place itself; `null` when the association is not known. */
  readonly steps: readonly { readonly place: Place; readonly from: string; readonly to: string }[] | null;
}

export interface Frame {
  readonly block: Block;
  /** Whose names it sees besides its own. */
  readonly parent: Frame | null;
  readonly places: readonly Place[];
  readonly world: World;
  readonly scope: CteScope | null;
  readonly subframes: Map<Block, readonly Frame[]>;
}

interface CteScope {
  readonly cte: Cte;
  /** The frame around the block that the WITH clause belongs to. */
  readonly around: Frame | null;
  readonly next: CteScope | null;
}

/** What the frames of one query share. */
export interface World {
  readonly names: Names;
  /** Counts places, and ends what would not end: common table expressions that read each other over and over. */
  places: number;
  /** Common table expressions whose frames are being made. */
  readonly open: Cte[];
}

const MOST_PLACES = 200;

export function worldOf(names: Names): World {
  return { names, places: 0, open: [] };
}

/**
 * The frames of a block: the block itself, then the branches whose rows come out of it too. Rows of INTERSECT are among
 * those of the first branch, and those of EXCEPT do not come out.
 */
export function framesOf(
  world: World,
  block: Block,
  parent: Frame | null,
  scope: CteScope | null,
): readonly Frame[] {
  const inside = scopeWith(block, parent, scope);
  const united = block.branches.filter(({ operator }) => operator === 'union');
  return [
    frameOf(world, block, parent, inside),
    ...united.flatMap((branch) => framesOf(world, branch.block, parent, inside)),
  ];
}

/** The frames of a subquery of the frame. */
export function subframesOf(frame: Frame, block: Block): readonly Frame[] {
  let frames = frame.subframes.get(block);
  if (frames === undefined) {
    frames = framesOf(frame.world, block, frame, frame.scope);
    frame.subframes.set(block, frames);
  }
  return frames;
}

function scopeWith(block: Block, around: Frame | null, scope: CteScope | null): CteScope | null {
  let inside = scope;
  for (const cte of block.ctes) inside = { cte, around, next: inside };
  return inside;
}

function frameOf(world: World, block: Block, parent: Frame | null, scope: CteScope | null): Frame {
  const places: Place[] = [];
  const frame: Frame = { block, parent, places, world, scope, subframes: new Map() };
  for (const relation of block.relations) places.push(placeOf(frame, relation));
  return frame;
}

function placeOf(frame: Frame, relation: Relation): Place {
  const { source } = relation;
  switch (source.kind) {
    case 'table':
    case 'schema':
      return newPlace(frame, relation, source, viewFrames(frame, source));
    case 'block':
      return newPlace(frame, relation, source, innerFrames(frame, relation, source.block));
    case 'cte':
      return newPlace(frame, relation, source, cteFrames(frame, source.name));
    case 'association':
      return associationPlace(frame, relation, source.of, source.name);
    default:
      return newPlace(frame, relation, source, []);
  }
}

function newPlace(
  frame: Frame,
  relation: Relation,
  source: RelationSource,
  inner: readonly Frame[],
  path: AssociationPath | null = null,
): Place {
  const { world } = frame;
  world.places += 1;
  const table = world.names.tableOf(source);
  return { id: world.places, frame, relation, source, table, inner, path, asked: new Set() };
}

/** What stands beside a subquery in FROM is seen by it only with LATERAL. */
function innerFrames(frame: Frame, relation: Relation, block: Block): readonly Frame[] {
  if (frame.world.places > MOST_PLACES) return [];
  return framesOf(frame.world, block, relation.lateral ? frame : frame.parent, frame.scope);
}

/** A view sees nothing of what stands around it. */
function viewFrames({ world }: Frame, source: RelationSource): readonly Frame[] {
  if (world.places > MOST_PLACES) return [];
  const block = world.names.viewOf(source);
  return block === null ? [] : framesOf(world, block, null, null);
}

function cteFrames(frame: Frame, name: string): readonly Frame[] {
  const { world } = frame;
  let scope = frame.scope;
  while (scope !== null && scope.cte.name !== name) scope = scope.next;
  if (scope === null || world.places > MOST_PLACES) return [];
  const { cte, around } = scope;
  const opened = world.open.filter((open) => open === cte).length;
  if (opened > 1) return [];
  world.open.push(cte);
  // What a recursive term reads of itself are, in the end, rows of the other term.
  const block = opened === 0 ? cte.block : { ...cte.block, branches: [] };
  const frames = framesOf(world, block, around, scope);
  world.open.pop();
  return frames;
}

function associationPlace(frame: Frame, relation: Relation, of: string | null, name: string): Place {
  const loaded = of === null ? frame.world.names.associated(name) : null;
  if (loaded !== null) {
    return newPlace(frame, relation, loaded, viewFrames(frame, loaded), { from: null, steps: [] });
  }
  const from = of === null ? null : placeNamed(frame, of);
  const hops = from === null ? null : frame.world.names.association(from.source, name);
  const last = hops?.at(-1);
  if (hops === null || last === undefined) {
    const unknown: RelationSource = { kind: 'opaque', reason: `the association ${name} is not known` };
    return newPlace(frame, relation, unknown, [], { from, steps: null });
  }
  const between = hops
    .slice(0, -1)
    .map((hop) => newPlace(frame, relation, hop.source, viewFrames(frame, hop.source)));
  const steps: { place: Place; from: string; to: string }[] = [];
  const place = newPlace(frame, relation, last.source, viewFrames(frame, last.source), { from, steps });
  hops.forEach((hop: Hop, index) => {
    steps.push({ place: between[index] ?? place, from: hop.from, to: hop.to });
  });
  return place;
}

/** What a column stands for. */
export type Meaning =
  | { readonly kind: 'key'; readonly key: Key; readonly through: readonly Place[] }
  | { readonly kind: 'outer'; readonly value: OuterOperand; readonly through: readonly Place[] };

/** `null` when no relation is found that has it. */
export function meaningOf(frame: Frame, column: ColumnOperand): Meaning | null {
  const place =
    column.alias !== null
      ? placeNamed(frame, column.alias)
      : column.maybeParameter
        ? sureOwnerOf(frame, column.column)
        : ownerOf(frame, column.column);
  if (place !== null) return columnAt(place, column.column);
  if (!column.maybeParameter) return null;
  const { column: text, span } = column;
  return { kind: 'outer', value: { kind: 'outer', source: 'parameter', text, span }, through: [] };
}

function sureOwnerOf(frame: Frame, column: string): Place | null {
  const sure = frame.places.find((place) => hasColumn(place, column) === true);
  return sure ?? (frame.parent === null ? null : sureOwnerOf(frame.parent, column));
}

/** The place of that name in the frame or around it. */
function placeNamed(frame: Frame, alias: string): Place | null {
  for (let current: Frame | null = frame; current !== null; current = current.parent) {
    const found = current.places.find((place) => place.relation.alias === alias);
    if (found !== undefined) return found;
  }
  return null;
}

/** The place that an unqualified column belongs to. Where tables are not known, the only one that may have it. */
function ownerOf(frame: Frame, column: string): Place | null {
  const { places, parent } = frame;
  const sure = places.find((place) => hasColumn(place, column) === true);
  if (sure !== undefined) return sure;
  const possible = places.filter((place) => hasColumn(place, column) === null);
  const [first] = possible.length > 0 ? possible : places;
  if (first !== undefined && (possible.length === 1 || places.length === 1)) return first;
  return parent === null ? null : ownerOf(parent, column);
}

/**
 * The column of a table that is meant; `absent` where every relation that it may belong to is a table of which all columns are known
 * and that has none of that name; `null` when it cannot be told.
 */
export function tableColumn(frame: Frame, operand: ColumnOperand): Column | 'absent' | null {
  const { alias, column, maybeParameter = false } = operand;
  if (maybeParameter || column === ALL_COLUMNS || column === PRIMARY_KEY) return null;
  if (alias !== null) {
    const place = placeNamed(frame, alias);
    return place === null ? null : columnOfTable(place, column);
  }
  let isAbsent = false;
  for (let current: Frame | null = frame; current !== null; current = current.parent) {
    for (const place of current.places) {
      // The name of a relation stands for its rows as a whole.
      const found = place.relation.alias === column ? null : columnOfTable(place, column);
      if (found !== 'absent') return found;
      isAbsent = true;
    }
  }
  return isAbsent ? 'absent' : null;
}

function columnOfTable(place: Place, name: string): Column | 'absent' | null {
  const { table } = place;
  if (table === null) return null;
  const found = columnOf(table, storedColumn(place, name));
  return found ?? (table.complete && !isSystemColumn(name) ? 'absent' : null);
}

/** `null` when it cannot be told. */
function hasColumn({ table, inner }: Place, column: string): boolean | null {
  if (table !== null) {
    return table.columns.some(({ name }) => name === column) || (table.complete ? false : null);
  }
  const output = inner[0]?.block.output ?? null;
  if (output === null) return null;
  if (output.some(({ name }) => name === column)) return true;
  return output.some(isStar) ? null : false;
}

/** The columns of a relation by the names that a query gives them; `null` when they are not all known. */
export function columnNamesOf({ table, inner }: Place): readonly string[] | null {
  if (table !== null) return table.complete ? table.columns.map(({ name }) => name) : null;
  const output = inner[0]?.block.output ?? null;
  return output === null || output.some(isStar) ? null : output.map(({ name }) => name);
}

function isStar({ name }: OutputColumn): boolean {
  return name === ALL_COLUMNS;
}

/** The column of a place by the name that the query gives it. */
export function columnAt(place: Place, column: string): Meaning {
  return storedColumnAt(place, storedColumn(place, column));
}

/** The column of a place by its name in the database. */
export function storedColumnAt(place: Place, column: string): Meaning {
  const [only, ...more] = place.inner;
  const found = only !== undefined && more.length === 0 ? outputAt(only, column) : null;
  if (found !== null) return { ...found, through: [place, ...found.through] };
  place.asked.add(column);
  return { kind: 'key', key: keyOf(place, column), through: [place] };
}

/** The column under a name of the place itself. */
export function ownKey(place: Place, field: string): Key {
  const column = storedColumn(place, field);
  place.asked.add(column);
  return keyOf(place, column);
}

/** The key of a column by its name in the database. */
export function keyOf(place: Place, column: string): Key {
  return `${place.id}.${column}`;
}

function storedColumn({ frame, source }: Place, field: string): string {
  const { names } = frame.world;
  return field === PRIMARY_KEY ? (names.keyOf(source) ?? PRIMARY_KEY) : names.columnOf(source, field);
}

/** What an output column of the frame's block is made of; `null` when that cannot be told. */
function outputAt(frame: Frame, column: string): Meaning | null {
  const output = frame.block.output ?? [];
  const named = output.find(({ name }) => name === column);
  if (named !== undefined) return meaningOfOutput(frame, named);
  for (const star of output.filter(isStar)) {
    const found = throughStar(frame, star, column);
    if (found !== null) return found;
  }
  return null;
}

/** What an output column of the frame is made of; `null` when it is computed. */
export function meaningOfOutput(frame: Frame, { from }: OutputColumn): Meaning | null {
  if (from === null) return null;
  return from.kind === 'outer' ? { kind: 'outer', value: from, through: [] } : meaningOf(frame, from);
}

function throughStar(frame: Frame, { from }: OutputColumn, column: string): Meaning | null {
  const alias = from?.kind === 'column' ? from.alias : null;
  if (alias !== null) {
    const place = placeNamed(frame, alias);
    return place === null ? null : columnAt(place, column);
  }
  const place = ownerOf({ ...frame, parent: null }, column);
  return place === null ? null : columnAt(place, column);
}

/** What a column of a UNION is in one of its branches: by its position, or by its name where a star hides positions. */
export function columnInBranch(place: Place, branch: number, column: string): Meaning | null {
  const frame = place.inner[branch];
  if (frame === undefined) return null;
  const names = place.inner[0]?.block.output ?? [];
  const position = names.findIndex(({ name }) => name === column);
  const output = frame.block.output ?? [];
  const positions =
    position >= 0 && ![names, output].some((list) => list.slice(0, position + 1).some(isStar));
  const found = output[position];
  return positions && found !== undefined ? meaningOfOutput(frame, found) : outputAt(frame, column);
}
