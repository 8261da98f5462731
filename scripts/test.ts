// Everything that CI runs, or the steps named: a short line for a step that passes, its own output for one that fails.
//
//   npm test                          all of it
//   tsx scripts/test.ts types lint    some of it
//
// The last line counts tests; a step that fails without a failed test, such as types, counts as one.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

const MOCHA = ['mocha', '--forbid-only', '--reporter', 'scripts/test-reporter.cjs'];

const STEPS: Readonly<Record<string, readonly string[]>> = {
  types: ['tsc', '-b'],
  lint: ['biome', 'ci', '--colors=off'],
  layers: [...MOCHA, 'test/architecture.test.ts'],
  build: ['node', 'scripts/build.mjs'],
  tests: [...MOCHA, '--ignore', 'test/package.test.ts', 'test/**/*.test.ts'],
  package: [...MOCHA, 'test/package.test.ts'],
  e2e: ['tsx', 'test/e2e/run.ts'],
};

/** Without `layers`, which are among the `tests`. */
const ALL = ['types', 'lint', 'build', 'tests', 'package', 'e2e'];

const root = join(import.meta.dirname, '..');
const asked = process.argv.slice(2);
let total = NONE;
for (const step of asked.length > 0 ? asked : ALL) total = sum(total, await run(step));
console.log(`\n${text(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function run(step: string): Promise<Counts> {
  const command = STEPS[step];
  if (!command) throw new Error(`there is no step ${step}; there are ${Object.keys(STEPS).join(', ')}`);
  const results = join(root, 'out/test', `${step}.json`);
  mkdirSync(join(root, 'out/test'), { recursive: true });
  rmSync(results, { force: true });

  const started = Date.now();
  process.stdout.write(`${step.padEnd(10)}`);
  const { status, output } = await execute(command, results);
  const counts = countsOf(results, status);
  const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`.padStart(8);
  const tests = counts.passed + counts.skipped > 0 ? `   ${text(counts)}` : '';
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}${seconds}${tests}`);
  for (const reason of new Set(output.match(/(?<=^ *)skipped: .+$/gm)))
    console.log(`${' '.repeat(10)}${reason}`);
  // A step that skipped all of its tests has a reason to tell.
  if (status !== 0 || (counts.skipped > 0 && counts.passed === 0)) console.log(`\n${output.trim()}\n`);
  return counts;
}

/** Waits without blocking, so that Ctrl+C ends this and what it started. */
function execute(
  command: readonly string[],
  results: string,
): Promise<{ status: number | null; output: string }> {
  const [program = '', ...args] = command;
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH: path, TEST_RESULTS: results },
    shell: process.platform === 'win32',
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

function countsOf(results: string, status: number | null): Counts {
  const counts = existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as Counts) : NONE;
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

function text({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
