// PostgreSQL's lexical rules (src/backend/parser/scan.l) over UTF-16 code units, with placeholders of template tools as tokens
// of their own. Nothing is ever refused: what the server would not read becomes a token too, so tokens always reach the end.
//
// One `Cursor` moves along the text and is overwritten by each step: reading a file makes no garbage.

import type { Span } from '../../text/span.js';

export type TokenKind =
  /** Keyword or name, as written; the server folds it to lower case. */
  | 'word'
  /** `"…"`, `U&"…"`. */
  | 'quoted-identifier'
  /** Any kind: `'…'`, `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'`, `$tag$…$tag$`. Parts joined by line breaks are one. */
  | 'string'
  | 'number'
  /** `$1`. */
  | 'parameter'
  | 'operator'
  /** One of `( ) [ ] , ; . :`. */
  | 'punctuation'
  /** `{{ … }}`, `{% … %}`, `{# … #}`, `${…}`, `{name}`: filled in by another program before the server sees the text. */
  | 'template'
  /** A character that no SQL may hold here. */
  | 'unknown';

export interface Token {
  readonly kind: TokenKind;
  readonly span: Span;
}

/** What {@link advance} found last. */
export interface Cursor {
  kind: TokenKind | 'line-comment' | 'block-comment' | 'backslash' | 'end';
  start: number;
  end: number;
  /** False for a quote, dollar quote or comment that the text ends in; `end` is then the end of the text. */
  closed: boolean;
  /** No character at or after this offset was looked at, ever. The end of the text counts as one character. */
  seen: number;
}

/** A cursor that stands before `offset`. */
export function cursorAt(offset: number): Cursor {
  return { kind: 'end', start: offset, end: offset, closed: true, seen: offset };
}

/** The tokens of a text, without comments and white space. */
export function tokenize(text: string, from = 0, to = text.length): Token[] {
  const tokens: Token[] = [];
  const cursor = cursorAt(from);
  for (;;) {
    advance(text, cursor);
    const { kind } = cursor;
    if (kind === 'end' || cursor.start >= to) return tokens;
    if (kind === 'line-comment' || kind === 'block-comment') continue;
    tokens.push({
      kind: kind === 'backslash' ? 'unknown' : kind,
      span: { start: cursor.start, end: cursor.end },
    });
  }
}

const SPACE = 1;
const NAME_START = 2;
const DIGIT = 4;
const OPERATOR = 8;
const PUNCTUATION = 16;
/** Operator characters that allow an operator to end in `+` or `-`. */
const STRONG = 32;

const CLASSES = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128);
  const mark = (characters: string, bit: number) => {
    for (let i = 0; i < characters.length; i++) {
      const code = characters.charCodeAt(i);
      table[code] = (table[code] ?? 0) | bit;
    }
  };
  mark(' \t\n\r\f\v', SPACE);
  mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', NAME_START);
  mark('0123456789', DIGIT);
  mark('+-*/<>=~!@#%^&|`?', OPERATOR);
  mark('~!@#%^&|`?', STRONG);
  mark('()[],;.:', PUNCTUATION);
  return table;
}

/** Past the end `charCodeAt` gives NaN, which is in no class. */
function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] ?? 0) : code >= 128 ? NAME_START : 0;
}

const TAB = 9;
const LF = 10;
const VT = 11;
const FF = 12;
const CR = 13;
const BLANK = 32;
const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const PERCENT = 37;
const AMPERSAND = 38;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** A template placeholder longer than this is taken for a stray brace. */
const LONGEST_TEMPLATE = 2000;

/** Moves the cursor to what follows it: a token, a comment, or the end. */
export function advance(text: string, cursor: Cursor): void {
  let i = cursor.end;
  let code = text.charCodeAt(i);
  while (code === BLANK || (code >= TAB && code <= CR)) code = text.charCodeAt(++i);
  cursor.start = i;
  cursor.closed = true;

  cursor.end = i < text.length ? scan(text, cursor, i, code) : finish(cursor, 'end', i);
  // Where a token ends is told by at most two characters after it, save where a scanner looked further.
  if (cursor.seen < cursor.end + 2) cursor.seen = cursor.end + 2;
}

function scan(text: string, cursor: Cursor, start: number, code: number): number {
  const kind = classOf(code);
  if ((kind & NAME_START) !== 0) return scanWord(text, cursor, start, code);
  if ((kind & PUNCTUATION) !== 0) return scanPunctuation(text, cursor, start, code);
  if (code === QUOTE) return scanString(text, cursor, start, false);
  if ((kind & OPERATOR) !== 0) return scanOperator(text, cursor, start, code);
  if ((kind & DIGIT) !== 0) return scanNumber(text, cursor, start);
  if (code === DOUBLE_QUOTE) return scanQuotedIdentifier(text, cursor, start);
  if (code === DOLLAR) return scanDollar(text, cursor, start);
  if (code === OPEN_BRACE) return scanBrace(text, cursor, start);
  return finish(cursor, code === BACKSLASH ? 'backslash' : 'unknown', start + 1);
}

