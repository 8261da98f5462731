// Runs test/rules/*.md: in each test every finding is drawn and all that is drawn is found.
// Only findings of the document's rule, of those that the test draws, and syntax errors count: what others say of the same
// lines is theirs.
// A `json config` fence is the configuration; a `diff fix` fence is what the first fix of its rule changes.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { checkFiles, turnedOn, withChange } from '../support/check.js';
import { type Fence, type Fixture, readFixtures, rewriteFences } from '../support/markdown.js';
import { readMarks } from '../support/marks.js';
import { ROOT } from '../support/workspace.js';

const folder = import.meta.dirname;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const path = join(folder, file);
  const document = readFileSync(path, 'utf8');
  const replacements: { fence: Fence; text: string }[] = [];

  describe(file, () => {
    for (const fixture of readFixtures(document)) {
      it(fixture.name.join(' › '), () => check(file.replace(/\.md$/, ''), fixture, replacements));
    }

    after(() => {
      if (process.env.UPDATE === '1') writeFileSync(path, rewriteFences(document, replacements));
    });
  });
}

function check(rule: string, { fences }: Fixture, replacements: { fence: Fence; text: string }[]): void {
  const files = fences
    .filter(({ language }) => language === 'sql' || language === 'elixir')
    .map(({ language, info, text }, index) => ({
      path: info || defaultPath(language, index),
      text: `${text}\n`,
    }));
  const config = fences.find(({ language, info }) => language === 'json' && info === 'config');
  const all = config === undefined ? files : [...files, { path: 'plumbline.jsonc', text: config.text }];
  const drawn = all.flatMap(({ text }) => readMarks(text).expected.map((mark) => mark.rule));
  const { workspace, findings } = checkFiles(all, {
    rules: [rule, 'syntax-error', ...drawn],
    config: { rules: turnedOn(rule) },
  });

  for (const fence of fences.filter(({ language, info }) => language === 'diff' && info.startsWith('fix'))) {
    const [, which = '1'] = fence.info.split(' ');
    const fixes = findings.filter((finding) => finding.rule === rule).flatMap((finding) => finding.fixes);
    const change = fixes[Number(which) - 1]?.change() ?? null;
    assert.ok(change !== null, `there is a fix ${which}`);
    const mended = withChange(workspace, change);
    const diff = [...mended.files.values()]
      .filter((after) => workspace.files.get(after.path)?.text !== after.text)
      .map((after) => {
        const before = workspace.files.get(after.path)?.text;
        const name = after.path.slice(ROOT.length + 1);
        const from = before === undefined ? '/dev/null' : name;
        return createTwoFilesPatch(from, name, before ?? '', after.text, undefined, undefined, {
          context: 2,
        });
      })
      .map((text) => text.replace(/^=+\n/, ''))
      .join('')
      .trimEnd();
    if (process.env.UPDATE === '1') replacements.push({ fence, text: diff });
    else assert.equal(diff, fence.text.trimEnd());
  }
}

function defaultPath(language: string, index: number): string {
  const version = `202401${String(index + 1).padStart(2, '0')}000000`;
  // Ecto wants every name to be another one.
  const name = language === 'elixir' && index > 0 ? `test${index + 1}` : 'test';
  return `priv/repo/migrations/${version}_${name}.${language === 'elixir' ? 'exs' : 'sql'}`;
}
