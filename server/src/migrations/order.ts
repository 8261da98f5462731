// Which files are migrations, which belong together, and in which order they run.

import { anyFileIn, fileName, folderOf, type SourceFile } from '../text/source-file.js';
import { baselineOf, type Dump, schemaFile } from './baselines.js';
import { evidenceOf } from './evidence.js';
import { BY_NAME, layoutNamed } from './layouts/index.js';
import type { FileRole, LayoutId } from './layouts/layout.js';
import { type Files, type ListedMigrations, listedMigrations } from './lists.js';
import { nearestProject } from './projects.js';
import { compareVersions, LAST } from './versions.js';

export { compareVersions } from './versions.js';

/** A file of a history, before it is read. */
export interface MigrationFile {
  readonly path: string;
  readonly layout: LayoutId;
  readonly role: FileRole;
  /** Why what it does is not known, as a clause for people; absent for SQL and Ecto, which are read. */
  readonly opaque?: string;
}

/** A file that stands among migrations and is not run. */
export interface UnreadFile {
  readonly path: string;
  /** As a clause for people: `its name does not begin with a version`. */
  readonly reason: string;
}

/** The migrations of one database, in the order in which they run; down sides are left out. */
export interface MigrationSet {
  /** The project's folder, and what tells its histories apart where there are several. Unique in a workspace. */
  readonly id: string;
  /** The project's folder. */
  readonly root: string;
  /** The folder of the Ecto repository under `priv/`; `null` where the migrations are of no such repository. */
  readonly repo: string | null;
  /** The tools that run them; empty for a schema alone. */
  readonly layouts: readonly LayoutId[];
  /** Where the history begins, when that is not an empty database: a file with a whole schema, which runs first. */
  readonly baseline: MigrationFile | null;
  readonly files: readonly MigrationFile[];
  /** Migrations that the baseline contains, and which are not run after it. */
  readonly contained: readonly string[];
  readonly unread: readonly UnreadFile[];
  /** Why things may be there that no file of the history makes; `null` when there are none. */
  readonly incomplete: string | null;
}

/** What the configuration that holds for a file says about migrations. */
export interface OrderSettings {
  /** Folders; when there are any, no other folder is looked at. */
  readonly folders: readonly string[];
  readonly layout: LayoutId | null;
  /** The file where the history begins. */
  readonly baseline: string | null;
}

export interface OrderOptions {
  settingsFor(path: string): OrderSettings;
  readonly files: Files;
  /** Files that are migrations whatever their names; they come after all others. */
  readonly named: ReadonlySet<string>;
  /** Folders with `mix.exs`, `package.json` and the like. */
  readonly projectRoots: readonly string[];
  /** Whether the migrations change tables that none of them makes, though the dump does. */
  lacksBase(files: readonly MigrationFile[], dump: Dump): boolean;
}

/** What the file is as a migration by itself, or `null`. {@link migrationSets} sorts out the rest by what stands beside it. */
export function migrationFile(file: SourceFile, options: OrderOptions): MigrationFile | null {
  const { path } = file;
  const { folders, layout } = options.settingsFor(path);
  if (folders.length === 0 || folders.some((folder) => path.startsWith(`${folder}/`))) {
    for (const candidate of layout === null ? BY_NAME : [layoutNamed(layout)]) {
      const role = candidate.recognize(file);
      if (role === null) continue;
      return file.language === 'data'
        ? { path, layout: candidate.id, role, opaque: codeOf(path) }
        : { path, layout: candidate.id, role };
    }
  }
  const byName = folders.includes(folderOf(path)) ? migrationByName(file, layout) : null;
  if (byName !== null) return byName;
  if (!options.named.has(path) || file.language !== 'sql') return null;
  return {
    path,
    layout: 'plain',
    role: { folder: folderOf(path), version: LAST, name: fileName(path), side: 'up' },
  };
}

function codeOf(path: string): string {
  return `what the code of this ${fileName(path).replace(/^.*\./, '.')} file does is not known`;
}

/** What stands directly in a folder that the configuration names is a migration though its name has no number. */
function migrationByName(
  { path, language, text }: SourceFile,
  layout: LayoutId | null,
): MigrationFile | null {
  const folder = folderOf(path);
  const name = fileName(path).replace(/(?:\.(?:up|down))?\.\w+$/, '');
  if (language === 'elixir') {
    // `.formatter.exs` stands there too.
    if (
      (layout ?? 'ecto') !== 'ecto' ||
      !path.endsWith('.exs') ||
      !/^\s*use\s+[\w.]*\bMigration\b/m.test(text)
    )
      return null;
    return { path, layout: 'ecto', role: { folder, version: name, name, side: 'up' } };
  }
  if ((layout ?? 'plain') !== 'plain' || language !== 'sql') return null;
  const side = path.endsWith('.down.sql') ? 'down' : 'up';
  return { path, layout: 'plain', role: { folder, version: name, name, side } };
}

