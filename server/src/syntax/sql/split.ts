// Where statements begin and end, by the rules of psql and of PostgreSQL's grammar, one statement at a time. A `;` ends a
// statement save in the body of a SQL-standard function (BEGIN ATOMIC … END) and between the parentheses of CREATE RULE.
// Parentheses do not matter otherwise: one left open swallows nothing.
//
// Quotes and comments that nobody closed end where the next statement seems to begin.

import type { Span } from '../../text/span.js';
import type { Problem } from '../problem.js';
import { directiveOf } from './directives.js';
import { advance, type Cursor, cursorAt } from './lexer.js';
import { problem } from './problems.js';
import type { Comment, Directive } from './statement.js';

/** A stretch of the text that was read from nothing but itself and what follows: at most one statement, and what is around it. */
export interface Extent {
  readonly from: number;
  /** Where the next one begins. */
  readonly to: number;
  readonly statement: Span | null;
  readonly comments: readonly Comment[];
  readonly directive: Directive | null;
  readonly problems: readonly Problem[];
  /** No character at or after this offset was looked at. The end of the text counts as one character. */
  readonly seen: number;
  /** True when another statement may begin inside: `recover` has to ask the grammar. */
  readonly suspicious: boolean;
}

/** Elsewhere than at the start of a file it is part of a name. */
const BYTE_ORDER_MARK = '\ufeff';

/** What is known of the statement while it is read. */
interface Progress {
  readonly from: number;
  readonly cursor: Cursor;
  readonly comments: Comment[];
  /** -1 before the first token. */
  start: number;
  /** The end of the last token. */
  end: number;
  words: number;
  shape: 'unknown' | 'create' | 'routine' | 'rule' | 'copy' | 'plain';
  parentheses: number;
  /** BEGIN ATOMIC and CASE inside it that wait for their END. */
  blocks: number;
  /** The word before, lower case, where that matters (`routine`, `copy`). */
  lastWord: string;
  readsData: boolean;
  /** A `;` that does not end the statement and is the last token so far; -1 for none. */
  held: number;
  indentation: string;
  suspicious: boolean;
}

/** Reads the stretch that begins at `from`, which must be 0 or the end of another. */
export function extentAt(text: string, from: number): Extent {
  const progress: Progress = {
    from,
    cursor: cursorAt(from === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : from),
    comments: [],
    start: -1,
    end: from,
    words: 0,
    shape: 'unknown',
    parentheses: 0,
    blocks: 0,
    lastWord: '',
    readsData: false,
    held: -1,
    indentation: '',
    suspicious: false,
  };
  for (;;) {
    advance(text, progress.cursor);
    const extent = step(text, progress);
    if (extent !== null) return extent;
  }
}

/** Takes in what the cursor stands on; gives the extent when that ends it. */
function step(text: string, progress: Progress): Extent | null {
  const { cursor } = progress;
  switch (cursor.kind) {
    case 'end':
      return finished(progress, text.length);
    case 'line-comment':
      return lineComment(text, progress);
    case 'block-comment':
      return blockComment(text, progress);
    case 'backslash':
      return backslash(text, progress);
    case 'punctuation':
      if (text[cursor.start] === ';') return semicolon(text, progress);
      break;
    default:
      if (!cursor.closed) return openQuote(text, progress);
  }
  return token(text, progress);
}

function finished(
  { from, start, end, comments, cursor, suspicious }: Progress,
  to: number,
  extra: { readonly directive?: Directive; readonly problem?: Problem; readonly end?: number } = {},
): Extent {
  return {
    from,
    to,
    statement: start < 0 ? null : { start, end: extra.end ?? end },
    comments,
    directive: extra.directive ?? null,
    problems: extra.problem === undefined ? [] : [extra.problem],
    seen: Math.max(cursor.seen, to),
    suspicious,
  };
}

function token(text: string, progress: Progress): Extent | null {
  const { cursor } = progress;
  if (progress.start < 0) begin(text, progress);
  if (cursor.kind === 'word') {
    const extent = word(text, progress);
    if (extent !== null) return extent;
  } else if (cursor.kind === 'punctuation') {
    const sign = text[cursor.start];
    if (sign === '(') progress.parentheses++;
    else if (sign === ')' && progress.parentheses > 0) progress.parentheses--;
  } else if (cursor.kind === 'string' || cursor.kind === 'quoted-identifier') {
    if (statementWithin(text, cursor, progress.indentation) !== null) progress.suspicious = true;
  }
  progress.held = -1;
  progress.end = cursor.end;
  return null;
}

function begin(text: string, progress: Progress): void {
  progress.start = progress.cursor.start;
  progress.indentation = indentationAt(text, progress.start);
}

