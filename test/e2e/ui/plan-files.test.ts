// Plans from and to files and the clipboard, as a person moves them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { useWindow } from '../session.js';
import { root } from '../target.js';
import { pressButton } from './plan-view.js';

const PLAN = `Limit  (cost=0.42..14.31 rows=10 width=40)
  ->  Index Scan using orders_pkey on orders o  (cost=0.42..402.09 rows=800 width=24)
        Index Cond: (id > 10)
`;

describe('plans in files and on the clipboard, as a person moves them', function () {
  this.timeout(180_000);
  const window = useWindow(join(root, 'examples/shop'));

  it('opens a plan by the dialog for files', async () => {
    writeFileSync(join(window().folder, 'saved.txt'), PLAN);
    await window().hideSideBar();
    await window().runCommand('Plumbline: Open Saved Plan…');
    await window().answerFile('saved.txt');
    const view = window().webview();
    await view
      .getByText(/^saved.txt/)
      .first()
      .waitFor({ timeout: 60_000 });
    await view.locator('tr[data-id]', { hasText: 'orders o' }).waitFor();
  });

  it('writes it to a file, which opens again', async () => {
    const view = window().webview();
    await pressButton(view, 'Export…');
    await window().pick('JSON file…');
    await window().answerFile('plan.json');
    await eventually('there is a file', () => window().file('plan.json') !== null);
    assert.equal(JSON.parse(window().file('plan.json') ?? '').version, 1);
    await window().closeEditors();
    await window().runCommand('Plumbline: Open Saved Plan…');
    await window().answerFile('plan.json');
    await view.locator('tr[data-id]', { hasText: 'orders o' }).waitFor();
  });

  it('shows names that look like markup as names', async () => {
    const name = '<img src=x onerror=document.title=1>';
    const scan = { 'Node Type': 'Seq Scan', 'Relation Name': name, Alias: name, Filter: `(a = '${name}')` };
    const cost = { 'Startup Cost': 0, 'Total Cost': 9, 'Plan Rows': 1, 'Plan Width': 4 };
    writeFileSync(join(window().folder, 'markup.json'), JSON.stringify([{ Plan: { ...scan, ...cost } }]));
    await window().closeEditors();
    await window().runCommand('Plumbline: Open Saved Plan…');
    await window().answerFile('markup.json');
    const view = window().webview();
    await view.locator('tr[data-id]', { hasText: name }).waitFor();
    await view.getByRole('tab', { name: 'Icicle' }).click();
    await view.getByRole('treeitem', { name }).waitFor();
    assert.equal(await view.locator('img').count(), 0);
    await view.getByRole('tab', { name: 'Table' }).click();
    await window().closeEditors();
    await window().runCommand('Plumbline: Open Saved Plan…');
    await window().answerFile('saved.txt');
    await view.locator('tr[data-id]', { hasText: 'orders o' }).waitFor();
  });

  it('copies it, and opens what was copied', async () => {
    const view = window().webview();
    await pressButton(view, 'Export…');
    await window().pick('Markdown to the clipboard');
    const copied = () => window().page.evaluate<string>('navigator.clipboard.readText()');
    await eventually('the plan is on the clipboard', async () => (await copied()).includes('Index Scan'));
    await pressButton(view, 'Copy as JSON');
    await eventually('the JSON is on the clipboard', async () => (await copied()).startsWith('['));
    await window().closeEditors();
    await window().runCommand('Plumbline: Show the Plan in the Clipboard');
    await view
      .getByText(/the clipboard/)
      .first()
      .waitFor();
    await view.locator('tr[data-id]', { hasText: 'orders o' }).waitFor();
    assert.deepEqual(window().refused, []);
  });
});
