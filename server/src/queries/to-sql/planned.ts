// A query whose sources are known: joins of associations are written out, subqueries are planned, what is selected is a list
// of columns. Source: Ecto.Query.Planner

import type { Association } from '../../ecto/model.js';
import type { ResolvedSchema } from '../../ecto/resolve.js';
import {
  call,
  conjunction,
  type FieldRef,
  type Filter,
  fieldAt,
  type JoinSpec,
  type Node,
  type Ordered,
  type Plan,
  type Quoted,
  type SelectPair,
  type SourceRef,
  type SourceSpec,
  type WindowSpec,
} from './nodes.js';
import { collectSelect, type OutField, rewrittenForSubquery, typesOfPairs } from './select-fields.js';
import {
  associationCondition,
  associationNamed,
  columnOfField,
  joinKeysOf,
  keysOf,
  ownPrefix,
  storedField,
} from './tables.js';
import { anyType, type EctoType, typeOfField } from './types.js';
import { Unsupported, unsupported } from './unsupported.js';

export type Source =
  | {
      readonly kind: 'table';
      readonly table: string;
      readonly schema: ResolvedSchema | null;
      readonly prefix: string | null;
    }
  | { readonly kind: 'fragment'; readonly fragment: Node }
  | { readonly kind: 'subquery'; readonly of: PlannedSubquery };

export interface PlannedJoin {
  readonly qualifier: string;
  readonly index: number;
  readonly on: Node | null;
}

export interface PlannedSubquery {
  readonly planned: Planned;
  /** Names of its columns with their types. */
  readonly types: ReadonlyMap<string, EctoType>;
  /** The schema whose rows it gives. */
  readonly schema: ResolvedSchema | null;
}

export interface PlannedCte {
  readonly name: string;
  readonly materialized: boolean | null;
  readonly operation: 'all' | 'update_all' | 'delete_all';
  readonly of: Planned | Node;
}

export type Operation = 'all' | 'update_all' | 'delete_all';

export interface Planned {
  readonly plan: Plan;
  readonly schemas: ReadonlyMap<string, ResolvedSchema>;
  readonly operation: Operation;
  readonly parent: Planned | null;
  readonly sources: readonly Source[];
  readonly joins: readonly PlannedJoin[];
  readonly ctes: readonly PlannedCte[];
  readonly combinations: readonly { readonly operator: string; readonly planned: Planned }[];
  /** Of subqueries in expressions. */
  readonly subqueries: ReadonlyMap<Plan, PlannedSubquery>;
  /** What is selected, as it was written; parameters count in it. */
  readonly selectExpr: Node | null;
  /** `null` where nothing is given back. */
  readonly fields: readonly OutField[] | null;
}

/** While it is planned. */
export interface Planning extends Omit<Planned, 'selectExpr' | 'fields'> {
  sources: Source[];
  selectExpr: Node | null;
  fields: readonly OutField[] | null;
  joins: PlannedJoin[];
  ctes: PlannedCte[];
  combinations: { operator: string; planned: Planned }[];
  readonly subqueries: Map<Plan, PlannedSubquery>;
  readonly cteNames: ReadonlySet<string>;
}

export interface PlanOptions {
  readonly schemas: ReadonlyMap<string, ResolvedSchema>;
  readonly operation: Operation;
  readonly parent: Planned | null;
  readonly cteNames: ReadonlySet<string>;
  /**
   * How its select counts: `literals` are kept where queries are combined; a subquery gives named columns, of which one that is a
   * source must have names of its own; in a condition they stay without.
   */
  readonly select: 'plain' | 'literals' | 'source' | 'named' | 'unnamed';
}

