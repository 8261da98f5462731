// Patterns and guards: what they bind, and whether a value fits them.

import type { Expr, MapLiteral } from '../../syntax/elixir/nodes.js';
import type { Building } from './building.js';
import { ELSEWHERE } from './elsewhere.js';
import { fieldOfUnknown, heldBy, structOf } from './origins.js';
import {
  entriesOf,
  isPinned,
  moduleName,
  type Scope,
  type UnknownValue,
  unknownValue,
  type Value,
} from './scope.js';

/** Gives the variables of a pattern their values, as far as the pattern is plain. */
export function bind(pattern: Expr, value: Value, scope: Scope): void {
  switch (pattern.kind) {
    case 'variable':
      if (pattern.name !== '_') scope.variables.set(pattern.name, heldBy(pattern.name, value));
      break;
    case 'binary':
      if (pattern.operator === '=') {
        const held = ofStruct(structIn(pattern.left) ?? structIn(pattern.right), value, scope);
        bind(pattern.left, held, scope);
        bind(pattern.right, held, scope);
      } else if (pattern.operator === '\\\\' || pattern.operator === '::' || pattern.operator === 'when') {
        bind(pattern.left, pattern.operator === '\\\\' ? value : unknownValue, scope);
      } else {
        bind(pattern.left, partOf(value), scope);
        bind(pattern.right, partOf(value), scope);
      }
      break;
    case 'tuple':
      pattern.items.forEach((item, index) => {
        bind(item, itemOf(value, index), scope);
      });
      break;
    case 'list':
      for (const item of pattern.items) {
        if (item.kind === 'pair') bind(item.value, fieldOf(value, keyIn(item.key), 'key'), scope);
        else bind(item, partOf(value), scope);
      }
      break;
    case 'map': {
      const held = ofStruct(structIn(pattern), value, scope);
      for (const entry of pattern.entries) {
        if (entry.kind !== 'pair') continue;
        const key = keyIn(entry.key);
        if (key !== null) compare(fieldOf(held, key, 'key'), entry.value, scope);
        bind(entry.value, fieldOf(held, key, 'key'), scope);
      }
      break;
    }
    case 'pair':
      bind(pattern.value, unknownValue, scope);
      break;
  }
}

function structIn(pattern: Expr): string | null {
  return pattern.kind === 'map' ? pattern.struct : null;
}

/** What a pattern says of a value that fits it. */
function ofStruct(struct: string | null, value: Value, scope: Scope): Value {
  if (struct === null) return value;
  const held = structOf(value);
  if (held.kind !== 'unknown' || !scope.reader.records || !/^[A-Z]/.test(struct)) return held;
  return { ...held, schema: moduleName(scope, struct) };
}

/** What stands in a tuple at that place; `{:ok, row}` and `{:ok, id}` hold what a function gives. */
function itemOf(value: Value, index: number): Value {
  if (value.kind === 'tuple') return value.items[index] ?? unknownValue;
  if (value.kind === 'unknown') return value;
  if (value.kind !== 'written' || value.expr.kind !== 'tuple') return unknownValue;
  return value.parts?.[index] ?? unknownValue;
}

/** Something in the value. */
function partOf(value: Value): Value {
  if (value.kind !== 'unknown' || value.origin === undefined) return unknownValue;
  return { kind: 'unknown', origin: value.origin };
}

export function keyIn(key: Expr): string | null {
  if (key.kind === 'atom') return key.value;
  return key.kind === 'text' ? key.value : null;
}

/** What stands under a key of a map, struct or keyword list. */
export function fieldOf(value: Value, key: string | null, how: 'dot' | 'key'): Value {
  if (key === null) return partOf(value);
  if (value.kind === 'record') return value.entries.get(key) ?? unknownValue;
  if (value.kind === 'unknown') return fieldOfUnknown(value, key, how);
  if (value.kind === 'query') return fieldOfQuery(value.building, key);
  if (value.kind !== 'written') return unknownValue;
  const entries = entriesOf(value);
  if (entries === null) return unknownValue;
  const found = entries.find(({ pair }) => keyIn(pair.key) === key);
  return found?.value ?? { kind: 'written', expr: { kind: 'atom', value: 'nil', span: value.expr.span } };
}

