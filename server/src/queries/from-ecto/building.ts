// An Ecto query while it is put together: every macro gives a new one. Positions of bindings are those of its relations.

import type { Span } from '../../text/span.js';
import {
  ALL_COLUMNS,
  type Assignment,
  always,
  type Block,
  type Branch,
  both,
  type Condition,
  type Cte,
  isAlways,
  JOINS_UNKNOWN,
  type OutputColumn,
  PRIMARY_KEY,
  type Relation,
  type RelationSource,
  type Through,
} from '../query.js';
import { transformBlock } from '../transform.js';
import { coverHere } from './elsewhere.js';
import { brokenSteps, eitherSteps, type Steps } from './steps.js';

export interface Building {
  readonly relations: readonly Relation[];
  /** Aliases of the relations by their names (`as: :post`). */
  readonly names: ReadonlyMap<string, string>;
  readonly where: Condition;
  readonly ctes: readonly Cte[];
  readonly recursive: boolean;
  readonly branches: readonly Branch[];
  /** `undefined` as long as nothing is selected: all of the first relation. */
  readonly output: readonly OutputColumn[] | null | undefined;
  readonly grouped: boolean;
  /** See `Block.skipsLocked`. */
  readonly skipsLocked: boolean;
  readonly subqueries: readonly Block[];
  readonly assignments: readonly Assignment[];
  readonly opaque: string | null;
  /** All expressions that it was made by. */
  readonly span: Span;
  /** The name of its source. */
  readonly keyword: Span;
  /** How deep below the function that is read it was made first: 0 in itself. */
  readonly depth: number;
  /** The function of another module that it came through last. */
  readonly through: Through | null;
  /** Kept where the reader records; else `null`. */
  readonly steps: Steps | null;
}

/** A query of one relation. */
export function buildingOf(
  source: RelationSource,
  at: Span,
  depth: number,
  opaque: string | null = null,
): Building {
  const relation: Relation = { alias: '#0', source, join: 'from', lateral: false, on: always, span: at };
  return {
    relations: [relation],
    names: new Map(),
    where: always,
    ctes: [],
    recursive: false,
    branches: [],
    output: undefined,
    grouped: false,
    skipsLocked: false,
    subqueries: [],
    assignments: [],
    opaque,
    span: at,
    keyword: at,
    depth,
    through: null,
    steps: null,
  };
}

/** A query that came from somewhere that we do not look into. */
export function unknownBuilding(reason: string, at: Span, depth = 0): Building {
  return buildingOf({ kind: 'opaque', reason }, at, depth, reason);
}

/** The alias that the next relation gets. */
export function nextAlias({ relations }: Building): string {
  return `#${relations.length}`;
}

export function withWhere(building: Building, condition: Condition): Building {
  return { ...building, where: both(building.where, condition) };
}

/** All earlier conditions or this one: https://hexdocs.pm/ecto/Ecto.Query.html#or_where/3 */
export function withOrWhere(building: Building, condition: Condition): Building {
  const where: Condition = isAlways(building.where)
    ? condition
    : { kind: 'or', of: [building.where, condition] };
  return { ...building, where };
}

export function withSpan(building: Building, span: Span): Building {
  return { ...building, span: coverHere(building.span, span) };
}

export function withOpaque(building: Building, reason: string): Building {
  const steps = brokenSteps(building.steps, reason);
  if (building.opaque !== null) return building.steps === null ? building : { ...building, steps };
  return { ...building, opaque: reason, steps };
}

/** Names a relation. Only one that nothing refers to yet takes the name as its alias. */
export function named(building: Building, position: number, name: string, fresh: boolean): Building {
  const relation = building.relations[position];
  if (relation === undefined) return building;
  const isFree = fresh && (position > 0 || isAlways(building.where));
  const alias = isFree ? name : relation.alias;
  const relations = building.relations.map((other) => (other === relation ? { ...relation, alias } : other));
  return { ...building, relations, names: new Map(building.names).set(name, alias) };
}

/**
 * What comes out of code that makes one of two queries. Where they differ in more than their conditions, what they share,
 * and that the rest is not known. `null` when they share nothing.
 */
