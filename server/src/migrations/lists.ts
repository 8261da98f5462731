// Tools that keep a list of their migrations: the list says which files run, and in which order. Files that it does not name
// are not run, whatever their names.

import { fileName, folderOf, joinPath, type SourceFile } from '../text/source-file.js';
import { readChangelog } from './layouts/changelog.js';
import { readJournal } from './layouts/drizzle.js';
import type { LayoutId } from './layouts/layout.js';
import { isFormattedSql } from './layouts/liquibase.js';
import { type PlannedChange, readPlan, readSqitchSettings } from './layouts/sqitch.js';
import type { MigrationFile, UnreadFile } from './order.js';

export interface Files {
  get(path: string): SourceFile | undefined;
  values(): Iterable<SourceFile>;
}

/** The migrations of one list. */
export interface ListedMigrations {
  readonly layout: LayoutId;
  /** The folder that the list is about. */
  readonly folder: string;
  /** Empty where they are of another database. */
  readonly files: readonly MigrationFile[];
  readonly unread: readonly UnreadFile[];
  /** Why something may be there that no file makes; `null` when every file of the list is there. */
  readonly incomplete: string | null;
  /** Whether no other layout may take the file. */
  owns(path: string): boolean;
}

/** Names of files that hold lists, or say what the files beside them are. */
const LISTS: ReadonlySet<string> = new Set([
  '_journal.json',
  'sqitch.plan',
  'sqitch.conf',
  'atlas.sum',
  'migration_lock.toml',
]);

/** Whether the file may be a list, or a part of one. */
export function isList(path: string): boolean {
  return LISTS.has(fileName(path)) || path.endsWith('.plan') || isChangelogName(path);
}

/** Whether the name is one of a changelog of Liquibase, which has no name of its own. */
export function isChangelogName(path: string): boolean {
  return /(?:change-?log|liquibase)[^/]*(?:\/.*)?\.(?:xml|ya?ml|json)$/i.test(path);
}

export function listedMigrations(files: Files): readonly ListedMigrations[] {
  const found: ListedMigrations[] = [];
  const sql: SourceFile[] = [];
  const changelogs: SourceFile[] = [];
  for (const file of files.values()) {
    if (file.language === 'sql') sql.push(file);
    if (file.language !== 'data') continue;
    if (file.path.endsWith('/meta/_journal.json')) found.push(...journalled(file, files));
    else if (file.path.endsWith('.plan')) found.push(...planned(file, files));
    else if (isChangelogName(file.path)) changelogs.push(file);
  }
  const own = (list: ListedMigrations): ListedMigrations => ({ ...list, unread: notNamed(list, sql) });
  return [...found.map(own), ...logged(changelogs, sql, files)];
}

/** The files that a list might name, and does not. */
function notNamed(list: ListedMigrations, sql: readonly SourceFile[]): readonly UnreadFile[] {
  if (list.files.length === 0) return [];
  const named = new Set(list.files.map(({ path }) => path));
  const folders = new Set(list.files.map(({ role }) => role.folder));
  return sql
    .filter(({ path }) => folders.has(folderOf(path)) && list.owns(path) && !named.has(path))
    .map(({ path }) => ({ path, reason: `${LIST_OF[list.layout] ?? 'the list'} does not name it` }));
}

const LIST_OF: Partial<Record<LayoutId, string>> = {
  drizzle: 'meta/_journal.json',
  sqitch: 'sqitch.plan',
};

function journalled({ path, text }: SourceFile, files: Files): readonly ListedMigrations[] {
  const journal = readJournal(text);
  if (journal === null) return [];
  const folder = folderOf(folderOf(path));
  const named = journal.tags.map((tag) => ({ name: tag, path: `${folder}/${tag}.sql` }));
  const there = named.filter((one) => files.get(one.path) !== undefined);
  // A journal of nothing that is there: the files are run by other means.
  if (journal.isPostgres && there.length === 0) return [];
  return [
    {
      layout: 'drizzle',
      folder,
      files: !journal.isPostgres
        ? []
        : there.map((one, place) => {
            const [, version = one.name, name = ''] = /^(\d+)_(.*)$/.exec(one.name) ?? [];
            return listed('drizzle', one.path, { folder, version, name, place });
          }),
      unread: [],
      incomplete: missing(named, there, 'meta/_journal.json'),
      owns: (other) => folderOf(other) === folder,
    },
  ];
}

