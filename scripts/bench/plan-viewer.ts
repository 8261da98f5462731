// How long the plan view takes to show a plan of many nodes, in the browser of the end-to-end tests: from the message with the
// plan to the frame in which it is seen. The webview's own start is not in it.

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { parsePlan } from '../../server/src/plans/plan.js';
import { Browser, findChromium } from '../../test/e2e/browser.js';
import { quantile } from './language-server.js';

const NODES = 1000;
const REPEATS = 5;
const ADDRESS = 'http://plan.test/';

/** @param dist the folder of the product's bundles */
export async function planViewer(dist: string): Promise<void> {
  console.log(`\nThe view of a plan of ${NODES.toLocaleString('en')} nodes, measured, median of ${REPEATS}`);
  if (findChromium() === null) {
    console.log('  There is no Chromium here.');
    return;
  }
  const browser = await Browser.start();
  try {
    const opened: number[] = [];
    const unfolded: number[] = [];
    const icicle: number[] = [];
    for (let round = 0; round < REPEATS; round++) {
      const page = await openView(await browser.newPage(), dist);
      opened.push(
        await timed(page, `window.postMessage(${JSON.stringify(shown())}, '*')`, '[role=treegrid]'),
      );
      icicle.push(await timed(page, `document.getElementById('tab-icicle').click()`, '[role=tree]'));
      await page.locator('#tab-table').click();
      await page.locator('tr[data-id]').first().focus();
      const all = `tr[data-id]:nth-child(${NODES})`;
      unfolded.push(await timed(page, `document.activeElement.dispatchEvent(${STAR})`, all));
      await page.close();
    }
    for (const [what, times] of [
      ['the table', opened],
      ['the icicle', icicle],
      ['the table, all unfolded', unfolded],
    ] as const) {
      console.log(`    ${what.padEnd(26)} ${quantile(times, 0.5).toFixed(0).padStart(5)} ms`);
    }
  } finally {
    await browser.stop();
  }
}

const STAR = `new KeyboardEvent('keydown', { key: '*', bubbles: true })`;

async function openView(page: Page, dist: string): Promise<Page> {
  await page.route(`${ADDRESS}**`, (route) => {
    const { pathname } = new URL(route.request().url());
    return pathname === '/'
      ? route.fulfill({ contentType: 'text/html', body: PAGE })
      : route.fulfill({ path: join(dist, 'webview', pathname) });
  });
  await page.goto(ADDRESS);
  return page;
}

const PAGE = `<!doctype html><html><head><link rel="stylesheet" href="/plan.css"></head><body class="vscode-dark">
<script>acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} })</script>
<script src="/plan.js"></script></body></html>`;

/** Milliseconds from running the code to the second frame after there is such an element. */
function timed(page: Page, code: string, selector: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    ${code};
    const look = () => document.querySelector(${JSON.stringify(selector)}) === null
      ? setTimeout(look)
      : requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    look();
  })`);
}

function shown(): object {
  const json = [{ Plan: nodes({ left: NODES }, 5), 'Planning Time': 1, 'Execution Time': 5000 }];
  const plan = parsePlan(json);
  const at = { line: 0, character: 0 };
  return {
    kind: 'plan',
    request: { textDocument: { uri: 'file:///plan.sql' }, position: at, connection: null, analyze: true },
    result: {
      ...{ kind: 'plan', sql: 'SELECT 1', range: { start: at, end: at }, plan, json },
      source: { kind: 'database', name: 'bench', postgres: '18', statistics: '' },
      ...{ notes: [], advice: [], places: null },
    },
  };
}

/** A tree of that depth, four children to a node, until there are enough. */
function nodes(counter: { left: number }, depth: number): object {
  const number = counter.left--;
  const children: object[] = [];
  while (depth > 0 && children.length < 4 && counter.left > 0) children.push(nodes(counter, depth - 1));
  return {
    'Node Type': children.length === 0 ? 'Seq Scan' : 'Append',
    ...(children.length === 0 ? { 'Relation Name': `orders_${number}`, Filter: `(id = ${number})` } : {}),
    ...{ 'Startup Cost': 0, 'Total Cost': 10 ** depth, 'Plan Rows': 100, 'Plan Width': 40 },
    ...{
      'Actual Startup Time': 0,
      'Actual Total Time': 5 * 4 ** depth,
      'Actual Rows': 90,
      'Actual Loops': 1,
    },
    ...{ 'Shared Hit Blocks': 4 ** depth, 'Shared Read Blocks': 1 },
    ...(children.length === 0 ? {} : { Plans: children }),
  };
}
