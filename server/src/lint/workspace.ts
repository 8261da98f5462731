// The workspace at one moment: its files, what they say, and the schema that its migrations give.
// A change makes a new one that takes over all that the change does not touch.

import { Map as ImmutableMap } from 'immutable';
import { refusesTransaction } from '../analysis/transactions.js';
import { type Catalog, emptyCatalog } from '../catalog/catalog.js';
import { changesNoSchema } from '../catalog/operation-target.js';
import { underscored } from '../ecto/literals.js';
import type { EctoRepo, RepoConfig } from '../ecto/model.js';
import { configOfRepo } from '../ecto/repo-config.js';
import { isOtherDatabase } from '../ecto/repos.js';
import { type History, type ReplayedMigration, replay } from '../migrations/history.js';
import { layoutNamed } from '../migrations/layouts/index.js';
import type { Migration, MigrationStatement } from '../migrations/migration.js';
import { type MigrationFile, type MigrationSet, migrationFile, migrationSets } from '../migrations/order.js';
import { sameData } from '../text/same-data.js';
import { relativePath, type SourceFile } from '../text/source-file.js';
import { type Config, DEFAULT_CONFIG } from './config.js';
import {
  type ConfigInForce,
  type ConfigOptions,
  type Configs,
  configInForce,
  configsWithoutFiles,
  isConfig,
  joinPath,
  readConfigs,
} from './config-files.js';
import { byPath, factsOf, type Parsers, type Reading, readFile, type SqlReading } from './reading.js';

export interface Workspace {
  /** Absolute path of the folder that is open, without a `/` at its end. */
  readonly root: string;
  readonly files: ImmutableMap<string, SourceFile>;
  readonly readings: ImmutableMap<string, Reading>;
  readonly histories: readonly WorkspaceHistory[];
  readonly configs: Configs;
  readonly options: WorkspaceOptions;
  /** Files taken as migrations, by path. */
  readonly migrationFiles: ImmutableMap<string, MigrationFile>;
}

export interface WorkspaceOptions extends ConfigOptions {
  readonly parsers: Parsers;
  /** Folders with `mix.exs`, `package.json` and the like. */
  readonly projectRoots: readonly string[];
  /** `.sql` files that are linted as migrations whatever their names, if they change the schema: those named on the command line. */
  readonly asMigrations: ReadonlySet<string>;
  /** The clock by which fixes date new migrations; `null` lets each follow the newest one that is there. */
  readonly now: (() => Date) | null;
}

export interface WorkspaceHistory {
  readonly set: MigrationSet;
  /** What `config/*.exs` says of the Ecto repository. */
  readonly repo: RepoConfig | null;
  readonly history: History;
}

/** A file that came, changed, or (`file: null`) went. */
export interface FileChange {
  readonly path: string;
  readonly file: SourceFile | null;
}

type RequiredOptions = Pick<WorkspaceOptions, 'root' | 'parsers' | 'ruleIds' | 'projectRoots'>;

/** @param prepared readings of the files that are there already */
export function createWorkspace(
  options: RequiredOptions & Partial<WorkspaceOptions>,
  files: readonly SourceFile[],
  prepared: ReadonlyMap<string, Reading> = new Map(),
): Workspace {
  const all: WorkspaceOptions = {
    defaults: DEFAULT_CONFIG,
    enforced: {},
    onlyConfig: null,
    asMigrations: new Set(),
    now: null,
    ...options,
  };
  const empty: Workspace = {
    root: options.root,
    files: ImmutableMap(),
    readings: ImmutableMap(prepared),
    histories: [],
    configs: configsWithoutFiles(all),
    options: all,
    migrationFiles: ImmutableMap(),
  };
  return updateWorkspace(
    empty,
    files.map((file) => ({ path: file.path, file })),
  );
}

export function updateWorkspace(workspace: Workspace, changes: readonly FileChange[]): Workspace {
  const files = workspace.files.withMutations((map) => {
    for (const { path, file } of changes) {
      if (file === null) map.delete(path);
      else map.set(path, file);
    }
  });
  const { parsers } = workspace.options;
  const readings = workspace.readings.withMutations((map) => {
    for (const { path, file } of changes) {
      const known = map.get(path) ?? null;
      if (file !== null && known?.file === file) continue;
      const reading = file === null ? null : readFile(file, workspace.root, parsers, known);
      if (reading === null) map.delete(path);
      else map.set(path, reading);
    }
  });
  const configs = changes.some(({ path }) => isConfig(path) || isSource(workspace, path))
    ? readConfigs(files, workspace.options)
    : workspace.configs;
  return withHistories({ ...workspace, files, readings, configs }, workspace, changes);
}

/** Whether a configuration is made of it, whatever its name. */
function isSource({ configs, options }: Workspace, path: string): boolean {
  return path === options.onlyConfig || configs.problems.has(path) || configs.missing.has(path);
}

