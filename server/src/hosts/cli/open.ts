// Opens the workspace that the arguments name.

import { statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { CONFIG_FILE, type Config, DEFAULT_CONFIG, type ReadConfig, readConfig } from '../../lint/config.js';
import { createWorkspace, type Workspace } from '../../lint/workspace.js';
import { RULES } from '../../rules/index.js';
import type { SourceFile } from '../../text/source-file.js';
import { findFiles, portable, readSource, type Unreadable } from '../files.js';
import { loadParsers } from '../parsers.js';
import type { Arguments, UsageError } from './arguments.js';

export interface Opened {
  readonly kind: 'opened';
  readonly workspace: Workspace;
  /** Of the files asked for, in the order of their paths. */
  readonly chosen: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** A configuration given by `--config`. */
  readonly config: { readonly file: SourceFile; readonly read: ReadConfig } | null;
}

/** @param assets the folder of the bundle */
export async function openWorkspace(args: Arguments, assets: string): Promise<Opened | UsageError> {
  const asked = (args.paths.length === 0 ? ['.'] : args.paths).map((path) => resolve(path));
  const missing = asked.filter((path) => kindOf(path) === null);
  if (missing.length > 0) {
    return { kind: 'usage', message: `There is no such file or folder: ${missing.map(shown).join(', ')}` };
  }
  const ruleIds = new Set(RULES.map((rule) => rule.id));
  const given = args.config === null ? null : await readGivenConfig(args.config, ruleIds);
  if (given !== null && 'message' in given) return { kind: 'usage', message: given.message };

  const root = workspaceRoot(asked);
  const found = await findFiles(root);
  const named = asked.filter((path) => kindOf(path) === 'file').map(portable);
  const extra = await readNamed(named, found.files);
  const base: Config = given === null ? DEFAULT_CONFIG : given.read.config;
  const defaults: Config = {
    ...base,
    ...(args.postgres === null ? {} : { postgres: args.postgres }),
    ...(args.startAfter === null ? {} : { startAfter: args.startAfter }),
  };
  const files = [...found.files, ...extra.files];
  const workspace = createWorkspace(
    {
      root: portable(root),
      parsers: await loadParsers(assets),
      ruleIds,
      projectRoots: found.projectRoots,
      defaults,
      asMigrations: new Set(named),
      now: () => new Date(),
    },
    given === null ? files : files.filter(({ path }) => !path.endsWith(`/${CONFIG_FILE}`)),
  );
  const folders = asked.map(portable);
  const isAsked = (path: string) =>
    folders.some((one) => path === one || path.startsWith(`${one}/`) || one === '/');
  return {
    kind: 'opened',
    workspace,
    chosen: [...workspace.files.keys()].filter(isAsked).sort(),
    unreadable: [...found.unreadable, ...extra.unreadable].filter(({ path }) => isAsked(path)),
    config: given,
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

/** A folder that is asked for alone is the workspace; else it is the current folder, when that holds all that is asked for. */
function workspaceRoot(asked: readonly string[]): string {
  const [only, ...others] = asked;
  if (only !== undefined && others.length === 0 && kindOf(only) === 'folder') return only;
  const cwd = process.cwd();
  if (asked.every((path) => path === cwd || path.startsWith(`${cwd}/`))) return cwd;
  return commonFolder(asked.map((path) => (kindOf(path) === 'folder' ? path : dirname(path))));
}

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
  found: readonly SourceFile[],
): Promise<{ readonly files: readonly SourceFile[]; readonly unreadable: readonly Unreadable[] }> {
  const known = new Set(found.map(({ path }) => path));
  const read = await Promise.all(named.filter((path) => !known.has(path)).map(readSource));
  return {
    files: read.filter((one): one is SourceFile => !('message' in one)),
    unreadable: read.filter((one): one is Unreadable => 'message' in one),
  };
}

async function readGivenConfig(path: string, ruleIds: ReadonlySet<string>) {
  const file = await readSource(resolve(path));
  if ('message' in file) return { message: `The configuration ${path} cannot be used. ${file.message}` };
  return { file, read: readConfig(file.text, ruleIds) };
}