export function planned(plan: Plan, options: PlanOptions): Planned {
  const { schemas, operation, parent, select } = options;
  const cteNames = new Set([...options.cteNames]);
  const planning: Planning = {
    plan,
    operation,
    parent,
    sources: [],
    joins: [],
    ctes: [],
    combinations: [],
    subqueries: new Map(),
    selectExpr: null,
    fields: null,
    schemas,
    cteNames,
  };
  refuseOperation(plan, operation);
  for (const { name, of, materialized, operation: inner } of plan.ctes) {
    const isQuery = 'source' in of;
    if (isQuery) cteNames.add(name);
    planning.ctes.push({
      name,
      materialized,
      operation: inner,
      of: isQuery ? plannedCte(planning, of, inner) : of,
    });
  }
  planning.sources.push(sourceOf(planning, plan.source, plan.sourcePrefix, plan.prefix, true));
  planJoins(planning);
  for (const combination of plan.combinations) {
    combination.plan.prefix ??= plan.prefix;
    const inner = planned(combination.plan, {
      schemas,
      operation: 'all',
      parent,
      cteNames,
      select: 'literals',
    });
    planning.combinations.push({ operator: combination.operator, planned: inner });
  }
  const all = [...nodesOf(plan, planning.joins)];
  for (const { node, kind } of all) planSubqueries(planning, node, kind);
  // What an expression names must be there.
  for (const { node } of all) checkFields(planning, node);
  planSelect(planning, select);
  return planning;
}

function plannedCte(planning: Planning, plan: Plan, operation: Operation): Planned {
  plan.prefix ??= planning.plan.prefix;
  if (operation !== 'all' && plan.updates.some(({ value }) => holdsParam(value))) {
    unsupported('Ecto does not count the values of an update in a common table expression');
  }
  return planned(plan, {
    schemas: planning.schemas,
    operation,
    parent: planning,
    cteNames: planning.cteNames,
    select: 'source',
  });
}

function holdsParam(node: unknown): boolean {
  return JSON.stringify(node).includes('"kind":"param"');
}

/** Source: `assert_only_filter_expressions!`, `assert_update!`, `assert_no_update!` */
function refuseOperation(plan: Plan, operation: Operation): void {
  if (operation !== 'update_all' && plan.updates.length > 0)
    unsupported(`${operation} takes no update`, plan.span);
  if (operation === 'all') return;
  const {
    orderBys,
    limit,
    offset,
    groupBys,
    havings,
    preloads,
    preloadedJoins,
    distinct,
    lock,
    windows,
    combinations,
  } = plan;
  const lists = [orderBys, groupBys, havings, preloadedJoins, windows, combinations];
  const others = limit !== null || offset !== null || preloads || distinct !== null || lock !== null;
  if (others || lists.some(({ length }) => length > 0)) {
    unsupported(`Ecto refuses ${operation} of a query with more than conditions and joins`, plan.span);
  }
  if (plan.source.kind === 'subquery') unsupported(`Ecto refuses ${operation} of a subquery`, plan.span);
  if (operation === 'delete_all') return;
  const names = plan.updates.map(({ field }) => field);
  if (names.length === 0) unsupported('update_all updates nothing', plan.span);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) unsupported(`the field ${twice} is updated twice`, plan.span);
  for (const name of names) {
    const isFixed =
      plan.source.kind === 'schema' && storedField(plan.source.schema, name).notUpdatable === true;
    if (isFixed) unsupported(`the field ${name} is not updatable`, plan.span);
  }
}

/** @param isFrom whether it is the first source: the schema's own prefix is in `prefix` then */
function sourceOf(
  planning: Planning,
  spec: SourceSpec,
  prefix: string | null,
  queryPrefix: string | null,
  isFrom: boolean,
): Source {
  switch (spec.kind) {
    case 'schema': {
      const isGiven = prefix !== null || (spec.explicit && !isFrom);
      const own = isGiven ? prefix : ownPrefix(spec.schema);
      const isCte = planning.cteNames.has(spec.table);
      return {
        kind: 'table',
        table: spec.table,
        schema: spec.schema,
        prefix: own ?? (isCte ? null : queryPrefix),
      };
    }
    case 'table': {
      const isCte = planning.cteNames.has(spec.table);
      return {
        kind: 'table',
        table: spec.table,
        schema: null,
        prefix: prefix ?? (isCte ? null : queryPrefix),
      };
    }
    case 'fragment':
      if (prefix !== null) unsupported('Ecto refuses a prefix for a fragment');
      return { kind: 'fragment', fragment: spec.fragment };
    case 'subquery':
      return { kind: 'subquery', of: subquery(planning, spec.plan, prefix, 'source') };
    default:
      return unsupported('a source is not read');
  }
}