/** Names what the cursor stands on; gives the end back. */
function finish(cursor: Cursor, kind: Cursor['kind'], end: number): number {
  cursor.kind = kind;
  return end;
}

function finishOpen(text: string, cursor: Cursor, kind: Cursor['kind']): number {
  cursor.closed = false;
  return finish(cursor, kind, text.length);
}

function looked(cursor: Cursor, offset: number): void {
  if (cursor.seen < offset + 1) cursor.seen = offset + 1;
}

function isNamePart(code: number): boolean {
  return (classOf(code) & (NAME_START | DIGIT)) !== 0 || code === DOLLAR;
}

function scanWord(text: string, cursor: Cursor, start: number, first: number): number {
  const next = text.charCodeAt(start + 1);
  const letter = first | 32;
  if (next === QUOTE && (letter === 101 || letter === 98 || letter === 120 || letter === 110)) {
    return scanString(text, cursor, start + 1, letter === 101);
  }
  if (letter === 117 && next === AMPERSAND) {
    const quote = text.charCodeAt(start + 2);
    if (quote === QUOTE) return scanString(text, cursor, start + 2, false);
    if (quote === DOUBLE_QUOTE) return scanQuotedIdentifier(text, cursor, start + 2);
  }
  let i = start + 1;
  while (isNamePart(text.charCodeAt(i))) i++;
  return finish(cursor, 'word', i);
}

function scanPunctuation(text: string, cursor: Cursor, start: number, code: number): number {
  const next = text.charCodeAt(start + 1);
  if (code === COLON && (next === COLON || next === EQUALS)) return finish(cursor, 'operator', start + 2);
  if (code === DOT && next === DOT) return finish(cursor, 'operator', start + 2);
  if (code === DOT && (classOf(next) & DIGIT) !== 0) return scanNumber(text, cursor, start);
  return finish(cursor, 'punctuation', start + 1);
}

/** `quote` is where the first quote stands. */
function scanString(text: string, cursor: Cursor, quote: number, escapes: boolean): number {
  let i = quote + 1;
  for (;;) {
    const close = escapes ? closeOfEscapeString(text, i) : closeOf(text, i, "'");
    if (close < 0) return finishOpen(text, cursor, 'string');
    // Strings with nothing but a line break between them are one (quotecontinue in scan.l).
    const next = afterLineBreak(text, close, cursor);
    if (next === close || text.charCodeAt(next) !== QUOTE) return finish(cursor, 'string', close);
    i = next + 1;
  }
}

/** The offset after the quote that closes, or -1. A doubled quote does not close. */
function closeOf(text: string, from: number, quote: string): number {
  const code = quote.charCodeAt(0);
  for (let i = text.indexOf(quote, from); i >= 0; i = text.indexOf(quote, i + 2)) {
    if (text.charCodeAt(i + 1) !== code) return i + 1;
  }
  return -1;
}

function closeOfEscapeString(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) {
      if (text.charCodeAt(i + 1) !== QUOTE) return i + 1;
      i++;
    }
  }
  return -1;
}

/**
 * The first character that is not white space or a line comment after a line break, or `from` when no line break
 * comes first.
 */
function afterLineBreak(text: string, from: number, cursor: Cursor): number {
  let i = from;
  let code = text.charCodeAt(i);
  while (code === BLANK || code === TAB || code === VT || code === FF) code = text.charCodeAt(++i);
  const breaks = code === LF || code === CR;
  while (breaks) {
    while (code === BLANK || (code >= TAB && code <= CR)) code = text.charCodeAt(++i);
    if (code !== MINUS || text.charCodeAt(i + 1) !== MINUS) break;
    i = endOfLine(text, i);
    code = text.charCodeAt(i);
  }
  looked(cursor, i + 1);
  return breaks ? i : from;
}

function scanQuotedIdentifier(text: string, cursor: Cursor, quote: number): number {
  let close = closeOf(text, quote + 1, '"');
  // In `"{{ index .Options "Namespace" }}"` the template has quotes of its own.
  const template = text.indexOf('{{', quote + 1);
  if (template >= 0 && template < close) {
    const end = templateEnd(text, template, '}}');
    if (end > close) close = closeOf(text, end, '"');
    looked(cursor, Math.min(text.length, template + LONGEST_TEMPLATE));
  }
  if (close < 0) return finishOpen(text, cursor, 'quoted-identifier');
  return finish(cursor, 'quoted-identifier', close);
}

