// Damaged files: nothing throws, every place lies in its text, every fix can be applied, and neighbours do not suffer.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import type { Workspace } from '../../server/src/lint/workspace.js';
import type { Random } from '../support/random.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';
import { type Case, examples, shopFiles, texts } from './corpus.js';
import { checkFixes, checkWorkspace, saidOf } from './invariants.js';
import { mutated } from './mutations.js';
import { rounds } from './rounds.js';

/** The case with one of its files damaged, mostly the last one. */
function damaged(files: Case, random: Random): { readonly files: Case; readonly broken: MemoryFile } {
  const which = random.below(4) === 0 ? random.below(files.length) : files.length - 1;
  const chosen = files[which] ?? { path: 'x.sql', text: '' };
  const broken = { path: chosen.path, text: mutated(chosen.text, texts, random, 4) };
  return { files: files.map((file) => (file === chosen ? broken : file)), broken };
}

describe('damaged files', () => {
  it('among the examples of rules', () => {
    rounds(600, (random, note) => {
      const { files, broken } = damaged(examples[random.below(examples.length)] ?? [], random);
      note(files);
      const workspace = memoryWorkspace(files);
      checkWorkspace(workspace);
      checkFixes(workspace, `${ROOT}/${broken.path}`);
    });
  });

  it('in any order, also where two of them say what one module is', () => {
    rounds(200, (random, note) => {
      const some = [0, 1, 2].flatMap(() => examples[random.below(examples.length)] ?? []);
      const { files } = damaged([...new Map(some.map((file) => [file.path, file])).values()], random);
      const twice = files.filter(({ path }) => path.endsWith('.ex'));
      const again = twice
        .slice(0, 1)
        .map(({ text }) => ({ path: 'lib/again.ex', text: mutated(text, texts, random, 1) }));
      const all = [...files, ...again];
      note(all);
      const workspace = memoryWorkspace(all);
      const reversed = memoryWorkspace(all.toReversed());
      for (const path of new Set(all.map((file) => `${ROOT}/${file.path}`))) {
        assert.deepEqual(saidOf(reversed, path), saidOf(workspace, path), path);
      }
    });
  });

  const sound = memoryWorkspace(shopFiles);
  const before = new Map(shopFiles.map(({ path }) => [path, ownErrors(sound, path)]));

  it('in a whole application, whose other files are read as ever', () => {
    rounds(6, (random, note) => {
      const chosen = shopFiles[random.below(shopFiles.length)] ?? { path: 'x.sql', text: '' };
      const broken = { path: chosen.path, text: mutated(chosen.text, texts, random, 6) };
      note(broken);
      const workspace = memoryWorkspace(shopFiles.map((file) => (file === chosen ? broken : file)));
      checkWorkspace(workspace);
      checkFixes(workspace, `${ROOT}/${broken.path}`);
      for (const { path } of shopFiles) {
        if (path !== broken.path) assert.deepEqual(ownErrors(workspace, path), before.get(path), path);
      }
    });
  });
});

/** What is wrong in a file whatever stands in others. */
function ownErrors(workspace: Workspace, path: string): readonly object[] {
  return lintFile(workspace, `${ROOT}/${path}`)
    .filter(({ rule }) => rule === 'syntax-error')
    .map(({ span, message }) => ({ span, message }));
}