/** Source: `plan_subquery` */
function subquery(
  planning: Planning,
  plan: Plan,
  prefix: string | null,
  select: PlanOptions['select'],
): PlannedSubquery {
  if (plan.preloads || plan.preloadedJoins.length > 0)
    unsupported('Ecto refuses preload in a subquery', plan.span);
  plan.prefix = prefix ?? plan.prefix ?? planning.plan.prefix;
  const { schemas, cteNames } = planning;
  const inner = planned(plan, { schemas, operation: 'all', parent: planning, cteNames, select });
  return { planned: inner, ...typesOfPairs(inner) };
}

function planJoins(planning: Planning): void {
  const { plan, sources } = planning;
  const tail: Source[] = [];
  let offset = plan.joins.length;
  for (const [at, join] of plan.joins.entries()) {
    const position = at + 1;
    if (join.source.kind === 'association') {
      const chain = associationJoins(planning, join.source.of, join.source.name, join.span);
      const last = chain.length;
      const of = join.source.of;
      const placed = (index: number) => (index === 0 ? of : index === last ? position : index + offset);
      for (const [step, { source, on }] of chain.entries()) {
        const index = step + 1;
        const moved = on === null ? null : movedSources(on, placed);
        const own = index === last ? conjunction('and', moved, join.on) : moved;
        const found = sourceOf(planning, source, join.prefix, plan.prefix, false);
        planning.joins.push({ qualifier: join.qualifier, index: placed(index), on: own });
        if (index === last) sources.push(found);
        else tail.push(found);
      }
      offset += last - 1;
    } else {
      planning.joins.push(plainJoin(planning, join, position));
    }
  }
  sources.push(...tail);
}

function plainJoin(planning: Planning, join: JoinSpec, index: number): PlannedJoin {
  const { source, qualifier, prefix, on } = join;
  const { sources, plan } = planning;
  if (source.kind !== 'query') {
    sources.push(sourceOf(planning, source, prefix, plan.prefix, false));
    return { qualifier, index, on };
  }
  const inner = source.plan;
  const {
    orderBys,
    limit,
    offset,
    groupBys,
    joins,
    havings,
    preloads,
    preloadedJoins,
    distinct,
    lock,
    wheres,
  } = inner;
  const lists = [orderBys, groupBys, joins, havings, preloadedJoins];
  const others = limit !== null || offset !== null || preloads || distinct !== null || lock !== null;
  if (others || lists.some(({ length }) => length > 0)) {
    unsupported('Ecto refuses to join a query that is more than conditions: it needs subquery()', join.span);
  }
  const { plan: own } = planning;
  sources.push(
    sourceOf(planning, inner.source, inner.sourcePrefix ?? prefix, inner.prefix ?? own.prefix, true),
  );
  const before = wheres.reduce<Node | null>(
    (left, { operator, condition }) =>
      conjunction(
        operator,
        left,
        movedSources(condition, () => index),
      ),
    null,
  );
  return { qualifier, index, on: conjunction('and', before, on) };
}

interface ChainedJoin {
  readonly source: SourceSpec;
  readonly on: Node | null;
}

/** The joins from a source, which is 0, to what hangs on it, which is the last. Source: `joins_query` of associations */
function associationJoins(
  planning: Planning,
  of: number,
  name: string,
  span: Plan['span'],
): readonly ChainedJoin[] {
  const source = planning.sources[of];
  const owner =
    source?.kind === 'table' ? source.schema : source?.kind === 'subquery' ? source.of.schema : null;
  if (owner == null) return unsupported(`without a schema there is no association ${name}`, span);
  const association = associationNamed(owner, name);
  if (association.through !== null) return throughJoins(planning, owner, association.through);
  const related = relatedSource(planning, association);
  const last = association.kind === 'many_to_many' ? 2 : 1;
  const own = (on: Node) => associationCondition(association.where, last, on, name);
  if (association.kind !== 'many_to_many') {
    const keys = keysOf(owner, association);
    return [{ source: related, on: own(call('==', fieldAt(1, keys.related), fieldAt(0, keys.owner))) }];
  }
  const { owner: toOwner, related: toRelated } = joinKeysOf(owner, association);
  const first = call('==', fieldAt(1, toOwner[0]), fieldAt(0, toOwner[1]));
  const second = call('==', fieldAt(1, toRelated[0]), fieldAt(2, toRelated[1]));
  // What is asked of the join table is tied to the last join.
  const on = associationCondition(association.joinWhere, 1, own(second), name);
  return [
    { source: throughSource(planning, association), on: first },
    { source: related, on },
  ];
}