/** The configuration that holds for a file: the nearest one upwards. */
export function configFor(workspace: Workspace, path: string): Config {
  return configInForce(workspace.configs, path).config;
}

/** The same, with where it comes from. */
export function configInForceFor(workspace: Workspace, path: string): ConfigInForce {
  return configInForce(workspace.configs, path);
}

/** The step of a history that the file is, or `null` when it is not a migration. */
export function migrationAt(
  { histories }: Workspace,
  path: string,
): { readonly step: ReplayedMigration; readonly history: WorkspaceHistory } | null {
  for (const history of histories) {
    const step = stepsByPath(history.history).get(path);
    if (step !== undefined) return { step, history };
  }
  return null;
}

const steps = new WeakMap<History, ReadonlyMap<string, ReplayedMigration>>();

function stepsByPath(history: History): ReadonlyMap<string, ReplayedMigration> {
  let found = steps.get(history);
  if (found === undefined) {
    found = new Map(history.migrations.map((step) => [step.migration.file.path, step]));
    steps.set(history, found);
  }
  return found;
}

/** The schema that a file of the application works with: that of the history nearest to it, or of the only one. */
export function catalogFor(workspace: Workspace, path: string): Catalog {
  return historyFor(workspace, path)?.history.latest ?? emptyCatalog;
}

export function historyFor(workspace: Workspace, path: string): WorkspaceHistory | null {
  const [nearest] = nearestHistories(workspace, path);
  return nearest ?? (workspace.histories.length === 1 ? (workspace.histories[0] ?? null) : null);
}

/** All that the file may work with: several where its project has several Repos, or where none is near. */
export function historiesFor(workspace: Workspace, path: string): readonly WorkspaceHistory[] {
  const nearest = nearestHistories(workspace, path);
  return nearest.length > 0 ? nearest : workspace.histories;
}

