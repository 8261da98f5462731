// The workspace on disk: which files concern us, and their texts. The only place that reads the user's files.

import { type Dirent, promises as fs, type Stats } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { underscored } from '../ecto/literals.js';
import { CONFIG_FILE } from '../lint/config.js';
import { isConfig, namedPaths } from '../lint/config-files.js';
import { SUPPRESSIONS_FILE } from '../lint/known-findings.js';
import { isChangelogName } from '../migrations/lists.js';
import { fileName, type Language, type SourceFile, sourceFile } from '../text/source-file.js';
import { decode } from './decode.js';

/** Folders of dependencies and of things that are built. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  'deps',
  '_build',
  '.elixir_ls',
  '.lexical',
  '.expert',
  'dist',
  'out',
  'target',
  'vendor',
  '.venv',
  'venv',
  '__pycache__',
  '.terraform',
  '.next',
  'cover',
]);

/** Files that stand at the root of a project. */
export const PROJECT_MARKS: ReadonlySet<string> = new Set([
  'mix.exs',
  'package.json',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'Gemfile',
  'pyproject.toml',
  'composer.json',
]);

const LARGEST_FILE = 20 * 1024 * 1024;

/** What was found below a folder. */
export interface Found {
  readonly files: readonly SourceFile[];
  readonly projectRoots: readonly string[];
  readonly unreadable: readonly Unreadable[];
}

export interface Unreadable {
  readonly path: string;
  /** For people, as a sentence. */
  readonly message: string;
  /** Where in the text its encoding is wrong; `null` when it is not about the text. */
  readonly offset: number | null;
  /** True when nothing is there. */
  readonly gone: boolean;
}

/** A file as far as it could be read. At least one of the two is there. */
export interface ReadFile {
  readonly file: SourceFile | null;
  readonly unreadable: Unreadable | null;
}

export interface FindOptions {
  /** Called from time to time with the number of files read so far. */
  readonly progress?: (read: number, total: number) => void;
  /** Of the files that concern us, those that are read; left out: all. */
  readonly wants?: (path: string) => boolean;
  /** Folders that are not looked into. */
  readonly without?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** True for files that {@link findFiles} would read. */
export function isConcerned(path: string): boolean {
  return /\.(sql|exs?)$/i.test(path) || fileName(path) === CONFIG_FILE || isBesideScripts(path);
}

/** Whether a file says something about migrations, and nothing is said about it. */
export function isBesideScripts(path: string): boolean {
  return isOfTool(path) || isCode(path) || fileName(path) === SUPPRESSIONS_FILE;
}

/** What migration tools keep beside their scripts. */
export const TOOL_FILES = [
  '**/mix.lock',
  '**/{sqitch.conf,*.plan,atlas.sum,migration_lock.toml,metadata.toml,*.sql.conf}',
  '**/meta/_journal.json',
  '**/*{changelog,change-log,changeLog,liquibase}*.{xml,yaml,yml,json}',
  '**/*{changelog,change-log,changeLog,liquibase}*/**/*.{xml,yaml,yml,json}',
];

const OF_TOOLS =
  /\/(?:mix\.lock|sqitch\.conf|[^/]+\.plan|atlas\.sum|migration_lock\.toml|metadata\.toml|[^/]+\.sql\.conf|meta\/_journal\.json)$/;

function isOfTool(path: string): boolean {
  return OF_TOOLS.test(path) || isChangelogName(path);
}

/** Migrations in code of which nothing but the name is looked at: they are not opened. */
export const CODE_FILES = [
  '**/migrate/*.rb',
  '**/migrations/*.{js,ts,cjs,cts,mjs,mts}',
  '**/V*__*.{java,kt}',
];

function isCode(path: string): boolean {
  return /\/(?:migrate\/\d+_\w+\.rb|[^/]*migrations?\/(?:\d{13}|\d{17})_[^/]*\.[cm]?[jt]s|V\d[\d._]*__[^/]+\.(?:java|kt))$/.test(
    path,
  );
}

/**
 * Reads all SQL and Elixir files and configurations below the folder, the nearest configuration and suppressions above
 * it, and what configurations name. What cannot be read is told, not thrown. Links to files are followed, links to folders are not.
 */
export async function findFiles(root: string, options: FindOptions = {}): Promise<Found> {
  const paths: string[] = [];
  const projectRoots: string[] = [];
  const unreadable: Unreadable[] = [];
  await walk(resolve(root), { paths, projectRoots, unreadable }, options);
  for (const name of [CONFIG_FILE, SUPPRESSIONS_FILE]) {
    const above = await nearestAbove(resolve(root), name);
    if (above !== null) paths.push(above);
  }
  const files: SourceFile[] = [];
  for (let i = 0; i < paths.length; i += BATCH) {
    options.signal?.throwIfAborted();
    const batch = await Promise.all(paths.slice(i, i + BATCH).map((path) => readSource(path)));
    for (const read of batch) {
      if (read.unreadable !== null) unreadable.push(read.unreadable);
      if (read.file !== null) files.push(read.file);
    }
    options.progress?.(Math.min(i + BATCH, paths.length), paths.length);
  }
  const configs = files.filter(({ path }) => isConfig(path));
  files.push(...(await namedFiles(configs)));
  files.push(...(await dependenciesOf(files, projectRoots, options)));
  return { files, projectRoots, unreadable };
}

/**
 * Files of libraries that say what a `use` in the schemas of these files sets, also one inside of another. They are looked for in
 * the folders `deps`, where mix puts the sources of libraries: in files that are called after the last part of the module's name.
 */
async function dependenciesOf(
  files: readonly SourceFile[],
  projectRoots: readonly string[],
  options: FindOptions,
): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = [];
  let paths: readonly string[] | null = null;
  let wanted = usedBySchemas(files);
  const asked = new Set(files.flatMap(modulesDefined));
  for (let round = 0; round < DEEPEST_USE; round += 1) {
    wanted = wanted.filter((name) => !asked.has(name));
    if (wanted.length === 0) break;
    paths ??= await sourcesOfDependencies(projectRoots, options);
    const read: SourceFile[] = [];
    for (const name of wanted) {
      asked.add(name);
      const file = await fileOfModule(name, paths);
      if (file !== null) read.push(file);
    }
    found.push(...read);
    wanted = usedBySchemas(read);
  }
  return [...new Map(found.map((file) => [file.path, file])).values()];
}