function listed(
  layout: LayoutId,
  path: string,
  role: Pick<MigrationFile['role'], 'folder' | 'version' | 'name'> & { readonly place: number },
): MigrationFile {
  return { path, layout, role: { ...role, side: 'up' } };
}

interface Named {
  readonly name: string;
  readonly path: string;
}

function missing(named: readonly Named[], there: readonly Named[], list: string): string | null {
  const gone = named.filter((one) => !there.includes(one)).map(({ name }) => `"${name}"`);
  if (gone.length === 0) return null;
  const shown =
    gone.length > 3 ? `${gone.slice(0, 3).join(', ')} and ${gone.length - 3} more` : gone.join(', ');
  return `${list} names ${shown}, for which there is no file`;
}

function planned({ path, text }: SourceFile, files: Files): readonly ListedMigrations[] {
  const project = sqitchProject(path, files);
  if (project === null) return [];
  const { deploy, extension } = project;
  const scriptOf = ({ name, reworkTags }: PlannedChange) => {
    const candidates = reworkTags.map((tag) => `${deploy}/${name}${tag}.${extension}`);
    const fallback = candidates[0] ?? `${deploy}/${name}.${extension}`;
    return candidates.find((one) => files.get(one) !== undefined) ?? fallback;
  };
  const named = readPlan(text).map((change) => ({ name: change.name, path: scriptOf(change) }));
  const there = named.filter((one) => files.get(one.path) !== undefined);
  const top = folderOf(deploy);
  return [
    {
      layout: 'sqitch',
      folder: top,
      files: project.isPostgres
        ? there.map((one, place) =>
            listed('sqitch', one.path, { folder: deploy, version: one.name, name: one.name, place }),
          )
        : [],
      unread: [],
      incomplete: missing(named, there, fileName(path)),
      owns: (other) =>
        /^(?:deploy|revert|verify)\//.test(other.slice(top.length + 1)) && other.startsWith(`${top}/`),
    },
  ];
}

interface SqitchProject {
  readonly isPostgres: boolean;
  readonly deploy: string;
  readonly extension: string;
}

/** `null` for a plan that no configuration above it speaks of, and beside which there are no scripts. */
function sqitchProject(plan: string, files: Files): SqitchProject | null {
  for (let folder = folderOf(plan); folder !== ''; folder = folderOf(folder)) {
    const text = files.get(`${folder}/sqitch.conf`)?.text;
    if (text === undefined) continue;
    const { isPostgres, planFile, topFolder, deployFolder, extension } = readSqitchSettings(text);
    const [usual, top] = [joinPath(folder, planFile), joinPath(folder, topFolder)];
    // The plan stands in the top folder, and where the configuration stands in old projects.
    const isOwn =
      usual === plan || (files.get(usual) === undefined && [top, folder].includes(folderOf(plan)));
    return isOwn ? { isPostgres, deploy: joinPath(folder, deployFolder), extension } : null;
  }
  if (fileName(plan) !== 'sqitch.plan') return null;
  return { isPostgres: true, deploy: `${folderOf(plan)}/deploy`, extension: 'sql' };
}

const NOT_SQL = 'its change sets are not SQL';

/** One list for each changelog that no other includes; without any, formatted files run by their paths, folder by folder. */
function logged(
  changelogs: readonly SourceFile[],
  sql: readonly SourceFile[],
  files: Files,
): readonly ListedMigrations[] {
  const all = [...changelogs, ...sql];
  const logs = new Map(
    changelogs.flatMap(({ path, text }) => {
      const entries = readChangelog(path, text);
      return entries === null ? [] : [[path, entries] as const];
    }),
  );
  const formatted = sql.filter(({ text }) => isFormattedSql(text)).map(({ path }) => path);
  if (logs.size === 0 && formatted.length === 0) return [];
  const next = (path: string) => {
    const steps: (string | null)[] = [];
    for (const entry of logs.get(path) ?? []) {
      if (entry.kind === 'other') steps.push(null);
      else if (entry.kind === 'file')
        steps.push(fileAt(entry.path, entry.isRelative, path, files, all) ?? null);
      else steps.push(...inFolder(entry.path, entry.isRelative, path, all));
    }
    return steps;
  };
  const included = new Set([...logs.keys()].flatMap(next));
  const roots = [...logs.keys()].filter((path) => !included.has(path)).sort();
  const seen = new Set<string>();
  const lists = roots.flatMap((root) => {
    const order = inclusionOrder(root, next, logs);
    for (const { path } of order) seen.add(path);
    return listOf(folderOf(root), order);
  });
  const rest = formatted.filter((path) => !seen.has(path)).sort();
  if (lists.length > 0) {
    return lists.map((list) => ({
      ...list,
      unread: rest
        .filter((path) => path.startsWith(`${list.folder}/`))
        .map((path) => ({ path, reason: 'no changelog includes it' })),
    }));
  }
  const folders = [...new Set(rest.map(folderOf))];
  const top = folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)));
  return top.flatMap((folder) =>
    listOf(
      folder,
      rest.filter((path) => path.startsWith(`${folder}/`)).map((path) => ({ path, opaque: null })),
    ),
  );
}

