// An Ecto query while it is put together: every macro gives a new one. Positions of bindings are those of its relations.

import { cover, type Span } from '../../text/span.js';
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
  type OutputColumn,
  type Relation,
  type RelationSource,
} from '../query.js';
import { transformBlock } from '../transform.js';

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
  readonly subqueries: readonly Block[];
  readonly assignments: readonly Assignment[];
  readonly opaque: string | null;
  /** All expressions that it was made by. */
  readonly span: Span;
  /** The name of its source. */
  readonly keyword: Span;
}

/** A query of one relation. */
export function buildingOf(source: RelationSource, at: Span, opaque: string | null = null): Building {
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
    subqueries: [],
    assignments: [],
    opaque,
    span: at,
    keyword: at,
  };
}

/** A query that came from somewhere that we do not look into. */
export function unknownBuilding(reason: string, at: Span): Building {
  return buildingOf({ kind: 'opaque', reason }, at, reason);
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
  return { ...building, span: cover(building.span, span) };
}

export function withOpaque(building: Building, reason: string): Building {
  return building.opaque === null ? { ...building, opaque: reason } : building;
}

/** Names a relation. Only one that nothing refers to yet takes the name as its alias. */
export function named(building: Building, position: number, name: string, fresh: boolean): Building {
  const relation = building.relations[position];
  if (relation === undefined) return building;
  const alias = fresh ? name : relation.alias;
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
  const span = cover(a.span, b.span);
  const opaque = a.opaque ?? b.opaque;
  const same = a.relations.length === shared.length && b.relations.length === shared.length;
  const alike = same && isSameList(a.branches, b.branches) && isSameList(a.ctes, b.ctes);
  if (!alike) {
    const where: Condition = { kind: 'and', of: sharedParts(a.where, b.where) };
    const reason = opaque ?? 'what it joins is decided at run time';
    return { ...a, relations: shared, where, opaque: reason, span, output: outputOf(a, b) };
  }
  return { ...a, where: eitherCondition(a.where, b.where), opaque, span, output: outputOf(a, b) };
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
