// What code finds out about a value of its client before it goes on: by comparing it, or by asking who may do what.

import type { Call, Expr } from '../../syntax/elixir/nodes.js';
import { isCalledAuthorization, isCalledCheck, isCalledRole } from './code-names.js';
import { addChecked, addCheckedNames, mayBeOfClient, type Rows, type Scope, textOf } from './scope.js';
import type { Argument } from './sinks.js';

function noteIn(rows: Rows, written: string): void {
  rows.authorizedBy.push(written);
  for (const made of rows.madeOf) noteIn(made, written);
}

/** Whether a condition holds only for who may do something. */
export function asksForRole(condition: Expr): boolean {
  if (condition.kind === 'call') return isCalledRole(condition.name);
  return (
    condition.kind === 'binary' &&
    /^(?:and|&&)$/.test(condition.operator) &&
    (asksForRole(condition.left) || asksForRole(condition.right))
  );
}

/** Notes the rows that are given to a function which says who may do what, and values of the client that go there beside trusted ones. */
export function noteAuthorization({ receiver, name }: Call, given: readonly Argument[], scope: Scope): void {
  const authorizes = isCalledAuthorization(name);
  if (!authorizes && !isCalledCheck(name)) return;
  if (authorizes) {
    const written = receiver?.kind === 'alias' ? `${receiver.name}.${name}` : name;
    for (const { value } of given) {
      const handed = value.kind === 'unknown' || value.kind === 'named-function';
      if (handed && value.rows !== undefined) noteIn(value.rows, written);
    }
  }
  noteChecked(given, scope);
}

/** Notes the values of the client that stand beside a trusted one. */
export function noteChecked(given: readonly Argument[], { reader }: Scope): void {
  if (!given.some(({ value }) => value.kind === 'unknown' && value.origin === 'trusted')) return;
  for (const { value, expr } of given) {
    if (value.kind !== 'unknown' || !mayBeOfClient(value)) continue;
    addChecked(reader, value.text === undefined ? textsIn(expr) : [value.text]);
    addCheckedNames(reader, [value]);
  }
}

/** Whether a function is given a value of the client, and what it may check it against. */
export function mayCheck(given: readonly Argument[]): boolean {
  const unknown = given.flatMap(({ value }) => (value.kind === 'unknown' ? [value] : []));
  return (
    unknown.some(({ origin }) => origin === 'client') &&
    unknown.some(({ origin, role }) => origin === 'trusted' || role !== undefined)
  );
}

/** How a value is written that is made of others, and they are: `String.to_integer(id)` is made of `id`. */
function textsIn(expr: Expr | null): readonly string[] {
  if (expr === null) return [];
  if (expr.kind === 'binary' && expr.operator === '|>') return textsIn(expr.left);
  const made = expr.kind === 'call' ? expr.args.flatMap(textsIn) : [];
  return [textOf(expr), ...made];
}
