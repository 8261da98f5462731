// The macros and functions of Ecto.Query, each of which makes a query from a query.

import { type Call, type Expr, keywordsOf, type Pair } from '../../syntax/elixir/nodes.js';
import type {
  Assignment,
  Block,
  Branch,
  Condition,
  OutputColumn,
  Relation,
  RelationSource,
} from '../query.js';
import { always, both, ofEachRow } from '../query.js';
import { type Bindings, bindingsOf } from './bindings.js';
import {
  type Building,
  blockOf,
  buildingOf,
  named,
  nextAlias,
  unknownBuilding,
  withOpaque,
  withOrWhere,
  withSpan,
  withWhere,
} from './building.js';
import { aliasOf, conditionOfArgument, firstAlias, operandOf, outerOf } from './conditions.js';
import { fragmentBlock } from './fragments.js';
import {
  atomIn,
  isPinned,
  keyOfPair,
  made,
  pairsIn,
  presentScope,
  type Scope,
  use,
  type Value,
} from './scope.js';
import { selected } from './select.js';
import { buildingOfValue, sourceWritten, unseenBuilding } from './sources.js';
import { brokenSteps, presentBindings, withStep } from './steps.js';
import { subqueryBuilding } from './subqueries.js';

const JOINS: ReadonlyMap<string, Relation['join']> = new Map([
  ['join', 'inner'],
  ['inner_join', 'inner'],
  ['left_join', 'left'],
  ['right_join', 'right'],
  ['full_join', 'full'],
  ['cross_join', 'cross'],
  ['inner_lateral_join', 'inner'],
  ['left_lateral_join', 'left'],
  ['cross_lateral_join', 'cross'],
]);

/** Macros whose first argument is surely a query, even where we do not see one. */
const CERTAIN: ReadonlySet<string> = new Set([
  ...JOINS.keys(),
  'where',
  'or_where',
  'order_by',
  'group_by',
  'having',
  'or_having',
  'preload',
  'select_merge',
  'prepend_order_by',
  'with_cte',
  'recursive_ctes',
  'put_query_prefix',
]);

/** Names that other modules use as well: they count only where the argument is a query that we see. */
const LIKELY: ReadonlySet<string> = new Set([
  'select',
  'update',
  'distinct',
  'limit',
  'offset',
  'lock',
  'windows',
  'exclude',
  'first',
  'last',
  'reverse_order',
  'with_ties',
  'union',
  'union_all',
  'except',
  'except_all',
  'intersect',
  'intersect_all',
  'with_named_binding',
]);

export function isQueryMacro(name: string): boolean {
  return CERTAIN.has(name) || LIKELY.has(name);
}

/**
 * `from p in Post, where: …`; `null` when it is called with nothing.
 *
 * @param piped the query that is piped into it: `Post |> from(as: :post)`
 */
export function readFrom(scope: Scope, call: Call, piped: Value | null): Value | null {
  const [first] = call.args;
  if (piped !== null) {
    const known = buildingOfValue(scope, piped);
    return known === null ? null : fromClauses(scope, call, known, null, pairsOfFrom(call, first));
  }
  if (first === undefined) return null;
  const bound = first.kind === 'binary' && first.operator === 'in' ? first : null;
  const source = readSource(scope, bound?.right ?? first);
  const [, list] = call.args;
  // Ecto takes clauses only as they are written out: this is half typed, or a macro puts them in its place.
  const isUnread = list !== undefined && pairsIn(list) === null;
  const start = isUnread ? withOpaque(source, 'a part of `from` is no clause') : source;
  return fromClauses(scope, call, start, bound?.left ?? null, pairsOfFrom(call, list));
}

function pairsOfFrom({ keywords }: Call, list: Expr | undefined): readonly Pair[] {
  return keywords.length > 0 ? keywords : (pairsIn(list) ?? []);
}

function fromClauses(
  scope: Scope,
  call: Call,
  start: Building,
  list: Expr | null,
  pairs: readonly Pair[],
): Value {
  const reading: Reading = { building: start, list, variables: [] };
  const building = withSpan(readClauses(scope, reading, pairs), call.span);
  // Not the subquery itself, but a query of it.
  const isOfSubquery = building.steps === start.steps && start.steps?.step.kind === 'subquery';
  const recorded = isOfSubquery ? withStep(scope, building, () => ({ kind: 'from' })) : building;
  return made(scope, recorded, [start]);
}

