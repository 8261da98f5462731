// Applies fixes to files, or shows what they would change.

import { promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { lintFile } from '../../lint/lint.js';
import { type FileChange, updateWorkspace, type Workspace } from '../../lint/workspace.js';
import { applyEdits, type Change } from '../../text/edits.js';
import { sourceFile } from '../../text/source-file.js';
import { reason, type Unreadable } from '../files.js';
import type { Arguments } from './arguments.js';
import type { Opened } from './open.js';
import type { Output } from './output.js';
import { fromHere } from './places.js';

export interface Fixed {
  readonly workspace: Workspace;
  /** 0 when not all of them could be written. */
  readonly applied: number;
  /** Files that could not be written. */
  readonly unwritten: readonly Unreadable[];
}

/** A fix may make another finding go or come, so one is applied at a time, up to this many. */
const MOST = 1000;

/** Writes the changed files, or with `--diff` prints the differences and writes nothing. */
export async function applyFixes(opened: Opened, args: Arguments, output: Output): Promise<Fixed> {
  let { workspace } = opened;
  let applied = 0;
  const refused = new Set<string>();
  // What was not read as it is on the disk must not be written.
  const damaged = new Set([...opened.unreadable.map(({ path }) => path), ...opened.partlyStaged]);
  const paths = new Set(opened.chosen.filter((path) => !damaged.has(path)));
  for (let before = -1; before < applied; ) {
    before = applied;
    // A set goes on to what is added meanwhile.
    for (const path of paths) {
      while (applied < MOST) {
        const next = nextChange(workspace, path, args, refused);
        if (next === null) break;
        if ([...next.edits, ...next.creates].some((one) => damaged.has(one.path))) continue;
        const changed = withChange(workspace, next);
        if (introducesSyntaxError(workspace, changed, next)) continue;
        for (const made of next.creates) paths.add(made.path);
        workspace = changed;
        applied += 1;
      }
    }
  }
  if (args.diff) printDiff(opened.workspace, workspace, output);
  const unwritten = args.diff ? [] : await write(opened.workspace, workspace);
  return { workspace, applied: unwritten.length === 0 ? applied : 0, unwritten };
}

/** The first change in the file that has not been tried yet. */
function nextChange(
  workspace: Workspace,
  path: string,
  args: Arguments,
  refused: Set<string>,
): Change | null {
  for (const finding of lintFile(workspace, path)) {
    if (finding.severity === 'hint' && !args.hints) continue;
    const fix = finding.fixes.find(({ safety }) => safety === 'safe' || args.unsafeFixes);
    // What follows a statement that a fix took away stands where that stood, often with the same message.
    const { start } = finding.span;
    const here = workspace.files.get(path)?.text.slice(start, start + 200);
    const key = `${path}\0${finding.rule}\0${start}\0${finding.message}\0${here}`;
    if (fix === undefined || refused.has(key)) continue;
    refused.add(key);
    const change = fix.change();
    if (change !== null) return change;
  }
  return null;
}

function withChange(workspace: Workspace, change: Change): Workspace {
  const changes: FileChange[] = change.creates.map(({ path, text }) => ({
    path,
    file: sourceFile(path, text),
  }));
  for (const { path, edits } of change.edits) {
    const file = workspace.files.get(path);
    if (file !== undefined) changes.push({ path, file: sourceFile(path, applyEdits(file.text, edits)) });
  }
  return updateWorkspace(workspace, changes);
}

/** What we wrote must parse; if it does not, the fix is wrong and is not kept. */
function introducesSyntaxError(before: Workspace, after: Workspace, change: Change): boolean {
  const errors = (workspace: Workspace, path: string) =>
    lintFile(workspace, path).filter(({ rule }) => rule === 'syntax-error').length;
  return [...change.edits, ...change.creates].some(({ path }) => errors(after, path) > errors(before, path));
}

function changedFiles(before: Workspace, after: Workspace) {
  return [...after.files.values()].filter((file) => before.files.get(file.path)?.text !== file.text);
}

/** As `git apply` takes them. */
function printDiff(before: Workspace, after: Workspace, output: Output): void {
  for (const file of changedFiles(before, after)) {
    const old = before.files.get(file.path);
    const path = fromHere(file.path);
    const from = old === undefined ? '/dev/null' : `a/${path}`;
    const patch = createTwoFilesPatch(from, `b/${path}`, old?.text ?? '', file.text, undefined, undefined, {
      context: 3,
    });
    output.write(patch.replace(/^=+\n/, ''));
  }
}

/** Gives what could not be written. */
async function write(before: Workspace, after: Workspace): Promise<readonly Unreadable[]> {
  const unwritten: Unreadable[] = [];
  for (const { path, text } of changedFiles(before, after)) {
    try {
      await fs.mkdir(dirname(path), { recursive: true });
      const mark = before.files.has(path) && (await startsWithMark(path)) ? MARK : '';
      await fs.writeFile(path, mark + text);
    } catch (error) {
      const message = `This file cannot be written: ${reason(error)}.`;
      unwritten.push({ path, message, offset: null, gone: false });
    }
  }
  return unwritten;
}

/** A byte order mark is no part of a text, and stays where it was. */
const MARK = '\uFEFF';

async function startsWithMark(path: string): Promise<boolean> {
  return (await fs.readFile(path, 'utf8')).startsWith(MARK);
}
