// From where to where an expression stands. Nodes know at most where one of their tokens stands (an operator, a function's
// name) and never where they end, so the span is drawn around all locations inside and widened until it is balanced.

import type { Span } from '../../text/span.js';
import { asNode, type Node } from './nodes.js';
import {
  closerOf,
  countWords,
  isSign,
  nextAtSameDepth,
  type Range,
  spanOf,
  type TokenText,
  tokenAt,
  wordAt,
  wordsStandAt,
} from './segments.js';

/**
 * The tokens of an expression of the statement. Brackets around all of it are left out. `null` when it holds no location.
 * For expressions, references to relations and SELECT; other statements end in words that have no location.
 */
export function nodeRange(of: TokenText, node: Node): Range | null {
  const ends = { first: Number.POSITIVE_INFINITY, last: -1 };
  collectLocations(node, ends);
  if (ends.last < 0) return null;
  const range = balanced(of, { from: tokenAt(of, ends.first), to: afterTail(of, tokenAt(of, ends.last)) });
  if (asNode(node, 'SelectStmt') !== null) return { from: range.from, to: afterSelect(of, range.to) };
  // In `(row).field` the brackets belong to it.
  const bracketed =
    asNode(node, 'A_Indirection') !== null &&
    isSign(of, range.from - 1, '(') &&
    isSign(of, range.to, ')') &&
    (isSign(of, range.to + 1, '.') || isSign(of, range.to + 1, '['));
  return bracketed ? { from: range.from - 1, to: afterSelectors(of, range.to + 1) } : range;
}

/** {@link nodeRange} as a span. */
export function nodeSpan(of: TokenText, node: Node): Span | null {
  const range = nodeRange(of, node);
  return range === null ? null : spanOf(of, range);
}

function collectLocations(value: object, ends: { first: number; last: number }): void {
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === 'object' && field !== null) collectLocations(field, ends);
    else if (key === 'location' && typeof field === 'number' && field >= 0) {
      ends.first = Math.min(ends.first, field);
      ends.last = Math.max(ends.last, field);
    }
  }
  // A location of 0 is left out of the tree; only these kinds of nodes stand at the very start of a text.
  if ('fields' in value && !('location' in value)) ends.first = 0;
}

/** The token after all that belongs to the one at `index`: arguments, the rest of a name or type, the words after IS. */
function afterTail(of: TokenText, index: number): number {
  let next = index + 1;
  // The location of a negative number is that of its sign.
  if (of.tokens[index]?.kind === 'operator') return of.tokens[next]?.kind === 'number' ? next + 1 : next;
  switch (wordAt(of, index)) {
    case 'is':
      next += countWords(of, next, IS_WORDS);
      break;
    case 'case':
      return afterCase(of, index);
    case 'collate':
      next += 1;
      break;
    case 'double':
    case 'character':
    case 'char':
    case 'bit':
    case 'national':
      next += countWords(of, next, TYPE_WORDS);
      break;
  }
  return afterSelectors(of, next);
}

/** Neither `d` in `FROM devices d` nor FOR UPDATE has a location: a SELECT goes on to where something else begins. */
function afterSelect(of: TokenText, index: number): number {
  for (let i = index; i < of.tokens.length; i = nextAtSameDepth(of, i)) {
    if (isSign(of, i, ')') || isSign(of, i, ';') || AFTER_SELECT.has(wordAt(of, i) ?? '')) return i;
    if (wordsStandAt(of, i, 'on', 'conflict')) return i;
  }
  return of.tokens.length;
}

const AFTER_SELECT: ReadonlySet<string> = new Set(['union', 'intersect', 'except', 'returning']);

/** The token after `(…)`, `[…]` and `.name` that follow each other. */
function afterSelectors(of: TokenText, index: number): number {
  let next = index;
  for (;;) {
    if (isSign(of, next, '(') || isSign(of, next, '[')) next = closerOf(of, next) + 1;
    else if (isSign(of, next, '.')) next += 2;
    else return next;
  }
}

/** The end of `timestamp(3) with time zone`, whose location is that of its first word or of the number. */
function afterTimeZone(of: TokenText, index: number): number {
  const zoned =
    wordsStandAt(of, index, 'with', 'time', 'zone') || wordsStandAt(of, index, 'without', 'time', 'zone');
  return zoned ? index + 3 : index;
}

const IS_WORDS: ReadonlySet<string> = new Set(['not', 'null', 'true', 'false', 'unknown']);
const TYPE_WORDS: ReadonlySet<string> = new Set(['precision', 'varying', 'character', 'char']);

function afterCase(of: TokenText, index: number): number {
  let depth = 0;
  for (let i = index; i < of.tokens.length; i = nextAtSameDepth(of, i)) {
    const word = wordAt(of, i);
    if (word === 'case') depth++;
    else if (word === 'end' && --depth === 0) return i + 1;
  }
  return of.tokens.length;
}

/** Takes in the brackets, and CASE … END, that are open at one end of the range. */
function balanced(of: TokenText, { from, to }: Range): Range {
  let open = 0;
  let cases = 0;
  let missing = 0;
  for (let i = from; i < to; i++) {
    if (isSign(of, i, '(') || isSign(of, i, '[')) open++;
    else if (isSign(of, i, ')') || isSign(of, i, ']')) {
      if (open > 0) open--;
      else missing++;
    } else if (wordAt(of, i) === 'case') cases++;
    else if (wordAt(of, i) === 'end' && cases > 0) cases--;
  }
  let start = from;
  for (let depth = missing; depth > 0 && start > 0; ) {
    start--;
    if (isSign(of, start, ')') || isSign(of, start, ']')) depth++;
    else if (isSign(of, start, '(') || isSign(of, start, '[')) depth--;
  }
  let end = to;
  for (; (open > 0 || cases > 0) && end < of.tokens.length; end++) {
    if (isSign(of, end, '(') || isSign(of, end, '[')) open++;
    else if (isSign(of, end, ')') || isSign(of, end, ']')) open--;
    else if (wordAt(of, end) === 'case') cases++;
    else if (wordAt(of, end) === 'end' && cases > 0) cases--;
  }
  const selects = end > to && (isSign(of, end, '.') || isSign(of, end, '['));
  return { from: start, to: afterTimeZone(of, selects ? afterSelectors(of, end) : end) };
}
