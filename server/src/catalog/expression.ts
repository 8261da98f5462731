// A SQL expression inside DDL: a default, a CHECK, an index predicate. Kept as text with the facts that rules ask for.

import { applyEdits } from '../text/edits.js';
import type { Span } from '../text/span.js';
import { changeTree, type ExpressionTree } from './expression-tree.js';
import type { LocalName, Reference } from './names.js';
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
  /** Relations that its subqueries read; absent when there are none. */
  readonly relations?: readonly Reference[];
  /** Of a policy: columns that certainly have one of a few values, or are judged by a function, in every row that it lets through. */
  readonly pins?: readonly ColumnPin[];
  /** What it says; `null` where something in it is not modelled. */
  readonly tree: ExpressionTree | null;
  /** Its author would write it otherwise by now: what it names has another name, or another type. */
  readonly textIsOld?: true;
}

export interface ColumnPin {
  readonly column: string;
  /**
   * - `value`: it equals what no row says, or is in a list of such;
   * - `subquery`: it is in what a subquery gives, or the subquery of an EXISTS is about it;
   * - `function`: a function is given it, and says yes.
   */
  readonly by: 'value' | 'subquery' | 'function';
  /** The function, qualified when the author qualified it. */
  readonly function: string | null;
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
    ...(expression.pins === undefined
      ? {}
      : { pins: expression.pins.map((pin) => ({ ...pin, column: one(pin.column) })) }),
    tree:
      expression.tree === null
        ? null
        : changeTree(expression.tree, (node) =>
            node.kind === 'column' && node.name === from ? { ...node, name: to } : node,
          ),
  };
}

/** Whether both say the same, by all that can be seen without resolving anything. */
export function sameExpression(a: Expression, b: Expression): boolean {
  if (a.tree !== null && b.tree !== null) return JSON.stringify(a.tree) === JSON.stringify(b.tree);
  return plainText(a.text) === plainText(b.text);
}

/** Without spaces and outer parentheses, and in lower case, but for what stands in quotes. */
function plainText(text: string): string {
  const plain = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[^'"\s]+/g, (part) =>
    /^['"]/.test(part) ? part : part.trim().toLowerCase(),
  );
  return plain.replace(/^\((.*)\)$/s, '$1');
}
