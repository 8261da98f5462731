// Mocha's spec reporter, which also counts for other programs: TEST_RESULTS names a file that gets
// { passed, failed, skipped }. Where a console is no console (VS Code's extension host), TEST_OUTPUT names a file
// that gets the text.

const { appendFileSync, writeFileSync } = require('node:fs');
const { format } = require('node:util');
const { reporters } = require('mocha');

const { TEST_OUTPUT: output, TEST_RESULTS: results } = process.env;

if (output) reporters.Base.consoleLog = (...args) => appendFileSync(output, `${format(...args)}\n`);

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    if (!results) return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(results, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