function word(text: string, progress: Progress): Extent | null {
  const { cursor, shape, start } = progress;
  if (cursor.start > start && startsStatement(text, cursor, progress.indentation)) {
    // No body of a function or a rule holds such a statement, so its end is missing.
    if (progress.held >= 0 && beginsDefinition(text, cursor.start))
      return finished(progress, progress.held + 1);
    progress.suspicious = true;
  }
  progress.words++;
  if (shape === 'plain' || shape === 'rule') return null;
  const value = cursor.end - cursor.start > 10 ? '' : text.slice(cursor.start, cursor.end).toLowerCase();
  if (shape === 'unknown' || shape === 'create') progress.shape = shapeAfter(shape, value, progress.words);
  else if (shape === 'copy') progress.readsData ||= value === 'stdin' && progress.lastWord === 'from';
  else if (progress.parentheses === 0) countBlocks(progress, value);
  progress.lastWord = value;
  return null;
}

function shapeAfter(shape: 'unknown' | 'create', value: string, words: number): Progress['shape'] {
  if (shape === 'unknown') return value === 'create' ? 'create' : value === 'copy' ? 'copy' : 'plain';
  if (value === 'function' || value === 'procedure') return 'routine';
  if (value === 'rule') return 'rule';
  return words < 4 && (value === 'or' || value === 'replace') ? 'create' : 'plain';
}

function countBlocks(progress: Progress, value: string): void {
  if (value === 'atomic' && progress.lastWord === 'begin') progress.blocks++;
  else if (progress.blocks > 0 && value === 'case') progress.blocks++;
  else if (progress.blocks > 0 && value === 'end') progress.blocks--;
}

function semicolon(text: string, progress: Progress): Extent | null {
  const { cursor, start, shape } = progress;
  if (start < 0) return null;
  if (progress.blocks > 0 || (shape === 'rule' && progress.parentheses > 0)) {
    progress.held = cursor.start;
    return null;
  }
  if (!progress.readsData) return finished(progress, cursor.end);
  return finished(progress, endOfData(text, cursor.end, cursor));
}

/** The rows of COPY … FROM STDIN end with a line `\.`; without one there are none. */
function endOfData(text: string, from: number, cursor: Cursor): number {
  const pattern = /^\\\.[ \t]*\r?$/gm;
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  const end = match === null ? from : match.index + match[0].length;
  cursor.seen = Math.max(cursor.seen, match === null ? text.length + 1 : end + 1);
  return end;
}

function lineComment(text: string, progress: Progress): Extent | null {
  const { start, end } = progress.cursor;
  const source = text.slice(start, end);
  const directive = directiveOf(source, startsLine(text, start));
  if (directive === null) {
    progress.comments.push({ span: { start, end }, text: source.slice(2) });
    return null;
  }
  if (progress.start >= 0) return finished(progress, start);
  return finished(progress, end, { directive: { span: { start, end }, ...directive } });
}

function blockComment(text: string, progress: Progress): Extent | null {
  const { start, end, closed } = progress.cursor;
  if (closed) {
    progress.comments.push({ span: { start, end }, text: text.slice(start + 2, end - 2) });
    return null;
  }
  const next = statementIn(text.slice(start), progress.indentation);
  return finished(progress, next === null ? text.length : start + next, {
    problem: problem({ start, end: start + 2 }, 'unterminated /* comment'),
  });
}

/** A command of psql goes to the end of its line and ends the statement before it; `\;` is a `;`. */
function backslash(text: string, progress: Progress): Extent | null {
  const { cursor, start } = progress;
  const next = text[cursor.end] ?? '';
  if (next === ';') {
    cursor.end++;
    return start < 0 ? null : finished(progress, cursor.end);
  }
  if (!/[a-z!?.]/i.test(next)) return token(text, progress);
  if (start >= 0) return finished(progress, cursor.start);
  const lineEnd = /[\r\n]|$/g;
  lineEnd.lastIndex = cursor.start;
  const end = lineEnd.exec(text)?.index ?? text.length;
  const command = text.slice(cursor.start, end).trimEnd();
  cursor.seen = Math.max(cursor.seen, end + 1);
  const to = /^\\copy\b.*\bfrom\s+stdin\b/i.test(command) ? endOfData(text, end, cursor) : end;
  return finished(progress, to, {
    directive: {
      span: { start: cursor.start, end: cursor.start + command.length },
      kind: 'psql',
      text: command,
    },
  });
}

