// Opens the workspace that the arguments name, and no more of it than the command rests on.

import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { Config } from '../../lint/config.js';
import { isConfig } from '../../lint/config-files.js';
import type { Base } from '../../lint/released.js';
import { RULE_IDS } from '../../lint/rule-ids.js';
import { configFor, createWorkspace, historyFor, type Workspace } from '../../lint/workspace.js';
import { bytesText } from '../../text/numbers.js';
import { anyFileIn, type SourceFile, sourceFile } from '../../text/source-file.js';
import {
  type Found,
  findFiles,
  foldersOfMigrations,
  isBesideScripts,
  isLikeMigration,
  namedFiles,
  PROJECT_MARKS,
  portable,
  type ReadFile,
  readSource,
  type Unreadable,
} from '../files.js';
import { readBase, readStaged, type StagedFile } from '../git.js';
import { loadParsers } from '../parsers.js';
import type { Arguments, UsageError } from './arguments.js';

export interface Opened {
  readonly kind: 'opened';
  readonly workspace: Workspace;
  /** Of the files asked for, in the order of their paths; where none is asked for, what stands for any of the folder. */
  readonly chosen: readonly string[];
  /** How many more were asked for that have not changed since the reference, or are not staged. */
  readonly unchanged: number;
  /** Files of which the disk holds more than what is staged: the workspace has what is staged. */
  readonly partlyStaged: ReadonlySet<string>;
  readonly unreadable: readonly Unreadable[];
  /** Projects below the folder that were not read, since nothing says which of them is meant. */
  readonly otherProjects: readonly string[];
}

/**
 * What a command rests on.
 *
 * - `files`: all that is asked for, and what stands around it
 * - `project`: the project of the one file that is asked for
 * - `schema`: the migrations of the current folder
 * - `connections`: what names databases there
 */
export type Reach = 'files' | 'project' | 'schema' | 'connections';

/** @param assets the folder of the bundle */
export async function openWorkspace(
  args: Arguments,
  assets: string,
  reach: Reach = 'files',
): Promise<Opened | UsageError> {
  const asked = (args.paths.length === 0 ? ['.'] : args.paths).map((path) => resolve(path));
  const missing = asked.filter((path) => kindOf(path) === null);
  if (missing.length > 0) {
    return { kind: 'usage', message: `There is no such file or folder: ${missing.map(shown).join(', ')}` };
  }
  const given = args.config === null ? null : await readGivenConfig(args.config);
  if (given !== null && 'message' in given) return given;

  const [first = process.cwd()] = asked;
  const root = reach === 'project' ? projectOf(first) : workspaceRoot(asked);
  const otherProjects = reach === 'schema' || reach === 'project' ? await projectsApart(root) : [];
  const scope = await scopeOf(args, root);
  if ('message' in scope) return scope;
  const all = await findFiles(root, {
    wants: wantedBy(reach, otherProjects),
    without: new Set(otherProjects),
  });
  const found = withStaged(all, scope.staged);
  const tooMuch = tooMuchOf(found.files);
  if (tooMuch !== null) return { kind: 'usage', message: tooMuch };
  const named = asked.filter((path) => kindOf(path) === 'file').map(portable);
  const extra = await readNamed(named, found);
  const files = [...found.files, ...extra.files];
  const isOneQuery = reach === 'project';
  const opened = createWorkspace(
    {
      root: portable(root),
      parsers: await loadParsers(assets),
      ruleIds: RULE_IDS,
      projectRoots: found.projectRoots,
      enforced: enforcedBy(args),
      onlyConfig: given?.path ?? null,
      // A file whose query is asked for is a script like any other, and changes no schema by that.
      asMigrations: new Set(isOneQuery ? [] : named),
      ...(reach === 'schema' ? { reads: mayConcernSchema } : {}),
      base: scope.base,
      now: () => new Date(),
    },
    given === null ? files : [...files.filter(({ path }) => !isConfig(path)), ...given.files],
  );
  const alone = isOneQuery ? withOwnSchema(opened, named) : opened;
  const workspace = scope.base === null ? await withConfiguredBase(alone) : alone;
  const folders = asked.map(portable);
  const isAsked = (path: string) =>
    folders.some((one) => path === one || path.startsWith(`${one}/`) || one === '/');
  const below = [...workspace.files.values()]
    .filter(({ path, language }) => isAsked(path) && !isBesideScripts(path) && language !== 'dependency')
    .map(({ path }) => path)
    .sort();
  const chosen = below.filter((path) => isConfig(path) || scope.isChosen(path));
  return {
    kind: 'opened',
    workspace,
    chosen: reach === 'files' || reach === 'project' ? chosen : [anyFileIn(workspace.root)],
    unchanged: below.length - chosen.length,
    partlyStaged: new Set(scope.staged.flatMap(({ path, text }) => (text === null ? [] : [path]))),
    unreadable: [...found.unreadable, ...extra.unreadable].filter(({ path }) =>
      reach === 'files' ? isAsked(path) : named.includes(path) || concernsAnswer(workspace, path),
    ),
    otherProjects,
  };
}

