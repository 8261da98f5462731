// A tenant's condition that an OR escapes: parentheses around what else is said, or the condition behind the last `or_where`.

import { type Block, type Condition, isAlways, type Relation } from '../queries/query.js';
import { spanOfCondition } from '../queries/walk.js';
import type { Binary, Call, Expr, Pair } from '../syntax/elixir/nodes.js';
import { pathTo } from '../syntax/elixir/walk.js';
import { insertAt, type TextEdit } from '../text/edits.js';
import { contains, type Span } from '../text/span.js';
import type { EctoScope } from './scope-ecto.js';

/**
 * `org_id = $1 AND a OR b` becomes `org_id = $1 AND (a OR b)`. `null` unless the tenant is compared first in the first arm or
 * last in the last one, and everything else can be put in parentheses.
 * @param text in which the spans of the block count
 */
export function inParentheses(
  text: string,
  { where }: Block,
  relation: Relation,
  column: string,
): readonly TextEdit[] | null {
  const arms = armsOf(where);
  const [first, last] = [arms[0], arms.at(-1)];
  if (first === undefined || last === undefined || !isOneExpression(text, arms)) return null;
  const [front, back] = [partsOf(first)[0], partsOf(last).at(-1)];
  if (partsOf(first).length > 1 && isTenant(front, relation, column)) {
    const start = behindAnd(text, spanOfCondition(front)?.end ?? null);
    return around(text, start, spanOfCondition(last)?.end ?? null);
  }
  if (partsOf(last).length > 1 && isTenant(back, relation, column)) {
    const end = beforeAnd(text, spanOfCondition(back)?.start ?? null);
    return around(text, spanOfCondition(first)?.start ?? null, end);
  }
  return null;
}

/** Several arms with nothing but OR between them, which is not so where one stands in an `or_where`. */
function isOneExpression(text: string, arms: readonly Condition[]): boolean {
  const spans = arms.map(spanOfCondition);
  return (
    arms.length > 1 &&
    spans.slice(1).every((span, index) => {
      const before = spans[index];
      const between = before == null || span === null ? '' : text.slice(before.end, span.start);
      return /^[\s()]*(?:or|\|\|)[\s()]*$/i.test(between);
    })
  );
}

/** An OR that a called function or a loop adds: what is compared at the source would stand before it, and be lost. */
export function isWidenedElsewhere({ text, tree, block }: EctoScope): boolean {
  const isHere = (arm: Condition | undefined) => {
    const span = arm === undefined ? null : spanOfCondition(arm);
    const path = span === null ? [] : pathTo(tree.items, span);
    return path.some(isOrWhere) && !path.some(({ kind }) => kind === 'fn');
  };
  const find = (condition: Condition): boolean => {
    if (condition.kind === 'and' || condition.kind === 'choice') return condition.of.some(find);
    if (condition.kind !== 'or') return false;
    const arms = armsOf(condition);
    return !isOneExpression(text, arms) && !isHere(arms.at(-1));
  };
  return find(block.where);
}

function isOrWhere(expr: Expr): boolean {
  if (expr.kind === 'call') return expr.name === 'or_where';
  return expr.kind === 'pair' && expr.key.kind === 'atom' && expr.key.value === 'or_where';
}

function armsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'or' ? condition.of.flatMap(armsOf) : [condition];
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' && !isAlways(condition) ? condition.of.flatMap(partsOf) : [condition];
}

/** `org_id = $1`, of the relation or of one that has no rival. */
function isTenant(
  condition: Condition | undefined,
  { alias }: Relation,
  column: string,
): condition is Condition {
  if (condition?.kind !== 'equal') return false;
  const { left, right } = condition;
  return [
    [left, right],
    [right, left],
  ].some(
    ([own, value]) =>
      own?.kind === 'column' &&
      own.column === column &&
      (own.alias === alias || own.alias === null) &&
      value?.kind === 'outer',
  );
}

function behindAnd(text: string, end: number | null): number | null {
  const and = end === null ? null : /^\s*(?:and|&&)\s+/i.exec(text.slice(end));
  return end === null || and === null ? null : end + and[0].length;
}

function beforeAnd(text: string, start: number | null): number | null {
  const and = start === null ? null : /\s+(?:and|&&)\s+$/i.exec(text.slice(0, start));
  return and === null ? null : and.index;
}

