// The workspace on disk: which files concern us, and their texts. The only place that reads the user's files.

import { type Dirent, promises as fs } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { CONFIG_FILE } from '../lint/config.js';
import { type SourceFile, sourceFile } from '../text/source-file.js';

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
const PROJECT_MARKS: ReadonlySet<string> = new Set([
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
}

export interface FindOptions {
  /** Called from time to time with the number of files read so far. */
  readonly progress?: (read: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** True for files that {@link findFiles} would read. */
export function isConcerned(path: string): boolean {
  return /\.(sql|exs?)$/i.test(path) || path.endsWith(`/${CONFIG_FILE}`);
}

/** Reads all SQL and Elixir files and configurations below the folder. What cannot be read is told, not thrown. */
export async function findFiles(root: string, options: FindOptions = {}): Promise<Found> {
  const paths: string[] = [];
  const projectRoots: string[] = [];
  const unreadable: Unreadable[] = [];
  await walk(resolve(root), { paths, projectRoots, unreadable }, options);
  const files: SourceFile[] = [];
  for (let i = 0; i < paths.length; i += BATCH) {
    options.signal?.throwIfAborted();
    const batch = await Promise.all(paths.slice(i, i + BATCH).map(readSource));
    for (const read of batch) {
      if ('message' in read) unreadable.push(read);
      else files.push(read);
    }
    options.progress?.(Math.min(i + BATCH, paths.length), paths.length);
  }
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
    });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.some((entry) => PROJECT_MARKS.has(entry.name))) found.projectRoots.push(portable(folder));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) await walk(path, found, options);
    } else if (entry.isFile() && isConcerned(portable(path))) {
      found.paths.push(path);
    }
  }
}

/** Reads one file. A byte order mark is dropped; bytes that are not UTF-8 become U+FFFD. */
export async function readSource(path: string): Promise<SourceFile | Unreadable> {
  try {
    const { size } = await fs.stat(path);
    if (size > LARGEST_FILE) {
      return { path: portable(path), message: 'This file is larger than 20 MB and was not read.' };
    }
    const text = await fs.readFile(path, 'utf8');
    return sourceFile(portable(path), text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    return { path: portable(path), message: `This file cannot be read: ${reason(error)}.` };
  }
}

/** With `/` between folders on every platform. */
export function portable(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    ENOENT: 'it does not exist',
    EISDIR: 'it is a folder',
    ELOOP: 'its links go in a circle',
    EMFILE: 'too many files are open',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
