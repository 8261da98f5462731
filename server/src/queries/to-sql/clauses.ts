// The clauses of a query that hold expressions: conditions, orders, groups, windows, updates, preloads.

import type { Expr, Pair } from '../../syntax/elixir/nodes.js';
import { isPinned, keyOfPair, pairsIn, type Value } from '../from-ecto/scope.js';
import {
  type Context,
  firstField,
  keyIn,
  knownPairs,
  knownValue,
  nameIn,
  paramOf,
  positionOf,
  worthOf,
} from './context.js';
import { dynamicNode, expression } from './expressions.js';
import {
  call,
  conjunction,
  fieldAt,
  type Node,
  type Ordered,
  type PreloadedJoin,
  type Quoted,
  type UpdateOperator,
  type UpdateSpec,
  type WindowSpec,
} from './nodes.js';
import { base } from './types.js';
import { atRuntime, unsupported } from './unsupported.js';

/**
 * What `where`, `having` and `on` are given; `null` for a condition that Ecto leaves out, as it is always true.
 * Source: Ecto.Query.Builder.Filter
 *
 * @param of the source whose fields the keys of a keyword list are
 */
export function condition(context: Context, expr: Expr, of: number): Node | null {
  if (isPinned(expr)) return pinnedCondition(context, expr.operand, of);
  const pairs = pairsIn(expr);
  if (pairs === null) return expression(context, expr, base('boolean'));
  return all(
    pairs.map((pair) => {
      const field = fieldAt(of, keyIn(pair), pair.key.span);
      if (pair.value.kind === 'atom' && pair.value.value === 'nil') refuseNil(pair);
      return call('==', field, expression(context, pair.value, field));
    }),
  );
}

function all(conditions: readonly Node[]): Node | null {
  return conditions.reduce<Node | null>((left, right) => conjunction('and', left, right), null);
}

function refuseNil(pair: Pair): never {
  unsupported('Ecto refuses a comparison with nil: is_nil() is for that', pair.span);
}

function pinnedCondition(context: Context, operand: Expr, of: number): Node | null {
  const value = worthOf(context, operand);
  if (value.kind === 'dynamic') return dynamicNode(context, value);
  if (value.kind === 'written' && value.expr.kind === 'atom') {
    if (value.expr.value === 'true') return null;
    if (value.expr.value === 'false') {
      const literal = { type: 'boolean', value: false } as const;
      return { kind: 'literal', literal, expected: base('boolean'), span: operand.span };
    }
  }
  const entries = knownPairs(context, operand);
  if (entries === null) return atRuntime('a condition', operand);
  return keywordCondition(context, entries, of);
}

/** `where: ^[title: title]`, `Repo.get_by(Post, title: title)`: every value is a parameter. */
export function keywordCondition(
  context: Context,
  entries: readonly { readonly pair: Pair; readonly value: Value }[],
  of: number,
): Node | null {
  return all(
    entries.map(({ pair, value }) => {
      if (value.kind === 'written' && value.expr.kind === 'atom' && value.expr.value === 'nil')
        refuseNil(pair);
      if (value.kind === 'query' || value.kind === 'dynamic' || value.kind === 'dynamics') {
        unsupported('a value of a keyword list is a query', pair.span);
      }
      const field = fieldAt(of, keyIn(pair), pair.key.span);
      return call('==', field, { kind: 'param', param: paramOf(context, pair.value, field) });
    }),
  );
}

/** Source: Ecto.Query.Builder.OrderBy */
export function orders(context: Context, expr: Expr): readonly Ordered[] {
  if (isPinned(expr)) return pinnedOrders(context, expr.operand);
  const items = expr.kind === 'list' ? expr.items : [expr];
  return items.map((item): Ordered => {
    const [dir, by] =
      item.kind === 'pair'
        ? [item.key, item.value]
        : item.kind === 'tuple' && item.items.length === 2
          ? item.items
          : [];
    if (dir === undefined || by === undefined) return { direction: 'asc', by: orderedBy(context, item) };
    return { direction: directionOf(context, dir), by: orderedBy(context, by) };
  });
}

