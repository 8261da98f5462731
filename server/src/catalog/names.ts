// Names as migrations write them, before anything is resolved.

import { quoted } from '../text/quoted.js';
import type { Span } from '../text/span.js';

/** A possibly qualified name. Case is already folded as Postgres does; quotes are gone. */
export interface Name {
  /** `null` when the author left it to the search path. */
  readonly schema: string | null;
  readonly name: string;
  readonly span: Span;
}

/** A name to look up. `schema: null` follows the search path. */
export interface Reference {
  readonly schema: string | null;
  readonly name: string;
}

/** The name of a relation with the schema that it is in. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

export function sameRelation(a: RelationName, b: RelationName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** A name that is never qualified: a column, a constraint, a label. */
export interface LocalName {
  readonly name: string;
  readonly span: Span;
}

/** `schema.name`, or the bare name, for messages. */
export function displayName(name: { readonly schema: string | null; readonly name: string }): string {
  return name.schema === null || name.schema === 'public' ? name.name : `${name.schema}.${name.name}`;
}

/** `"schema"."name"`, as SQL that is written for others. */
export function quotedName({ schema, name }: Reference): string {
  return schema === null ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}

/**
 * Cut at 63 bytes of UTF-8, never inside a character, as the server does (NAMEDATALEN - 1).
 *
 * @param ending is added to the name, which is cut so that both fit
 */
export function truncateIdentifier(name: string, ending = ''): string {
  if ((name.length + ending.length) * 3 <= 63) return name + ending;
  const limit = 63 - utf8Length(ending);
  let bytes = 0;
  let end = 0;
  for (const character of name) {
    bytes += utf8Length(character);
    if (bytes > limit) return name.slice(0, end) + ending;
    end += character.length;
  }
  return name + ending;
}

export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
