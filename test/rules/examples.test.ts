// Every example of every rule: a bad one gives exactly the squiggles drawn in it, a good one none of that rule's,
// and each fix of a bad one leaves code that parses, is clean of that, and has no new findings.

import assert from 'node:assert/strict';
import { lintFile, type PlacedFinding } from '../../server/src/lint/lint.js';
import { RULES } from '../../server/src/rules/index.js';
import type { Example } from '../../server/src/rules/rule.js';
import { EXCEPTIONS } from '../fixes/support/exceptions.js';
import { checkFiles, filesOf, turnedOn, withChange } from '../support/check.js';
import { readMarks } from '../support/marks.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

for (const rule of RULES) {
  describe(rule.id, () => {
    const config = { rules: turnedOn(rule.id) };
    for (const [index, example] of rule.examples.bad.entries()) {
      it(`reports bad example ${index + 1}`, () => {
        const { findings } = checkFiles(filesOf(example), { rules: [rule.id], config });
        assert.ok(findings.length > 0, 'a bad example draws at least one squiggle');
      });

      if (!offersFixes(rule.id, example)) continue;
      it(`mends bad example ${index + 1} with every fix`, () => {
        const { workspace, findings } = checkFiles(filesOf(example), { rules: [rule.id], config });
        for (const finding of findings) {
          for (const fix of finding.fixes) {
            const change = fix.change();
            assert.ok(change !== null, `the fix "${fix.title}" is offered, so it gives a change`);
            const mended = withChange(workspace, change);
            const touched = [...change.edits, ...change.creates].map(({ path }) => path);
            for (const path of new Set([...touched, finding.path])) {
              const text = `${fix.title}\n${path}\n${mended.files.get(path)?.text}`;
              const left = lintFile(mended, path);
              const before = new Set(lintFile(workspace, path).map((other) => other.rule));
              const mayStay = EXCEPTIONS.some(
                (one) =>
                  one.rule === rule.id &&
                  one.law === 'findings' &&
                  one.brings === undefined &&
                  fix.title.startsWith(one.fix),
              );
              const stays = left.filter(
                (other) => other.rule === 'syntax-error' || (other.rule === rule.id && !mayStay),
              );
              assert.deepEqual(
                stays.map((other) => other.message),
                [],
                text,
              );
              const comes = left.filter(
                (other) => isLoud(other) && other.rule !== rule.id && !before.has(other.rule),
              );
              assert.deepEqual(
                comes.map((other) => other.message),
                [],
                `${text}\nhas new findings`,
              );
            }
          }
        }
      });
    }

    for (const [index, example] of rule.examples.good.entries()) {
      it(`is silent about good example ${index + 1}`, () => {
        checkFiles(filesOf(example), { rules: [rule.id, 'syntax-error'], config });
      });
    }
  });
}

function isLoud({ severity }: PlacedFinding): boolean {
  return severity === 'error' || severity === 'warning';
}

/** What the fixes do is on the rule's page, too, so one that is no longer offered is noticed there. */
function offersFixes(rule: string, example: Example): boolean {
  const files = filesOf(example).map(({ path, text }) => ({ path, text: readMarks(text).text }));
  const workspace = memoryWorkspace(files, { rules: turnedOn(rule) });
  const path = `${ROOT}/${files.at(-1)?.path}`;
  return lintFile(workspace, path).some((finding) => finding.rule === rule && finding.fixes.length > 0);
}
