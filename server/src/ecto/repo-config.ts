// What `config/*.exs` says of Repos. For what changes the SQL of migrations the files of all environments count alike: it is seldom
// different among them. How migrations run, as under which lock, is asked about servers, so what is said only for development and
// tests does not count there.
// https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-repo-configuration

import {
  type Body,
  type Call,
  type ElixirFile,
  type Expr,
  type Pair,
  pairsOf,
} from '../syntax/elixir/nodes.js';
import { entriesOf, entryNamed, type StaticValue, staticValue } from '../syntax/elixir/static.js';
import { underscored } from './literals.js';
import type { ConfigOptions, RepoConfig } from './model.js';

/**
 * Each `config` that says something of how migrations run, in the order of the file.
 * @param path of the file: `config/dev.exs` is for development alone
 */
export function repoConfigsIn(elixir: ElixirFile, path = ''): readonly RepoConfig[] {
  const configs: RepoConfig[] = [];
  const take: Take = (call, variables, isLocal) => {
    const found = configOf(call, variables);
    configs.push(...(isLocal ? found.map(withoutRunning) : found).filter(saysSomething));
  };
  readItems(elixir.items, { variables: new Map(), isLocal: LOCAL_FILE.test(path) }, take);
  return configs;
}

/** With others that they import: `dev.secret.exs`. */
const LOCAL_FILE = /\/(?:dev|test)(?:[._-]\w+)*\.exs$/;

/** Without what bears on how migrations run, rather than on their SQL. */
function withoutRunning(config: RepoConfig): RepoConfig {
  return { ...config, migrationLock: null, setsLockTimeout: false };
}

/** One value that `config` gives to a key of an application. */
export interface AppSetting {
  readonly app: string;
  /** The key, or the module and the key: `['MyApp.Mailer', 'adapter']`. */
  readonly path: readonly string[];
  /** `null` when it is computed. */
  readonly value: StaticValue | null;
}

/** All that the file says of applications, in its order. */
export function appSettingsIn(elixir: ElixirFile): readonly AppSetting[] {
  const settings: AppSetting[] = [];
  const take: Take = (call, variables) => settings.push(...settingsOf(call, variables));
  readItems(elixir.items, { variables: new Map(), isLocal: false }, take);
  return settings;
}

function settingsOf({ args, keywords }: Call, variables: Variables): readonly AppSetting[] {
  const [app, second, third] = args;
  if (app?.kind !== 'atom') return [];
  const options = third ?? (second?.kind === 'list' ? second : undefined);
  const pairs = [...(options?.kind === 'list' ? pairsOf(options) : []), ...keywords];
  const named = second === undefined || second === options ? null : staticOrNull(second, variables);
  const module = named?.kind === 'module' || named?.kind === 'atom' ? [named.name] : [];
  const own = pairs.flatMap(({ key, value }): AppSetting[] => {
    const name = key.kind === 'atom' ? key.value : null;
    return name === null
      ? []
      : [{ app: app.value, path: [...module, name], value: staticOrNull(value, variables) }];
  });
  if (pairs.length > 0 || third === undefined || module.length === 0) return own;
  return [{ app: app.value, path: module, value: staticOrNull(third, variables) }];
}

type Variables = Map<string, StaticValue>;

/** Takes a call of `config`, with the variables that are known there. */
type Take = (call: Call, variables: Variables, isLocal: boolean) => void;

interface Scope {
  readonly variables: Variables;
  /** Runs in development or tests alone. */
  readonly isLocal: boolean;
}

/** All branches count: which of them runs depends on the environment. */
function readItems(items: readonly Expr[], scope: Scope, take: Take): void {
  const { variables, isLocal } = scope;
  for (const item of items) {
    if (item.kind === 'group') readItems(item.items, scope, take);
    if (item.kind === 'binary' && item.operator === '=' && item.left.kind === 'variable') {
      const value = staticValue(item.right, { variables });
      if (value.kind === 'known') variables.set(item.left.name, value.value);
      else variables.delete(item.left.name);
    }
    if (item.kind !== 'call' || item.receiver !== null) continue;
    if (item.name === 'config') take(item, variables, isLocal);
    else if (item.name === 'for') readLoop(item, scope, take);
    else if (item.body !== null) {
      const [condition] = item.args;
      const first = item.name === 'if' && asksForLocal(condition) ? { variables, isLocal: true } : scope;
      readItems(item.body.items, first, take);
      readBranches(item.body, scope, take);
    }
  }
}