interface Step {
  readonly path: string;
  readonly opaque: string | null;
}

function inclusionOrder(
  root: string,
  next: (path: string) => readonly (string | null)[],
  logs: ReadonlyMap<string, unknown>,
): readonly Step[] {
  const order: Step[] = [];
  const visited = new Set<string>();
  const visit = (path: string) => {
    if (visited.has(path)) return;
    visited.add(path);
    if (!logs.has(path)) {
      order.push({ path, opaque: null });
      return;
    }
    for (const step of next(path)) {
      if (step !== null) visit(step);
      else if (!order.some((one) => one.path === path)) order.push({ path, opaque: NOT_SQL });
    }
  };
  visit(root);
  return order;
}

/** Nothing where no SQL runs: such a changelog tells nothing that we read. */
function listOf(folder: string, order: readonly Step[]): readonly ListedMigrations[] {
  if (order.every(({ opaque }) => opaque !== null)) return [];
  const owned = new Set(order.map(({ path }) => path));
  const files = order.map(({ path, opaque }, place): MigrationFile => {
    const name = fileName(path).replace(/\.\w+$/, '');
    const file = listed('liquibase', path, { folder: folderOf(path), version: name, name, place });
    return opaque === null ? file : { ...file, opaque };
  });
  const owns = (path: string) => owned.has(path) || path.startsWith(`${folder}/`);
  return [{ layout: 'liquibase', folder, files, unread: [], incomplete: null, owns }];
}

/** Paths count from the changelog, or from a root of the class path that we do not know: then the end of the path has to do. */
function fileAt(
  path: string,
  isRelative: boolean,
  from: string,
  files: Files,
  all: readonly SourceFile[],
): string | undefined {
  const bare = path.replace(/^classpath:/, '').replace(/^\.?\//, '');
  const beside = joinPath(folderOf(from), path);
  if (files.get(beside) !== undefined) return beside;
  if (isRelative) return undefined;
  return nearest(
    from,
    all.map((file) => file.path).filter((other) => other.endsWith(`/${bare}`)),
  );
}

function inFolder(
  path: string,
  isRelative: boolean,
  from: string,
  all: readonly SourceFile[],
): readonly string[] {
  const bare = path
    .replace(/^classpath:/, '')
    .replace(/^\.?\//, '')
    .replace(/\/$/, '');
  const beside = joinPath(folderOf(from), path.replace(/\/$/, ''));
  const within = (folder: string) =>
    all.map((file) => file.path).filter((other) => other.startsWith(`${folder}/`));
  if (isRelative || within(beside).length > 0)
    return within(beside)
      .filter((other) => other !== from)
      .sort();
  const holders = all.flatMap((file) => {
    const at = file.path.indexOf(`/${bare}/`);
    return at < 0 ? [] : [file.path.slice(0, at + bare.length + 1)];
  });
  const folder = nearest(from, [...new Set(holders)]);
  return folder === undefined
    ? []
    : within(folder)
        .filter((other) => other !== from)
        .sort();
}

/** The path that shares the most with the other from its beginning. */
function nearest(from: string, paths: readonly string[]): string | undefined {
  const shared = (path: string) => {
    const parts = path.split('/');
    const own = from.split('/');
    let count = 0;
    while (count < parts.length && parts[count] === own[count]) count++;
    return count;
  };
  return [...paths].sort((a, b) => shared(b) - shared(a) || (a < b ? -1 : 1))[0];
}
