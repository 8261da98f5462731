// The workspace at one moment: its files, what they say, and the schema that its migrations give.
// A change makes a new one that takes over all that the change does not touch.

import { Map as ImmutableMap } from 'immutable';
import { type Catalog, type Doubt, emptyCatalog } from '../catalog/catalog.js';
import type { Operation } from '../catalog/operation.js';
import { changesNoSchema, targetOf } from '../catalog/operation-target.js';
import { underscored } from '../ecto/literals.js';
import type { EctoRepo, RepoConfig } from '../ecto/model.js';
import { configOfRepo } from '../ecto/repo-config.js';
import { isOtherDatabase } from '../ecto/repos.js';
import { type Dump, dumpOf } from '../migrations/baselines.js';
import { type Notes, noNotes, notesAfter } from '../migrations/from-ecto/notes.js';
import type { EctoMigration } from '../migrations/from-ecto.js';
import { type History, type ReplayedMigration, replay } from '../migrations/history.js';
import { layoutNamed } from '../migrations/layouts/index.js';
import { isList } from '../migrations/lists.js';
import type { Migration } from '../migrations/migration.js';
import {
  type MigrationFile,
  type MigrationSet,
  migrationFile,
  migrationSets,
  type OrderOptions,
  type OrderSettings,
} from '../migrations/order.js';
import { sameData } from '../text/same-data.js';
import { folderOf, joinPath, relativePath, type SourceFile } from '../text/source-file.js';
import { noteChanges } from './changes.js';
import { type Config, DEFAULT_CONFIG } from './config.js';
import {
  type ConfigInForce,
  type ConfigOptions,
  type Configs,
  configInForce,
  configsUpwards,
  configsWithoutFiles,
  isConfig,
  readConfigs,
} from './config-files.js';
import {
  type Asked,
  type EctoPlace,
  isStillTold,
  notesWithout,
  surroundingsAt,
} from './ecto-surroundings.js';
import { byPath, factsOf, type Parsers, type Reading, readFile } from './reading.js';
import type { Base } from './released.js';
import { base, opaqueMigration, sqlMigration } from './sql-migration.js';

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
  /** Files that hold a whole schema, by path. */
  readonly dumps: ImmutableMap<string, Dump>;
}

export interface WorkspaceOptions extends ConfigOptions {
  readonly parsers: Parsers;
  /** Folders with `mix.exs`, `package.json` and the like. */
  readonly projectRoots: readonly string[];
  /** `.sql` files that are linted as migrations whatever their names, if they change the schema: those named on the command line. */
  readonly asMigrations: ReadonlySet<string>;
  /** What a git reference holds, when one is asked for. */
  readonly base: Base | null;
  /** Whether findings of released migrations are shown, as hints, or left out. */
  readonly showsReleased: boolean;
  /** Whether what a file says is wanted; the texts of all can be asked for. */
  reads(file: SourceFile): boolean;
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
    base: null,
    showsReleased: false,
    reads: () => true,
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
    dumps: ImmutableMap(),
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
  const { parsers, reads } = workspace.options;
  const readings = workspace.readings.withMutations((map) => {
    for (const { path, file } of changes) {
      const known = map.get(path) ?? null;
      if (file !== null && known?.file === file) continue;
      const reading = file === null || !reads(file) ? null : readFile(file, workspace.root, parsers, known);
      if (reading === null) map.delete(path);
      else map.set(path, reading);
    }
  });
  noteChanges(
    readings,
    workspace.readings,
    changes.map(({ path }) => path),
  );
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
  const rootOf = ({ set }: WorkspaceHistory) => set.root;
  const around = histories.filter((one) => rootOf(one) === '' || path.startsWith(`${rootOf(one)}/`));
  const nearest = Math.max(...around.map((one) => rootOf(one).length));
  // Beside the migrations of an application there may be scripts of anything else.
  const weight = ({ set }: WorkspaceHistory) =>
    set.repo === null ? set.files.length : Number.MAX_SAFE_INTEGER;
  return around
    .filter((one) => rootOf(one).length === nearest)
    .sort((a, b) => weight(b) - weight(a) || (a.set.id < b.set.id ? -1 : 1));
}