/** Whether one question may be answered wrongly because this file cannot be read: most files of a project say nothing to it. */
function concernsAnswer({ root, migrationFiles }: Workspace, path: string): boolean {
  return isConfig(path) || migrationFiles.has(path) || isLikeMigration(path.slice(root.length));
}

/** Which files are read besides configurations: where any of several projects may be meant, none. */
function wantedBy(reach: Reach, otherProjects: readonly string[]): (path: string) => boolean {
  if (reach === 'schema' && otherProjects.length > 0) return () => false;
  return reach === 'connections' ? (path) => CONFIG_OF_ELIXIR.test(path) : () => true;
}

const CONFIG_OF_ELIXIR = /\/config\/[^/]+\.exs$/;

/** Of Elixir, besides migrations: Repos say which database it is, and configuration how it is migrated. */
function mayConcernSchema({ language, path, text }: SourceFile): boolean {
  if (language !== 'elixir' || CONFIG_OF_ELIXIR.test(path) || path.includes('/migrations/')) return true;
  return /Migration\b|\bmigration_|\b(?:use|defmodule)\s+[\w.]*Repo\b/.test(text);
}

/** Where nothing else makes tables, a script makes those of its queries. */
function withOwnSchema(workspace: Workspace, paths: readonly string[]): Workspace {
  const { options, files, readings } = workspace;
  if (paths.every((path) => historyFor(workspace, path) !== null)) return workspace;
  const asMigrations = new Set(paths);
  return createWorkspace({ ...options, asMigrations }, [...files.values()], new Map(readings));
}

/** What is read takes about this many times its size. */
const MEMORY_FACTOR = 36;

/** Why these files cannot be read at once, for people: a process that has no memory left just dies. */
function tooMuchOf(files: readonly SourceFile[]): string | null {
  const size = files.reduce((sum, { language, text }) => sum + (language === 'data' ? 0 : text.length), 0);
  const needed = size * MEMORY_FACTOR;
  const allowed = getHeapStatistics().heap_size_limit;
  if (needed <= allowed) return null;
  const more = Math.ceil((needed * 1.25) / 2 ** 20);
  return `There are ${bytesText(size)} of SQL and Elixir here, for which ${bytesText(needed)} of memory may be needed, and this process gets ${bytesText(allowed)}.
Name the folder of one project, or allow more memory: NODE_OPTIONS=--max-old-space-size=${more}`;
}

interface Scope {
  readonly base: Base | null;
  readonly staged: readonly StagedFile[];
  isChosen(path: string): boolean;
}

/** Which files `--since` and `--staged` choose. */
async function scopeOf({ since, staged }: Arguments, root: string): Promise<Scope | UsageError> {
  if (since === null && !staged) return { base: null, staged: [], isChosen: () => true };
  const read = since === null ? await readStaged(root) : { base: await readBase(root, since), files: [] };
  const { base, files } = read;
  if (base.kind === 'missing') {
    return { kind: 'usage', message: `${since === null ? '--staged' : '--since'}: ${base.message}` };
  }
  return { base, staged: files, isChosen: (path) => base.changed.has(path) };
}

/** The files with their staged texts. */
function withStaged(found: Found, staged: readonly StagedFile[]): Found {
  const texts = new Map(staged.map(({ path, text }) => [path, text]));
  const files = found.files.map((file) => {
    const text = texts.get(file.path) ?? null;
    return text === null ? file : sourceFile(file.path, text, file.language);
  });
  return { ...found, files };
}

/** A reference that the configuration names says which migrations are released; all files are checked. */
async function withConfiguredBase(workspace: Workspace): Promise<Workspace> {
  const { since } = configFor(workspace, anyFileIn(workspace.root));
  if (since === null) return workspace;
  const base = await readBase(workspace.root, since);
  return createWorkspace(
    { ...workspace.options, base },
    [...workspace.files.values()],
    new Map(workspace.readings),
  );
}

