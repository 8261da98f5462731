// A fix as a test shows it: the files that it changes as differences, the files that it makes as they are.

import assert from 'node:assert/strict';
import { diffLines } from 'diff';
import type { Operation, OperationKind, OperationOf } from '../../../server/src/catalog/operation.js';
import type { Editor } from '../../../server/src/fixes/editor.js';
import { DEFAULT_CONFIG } from '../../../server/src/lint/config.js';
import { editorFor } from '../../../server/src/lint/editors.js';
import { lintFile } from '../../../server/src/lint/lint.js';
import {
  createWorkspace,
  migrationAt,
  updateWorkspace,
  type Workspace,
} from '../../../server/src/lint/workspace.js';
import { applyEdits, type Change } from '../../../server/src/text/edits.js';
import { sourceFile } from '../../../server/src/text/source-file.js';
import { parsers } from '../../support/parsers.js';

const ROOT = '/workspace';

/** Texts by their paths in the workspace, in the order in which they are written. */
export type Files = Readonly<Record<string, string>>;

/** Asks the editor for a fix of the operation. */
export type Ask<K extends OperationKind> = (editor: Editor, operation: OperationOf<K>) => Change | null;

export interface Mended {
  readonly before: Workspace;
  /** The same workspace where there is no change. */
  readonly after: Workspace;
  readonly change: Change | null;
}

/** @param now the clock; without it a new migration follows the newest one */
export function workspaceOf(files: Files, now: string | null = null): Workspace {
  return createWorkspace(
    {
      root: ROOT,
      parsers,
      ruleIds: new Set(),
      projectRoots: [ROOT],
      defaults: DEFAULT_CONFIG,
      now: now === null ? null : () => new Date(now),
    },
    Object.entries(files).map(([path, text]) => sourceFile(`${ROOT}/${path}`, text)),
  );
}

/** Mends the first operation of that kind in the last of the files. */
export function mend<K extends OperationKind>(
  workspace: Workspace,
  path: string,
  kind: K,
  ask: Ask<K>,
): Mended {
  const full = `${ROOT}/${path}`;
  const { start, operation } = operationIn(workspace, full, kind);
  const change = ask(editorFor(workspace, full, start), operation);
  return { before: workspace, after: change === null ? workspace : withChange(workspace, change), change };
}

function operationIn<K extends OperationKind>(workspace: Workspace, path: string, kind: K) {
  const statements = migrationAt(workspace, path)?.step.migration.statements ?? [];
  for (const { start, operations } of statements) {
    for (const operation of operations) if (isOfKind(operation, kind)) return { start, operation };
  }
  return assert.fail(`${path} has no ${kind}`);
}

function isOfKind<K extends OperationKind>(operation: Operation, kind: K): operation is OperationOf<K> {
  return operation.kind === kind;
}

/** Fails when edits overlap, a file to be changed is missing, or a file to be made exists. */
export function withChange(workspace: Workspace, change: Change): Workspace {
  const changes = change.edits.map(({ path, edits }) => {
    const file = workspace.files.get(path);
    assert.ok(file !== undefined, `${path} does not exist`);
    return { path, file: sourceFile(path, applyEdits(file.text, edits)) };
  });
  for (const { path, text } of change.creates) {
    assert.ok(!workspace.files.has(path), `${path} exists already`);
    changes.push({ path, file: sourceFile(path, text) });
  }
  return updateWorkspace(workspace, changes);
}

/**
 * What has changed: `=== path` above the lines of each file, marked `+` and `-`. `null` for a fix that cannot be made.
 * Line ends of Windows are shown as `␍`, tabs as `→`.
 */
export function drawn({ before, after, change }: Mended): string | null {
  if (change === null) return null;
  const paths = new Set([...change.edits, ...change.creates].map(({ path }) => path));
  const parts = [...paths].sort().map((path) => {
    const old = before.files.get(path)?.text ?? '';
    const now = after.files.get(path)?.text ?? '';
    const lines = diffLines(old, now).flatMap(({ value, added, removed }) =>
      value
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${added ? '+' : removed ? '-' : ' '}${line}`),
    );
    return [`=== ${path.slice(ROOT.length + 1)}`, ...lines].join('\n');
  });
  return parts.join('\n').replace(/\r/g, '␍').replace(/\t/g, '→').replace(/ +$/gm, '');
}

/** The messages of syntax errors in all files that the fix has touched. */
export function syntaxErrors({ after, change }: Mended): readonly string[] {
  const touched = [...(change?.edits ?? []), ...(change?.creates ?? [])].map(({ path }) => path);
  return touched
    .filter((path) => /\.(?:sql|exs?)$/.test(path))
    .flatMap((path) =>
      lintFile(after, path)
        .filter(({ rule }) => rule === 'syntax-error')
        .map(({ message }) => `${path}: ${message}`),
    );
}

/** Comments of the files before that are in no file after. */
export function lostComments({ before, after }: Mended): readonly string[] {
  const kept = [...after.files.values()].map(({ text }) => text).join('\n');
  return [...before.files.values()]
    .flatMap(({ text }) => text.match(/(?:--|#)[^\n\r{][^\n\r]*/g) ?? [])
    .map((comment) => comment.trim())
    .filter((comment) => !kept.includes(comment));
}
