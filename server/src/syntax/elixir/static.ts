// Values that can be told without running anything: literals, attributes and variables with known values, texts put together
// from them.

import { type EmbeddedText, fillHoles } from '../../text/embedded.js';
import type { Span } from '../../text/span.js';
import { type Environment, noAliases, resolveAlias } from './aliases.js';
import type { Binary, Expr, MapLiteral, Pair, Text } from './nodes.js';

export type StaticValue =
  | { readonly kind: 'atom'; readonly name: string }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'charlist'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'list'; readonly items: readonly StaticValue[] }
  | { readonly kind: 'tuple'; readonly items: readonly StaticValue[] }
  | { readonly kind: 'map'; readonly struct: string | null; readonly entries: readonly StaticEntry[] };

export interface StaticEntry {
  readonly key: StaticValue;
  readonly value: StaticValue;
}

export type Static =
  | { readonly kind: 'known'; readonly value: StaticValue }
  | {
      readonly kind: 'unknown';
      /** For people, as a clause: `the variable table is not known`. */
      readonly reason: string;
      /** The smallest expression that is not known. */
      readonly at: Span;
    };

/** What is known where an expression stands. */
export interface StaticEnvironment {
  readonly aliases?: Environment;
  readonly attributes?: ReadonlyMap<string, StaticValue>;
  readonly variables?: ReadonlyMap<string, StaticValue>;
}

/** `true`, `false` and `nil` are atoms; `[a: 1]` is a list of pairs, which are tuples, as in Elixir. */
export function staticValue(expr: Expr, environment: StaticEnvironment = {}): Static {
  switch (expr.kind) {
    case 'atom':
      return known({ kind: 'atom', name: expr.value });
    case 'number':
      return known({ kind: 'number', value: Number(expr.value) });
    case 'alias':
      return known({ kind: 'module', name: resolveAlias(expr.name, environment.aliases ?? noAliases) });
    case 'text':
      return textValue(expr, environment);
    case 'list':
      return all(expr.items, environment, (items) => ({ kind: 'list', items }));
    case 'tuple':
      return all(expr.items, environment, (items) => ({ kind: 'tuple', items }));
    case 'pair':
      return all([expr.key, expr.value], environment, (items) => ({ kind: 'tuple', items }));
    case 'map':
      return mapValue(expr, environment);
    case 'attribute':
      return lookedUp(expr.span, environment.attributes?.get(expr.name), `@${expr.name} is not known`);
    case 'variable':
      return lookedUp(expr.span, environment.variables?.get(expr.name), `${expr.name} is not known`);
    case 'unary':
      return negated(expr, environment);
    case 'binary':
      return combined(expr, environment);
    case 'call':
      return callValue(expr, environment);
    case 'group': {
      const [only] = expr.items;
      if (only !== undefined && expr.items.length === 1) return staticValue(only, environment);
      return unknown('it is computed', expr.span);
    }
    default:
      return unknown(expr.kind === 'unreadable' ? 'it is not written yet' : 'it is computed', expr.span);
  }
}

/** The attributes of a module whose values can be told, each from those before it. A later value replaces an earlier one. */
export function staticAttributes(
  attributes: readonly (Expr & { kind: 'attribute' })[],
  aliases: Environment,
): ReadonlyMap<string, StaticValue> {
  const values = new Map<string, StaticValue>();
  for (const { name, value } of attributes) {
    if (value === null) continue;
    const result = staticValue(value, { aliases, attributes: values });
    if (result.kind === 'known') values.set(name, result.value);
    else values.delete(name);
  }
  return values;
}

/** What stands in a text, with the interpolations that can be told filled in. */
export function staticContent(text: Text, environment: StaticEnvironment): EmbeddedText {
  if (text.interpolations.length === 0) return text.content;
  return fillHoles(text.content, (hole) => {
    const expr = text.interpolations[hole];
    const value = expr === undefined ? null : staticValue(expr, environment);
    return value?.kind === 'known' ? toText(value.value) : null;
  });
}

/** What `to_string` makes of a value; `null` where it raises or is not worth knowing. */
export function toText(value: StaticValue): string | null {
  switch (value.kind) {
    case 'atom':
      return value.name === 'nil' ? '' : value.name;
    case 'module':
      return `Elixir.${value.name}`;
    case 'string':
    case 'charlist':
      return value.text;
    case 'number':
      return Number.isInteger(value.value) ? String(value.value) : null;
    default:
      return null;
  }
}

/** The value under a key of a keyword list or a map with atoms as keys; `null` when there is none. */
export function entryNamed(value: StaticValue, name: string): StaticValue | null {
  for (const { key, value: found } of entriesOf(value)) {
    if (key.kind === 'atom' && key.name === name) return found;
  }
  return null;
}

/** The pairs of a keyword list or map; none for other values. */
export function entriesOf(value: StaticValue): readonly StaticEntry[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind !== 'list') return [];
  return value.items.flatMap((item): StaticEntry[] => {
    if (item.kind !== 'tuple' || item.items.length !== 2) return [];
    const [key, entry] = item.items;
    return key === undefined || entry === undefined ? [] : [{ key, value: entry }];
  });
}

