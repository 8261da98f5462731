// A fix as a test shows it: the files that it changes as differences, the files that it makes as they are; and what holds
// of every fix.

import assert from 'node:assert/strict';
import { diffLines } from 'diff';
import type { Operation, OperationKind, OperationOf } from '../../../server/src/catalog/operation.js';
import { printCatalog } from '../../../server/src/catalog/print/sql.js';
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

export const ROOT = '/workspace';

/** Texts by their paths in the workspace. The last one is mended. */
export type Files = Readonly<Record<string, string>>;

/** Asks the editor for a fix of the operation. */
export type Ask<K extends OperationKind> = (editor: Editor, operation: OperationOf<K>) => Change | null;

export interface Mended {
  readonly before: Workspace;
  /** The same workspace where there is no change. */
  readonly after: Workspace;
  readonly change: Change | null;
}

export interface FixCase {
  readonly title: string;
  readonly files: Files;
  /** The file to be mended, where it is not the last one. */
  readonly path?: string;
  /** What {@link drawn} gives. */
  readonly shows: string | null;
  /** The schema after all migrations stays the same. */
  readonly keepsSchema?: false;
}

/** One test for each case: what the fix of the first operation of that kind shows, and the laws. */
export function describeFixes<K extends OperationKind>(
  title: string,
  kind: K,
  ask: Ask<K>,
  cases: readonly FixCase[],
): void {
  describe(title, () => {
    for (const { title: name, files, path, shows, keepsSchema } of cases) {
      it(name, () => {
        const target = path ?? Object.keys(files).at(-1) ?? '';
        const mended = mend(workspaceOf(files), target, kind, ask);
        assert.equal(drawn(mended), shows === null ? null : dedent(shows));
        assert.deepEqual(syntaxErrors(mended), [], 'what it leaves parses');
        assert.deepEqual(lostComments(mended), [], 'no comment is lost');
        assert.deepEqual(mendedAgain(mended, target, kind, ask), [], 'a second time it changes nothing');
        if (keepsSchema !== false)
          assert.equal(schemaOf(mended.after, target), schemaOf(mended.before, target));
      });
    }
  });
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

/** Mends the first operation of that kind in the file. */
export function mend<K extends OperationKind>(
  workspace: Workspace,
  path: string,
  kind: K,
  ask: Ask<K>,
): Mended {
  const [found] = operationsIn(workspace, `${ROOT}/${path}`, kind);
  assert.ok(found !== undefined, `${path} has no ${kind}`);
  const change = ask(editorFor(workspace, `${ROOT}/${path}`, found.start), found.operation);
  return { before: workspace, after: change === null ? workspace : withChange(workspace, change), change };
}

interface Found<K extends OperationKind> {
  readonly start: number;
  readonly operation: OperationOf<K>;
}

function operationsIn<K extends OperationKind>(
  workspace: Workspace,
  path: string,
  kind: K,
): readonly Found<K>[] {
  const statements = migrationAt(workspace, path)?.step.migration.statements ?? [];
  return statements.flatMap(({ start, operations }) =>
    operations.flatMap((operation) => (isOfKind(operation, kind) ? [{ start, operation }] : [])),
  );
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
 * A carriage return is shown as `␍`, a tab as `→`.
 */
export function drawn({ before, after, change }: Mended): string | null {
  if (change === null) return null;
  const parts = touchedBy(change).map((path) => {
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

function touchedBy(change: Change | null): readonly string[] {
  const paths = [...(change?.edits ?? []), ...(change?.creates ?? [])].map(({ path }) => path);
  return [...new Set(paths)].sort();
}

/** Syntax errors in the files that the fix has touched. */
export function syntaxErrors({ after, change }: Mended): readonly string[] {
  return touchedBy(change)
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
    .flatMap(({ text }) => text.match(/(?:--|#(?!\{))[^\n\r]*/g) ?? [])
    .map((comment) => comment.trim())
    .filter((comment) => !kept.includes(comment));
}

/** What the same fix would change again, for what is still called the same. */
function mendedAgain<K extends OperationKind>(
  { before, after, change }: Mended,
  target: string,
  kind: K,
  ask: Ask<K>,
): readonly string[] {
  const [first] = operationsIn(before, `${ROOT}/${target}`, kind);
  const subject = first === undefined ? '' : subjectOf(first.operation);
  return touchedBy(change).flatMap((path) =>
    operationsIn(after, path, kind).flatMap(({ start, operation }) => {
      if (subjectOf(operation) !== subject) return [];
      const again = ask(editorFor(after, path, start), operation);
      return again === null ? [] : touchedBy(again);
    }),
  );
}

/** What an operation is about, by name. */
function subjectOf(operation: Operation): string {
  const parts: unknown[] = [];
  if ('table' in operation) parts.push(operation.table?.name);
  if ('index' in operation) parts.push(operation.index?.name);
  if ('column' in operation)
    parts.push('type' in operation.column ? operation.column.name.name : operation.column.name);
  if (operation.kind === 'add-constraint') parts.push(operation.constraint.name?.name);
  return parts.join(' ');
}

/** The lines of the schema after all migrations, whatever their order. */
function schemaOf(workspace: Workspace, target: string): string {
  const history = migrationAt(workspace, `${ROOT}/${target}`)?.history.history;
  assert.ok(history !== undefined);
  const lines = printCatalog(history.latest).split('\n');
  return lines
    .map((line) => line.trim().replace(/,$/, ''))
    .sort()
    .join('\n');
}

/** A text as it stands in a test: without the margin of its first line, and without the line breaks around it. */
export function dedent(text: string): string {
  const lines = text.replace(/^\n|\n *$/g, '').split('\n');
  const margin = lines[0]?.search(/\S/) ?? 0;
  return lines.map((line) => line.slice(Math.min(margin, line.search(/[^ ]|$/)))).join('\n');
}

/** A file as it stands in a test; `␍` and `→` are what {@link drawn} shows by them. */
export function written(strings: TemplateStringsArray): string {
  return `${dedent(strings.raw.join('')).replaceAll('␍', '\r').replaceAll('→', '\t')}\n`;
}
