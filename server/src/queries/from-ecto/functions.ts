// Where the reading of a function begins.

import type { Environment } from '../../syntax/elixir/aliases.js';
import type { Body, Expr } from '../../syntax/elixir/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { callFunction, evaluate, evaluateBlock, evaluateBody, preload, readUncalled } from './evaluate.js';
import { innerScope, type Reader, type Scope } from './scope.js';

/** A scope in which nothing is known yet. */
export function newScope(
  sql: SqlParser,
  { module, within }: Pick<Reader, 'module' | 'within'>,
  environment: Environment,
): Scope {
  const reader: Reader = {
    sql,
    module,
    within,
    found: new Map(),
    loose: new Set(),
    uncalled: new Set(),
    origins: new Map(),
    depth: 0,
    evaluate,
    call: (fn, args) => callFunction(fn, args, scope, 'a function'),
    preload,
  };
  const scope: Scope = { variables: new Map(), environment, reader };
  return scope;
}

/** Reads a function's body; what it runs and makes is then known to the scope's reader. */
export function evaluateFunction({ items, sections }: Body, scope: Scope): void {
  evaluateBody(items, innerScope(scope));
  for (const { body } of sections) evaluateBlock(body, scope);
  readUncalled(scope);
}

/** Reads code that stands in no function. */
export function evaluateItems(items: readonly Expr[], scope: Scope): void {
  evaluateBody(items, scope);
  readUncalled(scope);
}
