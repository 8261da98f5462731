// Statements of a SQL file with the comments and lines that belong to them: how one is taken out, and how one is put in.

import { tokenize } from '../syntax/sql/lexer.js';
import type { PlacedStatement, SqlFile } from '../syntax/sql/statement.js';
import { applyEdits, insertAt, type TextEdit } from '../text/edits.js';
import { contains, type Span, shift } from '../text/span.js';
import { indentAt, removeLines, unindented, withCommentBehind, withCommentsAbove } from './lines.js';
import { newlineOf } from './sql-style.js';

/** A statement with the comments on the lines right above it and behind it on its last line. */
interface StatementLines {
  /** From the first comment to the last character, without line ends around it. */
  readonly span: Span;
  /** True when a `;` ends it. */
  readonly ended: boolean;
}

function linesOf(file: SqlFile, { start, statement }: PlacedStatement): StatementLines {
  const { text, comments } = file;
  const end = start + statement.text.length;
  const semicolon = semicolonAfter(file, end);
  const above = withCommentsAbove(text, comments, { start, end: semicolon ?? end });
  return { span: withCommentBehind(text, comments, above), ended: semicolon !== null };
}

/** Lines of the comments that go with the statement and stand outside it, without marks. */
export function commentsOf(file: SqlFile, placed: PlacedStatement): readonly string[] {
  const { span } = linesOf(file, placed);
  const end = placed.start + placed.statement.text.length;
  return file.comments
    .filter((one) => contains(span, one.span) && (one.span.end <= placed.start || one.span.start >= end))
    .flatMap(({ text }) => text.split('\n').map((line) => line.replace(/^\s*\*?\s?|\s+$/g, '')));
}

/** Takes the statement out and leaves its comments. */
export function removeBareStatement(file: SqlFile, { start, statement }: PlacedStatement): TextEdit {
  const end = start + statement.text.length;
  const span = { start, end: semicolonAfter(file, end) ?? end };
  const inside = file.comments.filter((comment) => contains(span, comment.span));
  if (inside.length === 0) return removeLines(file.text, span);
  const kept = inside.map((comment) => file.text.slice(comment.span.start, comment.span.end).trimEnd());
  return { span, text: kept.join(newlineOf(file.text) + indentAt(file.text, start)) };
}

export function removeStatement(file: SqlFile, placed: PlacedStatement): TextEdit {
  return removeLines(file.text, linesOf(file, placed).span);
}

/** The statement with its comments, edited, as a text of its own: not indented, ended by `;`, with `\n` as line ends. */
export function movedStatement(file: SqlFile, placed: PlacedStatement, edits: readonly TextEdit[]): string {
  const { text } = file;
  const { span, ended } = linesOf(file, placed);
  const semicolon = ended ? [] : [insertAt(placed.statement.text.length, ';')];
  const edited = applyEdits(
    text.slice(span.start, span.end),
    [...edits, ...semicolon].map((edit) => ({ ...edit, span: shift(edit.span, placed.start - span.start) })),
  );
  return unindented(edited, indentAt(text, span.start)).join('\n');
}

/** Statements, without `;`, on lines of their own behind another one. */
export function insertBehind(
  file: SqlFile,
  placed: PlacedStatement,
  statements: readonly string[],
): readonly TextEdit[] {
  if (statements.length === 0) return [];
  const { text } = file;
  const { span, ended } = linesOf(file, placed);
  const newline = newlineOf(text);
  const indent = indentAt(text, placed.start);
  const gap = newline.repeat(partedByEmptyLines(file) ? 2 : 1);
  const indented = (line: string) => (line === '' ? '' : indent + line);
  const written = statements.map((one) => gap + `${one};`.split('\n').map(indented).join(newline));
  const end = placed.start + placed.statement.text.length;
  return [...(ended ? [] : [insertAt(end, ';')]), insertAt(span.end, written.join(''))];
}

/** The same before it, and before the comments above it. */
export function insertBefore(
  file: SqlFile,
  placed: PlacedStatement,
  statements: readonly string[],
): readonly TextEdit[] {
  if (statements.length === 0) return [];
  const { text } = file;
  const { start } = linesOf(file, placed).span;
  const newline = newlineOf(text);
  const indent = indentAt(text, start);
  const gap = newline.repeat(partedByEmptyLines(file) ? 2 : 1) + indent;
  const indented = (line: string, index: number) => (line === '' || index === 0 ? line : indent + line);
  const written = statements.map((one) => `${one};`.split('\n').map(indented).join(newline) + gap);
  return [insertAt(start, written.join(''))];
}

/** Whether the author leaves empty lines between statements. */
function partedByEmptyLines({ text, statements }: SqlFile): boolean {
  const gaps = statements.slice(1).map(({ start }, index) => {
    const before = statements[index];
    return before === undefined ? '' : text.slice(before.start + before.statement.text.length, start);
  });
  if (gaps.length === 0) return statements[0]?.statement.text.includes('\n') === true;
  return gaps.filter((gap) => /\n[ \t]*\r?\n/.test(gap)).length * 2 > gaps.length;
}

function semicolonAfter({ text, statements }: SqlFile, end: number): number | null {
  const next = statements.find(({ start }) => start >= end)?.start ?? text.length;
  const [token] = tokenize(text, end, next);
  return token !== undefined && text.slice(token.span.start, token.span.end) === ';' ? token.span.end : null;
}
