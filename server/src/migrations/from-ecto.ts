// An Ecto migration as the statements that Ecto would send on the way up, with their operations placed in the Elixir file.
// What cannot be told without running it is an `unknown` operation, which says why and touches as little as can be.

import type { RepoConfig } from '../ecto/model.js';
import { schemasIn } from '../ecto/schemas.js';
import { functionFor } from '../syntax/elixir/functions.js';
import { attributeNamed, type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import type { ElixirFile, Expr } from '../syntax/elixir/nodes.js';
import type { Problem } from '../syntax/problem.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { callFunction } from './from-ecto/calls.js';
import { flush, type Run } from './from-ecto/run.js';
import { settingsOf } from './from-ecto/settings.js';
import type { MigrationStatement, RunnerTransaction } from './migration.js';

export interface EctoMigration {
  readonly transaction: RunnerTransaction;
  /** See `Migration.holdsMigrationLock`. */
  readonly holdsMigrationLock: boolean;
  /** In the order in which the server gets them. Their spans count from the start of the file. */
  readonly statements: readonly MigrationStatement[];
  /** SQL in it that does not parse. */
  readonly problems: readonly Problem[];
}

/** @returns `null` when the file holds no migration */
export function ectoMigrationIn(
  elixir: ElixirFile,
  config: RepoConfig | null,
  sql: SqlParser,
): EctoMigration | null {
  const modules = modulesIn({ ...elixir, items: elixir.items.map(withModuleName) });
  const module = modules.find(isMigration);
  if (module === undefined) return null;
  const inTransaction = !isSet(module, 'disable_ddl_transaction');
  const lock = config?.migrationLock ?? 'table';
  const run: Run = {
    modules,
    tables: tablesOf(elixir),
    settings: settingsOf(config),
    parser: sql,
    sent: [],
    queue: [],
    problems: [],
    block: null,
    doubt: null,
    inArgument: false,
    depth: 0,
    steps: 0,
  };
  if (inTransaction) runCallback(run, module, 'after_begin');
  if (!runCallback(run, module, 'up')) runCallback(run, module, 'change');
  if (inTransaction) runCallback(run, module, 'before_commit');
  return {
    transaction: inTransaction ? 'per-file' : 'none',
    holdsMigrationLock: lock === 'table' && !isSet(module, 'disable_migration_lock'),
    statements: run.sent,
    problems: run.problems,
  };
}

/** `defmodule :"Elixir.Some-Name"`, by which a generator names a module after any text. */
function withModuleName(item: Expr): Expr {
  if (item.kind !== 'call' || item.name !== 'defmodule') return item;
  const [named] = item.args;
  if (named?.kind !== 'atom') return item;
  const name = named.value.replace(/^Elixir\./, '');
  return { ...item, args: [{ kind: 'alias', name, span: named.span }] };
}

/** Ecto takes the first module of the file that uses Ecto.Migration; a project's own macro is named after it. */
function isMigration({ references }: ElixirModule): boolean {
  return references.some(({ kind, module }) => kind === 'use' && /(?:^|\.)\w*Migration$/.test(module));
}

function isSet(module: ElixirModule, attribute: string): boolean {
  const value = attributeNamed(module, attribute);
  return value?.kind === 'atom' && value.value === 'true';
}

/** Each callback is flushed. */
function runCallback(run: Run, module: ElixirModule, name: string): boolean {
  const definition = functionFor(module.functions, name, 0);
  if (definition === null) return false;
  callFunction(run, { module, definition }, [], definition.nameSpan);
  flush(run);
  return true;
}

function tablesOf(elixir: ElixirFile): ReadonlyMap<string, string> {
  return new Map(
    schemasIn(elixir).flatMap(({ module, table }): [string, string][] =>
      table === null ? [] : [[module, table.name]],
    ),
  );
}