/** What stands behind `in`, or in the place of a query: another query, a schema, a table, a fragment. */
function readSource(scope: Scope, expr: Expr): Building {
  const plain = isPinned(expr) ? expr.operand : expr;
  const value = scope.reader.evaluate(plain, scope);
  const known = buildingOfValue(scope, value);
  if (known !== null) return known;
  if (
    expr.kind === 'call' &&
    expr.receiver === null &&
    (expr.name === 'fragment' || expr.name === 'values')
  ) {
    const bindings = bindingsOf(scope, unknownBuilding('', expr.span), null);
    const building = buildingOf(madeSource(bindings, expr), expr.span, scope.frame.depth);
    return withStep(scope, building, () => ({
      kind: 'made',
      call: expr,
      bindings: presentBindings(bindings),
    }));
  }
  return unseenBuilding(scope, value, 'its source is not known here', expr.span);
}

interface Reading {
  readonly building: Building;
  /** The binding of `from`, which further joins add to. */
  readonly list: Expr | null;
  /** Variables that joins have bound, with their aliases. */
  readonly variables: readonly (readonly [string, string])[];
}

function seen(scope: Scope, { building, list, variables }: Reading): Bindings {
  const bindings = bindingsOf(scope, building, list);
  if (variables.length === 0) return bindings;
  return { ...bindings, variables: new Map([...bindings.variables, ...variables]) };
}

/** The keyword clauses of `from`, in order; `on`, `as` and others belong to the join before them. */
function readClauses(scope: Scope, start: Reading, pairs: readonly Pair[]): Building {
  let reading = start;
  let last = 0;
  pairs.forEach((pair, index) => {
    const name = keyOfPair(pair);
    if (name === null) return;
    const join = JOINS.get(name);
    if (join !== undefined) {
      const options = joinOptions(pairs.slice(index + 1));
      last = reading.building.relations.length;
      const qualifier = name === 'join' ? 'inner' : name.slice(0, -'_join'.length);
      reading = readJoin(scope, reading, pair.value, qualifier, options);
    } else if (name === 'as') {
      if (last === 0) {
        const building = nameRelation(scope, reading.building, 0, pair.value, reading === start);
        reading = {
          ...reading,
          building: clauseDone(scope, name, seen(scope, reading), pair.value, building),
        };
      }
    } else if (JOIN_OPTIONS.has(name)) {
      if (last > 0) return;
      const { building } = reading;
      reading = { ...reading, building: clauseDone(scope, name, seen(scope, reading), pair.value, building) };
    } else {
      const building = applyClause(scope, name, seen(scope, reading), pair.value, true);
      reading = { ...reading, building };
    }
  });
  return reading.building;
}

const JOIN_OPTIONS: ReadonlySet<string> = new Set(['on', 'as', 'prefix', 'hints']);

function joinOptions(following: readonly Pair[]): readonly Pair[] {
  const end = following.findIndex((pair) => !JOIN_OPTIONS.has(keyOfPair(pair) ?? ''));
  return end < 0 ? following : following.slice(0, end);
}

function nameRelation(
  scope: Scope,
  building: Building,
  position: number,
  expr: Expr,
  fresh: boolean,
): Building {
  const name = atomIn(scope, expr);
  return name === null ? building : named(building, position, name, fresh);
}

/** One join: what is joined, its variable, and its options. */
function readJoin(
  scope: Scope,
  reading: Reading,
  expr: Expr,
  qualifier: string | null,
  options: readonly Pair[],
): Reading {
  const join = JOINS.get(`${qualifier}_join`) ?? 'inner';
  const lateral = qualifier?.includes('lateral') ?? false;
  const bound = expr.kind === 'binary' && expr.operator === 'in' ? expr : null;
  const target = bound?.right ?? expr;
  const outer = seen(scope, reading);
  const source = joinSource(outer, target);
  const position = reading.building.relations.length;
  const relation: Relation = {
    alias: nextAlias(reading.building),
    source,
    join,
    lateral,
    on: always,
    span: target.span,
  };
  let building: Building = { ...reading.building, relations: [...reading.building.relations, relation] };
  for (const option of options) {
    if (keyOfPair(option) === 'as') building = nameRelation(scope, building, position, option.value, true);
  }
  const alias = building.relations[position]?.alias ?? relation.alias;
  const variable = bound?.left.kind === 'variable' ? [[bound.left.name, alias] as const] : [];
  const joined: Reading = { ...reading, building, variables: [...reading.variables, ...variable] };
  const conditions = options
    .filter((option) => keyOfPair(option) === 'on')
    .map((option) => conditionOfArgument(seen(scope, joined), option.value, alias));
  const done = withOn(building, position, conditions.reduce(both, always));
  const recorded = withStep(scope, done, () => ({
    kind: 'join',
    qualifier,
    target,
    variable: bound?.left.kind === 'variable' ? bound.left.name : null,
    options,
    bindings: presentBindings(outer),
    joined: building,
  }));
  return { ...joined, building: recorded };
}

