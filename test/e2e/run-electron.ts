// The suite in VS Code on the desktop, by @vscode/test-electron: downloads VS Code (VSCODE_VERSION, else the newest) or
// takes the one at VSCODE_EXECUTABLE. Needs a display. The same tests run in code-server by npm run test:e2e.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { reporting } from './run-suite.js';
import { bundleSuite } from './suite-bundle.js';
import { targetHere } from './target.js';

const target = targetHere();
const folder = mkdtempSync(join(tmpdir(), 'plumbline-electron-'));
const [workspace, output] = [join(folder, 'workspace'), join(folder, 'output.txt')];
const { VSCODE_EXECUTABLE: executable, VSCODE_VERSION: version } = process.env;
cpSync(target.workspace, workspace, { recursive: true });
try {
  await runTests({
    ...(executable ? { vscodeExecutablePath: executable } : {}),
    ...(version ? { version } : {}),
    extensionDevelopmentPath: target.extension,
    extensionTestsPath: await bundleSuite(target.suite),
    extensionTestsEnv: reporting(join(folder, 'results.json'), output),
    launchArgs: [workspace, '--disable-extensions', '--user-data-dir', join(folder, 'data')],
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  if (existsSync(output)) console.log(readFileSync(output, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
}