export function either(a: Building, b: Building): Building | null {
  if (a === b) return a;
  const shared = a.relations.filter((relation, index) => isSame(relation, b.relations[index]));
  if (shared.length === 0) return null;
  const span = coverHere(a.span, b.span);
  const depth = Math.min(a.depth, b.depth);
  const opaque = a.opaque ?? b.opaque;
  const steps = eitherSteps(a.steps, b.steps);
  const [longer, shorter] = a.relations.length >= b.relations.length ? [a, b] : [b, a];
  const joined = longer.relations.slice(shared.length);
  const added = joined.flatMap(maybeJoined);
  const same =
    Math.min(a.relations.length, b.relations.length) === shared.length &&
    shared.length + added.length === longer.relations.length;
  const alike = same && isSameList(a.branches, b.branches) && isSameList(a.ctes, b.ctes);
  if (!alike) {
    const where: Condition = { kind: 'and', of: sharedParts(a.where, b.where) };
    const reason = opaque ?? JOINS_UNKNOWN;
    return { ...a, relations: shared, where, opaque: reason, span, depth, steps, output: outputOf(a, b) };
  }
  const relations = added.length === 0 ? a.relations : [...shared, ...added];
  const { names } = longer;
  const withThem = both(longer.where, joined.map(askedOf).reduce(both, always));
  const withoutThem = both(shorter.where, added.map(isNotThere).reduce(both, always));
  return {
    ...a,
    relations,
    names,
    where: added.length === 0 ? eitherCondition(a.where, b.where) : eitherCondition(withThem, withoutThem),
    opaque,
    span,
    depth,
    steps,
    output: outputOf(a, b),
  };
}

/**
 * A relation that only some of the ways join. What it is joined by tells of its own rows alone, as in an outer join: on the other
 * ways it is not there. None where that cannot be said so: how an association ties both is not seen here.
 */
function maybeJoined(relation: Relation): readonly Relation[] {
  if (relation.join === 'left') return [relation];
  const isPlain =
    relation.join === 'cross' || (relation.join === 'inner' && relation.source.kind !== 'association');
  return isPlain ? [{ ...relation, join: 'left' }] : [];
}

/** What such a join asks of the other rows. */
function askedOf({ join, on }: Relation): Condition {
  return join === 'inner' ? on : always;
}

function isNotThere({ alias, span }: Relation): Condition {
  const operand = { kind: 'column', alias, column: PRIMARY_KEY, span } as const;
  return { kind: 'null', operand, negated: false, span };
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === 0 && b.length === 0);
}

/** The same join, or the same source written twice. */
function isSame(a: Relation, b: Relation | undefined): boolean {
  if (a === b) return true;
  return a.join === 'from' && b?.join === 'from' && a.alias === b.alias && isSameSource(a.source, b.source);
}

function isSameSource(a: RelationSource, b: RelationSource): boolean {
  if (a.kind === 'schema') return b.kind === 'schema' && a.module === b.module && a.table === b.table;
  return a.kind === 'table' && b.kind === 'table' && a.table.name === b.table.name;
}

function outputOf(a: Building, b: Building): Building['output'] {
  return a.output === b.output ? a.output : null;
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.of : [condition];
}

function sharedParts(a: Condition, b: Condition): readonly Condition[] {
  const others = new Set(partsOf(b));
  return partsOf(a).filter((part) => others.has(part));
}

/** Whether all that the second condition asks is asked by the first one too, by the very same parts. */
export function holdsAll(condition: Condition, other: Condition): boolean {
  const parts = new Set(partsOf(condition));
  return partsOf(other).every((part) => parts.has(part));
}

function eitherCondition(a: Condition, b: Condition): Condition {
  if (a === b) return a;
  const shared = sharedParts(a, b);
  const rest = (condition: Condition): Condition => {
    const of = partsOf(condition).filter((part) => !shared.includes(part));
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { kind: 'and', of };
  };
  const [left, right] = [rest(a), rest(b)];
  if (isAlways(left) && isAlways(right)) return a;
  return { kind: 'and', of: [...shared, { kind: 'choice', of: [left, right] }] };
}

/** The query as a block of that verb. A table that is called like a common table expression of the query is one. */
export function blockOf(building: Building, verb: Block['verb']): Block {
  const block = plainBlock(building, verb);
  const names = new Set(building.ctes.map(({ name }) => name));
  if (names.size === 0) return block;
  return transformBlock(block, {
    span: (span) => span,
    operand: (operand) => operand,
    relation: (relation) => asCte(relation, names),
  });
}

function plainBlock(building: Building, verb: Block['verb']): Block {
  const { relations, where, recursive, branches, grouped, subqueries, assignments, opaque, span } = building;
  const alias = relations[0]?.alias ?? null;
  const all: OutputColumn = {
    name: ALL_COLUMNS,
    from: { kind: 'column', alias, column: ALL_COLUMNS, span: building.keyword },
  };
  // What update_all and delete_all give back is only what a select asks for.
  const fallback = verb === 'select' ? [all] : null;
  const output = building.output === undefined ? fallback : building.output;
  const ctes = building.ctes.map((cte) => ({ ...cte, recursive }));
  return {
    verb,
    span,
    relations,
    where,
    ctes,
    branches,
    output,
    grouped,
    skipsLocked: building.skipsLocked,
    subqueries,
    insert: null,
    assignments,
    opaque,
  };
}

function asCte(relation: Relation, names: ReadonlySet<string>): Relation {
  const { source } = relation;
  const name = source.kind === 'table' ? source.table.name : source.kind === 'schema' ? source.table : null;
  return name !== null && names.has(name) ? { ...relation, source: { kind: 'cte', name } } : relation;
}
