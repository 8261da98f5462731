// What comes out of code that takes one of several ways, or the same way again and again.

import type { Expr } from '../../syntax/elixir/nodes.js';
import type { Condition, RelationSource } from '../query.js';
import { either, holdsAll, withOpaque, withWhere } from './building.js';
import { joined } from './origins.js';
import {
  type DynamicsValue,
  isPinned,
  made,
  type Scope,
  type UnknownValue,
  unknownValue,
  type Value,
} from './scope.js';
import { buildingOfValue } from './sources.js';
import { brokenSteps } from './steps.js';

/** What comes out of code that gives one of these. What is no query (an error, `nil`) does not count. */
export function oneOf(values: readonly Value[], scope: Scope): Value {
  const some = values.some(({ kind }) => kind === 'query');
  const queries = some ? values.flatMap((value) => buildingOfValue(scope, value) ?? []) : [];
  const [first, ...others] = queries;
  const [only] = values;
  if (first === undefined) {
    if (values.length === 1 && only !== undefined) return only;
    return oneTupleOf(values, scope) ?? oneConditionOf(values) ?? oneSourceOf(values, joined(values), scope);
  }
  let building = first;
  for (const other of others) {
    const joined = either(building, other);
    // Queries of different tables stay queries of their own.
    if (joined === null) return oneSourceOf(values, unknownValue, scope);
    building = joined;
  }
  const complete = values.every(({ kind }) => kind !== 'unknown');
  if (!complete) building = withOpaque(building, 'what it is, is decided at run time');
  return building === first ? { kind: 'query', building } : made(scope, building, queries);
}

/** What comes out of code that gives one of several schemas, or queries of them: the value, with their names. */
function oneSourceOf(values: readonly Value[], value: UnknownValue, scope: Scope): UnknownValue {
  if (!scope.reader.records) return value;
  const names = values.map((one) => nameOf(buildingOfValue(scope, one)?.relations[0]?.source));
  const sources = [...new Set(names)].filter((name) => name !== null);
  if (names.includes(null) || sources.length < 2) return value;
  return { ...value, why: `code decides at run time whether it asks ${sources.join(' or ')}` };
}

function nameOf(source: RelationSource | undefined): string | null {
  if (source?.kind === 'schema') return source.module;
  return source?.kind === 'table' ? source.table.name : null;
}

/** What comes out of code that gives `{:ok, query}` or an error; `null` where nothing gives a query so. */
function oneTupleOf(values: readonly Value[], scope: Scope): Value | null {
  const tuples = values.flatMap((value) =>
    value.kind === 'tuple' && value.items.some(({ kind }) => kind === 'query') ? [value.items] : [],
  );
  const [first, ...others] = tuples;
  if (first === undefined || others.some(({ length }) => length !== first.length)) return null;
  const items = first.map((item, index) =>
    oneOf([item, ...others.map((other) => other[index] ?? unknownValue)], scope),
  );
  return { kind: 'tuple', items };
}

/** What comes out of code that gives one of several conditions; `null` where none of these is a `dynamic`. */
function oneConditionOf(values: readonly Value[]): DynamicsValue | null {
  if (!values.some(isDynamic)) return null;
  const flat = values.flatMap((value) =>
    value.kind === 'dynamics' && value.start === null ? value.of : [value],
  );
  const of = [...new Set(flat)].filter((value) => !isNil(value));
  return { kind: 'dynamics', of, start: null };
}

function isDynamic({ kind }: Value): boolean {
  return kind === 'dynamic' || kind === 'dynamics';
}

function isNil(value: Value): boolean {
  return value.kind === 'written' && value.expr.kind === 'atom' && value.expr.value === 'nil';
}

/** What a loop makes of a query or a condition, which it starts from. */
export function repeated(start: Value, results: readonly Value[], scope: Scope): Value {
  if (start.kind === 'query') return repeatedQuery(start, results, scope);
  const all = results.flatMap((result) => (result.kind === 'dynamics' ? result.of : [result]));
  if (!all.some(isDynamic)) return unknownValue;
  const widened = all.filter((result) => !holdsStart(result, start));
  if (widened.length > 0) return oneConditionOf(widened) ?? unknownValue;
  return { kind: 'dynamics', of: all.filter((result) => result !== start), start };
}

/** Whether a condition asks all that the other one asks: `dynamic([p], ^start and p.state == ^state)`. */
function holdsStart(result: Value, start: Value): boolean {
  if (result === start) return true;
  if (result.kind !== 'dynamic') return false;
  const { condition, scope } = result;
  const holds = (expr: Expr): boolean => {
    if (expr.kind === 'binary') return expr.operator === 'and' && (holds(expr.left) || holds(expr.right));
    if (expr.kind === 'group') return expr.items.length === 1 && expr.items.every(holds);
    if (!isPinned(expr)) return false;
    const value = scope.reader.evaluate(expr.operand, scope);
    return value === start || (value !== result && holdsStart(value, start));
  };
  return holds(condition);
}

/** One that takes conditions away or lets more rows in is taken to run. */
function repeatedQuery(start: Value & { kind: 'query' }, results: readonly Value[], scope: Scope): Value {
  const widened = results.filter(
    (result) => result.kind === 'query' && !holdsAll(result.building.where, start.building.where),
  );
  const result = unrolled(widened.length > 0 ? oneOf(widened, scope) : oneOf([start, ...results], scope));
  // What it compares is decided by the list: it may be any column.
  const opaque = results.flatMap((one) => (one.kind === 'query' ? runtimeIn(one.building.where) : []))[0];
  if (result.kind !== 'query' || opaque === undefined || runtimeIn(start.building.where).length > 0)
    return result;
  return made(scope, withWhere(result.building, opaque), [result.building]);
}

/** How often it runs is not known. */
function unrolled(value: Value): Value {
  if (value.kind !== 'query' || value.building.steps === null) return value;
  const steps = brokenSteps(value.building.steps, 'a loop decides at run time what is added to it');
  return { kind: 'query', building: { ...value.building, steps } };
}

/** Conditions that may say anything, those in alternatives too. */
export function runtimeIn(condition: Condition): readonly Condition[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'choice':
      return condition.of.flatMap(runtimeIn);
    case 'opaque':
      return condition.what === 'runtime' ? [condition] : [];
    default:
      return [];
  }
}
