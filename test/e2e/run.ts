// All end-to-end tests: those inside the extension host, then those of a person at the screen.
//
//   npm run test:e2e [-- --suite | --ui] [--grep TEXT] [--required]
//
// Where there is no Chromium or no code-server they are skipped, and said to be; with --required or CI=… that fails.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from './browser.js';
import { installEditor } from './install-editor.js';
import { runSuite } from './run-suite.js';
import { root, type Target, targetHere } from './target.js';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

const { values: options } = parseArgs({
  options: {
    suite: { type: 'boolean', default: false },
    ui: { type: 'boolean', default: false },
    grep: { type: 'string' },
    required: { type: 'boolean', default: Boolean(process.env.CI) },
  },
});

const counts = await run();
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
const { TEST_RESULTS: summary } = process.env;
if (summary) writeFileSync(summary, JSON.stringify(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;

async function run(): Promise<Counts> {
  const obstacle = whatIsMissing();
  if (obstacle !== null) {
    console.log(`The end-to-end tests ${options.required ? 'cannot run' : 'are skipped'}: ${obstacle}.`);
    return options.required ? { ...NONE, failed: 1 } : { ...NONE, skipped: 1 };
  }
  const target = targetHere();
  if (options.grep) process.env.TEST_GREP = options.grep;
  const both = options.suite === options.ui;
  const suite = both || options.suite ? await counted((results) => runSuite(target, results)) : NONE;
  const ui = both || options.ui ? await counted((results) => runUi(target, results)) : NONE;
  return {
    passed: suite.passed + ui.passed,
    failed: suite.failed + ui.failed,
    skipped: suite.skipped + ui.skipped,
  };
}

function whatIsMissing(): string | null {
  if (findChromium() === null)
    return 'there is no Chromium (Debian: apt-get install chromium; else set CHROMIUM)';
  const installation = installEditor();
  return installation.kind === 'unavailable' ? installation.reason : null;
}

/** The counts that a run writes to the file it is given; a run that fails without a failed test counts as one. */
async function counted(part: (results: string) => boolean | Promise<boolean>): Promise<Counts> {
  const results = join(root, 'out/e2e/results.json');
  mkdirSync(join(root, 'out/e2e'), { recursive: true });
  rmSync(results, { force: true });
  const well = await part(results);
  const counts = existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as Counts) : NONE;
  return well || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function runUi(target: Target, results: string): boolean {
  const tests = readdirSync(target.ui).filter((file) => file.endsWith('.test.ts'));
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/mocha/bin/mocha.js'),
      ...['--no-config', '--node-option', 'import=tsx', '--timeout', '60000'],
      ...['--reporter', join(root, 'scripts/test-reporter.cjs')],
      ...(options.grep ? ['--grep', options.grep] : []),
      ...tests.map((test) => join(target.ui, test)),
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PLUMBLINE_VSIX: target.vsix, TEST_RESULTS: results },
    },
  );
  return status === 0;
}