/**
 * @param candidates what {@link migrationFile} gives for each file
 * @param dumps files that may be where a history begins
 */
export function migrationSets(
  candidates: readonly MigrationFile[],
  dumps: readonly Dump[],
  options: OrderOptions,
): readonly MigrationSet[] {
  const lists = listedMigrations(options.files).filter((list) => isWanted(list, options));
  const free = candidates.filter(({ path }) => !lists.some((list) => list.owns(path)));
  const { files, unread } = evidenceOf(free, options);
  const groups = joinWithEcto(groupsOf(files, lists, options));
  const named = withNames(groups);
  const sets = named.flatMap(({ id, group }): MigrationSet[] => {
    const begun = baselineOf(group, inOrder(group.files), dumps, options);
    if (begun.files.every(({ opaque }) => opaque !== undefined) && begun.baseline === null) return [];
    const folders = new Set(group.files.map(({ role }) => role.folder));
    return [
      {
        id,
        root: group.root,
        repo: group.repo,
        layouts: [...new Set(group.files.map(({ layout }) => layout))],
        baseline: begun.baseline,
        files: begun.files,
        contained: begun.contained,
        unread: [...group.unread, ...begun.unread, ...unread.filter(({ path }) => isIn(folders, path))],
        incomplete: group.incomplete,
      },
    ];
  });
  return [...sets, ...loneSchemas(sets, dumps, options)].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function isIn(folders: ReadonlySet<string>, path: string): boolean {
  return folders.has(folderOf(path)) || folders.has(folderOf(folderOf(path)));
}

/** The configuration may name other folders, or another tool. */
function isWanted({ folder, layout, files }: ListedMigrations, { settingsFor }: OrderOptions): boolean {
  const path = files[0]?.path ?? anyFileIn(folder);
  const { folders, layout: wanted } = settingsFor(path);
  if (wanted !== null && wanted !== layout) return false;
  return (
    folders.length === 0 || folders.some((one) => path.startsWith(`${one}/`) || one.startsWith(`${folder}/`))
  );
}

/** Migrations that one runner runs. */
export interface Group {
  readonly root: string;
  readonly repo: string | null;
  /** What tells it apart from others of the same project. */
  readonly label: string;
  /** Whether SQL scripts of the project may belong to it too. */
  readonly isMain: boolean;
  readonly files: readonly MigrationFile[];
  readonly unread: readonly UnreadFile[];
  readonly incomplete: string | null;
}

function groupsOf(
  files: readonly MigrationFile[],
  lists: readonly ListedMigrations[],
  options: OrderOptions,
): readonly Group[] {
  const folders = new Map<string, number>();
  for (const { role } of files) folders.set(role.folder, (folders.get(role.folder) ?? 0) + 1);
  const groups = new Map<string, Group & { readonly files: MigrationFile[] }>();
  const named: MigrationFile[] = [];
  for (const file of files) {
    if (file.role.version === LAST) named.push(file);
    else if (!isLonely(file, folders, options)) {
      const group = groupFor(file, options);
      const key = JSON.stringify([group.root, group.repo, group.label, group.isMain]);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { ...group, files: [file] });
      else known.files.push(file);
    }
  }
  const listed = lists
    .filter((list) => list.files.length > 0)
    .map((list): Group => {
      const root = nearestProject(list.folder, options.projectRoots);
      const { files: own, unread, incomplete } = list;
      return { root, repo: null, label: list.folder, isMain: false, files: own, unread, incomplete };
    });
  return withNamed([...groups.values(), ...listed], named, options);
}

const PREFIXED = 'they run in a schema for each tenant, beside tables that other migrations make';

function groupFor({ path, layout, role }: MigrationFile, { projectRoots }: OrderOptions): Group {
  const root = nearestProject(folderOf(path), projectRoots);
  const base = { root, repo: null, isMain: true, files: [], unread: [], incomplete: null };
  if (layout === 'ecto') {
    // A repository for tests stands elsewhere, as its `priv:` says, in a folder of its name.
    const [, own, other, last = ''] = /\/(?:priv\/([^/]+)|(\w+_repo))\/([^/]*)$/.exec(role.folder) ?? [];
    const repo = own ?? other ?? 'repo';
    return /^tenants?_migrations$/.test(last)
      ? { ...base, repo, label: `${repo}/${last}`, isMain: false, incomplete: PREFIXED }
      : { ...base, repo, label: repo };
  }
  if (layout === 'hasura') return { ...base, label: role.folder, isMain: false };
  return { ...base, label: layout };
}