function withHistories(workspace: Workspace, previous: Workspace, changes: readonly FileChange[]): Workspace {
  const reordered =
    workspace.configs !== previous.configs ||
    changes.some((change) => placeChanges(previous, change)) ||
    changes.some(({ path }) => isSql(workspace, path) !== isSql(previous, path)) ||
    changes.some(({ path }) => !sameData(reposAt(workspace, path), reposAt(previous, path)));
  const placed = reordered ? withPlaces(workspace) : workspace;
  const sets = reordered ? setsOfPostgres(placed) : previous.histories.map((history) => history.set);
  const touched = new Set(changes.map((change) => change.path));
  const settingsChanged = reordered || changes.some(({ path }) => ECTO_CONFIG.test(path));
  const histories = sets.map((set): WorkspaceHistory => {
    const old = previous.histories.find((history) => history.set.id === set.id) ?? null;
    const same = old !== null && old.set === set && !settingsChanged;
    const isTouched = (file: MigrationFile) => touched.has(file.path) || asksAnew(workspace, set, file);
    if (same && !runsOf(set).some(isTouched)) return old;
    const repo = same ? old.repo : keep(old?.repo ?? null, repoConfigOf(workspace, set));
    return { set, repo, history: replaySet(workspace, set, repo, old?.history ?? null) };
  });
  return { ...placed, histories };
}

function reposAt({ readings }: Workspace, path: string): readonly EctoRepo[] {
  const reading = readings.get(path);
  return reading?.kind === 'elixir' ? reading.repos : [];
}

/** Whether it is a file of SQL for PostgreSQL. */
function isSql({ readings }: Workspace, path: string): boolean {
  return readings.get(path)?.kind === 'sql';
}

/** Without those of Ecto repositories for other databases, and without scripts for other databases. */
function setsOfPostgres(workspace: Workspace): readonly MigrationSet[] {
  const repos = [...workspace.readings.keys()].flatMap((path) =>
    reposAt(workspace, path).map((repo) => ({ path, repo })),
  );
  const { migrationFiles, dumps } = workspace;
  const options = orderOptions(workspace);
  return migrationSets([...migrationFiles.values()], [...dumps.values()], options).filter((set) => {
    const own = repos.filter(
      ({ path, repo }) =>
        underscored(repo.module) === (set.repo ?? 'repo') && relativePath(set.root, path) !== path,
    );
    if (own.length > 0 && own.every(({ repo }) => isOtherDatabase(repo))) return false;
    return runsOf(set).some(({ path }) => workspace.readings.has(path));
  });
}

/** All that runs, in order. */
function runsOf({ baseline, files }: MigrationSet): readonly MigrationFile[] {
  return baseline === null ? files : [baseline, ...files];
}

const ECTO_CONFIG = /\/config\/[^/]+\.exs$/;

/** The old value when the new one says the same, so that what was computed from it stays valid. */
function keep<T>(old: T, now: T): T {
  return sameData(old, now) ? old : now;
}

/** Whether the change may add a migration, take one away, or change its place in the order. */
function placeChanges(previous: Workspace, { path, file }: FileChange): boolean {
  const old = previous.migrationFiles.get(path) ?? null;
  const oldDump = previous.dumps.get(path) ?? null;
  const before = previous.files.get(path);
  if (isList(path)) return before?.text !== file?.text;
  if (file === null) return old !== null || oldDump !== null || isAmongMigrations(previous, path);
  if (file.language === 'data') return before?.text !== file.text;
  if (before === undefined && isAmongMigrations(previous, path)) return true;
  const now = migrationFile(file, orderOptions(previous));
  return !sameData(old, now) || !sameData(oldDump, dumpOf(file)) || isMarked(before) !== isMarked(file);
}

/** Files without a place in the order are told, where they stand among those that have one. */
function isAmongMigrations({ histories }: Workspace, path: string): boolean {
  const folder = folderOf(path);
  return histories.some(({ set }) => set.files.some(({ role }) => role.folder === folder));
}

/** Whether the text says that the file is of a tool that looks at nothing but texts, or that the history begins there. */
function isMarked(file: SourceFile | undefined): string {
  const head = file?.text.slice(0, 500) ?? '';
  return /--\s*(?:liquibase\s*formatted|atlas:checkpoint)/i.exec(head)?.[0] ?? '';
}