const DIRECTION = /^(?:asc|desc)(?:_nulls_(?:first|last))?$/;

function directionOf(context: Context, expr: Expr): string {
  const name = nameIn(context, expr, 'the direction');
  return DIRECTION.test(name) ? name : unsupported(`:${name} is no direction`, expr.span);
}

function orderedBy(context: Context, expr: Expr): Node {
  if (isPinned(expr)) return firstField(nameIn(context, expr, 'the field'), expr);
  if (expr.kind === 'atom') return firstField(expr.value, expr);
  return expression(context, expr);
}

/** `^[desc: :title, asc: dynamic]`, `^:title` */
function pinnedOrders(context: Context, operand: Expr): readonly Ordered[] {
  const value = worthOf(context, operand);
  if (value.kind !== 'written') return atRuntime('the order', operand);
  const { expr, parts = [] } = value;
  if (expr.kind !== 'list') return [{ direction: 'asc', by: fieldOrDynamic(context, value, operand) }];
  return expr.items.map((item, index): Ordered => {
    const part = parts[index];
    const of = part ?? atRuntime('the order', operand);
    if (item.kind !== 'pair') {
      if (item.kind === 'tuple') return atRuntime('the order', operand);
      return { direction: 'asc', by: fieldOrDynamic(context, of, operand) };
    }
    return { direction: directionOf(context, item.key), by: fieldOrDynamic(context, of, operand) };
  });
}

function fieldOrDynamic(context: Context, value: Value, operand: Expr): Node {
  if (value.kind === 'dynamic') return dynamicNode(context, value);
  if (value.kind === 'written' && value.expr.kind === 'atom') return firstField(value.expr.value, value.expr);
  return atRuntime('the field', operand);
}

/** `group_by`, `partition_by`. Source: Ecto.Query.Builder.GroupBy */
export function groups(context: Context, expr: Expr): readonly Node[] {
  if (isPinned(expr)) {
    const value = worthOf(context, expr.operand);
    if (value.kind !== 'written') return atRuntime('what it is grouped by', expr.operand);
    const { operand } = expr;
    if (value.expr.kind !== 'list') return [fieldOrDynamic(context, value, operand)];
    return value.expr.items.map((_, index) => {
      const part = value.parts?.[index];
      return part === undefined
        ? atRuntime('what it is grouped by', operand)
        : fieldOrDynamic(context, part, operand);
    });
  }
  const items = expr.kind === 'list' ? expr.items : [expr];
  return items.map((item) => orderedBy(context, item));
}

/** Source: Ecto.Query.Builder.Windows */
export function windowSpec(context: Context, pairs: readonly Pair[]): WindowSpec {
  const valueUnder = (name: string) => pairs.find((pair) => keyOfPair(pair) === name)?.value ?? null;
  const [partition, order, frame] = [valueUnder('partition_by'), valueUnder('order_by'), valueUnder('frame')];
  const known = [partition, order, frame].filter((value) => value !== null).length;
  if (known < pairs.length) unsupported('an option of a window is not read', pairs[0]?.span ?? null);
  if (frame !== null && (frame.kind !== 'call' || frame.name !== 'fragment')) {
    unsupported('the frame of a window is not read', frame.span);
  }
  return {
    partitionBy: partition === null ? null : groups(context, partition),
    orderBy: order === null ? null : orders(context, order),
    frame: frame === null ? null : expression(context, frame),
  };
}

const OPERATORS: ReadonlySet<string> = new Set(['set', 'inc', 'push', 'pull']);

/**
 * The `update` clause: what is written there comes before what is pinned. Source: Ecto.Query.Builder.Update
 */