function readBody(body: Body, scope: Scope, take: Take): void {
  readItems(body.items, scope, take);
  readBranches(body, scope, take);
}

/** `else` and the like, and the clauses of `case`. */
function readBranches({ clauses, sections }: Body, scope: Scope, take: Take): void {
  for (const { patterns, items } of clauses) {
    const isLocal = scope.isLocal || (patterns.length > 0 && patterns.every(isLocalName));
    readItems(items, { ...scope, isLocal }, take);
  }
  for (const section of sections) readBody(section.body, scope, take);
}

/** `config_env() == :dev`, `Mix.env() in [:dev, :test]`. */
function asksForLocal(condition: Expr | undefined): boolean {
  if (condition?.kind !== 'binary') return false;
  const { operator, left, right } = condition;
  if (left.kind !== 'call' || !['config_env', 'env'].includes(left.name)) return false;
  if (operator === '==') return isLocalName(right);
  return operator === 'in' && right.kind === 'list' && right.items.every(isLocalName);
}

function isLocalName(expr: Expr): boolean {
  return expr.kind === 'atom' && (expr.value === 'dev' || expr.value === 'test');
}

/** `for repo <- [A, B] do config :app, repo, … end`. */
function readLoop({ args, body }: Call, { variables, isLocal }: Scope, take: Take): void {
  const [generator] = args;
  if (generator?.kind !== 'binary' || generator.left.kind !== 'variable' || body === null) return;
  const list = staticValue(generator.right, { variables });
  if (list.kind === 'unknown' || list.value.kind !== 'list') return;
  for (const item of list.value.items) {
    readBody(body, { variables: new Map(variables).set(generator.left.name, item), isLocal }, take);
  }
}

/** `config :app, Repo, key: value` and `config :ecto_sql, key: value`. */
function configOf({ args, keywords }: Call, variables: Variables): readonly RepoConfig[] {
  const [app, second, third] = args;
  const module = second === undefined ? null : staticOrNull(second, variables);
  if (module?.kind === 'module') {
    return [repoConfig(module.name, entriesIn(third, keywords, variables))];
  }
  if (app?.kind !== 'atom' || app.value !== 'ecto_sql') return [];
  const type = entryNamed(entriesIn(second, keywords, variables), 'postgres_map_type');
  return type?.kind === 'string' ? [{ ...repoConfig(null, nothing), mapType: type.text }] : [];
}

const nothing: StaticValue = { kind: 'list', items: [] };

function staticOrNull(expr: Expr, variables: Variables): StaticValue | null {
  const value = staticValue(expr, { variables });
  return value.kind === 'known' ? value.value : null;
}

/** The options whose values can be told; others may be computed at run time. */
function entriesIn(options: Expr | undefined, keywords: readonly Pair[], variables: Variables): StaticValue {
  if (options !== undefined && options.kind !== 'list') {
    const value = staticOrNull(options, variables);
    return value?.kind === 'list' ? value : nothing;
  }
  const pairs = [...(options === undefined ? [] : pairsOf(options)), ...keywords];
  return { kind: 'list', items: pairs.flatMap((pair) => staticOrNull(pair, variables) ?? []) };
}

const LOCKS: ReadonlyMap<string, RepoConfig['migrationLock']> = new Map([
  ['table_lock', 'table'],
  ['pg_advisory_lock', 'advisory'],
  ['false', 'none'],
  ['nil', 'none'],
]);

function repoConfig(repo: string | null, value: StaticValue): RepoConfig {
  const key = entryNamed(value, 'migration_primary_key');
  const lock = entryNamed(value, 'migration_lock');
  return {
    repo,
    priv: textOf(entryNamed(value, 'priv')),
    migrationPrimaryKey: key?.kind === 'atom' && key.name === 'false' ? 'none' : optionsOf(key),
    migrationForeignKey: optionsOf(entryNamed(value, 'migration_foreign_key')),
    migrationTimestamps: optionsOf(entryNamed(value, 'migration_timestamps')),
    migrationLock: lock?.kind === 'atom' ? (LOCKS.get(lock.name) ?? null) : null,
    migrationDefaultPrefix: textOf(entryNamed(value, 'migration_default_prefix')),
    mapType: null,
    own: (optionsOf(value) ?? []).filter((option) => isOwn(option)),
    setsLockTimeout: ['parameters', 'after_connect'].some((name) =>
      speaksOfLockTimeout(entryNamed(value, name)),
    ),
  };
}