function relatedSource({ schemas }: Planning, { module, name, table }: Association): SourceSpec {
  const schema = module === null ? undefined : schemas.get(module);
  if (schema === undefined || schema.table === null)
    return unsupported(`the schema of the association ${name} is not known`);
  return { kind: 'schema', schema, table: table ?? schema.table.name, explicit: table !== undefined };
}

function throughSource({ schemas }: Planning, { joinThrough, name }: Association): SourceSpec {
  if (joinThrough === null) return unsupported(`the join table of the association ${name} is not known`);
  if (!/^[A-Z]/.test(joinThrough)) return { kind: 'table', table: joinThrough };
  const schema = schemas.get(joinThrough);
  if (schema === undefined || schema.table === null)
    return unsupported(`the join table of the association ${name} is not known`);
  return { kind: 'schema', schema, table: schema.table.name, explicit: false };
}

interface Relation {
  readonly source: SourceSpec;
  in: string | null;
  out: string | null;
  readonly association: Association | null;
  readonly where: Association['where'];
}

/** Source: `chain_through` of Ecto.Association */
function throughJoins(
  planning: Planning,
  owner: ResolvedSchema,
  names: readonly string[],
): readonly ChainedJoin[] {
  const { schemas } = planning;
  const start: Relation = {
    source: { kind: 'schema', schema: owner, table: owner.table?.name ?? '', explicit: false },
    in: null,
    out: null,
    association: null,
    where: undefined,
  };
  const relations: Relation[] = [start];
  let at = owner;
  for (const name of flattened(planning, owner, names)) {
    const association = associationNamed(at, name);
    const related = association.module === null ? undefined : schemas.get(association.module);
    if (related === undefined || related.table === null)
      return unsupported(`the schema of the association ${name} is not known`);
    const before = relations.at(-1) ?? start;
    const source: SourceSpec = {
      kind: 'schema',
      schema: related,
      table: related.table.name,
      explicit: false,
    };
    if (association.kind === 'many_to_many') {
      const { owner: toOwner, related: toRelated } = joinKeysOf(at, association);
      before.out = toOwner[1];
      relations.push(
        {
          source: throughSource(planning, association),
          in: toOwner[0],
          out: toRelated[0],
          association,
          where: association.joinWhere,
        },
        { source, in: toRelated[1], out: null, association, where: association.where },
      );
    } else {
      const keys = keysOf(at, association);
      before.out = keys.owner;
      relations.push({ source, in: keys.related, out: null, association, where: association.where });
    }
    at = related;
  }
  const kept = relations.filter(
    ({ in: inKey, out, where }, index) => index === 0 || inKey !== out || isAsked(where),
  );
  return kept.slice(1).map(({ source, in: inKey, association, where }, index): ChainedJoin => {
    const before = kept[index];
    if (before?.out == null || inKey === null) return unsupported('a chain of associations is not read');
    const on = call('==', fieldAt(index, before.out), fieldAt(index + 1, inKey));
    return { source, on: associationCondition(where, index + 1, on, association?.name ?? '') };
  });
}

function isAsked(where: Association['where']): boolean {
  return where !== undefined && !(where?.kind === 'list' && where.items.length === 0);
}

function flattened(
  { schemas }: Planning,
  owner: ResolvedSchema,
  names: readonly string[],
): readonly string[] {
  const found: string[] = [];
  let at = owner;
  const walk = (chain: readonly string[], depth: number) => {
    if (depth > 10) unsupported('a chain of associations does not end');
    for (const name of chain) {
      const association = associationNamed(at, name);
      if (association.through !== null) {
        walk(association.through, depth + 1);
        continue;
      }
      found.push(name);
      const next = association.module === null ? undefined : schemas.get(association.module);
      at = next ?? unsupported(`the schema of the association ${name} is not known`);
    }
  };
  walk(names, 0);
  return found;
}

