// Places in a statement by its tokens, for all that the grammar gives no location for: words, brackets, lists, names.
// A statement is a `TokenText`; a `Range` counts its tokens, half-open. All functions take ranges and indexes outside the
// statement and answer with nothing.

import type { Span } from '../../text/span.js';
import { foldCase, identifierOf } from './identifiers.js';
import type { Token } from './lexer.js';

export interface TokenText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** Indexes of tokens, half-open. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One part of a name. */
export interface Identifier {
  /** Folded as the server does, without quotes. */
  readonly name: string;
  readonly span: Span;
}

export interface QualifiedName {
  /** `null` when it is not qualified. A database's name before it is dropped. */
  readonly schema: string | null;
  readonly name: string;
  /** From the first part to the last. */
  readonly span: Span;
  /** The last part alone. */
  readonly nameSpan: Span;
  /** The token after it. */
  readonly next: number;
}

export function wholeRange(of: TokenText): Range {
  return { from: 0, to: of.tokens.length };
}

/** The token as written; empty outside the statement. */
export function textAt(of: TokenText, index: number): string {
  const token = of.tokens[index];
  return token === undefined ? '' : of.text.slice(token.span.start, token.span.end);
}

/** The keyword or unquoted name in lower case; `null` for any other token. */
export function wordAt(of: TokenText, index: number): string | null {
  return of.tokens[index]?.kind === 'word' ? foldCase(textAt(of, index)) : null;
}

/** The token that holds the offset, or else the next one; the number of tokens when there is none. */
export function tokenAt(of: TokenText, offset: number): number {
  let low = 0;
  let high = of.tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((of.tokens[middle]?.span.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether these words stand there, one after the other. */
export function wordsStandAt(of: TokenText, index: number, ...words: readonly string[]): boolean {
  return words.every((word, offset) => wordAt(of, index + offset) === word);
}

/** The token after the words when they stand there, else `index`: steps over what is optional. */
export function afterWords(of: TokenText, index: number, ...words: readonly string[]): number {
  return wordsStandAt(of, index, ...words) ? index + words.length : index;
}

/** The first place where the words stand outside all brackets; -1 when there is none. */
export function findWords(of: TokenText, range: Range, ...words: readonly string[]): number {
  for (let i = range.from; i < range.to; i = nextAtSameDepth(of, i)) {
    if (i + words.length <= range.to && wordsStandAt(of, i, ...words)) return i;
  }
  return -1;
}

/** The token after this one, or after the bracket that closes it. */
export function nextAtSameDepth(of: TokenText, index: number): number {
  return isOpener(of, index) ? closerOf(of, index) + 1 : index + 1;
}

/** The bracket that closes the one at `index`; the number of tokens when none does. */
export function closerOf(of: TokenText, index: number): number {
  let depth = 0;
  for (let i = index; i < of.tokens.length; i++) {
    if (isOpener(of, i)) depth++;
    else if (isCloser(of, i) && --depth === 0) return i;
  }
  return of.tokens.length;
}

/** What stands between the bracket at `index` and its closer; `null` when there is no bracket. */
export function groupAt(of: TokenText, index: number): Range | null {
  return isOpener(of, index) ? { from: index + 1, to: closerOf(of, index) } : null;
}

/** The first group in round brackets that is not inside another. */
export function firstGroup(of: TokenText, range: Range): Range | null {
  for (let i = range.from; i < range.to; i++) {
    if (textAt(of, i) === '(' && isOpener(of, i)) return groupAt(of, i);
  }
  return null;
}

/** What the commas outside brackets divide the range into; an empty range has no segments. */
export function segments(of: TokenText, range: Range): Range[] {
  if (range.from >= range.to) return [];
  const found: Range[] = [];
  let from = range.from;
  for (let i = range.from; i < range.to; i = nextAtSameDepth(of, i)) {
    if (!isSign(of, i, ',')) continue;
    found.push({ from, to: i });
    from = i + 1;
  }
  found.push({ from, to: range.to });
  return found;
}

/** From the first token to the last; an empty span where an empty range would stand. */
export function spanOf(of: TokenText, { from, to }: Range): Span {
  const first = of.tokens[from];
  const last = of.tokens[to - 1];
  if (first !== undefined && last !== undefined && from < to) {
    return { start: first.span.start, end: last.span.end };
  }
  const start = first?.span.start ?? of.tokens.at(-1)?.span.end ?? 0;
  return { start, end: start };
}

/** The part of the range's span that lies on its first line: findings underline one line. */
export function firstLineOf(of: TokenText, range: Range): Span {
  let to = range.from + 1;
  while (to < range.to && !breaksBetween(of, to - 1, to)) to++;
  return spanOf(of, { from: range.from, to });
}

/** How many of the tokens from `index` on are among the words. */
export function countWords(of: TokenText, index: number, words: ReadonlySet<string>): number {
  let count = 0;
  for (let word = wordAt(of, index); word !== null && words.has(word); word = wordAt(of, index + count))
    count++;
  return count;
}

/** The leading words of a statement or clause that are among the given ones, on one line: `create unique index`. */
export function keywordSpan(of: TokenText, index: number, ...words: readonly string[]): Span {
  return firstLineOf(of, { from: index, to: index + countWords(of, index, new Set(words)) });
}

/** The name at the token; `null` when none stands there. A keyword counts as a name: only the grammar tells them apart. */
export function identifierAt(of: TokenText, index: number): Identifier | null {
  const token = of.tokens[index];
  if (token?.kind !== 'word' && token?.kind !== 'quoted-identifier') return null;
  return { name: identifierOf(of.text, token), span: token.span };
}

/** The name, qualified or not, that begins at the token. */
export function nameAt(of: TokenText, index: number): QualifiedName | null {
  const first = identifierAt(of, index);
  if (first === null) return null;
  let schema: string | null = null;
  let last = first;
  let next = index + 1;
  while (isSign(of, next, '.')) {
    const part = identifierAt(of, next + 1);
    if (part === null) break;
    schema = last.name;
    last = part;
    next += 2;
  }
  const span = { start: first.span.start, end: last.span.end };
  return { schema, name: last.name, span, nameSpan: last.span, next };
}

/** The name at an offset that the grammar gave, such as the location of a `RangeVar`. */
export function nameAtOffset(of: TokenText, offset: number): QualifiedName | null {
  return nameAt(of, tokenAt(of, offset));
}

export function isSign(of: TokenText, index: number, sign: string): boolean {
  return of.tokens[index]?.kind === 'punctuation' && textAt(of, index) === sign;
}

function isOpener(of: TokenText, index: number): boolean {
  return isSign(of, index, '(') || isSign(of, index, '[');
}

function isCloser(of: TokenText, index: number): boolean {
  return isSign(of, index, ')') || isSign(of, index, ']');
}

function breaksBetween(of: TokenText, left: number, right: number): boolean {
  const from = of.tokens[left]?.span.end ?? 0;
  const to = of.tokens[right]?.span.start ?? 0;
  return of.text.slice(from, to).includes('\n');
}