const DEEPEST_USE = 4;

/** Modules that are used where schemas are made, or by what others use; those of Ecto and of Elixir left out. */
function usedBySchemas(files: readonly SourceFile[]): readonly string[] {
  const names = files.flatMap(({ language, text }) => {
    const isElixir = language === 'elixir' || language === 'dependency';
    if (!isElixir || !/(?:\b|_)schema\s*\(?\s*["@]|\b__using__\b/.test(text)) return [];
    return [...text.matchAll(/^\s*use\s+([A-Z][\w.]*)/gm)].flatMap(([, name]) => name ?? []);
  });
  return [...new Set(names)].filter(
    (name) => !/^(?:Ecto|Phoenix|GenServer|Supervisor|Agent|Application)\b/.test(name),
  );
}

function modulesDefined({ language, text }: SourceFile): readonly string[] {
  if (language !== 'elixir') return [];
  return [...text.matchAll(/^\s*defmodule\s+([A-Z][\w.]*)/gm)].flatMap(([, name]) => name ?? []);
}

async function sourcesOfDependencies(
  projectRoots: readonly string[],
  { signal }: FindOptions,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const root of projectRoots) {
    const deps = join(root, 'deps');
    const names = await fs.readdir(deps).catch(() => []);
    for (const name of names.sort()) {
      signal?.throwIfAborted();
      const entries = await fs
        .readdir(join(deps, name, 'lib'), { recursive: true, withFileTypes: true })
        .catch(() => []);
      for (const entry of entries) {
        if (entry.isFile() && entry.name.endsWith('.ex')) paths.push(join(entry.parentPath, entry.name));
      }
    }
  }
  return paths;
}

async function fileOfModule(name: string, paths: readonly string[]): Promise<SourceFile | null> {
  const ending = `${sep}${underscored(name)}.ex`;
  for (const path of paths.filter((one) => one.endsWith(ending))) {
    const { file } = await readSource(path, 'dependency');
    if (file?.text.includes(`defmodule ${name} do`) === true) return file;
  }
  return null;
}

const BATCH = 64;

async function walk(
  folder: string,
  found: { paths: string[]; projectRoots: string[]; unreadable: Unreadable[] },
  options: FindOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  let entries: Dirent[];
  try {
    entries = await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    found.unreadable.push({
      path: portable(folder),
      message: `This folder cannot be read: ${reason(error)}.`,
      offset: null,
      gone: false,
    });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.some((entry) => PROJECT_MARKS.has(entry.name))) found.projectRoots.push(portable(folder));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name) && options.without?.has(path) !== true) await walk(path, found, options);
    } else if (
      isWanted(portable(path), options) &&
      !isLockOfEmacs(entry) &&
      !(await isLinkToFolder(path, entry))
    ) {
      found.paths.push(path);
    }
  }
}