/** Scripts that were named by themselves go with the history of their project. */
function withNamed(
  groups: readonly Group[],
  named: readonly MigrationFile[],
  options: OrderOptions,
): readonly Group[] {
  if (named.length === 0) return groups;
  const result = [...groups];
  for (const file of named) {
    const root = nearestProject(folderOf(file.path), options.projectRoots);
    const at = result.findIndex((group) => group.root === root);
    const group = result[at] ?? { ...groupFor(file, options), files: [] };
    const joined = { ...group, files: [...group.files, file] };
    if (at < 0) result.push(joined);
    else result[at] = joined;
  }
  return result;
}

/** A numbered file is a migration when its folder says so, or when it stands beside its like. */
function isLonely(
  { path, layout, role }: MigrationFile,
  filesIn: ReadonlyMap<string, number>,
  { settingsFor, named }: OrderOptions,
): boolean {
  if (layout !== 'plain' || named.has(path) || settingsFor(path).folders.length > 0) return false;
  return !/migrat/i.test(fileName(role.folder)) && (filesIn.get(role.folder) ?? 0) < 2;
}

/** A project's SQL folder goes with its only Ecto repository. */
function joinWithEcto(groups: readonly Group[]): readonly Group[] {
  const isSql = ({ repo, isMain }: Group) => repo === null && isMain;
  return groups.flatMap((group) => {
    const beside = groups.filter(({ root }) => root === group.root);
    const repositories = beside.filter(({ repo, isMain }) => repo !== null && isMain);
    const [only] = repositories;
    if (only === undefined || repositories.length > 1) return [group];
    if (isSql(group)) return [];
    if (group !== only) return [group];
    return [{ ...only, files: [...only.files, ...beside.filter(isSql).flatMap(({ files }) => files)] }];
  });
}

/** The project's folder is name enough for its only history, and for the Ecto repository that is called `repo`. */
function withNames(groups: readonly Group[]): readonly { readonly id: string; readonly group: Group }[] {
  return groups.map((group) => {
    const { root, repo, label, isMain } = group;
    const beside = groups.filter((other) => other.root === root);
    if (repo === 'repo' && isMain) return { id: root, group };
    if (repo !== null) return { id: `${root}#${label}`, group };
    if (beside.length === 1) return { id: root, group };
    const folder = sharedFolder(group.files.map((file) => file.role.folder));
    return { id: `${root}#${folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : label}`, group };
  });
}

function sharedFolder(folders: readonly string[]): string {
  let [shared = ''] = folders;
  for (const folder of folders) {
    while (folder !== shared && !folder.startsWith(`${shared}/`)) shared = folderOf(shared);
  }
  return shared;
}

/** By version; of files in folders that are called by numbers beside each other (`2/01_users.up.sql`), by those first. */
function inOrder(files: readonly MigrationFile[]): readonly MigrationFile[] {
  const numbers = new Map<string, Set<string>>();
  for (const { role } of files) {
    const number = fileName(role.folder);
    if (!/^\d+$/.test(number)) continue;
    const above = folderOf(role.folder);
    numbers.set(above, (numbers.get(above) ?? new Set()).add(number));
  }
  const version = ({ role }: MigrationFile) =>
    (numbers.get(folderOf(role.folder))?.size ?? 0) > 1 && /^\d+$/.test(fileName(role.folder))
      ? `${fileName(role.folder)}.${role.version}`
      : role.version;
  const place = ({ role }: MigrationFile) => (role.version === LAST ? Number.MAX_VALUE : (role.place ?? 0));
  return files
    .filter(({ role }) => role.side !== 'down')
    .sort(
      (a, b) => place(a) - place(b) || compareVersions(version(a), version(b)) || (a.path < b.path ? -1 : 1),
    );
}

/** Projects without migrations, but with a file that holds their schema. */
function loneSchemas(
  sets: readonly MigrationSet[],
  dumps: readonly Dump[],
  { projectRoots, settingsFor }: OrderOptions,
): readonly MigrationSet[] {
  const byProject = new Map<string, Dump[]>();
  for (const dump of dumps) {
    const root = nearestProject(folderOf(dump.path), projectRoots);
    if (sets.some((set) => set.root === root || set.baseline?.path === dump.path)) continue;
    if (settingsFor(dump.path).folders.length > 0) continue;
    byProject.set(root, [...(byProject.get(root) ?? []), dump]);
  }
  return [...byProject].flatMap(([root, found]) => {
    const usual = found.filter(({ path }) => USUAL.test(path.slice(root.length)));
    const [only, ...others] = found.length === 1 ? found : usual;
    if (only === undefined || others.length > 0) return [];
    const baseline = schemaFile(only.path);
    const empty = { layouts: [], files: [], contained: [], unread: [], incomplete: null };
    return [{ id: root, root, repo: null, baseline, ...empty }];
  });
}

const USUAL = /^\/(?:(?:db|database|sql|priv\/repo)\/)?(?:structure|schema)\.sql$/;
