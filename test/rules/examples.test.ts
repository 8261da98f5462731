// Every example of every rule: a bad one gives exactly the squiggles drawn in it, a good one none of that rule's,
// and each fix of a bad one leaves code that parses and is clean.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { RULES } from '../../server/src/rules/index.js';
import { checkFiles, filesOf, withChange } from '../support/check.js';

for (const rule of RULES) {
  describe(rule.id, () => {
    for (const [index, example] of rule.examples.bad.entries()) {
      it(`reports bad example ${index + 1}`, () => {
        const { findings } = checkFiles(filesOf(example), { rules: [rule.id] });
        assert.ok(findings.length > 0, 'a bad example draws at least one squiggle');
      });

      it(`mends bad example ${index + 1} with every fix`, () => {
        const { workspace, findings } = checkFiles(filesOf(example), { rules: [rule.id] });
        for (const finding of findings) {
          for (const fix of finding.fixes) {
            const change = fix.change();
            assert.ok(change !== null, `the fix "${fix.title}" is offered, so it gives a change`);
            const mended = withChange(workspace, change);
            const touched = [...change.edits, ...change.creates].map(({ path }) => path);
            for (const path of new Set([...touched, finding.path])) {
              const left = lintFile(mended, path).filter(
                (other) => other.rule === 'syntax-error' || other.rule === rule.id,
              );
              const text = mended.files.get(path)?.text;
              assert.deepEqual(
                left.map((other) => other.message),
                [],
                `${fix.title}\n${path}\n${text}`,
              );
            }
          }
        }
      });
    }

    for (const [index, example] of rule.examples.good.entries()) {
      it(`is silent about good example ${index + 1}`, () => {
        checkFiles(filesOf(example), { rules: [rule.id] });
      });
    }
  });
}
