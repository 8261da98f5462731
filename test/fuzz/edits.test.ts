// Random edits, one after the other: what the workspace then says is what a new workspace of the same files says.

import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/lint/config.js';
import { createWorkspace, updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { RULES } from '../../server/src/rules/index.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { parsers } from '../support/parsers.js';
import type { Random } from '../support/random.js';
import type { MemoryFile } from '../support/workspace.js';
import { examples, shopFiles, texts } from './corpus.js';
import { saidOf } from './invariants.js';
import { mutated } from './mutations.js';
import { rounds } from './rounds.js';

/** Under a root of its own, so that nothing that is kept by path for one workspace meets the other. */
function workspaceAt(root: string, files: readonly MemoryFile[]): Workspace {
  const options = {
    root,
    parsers,
    ruleIds: new Set(RULES.map((rule) => rule.id)),
    projectRoots: [root],
    defaults: DEFAULT_CONFIG,
  };
  return createWorkspace(
    options,
    files.map(({ path, text }) => sourceFile(`${root}/${path}`, text)),
  );
}

const configs: readonly [string, ...string[]] = [
  '{}',
  '{ "postgres": 17, "timeouts": "runner" }',
  '{ "rules": { "syntax-error": "off", "unknown-effect": "warning" } }',
  '{ "overrides": [{ "files": ["**/*.exs"], "rules": { "create-index-blocking-writes": "hint" } }] }',
  '{ "startAfter": "20240101000000" }',
  '{ "tenancy": { "root": "users", "column": "user_id" } }',
  '{ "layout": "plain" } }',
];

/** What the next version of some file is; `text: null` for one that goes. */
function nextEdit(
  files: ReadonlyMap<string, string>,
  random: Random,
): { readonly path: string; readonly text: string | null } {
  const paths = [...files.keys()];
  const path = paths[random.below(paths.length)] ?? 'lib/a.ex';
  const text = files.get(path) ?? '';
  const kind = random.below(20);
  if (kind === 0) return { path, text: null };
  if (kind === 1) return { path: 'plumbline.jsonc', text: random.pick(configs) };
  if (kind === 2) {
    const others = examples[random.below(examples.length)] ?? [];
    const other = others[random.below(others.length)];
    if (other !== undefined) return other;
  }
  if (kind === 3) return { path: path.replace(/(\w)(\.\w+)$/, '$1b$2'), text };
  if (kind < 12) return { path, text: mutated(text, texts, random, 1) };
  // Back to something sound, from which the next edits start again.
  const original = [...examples.flat(), ...shopFiles].find((file) => file.path === path);
  if (kind < 15) return { path, text: original?.text ?? text };
  return {
    path,
    text: anotherLine(text, random.pick(path.endsWith('.sql') ? ['', '-- x'] : ['', '# x']), random),
  };
}

/** Everything after it moves, and only what a function's body says changes. */
function anotherLine(text: string, line: string, random: Random): string {
  const lines = text.split('\n');
  lines.splice(random.below(lines.length), 0, line);
  return lines.join('\n');
}

function checkEdits(
  start: readonly MemoryFile[],
  count: number,
  random: Random,
  note: (input: unknown) => void,
): void {
  const files = new Map(start.map(({ path, text }) => [path, text]));
  note(start);
  let edited = workspaceAt('/edited', start);
  for (const path of files.keys()) saidOf(edited, `/edited/${path}`);
  for (let left = count; left > 0; left--) {
    const { path, text } = nextEdit(files, random);
    note({ path, text });
    if (text === null) files.delete(path);
    else files.set(path, text);
    const file = text === null ? null : sourceFile(`/edited/${path}`, text);
    edited = updateWorkspace(edited, [{ path: `/edited/${path}`, file }]);
    // An editor does not ask about every file after every change.
    if (left > 1 && random.below(2) === 0) continue;
    const anew = workspaceAt(
      '/anew',
      [...files].map(([name, content]) => ({ path: name, text: content })),
    );
    for (const name of files.keys()) {
      assert.deepEqual(saidOf(edited, `/edited/${name}`), saidOf(anew, `/anew/${name}`), name);
    }
  }
}

describe('after random edits', () => {
  it('of the examples of rules', () => {
    rounds(60, (random, note) => {
      const some = [0, 1, 2].flatMap(() => examples[random.below(examples.length)] ?? []);
      const files = [...new Map(some.map((file) => [file.path, file])).values()];
      checkEdits(files, 8, random, note);
    });
  });

  it('of an application', () => {
    rounds(2, (random, note) => checkEdits(shopFiles, 6, random, note));
  });
});