/** `%Ecto.Query{}` and `%Ecto.Query{from: %{source: {_table, schema}}}` for a query of a schema. */
function isQueryOfSchema({ struct, entries }: MapLiteral, value: Value, scope: Scope): boolean {
  if (value.kind !== 'query' || value.building.opaque !== null || !scope.reader.records) return false;
  if (value.building.relations[0]?.source.kind !== 'schema') return false;
  if (struct === null || moduleName(scope, struct) !== 'Ecto.Query') return false;
  return entries.every((entry) => {
    if (entry.kind !== 'pair' || keyIn(entry.key) !== 'from' || entry.value.kind !== 'map') return false;
    const [source, ...more] = entry.value.entries;
    if (source?.kind !== 'pair' || keyIn(source.key) !== 'source' || more.length > 0) return false;
    const { value: pair } = source;
    return pair.kind === 'tuple' && pair.items.every((item) => item.kind === 'variable');
  });
}

/** `query.from`, of which code asks for the schema: `%Ecto.Query{from: %{source: {_table, schema}}}`. */
function fieldOfQuery({ relations, opaque }: Building, key: string): Value {
  const source = relations[0]?.source;
  if (key !== 'from' || opaque !== null || source?.kind !== 'schema') return unknownValue;
  const schema: Value = { kind: 'written', expr: { kind: 'alias', name: source.module, span: ELSEWHERE } };
  const pair: Value = { kind: 'tuple', items: [unknownValue, schema] };
  return { kind: 'record', entries: new Map([['source', pair]]) };
}

/** Notes that a column of rows is compared with an expression, which in a pattern is `^value` or a variable that is bound twice. */
function compare(field: Value, pattern: Expr, scope: Scope): void {
  if (isPinned(pattern)) compared(field, scope.reader.evaluate(pattern.operand, scope));
}

/** Notes that two values are compared, where one of them is a column of rows. */
export function compared(left: Value, right: Value): void {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (one.kind !== 'unknown' || one.column === undefined || isOfClient(other)) continue;
    // That it is there at all says nothing.
    if (other.kind === 'written') continue;
    const { rows, name } = one.column;
    if (!rows.compared.includes(name)) rows.compared.push(name);
  }
}

function isOfClient(value: Value): boolean {
  return value.kind === 'unknown' && value.origin === 'client';
}

/** Whether a value fits; `maybe` where that is decided at run time. */
export type Fit = 'yes' | 'maybe' | 'no';

export function fitOf(pattern: Expr, value: Value, scope: Scope): Fit {
  switch (pattern.kind) {
    case 'variable':
      return 'yes';
    case 'binary':
      if (pattern.operator === '=') {
        return both(fitOf(pattern.left, value, scope), fitOf(pattern.right, value, scope));
      }
      return pattern.operator === '\\\\' ? fitOf(pattern.left, value, scope) : 'maybe';
    case 'atom':
    case 'number':
    case 'text':
      return literalFit(pattern, value, scope);
    case 'map':
      if (pattern.struct === null) return mapFit(value);
      if (isQueryOfSchema(pattern, value, scope)) return 'yes';
      return structFit(pattern.struct, value, scope);
    case 'tuple':
      return tupleFit(pattern.items, value, scope);
    case 'list':
      if (value.kind !== 'written') return value.kind === 'unknown' ? 'maybe' : 'no';
      if (value.expr.kind !== 'list') return 'no';
      if (pattern.items.length === 0) return value.expr.items.length === 0 ? 'yes' : 'no';
      return value.expr.items.length === 0 ? 'no' : 'maybe';
    case 'alias':
      if (value.kind !== 'written' || value.expr.kind !== 'alias') {
        return isLikelyOnly(value, scope) ? 'maybe' : notWritten(value);
      }
      return moduleName(scope, pattern.name) === moduleName(scope, value.expr.name) ? 'yes' : 'no';
    default:
      return 'maybe';
  }
}

