// Which columns a select comes to. Source: `collect_fields`, `take!` and `subquery_select` of Ecto.Query.Planner

import type { ResolvedSchema } from '../../ecto/resolve.js';
import {
  fieldAt,
  type Node,
  type PreloadedJoin,
  type SelectPair,
  type SelectSpec,
  type Take,
  type TakenField,
} from './nodes.js';
import { childrenOf, type Planned, type Planning, type Source, sourceAt, typeIn } from './planned.js';
import { hasParams, mergedPairs } from './selects.js';
import { columnOf, loadedFields } from './tables.js';
import { anyType, base, type EctoType } from './types.js';
import { unsupported } from './unsupported.js';

/** A column of the result. */
export interface OutField {
  /** What stands behind AS; `null` where nothing does. */
  readonly name: string | null;
  readonly value: Node | SourceColumn;
}

/** A column by its own name, rather than by a field. */
export interface SourceColumn {
  readonly kind: 'column';
  readonly index: number;
  readonly column: string;
}

interface Collected {
  readonly fields: OutField[];
  /** What is selected of the first source, which stands before all else. */
  from: OutField[] | null;
}

/** @param named whether every column gets a name: that of its key */
export function collectSelect(
  planning: Planning,
  { expr, take }: SelectSpec,
  keepLiterals: boolean,
  named: boolean,
): readonly OutField[] {
  const collecting: Collecting = { planning, take, keepLiterals };
  const collected: Collected = { fields: [], from: null };
  collect(collecting, expr, collected, noKeys);
  const { plan } = planning;
  const joins = sortedJoins(plan.preloadedJoins);
  if (collected.from === null) {
    if (plan.preloads || joins.length > 0) {
      unsupported('Ecto wants the first source to be selected where something is preloaded', plan.span);
    }
  } else {
    const first = take.get(0);
    const preloaded = preloadedFields(collecting, joins, first?.kind ?? 'any', first?.fields ?? []);
    collected.fields.unshift(...collected.from, ...preloaded);
  }
  if (!named) return collected.fields;
  if (expr.kind !== 'map' || expr.pairs.length !== collected.fields.length) {
    return unsupported('what a subquery selects is not read', plan.span);
  }
  return collected.fields.map(({ name, value }, index) => ({
    name: name ?? expr.pairs[index]?.key ?? null,
    value,
  }));
}

interface Collecting {
  readonly planning: Planning;
  readonly take: ReadonlyMap<number, Take>;
  readonly keepLiterals: boolean;
}

const noKeys: ReadonlySet<string> = new Set();

/** Gives whether it is the first source, or something made of it. */
function collect(collecting: Collecting, node: Node, into: Collected, without: ReadonlySet<string>): boolean {
  const { keepLiterals } = collecting;
  switch (node.kind) {
    case 'merge': {
      if (!collect(collecting, node.left, into, noKeys)) {
        collect(collecting, node.right, into, noKeys);
        return false;
      }
      const right: Collected = { fields: [], from: into.from };
      collect(collecting, node.right, right, noKeys);
      into.from = [...(into.from ?? []), ...right.fields];
      return true;
    }
    case 'source': {
      if (node.index !== 0) {
        into.fields.push(...fieldsOf(collecting, node.index, without));
        return false;
      }
      into.from ??= [...fieldsOf(collecting, 0, without)];
      return true;
    }
    case 'tuple':
    case 'list':
      for (const item of node.items) collect(collecting, item, into, noKeys);
      return false;
    case 'map':
      collectPairs(collecting, node.pairs, into);
      return false;
    case 'updated': {
      const keys = new Set(node.pairs.flatMap(({ key }) => key ?? []));
      collect(collecting, node.data, into, keys);
      collectPairs(collecting, node.pairs, into);
      return false;
    }
    case 'null':
      if (keepLiterals) into.fields.push({ name: null, value: node });
      return false;
    case 'literal':
      if (keepLiterals && node.literal.type !== 'atom') into.fields.push({ name: null, value: node });
      return false;
    case 'named':
      into.fields.push({ name: node.name, value: node.value });
      return false;
    default:
      if (hasSelectNodes(node)) unsupported('what is selected is not read');
      into.fields.push({ name: null, value: node });
      return false;
  }
}

function hasSelectNodes(node: Node): boolean {
  return childrenOf(node).some(
    (child) =>
      child.kind === 'map' || child.kind === 'updated' || child.kind === 'merge' || hasSelectNodes(child),
  );
}