export function updates(context: Context, expr: Expr): readonly UpdateSpec[] {
  if (isPinned(expr)) return pinnedUpdates(context, expr.operand);
  const compiled: UpdateSpec[] = [];
  const pinned: UpdateSpec[] = [];
  for (const operation of pairsIn(expr) ?? unsupported('the update is not read', expr.span)) {
    const operator = operatorOf(operation);
    if (isPinned(operation.value)) {
      pinned.push(...runtimeFields(context, operator, operation.value.operand));
      continue;
    }
    for (const pair of pairsIn(operation.value) ?? unsupported('the update is not read', operation.span)) {
      const field = keyIn(pair);
      if (isPinned(pair.value))
        pinned.push(
          runtimeField(context, operator, pair, worthOf(context, pair.value.operand), pair.value.operand),
        );
      else
        compiled.push({ operator, field, value: expression(context, pair.value, typeFor(operator, field)) });
    }
  }
  return [...compiled, ...pinned];
}

function operatorOf(pair: Pair): UpdateOperator {
  const name = keyIn(pair);
  return OPERATORS.has(name) ? (name as UpdateOperator) : unsupported(`"${name}" is no update`, pair.span);
}

function typeFor(operator: UpdateOperator, field: string): Quoted {
  const of = fieldAt(0, field);
  return operator === 'push' || operator === 'pull' ? { kind: 'element-of', of } : of;
}

/** What `Repo.update_all` is given, and `update: ^list`. */
export function pinnedUpdates(context: Context, operand: Expr): readonly UpdateSpec[] {
  const operations = knownPairs(context, operand) ?? atRuntime('the update', operand);
  return operations.flatMap(({ pair }) => runtimeFields(context, operatorOf(pair), pair.value));
}

function runtimeFields(context: Context, operator: UpdateOperator, expr: Expr): readonly UpdateSpec[] {
  const fields = knownPairs(context, expr) ?? atRuntime('the update', expr);
  return fields.map(({ pair, value }) => runtimeField(context, operator, pair, value, pair.value));
}

function runtimeField(
  context: Context,
  operator: UpdateOperator,
  pair: Pair,
  value: Value,
  expr: Expr,
): UpdateSpec {
  const field = keyIn(pair);
  if (value.kind === 'dynamic') return { operator, field, value: dynamicNode(context, value) };
  if (value.kind === 'dynamics') return atRuntime('the update', expr);
  return {
    operator,
    field,
    value: { kind: 'param', param: paramOf(context, expr, typeFor(operator, field)) },
  };
}

export interface Preloads {
  /** Whether anything is loaded by queries of its own. */
  readonly others: boolean;
  readonly joined: readonly PreloadedJoin[];
}

/** Source: Ecto.Query.Builder.Preload */
export function preloads(context: Context, expr: Expr): Preloads {
  if (isPinned(expr)) {
    const value = worthOf(context, expr.operand);
    if (value.kind === 'written' && (value.parts ?? []).some(({ kind }) => kind === 'dynamic')) {
      return atRuntime('what is preloaded', expr.operand);
    }
    return { others: true, joined: [] };
  }
  const items = expr.kind === 'list' ? expr.items : [expr];
  let others = false;
  const joined: PreloadedJoin[] = [];
  for (const item of items) {
    if (item.kind === 'list') {
      const inner = preloads(context, item);
      others ||= inner.others;
      joined.push(...inner.joined);
      continue;
    }
    const [variable, nested] =
      item.kind !== 'pair' ? [] : item.value.kind === 'tuple' ? item.value.items : [item.value];
    if (item.kind !== 'pair' || variable?.kind !== 'variable') {
      others = true;
      continue;
    }
    const children = nested === undefined ? { others: false, joined: [] } : preloads(context, nested);
    others ||= children.others;
    const association = keyOfPair(item) ?? atRuntime('what is preloaded', item);
    joined.push({
      association,
      index: positionOf(context, variable.name, variable),
      children: children.joined,
    });
  }
  return { others, joined };
}

/** `true` or `false`, also pinned; `null` for anything else. */
export function booleanIn(context: Context, expr: Expr): boolean | null {
  const value = knownValue(context, isPinned(expr) ? expr.operand : expr);
  if (value?.kind !== 'atom' || !/^(?:true|false)$/.test(value.name)) return null;
  return value.name === 'true';
}
