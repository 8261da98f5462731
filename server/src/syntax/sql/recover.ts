// Boundaries that only the grammar can tell: a `;` was forgotten, or a quote was opened by mistake and has swallowed what
// follows up to the next quote. Where the grammar stops at such a place, the statement is cut there.

import type { Span } from '../../text/span.js';
import { type Token, tokenize } from './lexer.js';
import { problem } from './problems.js';
import {
  beginsDefinition,
  type Cut,
  type Extent,
  extentAt,
  indentationAt,
  startsStatement,
  statementWithin,
} from './split.js';

/** Longer statements are left whole: without any `;` in a file each cut would cost as much as all that follows. */
const LONGEST = 60_000;

/**
 * The extent, cut where the grammar says so; what follows a cut is read anew and may end elsewhere.
 * @param errorIn where the grammar stops in a statement's text, `null` when it does not
 */
export function recover(
  text: string,
  extent: Extent,
  errorIn: (statement: string) => number | null,
): Extent[] {
  const found: Extent[] = [];
  let current = extent;
  let tokens: readonly Token[] | null = null;
  for (;;) {
    const { statement } = current;
    if (!current.suspicious || statement === null || statement.end - statement.start > LONGEST) break;
    tokens ??= tokenize(text, statement.start, statement.end);
    const error = firstError(text, statement, tokens, errorIn);
    if (error === null) break;
    const cut = cutAt(text, tokens, statement.start + error, indentationAt(text, statement.start));
    if (cut === null || cut.end <= statement.start) break;
    found.push(before(text, current, cut, errorIn));
    if (cut.keyword !== null && !MAY_HOLD_SEMICOLONS.test(text.slice(cut.next, cut.next + 60))) {
      current = after(current, cut.next);
      tokens = tokens.slice(tokens.indexOf(cut.keyword));
    } else {
      // The tokens are others when a quote was to blame, and the bodies of functions end elsewhere.
      const { seen } = current;
      const anew = extentAt(text, cut.next);
      current = { ...anew, seen: Math.max(anew.seen, seen) };
      tokens = null;
    }
  }
  found.push(current);
  return found;
}

/** Where most errors are found: where all `;` are missing, each statement would else be parsed with all that follow it. */
const NEAR = 2000;

/** Where the grammar stops, counted from the statement's start. What it reads before an error does not depend on the rest. */
function firstError(
  text: string,
  { start, end }: Span,
  tokens: readonly Token[],
  errorIn: (statement: string) => number | null,
): number | null {
  if (end - start > NEAR) {
    const last = tokens[indexAt(tokens, start + NEAR) - 1];
    const near = last === undefined ? null : errorIn(text.slice(start, last.span.end));
    // It looks one token ahead, so an error in the last may be one for the lack of more.
    if (last !== undefined && near !== null && start + near < last.span.start) return near;
  }
  return errorIn(text.slice(start, end));
}

const MAY_HOLD_SEMICOLONS = /^create\s.*\b(?:function|procedure|rule)\b/is;

interface RecoveryCut extends Cut {
  /** The word before which a `;` is missing; `null` when a quote is to blame. */
  readonly keyword: Token | null;
}

/** @param offset where the grammar stopped. The fault is there or in the token before. */
function cutAt(
  text: string,
  tokens: readonly Token[],
  offset: number,
  indentation: string,
): RecoveryCut | null {
  const stopped = indexAt(tokens, offset);
  const quote = tokens.findIndex((token, index) => swallows(text, token, index - stopped, indentation));
  const swallowed = tokens[quote];
  if (swallowed !== undefined) {
    const cut = statementWithin(text, swallowed.span, indentation);
    if (cut !== null) return { ...cut, keyword: null };
  }
  const next = tokens.findIndex((_, index) => begins(text, tokens, index, index - stopped, indentation));
  const token = tokens[next];
  const previous = tokens[next - 1];
  if (token === undefined || previous === undefined) return null;
  return { end: previous.span.end, next: token.span.start, keyword: token };
}

/**
 * Whether another statement begins with the token. In `FROM a ALTER TABLE b` the grammar takes ALTER for an alias, and stops
 * one token late. In a half-typed `ALTER TAB` it stops early: then the next line that looks like a statement is one.
 * @param distance from the token at which the grammar stopped
 */
function begins(
  text: string,
  tokens: readonly Token[],
  index: number,
  distance: number,
  indentation: string,
): boolean {
  const token = tokens[index];
  const previous = tokens[index - 1];
  if (distance < -1 || token?.kind !== 'word' || previous === undefined) return false;
  if (!startsStatement(text, token.span, indentation)) return false;
  if (distance <= 0) return true;
  // Actions of ALTER TABLE may begin lines too.
  if (/[,(=]$/.test(text.slice(previous.span.start, previous.span.end))) return false;
  const between = text.slice(previous.span.end, token.span.start);
  return beginsDefinition(text, token.span.start) || /\n[ \t\r]*\n/.test(between);
}

/**
 * Whether the token seems to be a quote that begins in this statement and ends in another. One quote too many turns all
 * strings after it inside out, so the grammar may stop long before the one that leaves the statement. The body of a function
 * is doubted only when the grammar stops there.
 * @param distance from the token at which the grammar stopped
 */
function swallows(text: string, { kind, span }: Token, distance: number, indentation: string): boolean {
  if (kind !== 'string' && kind !== 'quoted-identifier') return false;
  const near = text[span.start] === '$' ? distance === 0 || distance === -1 : distance >= -1;
  return near && statementWithin(text, span, indentation) !== null;
}

/** The token that holds or follows the offset; `tokens.length` when there is none. */
function indexAt(tokens: readonly Token[], offset: number): number {
  const index = tokens.findIndex((token) => token.span.end > offset);
  return index < 0 ? tokens.length : index;
}

function before(
  text: string,
  extent: Extent,
  cut: RecoveryCut,
  errorIn: (statement: string) => number | null,
): Extent {
  const start = extent.statement?.start ?? extent.from;
  const { keyword } = cut;
  // One that is incomplete has an error of its own, and more than its end is missing.
  const problems =
    keyword !== null && errorIn(text.slice(start, cut.end)) === null
      ? [problem(keyword.span, `missing ";" before ${text.slice(keyword.span.start, keyword.span.end)}`)]
      : [];
  return {
    ...extent,
    to: cut.next,
    statement: { start, end: cut.end },
    comments: extent.comments.filter((comment) => comment.span.start < cut.next),
    problems,
  };
}

/** What follows the cut, in the same tokens. */
function after(extent: Extent, from: number): Extent {
  return {
    ...extent,
    from,
    statement: { start: from, end: extent.statement?.end ?? extent.to },
    comments: extent.comments.filter((comment) => comment.span.start >= from),
  };
}
