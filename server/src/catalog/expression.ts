// A SQL expression inside DDL: a default, a CHECK, an index predicate. Kept as text with the facts that rules ask for.

import { applyEdits } from '../text/edits.js';
import type { Span } from '../text/span.js';
import type { LocalName } from './names.js';
import { quoteIdentifier } from './types.js';

export interface Expression {
  /** As the author wrote it. */
  readonly text: string;
  readonly span: Span;
  /** Columns it reads, each once, unqualified. */
  readonly columns: readonly string[];
  /** Every place where a column is named, as spans of `text`. */
  readonly mentions: readonly LocalName[];
  /** Functions it calls, lower case, qualified when the author qualified them. */
  readonly functions: readonly string[];
  /** Neither a column nor a function nor a subquery is read: the same value for every row. */
  readonly constant: boolean;
  /** Columns of which it says `IS NOT NULL` in every case in which it is true (top-level AND conjuncts). */
  readonly provesNotNull: readonly string[];
}

/** The same expression after one of its columns got another name. */
export function renameColumnIn(expression: Expression, from: string, to: string): Expression {
  if (!expression.columns.includes(from)) return expression;
  const one = (name: string) => (name === from ? to : name);
  const spelled = quoteIdentifier(to);
  let grown = 0;
  const mentions: LocalName[] = [];
  const edits = [];
  for (const { name, span } of [...expression.mentions].sort((a, b) => a.span.start - b.span.start)) {
    const length = name === from ? spelled.length : span.end - span.start;
    const start = span.start + grown;
    mentions.push({ name: one(name), span: { start, end: start + length } });
    if (name !== from) continue;
    edits.push({ span, text: spelled });
    grown += length - (span.end - span.start);
  }
  return {
    ...expression,
    text: applyEdits(expression.text, edits),
    columns: expression.columns.map(one),
    provesNotNull: expression.provesNotNull.map(one),
    mentions,
  };
}
