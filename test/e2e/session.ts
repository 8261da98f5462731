// One editor and one browser for all UI tests of a run, and a window of its own for each group of tests.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from './browser.js';
import { Editor } from './editor.js';
import { EditorWindow } from './window.js';

const START_TIMEOUT = 120_000;

let session: Promise<{ editor: Editor; browser: Browser }> | null = null;

function currentSession(): Promise<{ editor: Editor; browser: Browser }> {
  session ??= startSession();
  return session;
}

async function startSession(): Promise<{ editor: Editor; browser: Browser }> {
  const vsix = process.env.PLUMBLINE_VSIX;
  if (!vsix) throw new Error('PLUMBLINE_VSIX names no package; run these tests by npm run test:e2e');
  const editor = await Editor.start({ vsix: [vsix] });
  return { editor, browser: await Browser.start() };
}

/**
 * Opens a window on a fresh copy of a folder for the tests of the surrounding `describe`, which call the result to get
 * it. A test that fails leaves out/screenshots/failed-<title>.png.
 */
export function useWindow(workspace: string): () => EditorWindow {
  let window: EditorWindow | null = null;

  before(async function () {
    this.timeout(START_TIMEOUT);
    const { editor, browser } = await currentSession();
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-workspace-'));
    cpSync(workspace, folder, { recursive: true });
    window = await EditorWindow.open(await browser.newPage(), editor, folder);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window?.screenshot(`failed-${this.currentTest.title}`);
  });

  after(async () => {
    await window?.page.close();
    if (window) rmSync(window.folder, { recursive: true, force: true });
  });

  return () => {
    if (window === null) throw new Error('there is no window yet: ask for it inside a test');
    return window;
  };
}

// The file that is loaded first puts this on the root suite: it runs after all tests of all files.
after(async () => {
  if (session === null) return;
  const { editor, browser } = await session;
  await browser.stop();
  await editor.stop();
});