function withPlaces(workspace: Workspace): Workspace {
  const options = orderOptions(workspace);
  const migrationFiles = new Map<string, MigrationFile>();
  const dumps = new Map<string, Dump>();
  for (const file of workspace.files.values()) {
    if (isConfig(file.path)) continue;
    const found = migrationFile(file, options);
    if (found !== null) migrationFiles.set(file.path, found);
    const dump = workspace.readings.has(file.path) ? dumpOf(file) : null;
    if (dump !== null) dumps.set(file.path, dump);
  }
  return { ...workspace, migrationFiles: ImmutableMap(migrationFiles), dumps: ImmutableMap(dumps) };
}

function orderOptions(workspace: Workspace): OrderOptions {
  const byFolder = new Map<string, OrderSettings>();
  return {
    settingsFor(path) {
      const folder = folderOf(path);
      const known = byFolder.get(folder) ?? orderSettings(workspace, path);
      byFolder.set(folder, known);
      return known;
    },
    files: workspace.files,
    projectRoots: workspace.options.projectRoots,
    named: new Set([...workspace.options.asMigrations].filter((path) => changesSchema(workspace, path))),
    lacksBase: (files, dump) => lacksBase(workspace, files, dump),
  };
}

/** Of several configurations upwards, the nearest that says something has the word. */
function orderSettings({ configs }: Workspace, path: string): OrderSettings {
  const upwards = configsUpwards(configs, path);
  const naming = upwards.find(({ config }) => config.migrations.length > 0);
  const beginning = upwards.find(({ config }) => config.baseline !== null);
  return {
    folders: naming?.config.migrations.map((folder) => joinPath(naming.folder, folder)) ?? [],
    layout: upwards.find(({ config }) => config.layout !== null)?.config.layout ?? null,
    baseline: beginning === undefined ? null : joinPath(beginning.folder, beginning.config.baseline ?? ''),
  };
}

/** Whether the migrations change tables that none of them makes before, though the dump does. */
function lacksBase({ readings }: Workspace, files: readonly MigrationFile[], dump: Dump): boolean {
  const operationsAt = (path: string): readonly Operation[] => {
    const reading = readings.get(path);
    if (reading === undefined) return [];
    if (reading.kind === 'sql') {
      const ups = reading.sql.statements.filter(({ section }) => section === 'up');
      return ups.flatMap(({ statement }) => factsOf(statement).operations);
    }
    return reading.migration(null)?.statements.flatMap(({ operations }) => operations) ?? [];
  };
  const inDump = new Set(operationsAt(dump.path).flatMap(tableMadeBy));
  const made = new Set<string>();
  for (const operation of files.flatMap(({ path }) => operationsAt(path))) {
    for (const name of tableMadeBy(operation)) made.add(name);
    if (operation.kind === 'unknown' || changesNoSchema(operation)) continue;
    const target = targetOf(operation)?.name;
    if (target !== undefined && !made.has(target) && inDump.has(target)) return true;
  }
  return false;
}

function tableMadeBy(operation: Operation): readonly string[] {
  return operation.kind === 'create-table' ? [operation.table.name] : [];
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
  const { postgres, transactions } = configFor(workspace, runsOf(set)[0]?.path ?? workspace.root);
  let notes: Notes = noNotes;
  const migrations = runsOf(set).flatMap((file) => {
    const source = workspace.files.get(file.path);
    if (file.opaque !== undefined && source !== undefined) return [opaqueMigration(file, source)];
    const reading = workspace.readings.get(file.path);
    if (reading === undefined) return [];
    const settings = layoutNamed(file.layout).settingsOf?.(file.path);
    const around = {
      repo,
      transactions,
      settings: settings === undefined ? null : (workspace.files.get(settings)?.text ?? null),
      isBaseline: file === set.baseline,
      place: placeOf(workspace, set, file, notes),
    };
    const { migration, forgets } = migrationOf(file, reading, around);
    notes = notesAfter(notesWithout(notes, forgets), migration.statements);
    return [migration];
  });
  return replay(migrations, previous, {
    postgres,
    begin: beginOf(set.incomplete),
    sql: workspace.options.parsers.sql,
  });
}