function withOn(building: Building, position: number, on: Condition): Building {
  const relations = building.relations.map((relation, index) =>
    index === position ? { ...relation, on } : relation,
  );
  return { ...building, relations };
}

/** What a join reads. A query is read as a subquery: that its conditions move into ON changes no row. */
function joinSource(bindings: Bindings, expr: Expr): RelationSource {
  if (expr.kind === 'call' && expr.receiver === null) {
    if (expr.name === 'assoc') return associationSource(bindings, expr);
    if (expr.name === 'fragment' || expr.name === 'values') return madeSource(bindings, expr);
  }
  const written = sourceWritten(bindings.scope, expr);
  if (written !== null) return written;
  const inner = subqueryBuilding(bindings.scope, expr);
  const [only, ...more] = inner.relations;
  const plain = only !== undefined && more.length === 0 && inner.where === always && inner.opaque === null;
  const bare = inner.ctes.length === 0 && inner.branches.length === 0 && inner.output === undefined;
  if (plain && bare) return only.source;
  return { kind: 'block', block: blockOf(inner, 'select') };
}

function associationSource(bindings: Bindings, { args }: Call): RelationSource {
  const [of, name] = args;
  const alias = of === undefined ? null : aliasOf(bindings, of);
  if (name?.kind === 'atom' && alias !== null) return { kind: 'association', of: alias, name: name.value };
  return { kind: 'opaque', reason: 'which association it is, is decided at run time' };
}

/** Rows made by SQL or from a list; of values alone when they name no column. */
function madeSource(bindings: Bindings, call: Call): RelationSource {
  if (call.name === 'values') return { kind: 'values' };
  const block = fragmentBlock(bindings, call, operandOf);
  if (block !== null) return { kind: 'block', block };
  const [text, ...args] = call.args;
  const operands = args.map((arg) => operandOf(bindings, arg));
  // A fragment that selects reads tables that we do not see.
  const selects = text?.kind !== 'text' || /\bselect\b/i.test(text.content.text);
  if (!selects && operands.every(({ kind }) => kind === 'outer')) return { kind: 'values' };
  return { kind: 'opaque', reason: 'it is a fragment of SQL' };
}

/** What a clause of `from`, or the macro of the same name, does with its argument. */
function applyClause(scope: Scope, name: string, bindings: Bindings, expr: Expr, inFrom = false): Building {
  return clauseDone(scope, name, bindings, expr, clauseApplied(scope, name, bindings, expr), inFrom);
}

/** Notes that a clause has been applied. */
function clauseDone(
  scope: Scope,
  name: string,
  bindings: Bindings,
  argument: Expr,
  building: Building,
  inFrom = true,
): Building {
  return withStep(scope, building, () => ({
    kind: 'clause',
    name,
    argument,
    bindings: presentBindings(bindings),
    inFrom,
  }));
}