/** The expression with other positions. */
function movedSources(node: Node, to: (index: number) => number): Node {
  return moved(node, to) as Node;
}

function moved(value: unknown, to: (index: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, to));
  if (typeof value !== 'object' || value === null) return value;
  const node = value as { readonly kind?: unknown; readonly index?: number };
  // A subquery has positions of its own.
  if (node.kind === 'subquery') return value;
  if ((node.kind === 'at' || node.kind === 'source') && node.index !== undefined) {
    return { ...node, index: to(node.index) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, moved(part, to)]));
}

export type ClauseKind = 'where' | 'select' | 'other';

/** Every expression of the query but what is selected, with its clause, and what fragments read from. */
function* nodesOf(
  plan: Plan,
  joins: readonly PlannedJoin[],
): Iterable<{ readonly node: Node; readonly kind: ClauseKind }> {
  const filters = (list: readonly Filter[]) => list.map(({ condition }) => condition);
  const ordered = (list: readonly Ordered[]) => list.map(({ by }) => by);
  if (plan.select !== null) yield { node: plan.select.expr, kind: 'select' };
  if (Array.isArray(plan.distinct)) for (const node of ordered(plan.distinct)) yield { node, kind: 'other' };
  for (const { on } of joins) if (on !== null) yield { node: on, kind: 'other' };
  for (const node of filters(plan.wheres)) yield { node, kind: 'where' };
  for (const node of plan.groupBys.flat()) yield { node, kind: 'other' };
  for (const node of filters(plan.havings)) yield { node, kind: 'other' };
  for (const { spec } of plan.windows) for (const node of nodesOfWindow(spec)) yield { node, kind: 'other' };
  for (const node of plan.orderBys.flatMap(ordered)) yield { node, kind: 'other' };
  for (const { value } of plan.updates) yield { node: value, kind: 'other' };
  if (plan.limit !== null) yield { node: plan.limit, kind: 'other' };
  if (plan.offset !== null) yield { node: plan.offset, kind: 'other' };
  if (plan.lock !== null && typeof plan.lock !== 'string') yield { node: plan.lock, kind: 'other' };
}

export function nodesOfWindow({ partitionBy, orderBy, frame }: WindowSpec): readonly Node[] {
  return [...(partitionBy ?? []), ...(orderBy ?? []).map(({ by }) => by), ...(frame === null ? [] : [frame])];
}

