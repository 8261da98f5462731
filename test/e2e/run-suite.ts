// Runs the bundled suite inside a real extension host: that of code-server, which is a Node process, not the browser.
// The page of the browser only starts it and hears how it ended.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { Browser } from './browser.js';
import { Editor } from './editor.js';
import { bundleSuite } from './suite-bundle.js';
import { root, type Target } from './target.js';

const DEADLINE = 300_000;

/** What the reporter needs to know, as environment of the extension host (see scripts/test-reporter.cjs). */
export function reporting(results: string, output: string): Record<string, string> {
  return {
    TEST_REPORTER: join(root, 'scripts/test-reporter.cjs'),
    TEST_RESULTS: results,
    TEST_OUTPUT: output,
  };
}

/** Prints the report of the tests, and writes their counts to `results`. True when all is well. */
export async function runSuite(target: Target, results: string): Promise<boolean> {
  const tests = await bundleSuite(target.suite);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-suite-'));
  const [workspace, output] = [join(folder, 'workspace'), join(folder, 'output.txt')];
  let editor: Editor | null = null;
  let browser: Browser | null = null;
  try {
    cpSync(target.workspace, workspace, { recursive: true });
    editor = await Editor.start({ env: reporting(results, output) });
    browser = await Browser.start();
    const page = await browser.newPage();
    const address = editor.address(workspace, { extension: target.extension, tests });
    const { status, log } = await openAndWait(page, address);
    await keepScreenshot(page);
    console.log(existsSync(output) ? readFileSync(output, 'utf8') : `The suite did not start.\n${log}`);
    return status === 0 && existsSync(results);
  } finally {
    await browser?.stop();
    await editor?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** VS Code calls `codeAutomationExit` and `codeAutomationLog` of the page, which must be there before it loads. */
async function openAndWait(page: Page, address: string): Promise<{ status: number; log: string }> {
  const log: string[] = [];
  let end: (status: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  await page.exposeFunction('codeAutomationExit', (status: number) => end(status));
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    log.push(`[${type}] ${format(...args)}`);
  });
  page.on('crash', () => end(101));
  await page.goto(address);
  const timeout = pause(DEADLINE, 124, { ref: false });
  return { status: await Promise.race([ended, timeout]), log: log.slice(-30).join('\n') };
}

async function keepScreenshot(page: Page): Promise<void> {
  const folder = join(root, 'out/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, 'suite.png') });
}
