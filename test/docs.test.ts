// What is generated from the rules and the configuration's shape is up to date, and pages that people write leave nothing out.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../scripts/generate/catalogue.js';
import { rulesFor } from '../scripts/generate/coverage.js';
import { generated } from '../scripts/generate.js';
import { ADVICE_RULES } from '../server/src/advice/index.js';
import * as extensions from '../server/src/hosts/lsp/extensions.js';
import { LAYOUTS } from '../server/src/migrations/layouts/index.js';
import { RULES } from '../server/src/rules/index.js';

const root = join(import.meta.dirname, '..');

describe('generated files', () => {
  for (const { path, text } of generated()) {
    it(`${path} is up to date`, () => {
      const file = join(root, path);
      const now = existsSync(file) ? readFileSync(file, 'utf8') : '';
      assert.ok(now === text, `${path} is stale: run "npm run update"`);
    });
  }

  it('there is no page of a rule that does not exist', () => {
    const ids = new Set([...RULES.map(({ id }) => `${id}.md`), 'README.md']);
    assert.deepEqual(
      readdirSync(join(root, 'docs/rules')).filter((name) => !ids.has(name)),
      [],
    );
  });
});

describe('docs/advice', () => {
  it('has no page of advice that does not exist', () => {
    const ids = new Set([...ADVICE_RULES.map(({ id }) => `${id}.md`), 'README.md']);
    assert.deepEqual(
      readdirSync(join(root, 'docs/advice')).filter((name) => !ids.has(name)),
      [],
    );
  });
});

describe('docs/coverage.md', () => {
  for (const check of CATALOGUE) {
    it(`${check.id} is answered by a rule, or says why not`, () => {
      const isAnswered = rulesFor(check).length > 0;
      assert.equal(check.notOurs === '', isAnswered);
    });
  }

  it('rules name checks that there are', () => {
    const ids = new Set(CATALOGUE.map(({ id }) => id));
    assert.deepEqual(
      RULES.flatMap(({ covers }) => covers ?? []).filter((id) => !ids.has(id)),
      [],
    );
  });
});

describe('docs/layouts.md', () => {
  it('has a row for each layout, and for no other', () => {
    const page = readFileSync(join(root, 'docs/layouts.md'), 'utf8');
    const tools = page.split('\n## Tools\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...tools.matchAll(/^\| `([\w-]+)` \|/gm)].flatMap(([, id]) => id ?? []);
    assert.deepEqual(
      rows.filter((id) => id !== 'layout').sort(),
      LAYOUTS.map(({ id }) => id as string).sort(),
    );
  });
});

describe('docs/lsp-extensions.md', () => {
  it('has a section for each message that is our own, and for no other', () => {
    const page = readFileSync(join(root, 'docs/lsp-extensions.md'), 'utf8');
    const sections = [...page.matchAll(/^## `(plumbline\/\w+)`$/gm)].flatMap(([, method]) => method ?? []);
    const methods = Object.values(extensions).filter(
      (value) => typeof value === 'string' && value.startsWith('plumbline/'),
    );
    assert.deepEqual(sections.toSorted(), methods.toSorted());
  });
});

describe('rules', () => {
  for (const rule of RULES) {
    it(`${rule.id} has a bad and a good example and is named like its file`, () => {
      assert.ok(isOfOtherFiles(rule.id) || (rule.examples.bad.length > 0 && rule.examples.good.length > 0));
      const folders = readdirSync(join(root, 'server/src/rules'), { withFileTypes: true });
      const files = folders
        .filter((entry) => entry.isDirectory())
        .flatMap((entry) => readdirSync(join(root, 'server/src/rules', entry.name)));
      assert.ok(files.includes(`${rule.id}.ts`));
    });

    it(`${rule.id} has a fixture of its silences`, () => {
      // No fixture can hold a file that cannot be read.
      if (!['unreadable-file', ...OF_GIT].includes(rule.id))
        assert.ok(existsSync(join(root, `test/rules/${rule.id}.md`)));
    });
  }
});

/** An example is SQL or Elixir: none shows these. The tests of the configuration, of bad input and of git do. */
function isOfOtherFiles(id: string): boolean {
  return ['configuration', 'unreadable-file', ...OF_GIT].includes(id);
}

const OF_GIT = ['released-migration-changed', 'version-behind-released'];
