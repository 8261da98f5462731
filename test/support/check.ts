// The one place where tests of rules touch the API: what a snippet reports is exactly what is drawn in it.

import assert from 'node:assert/strict';
import type { Config } from '../../server/src/lint/config.js';
import { lintFile, type PlacedFinding } from '../../server/src/lint/lint.js';
import { updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { RULES } from '../../server/src/rules/index.js';
import type { Example } from '../../server/src/rules/rule.js';
import { applyEdits, type Change } from '../../server/src/text/edits.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { drawMarks, readMarks } from './marks.js';
import { type MemoryFile, memoryWorkspace, ROOT } from './workspace.js';

/** The files of an example: those given first, in order, then its own, which is the last of the list. */
export function filesOf(example: Example): readonly MemoryFile[] {
  const all = [...(example.given ?? []), example];
  return all.map((one, index) => ({ path: one.path ?? defaultPath(one, index), text: one.source }));
}

function defaultPath({ language }: Example, index: number): string {
  const version = `202401${String(index + 1).padStart(2, '0')}000000`;
  // Ecto wants every name to be another one.
  const name = index > 0 ? `example${index + 1}` : 'example';
  return language === 'elixir'
    ? `priv/repo/migrations/${version}_${name}.exs`
    : `priv/repo/migrations/${version}_example.sql`;
}

/** What a configuration has to say for a rule that is off by default. */
export function turnedOn(id: string): Config['rules'] {
  return RULES.find((rule) => rule.id === id)?.severity === 'off' ? { [id]: 'warning' } : {};
}

/** Fails unless exactly the findings drawn in the last file are reported there, and none in the others but those of `only`. */
export function checkFiles(
  files: readonly MemoryFile[],
  options: { readonly config?: Partial<Config>; readonly rules?: readonly string[] } = {},
): { readonly workspace: Workspace; readonly findings: readonly PlacedFinding[] } {
  const marked = files.map((file) => ({ path: file.path, ...readMarks(file.text) }));
  const workspace = memoryWorkspace(marked, options.config);
  const all: PlacedFinding[] = [];
  for (const { path, text, expected } of marked) {
    const found = lintFile(workspace, `${ROOT}/${path}`).filter(
      ({ rule }) => options.rules === undefined || options.rules.includes(rule),
    );
    all.push(...found);
    const actual = found.map(({ rule, message, severity, span }, index) => {
      const wanted = expected[index];
      return {
        rule,
        span,
        // What the drawing does not say is not compared.
        message: wanted?.message != null && message.includes(wanted.message) ? wanted.message : null,
        severity: wanted?.severity == null ? null : severity,
      };
    });
    const want = [...expected].sort((a, b) => a.span.start - b.span.start || (a.rule < b.rule ? -1 : 1));
    assert.deepEqual(
      actual,
      want.map(({ rule, span, message, severity }) => ({ rule, span, message, severity })),
      `${path} should read:\n\n${drawMarks(text, found)}\n`,
    );
  }
  return { workspace, findings: all };
}

/** The workspace after a change; fails when edits overlap or a file to be made exists. */
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