function nearestHistories({ histories }: Workspace, path: string): readonly WorkspaceHistory[] {
  const rootOf = ({ set }: WorkspaceHistory) => set.id.replace(/#.*$/, '');
  const around = histories.filter((one) => rootOf(one) === '' || path.startsWith(`${rootOf(one)}/`));
  const nearest = Math.max(...around.map((one) => rootOf(one).length));
  return around.filter((one) => rootOf(one).length === nearest);
}

function withHistories(workspace: Workspace, previous: Workspace, changes: readonly FileChange[]): Workspace {
  const reordered =
    workspace.configs !== previous.configs ||
    changes.some((change) => placeChanges(previous, change)) ||
    changes.some(({ path }) => !sameData(reposAt(workspace, path), reposAt(previous, path)));
  const migrationFiles = reordered ? allMigrationFiles(workspace) : workspace.migrationFiles;
  const sets = reordered
    ? setsOfPostgres(workspace, migrationFiles)
    : previous.histories.map((history) => history.set);
  const touched = new Set(changes.map((change) => change.path));
  const settingsChanged = reordered || changes.some(({ path }) => ECTO_CONFIG.test(path));
  const histories = sets.map((set): WorkspaceHistory => {
    const old = previous.histories.find((history) => history.set.id === set.id) ?? null;
    const same = old !== null && old.set === set && !settingsChanged;
    if (same && !set.files.some((file) => touched.has(file.path))) return old;
    const repo = same ? old.repo : keep(old?.repo ?? null, repoConfigOf(workspace, set));
    return { set, repo, history: replaySet(workspace, set, repo, old?.history ?? null) };
  });
  return { ...workspace, migrationFiles, histories };
}

function reposAt({ readings }: Workspace, path: string): readonly EctoRepo[] {
  const reading = readings.get(path);
  return reading?.kind === 'elixir' ? reading.repos : [];
}

/** Without those of Ecto repositories for other databases. */
function setsOfPostgres(
  workspace: Workspace,
  files: ImmutableMap<string, MigrationFile>,
): readonly MigrationSet[] {
  const repos = [...workspace.readings.keys()].flatMap((path) =>
    reposAt(workspace, path).map((repo) => ({ path, repo })),
  );
  return migrationSets([...files.values()], orderOptions(workspace)).filter(({ id }) => {
    const [root = '', folder = 'repo'] = id.split('#');
    const own = repos.filter(
      ({ path, repo }) => underscored(repo.module) === folder && relativePath(root, path) !== path,
    );
    return own.length === 0 || !own.every(({ repo }) => isOtherDatabase(repo));
  });
}

const ECTO_CONFIG = /\/config\/[^/]+\.exs$/;

/** The old value when the new one says the same, so that what was computed from it stays valid. */
function keep<T>(old: T, now: T): T {
  return sameData(old, now) ? old : now;
}

/** Whether the change may add a migration, take one away, or change its place in the order. */
function placeChanges(previous: Workspace, { path, file }: FileChange): boolean {
  const old = previous.migrationFiles.get(path) ?? null;
  if (file === null) return old !== null;
  const now = migrationFile(file, orderOptions(previous));
  if (old === null || now === null) return old !== now;
  return (
    old.layout !== now.layout || old.role.version !== now.role.version || old.role.side !== now.role.side
  );
}

function allMigrationFiles(workspace: Workspace): ImmutableMap<string, MigrationFile> {
  const options = orderOptions(workspace);
  return ImmutableMap<string, MigrationFile>().withMutations((map) => {
    for (const file of workspace.files.values()) {
      const found = isConfig(file.path) ? null : migrationFile(file, options);
      if (found !== null) map.set(file.path, found);
    }
  });
}

function orderOptions(workspace: Workspace) {
  const { config, folder: from } = configInForce(workspace.configs, `${workspace.root}/x`);
  return {
    folders: config.migrations.map((folder) => joinPath(from, folder)),
    layout: config.layout,
    projectRoots: workspace.options.projectRoots,
    named: new Set([...workspace.options.asMigrations].filter((path) => changesSchema(workspace, path))),
  };
}

/** A script of queries alone stays one. */
function changesSchema({ readings }: Workspace, path: string): boolean {
  const reading = readings.get(path);
  if (reading?.kind !== 'sql') return false;
  return reading.sql.statements.some(({ statement }) =>
    factsOf(statement).operations.some(
      (operation) => operation.kind !== 'unknown' && !changesNoSchema(operation),
    ),
  );
}

function replaySet(
  workspace: Workspace,
  set: MigrationSet,
  repo: RepoConfig | null,
  previous: History | null,
): History {
  const { postgres, transactions } = configFor(workspace, set.files[0]?.path ?? workspace.root);
  const migrations = set.files.flatMap((file) => {
    const reading = workspace.readings.get(file.path);
    return reading === undefined ? [] : [migrationOf(file, reading, { repo, transactions })];
  });
  return replay(migrations, previous, { postgres });
}

function repoConfigOf(workspace: Workspace, set: MigrationSet): RepoConfig | null {
  const [root = '', repo = 'repo'] = set.id.split('#');
  const found: RepoConfig[] = [];
  for (const reading of [...workspace.readings.values()].sort(byPath)) {
    if (reading.kind !== 'elixir' || reading.configs.length === 0) continue;
    // In an umbrella project the configuration of all applications stands above them.
    const project = /^(.*)\/config\/[^/]+\.exs$/.exec(reading.file.path)?.[1];
    if (project !== undefined && (root === project || root.startsWith(`${project}/`)))
      found.push(...reading.configs);
  }
  return configOfRepo(found, repo);
}

/** What says how a migration runs besides its file. */
interface Surroundings {
  readonly repo: RepoConfig | null;
  readonly transactions: Config['transactions'];
}

interface CachedMigration {
  readonly file: MigrationFile;
  readonly around: Surroundings;
  readonly migration: Migration;
}

const migrations = new WeakMap<Reading, CachedMigration>();

function migrationOf(file: MigrationFile, reading: Reading, around: Surroundings): Migration {
  const { repo, transactions } = around;
  const cached = migrations.get(reading);
  const same = cached?.around.repo === repo && cached.around.transactions === transactions;
  if (same && sameData(cached.file, file)) return cached.migration;
  const read = reading.kind === 'sql' ? sqlMigration(file, reading) : ectoMigration(file, reading, repo);
  const isOpen = read.transaction === 'unknown' && transactions !== 'auto';
  const migration: Migration = isOpen ? { ...read, transaction: transactions } : read;
  migrations.set(reading, { file, around, migration });
  return migration;
}

function base(file: MigrationFile, reading: Reading) {
  const { folder, version, name } = file.role;
  return { file: reading.file, layout: file.layout, folder, version, name };
}

function sqlMigration(file: MigrationFile, reading: SqlReading): Migration {
  const statements: MigrationStatement[] = [];
  for (const { statement, start, section } of reading.sql.statements) {
    if (section !== 'up') continue;
    const { operations } = factsOf(statement);
    const span = { start: 0, end: statement.text.length };
    statements.push({ sql: statement.text, start, span, operations });
  }
  const layout = layoutNamed(file.layout);
  return {
    ...base(file, reading),
    transaction: layout.transaction({
      statements: statements.length,
      outsideOnly: statements.filter(({ operations }) => operations.some(refusesTransaction)).length,
      directives: [
        ...reading.sql.directives.map((directive) => directive.text),
        ...reading.sql.comments.slice(0, 3).map((comment) => comment.text.trim().toLowerCase()),
      ],
    }),
    holdsMigrationLock: false,
    statements,
  };
}

function ectoMigration(
  file: MigrationFile,
  reading: Extract<Reading, { kind: 'elixir' }>,
  repo: RepoConfig | null,
): Migration {
  const ecto = reading.migration(repo);
  return {
    ...base(file, reading),
    transaction: ecto?.transaction ?? 'per-file',
    holdsMigrationLock: ecto?.holdsMigrationLock ?? false,
    statements: ecto?.statements ?? [],
  };
}
