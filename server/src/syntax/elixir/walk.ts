// Going through expressions: everything in one, or what stands around a cursor.

import { touches } from '../../text/span.js';
import type { Body, Clause, Expr } from './nodes.js';

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
export function partsOfBody(body: Body): readonly Expr[] {
  const sections = body.sections.flatMap((section) => partsOfBody(section.body));
  return [...body.items, ...body.clauses.flatMap(partsOfClause), ...sections];
}

function partsOfClause({ patterns, guard, items }: Clause): readonly Expr[] {
  return guard === null ? [...patterns, ...items] : [...patterns, guard, ...items];
}

/**
 * Visits expressions and all that is in them, outermost first.
 *
 * @param enter may return false to leave out what is in an expression
 */
export function walk(items: readonly Expr[], enter: (expr: Expr) => unknown): void {
  for (const item of items) {
    if (enter(item) !== false) walk(partsOf(item), enter);
  }
}

/** The expressions around a place, outermost first. At the border of two neighbours the later one counts. */
export function pathTo(items: readonly Expr[], offset: number): readonly Expr[] {
  const path: Expr[] = [];
  let level = items;
  for (;;) {
    const found = level.findLast(({ span }) => touches(span, offset));
    if (found === undefined) return path;
    path.push(found);
    level = partsOf(found);
  }
}