function clauseApplied(scope: Scope, name: string, bindings: Bindings, expr: Expr): Building {
  const { building } = bindings;
  const first = firstAlias(building);
  switch (name) {
    case 'where':
      return withWhere(building, conditionOfArgument(bindings, expr, first));
    case 'or_where':
      return withOrWhere(building, conditionOfArgument(bindings, expr, first));
    case 'select':
    case 'select_merge': {
      const { output, blocks } = selected(bindings, expr);
      const merged = name === 'select' ? output : mergedOutput(building, output);
      return { ...building, output: merged, subqueries: [...building.subqueries, ...blocks] };
    }
    case 'update':
      return {
        ...building,
        assignments: [...building.assignments, ...assignmentsIn(bindings, expr, 'expressions')],
      };
    case 'preload':
      scope.reader.preload(expr, scope);
      return building;
    case 'union':
    case 'union_all':
      return withBranch(scope, building, 'union', expr);
    case 'intersect':
    case 'intersect_all':
      return withBranch(scope, building, 'intersect', expr);
    case 'except':
    case 'except_all':
      return withBranch(scope, building, 'except', expr);
    case 'group_by':
      return { ...building, grouped: true };
    case 'lock':
      return skipsLocked(expr) ? { ...building, skipsLocked: true } : building;
    case 'having':
      return withWhere(building, ofEachRow(conditionOfArgument(bindings, expr, first)));
    case 'order_by':
    case 'prepend_order_by':
    case 'or_having':
    case 'distinct':
    case 'windows': {
      // Only what is read in them counts.
      const { blocks } = selected(bindings, expr);
      return blocks.length === 0
        ? building
        : { ...building, subqueries: [...building.subqueries, ...blocks] };
    }
    default:
      return building;
  }
}

/** `lock: "FOR UPDATE SKIP LOCKED"`, also in a fragment. */
function skipsLocked(expr: Expr): boolean {
  if (expr.kind === 'text') return /\bskip\s+locked\b/i.test(expr.value ?? '');
  return expr.kind === 'call' && expr.name === 'fragment' && expr.args.some(skipsLocked);
}

function mergedOutput({ output }: Building, more: readonly OutputColumn[] | null): Building['output'] {
  if (output === undefined || output === null || more === null)
    return output === undefined ? undefined : null;
  const names = new Set(more.map(({ name }) => name));
  return [...output.filter(({ name }) => !names.has(name)), ...more];
}

function withBranch(scope: Scope, building: Building, operator: Branch['operator'], expr: Expr): Building {
  const block = blockOf(subqueryBuilding(scope, expr), 'select');
  return { ...building, branches: [...building.branches, { operator, block }] };
}

/**
 * `[set: [title: ^title], inc: [stock: 1]]`, as `update` and `Repo.update_all` take it.
 * @param values `plain` for `Repo.update_all`, which is a function: what stands in its list are values of the program
 */
export function assignmentsIn(
  bindings: Bindings,
  expr: Expr,
  values: 'expressions' | 'plain',
): readonly Assignment[] {
  const plain = isPinned(expr) ? expr.operand : expr;
  return (pairsIn(plain) ?? []).flatMap((operation) => {
    const plainValue = isPinned(operation.value) ? operation.value.operand : operation.value;
    const set = keyOfPair(operation) === 'set';
    return (pairsIn(plainValue) ?? []).flatMap((pair) => {
      const column = keyOfPair(pair);
      if (column === null) return [];
      const value =
        set && values === 'expressions' && !isPinned(operation.value)
          ? operandOf(bindings, pair.value)
          : outerOf(bindings.scope, pair.value);
      return [{ column, value, span: pair.key.span }];
    });
  });
}

/** A macro or function of Ecto.Query that is called with its query first; `null` when it is not one that we know. */
export function applyMacro(scope: Scope, call: Call, query: Value, args: readonly Expr[]): Value | null {
  const found = buildingOfValue(scope, query);
  if (found === null && !CERTAIN.has(call.name)) return null;
  const start =
    found ??
    unseenBuilding(scope, query, 'the query comes from elsewhere', {
      ...call.nameSpan,
      end: call.nameSpan.start,
    });
  const building = macroResult(scope, call, start, args);
  return made(scope, withSpan(building, call.span), [start]);
}

function macroResult(scope: Scope, call: Call, start: Building, args: readonly Expr[]): Building {
  const join = JOINS.get(call.name);
  if (join !== undefined) return joinResult(scope, call, start, args);
  switch (call.name) {
    case 'exclude':
      return called(scope, call, args, excluded(start, args[0]));
    case 'with_cte':
      return called(scope, call, args, withCte(scope, call, start, args[0]));
    case 'recursive_ctes':
      return called(scope, call, args, { ...start, recursive: true });
    case 'first':
    case 'last':
    case 'reverse_order':
    case 'put_query_prefix':
      return called(scope, call, args, start);
    case 'with_named_binding':
      return withNamedBinding(scope, start, args);
    default:
      break;
  }
  // A binding list may stand before the argument; a keyword list without brackets is the argument.
  const pairs = call.keywords;
  const bound = pairs.length > 0 ? (args[0] ?? null) : args.length > 1 ? (args[0] ?? null) : null;
  const bindings = bindingsOf(scope, start, bound);
  const [firstPair] = pairs;
  const lastPair = pairs.at(-1);
  if (firstPair !== undefined && lastPair !== undefined) {
    const span = { start: firstPair.span.start, end: lastPair.span.end };
    return applyClause(scope, call.name, bindings, { kind: 'list', span, items: pairs });
  }
  const argument = args.at(-1);
  return argument === undefined ? start : applyClause(scope, call.name, bindings, argument);
}