function both(a: Fit, b: Fit): Fit {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
}

/** It is only likely to be what it is taken for, which is not enough for who wants to know exactly what code does. */
function isLikelyOnly(value: Value, { reader }: Scope): boolean {
  if (!reader.records) return false;
  return value.kind === 'unknown' || (value.kind === 'query' && value.building.opaque !== null);
}

function literalFit(
  pattern: Expr & { readonly kind: 'atom' | 'number' | 'text' },
  value: Value,
  scope: Scope,
): Fit {
  if (isLikelyOnly(value, scope)) return 'maybe';
  if (value.kind === 'written') {
    const { expr } = value;
    if (expr.kind !== pattern.kind) return 'no';
    if (expr.value === null || pattern.value === null) return 'maybe';
    return expr.value === pattern.value ? 'yes' : 'no';
  }
  if (pattern.kind === 'atom' && pattern.value === 'nil' && value.kind === 'unknown') {
    return value.present === true ? 'no' : 'maybe';
  }
  if (pattern.kind === 'atom' && value.kind === 'unknown' && value.isKey === true) return 'no';
  // What a function that we do not look into made of a query may be `:ok`.
  if (pattern.kind === 'atom' && pattern.value !== 'nil' && value.kind === 'query') {
    return value.building.opaque === null ? 'no' : 'maybe';
  }
  return notWritten(value);
}

function notWritten(value: Value): Fit {
  return value.kind === 'unknown' ? 'maybe' : 'no';
}

function mapFit(value: Value): Fit {
  if (value.kind === 'written') return value.expr.kind === 'map' ? 'maybe' : 'no';
  return value.kind === 'unknown' || value.kind === 'record' || value.kind === 'query' ? 'maybe' : 'no';
}

function structFit(struct: string, value: Value, scope: Scope): Fit {
  const isQuery = /(?:^|\.)Ecto\.Query$/.test(moduleName(scope, struct));
  if (value.kind === 'query') return isQuery ? 'maybe' : 'no';
  if (value.kind === 'written') return value.expr.kind === 'map' && value.expr.struct === null ? 'no' : 'no';
  if (value.kind === 'record') {
    const of = value.entries.get(STRUCT);
    if (of?.kind !== 'written' || of.expr.kind !== 'alias') return 'maybe';
    return of.expr.name === moduleName(scope, struct) ? 'yes' : 'no';
  }
  return value.kind === 'unknown' ? 'maybe' : 'no';
}

/** The key under which a record has its struct, by its full name. */
export const STRUCT = '__struct__';

function tupleFit(items: readonly Expr[], value: Value, scope: Scope): Fit {
  if (value.kind === 'written') {
    if (value.expr.kind !== 'tuple' || value.expr.items.length !== items.length) return 'no';
    const { parts = [] } = value;
    return items.map((item, index) => fitOf(item, parts[index] ?? unknownValue, scope)).reduce(both, 'yes');
  }
  if (value.kind === 'tuple') {
    if (value.items.length !== items.length) return 'no';
    return items
      .map((item, index) => fitOf(item, value.items[index] ?? unknownValue, scope))
      .reduce(both, 'yes');
  }
  return value.kind === 'unknown' ? 'maybe' : 'no';
}

/** Whether a guard holds, once the variables are bound. */
export function guardFit(guard: Expr | null, scope: Scope): Fit {
  if (guard === null) return 'yes';
  if (guard.kind === 'binary') {
    const { operator, left, right } = guard;
    if (operator === 'and') return both(guardFit(left, scope), guardFit(right, scope));
    if (operator === 'or' || operator === 'when') {
      const fits = [guardFit(left, scope), guardFit(right, scope)];
      return fits.includes('yes') ? 'yes' : fits.includes('maybe') ? 'maybe' : 'no';
    }
    if (operator === '==' || operator === '===') return equalFit(left, right, scope);
    if (operator === '!=' || operator === '!==') return negated(equalFit(left, right, scope));
    if (operator === 'in') return inFit(left, right, scope);
    return 'maybe';
  }
  if (guard.kind === 'unary' && (guard.operator === 'not' || guard.operator === '!')) {
    return negated(guardFit(guard.operand, scope));
  }
  if (guard.kind !== 'call' || guard.receiver !== null) return 'maybe';
  const [subject] = guard.args;
  if (subject === undefined) return 'maybe';
  const value = scope.reader.evaluate(subject, scope);
  return isLikelyOnly(value, scope) ? 'maybe' : kindFit(guard.name, value);
}