function known(value: StaticValue): Static {
  return { kind: 'known', value };
}

function unknown(reason: string, at: Span): Static {
  return { kind: 'unknown', reason, at };
}

function lookedUp(at: Span, value: StaticValue | undefined, reason: string): Static {
  return value === undefined ? unknown(reason, at) : known(value);
}

/** Known when every part is. */
function all(
  parts: readonly Expr[],
  environment: StaticEnvironment,
  make: (values: StaticValue[]) => StaticValue,
): Static {
  const values: StaticValue[] = [];
  for (const part of parts) {
    const value = staticValue(part, environment);
    if (value.kind === 'unknown') return value;
    values.push(value.value);
  }
  return known(make(values));
}

function textValue(text: Text, environment: StaticEnvironment): Static {
  const content = staticContent(text, environment);
  if (content.holes.length > 0) return unknown('a part of the text is computed', text.span);
  if (text.sigil === 'w' || text.sigil === 'W') return known(words(content.text, text.modifiers));
  if (text.sigil !== null && !/^[sS]$/.test(text.sigil)) {
    return text.sigil.toLowerCase() === 'c'
      ? known({ kind: 'charlist', text: content.text })
      : unknown(`~${text.sigil} is not read`, text.span);
  }
  return known({ kind: text.charlist ? 'charlist' : 'string', text: content.text });
}

/** `~w(a b)a`. */
function words(text: string, modifiers: string): StaticValue {
  const items = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word): StaticValue => {
      if (modifiers.includes('a')) return { kind: 'atom', name: word };
      return { kind: modifiers.includes('c') ? 'charlist' : 'string', text: word };
    });
  return { kind: 'list', items };
}

function mapValue(map: MapLiteral, environment: StaticEnvironment): Static {
  if (map.update !== null) return unknown('it is an updated map', map.span);
  const pairs = map.entries.filter((entry): entry is Pair => entry.kind === 'pair');
  if (pairs.length < map.entries.length) return unknown('it is computed', map.span);
  const struct = map.struct === null ? null : resolveAlias(map.struct, environment.aliases ?? noAliases);
  return all(
    pairs.flatMap(({ key, value }) => [key, value]),
    environment,
    (values) => ({ kind: 'map', struct, entries: inPairs(values) }),
  );
}

function inPairs(values: readonly StaticValue[]): StaticEntry[] {
  return values.flatMap((key, index): StaticEntry[] => {
    const value = values[index + 1];
    return index % 2 === 1 || value === undefined ? [] : [{ key, value }];
  });
}

function negated(expr: Expr & { kind: 'unary' }, environment: StaticEnvironment): Static {
  const operand = staticValue(expr.operand, environment);
  if (operand.kind === 'known' && operand.value.kind === 'number' && expr.operator === '-') {
    return known({ kind: 'number', value: -operand.value.value });
  }
  return operand.kind === 'unknown' ? operand : unknown('it is computed', expr.span);
}

/** `"a" <> "b"`, `[1] ++ [2]`, and sums and products of numbers. */
function combined(expr: Binary, environment: StaticEnvironment): Static {
  const left = staticValue(expr.left, environment);
  if (left.kind === 'unknown') return left;
  const right = staticValue(expr.right, environment);
  if (right.kind === 'unknown') return right;
  const value = combination(expr.operator, left.value, right.value);
  return value === null ? unknown('it is computed', expr.span) : known(value);
}

function combination(operator: string, left: StaticValue, right: StaticValue): StaticValue | null {
  if (left.kind === 'string' && right.kind === 'string' && operator === '<>') {
    return { kind: 'string', text: left.text + right.text };
  }
  if (left.kind === 'list' && right.kind === 'list' && operator === '++') {
    return { kind: 'list', items: [...left.items, ...right.items] };
  }
  if (left.kind !== 'number' || right.kind !== 'number') return null;
  if (operator === '+') return { kind: 'number', value: left.value + right.value };
  if (operator === '-') return { kind: 'number', value: left.value - right.value };
  return operator === '*' ? { kind: 'number', value: left.value * right.value } : null;
}

/** `String.to_atom(text)`, which is also what `:"name_#{x}"` is read as, and `to_string(value)`. */
function callValue(call: Expr & { kind: 'call' }, environment: StaticEnvironment): Static {
  const [argument] = call.args;
  const receiver =
    call.receiver?.kind === 'alias' ? `${call.receiver.name}.` : call.receiver === null ? '' : '?';
  const name = `${receiver}${call.name}`;
  if (argument === undefined || call.args.length !== 1 || !/^(String\.to_atom|to_string)$/.test(name)) {
    return unknown(call.name === '' ? 'it is computed' : `${call.name} is called for it`, call.span);
  }
  const value = staticValue(argument, environment);
  if (value.kind === 'unknown') return value;
  const text = toText(value.value);
  if (text === null) return unknown('it is computed', call.span);
  return known(call.name === 'to_atom' ? { kind: 'atom', name: text } : { kind: 'string', text });
}