function collectPairs(collecting: Collecting, pairs: readonly SelectPair[], into: Collected): void {
  for (const { keyNode, value } of pairs) {
    if (keyNode !== null) collect(collecting, keyNode, into, noKeys);
    collect(collecting, value, into, noKeys);
  }
}

/** The columns that a source is selected by. */
function fieldsOf(
  { planning, take }: Collecting,
  index: number,
  without: ReadonlySet<string>,
): readonly OutField[] {
  const source = sourceAt(planning, index);
  return taken(source, take.get(index) ?? null, index, without);
}

function taken(
  source: Source,
  take: Take | null,
  index: number,
  without: ReadonlySet<string>,
): readonly OutField[] {
  const column = (name: string): OutField => ({ name: null, value: { kind: 'column', index, column: name } });
  const names = takenNames(source, take).filter((name) => source.kind !== 'table' || !without.has(name));
  if (take !== null && take.fields.length === 0) unsupported('no field is selected');
  if (source.kind !== 'table' || source.schema === null) return names.map(column);
  const { schema } = source;
  return names.map((name) => column(columnOf(schema, name)));
}

function takenNames(source: Source, take: Take | null): readonly string[] {
  if (take !== null) {
    if (
      take.kind === 'struct' &&
      (source.kind === 'fragment' || (source.kind === 'table' && source.schema === null))
    ) {
      unsupported('struct/2 in a select wants a schema');
    }
    const { fields } = take;
    const names = fields.filter((field) => typeof field === 'string');
    if (source.kind !== 'table' && names.length < fields.length)
      unsupported('fields of an association are taken of a subquery');
    return names;
  }
  if (source.kind === 'subquery') return [...source.of.types.keys()];
  if (source.kind === 'fragment')
    return unsupported('all of a fragment cannot be selected: name its columns');
  if (source.schema === null) return unsupported('all of a table without a schema cannot be selected');
  return loadedFields(source.schema);
}

/** Maps have their keys in order. */
function sortedJoins(joins: readonly PreloadedJoin[]): readonly PreloadedJoin[] {
  const byName = new Map<string, PreloadedJoin>();
  for (const join of joins) {
    const known = byName.get(join.association);
    if (known !== undefined && known.index !== join.index)
      unsupported(`${join.association} is preloaded twice`);
    byName.set(join.association, { ...join, children: [...join.children, ...(known?.children ?? [])] });
  }
  return [...byName.values()].sort((a, b) => (a.association < b.association ? -1 : 1));
}

function preloadedFields(
  collecting: Collecting,
  joins: readonly PreloadedJoin[],
  kind: Take['kind'],
  fields: readonly TakenField[],
): readonly OutField[] {
  return joins.flatMap(({ association, index, children }) => {
    const source = sourceAt(collecting.planning, index);
    if (source.kind === 'fragment' || (source.kind === 'table' && source.schema === null)) {
      unsupported(`${association} is preloaded from what has no schema`);
    }
    const own = fields.find((field) => typeof field !== 'string' && field.association === association);
    const inner = own === undefined || typeof own === 'string' ? null : own.fields;
    return [
      ...taken(source, inner === null ? null : { kind, fields: inner }, index, noKeys),
      ...preloadedFields(collecting, sortedJoins(children), kind, inner ?? []),
    ];
  });
}

/**
 * The select of a subquery as a map, so that each of its columns has a name.
 *
 * @param isSource whether it is read as a source: a single value has a name only elsewhere
 */
export function rewrittenForSubquery(
  planning: Planning,
  { expr, take }: SelectSpec,
  isSource: boolean,
): Node {
  const found = subqueryPairs(planning, expr, take);
  if (found === null) {
    if (isSource)
      return unsupported('Ecto wants a subquery to select a source, a field or a map', planning.plan.span);
    return { kind: 'map', struct: null, pairs: [{ key: 'result', keyNode: null, value: expr }] };
  }
  const node: Node = { kind: 'map', struct: found.schema, pairs: found.pairs };
  const order = (one: Node) => JSON.stringify(paramsIn(one));
  // What is moved or left out is counted where it was.
  if (hasParams(expr) && order(node) !== order(expr))
    unsupported('parameters of a subquery change their order');
  return node;
}

function paramsIn(node: Node): readonly unknown[] {
  if (node.kind === 'param') return [node.param];
  if (node.kind === 'subquery') return ['subquery'];
  return childrenOf(node).flatMap(paramsIn);
}

interface SubqueryPairs {
  /** The module of the schema or struct that it gives. */
  readonly schema: string | null;
  readonly pairs: readonly SelectPair[];
}

