// Which files are migrations, which belong together, and in which order they run.

import { fileName, folderOf, type SourceFile } from '../text/source-file.js';
import { LAYOUTS, layoutNamed } from './layouts/index.js';
import type { FileRole, LayoutId } from './layouts/layout.js';

/** A file of a history, before it is read. */
export interface MigrationFile {
  readonly file: SourceFile;
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
  /** Paths that mark the root of a project (`mix.exs`, `package.json`, …), by folder. */
  readonly projectRoots: readonly string[];
}

export function migrationSets(files: readonly SourceFile[], options: OrderOptions): readonly MigrationSet[] {
  const candidates = files.flatMap((file) => migrationFile(file, options) ?? []);
  const taken = candidates.filter((candidate) => !isLonely(candidate, candidates, options));
  const sets = new Map<string, MigrationFile[]>();
  for (const file of taken) {
    const id = setId(file, options);
    const set = sets.get(id);
    if (set === undefined) sets.set(id, [file]);
    else set.push(file);
  }
  return [...joinSqlFolders(sets)]
    .map(([id, members]) => ({ id, files: members.filter((file) => file.role.side !== 'down').sort(byVersion) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function migrationFile(file: SourceFile, { folders, layout }: OrderOptions): MigrationFile | null {
  if (folders.length > 0 && !folders.some((folder) => file.path.startsWith(`${folder}/`))) return null;
  for (const candidate of layout === null ? LAYOUTS : [layoutNamed(layout)]) {
    const role = candidate.recognize(file);
    if (role !== null) return { file, layout: candidate.id, role };
  }
  return null;
}

/** A numbered file is a migration when its folder says so, or when it stands beside its like. */
function isLonely(file: MigrationFile, all: readonly MigrationFile[], { folders }: OrderOptions): boolean {
  if (file.layout !== 'plain' || folders.length > 0) return false;
  if (/migrat/i.test(fileName(file.role.folder))) return false;
  return all.filter((other) => other.role.folder === file.role.folder).length < 2;
}

/** One history for each project; in an Ecto project one for each repository (`priv/<repo>/migrations`). */
function setId({ file, layout, role }: MigrationFile, { projectRoots }: OrderOptions): string {
  const project = nearestProject(folderOf(file.path), projectRoots);
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

function byVersion(a: MigrationFile, b: MigrationFile): number {
  return compareVersions(a.role.version, b.role.version) || (a.file.path < b.file.path ? -1 : 1);
}

/** Numbers by value, part by part: `2` before `10`, `1.2` before `1.10`. */
export function compareVersions(a: string, b: string): number {
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