function enforcedBy({ postgres, startAfter }: Arguments): Partial<Config> {
  return {
    ...(postgres === null ? {} : { postgres }),
    ...(startAfter === null ? {} : { startAfter }),
  };
}

function kindOf(path: string): 'file' | 'folder' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}

/**
 * A folder that is asked for alone is the workspace, or the project of the current folder that it is a part of: what it says rests
 * on the rest. Else it is the current folder, when that holds all that is asked for.
 */
function workspaceRoot(asked: readonly string[]): string {
  const [only, ...others] = asked;
  const cwd = process.cwd();
  if (only !== undefined && others.length === 0 && kindOf(only) === 'folder') {
    return projectAround(only, cwd) ?? only;
  }
  if (asked.every((path) => path === cwd || path.startsWith(`${cwd}/`))) return cwd;
  return commonFolder(asked.map((path) => (kindOf(path) === 'folder' ? path : dirname(path))));
}

/**
 * The project of a file: the outermost folder around it that looks like one, no further out than its repository, and below what
 * also holds the current folder, unless that is a project itself.
 */
function projectOf(file: string): string {
  const cwd = process.cwd();
  const folder = dirname(file);
  const isHere = folder === cwd || folder.startsWith(`${cwd}/`);
  if (isHere && isProject(cwd)) return cwd;
  const top = isHere ? cwd : commonFolder([cwd, folder]);
  let project: string | null = null;
  for (let around = folder; around !== top && around !== dirname(around); around = dirname(around)) {
    if (isProject(around)) project = around;
    if (existsSync(join(around, '.git'))) break;
  }
  return project ?? (isHere ? cwd : folder);
}

function isProject(folder: string): boolean {
  return [...PROJECT, ...PROJECT_MARKS, 'migrations'].some((name) => existsSync(join(folder, name)));
}

/** Projects below a folder that is none itself, when several of them have migrations. */
async function projectsApart(folder: string): Promise<readonly string[]> {
  if (isProject(folder)) return [];
  const { projects, migrated } = await foldersOfMigrations(folder);
  return migrated.length < 2 ? [] : projects;
}

/** The nearest project that holds the folder, no further up than `top`; `null` when the folder looks like one itself. */
function projectAround(folder: string, top: string): string | null {
  if (!folder.startsWith(`${top}/`) || STANDS_ALONE.some((name) => existsSync(join(folder, name))))
    return null;
  let around = folder;
  while (around !== top) {
    around = dirname(around);
    if (PROJECT.some((name) => existsSync(join(around, name)))) return around;
  }
  return null;
}

const PROJECT = ['plumbline.jsonc', 'plumbline.json', 'mix.exs', '.git'];
const STANDS_ALONE = [...PROJECT, ...PROJECT_MARKS, 'README.md'];

function commonFolder(folders: readonly string[]): string {
  const [parts = [], ...others] = folders.map((folder) => folder.split('/'));
  let length = parts.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === parts[same]) same++;
    length = same;
  }
  return parts.slice(0, length).join('/') || '/';
}

/** Files that were named but would not be found: in a skipped folder, or with another ending. */
async function readNamed(
  named: readonly string[],
  found: { readonly files: readonly SourceFile[]; readonly unreadable: readonly Unreadable[] },
): Promise<{ readonly files: readonly SourceFile[]; readonly unreadable: readonly Unreadable[] }> {
  const known = new Set([...found.files, ...found.unreadable].map(({ path }) => path));
  const read: readonly ReadFile[] = await Promise.all(
    named.filter((path) => !known.has(path)).map((path) => readSource(path)),
  );
  return {
    files: read.flatMap(({ file }) => file ?? []),
    unreadable: read.flatMap(({ unreadable }) => unreadable ?? []),
  };
}

interface GivenConfig {
  readonly path: string;
  /** The file and those that it extends. */
  readonly files: readonly SourceFile[];
}

async function readGivenConfig(name: string): Promise<GivenConfig | UsageError> {
  const { file, unreadable } = await readSource(resolve(name), 'data');
  if (file === null) {
    return {
      kind: 'usage',
      message: `The configuration ${name} cannot be used. ${unreadable?.message ?? ''}`,
    };
  }
  return { path: file.path, files: [file, ...(await namedFiles([file]))] };
}
