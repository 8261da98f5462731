// What git knows of the workspace: which files a reference holds, and which are otherwise here. Nothing is changed.

import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { Base } from '../lint/released.js';
import { portable } from './files.js';

/** A file in the index, ready to be committed. */
export interface StagedFile {
  readonly path: string;
  /** As it is staged, where the file on the disk is otherwise; else `null`. */
  readonly text: string | null;
}

/**
 * What stands at the point where the current branch left the reference.
 * @param folder any folder inside the repository
 */
export async function readBase(folder: string, ref: string): Promise<Base> {
  const missing = (message: string): Base => ({ kind: 'missing', ref, message });
  const root = await repositoryAround(folder);
  if (root === null) return missing('This folder is in no git repository.');
  const commit = await line(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ]);
  if (commit === null) {
    return missing(`There is no git reference "${ref}". A shallow clone may lack it: fetch it first.`);
  }
  // Without common history, as in a shallow clone, the reference itself is compared with.
  const from = (await line(root, ['merge-base', commit, 'HEAD'])) ?? commit;
  const [there, changed, added] = await Promise.all([
    names(root, ['ls-tree', '-r', '--name-only', '-z', '--full-tree', from]),
    names(root, ['diff', '--name-only', '--no-renames', '-z', from, '--']),
    names(root, ['ls-files', '--others', '--exclude-standard', '-z', '--full-name', ':/']),
  ]);
  if (there === null || changed === null || added === null) return missing(`git cannot read "${ref}".`);
  return { kind: 'known', ref, files: new Set(there), changed: new Set([...changed, ...added]) };
}

/** What is staged against the last commit: its files there, those that are otherwise, and their staged texts. */
export async function readStaged(
  folder: string,
): Promise<{ readonly base: Base; readonly files: readonly StagedFile[] }> {
  const ref = 'HEAD';
  const missing = (message: string) => ({ base: { kind: 'missing', ref, message } as const, files: [] });
  const root = await repositoryAround(folder);
  if (root === null) return missing('This folder is in no git repository.');
  const [staged, unstaged] = await Promise.all([
    names(root, ['diff', '--cached', '--name-only', '--no-renames', '--diff-filter=d', '-z', '--']),
    names(root, ['diff', '--name-only', '--no-renames', '-z', '--']),
  ]);
  if (staged === null || unstaged === null) return missing('git cannot tell what is staged.');
  // A repository without a commit holds nothing yet.
  const there = (await names(root, ['ls-tree', '-r', '--name-only', '-z', '--full-tree', 'HEAD'])) ?? [];
  const partly = new Set(unstaged);
  const files = await Promise.all(
    staged.map(async (path) => ({
      path,
      text: partly.has(path) ? await run(root, ['show', `:${path.slice(root.length + 1)}`]) : null,
    })),
  );
  const base: Base = { kind: 'known', ref, files: new Set(there), changed: new Set(staged) };
  return { base, files };
}

async function repositoryAround(folder: string): Promise<string | null> {
  const found = await line(folder, ['rev-parse', '--show-toplevel']);
  if (found === null) return null;
  // The workspace may be reached by a link; paths are compared as the workspace has them.
  const [real, wanted] = await Promise.all([fs.realpath(found), fs.realpath(folder)]);
  if (wanted === real) return portable(folder);
  return portable(folder).endsWith(portable(wanted.slice(real.length)))
    ? portable(folder).slice(0, -wanted.slice(real.length).length)
    : portable(found);
}

/** Absolute paths; `null` when git refuses. */
async function names(root: string, words: readonly string[]): Promise<readonly string[] | null> {
  const text = await run(root, words);
  return text === null
    ? null
    : text
        .split('\0')
        .filter((name) => name !== '')
        .map((name) => portable(join(root, name)));
}

async function line(folder: string, words: readonly string[]): Promise<string | null> {
  const text = (await run(folder, words))?.trim();
  return text === undefined || text === '' ? null : text;
}

/** Standard output; `null` when git is not there, or says no. It runs nothing that the repository asks for. */
function run(folder: string, words: readonly string[]): Promise<string | null> {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=', '-c', 'diff.external='];
  const options = {
    cwd: folder,
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
  };
  return new Promise((resolve) => {
    execFile('git', [...safe, ...words], options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
