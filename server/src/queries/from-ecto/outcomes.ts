// What comes out of code that takes one of several ways, or the same way again and again.

import type { Condition } from '../query.js';
import { either, holdsAll, withOpaque, withWhere } from './building.js';
import { joined } from './origins.js';
import { made, type Scope, unknownValue, type Value } from './scope.js';
import { buildingOfValue } from './sources.js';

/** What comes out of code that gives one of these. What is no query (an error, `nil`) does not count. */
export function oneOf(values: readonly Value[], scope: Scope): Value {
  const some = values.some(({ kind }) => kind === 'query');
  const queries = some ? values.flatMap((value) => buildingOfValue(scope, value) ?? []) : [];
  const [first, ...others] = queries;
  const [only] = values;
  if (first === undefined) {
    if (values.length === 1 && only !== undefined) return only;
    return oneTupleOf(values, scope) ?? joined(values);
  }
  let building = first;
  for (const other of others) {
    const joined = either(building, other);
    // Queries of different tables stay queries of their own.
    if (joined === null) return unknownValue;
    building = joined;
  }
  const complete = values.every(({ kind }) => kind !== 'unknown');
  if (!complete) building = withOpaque(building, 'what it is, is decided at run time');
  return building === first ? { kind: 'query', building } : made(scope, building, queries);
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

/** What a loop makes of a query; one that takes conditions away or lets more rows in is taken to run. */
export function repeated(start: Value & { kind: 'query' }, results: readonly Value[], scope: Scope): Value {
  const widened = results.filter(
    (result) => result.kind === 'query' && !holdsAll(result.building.where, start.building.where),
  );
  const result = widened.length > 0 ? oneOf(widened, scope) : oneOf([start, ...results], scope);
  // What it compares is decided by the list: it may be any column.
  const opaque = results.flatMap((one) => (one.kind === 'query' ? runtimeIn(one.building.where) : []))[0];
  if (result.kind !== 'query' || opaque === undefined || runtimeIn(start.building.where).length > 0)
    return result;
  return made(scope, withWhere(result.building, opaque), [result.building]);
}

/** Conditions that may say anything, those in alternatives too. */
function runtimeIn(condition: Condition): readonly Condition[] {
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
