// A column's name inside the text of an expression, changed without touching anything else of it.

import { applyEdits } from '../../text/edits.js';
import { quoted } from '../../text/quoted.js';
import type { Span } from '../../text/span.js';
import { factsOfExpressionText, readExpression } from './expression.js';
import { asNode, columnParts } from './nodes.js';
import type { SqlParser } from './parse.js';
import { columnsOfTyped, typedExpression } from './typed-expression.js';

/**
 * The expression with the column's name replaced wherever it is read, layout and comments kept. `null` when the text is no
 * expression, or when the result would not be one that differs in this name alone.
 * @param from as the server folds it
 */
export function renameColumnInExpression(
  parser: SqlParser,
  text: string,
  from: string,
  to: string,
): string | null {
  const places = columnPlaces(parser, text);
  if (places === null) return null;
  const spelled = needsQuotes(parser, to) ? quoted(to) : to;
  const edits = places.filter(({ name }) => name === from).map(({ span }) => ({ span, text: spelled }));
  const renamed = applyEdits(text, edits);
  const before = places.map(({ name }) => (name === from ? to : name));
  const after = columnPlaces(parser, renamed)?.map(({ name }) => name);
  return before.join('\n') === after?.join('\n') ? renamed : null;
}

interface Place {
  readonly name: string;
  /** The last part of a qualified name. */
  readonly span: Span;
}

/** Where columns are named: by the typed tree where it agrees with PostgreSQL's grammar, else by our own tokens. */
function columnPlaces(parser: SqlParser, text: string): readonly Place[] | null {
  const facts = factsOfExpressionText(parser, text);
  if (facts === null) return null;
  const typed = typedExpression(parser, text);
  const theirs = typed === null ? [] : columnsOfTyped(typed);
  return facts.columns.map(({ name, span }) => {
    const same = theirs.find((column) => column.span.start <= span.start && span.start < column.span.end);
    return { name, span: same === undefined ? span : { start: span.start, end: same.span.end } };
  });
}

/** Whether a column of that name is written in quotes. Asks the grammar: it depends on some four hundred keywords. */
export function needsQuotes(parser: SqlParser, name: string): boolean {
  if (!/^[a-z_][a-z0-9_$]*$/.test(name)) return true;
  const column = asNode(readExpression(parser, name)?.node, 'ColumnRef');
  return column === null || columnParts(column).join('.') !== name;
}
