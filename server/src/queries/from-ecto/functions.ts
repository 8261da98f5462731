// Where the reading of a function begins.

import type { Environment } from '../../syntax/elixir/aliases.js';
import type { FunctionClause } from '../../syntax/elixir/functions.js';
import type { Body, Expr } from '../../syntax/elixir/nodes.js';
import { variablesIn } from '../../syntax/elixir/walk.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { callFunction, evaluate, evaluateBlock, evaluateBody, preload, readUncalled } from './evaluate.js';
import { givenTo } from './origins.js';
import { asPresent, bind, presentBy } from './patterns.js';
import { type Project, projectOf } from './project.js';
import { innerScope, type Reader, type Scope, unknownValue, type Value, Variables } from './scope.js';

/** Where the code stands. */
export interface Place extends Pick<Reader, 'module' | 'within'> {
  /** Left out: its file stands alone, and so does each of its functions. */
  readonly project?: Project;
  /** See {@link Reader.records}. */
  readonly records?: boolean;
  /** See {@link Reader.putIn}. */
  readonly putIn?: Reader['putIn'];
  /** See {@link Reader.checkedBefore}. */
  readonly checkedBefore?: ReadonlySet<string>;
}

/** A scope in which nothing is known yet. */
export function newScope(
  sql: SqlParser,
  {
    module,
    within,
    project = projectOf([]),
    records = false,
    putIn = null,
    checkedBefore = new Set(),
  }: Place,
  environment: Environment,
): Scope {
  const reader: Reader = {
    sql,
    module,
    within,
    project,
    calls: new Map(),
    checked: new Set(),
    checkedNames: new Set(),
    checkedBefore,
    followed: 0,
    run: 0,
    found: new Map(),
    loose: new Set(),
    uncalled: new Set(),
    origins: new Map(),
    depth: 0,
    records,
    putIn,
    evaluate,
    body: (body, inner) => evaluateWhole(body, inner),
    call: (fn, args) => callFunction(fn, args, scope, 'a function'),
    preload,
  };
  const frame = {
    depth: 0,
    call: null,
    callers: [],
    module: module === null ? null : project.module(module),
  };
  const scope: Scope = { variables: new Variables(), environment, reader, frame };
  return scope;
}

/** Binds what a clause of a function is given, as far as it is known who calls such functions. */
export function bindHead(name: string, { params, guard }: FunctionClause, scope: Scope): void {
  const given = givenTo(name, params, scope.reader.module);
  params.forEach((param, index) => {
    bind(param, given[index] ?? unknownValue, scope);
  });
  const present = new Set(presentBy(guard));
  for (const variable of params.flatMap(variablesIn)) {
    const value = scope.variables.get(variable);
    if (value?.kind !== 'unknown') continue;
    const known = present.has(variable) ? asPresent(value) : value;
    scope.variables.set(variable, { ...known, param: variable } as Value);
  }
}

/** Reads a function's body; what it runs and makes is then known to the scope's reader. */
export function evaluateFunction(body: Body, scope: Scope): void {
  evaluateWhole(body, scope);
  readUncalled(scope);
}

/** What the body gives when nothing is rescued. */
function evaluateWhole({ items, sections }: Body, scope: Scope): Value {
  const value = evaluateBody(items, innerScope(scope));
  for (const { body } of sections) evaluateBlock(body, scope);
  return value;
}

/** Reads code that stands in no function. */
export function evaluateItems(items: readonly Expr[], scope: Scope): void {
  evaluateBody(items, scope);
  readUncalled(scope);
}

/** What a clause of a function puts into its texts, by where it begins in the file; each function stands alone. */
export function valuesPutIn(
  sql: SqlParser,
  place: Place,
  clause: FunctionClause,
  environment: Environment,
): ReadonlyMap<number, Value> {
  const putIn = new Map<number, Value>();
  const name = (place.within?.name ?? '').replace(/\/\d+$/, '');
  const scope = newScope(sql, { ...place, putIn }, environment);
  bindHead(name, clause, scope);
  if (clause.body !== null) evaluateFunction(clause.body, scope);
  return putIn;
}
