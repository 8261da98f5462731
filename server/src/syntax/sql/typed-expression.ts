// Expressions as pgsql-ast-parser types them, with a start and an end on every node. It misreads some SQL without saying so
// (`data ->> 'id'::text`, `= ANY (…)`), so its answer counts only when PostgreSQL's grammar reads the same in what it prints.

import { astVisitor, type Expr, type ExprRef, parse, toSql } from 'pgsql-ast-parser';
import type { Span } from '../../text/span.js';
import { readExpression } from './expression.js';
import type { Node } from './nodes.js';
import type { SqlParser } from './parse.js';

/** `null` when the text is no expression, or one that pgsql-ast-parser refuses or misreads. Never throws. */
export function typedExpression(parser: SqlParser, text: string): Expr | null {
  const truth = readExpression(parser, text);
  if (truth === null) return null;
  try {
    const [expression]: unknown[] = parse(text, { entry: 'expr', locationTracking: true });
    if (!isExpression(expression)) return null;
    const printed = readExpression(parser, toSql.expr(expression));
    return printed !== null && sameMeaning(truth.node, printed.node) ? expression : null;
  } catch {
    // Throwing is how it says that it cannot read or print.
    return null;
  }
}

/** With this entry it gives an expression, though it is typed to give statements. */
function isExpression(value: unknown): value is Expr {
  return typeof value === 'object' && value !== null && 'type' in value;
}

export interface TypedColumn {
  readonly name: string;
  /** With what qualifies it. */
  readonly span: Span;
}

/** Every column that the expression names, in the order of the text. */
export function columnsOfTyped(expression: Expr): TypedColumn[] {
  const found: TypedColumn[] = [];
  const take = ({ name, _location }: ExprRef) => {
    if (_location !== undefined) found.push({ name, span: { start: _location.start, end: _location.end } });
  };
  astVisitor(() => ({ ref: take })).expr(expression);
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** Whether two trees differ in nothing but where things stand. */
function sameMeaning(a: Node, b: Node): boolean {
  return JSON.stringify(a, withoutPlaces) === JSON.stringify(b, withoutPlaces);
}

function withoutPlaces(key: string, value: unknown): unknown {
  return /^(?:location|list_start|list_end|rexpr_list_start|rexpr_list_end)$/.test(key) ? undefined : value;
}
