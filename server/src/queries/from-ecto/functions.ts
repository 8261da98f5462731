// Where the reading of a function begins.

import type { Environment } from '../../syntax/elixir/aliases.js';
import type { Body } from '../../syntax/elixir/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { callFunction, evaluate, evaluateBlock, evaluateBody, preload } from './evaluate.js';
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
}
