// Walks over Elixir's tree.

import type { Body, Call, Clause, Expr } from '../syntax/elixir/nodes.js';
import type { Span } from '../text/span.js';
import { contains } from '../text/span.js';

/** What stands directly in an expression, in the order of the text. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'text':
      return expr.interpolations;
    case 'list':
    case 'tuple':
    case 'group':
      return expr.items;
    case 'map':
      return [...(expr.update === null ? [] : [expr.update]), ...expr.entries];
    case 'pair':
      return [expr.key, expr.value];
    case 'call':
      return [
        ...(expr.receiver === null ? [] : [expr.receiver]),
        ...expr.args,
        ...expr.keywords,
        ...(expr.body === null ? [] : inBody(expr.body)),
      ];
    case 'access':
      return [expr.container, expr.key];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'attribute':
      return expr.value === null ? [] : [expr.value];
    case 'fn':
      return expr.clauses.flatMap(inClause);
    default:
      return [];
  }
}

function inBody({ items, clauses, sections }: Body): readonly Expr[] {
  return [...items, ...clauses.flatMap(inClause), ...sections.flatMap(({ body }) => inBody(body))];
}

function inClause({ patterns, guard, items }: Clause): readonly Expr[] {
  return [...patterns, ...(guard === null ? [] : [guard]), ...items];
}

/** The expression and all that is inside it, outermost first. */
export function* everythingIn(expr: Expr): Iterable<Expr> {
  yield expr;
  for (const child of childrenOf(expr)) yield* everythingIn(child);
}

/** The expressions that hold the span, outermost first. */
export function pathTo(items: readonly Expr[], span: Span): readonly Expr[] {
  for (const item of items) {
    if (contains(item.span, span)) return [item, ...pathTo(childrenOf(item), span)];
  }
  return [];
}

/** The innermost local call of one of these names that holds the span. */
export function callAround(items: readonly Expr[], span: Span, names: readonly string[]): Call | null {
  return pathTo(items, span).findLast((expr) => isCallOf(expr, names)) ?? null;
}

export type LocalCall = Call & { readonly receiver: null };

export function isCallOf(expr: Expr | undefined, names: readonly string[]): expr is LocalCall {
  return expr?.kind === 'call' && expr.receiver === null && names.includes(expr.name);
}

/** How a block of Elixir begins and ends. */
export const edges = {
  opens: (line: string) => /(?:\bdo|->)\s*(?:#.*)?$/.test(line),
  closes: (line: string) => /^end\b/.test(line),
};
