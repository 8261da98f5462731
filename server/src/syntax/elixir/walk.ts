// Going through expressions: everything in one, or what stands around a place.

import { contains, type Span } from '../../text/span.js';
import type { Body, Call, Clause, Expr } from './nodes.js';

/** The expressions directly in another one, those in its blocks and clauses among them. Roughly in the order of the text. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'list':
    case 'tuple':
    case 'group':
      return expr.items;
    case 'map':
      return expr.update === null ? expr.entries : [expr.update, ...expr.entries];
    case 'pair':
      return [expr.key, expr.value];
    case 'call': {
      const { receiver, args, keywords, body } = expr;
      const given = receiver === null ? [...args, ...keywords] : [receiver, ...args, ...keywords];
      return body === null ? given : [...given, ...partsOfBody(body)];
    }
    case 'access':
      return [expr.container, expr.key];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'attribute':
      return expr.value === null ? [] : [expr.value];
    case 'fn':
      return expr.clauses.flatMap(partsOfClause);
    case 'text':
      return expr.interpolations;
    case 'atom':
    case 'number':
    case 'alias':
    case 'variable':
    case 'unreadable':
      return [];
  }
}

/** All expressions of a block, of its clauses and sections too. */
function partsOfBody(body: Body): readonly Expr[] {
  const sections = body.sections.flatMap((section) => partsOfBody(section.body));
  return [...body.items, ...body.clauses.flatMap(partsOfClause), ...sections];
}

function partsOfClause({ patterns, guard, items }: Clause): readonly Expr[] {
  return guard === null ? [...patterns, ...items] : [...patterns, guard, ...items];
}

/** The expression and all that is inside it, outermost first. */
export function everythingIn(expr: Expr): readonly Expr[] {
  const found: Expr[] = [];
  addEverything(expr, found);
  return found;
}

function addEverything(expr: Expr, found: Expr[]): void {
  found.push(expr);
  for (const part of partsOf(expr)) addEverything(part, found);
}

/** Names of the variables in an expression: in a pattern, those that it binds. */
export function variablesIn(expr: Expr): readonly string[] {
  if (expr.kind === 'variable') return [expr.name];
  return everythingIn(expr).flatMap((inner) => (inner.kind === 'variable' ? [inner.name] : []));
}

/** The expressions that hold the span, outermost first. */
export function pathTo(items: readonly Expr[], span: Span): readonly Expr[] {
  for (const item of items) {
    if (contains(item.span, span)) return [item, ...pathTo(partsOf(item), span)];
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
