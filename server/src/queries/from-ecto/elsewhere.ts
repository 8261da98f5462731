// Code of another function than the one that is read. Where it stands is not known in the file that is read.

import type { FunctionClause } from '../../syntax/elixir/functions.js';
import type { Body, Clause, Expr, Pair } from '../../syntax/elixir/nodes.js';
import { cover, type Span } from '../../text/span.js';

/** The place of all that is written elsewhere. */
export const ELSEWHERE: Span = { start: -1, end: -1 };

export function isElsewhere({ start }: Span): boolean {
  return start < 0;
}

/** The smallest span that holds both, as far as they are in this file. */
export function coverHere(a: Span, b: Span): Span {
  if (isElsewhere(a)) return b;
  return isElsewhere(b) ? a : cover(a, b);
}

const known = new WeakMap<FunctionClause, FunctionClause>();

/** The clause of a function as it is read from elsewhere. */
export function clauseElsewhere(clause: FunctionClause): FunctionClause {
  let found = known.get(clause);
  if (found === undefined) {
    const { params, guard, body } = clause;
    found = {
      ...clause,
      params: params.map(elsewhere),
      guard: guard === null ? null : elsewhere(guard),
      body: body === null ? null : bodyElsewhere(body),
    };
    known.set(clause, found);
  }
  return found;
}

const span = ELSEWHERE;

function elsewhere<T extends Expr>(expr: T): T {
  return moved(expr) as T;
}

function moved(expr: Expr): Expr {
  switch (expr.kind) {
    case 'text':
      // Its value is computed when it is asked for, from where it stands.
      return Object.create(expr, {
        span: { value: span, enumerable: true },
        interpolations: { value: expr.interpolations.map(elsewhere), enumerable: true },
      });
    case 'list':
    case 'tuple':
    case 'group':
      return { ...expr, span, items: expr.items.map(elsewhere) };
    case 'map': {
      const { update, entries } = expr;
      return {
        ...expr,
        span,
        update: update === null ? null : elsewhere(update),
        entries: entries.map(elsewhere),
      };
    }
    case 'pair':
      return pairElsewhere(expr);
    case 'call': {
      const { receiver, args, keywords, body } = expr;
      return {
        ...expr,
        span,
        nameSpan: span,
        receiver: receiver === null ? null : elsewhere(receiver),
        args: args.map(elsewhere),
        keywords: keywords.map(pairElsewhere),
        body: body === null ? null : bodyElsewhere(body),
      };
    }
    case 'access':
      return { ...expr, span, container: elsewhere(expr.container), key: elsewhere(expr.key) };
    case 'unary':
      return { ...expr, span, operand: elsewhere(expr.operand) };
    case 'binary':
      return { ...expr, span, operatorSpan: span, left: elsewhere(expr.left), right: elsewhere(expr.right) };
    case 'attribute':
      return { ...expr, span, value: expr.value === null ? null : elsewhere(expr.value) };
    case 'fn':
      return { ...expr, span, clauses: expr.clauses.map(caseElsewhere) };
    default:
      return { ...expr, span };
  }
}

function pairElsewhere(pair: Pair): Pair {
  return { ...pair, span, key: elsewhere(pair.key), value: elsewhere(pair.value) };
}

function caseElsewhere({ patterns, guard, items }: Clause): Clause {
  return {
    span,
    patterns: patterns.map(elsewhere),
    guard: guard === null ? null : elsewhere(guard),
    items: items.map(elsewhere),
  };
}

function bodyElsewhere({ items, clauses, sections, closed }: Body): Body {
  return {
    span,
    items: items.map(elsewhere),
    clauses: clauses.map(caseElsewhere),
    sections: sections.map(({ keyword, body }) => ({ keyword, body: bodyElsewhere(body) })),
    closed,
  };
}
