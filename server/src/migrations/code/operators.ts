// Operators of SQL on values, with three-valued logic and a fourth answer: not known.

import { callFunction, patternFrom } from './functions.js';
import {
  compared,
  concatenated,
  equal,
  isObject,
  isUnknown,
  list,
  not,
  reasonOf,
  textOf,
  truthOf,
  type Unknown,
  unknown,
  type Value,
} from './values.js';

export type Truth = boolean | null | Unknown;

/** The largest or the smallest. */
export function best(values: readonly Value[], sign: 1 | -1): Value {
  let chosen: Value = null;
  for (const value of values) {
    const order = chosen === null ? 1 : compared(value, chosen);
    if (order !== null && typeof order !== 'number') return order;
    if (chosen === null || (order ?? 0) * sign > 0) chosen = value;
  }
  return chosen;
}

/** `'{a,b}'::text[]` */
export function toList(value: Value): Value {
  if (typeof value !== 'string') return value;
  if (!/^\{[^{}"\\]*\}$/.test(value)) return unknown('an array is not read');
  const inside = value.slice(1, -1);
  return list(
    inside === '' ? [] : inside.split(',').map((item) => (item.trim() === 'NULL' ? null : item.trim())),
  );
}

export function nullTest(value: Value, wantsNull: boolean): Truth {
  if (isUnknown(value)) return unknown(value.reason);
  return (value === null) === wantsNull;
}

export function booleanTest(value: Truth, test: string): Truth {
  if (isObject(value)) return value;
  switch (test) {
    case 'IS_NOT_TRUE':
      return value !== true;
    case 'IS_FALSE':
      return value === false;
    case 'IS_NOT_FALSE':
      return value !== false;
    case 'IS_UNKNOWN':
      return value === null;
    case 'IS_NOT_UNKNOWN':
      return value !== null;
    default:
      return value === true;
  }
}

export function anyOf(values: readonly Value[]): Truth {
  const truths = values.map(truthOf);
  return (
    truths.find((one) => one === true) ?? truths.find(isObject) ?? truths.find((one) => one === null) ?? false
  );
}

export function allOfThem(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.find(isObject) ?? (truths.includes(null) ? null : true);
}

export function among(value: Value, values: readonly Value[]): Truth {
  return anyOf(values.map((one) => equal(value, one)));
}

export function binary(sign: string, a: Value, b: Value): Value {
  switch (sign) {
    case '=':
      return equal(a, b);
    case '<>':
      return not(equal(a, b));
    case '<':
    case '>':
    case '<=':
    case '>=': {
      const order = compared(a, b);
      if (typeof order !== 'number') return order;
      return sign === '<' ? order < 0 : sign === '>' ? order > 0 : sign === '<=' ? order <= 0 : order >= 0;
    }
    case '||':
      return joinedValues(a, b);
    case '~~':
    case '~~*':
    case '!~~':
    case '!~~*':
      return like(a, b, sign);
    case '~':
    case '~*':
    case '!~':
    case '!~*':
      return matches(a, b, sign);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(sign, a, b);
    default:
      return a === null || b === null
        ? null
        : unknown(reasonOf(a) ?? reasonOf(b) ?? `the operator ${sign} is not computed`);
  }
}

function joinedValues(a: Value, b: Value): Value {
  const isList = (value: Value) => isObject(value) && value.kind === 'list';
  if (isList(a)) return callFunction(isList(b) ? 'array_cat' : 'array_append', [a, b]) ?? null;
  if (isList(b)) return callFunction('array_prepend', [a, b]) ?? null;
  const [left, right] = [textOf(a), textOf(b)];
  return left === null || right === null ? null : concatenated([left, right]);
}

function like(a: Value, b: Value, sign: string): Truth {
  if (a === null || b === null) return null;
  const reason = reasonOf(a) ?? reasonOf(b);
  if (reason !== null) return unknown(reason);
  const pattern = String(textOf(b)).replace(
    /\\(.)|([%_])|([.*+?^${}()|[\]\\/])/gs,
    (_, escaped?: string, wild?: string, special?: string) => {
      if (wild !== undefined) return wild === '%' ? '[^]*' : '[^]';
      const plain = escaped ?? special ?? '';
      return /[.*+?^${}()|[\]\\/]/.test(plain) ? `\\${plain}` : plain;
    },
  );
  const found = new RegExp(`^${pattern}$`, sign.endsWith('*') ? 'iu' : 'u').test(String(textOf(a)));
  return sign.startsWith('!') ? !found : found;
}

function matches(a: Value, b: Value, sign: string): Truth {
  if (a === null || b === null) return null;
  const reason = reasonOf(a) ?? reasonOf(b);
  if (reason !== null) return unknown(reason);
  const pattern = patternFrom(String(textOf(b)), sign.endsWith('*') ? 'i' : '');
  if (pattern === null) return unknown('a pattern is not read');
  const found = pattern.test(String(textOf(a)));
  return sign.startsWith('!') ? !found : found;
}

function arithmetic(sign: string, a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  if (typeof a !== 'number' || typeof b !== 'number')
    return unknown(reasonOf(a) ?? reasonOf(b) ?? 'it is not computed');
  switch (sign) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default: {
      if (b === 0) return unknown('a division by zero');
      const isWhole = Number.isInteger(a) && Number.isInteger(b);
      return sign === '%' ? a % b : isWhole ? Math.trunc(a / b) : a / b;
    }
  }
}
