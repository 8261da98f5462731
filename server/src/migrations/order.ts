// Which files are migrations, which belong together, and in which order they run.

import { fileName, folderOf, type SourceFile } from '../text/source-file.js';
import { LAYOUTS, layoutNamed } from './layouts/index.js';
import type { FileRole, LayoutId } from './layouts/layout.js';

/** A file of a history, before it is read. */
export interface MigrationFile {
  readonly path: string;
  readonly layout: LayoutId;
  readonly role: FileRole;
}

/** The migrations of one database, in the order in which they run; down sides are left out. */
export interface MigrationSet {
  /** The project's folder, and the Ecto repository where there are several. Unique in a workspace. */
  readonly id: string;
  readonly files: readonly MigrationFile[];
}

export interface OrderOptions {
  /** Folders given by the configuration; when there are any, no other folder is looked at. */
  readonly folders: readonly string[];
  /** The layout given by the configuration. */
  readonly layout: LayoutId | null;
  /** Files that are migrations whatever their names; they come after all others. */
  readonly named: ReadonlySet<string>;
  /** Paths that mark the root of a project (`mix.exs`, `package.json`, …), by folder. */
  readonly projectRoots: readonly string[];
}

/** What the file is as a migration, or `null`. A lone numbered file is sorted out by {@link migrationSets}. */
export function migrationFile(
  file: SourceFile,
  { folders, layout, named }: OrderOptions,
): MigrationFile | null {
  const { path } = file;
  if (folders.length === 0 || folders.some((folder) => path.startsWith(`${folder}/`))) {
    for (const candidate of layout === null ? LAYOUTS : [layoutNamed(layout)]) {
      const role = candidate.recognize(file);
      if (role !== null) return { path, layout: candidate.id, role };
    }
  }
  const byName = folders.includes(folderOf(path)) ? migrationByName(file, layout) : null;
  if (byName !== null) return byName;
  if (!named.has(path) || file.language !== 'sql') return null;
  return {
    path,
    layout: 'plain',
    role: { folder: folderOf(path), version: LAST, name: fileName(path), side: 'up' },
  };
}

const LAST = '9'.repeat(20);

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
  // Those that Flyway repeats are of no version.
  if ((layout ?? 'plain') !== 'plain' || language !== 'sql' || /^R__/.test(name)) return null;
  const side = path.endsWith('.down.sql') ? 'down' : 'up';
  return { path, layout: 'plain', role: { folder, version: name, name, side } };
}

export function migrationSets(
  candidates: readonly MigrationFile[],
  options: OrderOptions,
): readonly MigrationSet[] {
  const folders = new Map<string, number>();
  for (const { role } of candidates) folders.set(role.folder, (folders.get(role.folder) ?? 0) + 1);
  const sets = new Map<string, MigrationFile[]>();
  const tools = new Set(candidates.filter(({ layout }) => layout !== 'plain').map(({ role }) => role.folder));
  for (const file of candidates) {
    if (isLonely(file, folders, options) || isBesideATool(file, tools)) continue;
    const id = setId(file, options);
    const set = sets.get(id);
    if (set === undefined) sets.set(id, [file]);
    else set.push(file);
  }
  return [...joinSqlFolders(sets)]
    .map(([id, members]) => ({
      id,
      files: inOrder(members.filter((file) => file.role.side !== 'down')),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A script without a number among the files of a tool that numbers them: the tool does not run it. */
function isBesideATool({ layout, role }: MigrationFile, tools: ReadonlySet<string>): boolean {
  return layout === 'plain' && kindOf(role.version) === NAME && tools.has(role.folder);
}

/** A numbered file is a migration when its folder says so, or when it stands beside its like. */
function isLonely(
  { path, layout, role }: MigrationFile,
  filesIn: ReadonlyMap<string, number>,
  { folders, named }: OrderOptions,
): boolean {
  if (layout !== 'plain' || folders.length > 0 || named.has(path)) return false;
  return !/migrat/i.test(fileName(role.folder)) && (filesIn.get(role.folder) ?? 0) < 2;
}

/** One history for each project; in an Ecto project one for each repository (`priv/<repo>/migrations`). */
function setId({ path, layout, role }: MigrationFile, { projectRoots }: OrderOptions): string {
  const project = nearestProject(folderOf(path), projectRoots);
  if (layout !== 'ecto') return project;
  const repo = /\/priv\/([^/]+)\/[^/]*$/.exec(role.folder)?.[1] ?? 'repo';
  return repo === 'repo' ? project : `${project}#${repo}`;
}

function nearestProject(folder: string, roots: readonly string[]): string {
  let best = '';
  for (const root of roots) {
    if ((folder === root || folder.startsWith(`${root}/`)) && root.length > best.length) best = root;
  }
  return best;
}

/** A project's SQL folder goes with its only Ecto repository, also when that is not called `repo`. */
function joinSqlFolders(sets: ReadonlyMap<string, MigrationFile[]>): ReadonlyMap<string, MigrationFile[]> {
  const joined = new Map(sets);
  for (const [id, files] of sets) {
    if (id.includes('#') || files.some((file) => file.layout === 'ecto')) continue;
    const repositories = [...sets.keys()].filter((other) => other.startsWith(`${id}#`));
    const [only] = repositories;
    if (only === undefined || repositories.length > 1) continue;
    joined.set(only, [...(sets.get(only) ?? []), ...files]);
    joined.delete(id);
  }
  return joined;
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
  const place = ({ role }: MigrationFile) =>
    (numbers.get(folderOf(role.folder))?.size ?? 0) > 1 && /^\d+$/.test(fileName(role.folder))
      ? `${fileName(role.folder)}.${role.version}`
      : role.version;
  return [...files].sort((a, b) => compareVersions(place(a), place(b)) || (a.path < b.path ? -1 : 1));
}

/** Numbers by value, part by part: `2` before `10`, `1.2` before `1.10`. Names come after numbers, by their letters. */
export function compareVersions(a: string, b: string): number {
  const kinds = kindOf(a) - kindOf(b);
  if (kinds !== 0) return kinds;
  if (kindOf(a) === NAME) return a === b ? 0 : a < b ? -1 : 1;
  const left = a.split(/[._]/);
  const right = b.split(/[._]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = (left[i] ?? '').replace(/^0+/, '');
    const y = (right[i] ?? '').replace(/^0+/, '');
    if (x.length !== y.length) return x.length - y.length;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

const NUMBER = 0;
const NAME = 1;

function kindOf(version: string): number {
  if (version === LAST) return NAME + 1;
  return /^\d+(?:[._]\d+)*$/.test(version) ? NUMBER : NAME;
}
