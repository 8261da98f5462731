// Functions of the server that code uses to put names and statements together, for values that are known.
// https://www.postgresql.org/docs/current/functions-string.html and functions-array.html

import { quoteName } from '../../catalog/keywords.js';
import {
  concatenated,
  isObject,
  list,
  type PartialText,
  reasonOf,
  textOf,
  type Unknown,
  unknown,
  type Value,
} from './values.js';

/** `undefined` for a function that is none of these. */
export function callFunction(name: string, values: readonly Value[]): Value | undefined {
  const [only = null, how] = values;
  if (name === 'to_char' && typeof how === 'string') {
    return { ...unknown(reasonOf(only) ?? 'a time is not computed'), pattern: digitsOf(how) };
  }
  if ((name === 'lower' || name === 'upper') && isObject(only) && only.kind === 'partial') {
    const fold = (text: string) => (name === 'lower' ? text.toLowerCase() : text.toUpperCase());
    return { ...only, parts: only.parts.map((part) => (typeof part === 'string' ? fold(part) : part)) };
  }
  const known = ON_KNOWN_TEXTS[name];
  if (known !== undefined) {
    if (values.includes(null)) return null;
    const reason = values.map(reasonOf).find((one) => one !== null);
    if (reason !== undefined && reason !== null) return unknown(reason);
    return known(...(values.map((value) => (isObject(value) ? String(textOf(value)) : value)) as never[]));
  }
  return ON_ANY[name]?.(values);
}

/** What a template of to_char() for times gives; `null` where that is more than digits. */
function digitsOf(template: string): string | null {
  const source = template.replace(/HH(?:12|24)?|YYYY|IYYY|DDD|MM|DD|MI|SS|WW|IW|YY/g, (part) =>
    part.endsWith('YYYY') ? '\\d{4}' : part === 'DDD' ? '\\d{3}' : '\\d\\d',
  );
  return /^(?:\\d(?:\{\d\})?|[_-])*$/.test(source) ? source : null;
}

type Plain = string | number | boolean;

const ON_KNOWN_TEXTS: Readonly<Record<string, (...values: never[]) => Value>> = {
  lower: (text: Plain) => String(text).toLowerCase(),
  upper: (text: Plain) => String(text).toUpperCase(),
  length: (text: Plain) => [...String(text)].length,
  char_length: (text: Plain) => [...String(text)].length,
  character_length: (text: Plain) => [...String(text)].length,
  replace: (text: Plain, from: Plain, to: Plain) =>
    from === '' ? String(text) : String(text).replaceAll(String(from), String(to)),
  left: (text: Plain, count: number) => String(text).slice(0, count < 0 ? count : Math.max(0, count)),
  right: (text: Plain, count: number) =>
    count === 0 ? '' : count < 0 ? String(text).slice(-count) : String(text).slice(-count),
  repeat: (text: Plain, count: number) => String(text).repeat(Math.min(1000, Math.max(0, count))),
  split_part: (text: Plain, by: Plain, index: number) => splitPart(String(text), String(by), Number(index)),
  substr: (text: Plain, from: number, count?: number) => substring(String(text), Number(from), count),
  substring: (text: Plain, from: Plain, count?: number) =>
    typeof from === 'number'
      ? substring(String(text), from, count)
      : unknown('a part of a text is found by a pattern'),
  btrim: (text: Plain, characters?: Plain) => trimmed(String(text), characters, true, true),
  ltrim: (text: Plain, characters?: Plain) => trimmed(String(text), characters, true, false),
  rtrim: (text: Plain, characters?: Plain) => trimmed(String(text), characters, false, true),
  lpad: (text: Plain, length: number, fill?: Plain) => padded(String(text), Number(length), fill, 'left'),
  rpad: (text: Plain, length: number, fill?: Plain) => padded(String(text), Number(length), fill, 'right'),
  strpos: (text: Plain, part: Plain) => String(text).indexOf(String(part)) + 1,
  position: (text: Plain, part: Plain) => String(text).indexOf(String(part)) + 1,
  like_escape: (pattern: Plain, sign: Plain) =>
    sign === '\\' ? String(pattern) : unknown('a pattern has an escape of its own'),
  starts_with: (text: Plain, start: Plain) => String(text).startsWith(String(start)),
  reverse: (text: Plain) => [...String(text)].reverse().join(''),
  abs: (value: number) => Math.abs(Number(value)),
  mod: (a: number, b: number) => Number(a) % Number(b),
  regexp_replace: (text: Plain, pattern: Plain, to: Plain, flags?: Plain) =>
    regexpReplaced(String(text), String(pattern), String(to), flags === undefined ? '' : String(flags)),
  string_to_array: (text: Plain, by: Plain) =>
    list(by === '' ? [String(text)] : String(text).split(String(by))),
};

