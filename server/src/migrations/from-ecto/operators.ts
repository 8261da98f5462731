// Operators on known values.

import type { Span } from '../../text/span.js';
import { concatenated, textFrom } from './sql-text.js';
import { isAtom, type Located, plainText, truth, type Unknown, unknown, type Value } from './values.js';

export function combined(operator: string, left: Located, right: Located): Value {
  switch (operator) {
    case '==':
    case '===':
    case '!=':
    case '!==': {
      const same = compared(left.value, right.value);
      return same === null ? unknownOf(left, right) : truth(same === operator.startsWith('='));
    }
    case '<>':
      return joinedTexts([left, right]);
    case '++':
      if (left.value.kind !== 'list' || right.value.kind !== 'list') return unknownOf(left, right);
      return { kind: 'list', items: [...left.value.items, ...right.value.items] };
    case '--':
      return without(left.value, right.value) ?? unknownOf(left, right);
    case 'in':
      return isMember(left.value, right.value) ?? unknownOf(left, right);
    case 'not in': {
      const member = isMember(left.value, right.value);
      return member === null ? unknownOf(left, right) : truth(isAtom(member, 'false'));
    }
    default:
      return calculated(operator, left.value, right.value) ?? unknownOf(left, right);
  }
}

function unknownOf(left: Located, right: Located): Unknown {
  if (left.value.kind === 'unknown') return left.value;
  return right.value.kind === 'unknown' ? right.value : unknown('it is computed');
}

/** Texts one after the other. */
export function joinedTexts(parts: readonly Located[]): Value {
  const texts = parts.map((part) => (part.value.kind === 'text' ? part.value.text : null));
  if (texts.every((text) => text === null)) return unknown('a text is computed');
  const hole = '__computed__';
  return {
    kind: 'text',
    text: concatenated(
      texts.map(
        (text, index) =>
          text ??
          textFrom(parts[index]?.span ?? { start: 0, end: 0 }, hole, [{ start: 0, end: hole.length }]),
      ),
    ),
  };
}

/** Whether two values are equal; `null` where that is not known. */
export function compared(a: Value, b: Value): boolean | null {
  if (a.kind === 'unknown' || b.kind === 'unknown') return null;
  if (a.kind !== b.kind) return false;
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'tuple' && b.kind === 'tuple')) {
    if (a.items.length !== b.items.length) return false;
    const pairs = a.items.map((item, index) => compared(item.value, b.items[index]?.value ?? unknown('')));
    return pairs.includes(false) ? false : pairs.includes(null) ? null : true;
  }
  if (a.kind === 'module' && b.kind === 'module') return a.name === b.name;
  const left = plainText(a);
  const right = plainText(b);
  return left === null || right === null ? null : left === right;
}

function isMember(value: Value, list: Value): Value | null {
  if (list.kind !== 'list') return null;
  const answers = list.items.map((item) => compared(value, item.value));
  return answers.includes(true) ? truth(true) : answers.includes(null) ? null : truth(false);
}

function without(left: Value, right: Value): Value | null {
  if (left.kind !== 'list' || right.kind !== 'list') return null;
  const items = left.items.filter(
    ({ value }) => !right.items.some((item) => compared(value, item.value) === true),
  );
  return { kind: 'list', items };
}

function calculated(operator: string, left: Value, right: Value): Value | null {
  if (left.kind !== 'number' || right.kind !== 'number') return null;
  const a = Number(left.digits);
  const b = Number(right.digits);
  switch (operator) {
    case '+':
      return number(a + b);
    case '-':
      return number(a - b);
    case '*':
      return number(a * b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    default:
      return null;
  }
}

export function number(value: number): Value {
  return { kind: 'number', digits: String(value) };
}

const LONGEST_RANGE = 1000;

/** `from..to//by` as the list of its numbers. */
export function rangeOf(from: Value, to: Value, by: Value | null, at: Span): Value {
  const numbers = [from, to, by].map((value) => (value?.kind === 'number' ? Number(value.digits) : null));
  const [first = null, last = null, written = null] = numbers;
  if (first === null || last === null || (by !== null && written === null))
    return unknown('a range is computed');
  const stride = written ?? (first <= last ? 1 : -1);
  if (stride === 0 || Math.abs((last - first) / stride) > LONGEST_RANGE) return unknown('a range is long');
  const items: Located[] = [];
  for (let value = first; stride > 0 ? value <= last : value >= last; value += stride) {
    items.push({ value: number(value), span: at });
  }
  return { kind: 'list', items };
}