function negated(fit: Fit): Fit {
  return fit === 'maybe' ? fit : fit === 'yes' ? 'no' : 'yes';
}

function equalFit(left: Expr, right: Expr, scope: Scope): Fit {
  const literal = isLiteral(right) ? right : isLiteral(left) ? left : null;
  if (literal === null) return 'maybe';
  return literalFit(literal, scope.reader.evaluate(literal === right ? left : right, scope), scope);
}

function isLiteral(expr: Expr): expr is Expr & { readonly kind: 'atom' | 'number' | 'text' } {
  return expr.kind === 'atom' || expr.kind === 'number' || expr.kind === 'text';
}

function inFit(left: Expr, right: Expr, scope: Scope): Fit {
  if (right.kind !== 'list') return 'maybe';
  const value = scope.reader.evaluate(left, scope);
  const fits = right.items.map((item) => (isLiteral(item) ? literalFit(item, value, scope) : 'maybe'));
  if (fits.includes('yes')) return 'yes';
  return fits.every((fit) => fit === 'no') ? 'no' : 'maybe';
}

function kindFit(test: string, value: Value): Fit {
  const is = (fits: boolean): Fit => (fits ? 'yes' : 'no');
  const nil = value.kind === 'written' && value.expr.kind === 'atom' && value.expr.value === 'nil';
  if (test === 'is_nil') {
    if (value.kind === 'unknown') return value.present === true ? 'no' : 'maybe';
    return is(nil);
  }
  if (!/^is_(?:binary|integer|number|list|atom|map|struct|function|tuple|boolean)$/.test(test))
    return 'maybe';
  if (value.kind === 'unknown') return 'maybe';
  const kind = value.kind === 'written' ? value.expr.kind : value.kind;
  switch (test) {
    case 'is_binary':
      return is(kind === 'text');
    case 'is_integer':
    case 'is_number':
      return is(kind === 'number');
    case 'is_list':
      return is(kind === 'list');
    case 'is_atom':
      return is(kind === 'atom' || kind === 'alias');
    case 'is_boolean':
      return kind === 'atom' ? 'maybe' : 'no';
    case 'is_map':
    case 'is_struct':
      return is(kind === 'map' || kind === 'record' || kind === 'query');
    case 'is_function':
      return is(kind === 'function' || kind === 'capture' || kind === 'named-function');
    default:
      return is(kind === 'tuple');
  }
}

/** Variables that the guard says are not `nil`. */
export function presentBy(guard: Expr | null): readonly string[] {
  if (guard === null) return [];
  if (guard.kind === 'binary' && guard.operator === 'and') {
    return [...presentBy(guard.left), ...presentBy(guard.right)];
  }
  if (guard.kind === 'binary' && /^!==?$/.test(guard.operator)) {
    const { left, right } = guard;
    return left.kind === 'variable' && right.kind === 'atom' && right.value === 'nil' ? [left.name] : [];
  }
  if (guard.kind === 'unary' && /^(?:not|!)$/.test(guard.operator)) {
    const { operand } = guard;
    const isNil = operand.kind === 'call' && operand.name === 'is_nil' ? operand.args[0] : undefined;
    return isNil?.kind === 'variable' ? [isNil.name] : [];
  }
  if (guard.kind !== 'call' || !/^is_(?:binary|integer|number|list|map|struct|tuple)$/.test(guard.name))
    return [];
  const [subject] = guard.args;
  return subject?.kind === 'variable' ? [subject.name] : [];
}

export function asPresent(value: Value): Value {
  return value.kind === 'unknown' ? ({ ...value, present: true } satisfies UnknownValue) : value;
}