/** Parentheses around a piece of text, which takes in those that close what is opened in it; `null` where it closes more. */
function around(text: string, start: number | null, end: number | null): readonly TextEdit[] | null {
  if (start === null || end === null || start >= end) return null;
  const piece = text.slice(start, end);
  const plain = piece.replace(/'[^']*'|"[^"]*"/g, (quoted) => '.'.repeat(quoted.length));
  if (/--|\/\*|#/.test(plain)) return null;
  let open = 0;
  for (const sign of plain) {
    if (sign === '(') open++;
    else if (sign === ')' && --open < 0) return null;
  }
  const closing = /^(?:\s*\))*/.exec(text.slice(end))?.[0] ?? '';
  let to = end;
  for (const sign of closing) {
    if (open === 0) break;
    to++;
    if (sign === ')') open--;
  }
  return open === 0 ? [insertAt(start, '('), insertAt(to, ')')] : null;
}

/** Moves the step or clause that compares the tenant and nothing else behind the last `or_where`. */
export function behindLastOr(scope: EctoScope): readonly TextEdit[] | null {
  const { tree, block, relation, column } = scope;
  for (const tenant of armsOf(block.where).flatMap(partsOf)) {
    const span = isTenant(tenant, relation, column) ? spanOfCondition(tenant) : null;
    const path = span === null ? [] : pathTo(tree.items, span);
    const edits = span === null ? null : (movedStep(scope, path, span) ?? movedClause(scope, path, span));
    if (edits !== null) return edits;
  }
  return null;
}

/** `query |> where(org_id: ^id) |> or_where(…)` */
function movedStep(
  { text, sink }: EctoScope,
  path: readonly Expr[],
  tenant: Span,
): readonly TextEdit[] | null {
  const step = path.findLast((expr): expr is Call => expr.kind === 'call' && expr.name === 'where');
  const pipe = path.findLast(
    (expr): expr is Binary => expr.kind === 'binary' && expr.operator === '|>' && expr.right === step,
  );
  if (step === undefined || pipe === undefined || !saysOnly(step, tenant)) return null;
  const chain = path.slice(0, path.indexOf(pipe)).filter(isPipe).reverse();
  const last = chain.findLast(({ right }) => right.kind === 'call' && right.name === 'or_where');
  if (last === undefined || (sink !== null && sink.span.end <= last.span.end)) return null;
  return moved(text, { start: pipe.left.span.end, end: step.span.end }, last.span.end);
}

function isPipe(expr: Expr): expr is Binary {
  return expr.kind === 'binary' && expr.operator === '|>';
}

/** Nothing but the comparison is among its arguments, besides a list of bindings. */
function saysOnly({ args, keywords }: Call, tenant: Span): boolean {
  if (keywords.length > 0) return args.length === 0 && keywords.length === 1;
  const condition = args.at(-1);
  return args.length <= 2 && condition?.span.start === tenant.start && condition.span.end === tenant.end;
}

/** `from p in Post, where: p.org_id == ^id, or_where: …` */
function movedClause({ text }: EctoScope, path: readonly Expr[], tenant: Span): readonly TextEdit[] | null {
  const from = path.findLast((expr): expr is Call => expr.kind === 'call' && expr.name === 'from');
  const clause = path.findLast(
    (expr): expr is Pair => expr.kind === 'pair' && expr.key.kind === 'atom' && expr.key.value === 'where',
  );
  if (from === undefined || clause === undefined || from.keywords.length === 0) return null;
  const { value } = clause;
  const only =
    (value.kind === 'list' && value.items.length === 1) ||
    (value.span.start === tenant.start && value.span.end === tenant.end);
  const index = from.keywords.indexOf(clause);
  const last = from.keywords.findLast(({ key }) => key.kind === 'atom' && key.value === 'or_where');
  const before = from.keywords[index - 1] ?? from.args[0];
  if (!only || index < 0 || last === undefined || before === undefined) return null;
  if (last.span.start < clause.span.end || !contains(from.span, last.span)) return null;
  return moved(text, { start: before.span.end, end: clause.span.end }, last.span.end);
}

function moved(text: string, from: Span, to: number): readonly TextEdit[] {
  return [{ span: from, text: '' }, insertAt(to, text.slice(from.start, from.end))];
}
