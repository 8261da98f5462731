// SQL that a rule wrote, as the author of a file would write it.

import { identifierOf } from '../syntax/sql/identifiers.js';
import { tokenize } from '../syntax/sql/lexer.js';
import type { SqlStyle } from './sql-style.js';

/**
 * Words in the author's case. A name is given in double quotes, and has them then only where it needs them or the author
 * always writes them. Strings and all else stay as they are, words with `_` too: the names of settings and functions.
 */
export function inStyle(sql: string, style: SqlStyle): string {
  let written = '';
  let position = 0;
  for (const token of tokenize(sql)) {
    const { start, end } = token.span;
    const text = sql.slice(start, end);
    written += sql.slice(position, start);
    if (token.kind === 'quoted-identifier') written += style.name(identifierOf(sql, token));
    else written += token.kind === 'word' && !text.includes('_') ? style.words(text.toLowerCase()) : text;
    position = end;
  }
  return written + sql.slice(position);
}

/** Words put between two others: with a blank on either side where one is wanted. */
export function spaced(text: string, start: number, end: number, words: string): string {
  const before = text.charAt(start - 1);
  const after = text.charAt(end);
  const lead = /^[\s(]?$/.test(before) ? '' : ' ';
  const trail = /^[\s,;):]?$/.test(after) ? '' : ' ';
  return lead + words + trail;
}
