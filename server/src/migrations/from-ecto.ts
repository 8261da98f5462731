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
import { usesMigration, usesUnknown, withUsed } from './from-ecto/elsewhere.js';
import {
  type Direction,
  flush,
  type Interpolated,
  type Raised,
  type RepoCall,
  type Run,
  sendUnknown,
} from './from-ecto/run.js';
import { settingsOf } from './from-ecto/settings.js';
import { nothingAround, type Surroundings } from './from-ecto/surroundings.js';
import type { MigrationStatement, RunnerTransaction } from './migration.js';

export interface EctoMigration {
  readonly transaction: RunnerTransaction;
  /** See `Migration.holdsMigrationLock`. */
  readonly holdsMigrationLock: boolean;
  /** In the order in which the server gets them. Their spans count from the start of the file. */
  readonly statements: readonly MigrationStatement[];
  /** SQL in it that does not parse. */
  readonly problems: readonly Problem[];
  /** What Ecto itself refuses, in the order in which it would come to it. It stops at the first. */
  readonly raises: readonly Raised[];
  /** Notes of libraries that it may have changed, and to what cannot be told: keys as of {@link Surroundings.note}, or their beginnings. */
  readonly forgets: readonly string[];
  /** Calls of the Repo that surely run, but those inside functions given to `execute`. */
  readonly repoCalls: readonly RepoCall[];
  readonly interpolated: readonly Interpolated[];
}

export interface EctoOptions {
  readonly around: Surroundings;
  /** Down is `down/0`, or `change/0` reversed. What libraries note in the database is then what they noted on the way up. */
  readonly direction: Direction;
  /** The callback that is reversed where there is no `down/0`: `up` tells what would become of it if it were called `change`. */
  readonly reversing: 'change' | 'up';
}

/** @returns `null` when the file holds no migration */
export function ectoMigrationIn(
  elixir: ElixirFile,
  config: RepoConfig | null,
  sql: SqlParser,
  options: Partial<EctoOptions> = {},
): EctoMigration | null {
  const { around = nothingAround, direction = 'up', reversing = 'change' } = options;
  const modules = modulesIn({ ...elixir, items: elixir.items.map(withModuleName) });
  const found = modules.find((one) => usesMigration(around, modules, one));
  if (found === undefined) return null;
  const reverses = direction === 'down' && functionFor(found.functions, 'down', 0) === null;
  const lock = config?.migrationLock ?? 'table';
  const run: Run = {
    modules,
    tables: tablesOf(elixir),
    settings: settingsOf(config),
    around,
    direction,
    backward: reverses,
    parser: sql,
    sent: [],
    queue: [],
    problems: [],
    raises: [],
    forgets: new Set(),
    repoCalls: [],
    interpolated: [],
    broughtBy: new Map(),
    block: null,
    doubt: null,
    inArgument: false,
    isExecuting: false,
    depth: 0,
    steps: 0,
  };
  const module = withUsed(run, found);
  const inTransaction = !isSet(module, 'disable_ddl_transaction');
  if (inTransaction) runCallback(run, module, 'after_begin');
  const ran = runCallback(run, module, direction) || runCallback(run, module, reversing);
  if (!ran) withoutCallback(run, module);
  if (inTransaction) runCallback(run, module, 'before_commit');
  return {
    transaction: inTransaction ? 'per-file' : 'none',
    holdsMigrationLock: lock === 'table' && !isSet(module, 'disable_migration_lock'),
    statements: run.sent,
    problems: run.problems,
    raises: run.raises,
    forgets: [...run.forgets],
    repoCalls: run.repoCalls,
    interpolated: run.interpolated,
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

function isSet(module: ElixirModule, attribute: string): boolean {
  const value = attributeNamed(module, attribute);
  return value?.kind === 'atom' && value.value === 'true';
}

/** Each callback is flushed. */
function runCallback(run: Run, module: ElixirModule, name: string): boolean {
  const definition = functionFor(module.functions, name, 0);
  if (definition === null) return false;
  const away = run.broughtBy.get(definition) ?? null;
  callFunction(run, { module, definition, away }, [], away ?? definition.nameSpan);
  flush(run);
  return true;
}

/** Ecto refuses a module that has none, but one that it uses may give it one. */
function withoutCallback(run: Run, module: ElixirModule): void {
  const { nameSpan: span } = module;
  const message = `it has neither ${run.direction}/0 nor change/0`;
  if (!usesUnknown(run, module)) run.raises.push({ span, message, irreversible: [] });
  else
    sendUnknown(run, { span, word: span }, 'what it uses is not in this workspace', { kind: 'everything' });
}

function tablesOf(elixir: ElixirFile): ReadonlyMap<string, string> {
  return new Map(
    schemasIn(elixir).flatMap(({ module, table }): [string, string][] =>
      table === null ? [] : [[module, table.name]],
    ),
  );
}
