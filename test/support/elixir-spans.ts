// What must hold for every Elixir tree, whatever was parsed.

import assert from 'node:assert/strict';
import type { Body, Clause, ElixirFile, Expr } from '../../server/src/syntax/elixir/nodes.js';
import { contains, type Span } from '../../server/src/text/span.js';

/** Every span lies in the text and in the span of what holds it; so do the texts that strings are mapped back to. */
export function checkSpans(file: ElixirFile, text: string): void {
  const whole = { start: 0, end: text.length };
  for (const item of file.items) checkExpr(item, whole);
  for (const comment of file.comments) checkSpan(comment.span, whole, 'comment');
  for (const problem of file.problems) checkSpan(problem.span, whole, 'problem');
}

function checkSpan(span: Span, outer: Span, what: string): void {
  const place = `${what} ${span.start}-${span.end} in ${outer.start}-${outer.end}`;
  assert.ok(span.start <= span.end, `backwards: ${place}`);
  assert.ok(contains(outer, span), `outside: ${place}`);
}

function checkExpr(expr: Expr, outer: Span): void {
  checkSpan(expr.span, outer, expr.kind);
  for (const part of partsOf(expr)) checkExpr(part, expr.span);
  if (expr.kind === 'call') {
    checkSpan(expr.nameSpan, expr.span, `name of ${expr.name}`);
    if (expr.body !== null) checkBody(expr.body, expr.span);
  } else if (expr.kind === 'fn') {
    for (const clause of expr.clauses) checkClause(clause, expr.span);
  } else if (expr.kind === 'text') {
    const { content } = expr;
    checkSpan(content.toOuter({ start: 0, end: content.text.length }), expr.span, 'content');
    for (const hole of content.holes) checkSpan(content.toOuter(hole), expr.span, 'hole');
  }
}

function checkBody(body: Body, outer: Span): void {
  checkSpan(body.span, outer, 'body');
  for (const item of body.items) checkExpr(item, body.span);
  for (const clause of body.clauses) checkClause(clause, body.span);
  for (const section of body.sections) checkBody(section.body, outer);
}

function checkClause(clause: Clause, outer: Span): void {
  checkSpan(clause.span, outer, 'clause');
  const parts = [...clause.patterns, ...(clause.guard === null ? [] : [clause.guard]), ...clause.items];
  for (const part of parts) checkExpr(part, clause.span);
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'list':
    case 'tuple':
    case 'group':
      return expr.items;
    case 'map':
      return expr.update === null ? expr.entries : [expr.update, ...expr.entries];
    case 'pair':
      return [expr.key, expr.value];
    case 'call':
      return [...(expr.receiver === null ? [] : [expr.receiver]), ...expr.args, ...expr.keywords];
    case 'access':
      return [expr.container, expr.key];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'attribute':
      return expr.value === null ? [] : [expr.value];
    case 'text':
      return expr.interpolations;
    default:
      return [];
  }
}