/** Notes that a function of Ecto.Query has made the query. */
function called(scope: Scope, call: Call, args: readonly Expr[], building: Building): Building {
  return withStep(scope, building, () => ({ kind: 'call', call, args, scope: presentScope(scope) }));
}

/** `join(query, :left, [p], c in assoc(p, :comments), on: …)` */
function joinResult(scope: Scope, call: Call, start: Building, args: readonly Expr[]): Building {
  const [kind, ...rest] = args;
  const options = keywordsOf(call);
  const target =
    rest.find((arg) => arg.kind === 'binary' && arg.operator === 'in') ??
    rest.findLast((arg) => pairsIn(arg) === null);
  if (kind === undefined || target === undefined) return withOpaque(start, 'a join could not be read');
  const list = rest[0] === target ? null : (rest[0] ?? null);
  // What stands behind it without `on:` is the condition, as Ecto 2 has it.
  const condition = rest[rest.indexOf(target) + 1];
  const plain = condition === undefined || pairsIn(condition) !== null ? [] : [onPair(condition)];
  const qualifier = atomIn(scope, kind);
  return readJoin(scope, { building: start, list, variables: [] }, target, qualifier, [...plain, ...options])
    .building;
}

function onPair(value: Expr): Pair {
  const { span } = value;
  return { kind: 'pair', key: { kind: 'atom', value: 'on', span }, value, span };
}

function excluded(building: Building, what: Expr | undefined): Building {
  switch (what?.kind === 'atom' ? what.value : null) {
    case 'where':
      return { ...building, where: always };
    case 'select':
      return { ...building, output: undefined };
    case 'join':
    case 'inner_join':
      return { ...building, relations: building.relations.slice(0, 1) };
    case 'combinations':
      return { ...building, branches: [] };
    case 'update':
      return { ...building, assignments: [] };
    case null:
      return withOpaque(building, 'a part of it is taken away at run time');
    default:
      return building;
  }
}

function withCte(scope: Scope, call: Call, building: Building, nameExpr: Expr | undefined): Building {
  const as = keywordsOf(call).find((pair) => keyOfPair(pair) === 'as')?.value;
  if (nameExpr?.kind !== 'text' || nameExpr.value === null || as === undefined) {
    // What is recorded holds all of it.
    const reason = 'a common table expression could not be read';
    return scope.reader.records ? { ...building, opaque: reason } : withOpaque(building, reason);
  }
  const inner = subqueryBuilding(scope, as);
  const operation = keywordsOf(call).find((pair) => keyOfPair(pair) === 'operation')?.value;
  const verb: Block['verb'] =
    operation?.kind === 'atom' && /^(?:update|delete)_all$/.test(operation.value)
      ? operation.value === 'update_all'
        ? 'update'
        : 'delete'
      : 'select';
  const cte = { name: nameExpr.value, recursive: false, block: blockOf(inner, verb) };
  return { ...building, ctes: [...building.ctes, cte] };
}

/** The function is called only where the name is missing: then as here. */
function withNamedBinding(scope: Scope, start: Building, args: readonly Expr[]): Building {
  const [name, fn] = args;
  const known = name === undefined ? null : atomIn(scope, name);
  if (fn === undefined || (known !== null && start.names.has(known))) return start;
  const given: Value[] = [{ kind: 'query', building: start }];
  if (name !== undefined) given.push({ kind: 'written', expr: name });
  const result = scope.reader.call(scope.reader.evaluate(fn, scope), given);
  if (result.kind !== 'query') return withOpaque(start, 'a join is added at run time');
  use(scope, result.building);
  if (known !== null || result.building.steps === null) return result.building;
  const reason = 'a join is added where code decides so at run time';
  return { ...result.building, steps: brokenSteps(result.building.steps, reason) };
}
