// What the expressions of a migration are worth, as far as that can be told without running it: plain values, the structs of
// Ecto.Migration, functions, and the unknown, which says why. Each part of a value keeps the span of the code that it is from.

import type { EmbeddedText } from '../../text/embedded.js';
import { cover, type Span } from '../../text/span.js';
import { type Sql, textFrom, unsure } from './sql-text.js';

export type Value =
  /** `true`, `false` and `nil` too. Where a part of the name is not known, it has holes. */
  | { readonly kind: 'atom'; readonly name: string; readonly holes: readonly Span[] }
  | { readonly kind: 'module'; readonly name: string }
  /** A string or charlist. */
  | { readonly kind: 'text'; readonly text: EmbeddedText }
  /** As `to_string` prints it. */
  | { readonly kind: 'number'; readonly digits: string }
  /** `<<5::3>>`, as `101`. */
  | { readonly kind: 'bits'; readonly bits: string }
  | { readonly kind: 'list'; readonly items: readonly Located[] }
  | { readonly kind: 'tuple'; readonly items: readonly Located[] }
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
  | {
      readonly kind: 'function';
      readonly arity: number;
      readonly apply: (args: readonly Located[], call: Span) => Value;
    }
  /** `~r/…/`; `null` where it means nothing here. */
  | { readonly kind: 'pattern'; readonly pattern: RegExp | null }
  /** What stands between `do` and `end` of a call of a macro. */
  | { readonly kind: 'code'; readonly read: () => Value }
  /** What `repo()` gives. */
  | { readonly kind: 'repo' }
  /** The configuration of the Repo. */
  | { readonly kind: 'configuration' }
  /** All that the configuration says under a key of an application. */
  | { readonly kind: 'settings'; readonly app: string; readonly path: readonly string[] }
  /**
   * A query or a source of rows; the table is `null` where it cannot be told. `rows` and `narrowed` are as of what UPDATE would
   * write (see `WriteRows`).
   */
  | {
      readonly kind: 'query';
      readonly table: Located | null;
      readonly rows: 'all' | 'some';
      readonly narrowed: boolean;
    }
  | TableValue
  | IndexValue
  | ConstraintValue
  | ReferenceValue
  | { readonly kind: 'fragment'; readonly text: EmbeddedText }
  | Unknown;

export interface Unknown {
  readonly kind: 'unknown';
  /** For people, as a clause: `the variable "table" is not known`. */
  readonly reason: string;
}

/** A value and the code that gives it. */
export interface Located {
  readonly value: Value;
  readonly span: Span;
}

export interface MapEntry {
  readonly key: Located;
  readonly value: Located;
}

/** Where a call stands. */
export interface CallPlace {
  readonly span: Span;
  /** The name of what is called. */
  readonly word: Span;
}

export interface TableValue {
  readonly kind: 'table';
  readonly name: Located;
  readonly options: Options;
  readonly call: CallPlace;
}

export interface IndexValue {
  readonly kind: 'index';
  readonly table: Located;
  readonly columns: Located;
  readonly options: Options;
  readonly call: CallPlace;
}

export interface ConstraintValue {
  readonly kind: 'constraint';
  readonly table: Located;
  readonly name: Located;
  readonly options: Options;
  readonly call: CallPlace;
}

export interface ReferenceValue {
  readonly kind: 'reference';
  readonly table: Located;
  readonly options: Options;
  readonly call: CallPlace;
}

/** A keyword list as a function takes it. */
export interface Options {
  readonly list: readonly Option[];
  /** Why there may be more, or others; `null` when all are known. */
  readonly unknown: string | null;
}

export interface Option {
  readonly name: string;
  readonly value: Located;
  /** The key, without its colon. */
  readonly key: Span;
  /** Key and value. */
  readonly span: Span;
}

export const NIL: Value = atom('nil');
export const noOptions: Options = { list: [], unknown: null };

export function atom(name: string): Value {
  return { kind: 'atom', name, holes: [] };
}

export function truth(value: boolean): Value {
  return atom(value ? 'true' : 'false');
}

export function unknown(reason: string): Unknown {
  return { kind: 'unknown', reason };
}

export function isAtom(value: Value | undefined, ...names: readonly string[]): boolean {
  return value?.kind === 'atom' && value.holes.length === 0 && names.includes(value.name);
}

/** Whether Elixir takes it for true; `null` when it is not known. */
export function isTrue(value: Value): boolean | null {
  if (value.kind === 'unknown') return null;
  return !isAtom(value, 'nil', 'false');
}

/** The options that a list is. */
export function optionsOf(located: Located | undefined): Options {
  if (located === undefined || isAtom(located.value, 'nil')) return noOptions;
  const { value } = located;
  if (value.kind === 'unknown') return { list: [], unknown: value.reason };
  if (value.kind !== 'list') return { list: [], unknown: 'the options are not a keyword list' };
  const list = value.items.flatMap((item): Option[] => {
    const { value: pair } = item;
    if (pair.kind !== 'tuple') return [];
    const [key, entry] = pair.items;
    if (key?.value.kind !== 'atom' || entry === undefined) return [];
    return [{ name: key.value.name, value: entry, key: key.span, span: item.span }];
  });
  const missed = list.length < value.items.length ? 'an option is computed' : null;
  return { list, unknown: missed };
}

/** The first option of that name, which is the one that counts. */
export function option(options: Options, name: string): Option | null {
  return options.list.find((candidate) => candidate.name === name) ?? null;
}

/** The option's value; `undefined` when it is not given or is `nil`. */
export function given(options: Options, name: string): Option | null {
  const found = option(options, name);
  return found === null || isAtom(found.value.value, 'nil') ? null : found;
}

/** The text of a name: an atom or a string. What is not known is a hole all through. */
export function nameText({ value, span }: Located): EmbeddedText {
  switch (value.kind) {
    case 'atom':
      return textFrom(span, value.name, value.holes);
    case 'text':
      return value.text;
    case 'number':
      return textFrom(span, value.digits);
    default: {
      const name = '__computed__';
      return textFrom(span, name, [{ start: 0, end: name.length }]);
    }
  }
}

/** A name as SQL, with the reason where it is not known. */
export function nameSql(located: Located): Sql {
  const { value } = located;
  return value.kind === 'unknown' ? [unsure(value.reason), nameText(located)] : nameText(located);
}

/** A text that goes into SQL as it is. */
export function rawSql(located: Located): Sql {
  const { value } = located;
  if (value.kind === 'text' || value.kind === 'atom' || value.kind === 'number') return nameText(located);
  return unsure(value.kind === 'unknown' ? value.reason : 'a text is computed');
}

/** The plain text of an atom, string or number; `null` when it is something else or not all of it is known. */
export function plainText(value: Value): string | null {
  if (value.kind === 'text') return value.text.holes.length === 0 ? value.text.text : null;
  if (value.kind === 'atom') return value.holes.length === 0 ? value.name : null;
  return value.kind === 'number' ? value.digits : null;
}

/** The span of several, from the first to the last. */
export function spanOfAll(spans: readonly Span[], fallback: Span): Span {
  const [first, ...others] = spans;
  return first === undefined ? fallback : others.reduce(cover, first);
}