/** Where the line that holds `from` ends, its break left out. A lone \r ends a line for the server too. */
function endOfLine(text: string, from: number): number {
  let i = from;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === LF || code === CR) break;
  }
  return i;
}

function scanOperator(text: string, cursor: Cursor, start: number, first: number): number {
  const next = text.charCodeAt(start + 1);
  if (first === MINUS && next === MINUS) return finish(cursor, 'line-comment', endOfLine(text, start));
  if (first === SLASH && next === STAR) return scanBlockComment(text, cursor, start);

  let strong = false;
  let i = start;
  for (;;) {
    const code = text.charCodeAt(i);
    const kind = classOf(code);
    if ((kind & OPERATOR) === 0) break;
    const after = text.charCodeAt(i + 1);
    if (i > start && ((code === MINUS && after === MINUS) || (code === SLASH && after === STAR))) break;
    if ((kind & STRONG) !== 0) strong = true;
    i++;
  }
  looked(cursor, i + 1);
  // So that `a=-1` is `a = -1`: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS
  if (!strong) {
    for (let last = text.charCodeAt(i - 1); i > start + 1 && (last === PLUS || last === MINUS); ) {
      last = text.charCodeAt(--i - 1);
    }
  }
  return finish(cursor, 'operator', i);
}

function scanBlockComment(text: string, cursor: Cursor, start: number): number {
  let depth = 1;
  let i = start + 2;
  while (depth > 0) {
    const close = text.indexOf('*/', i);
    if (close < 0) return finishOpen(text, cursor, 'block-comment');
    const open = text.indexOf('/*', i);
    if (open >= 0 && open < close) {
      depth++;
      i = open + 2;
    } else {
      depth--;
      i = close + 2;
    }
  }
  return finish(cursor, 'block-comment', i);
}

/** Junk right after the digits is part of the number, as in the server's message `trailing junk after numeric literal`. */
function scanNumber(text: string, cursor: Cursor, start: number): number {
  let i = start;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (text.charCodeAt(i + 1) === DOT) break;
    } else if (code === PLUS || code === MINUS) {
      const before = text.charCodeAt(i - 1) | 32;
      if (before !== 101 || (classOf(text.charCodeAt(i + 1)) & DIGIT) === 0) break;
      if (/[a-df-z_]/i.test(text.slice(start, i - 1))) break;
    } else if (!isNamePart(code)) break;
    i++;
  }
  return finish(cursor, 'number', i);
}

function scanDollar(text: string, cursor: Cursor, start: number): number {
  const next = text.charCodeAt(start + 1);
  if (next === OPEN_BRACE) return scanTemplate(text, cursor, start, '}');
  let i = start + 1;
  if ((classOf(next) & DIGIT) !== 0) {
    while (isNamePart(text.charCodeAt(i))) i++;
    return finish(cursor, 'parameter', i);
  }
  if ((classOf(next) & NAME_START) !== 0) {
    while ((classOf(text.charCodeAt(i)) & (NAME_START | DIGIT)) !== 0) i++;
  }
  looked(cursor, i);
  if (text.charCodeAt(i) !== DOLLAR) return finish(cursor, 'unknown', start + 1);
  const tag = text.slice(start, i + 1);
  const close = text.indexOf(tag, i + 1);
  if (close < 0) return finishOpen(text, cursor, 'string');
  return finish(cursor, 'string', close + tag.length);
}

function scanBrace(text: string, cursor: Cursor, start: number): number {
  const next = text.charCodeAt(start + 1);
  if (next === OPEN_BRACE) return scanTemplate(text, cursor, start, '}}');
  if (next === PERCENT) return scanTemplate(text, cursor, start, '%}');
  if (next === HASH) return scanTemplate(text, cursor, start, '#}');
  let i = start + 1;
  while (isNamePart(text.charCodeAt(i))) i++;
  looked(cursor, i);
  if (text.charCodeAt(i) === CLOSE_BRACE) return finish(cursor, 'template', i + 1);
  return finish(cursor, 'unknown', start + 1);
}

function scanTemplate(text: string, cursor: Cursor, start: number, close: string): number {
  looked(cursor, Math.min(text.length, start + LONGEST_TEMPLATE));
  const end = templateEnd(text, start, close);
  return end < 0 ? finish(cursor, 'unknown', start + 1) : finish(cursor, 'template', end);
}

/** The offset after the template that begins at `start`; -1 when it does not end soon. */
function templateEnd(text: string, start: number, close: string): number {
  const at = text.slice(start + 2, start + LONGEST_TEMPLATE).indexOf(close);
  if (at < 0) return -1;
  let end = start + 2 + at + close.length;
  // `{{ {a: {b: 1}}}}` ends at its last brace.
  while (close === '}}' && end < start + LONGEST_TEMPLATE && text.charCodeAt(end) === CLOSE_BRACE) end++;
  return end;
}