function subqueryPairs(planning: Planning, node: Node, take: SelectSpec['take']): SubqueryPairs | null {
  switch (node.kind) {
    case 'merge': {
      const left = subqueryPairs(planning, node.left, take);
      const right = subqueryPairs(planning, node.right, take);
      if (left === null || right === null) return unsupported('Ecto refuses this merge in a subquery');
      return { schema: left.schema ?? right.schema, pairs: mergedPairs(left.pairs, right.pairs) };
    }
    case 'map':
      checkPairs(node.pairs);
      return { schema: node.struct, pairs: node.pairs };
    case 'updated': {
      if (node.data.kind !== 'source') return null;
      checkPairs(node.pairs);
      const source = sourcePairs(planning, node.data.index, take);
      const kept = source.pairs.filter(({ key }) => !node.pairs.some((pair) => pair.key === key));
      return { schema: source.schema, pairs: [...kept, ...node.pairs] };
    }
    case 'source':
      return sourcePairs(planning, node.index, take);
    case 'field':
      return node.of.kind === 'at'
        ? { schema: null, pairs: [{ key: node.field, keyNode: null, value: node }] }
        : null;
    default:
      return null;
  }
}

function checkPairs(pairs: readonly SelectPair[]): void {
  for (const { key, value } of pairs) {
    const isContainer = /^(?:tuple|list|map|updated|source|merge)$/.test(value.kind);
    const isAtom = value.kind === 'literal' && value.literal.type === 'atom';
    if (key === null || isContainer || isAtom)
      unsupported('Ecto refuses such a value in the map of a subquery');
  }
}

function sourcePairs(planning: Planning, index: number, take: SelectSpec['take']): SubqueryPairs {
  const source = sourceAt(planning, index);
  if (source.kind === 'fragment' || (source.kind === 'table' && source.schema === null && !take.has(index))) {
    return unsupported('all of what has no schema cannot be selected');
  }
  const pairs = takenNames(source, take.get(index) ?? null).map(
    (name): SelectPair => ({ key: name, keyNode: null, value: fieldAt(index, name) }),
  );
  const schema = source.kind === 'table' ? source.schema : source.of.schema;
  return { schema: take.get(index)?.kind === 'map' ? null : (schema?.module ?? null), pairs };
}

/** Names and types of what a planned subquery gives. */
export function typesOfPairs(inner: Planned): {
  readonly types: ReadonlyMap<string, EctoType>;
  readonly schema: ResolvedSchema | null;
} {
  const { selectExpr, schemas } = inner;
  if (selectExpr?.kind !== 'map') return { types: new Map(), schema: null };
  const types = selectExpr.pairs.map(({ key, value }): readonly [string, EctoType] => {
    const name = value.kind === 'named' ? value.name : (key ?? '');
    return [name, typeOfNode(inner, value.kind === 'named' ? value.value : value)];
  });
  const schema = selectExpr.struct === null ? null : (schemas.get(selectExpr.struct) ?? null);
  return { types: new Map(types), schema };
}

const COUNTS: ReadonlySet<string> = new Set(['count', 'row_number', 'rank', 'dense_rank', 'ntile']);
const OF_ARGUMENT: ReadonlySet<string> = new Set(
  'avg sum min max first_value last_value nth_value lag lead'.split(' '),
);

/** The type that Ecto loads a selected value as. */
function typeOfNode(at: Planned, node: Node): EctoType {
  switch (node.kind) {
    case 'field':
      return typeIn(at, node);
    case 'typed':
      return typeIn(at, node.type);
    case 'bytes':
      return base('binary');
    case 'literal':
      return base(node.literal.type === 'string' ? 'binary' : node.literal.type);
    case 'filter':
    case 'over':
      return typeOfNode(at, node.call);
    case 'in':
      return anyType;
    case 'interval':
      return typeOfNode(at, node.base);
    case 'call': {
      const [first, second] = node.args;
      if (/^(?:not|is_nil|[<>]=?|[=!]=|and|or|i?like)$/.test(node.name)) return base('boolean');
      if (node.name === 'coalesce' && first !== undefined && second !== undefined) {
        const [left, right] = [typeOfNode(at, first), typeOfNode(at, second)];
        return JSON.stringify(left) === JSON.stringify(right) ? left : anyType;
      }
      if (first?.kind !== 'field' || first.of.kind !== 'at') return anyType;
      if (COUNTS.has(node.name)) return base('integer');
      return OF_ARGUMENT.has(node.name) ? typeOfNode(at, first) : anyType;
    }
    default:
      return anyType;
  }
}
