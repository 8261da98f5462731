// Adds to an expression what was found after it: arguments, a block, an operator with its right side. All go to the part
// that stands furthest right, as they would have if the parser had seen them together.

import { cover, type Span } from '../../text/span.js';
import { callOf } from './calls.js';
import { attribute, binary } from './convert.js';
import type { Body, Expr } from './nodes.js';

export function attachArguments(
  expr: Expr,
  args: readonly Expr[],
  parenthesized: boolean,
  end: number,
): Expr {
  const span = { start: expr.span.start, end: Math.max(end, expr.span.end) };
  switch (expr.kind) {
    case 'variable': {
      const target = { receiver: null, name: expr.name, nameSpan: expr.span };
      return callOf(span, target, args, parenthesized, null);
    }
    case 'call': {
      if (expr.parenthesized && parenthesized) {
        const at = { start: expr.span.end, end: expr.span.end };
        return callOf(span, { receiver: expr, name: '', nameSpan: at }, args, true, null);
      }
      return callOf(span, expr, [...expr.args, ...expr.keywords, ...args], parenthesized, expr.body);
    }
    case 'attribute': {
      const name = { start: expr.span.start + 1, end: expr.span.start + 1 + expr.name.length };
      const target = { receiver: null, name: expr.name, nameSpan: name };
      if (expr.value === null) return attribute(span, callOf(span, target, args, parenthesized, null));
      return { ...expr, span, value: attachArguments(expr.value, args, parenthesized, end) };
    }
    case 'binary':
      return { ...expr, span, right: attachArguments(expr.right, args, parenthesized, end) };
    case 'pair':
      return { ...expr, span, value: attachArguments(expr.value, args, parenthesized, end) };
    case 'unary':
      return { ...expr, span, operand: attachArguments(expr.operand, args, parenthesized, end) };
    default:
      return { kind: 'group', span, items: [expr, ...args] };
  }
}

export function attachBlock(expr: Expr, block: Body): Expr {
  const span = cover(expr.span, block.span);
  switch (expr.kind) {
    case 'variable':
      return callOf(span, { receiver: null, name: expr.name, nameSpan: expr.span }, [], false, block);
    case 'call':
      return { ...expr, span, body: block };
    case 'attribute':
      return expr.value === null ? expr : { ...expr, span, value: attachBlock(expr.value, block) };
    case 'binary':
      return { ...expr, span, right: attachBlock(expr.right, block) };
    case 'pair':
      return { ...expr, span, value: attachBlock(expr.value, block) };
    case 'unary':
      return { ...expr, span, operand: attachBlock(expr.operand, block) };
    default:
      return { kind: 'group', span, items: [expr, ...block.items] };
  }
}

/**
 * `left operator right` where no precedence is known any more.
 *
 * @param inArguments whether `left` is a call that is still taking arguments, so that the operator belongs to the last one
 */
export function join(
  left: Expr,
  operator: { readonly text: string; readonly span: Span },
  right: Expr,
  inArguments: boolean,
): Expr {
  const span = cover(left.span, right.span);
  if (inArguments && left.kind === 'call') {
    const last = left.keywords.at(-1) ?? left.args.at(-1);
    if (last !== undefined) {
      const others = [...left.args, ...left.keywords].filter((argument) => argument !== last);
      return callOf(span, left, [...others, join(last, operator, right, false)], false, left.body);
    }
  }
  if (left.kind === 'pair') return { ...left, span, value: join(left.value, operator, right, false) };
  if (operator.text !== '.') return binary(span, operator.text, operator.span, left, right);
  if (right.kind === 'variable') {
    return callOf(span, { receiver: left, name: right.name, nameSpan: right.span }, [], false, null);
  }
  if (right.kind === 'call' && right.receiver === null) return { ...right, span, receiver: left };
  return { kind: 'group', span, items: [left, right] };
}