const ON_ANY: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  format: (values) => formatted(values),
  concat: (values) => joined(values, ''),
  concat_ws: ([by = null, ...values]) => {
    const separator = textOf(by);
    return typeof separator === 'string' ? joined(values, separator) : unknown('the separator is not known');
  },
  quote_ident: ([value = null]) => strictText(value, asName),
  quote_literal: ([value = null]) => strictText(value, asLiteral),
  quote_nullable: ([value = null]) => (value === null ? 'NULL' : strictText(value, asLiteral)),
  array_length: ([value = null]) => lengthOf(value),
  cardinality: ([value = null]) => lengthOf(value),
  array_append: ([array = null, value = null]) => appended(array, [value]),
  array_prepend: ([value = null, array = null]) =>
    isList(array) ? list([value, ...array.items]) : unknownOf(array),
  array_cat: ([array = null, other = null]) =>
    isList(other) ? appended(array, other.items) : unknownOf(other),
  array_to_string: ([array = null, by = null]) => {
    const separator = textOf(by);
    return isList(array) && typeof separator === 'string' ? joined(array.items, separator) : unknownOf(array);
  },
};

function isList(value: Value): value is Extract<Value, { readonly kind: 'list' }> {
  return isObject(value) && value.kind === 'list';
}

function unknownOf(value: Value): Value {
  return value === null ? null : unknown(reasonOf(value) ?? 'the array is not known');
}

function lengthOf(value: Value): Value {
  return isList(value) ? value.items.length : unknownOf(value);
}

function appended(array: Value, items: readonly Value[]): Value {
  if (array === null) return list(items);
  return isList(array) ? list([...array.items, ...items]) : unknownOf(array);
}

/** NULLs are left out. */
function joined(values: readonly Value[], separator: string): Value {
  const texts = values.map(textOf).filter((text) => text !== null);
  return concatenated(texts.flatMap((text, index) => (index === 0 ? [text] : [separator, text])));
}

type Text = string | Unknown | PartialText;

function strictText(value: Value, write: (text: Text) => Text): Value {
  const text = textOf(value);
  return text === null ? null : write(text);
}

function asName(text: Text): Text {
  return typeof text === 'string' ? quoteName(text) : text;
}

function asLiteral(text: Text): Text {
  if (typeof text === 'string') {
    const doubled = text.replaceAll("'", "''");
    return text.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
  }
  // Quotes around what is not known would hide that it is not.
  return text.kind === 'partial' ? unknown(reasonOf(text) ?? 'a part of it is not known') : text;
}

/** https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT, widths left out. */
function formatted([pattern = null, ...values]: readonly Value[]): Value {
  const text = textOf(pattern);
  if (text === null) return null;
  if (typeof text !== 'string') return unknown(reasonOf(text) ?? 'the format is not known');
  const parts: Text[] = [];
  let next = 0;
  let last = 0;
  for (const found of text.matchAll(/%(?:(\d+)\$)?(-?\d*)([sIL%])/g)) {
    const [whole, position, , kind] = found;
    parts.push(text.slice(last, found.index));
    last = found.index + whole.length;
    if (kind === '%') {
      parts.push('%');
      continue;
    }
    const index = position === undefined ? next : Number(position) - 1;
    next = index + 1;
    const value = textOf(values[index] ?? null);
    if (kind === 'I') parts.push(value === null ? unknown('the name is NULL') : asName(value));
    else if (kind === 'L') parts.push(value === null ? 'NULL' : asLiteral(value));
    else parts.push(value ?? '');
  }
  parts.push(text.slice(last));
  return concatenated(parts.filter((part) => part !== ''));
}

function splitPart(text: string, by: string, index: number): string {
  const parts = by === '' ? [text] : text.split(by);
  return (index < 0 ? parts.at(index) : parts[index - 1]) ?? '';
}

function substring(text: string, from: number, count: Plain | undefined): string {
  const end = count === undefined ? undefined : from - 1 + Number(count);
  return text.slice(Math.max(0, from - 1), end === undefined ? undefined : Math.max(0, end));
}

function trimmed(text: string, characters: Plain | undefined, start: boolean, end: boolean): string {
  const set = new Set(characters === undefined ? [' '] : [...String(characters)]);
  let [from, to] = [0, text.length];
  while (start && from < to && set.has(text[from] ?? '')) from++;
  while (end && to > from && set.has(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
}

function padded(text: string, length: number, fill: Plain | undefined, side: 'left' | 'right'): string {
  const size = Math.min(1000, Math.max(0, length));
  if (text.length >= size) return text.slice(0, size);
  const own = fill === undefined ? ' ' : String(fill);
  return side === 'left' ? text.padStart(size, own) : text.padEnd(size, own);
}

/** Patterns that mean the same in both dialects; `null` for all others. */
export function patternFrom(pattern: string, flags: string): RegExp | null {
  if (
    !/^[\w\s^$.*+?()[\]|{},\-/:;%'"=<>!@#&~]*$/.test(pattern.replace(/\\[dws.()[\]_\-+*?^$|{}/]/g, '')) ||
    /\(\?|\[\[|\(\*/.test(pattern)
  )
    return null;
  try {
    return new RegExp(pattern, `u${flags}`);
  } catch {
    // What is no pattern here may be one there.
    return null;
  }
}

function regexpReplaced(text: string, pattern: string, to: string, flags: string): Value {
  const own = /^[gi]*$/.test(flags) ? patternFrom(pattern, flags) : null;
  if (own === null) return unknown('a pattern is replaced in it');
  return text.replace(
    own,
    to
      .replaceAll('$', '$$$$')
      .replace(/\\([1-9&])/g, (_, group: string) => (group === '&' ? '$&' : `$${group}`)),
  );
}
