// An Ecto migration as code: what there is to say of it beside the statements that it sends. Both ways are run for it.

import type { OperationKind } from '../../catalog/operation.js';
import type { RepoConfig } from '../../ecto/model.js';
import { schemasIn } from '../../ecto/schemas.js';
import { type Environment, environmentAfter, resolveAlias } from '../../syntax/elixir/aliases.js';
import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import { type ElixirModule, modulesIn } from '../../syntax/elixir/modules.js';
import { type ElixirFile, type Expr, keyword } from '../../syntax/elixir/nodes.js';
import { everythingIn, partsOf, variablesIn } from '../../syntax/elixir/walk.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import { contains, type Span } from '../../text/span.js';
import { type EctoMigration, ectoMigrationIn } from '../from-ecto.js';
import { usesMigration, usesUnknown } from './elsewhere.js';
import { isRepo } from './repository.js';
import type { Interpolated, Irreversible, RepoCall } from './run.js';
import type { Surroundings } from './surroundings.js';

export interface EctoCode {
  readonly kind: 'ecto-migration';
  /** Whether the way down is `change/0`, turned round. */
  readonly isTurnedRound: boolean;
  /** Commands of `change/0` for which Ecto raises on the way down. */
  readonly irreversible: readonly Irreversible[];
  /** `up/0` where there is no `down/0`; `null` otherwise. */
  readonly upAlone: UpAlone | null;
  /** On the way up. */
  readonly repoCalls: readonly RepoCall[];
  /** Calls of the Repo that `change/0` makes again on the way down. */
  readonly repoCallsBack: readonly RepoCall[];
  /** What of its SQL is known at run time alone, the prefix of the migration, times and new identifiers aside: one part of each text. */
  readonly interpolated: readonly Interpolated[];
  readonly modules: readonly ModuleUse[];
  /** Callbacks around the transaction of a migration that has none. */
  readonly uncalled: readonly UncalledCallback[];
}

export interface UncalledCallback {
  readonly name: 'after_begin' | 'before_commit';
  /** Its name. */
  readonly at: Span;
}

export interface UpAlone {
  /** Its name. */
  readonly at: Span;
  /** Whether it could be called `change`: Ecto knows the way back of all that it does. */
  readonly isReversible: boolean;
}

/** Where a migration uses a module of the application that works with the database. */
export interface ModuleUse {
  readonly at: Span;
  /** The full name. */
  readonly module: string;
  /** Of an Ecto schema, the table; `null` for other modules, which call the Repo. */
  readonly table: string | null;
  /** Whether the table's name could stand there instead. */
  readonly isSource: boolean;
}

export interface CodeOptions {
  readonly config: RepoConfig | null;
  readonly sql: SqlParser;
  readonly around: Surroundings;
  /** Its way up, where that has been read already. */
  readonly up: EctoMigration | null;
}

/** @returns `null` when the file holds no migration */
export function ectoCodeIn(
  elixir: ElixirFile,
  { config, sql, around, up: read }: CodeOptions,
): EctoCode | null {
  const up = read ?? ectoMigrationIn(elixir, config, sql, { around });
  const modules = modulesIn(elixir);
  const module = modules.find((one) => usesMigration(around, modules, one));
  if (up === null || module === undefined) return null;
  const reversed = functionFor(module.functions, 'change', 0) !== null && !has(module, 'down');
  const down = reversed ? ectoMigrationIn(elixir, config, sql, { around, direction: 'down' }) : null;
  const harmless = harmlessIn(module);
  const used = module.functions.flatMap((definition) => modulesUsed(around, modules, module, definition));
  const repoCalls = up.repoCalls.map((call) => ({ ...call, waiting: mentioned(module, used, call) }));
  // What fails on the way up is not told of the way down.
  const failing = new Set(
    repoCalls.filter(({ waiting }) => waiting.length > 0).map(({ call }) => call.span.start),
  );
  return {
    kind: 'ecto-migration',
    isTurnedRound: reversed,
    irreversible: down?.raises.flatMap(({ irreversible }) => irreversible) ?? [],
    upAlone: upAlone({ elixir, config, sql, around }, modules, module),
    repoCalls,
    repoCallsBack:
      down?.repoCalls.filter(({ changes, call }) => changes && !failing.has(call.span.start)) ?? [],
    interpolated: onePerText(
      up.interpolated.filter(({ span }) => !harmless.some((one) => contains(span, one))),
    ),
    modules: used.filter(({ module }, index) => used.findIndex((one) => one.module === module) === index),
    uncalled: up.transaction === 'none' ? uncalledIn(module) : [],
  };
}