/** The quote goes on to the end of the text, so all that follows is in doubt: the statement ends where one seems to end. */
function openQuote(text: string, progress: Progress): Extent {
  const { cursor } = progress;
  if (progress.start < 0) begin(text, progress);
  const cut = statementWithin(text, cursor, progress.indentation) ?? {
    end: text.trimEnd().length,
    next: text.length,
  };
  return finished(progress, cut.next, { end: Math.max(cut.end, cursor.start + 1) });
}

/** Where a statement ends inside a quote, and where the next begins. */
export interface Cut {
  readonly end: number;
  readonly next: number;
}

/** Words that begin statements which change the schema: no function, rule or prose holds one at the start of a line. */
const DEFINES = 'create|alter|drop|grant|revoke|comment\\s+on|truncate';
const BEGINS = `${DEFINES}|insert|update|delete|select|with|do|begin|commit|set`;

const DEFINITION = new RegExp(`(?:${DEFINES})\\b`, 'iy');
/** A line that begins so; the first group is its indentation. */
const DEFINITION_LINE = new RegExp(`[\\r\\n]([ \\t]*)(?=(?:${DEFINES})\\b)`, 'gi');
/** A line that ends in `;`, blank lines and comments, and then a line that begins a statement. */
const NEXT_STATEMENT = new RegExp(
  `;[ \\t]*(?:--[^\\r\\n]*)?\\r?\\n(?:[ \\t]*(?:--[^\\r\\n]*)?\\r?\\n)*[ \\t]*(?=(?:${BEGINS})\\b)`,
  'gi',
);

/**
 * The first place in the quote where one statement seems to end and another to begin; `null` when there is none.
 * @param indentation of the statement that holds the quote
 */
export function statementWithin(text: string, quote: Span, indentation: string): Cut | null {
  const { start } = quote;
  const source = text.slice(start, quote.end);
  if (!source.includes('\n')) return null;
  // The body of a function has lines that end in `;` and lines that begin with INSERT.
  if (source.startsWith('$')) {
    const next = definitionIn(source, indentation);
    return next === null ? null : { end: start + source.slice(0, next).trimEnd().length, next: start + next };
  }
  NEXT_STATEMENT.lastIndex = 0;
  const match = NEXT_STATEMENT.exec(source);
  return match === null ? null : { end: start + match.index, next: start + match.index + 1 };
}

/** Where a statement seems to begin in a text that nobody closed. */
function statementIn(source: string, indentation: string): number | null {
  NEXT_STATEMENT.lastIndex = 0;
  const match = NEXT_STATEMENT.exec(source);
  const definition = definitionIn(source, indentation);
  if (match === null) return definition;
  return Math.min(match.index + match[0].length, definition ?? source.length);
}

/** The first line with that indentation, or none, that begins with CREATE and the like. */
function definitionIn(source: string, indentation: string): number | null {
  DEFINITION_LINE.lastIndex = 0;
  for (let match = DEFINITION_LINE.exec(source); match !== null; match = DEFINITION_LINE.exec(source)) {
    if (match[1] === '' || match[1] === indentation) return match.index + match[0].length;
  }
  return null;
}

/** Whether a statement that changes the schema seems to begin there. */
export function beginsDefinition(text: string, at: number): boolean {
  DEFINITION.lastIndex = at;
  return DEFINITION.test(text);
}

const STATEMENT_WORDS: ReadonlySet<string> = new Set(
  (
    'abort alter analyze begin call cluster comment commit copy create deallocate delete discard do drop explain grant ' +
    'insert listen lock merge notify prepare refresh reindex release reset revoke rollback savepoint select set start ' +
    'truncate update vacuum'
  ).split(' '),
);

/** Whether the token is a word that begins statements, at the start of a line that is indented as the statement is. */
export function startsStatement(text: string, token: Span, indentation: string): boolean {
  const { start, end } = token;
  if (end - start > 10) return false;
  const lineStart = start - indentation.length;
  if (!isLineBreak(text.charCodeAt(lineStart - 1)) || !text.startsWith(indentation, lineStart)) return false;
  return STATEMENT_WORDS.has(text.slice(start, end).toLowerCase());
}

/** The white space before `at` on its line; empty when something else stands there. */
export function indentationAt(text: string, at: number): string {
  let start = at;
  while (start > 0 && isBlank(text.charCodeAt(start - 1))) start--;
  return start === 0 || isLineBreak(text.charCodeAt(start - 1)) ? text.slice(start, at) : '';
}

function startsLine(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && isBlank(text.charCodeAt(start - 1))) start--;
  return (
    start === 0 ||
    isLineBreak(text.charCodeAt(start - 1)) ||
    (start === 1 && text.startsWith(BYTE_ORDER_MARK))
  );
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function isLineBreak(code: number): boolean {
  return code === 10 || code === 13;
}
