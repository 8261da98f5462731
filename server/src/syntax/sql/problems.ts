// The grammar's errors as problems: in the server's own words where they are good, with a place that can be underlined.

import type { Span } from '../../text/span.js';
import type { Problem } from '../problem.js';
import { advance, cursorAt } from './lexer.js';

export function problem(span: Span, message: string): Problem {
  return { kind: 'problem', span, message };
}

/**
 * @param filled what the grammar was given: `text` with its placeholders filled, or `text` itself
 * @param offset where the grammar stopped; `null` when it did not say, which blames the whole text
 */
export function problemOf(text: string, filled: string, message: string, offset: number | null): Problem {
  const span = offset === null ? { start: 0, end: text.length } : tokenNear(filled, offset);
  const token = text.slice(span.start, span.end);
  return problem(firstLine(text, span), explained(shortened(message, token), token));
}

/** The token at the offset; at the end of the text, the last one. */
function tokenNear(text: string, offset: number): Span {
  const cursor = cursorAt(offset);
  advance(text, cursor);
  if (cursor.kind !== 'end') return { start: cursor.start, end: cursor.end };
  const end = text.trimEnd().length;
  const start = text.slice(0, end).search(/(?:[\w$\u0080-\uffff]+|[^\w\s])$/u);
  return { start: Math.max(0, start), end };
}

function firstLine(text: string, { start, end }: Span): Span {
  const length = text.slice(start, end).search(/[\r\n]/);
  return { start, end: length < 0 ? end : Math.max(start + length, start + 1) };
}

/** The message without what it quotes of the text where that is long, and with what the author wrote where it was filled. */
function shortened(message: string, token: string): string {
  const kind = message.replace(/ at or near ".*"$/s, '');
  if (kind === message || kind.startsWith('unterminated')) return kind;
  const shown = token.length > 40 || token.includes('\n') ? `${token.slice(0, 40).split('\n')[0]}…` : token;
  return `${kind} at or near "${shown}"`;
}

/** Characters that look like something else, and that the server reads as part of a name. */
const LOOK_ALIKES: readonly (readonly [RegExp, string])[] = [
  [/\u00a0/, 'a no-break space (U+00A0), which is part of a name for Postgres'],
  [/[\u2000-\u200a\u202f\u3000]/, 'a space that is not ASCII, which is part of a name for Postgres'],
  [/[\u200b-\u200d\u2060\ufeff]/, 'an invisible character, which is part of a name for Postgres'],
  [/[\u2018\u2019\u201c\u201d]/, 'a typographic quote, which does not quote for Postgres'],
  [/[\u2013\u2014\u2212]/, 'a typographic dash, which is part of a name for Postgres'],
];

function explained(message: string, token: string): string {
  const known = LOOK_ALIKES.find(([pattern]) => pattern.test(token));
  return known === undefined ? message : `${message}: it holds ${known[1]}`;
}