/** Options of Ecto and Postgrex are not the project's own, and some of them nobody else should hold. */
const STANDARD =
  /^(?:adapter|after_connect|database|hostname|log|name|otp_app|parameters|password|pool\w*|port|prepare|priv|queue_\w+|socket\w*|ssl\w*|start_apps_\w+|stacktrace|telemetry_\w+|timeout|types|url|username|migration_(?!default_prefix)\w+)$/;

function isOwn({ name, value }: ConfigOptions[number]): boolean {
  const kind = value.kind === 'atom' && /^(?:true|false|nil)$/.test(value.name) ? 'flag' : value.kind;
  return (kind === 'string' || kind === 'atom') && !STANDARD.test(name);
}

function textOf(value: StaticValue | null): string | null {
  if (value?.kind === 'string') return value.text;
  return value?.kind === 'atom' && value.name !== 'nil' ? value.name : null;
}

function optionsOf(value: StaticValue | null): ConfigOptions | null {
  if (value?.kind !== 'list') return null;
  return entriesOf(value).flatMap(({ key, value: entry }) =>
    key.kind === 'atom' ? [{ name: key.name, value: entry }] : [],
  );
}

/** `parameters: [lock_timeout: "5s"]`, `after_connect: {Postgrex, :query!, ["SET lock_timeout TO '5s'", []]}`. */
function speaksOfLockTimeout(value: StaticValue | null): boolean {
  switch (value?.kind) {
    case 'atom':
      return value.name.includes('lock_timeout');
    case 'string':
      return /lock_timeout/i.test(value.text);
    case 'list':
    case 'tuple':
      return value.items.some(speaksOfLockTimeout);
    default:
      return false;
  }
}

function saysSomething({ repo: _repo, setsLockTimeout, own, ...rest }: RepoConfig): boolean {
  return setsLockTimeout || own.length > 0 || Object.values(rest).some((value) => value !== null);
}

/**
 * What all configurations say of one repository; of two that disagree the first counts.
 *
 * @param repoName the folder of the repository under `priv/`: `repo` for `MyApp.Repo`, unless its configuration names another
 * @returns `null` when nothing is said of it
 */
export function configOfRepo(configs: readonly RepoConfig[], repoName: string): RepoConfig | null {
  const shared = configs.filter(({ repo }) => repo === null);
  const names = new Set(configs.flatMap(({ repo }) => (repo === null ? [] : [repo])));
  const own = [...names]
    .map((name) => configs.filter(({ repo }) => repo === name).reduce(merged))
    .find((config) => folderOf(config) === repoName);
  const all = own === undefined ? shared : [own, ...shared];
  return all.length === 0 ? null : all.reduce(merged);
}

function folderOf({ repo, priv }: RepoConfig): string {
  if (priv !== null) return priv.replace(/\/+$/, '').replace(/^.*\//, '');
  return repo === null ? '' : underscored(repo);
}

function merged(first: RepoConfig, second: RepoConfig): RepoConfig {
  return {
    repo: first.repo ?? second.repo,
    priv: first.priv ?? second.priv,
    migrationPrimaryKey: first.migrationPrimaryKey ?? second.migrationPrimaryKey,
    migrationForeignKey: first.migrationForeignKey ?? second.migrationForeignKey,
    migrationTimestamps: first.migrationTimestamps ?? second.migrationTimestamps,
    migrationLock: first.migrationLock ?? second.migrationLock,
    migrationDefaultPrefix: first.migrationDefaultPrefix ?? second.migrationDefaultPrefix,
    mapType: first.mapType ?? second.mapType,
    own: [...first.own, ...second.own.filter(({ name }) => !first.own.some((one) => one.name === name))],
    setsLockTimeout: first.setsLockTimeout || second.setsLockTimeout,
  };
}