/** The expressions in an expression, in their order; those of subqueries are not looked into. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'typed':
      return [node.value];
    case 'call':
      return node.args;
    case 'in':
      return [node.left, node.right];
    case 'list':
    case 'tuple':
      return node.items;
    case 'fragment':
      return node.parts.filter((part) => typeof part !== 'string');
    case 'interval':
      return [node.base, node.count];
    case 'json':
      return [node.field, ...node.path.filter((part): part is FieldRef => typeof part === 'object')];
    case 'filter':
      return [node.call, node.condition];
    case 'over':
      return [node.call, ...(typeof node.window === 'string' ? [] : nodesOfWindow(node.window))];
    case 'map':
      return node.pairs.flatMap(pairNodes);
    case 'updated':
      return [node.data, ...node.pairs.flatMap(pairNodes)];
    case 'merge':
      return [node.left, node.right];
    case 'named':
      return [node.value];
    default:
      return [];
  }
}

function pairNodes({ keyNode, value }: SelectPair): readonly Node[] {
  return keyNode === null ? [value] : [keyNode, value];
}

function planSubqueries(planning: Planning, node: Node, kind: ClauseKind): void {
  if (node.kind === 'subquery') {
    planning.subqueries.set(
      node.plan,
      subquery(planning, node.plan, null, kind === 'where' ? 'unnamed' : 'named'),
    );
  }
  for (const child of childrenOf(node)) planSubqueries(planning, child, kind);
  const of =
    node.kind === 'call' && /^(?:any|all)$/.test(node.name)
      ? node.args[0]
      : node.kind === 'in'
        ? node.right
        : null;
  if (of?.kind !== 'subquery') return;
  if (planning.subqueries.get(of.plan)?.planned.fields?.length !== 1) {
    unsupported('Ecto wants a subquery of one column there', of.plan.span);
  }
}

function checkFields(planning: Planning, node: Node): void {
  if (node.kind === 'field') columnIn(planning, node);
  else if (node.kind === 'source') sourceAt(planning, node.index);
  else if (node.kind === 'selected-as') checkName(planning, node.name);
  for (const child of childrenOf(node)) checkFields(planning, child);
}

function checkName({ plan }: Planning, name: string): void {
  const isNamed = (node: Node): boolean =>
    (node.kind === 'named' && node.name === name) || childrenOf(node).some(isNamed);
  if (plan.select === null || !isNamed(plan.select.expr))
    unsupported(`nothing is selected as :${name}`, plan.span);
}

export interface Found {
  readonly planned: Planned;
  readonly index: number;
}

/** Which source of which query is meant. */
export function resolved(at: Planned, ref: SourceRef): Found {
  if (ref.kind === 'at') return { planned: at, index: ref.index };
  const { name } = ref;
  if (ref.kind === 'as') {
    const index = at.plan.names.get(name);
    return index === undefined ? unsupported(`there is no binding named :${name}`) : { planned: at, index };
  }
  for (let parent = at.parent; parent !== null; parent = parent.parent) {
    const index = parent.plan.names.get(name);
    if (index !== undefined) return { planned: parent, index };
  }
  return unsupported(`there is no binding named :${name} around it`);
}

export function sourceAt({ sources }: Planned, index: number): Source {
  return sources[index] ?? unsupported('a binding is not there');
}

/** The column that a field is in the text. */
export function columnIn(at: Planned, { of, field, span }: FieldRef): string {
  const found = resolved(at, of);
  const source = sourceAt(found.planned, found.index);
  try {
    if (source.kind === 'table') {
      return source.schema === null ? field : columnOfField(source.schema, storedField(source.schema, field));
    }
    if (source.kind === 'subquery' && !source.of.types.has(field))
      unsupported(`the subquery has no field ${field}`);
    return field;
  } catch (error) {
    if (error instanceof Unsupported && error.at === null) unsupported(error.reason, span);
    throw error;
  }
}

/** The type that is meant by one that is written in a query. */
export function typeIn(at: Planned, type: Quoted): EctoType {
  switch (type.kind) {
    case 'field': {
      const found = resolved(at, type.of);
      const source = sourceAt(found.planned, found.index);
      if (source.kind === 'fragment') return anyType;
      if (source.kind === 'subquery') return source.of.types.get(type.field) ?? anyType;
      return source.schema === null ? anyType : typeOfField(storedField(source.schema, type.field));
    }
    case 'list-of':
      return { kind: 'array', of: typeIn(at, type.of) };
    case 'element-of': {
      const of = typeIn(at, type.of);
      if (of.kind === 'array') return of.of;
      return of.kind === 'any' ? of : unsupported('Ecto wants a list there');
    }
    case 'tuple':
      return anyType;
    default:
      return type;
  }
}

function planSelect(planning: Planning, how: PlanOptions['select']): void {
  const { plan, operation, combinations } = planning;
  const isSubquery = how !== 'plain' && how !== 'literals';
  // What update_all and delete_all give back is only what is asked for.
  if (plan.select === null && operation !== 'all' && !isSubquery) return;
  if (plan.select === null && plan.source.kind !== 'schema' && plan.source.kind !== 'subquery') {
    unsupported('a query without a schema needs a select', plan.span);
  }
  const spec = plan.select ?? { expr: { kind: 'source', index: 0, span: null } as Node, take: new Map() };
  const expr = isSubquery ? rewrittenForSubquery(planning, spec, how === 'source') : spec.expr;
  planning.selectExpr = expr;
  const keep = how !== 'plain' || combinations.length > 0;
  planning.fields = collectSelect(planning, { expr, take: spec.take }, keep, isSubquery && how !== 'unnamed');
}