function repoConfigOf(workspace: Workspace, set: MigrationSet): RepoConfig | null {
  const { root, repo } = set;
  const found: RepoConfig[] = [];
  const configuring = [...workspace.readings.values()].filter(
    (reading) => reading.kind === 'elixir' && reading.configs.length > 0,
  );
  for (const reading of configuring.sort(byPath)) {
    if (reading.kind !== 'elixir') continue;
    // In an umbrella project the configuration of all applications stands above them.
    const project = /^(.*)\/config\/[^/]+\.exs$/.exec(reading.file.path)?.[1];
    if (project !== undefined && (root === project || root.startsWith(`${project}/`)))
      found.push(...reading.configs);
  }
  return configOfRepo(found, repo ?? 'repo');
}

/** What says how a migration runs besides its file. */
interface Surroundings {
  readonly repo: RepoConfig | null;
  readonly transactions: Config['transactions'];
  /** The text of the file that says how it is run; `null` where there is none. */
  readonly settings: string | null;
  readonly isBaseline: boolean;
  readonly place: EctoPlace;
}

/** What an Ecto migration may ask of the workspace. */
function placeOf(
  { files, options }: Workspace,
  { root }: MigrationSet,
  { path }: MigrationFile,
  notes: Notes | null,
): EctoPlace {
  return { files, parser: options.parsers.elixir, root, path, notes };
}

/** Whether a migration would be told something else than before by what changed outside of its file. */
function asksAnew(workspace: Workspace, set: MigrationSet, file: MigrationFile): boolean {
  const reading = workspace.readings.get(file.path);
  const asked = reading === undefined ? undefined : migrations.get(reading)?.asked;
  return asked !== undefined && asked.size > 0 && !isStillTold(asked, placeOf(workspace, set, file, null));
}

const begins = new Map<string, Catalog>();

/** The same one for the same reason, so that what follows from it stays valid. */
function beginOf(incomplete: string | null): Catalog {
  if (incomplete === null) return emptyCatalog;
  const newObjects: Doubt = { reason: incomplete, since: 0, origin: null };
  const begin: Catalog = begins.get(incomplete) ?? {
    ...emptyCatalog,
    doubts: { ...emptyCatalog.doubts, newObjects },
  };
  begins.set(incomplete, begin);
  return begin;
}

interface CachedMigration {
  readonly file: MigrationFile;
  readonly around: Omit<Surroundings, 'place'>;
  readonly asked: Asked;
  readonly migration: Migration;
  /** See `EctoMigration`. */
  readonly forgets: readonly string[];
}

const migrations = new WeakMap<Reading, CachedMigration>();

function migrationOf(file: MigrationFile, reading: Reading, surroundings: Surroundings): CachedMigration {
  const { place, ...around } = surroundings;
  const { repo, transactions, settings, isBaseline } = around;
  const cached = migrations.get(reading);
  const same =
    cached?.around.repo === repo &&
    cached.around.transactions === transactions &&
    cached.around.settings === settings &&
    cached.around.isBaseline === isBaseline;
  if (same && sameData(cached.file, file) && isStillTold(cached.asked, place)) return cached;
  const { around: asking, asked } = surroundingsAt(place);
  const ecto = reading.kind === 'elixir' ? reading.migration(repo, asking) : null;
  const read =
    reading.kind === 'sql' ? sqlMigration(file, reading, settings) : ectoMigration(file, reading, ecto);
  const isOpen = read.transaction === 'unknown' && transactions !== 'auto';
  const migration: Migration = {
    ...read,
    ...(isOpen ? { transaction: transactions } : {}),
    ...(isBaseline ? { transaction: 'none', isBaseline } : {}),
  };
  const now: CachedMigration = { file, around, asked, migration, forgets: ecto?.forgets ?? [] };
  migrations.set(reading, now);
  return now;
}

function ectoMigration(
  file: MigrationFile,
  reading: Extract<Reading, { kind: 'elixir' }>,
  ecto: EctoMigration | null,
): Migration {
  return {
    ...base(file, reading.file),
    transaction: ecto?.transaction ?? 'per-file',
    holdsMigrationLock: ecto?.holdsMigrationLock ?? false,
    statements: ecto?.statements ?? [],
  };
}
