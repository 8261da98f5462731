// The Ecto queries of a file, each as far as one function shows it.

import { noAliases } from '../syntax/elixir/aliases.js';
import { modulesIn } from '../syntax/elixir/modules.js';
import type { ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import { variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { type Building, blockOf } from './from-ecto/building.js';
import { evaluateFunction, evaluateItems, newScope } from './from-ecto/functions.js';
import type { Reader, Scope } from './from-ecto/scope.js';
import type { Query } from './query.js';

/** Queries that are run, and those that are built and not run in their function; in the order of the file. */
export function queriesIn(elixir: ElixirFile, sql: SqlParser): readonly Query[] {
  const queries: Query[] = [];
  const read = (scope: Scope, evaluateAll: () => void) => {
    evaluateAll();
    queries.push(...queriesOf(scope.reader));
  };
  const modules = modulesIn(elixir);
  for (const { name: module, environment, items, functions } of modules) {
    const around = newScope(sql, { module, within: null }, environment);
    read(around, () => evaluateItems(items.filter(isNoDefinition), around));
    for (const { name, arity, clauses } of functions) {
      for (const { body, call, params } of clauses) {
        // A macro's body is code that is put together elsewhere.
        if (body === null || call.name.startsWith('defmacro')) continue;
        const within = { name: `${name}/${arity}`, params: params.flatMap(variablesIn) };
        const scope = newScope(sql, { module, within }, environment);
        read(scope, () => evaluateFunction(body, scope));
      }
    }
  }
  if (modules.length === 0) {
    const scope = newScope(sql, { module: null, within: null }, noAliases);
    read(scope, () => evaluateItems(elixir.items, scope));
  }
  return queries.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

const DEFINITION = /^(?:def\w*|alias|import|use|require|schema|embedded_schema)$/;

function isNoDefinition(item: Expr): boolean {
  if (item.kind === 'attribute') return false;
  return item.kind !== 'call' || item.receiver !== null || !DEFINITION.test(item.name);
}

function queriesOf({ found, loose, module, within }: Reader): readonly Query[] {
  const built = new Map<number, Query>();
  for (const building of loose) {
    // What came from elsewhere is a query there.
    if (building.relations[0]?.source.kind === 'opaque') continue;
    built.set(building.keyword.start, builtQuery(building, module, within));
  }
  return [...found.values(), ...built.values()];
}

/** A query that nothing here runs. */
function builtQuery(building: Building, module: Query['module'], within: Query['within']): Query {
  const block = blockOf(building, building.assignments.length > 0 ? 'update' : 'select');
  const { span, keyword } = building;
  return { kind: 'query', language: 'ecto', span, keyword, sink: null, block, module, within };
}
