// Edits inside one SQL statement, on the spans of its tokens. They count from the start of the statement.

import type { AddColumn, Operation } from '../catalog/operation.js';
import { alterActions, type Clause, columnClauses } from '../syntax/sql/clauses.js';
import { type Range, spanOf, type TokenText, textAt, tokenAt, wordAt } from '../syntax/sql/segments.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import type { SqlStyle } from './sql-style.js';

/** CONCURRENTLY behind the INDEX of CREATE INDEX and DROP INDEX, or what REINDEX says; no edit where it stands already. */
export function makeConcurrent(of: TokenText): readonly TextEdit[] {
  const at = of.tokens.findIndex((_, index) =>
    /^(?:index|table|schema|database)$/.test(wordAt(of, index) ?? ''),
  );
  const token = of.tokens[at];
  if (token === undefined || wordAt(of, at + 1) === 'concurrently') return [];
  const word = textAt(of, at) === textAt(of, at).toLowerCase() ? 'concurrently' : 'CONCURRENTLY';
  return [insertAt(token.span.end, ` ${word}`)];
}

/** NOT VALID at the end of a constraint of the table. */
export function notValid(at: Span, { words }: SqlStyle): readonly TextEdit[] {
  return [insertAt(at.end, ` ${words('not valid')}`)];
}

/**
 * A constraint on a new column cannot be NOT VALID, so it becomes a constraint of the table behind the column.
 * @param name what it is to be called
 */
export function constraintOfTable(
  of: TokenText,
  operation: AddColumn,
  at: Span,
  name: string,
  style: SqlStyle,
): readonly TextEdit[] | null {
  const clause = clausesOf(of, operation).find(({ range }) => spanOf(of, range).start === at.start);
  if (clause === undefined) return null;
  const { words } = style;
  const written = of.text.slice(clause.keyword.start, at.end);
  const key =
    clause.words === 'references'
      ? `${words('foreign key')} ${style.list([operation.column.name.name])} `
      : '';
  const added = `${words('add constraint')} ${style.name(name)} ${key}${written} ${words('not valid')}`;
  return [withoutSpan(of, at), insertAt(operation.span.end, `,${between(of, operation.span)}${added}`)];
}

/** The clauses of ADD COLUMN that are given by these words: `default`, `not null`. */
export function withoutClauses(
  of: TokenText,
  operation: AddColumn,
  ...which: readonly string[]
): readonly TextEdit[] {
  return clausesOf(of, operation)
    .filter((clause) => which.includes(clause.words))
    .map((clause) => withoutSpan(of, spanOf(of, clause.range)));
}

function clausesOf(of: TokenText, { column, span }: AddColumn): readonly Clause[] {
  const range: Range = { from: tokenAt(of, column.span.start), to: tokenAt(of, span.end) };
  return columnClauses(of, range)?.clauses ?? [];
}

/** Takes one action out of ALTER TABLE, with a comma beside it; `null` when it is the only one. */
export function withoutAction(of: TokenText, { span }: Operation): readonly TextEdit[] | null {
  const actions = alterActions(of);
  const index = actions.findIndex((action) => spanOf(of, action).start === span.start);
  const own = actions[index];
  if (own === undefined || actions.length < 2) return null;
  // Comments between the two stay.
  const comma = of.tokens[index === 0 ? own.to : own.from - 1]?.span;
  if (comma === undefined) return null;
  if (index > 0) return [{ span: comma, text: '' }, withoutSpan(of, span)];
  const end = blanksAfter(of.text, comma.end);
  return onlySpace(of.text.slice(span.end, comma.start))
    ? [{ span: { start: span.start, end }, text: '' }]
    : [
        { span, text: '' },
        { span: { start: comma.start, end }, text: '' },
      ];
}

export function replaceAction({ span }: Operation, text: string): readonly TextEdit[] {
  return [{ span, text }];
}

/** The actions of the ALTER TABLE that holds the operation; 1 for any other statement. */
export function countActions(of: TokenText): number {
  return Math.max(1, alterActions(of).length);
}

/** A name as the author spells it where it stands, else as `style` writes it. */
export function spelled(
  of: TokenText,
  { name, span }: { name: string; span: Span },
  style: SqlStyle,
): string {
  const written = of.text.slice(span.start, span.end);
  return written.toLowerCase() === name || written === `"${name}"` ? written : style.name(name);
}

/** Removes a span with the white space before it. */
export function withoutSpan(of: TokenText, { start, end }: Span): TextEdit {
  let from = start;
  while (from > 0 && /\s/.test(of.text.charAt(from - 1))) from--;
  // A comment may stand there, which must not swallow what follows.
  const line = of.text.slice(of.text.lastIndexOf('\n', from - 1) + 1, from);
  return { span: { start: line.includes('--') ? start : from, end }, text: '' };
}

/** What parts an action from the next: the line break and indentation that it begins with, or a blank. */
function between(of: TokenText, { start }: Span): string {
  return /\r?\n[\t ]*$/.exec(of.text.slice(0, start))?.[0] ?? ' ';
}

function blanksAfter(text: string, offset: number): number {
  let end = offset;
  while (/\s/.test(text.charAt(end))) end++;
  return end;
}

function onlySpace(text: string): boolean {
  return text.trim() === '';
}
