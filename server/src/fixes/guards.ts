// IF EXISTS and IF NOT EXISTS, in SQL and as the commands of the DSL that say the same.

import type { Operation } from '../catalog/operation.js';
import { isCallOf, pathTo } from '../syntax/elixir/walk.js';
import { findWords, spanOf, type TokenText, tokenAt, wordsStandAt } from '../syntax/sql/segments.js';
import type { TextEdit } from '../text/edits.js';
import type { Span } from '../text/span.js';
import type { EctoFile } from './ecto-file.js';

/** The words that make the operation do nothing where there is nothing to do. */
export function guardOf({ kind }: Operation): string {
  return /^(?:create|add)-/.test(kind) ? 'if not exists' : 'if exists';
}

/** Where in its operation they go: behind its keyword, and CONCURRENTLY. */
export function guardPlace(operation: Operation): number {
  const isIndex = operation.kind === 'create-index' || operation.kind === 'drop-index';
  return (isIndex ? operation.concurrently?.end : undefined) ?? operation.keyword.end;
}

/** The same in a statement, behind what is made or dropped where that stands on a line of its own. */
export function guardPlaceIn(statement: TokenText, operation: Operation, at: number): number {
  const [, what = ''] = operation.kind.split('-');
  const next = tokenAt(statement, at);
  return wordsStandAt(statement, next, what) ? (statement.tokens[next]?.span.end ?? at) : at;
}

/** Where in the statement they stand; `null` where they do not. */
export function guardIn(statement: TokenText, operation: Operation, from: number): Span | null {
  const words = guardOf(operation).split(' ');
  const at = findWords(statement, { from: tokenAt(statement, from), to: statement.tokens.length }, ...words);
  return at < 0 ? null : spanOf(statement, { from: at, to: at + words.length });
}

/** `create` and `create_if_not_exists`. Of columns they are left alone: with a guard they cannot be taken back. */
const GUARDED: ReadonlyMap<string, string> = new Map([
  ['create', 'create_if_not_exists'],
  ['drop', 'drop_if_exists'],
]);

/** The command that makes the operation, with the guard or without. */
export function guardedCommand(
  file: EctoFile,
  { keyword }: Operation,
  isGuarded: boolean,
): readonly TextEdit[] | null {
  const names = isGuarded ? GUARDED : new Map([...GUARDED].map(([plain, guarded]) => [guarded, plain]));
  const call = pathTo(file.module.items, keyword).findLast((expr) => isCallOf(expr, [...names.keys()]));
  const text = call?.kind === 'call' ? names.get(call.name) : undefined;
  return call?.kind !== 'call' || text === undefined ? null : [{ span: call.nameSpan, text }];
}