/** Projects below the folder, outermost ones alone, and those of them that look as if they had migrations; nothing is opened. */
export async function foldersOfMigrations(
  folder: string,
): Promise<{ readonly projects: readonly string[]; readonly migrated: readonly string[] }> {
  const projects = await projectsBelow(folder);
  const having = await Promise.all(projects.map((project) => hasMigrations(project)));
  return { projects, migrated: projects.filter((_, index) => having[index]) };
}

async function projectsBelow(folder: string): Promise<readonly string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  const below: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    const names = await fs.readdir(path).catch(() => []);
    if (names.some((name) => name === '.git' || PROJECT_MARKS.has(name))) below.push(path);
    else below.push(...(await projectsBelow(path)));
  }
  return below;
}

/** Whether a file or folder is called as migrations are. */
export function isLikeMigration(path: string): boolean {
  return LIKE_MIGRATIONS.test(path);
}

const LIKE_MIGRATIONS = /migrat|\/V\d[\d._]*__|\/(?:structure|schema)\.sql$|\/sqitch\.conf$|changelog/i;

async function hasMigrations(folder: string): Promise<boolean> {
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      const { base, dir } = parse(path);
      if (isConcerned(portable(path)) && LIKE_MIGRATIONS.test(portable(join('/', parse(dir).base, base))))
        return true;
    } else if (!SKIPPED.has(entry.name) && (await hasMigrations(path))) return true;
  }
  return false;
}

function isWanted(path: string, { wants }: FindOptions): boolean {
  return isConcerned(path) && (isConfig(path) || wants?.(path) !== false);
}

/** A link to nowhere that stands beside a file that is being edited: `.#name`. */
function isLockOfEmacs(entry: Dirent): boolean {
  return entry.isSymbolicLink() && entry.name.startsWith('.#');
}

async function isLinkToFolder(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  return fs.stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** The path of the nearest file of that name above the folder, which itself is not looked at. */
async function nearestAbove(folder: string, name: string): Promise<string | null> {
  for (let below = folder, above = dirname(folder); above !== below; below = above, above = dirname(above)) {
    const path = join(above, name);
    const stats = await fs.stat(path).catch(() => null);
    if (stats?.isFile()) return path;
  }
  return null;
}

/** Files that these configurations extend, directly and in turn, and their statistics, as far as they are not known yet. */
export async function namedFiles(
  given: readonly SourceFile[],
  known: Iterable<string> = given.map(({ path }) => path),
): Promise<readonly SourceFile[]> {
  const seen = new Set(known);
  const named: SourceFile[] = [];
  let configs = given;
  while (configs.length > 0) {
    const wanted = [...new Set(configs.flatMap(namedPaths))].filter((path) => !seen.has(path));
    for (const path of wanted) seen.add(path);
    // One that cannot be read is told where it is named.
    const read = await Promise.all(wanted.map((path) => readSource(path, 'data')));
    configs = read.flatMap(({ file }) => file ?? []);
    named.push(...configs);
  }
  return named;
}

/** Reads one file. Anything but a regular file is not opened: a pipe would keep us waiting for good. */
export async function readSource(path: string, language?: Language): Promise<ReadFile> {
  try {
    const stats = await fs.stat(path);
    if (!stats.isFile()) return notRead(path, `This ${kindOf(stats)} was not read: it is no file.`);
    if (isCode(portable(path))) return { file: sourceFile(portable(path), '', 'data'), unreadable: null };
    if (stats.size > LARGEST_FILE) return notRead(path, 'This file is larger than 20 MB and was not read.');
    const decoded = decode(await fs.readFile(path));
    if (decoded.kind === 'other-encoding') return notRead(path, decoded.message, 0);
    const { text, damage } = decoded;
    return {
      file: sourceFile(portable(path), text, language),
      unreadable: damage === null ? null : { path: portable(path), ...damage, gone: false },
    };
  } catch (error) {
    const read = notRead(path, `This file cannot be read: ${reason(error)}.`);
    return codeOf(error) === 'ENOENT' ? { ...read, unreadable: { ...read.unreadable, gone: true } } : read;
  }
}

function notRead(path: string, message: string, offset: number | null = null) {
  return { file: null, unreadable: { path: portable(path), message, offset, gone: false } };
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  return stats.isSocket() ? 'socket' : 'device';
}

/** With `/` between folders on every platform. */
export function portable(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

/** What the system said, as a part of a sentence. */
export function reason(error: unknown): string {
  const words: Record<string, string> = {
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    ENOENT: 'it does not exist, or is a link to nowhere',
    EISDIR: 'it is a folder',
    ELOOP: 'its links go in a circle',
    EMFILE: 'too many files are open',
    EROFS: 'the disk can only be read',
    ENOSPC: 'the disk is full',
  };
  return words[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
