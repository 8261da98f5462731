// VS Code calls `run` inside its extension host, on the desktop (@vscode/test-electron) as well as in code-server.
// It runs every *.test file beside this one.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** Rejects when a test failed or when there was none: VS Code then ends with an error status. */
export async function run(): Promise<void> {
  const { TEST_REPORTER: reporter, TEST_GREP: grep } = process.env;
  const mocha = new Mocha({
    timeout: 60_000,
    color: false,
    ...(reporter ? { reporter } : {}),
    ...(grep ? { grep } : {}),
  });
  for (const file of readdirSync(import.meta.dirname)) {
    if (/\.test\.c?js$/.test(file)) mocha.addFile(join(import.meta.dirname, file));
  }
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else if (runner.stats?.tests === 0) reject(new Error('there are no tests'));
      else resolve();
    });
  });
}
