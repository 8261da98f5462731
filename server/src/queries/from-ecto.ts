// The Ecto queries of a file, each as far as one function shows it.

import { noAliases } from '../syntax/elixir/aliases.js';
import { modulesIn } from '../syntax/elixir/modules.js';
import type { Body, ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { type Building, blockOf } from './from-ecto/building.js';
import { callFunction, evaluate, evaluateBlock, evaluateBody, preload } from './from-ecto/evaluate.js';
import { innerScope, type Reader, type Scope, type Value } from './from-ecto/scope.js';
import type { Query } from './query.js';

/** Queries that are run, and those that are built and not run in their function; in the order of the file. */
export function queriesIn(elixir: ElixirFile, sql: SqlParser): readonly Query[] {
  const queries: Query[] = [];
  const modules = modulesIn(elixir);
  for (const module of modules) {
    const place = { module: module.name, within: null };
    const scope = newScope(sql, place, { environment: module.environment });
    const around = module.items.filter((item) => !isDefinition(item));
    queries.push(...queriesFrom(scope, () => evaluateBody(around, scope)));
    for (const { name, arity, clauses } of module.functions) {
      for (const { body, call } of clauses) {
        if (body === null) continue;
        const within = `${name}/${arity}`;
        const inside = newScope(sql, { module: module.name, within }, { environment: module.environment });
        // A macro's body is code that is put together elsewhere.
        if (call.name.startsWith('defmacro')) continue;
        queries.push(...queriesFrom(inside, () => evaluateFunction(body.items, body.sections, inside)));
      }
    }
  }
  if (modules.length === 0) {
    const scope = newScope(sql, { module: null, within: null }, { environment: noAliases });
    queries.push(...queriesFrom(scope, () => evaluateBody(elixir.items, scope)));
  }
  return queries.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function isDefinition(item: Expr): boolean {
  if (item.kind === 'attribute') return true;
  return (
    item.kind === 'call' &&
    item.receiver === null &&
    /^(?:def\w*|alias|import|use|require|schema|embedded_schema)$/.test(item.name)
  );
}

function evaluateFunction(items: readonly Expr[], sections: Body['sections'], scope: Scope): Value {
  const value = evaluateBody(items, innerScope(scope));
  for (const { body } of sections) evaluateBlock(body, scope);
  return value;
}

function newScope(
  sql: SqlParser,
  { module, within }: Pick<Reader, 'module' | 'within'>,
  { environment }: Pick<Scope, 'environment'>,
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

function queriesFrom(scope: Scope, read: () => void): readonly Query[] {
  read();
  const { found, loose, module, within } = scope.reader;
  const run = [...found.values()];
  const built = new Map<number, Query>();
  for (const building of loose) {
    if (building.relations[0]?.source.kind === 'opaque') continue;
    built.set(building.keyword.start, builtQuery(building, module, within));
  }
  return [...run, ...built.values()];
}

/** A query that nothing here runs. */
function builtQuery(building: Building, module: string | null, within: string | null): Query {
  const verb = building.assignments.length > 0 ? 'update' : 'select';
  const block = blockOf(building, verb);
  const { span, keyword } = building;
  return { kind: 'query', language: 'ecto', span, keyword, sink: null, block, module, within };
}