/** What Ecto can always turn round, when its DSL does it. */
const REVERSIBLE: ReadonlySet<OperationKind> = new Set([
  'create-table',
  'create-index',
  'add-column',
  'add-constraint',
  'comment',
]);

/** What makes a migration more than a list of such commands: other callbacks, code that runs, names of modules. */
const MORE =
  /\b(?:up|down|after_begin|before_commit|execute|execute_file|repo|flush|direction|raise|import|alias|require|\w+_if_\w+)\b|#\{|\b[A-Z]/;

/**
 * What there is to say of a migration that does nothing but add what Ecto can take away again, as most do: nothing, and that
 * is told from its text alone. `null` for any other.
 */
export function plainCode(text: string, up: EctoMigration): EctoCode | null {
  const body = text
    .replace(/^\s*#.*$/gm, '')
    .replace(/^\s*defmodule\s+[\w.]+/m, '')
    .replace(/^\s*use Ecto\.Migration\s*$/m, '')
    .replace(/"[^"\n#]*"/g, '');
  if (!/\bdef change\b/.test(body) || MORE.test(body) || !/^\s*use Ecto\.Migration\s*$/m.test(text))
    return null;
  const isReversible = up.statements.every(({ operations }) =>
    operations.every(({ kind }) => REVERSIBLE.has(kind)),
  );
  return isReversible && up.interpolated.length === 0 ? PLAIN : null;
}

const PLAIN: EctoCode = {
  kind: 'ecto-migration',
  isTurnedRound: true,
  irreversible: [],
  upAlone: null,
  repoCalls: [],
  repoCallsBack: [],
  interpolated: [],
  modules: [],
  uncalled: [],
};

/** https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks */
function uncalledIn({ functions }: ElixirModule): readonly UncalledCallback[] {
  return (['after_begin', 'before_commit'] as const).flatMap((name) => {
    const definition = functionFor(functions, name, 0);
    return definition === null ? [] : [{ name, at: definition.nameSpan }];
  });
}

function has({ functions }: ElixirModule, name: string): boolean {
  return functionFor(functions, name, 0) !== null;
}

interface Source {
  readonly elixir: ElixirFile;
  readonly config: RepoConfig | null;
  readonly sql: SqlParser;
  readonly around: Surroundings;
}

function upAlone(
  { elixir, config, sql, around }: Source,
  modules: readonly ElixirModule[],
  module: ElixirModule,
): UpAlone | null {
  const up = functionFor(module.functions, 'up', 0);
  // What it uses may give it the other callback.
  if (up === null || has(module, 'down') || usesUnknown({ around, modules }, module)) return null;
  const back = has(module, 'change')
    ? null
    : ectoMigrationIn(elixir, config, sql, { around, direction: 'down', reversing: 'up' });
  const isReversible =
    back !== null &&
    back.raises.length === 0 &&
    back.problems.length === 0 &&
    back.repoCalls.length === 0 &&
    back.statements.length > 0 &&
    back.statements.every(({ operations }) =>
      operations.every(({ kind, ofLibrary }) => kind !== 'unknown' && ofLibrary !== true),
    );
  return { at: up.nameSpan, isReversible };
}

/** The worst of each text: one inside quotes, else the first. */
function onePerText(all: readonly Interpolated[]): readonly Interpolated[] {
  const found = new Map<number, Interpolated>();
  for (const one of all) {
    const known = found.get(one.text.start);
    if (known === undefined || (one.inQuotes && !known.inQuotes)) found.set(one.text.start, one);
  }
  return [...found.values()];
}

/** Where `prefix()` is interpolated: the same migration for each schema that it is run for. And times and identifiers. */
function harmlessIn(module: ElixirModule): readonly Span[] {
  const all = [...everythingIn(module.call)];
  const valuesOf = (name: string) =>
    all.flatMap((expr) =>
      expr.kind === 'binary' &&
      expr.operator === '=' &&
      expr.left.kind === 'variable' &&
      expr.left.name === name
        ? [expr.right]
        : [],
    );
  const isMoment = (expr: Expr) => {
    if (expr.kind !== 'variable') return isTimeOrId(expr);
    const values = valuesOf(expr.name);
    return values.length > 0 && values.every(isTimeOrId);
  };
  return all.flatMap((expr) =>
    expr.kind === 'text'
      ? expr.interpolations.filter((one) => isPrefix(one) || isMoment(one)).map(({ span }) => span)
      : [],
  );
}

/** The time of day or a new identifier: another value each time, as it is meant, and never one with a quote. */
function isTimeOrId(expr: Expr): boolean {
  const last = expr.kind === 'binary' && expr.operator === '|>' ? expr.right : expr;
  return (
    last.kind === 'call' &&
    last.receiver?.kind === 'alias' &&
    (/^(?:(?:Naive)?DateTime|Date|Time|(?:Ecto\.)?UUID)$/.test(last.receiver.name) ||
      (last.receiver.name === 'Base' && last.name.startsWith('encode')))
  );
}

function isPrefix(expr: Expr): boolean {
  return (
    (expr.kind === 'variable' && expr.name === 'prefix') || (expr.kind === 'call' && expr.name === 'prefix')
  );
}

/** Of the commands that wait while the Repo is called, those that make something that the call names. */
function mentioned(
  module: ElixirModule,
  used: readonly ModuleUse[],
  { call, waiting }: RepoCall,
): RepoCall['waiting'] {
  const clause = module.functions
    .flatMap(({ clauses }) => clauses)
    .find(({ span }) => contains(span, call.span));
  const items = expressionsBehind(clause?.body?.items ?? [], call.span);
  const words = new Set([
    ...items.flatMap((item) => [...everythingIn(item)]).flatMap(wordsOf),
    ...used.flatMap(({ at, table }) =>
      table !== null && items.some(({ span }) => contains(span, at)) ? [table] : [],
    ),
  ]);
  return waiting.filter((operation) => {
    switch (operation.kind) {
      case 'create-table':
        return words.has(operation.table.name);
      case 'add-column':
        return words.has(operation.table.name) && words.has(operation.column.name.name);
      case 'rename-table':
      case 'rename-column':
        return words.has(operation.to.name);
      default:
        return false;
    }
  });
}

/** The expression that holds the place, and those above it that give its variables. */
function expressionsBehind(items: readonly Expr[], at: Span): readonly Expr[] {
  const index = items.findIndex(({ span }) => contains(span, at));
  const own = items[index];
  if (own === undefined) return [];
  const found = [own];
  const names = new Set(variablesIn(own));
  for (const item of items.slice(0, index).reverse()) {
    if (item.kind !== 'binary' || item.operator !== '=') continue;
    if (!variablesIn(item.left).some((name) => names.has(name))) continue;
    found.push(item);
    for (const name of variablesIn(item.right)) names.add(name);
  }
  return found;
}

/** Names in an expression itself, and words in its text. */
function wordsOf(expr: Expr): readonly string[] {
  switch (expr.kind) {
    case 'atom':
      return [expr.value];
    case 'text':
      return expr.content.text.match(/\w+/g) ?? [];
    case 'call':
      return [expr.name];
    default:
      return [];
  }
}

/** Modules of the application in the body of a function. */
function modulesUsed(
  around: Surroundings,
  own: readonly ElixirModule[],
  module: ElixirModule,
  { clauses }: FunctionDefinition,
): readonly ModuleUse[] {
  const found: ModuleUse[] = [];
  for (const { body } of clauses) {
    let environment = module.environment;
    for (const item of body?.items ?? []) {
      environment = environmentAfter([item], environment);
      const place: Place = { around, own, environment, namesFields: namesFields(item) };
      found.push(...usesIn(place, item, false));
    }
  }
  return found;
}

interface Place {
  readonly around: Surroundings;
  /** Modules of the file itself. */
  readonly own: readonly ElixirModule[];
  readonly environment: Environment;
  /** Whether the expression says which columns it wants, as queries of a table without a schema have to. */
  readonly namesFields: boolean;
}

function namesFields(item: Expr): boolean {
  return [...everythingIn(item)].some(
    (expr) =>
      expr.kind === 'call' &&
      (/^(?:update_all|delete_all|insert_all|select|exists\?|aggregate)$/.test(expr.name) ||
        keyword(expr, 'select') !== null),
  );
}

/** @param isSource the expression is what rows are read from or written to */
function usesIn(place: Place, expr: Expr, isSource: boolean): readonly ModuleUse[] {
  if (expr.kind === 'call' && /^(?:alias|import|require|use)$/.test(expr.name) && expr.receiver === null) {
    return [];
  }
  if (expr.kind === 'alias') return moduleUse(place, expr.span, expr.name, isSource);
  if (expr.kind === 'map' && expr.struct !== null) {
    const at = { start: expr.span.start + 1, end: expr.span.start + 1 + expr.struct.length };
    const inside = partsOf(expr).flatMap((part) => usesIn(place, part, false));
    return [...moduleUse(place, at, expr.struct, false), ...inside];
  }
  const sources = sourcesOf(place, expr);
  return partsOf(expr).flatMap((part) => usesIn(place, part, sources.includes(part)));
}

/** Which parts of an expression name what rows are read from or written to. */
function sourcesOf({ environment }: Place, expr: Expr): readonly Expr[] {
  if (expr.kind === 'binary') {
    if (expr.operator === 'in') return [expr.right];
    return expr.operator === '|>' ? [expr.left] : [];
  }
  if (expr.kind !== 'call') return [];
  const { receiver, name, args } = expr;
  const ofRepo =
    (receiver?.kind === 'alias' && isRepo(resolveAlias(receiver.name, environment))) ||
    (receiver?.kind === 'call' && receiver.name === 'repo');
  return ofRepo || (receiver === null && name === 'from') ? args.slice(0, 1) : [];
}

function moduleUse(place: Place, at: Span, written: string, isSource: boolean): readonly ModuleUse[] {
  const { around, own, environment } = place;
  const name = resolveAlias(written, environment);
  if (isRepo(name) || own.some((module) => module.name === name)) return [];
  const other = around.module(name);
  if (other === null || other.changesSchema) return [];
  const { call } = other.module;
  const [schema] = schemasIn({ items: [call], comments: [], problems: [] });
  const table = schema?.table?.name ?? null;
  if (table === null && !callsRepo(other.module)) return [];
  const prefix = schema?.prefix ?? null;
  const canBeTable = isSource && place.namesFields && table !== null && prefix === null;
  return [{ at, module: name, table, isSource: canBeTable }];
}

function callsRepo(module: ElixirModule): boolean {
  return [...everythingIn(module.call)].some(
    (expr) =>
      expr.kind === 'call' &&
      expr.receiver?.kind === 'alias' &&
      isRepo(resolveAlias(expr.receiver.name, module.environment)),
  );
}
