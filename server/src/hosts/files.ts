// The workspace on disk: which files concern us, and their texts. The only place that reads the user's files.

import { type Dirent, promises as fs, type Stats } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
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

/** Files that mark the root of a project. */
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
  return { files, projectRoots, unreadable };
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
      if (!SKIPPED.has(entry.name)) await walk(path, found, options);
    } else if (isConcerned(portable(path)) && !isLockOfEmacs(entry) && !(await isLinkToFolder(path, entry))) {
      found.paths.push(path);
    }
  }
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
