// The plan viewer without a mouse, and as those hear it who do not see it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { useWindow } from '../session.js';
import { root } from '../target.js';
import { planRows } from './plan-view.js';

describe('the plan viewer, by keyboard alone', function () {
  this.timeout(180_000);
  const window = useWindow(join(root, 'examples/shop'));
  const press = (key: string) => window().page.keyboard.press(key);
  const focused = () => window().webview().locator(':focus');

  before(async () => {
    await window().openFile('reports/revenue_by_product.sql');
    await window().hideSideBar();
    await window().select('FROM orders');
    await window().runCommand('Plumbline: Explain Query');
    await planRows(window().webview()).first().waitFor({ timeout: 90_000 });
  });

  it('reaches a node, its details, its place in the query, and comes back', async () => {
    const view = window().webview();
    await eventually('the plan has the focus', async () => {
      await press('Control+2');
      return (await focused().getAttribute('aria-label', { timeout: 1000 }))?.startsWith('Sort') === true;
    });
    await press('o');
    await eventually('a letter goes to a relation', async () =>
      (await focused().getAttribute('aria-label'))?.includes('order'),
    );
    const node = (await focused().getAttribute('aria-label')) ?? '';
    await press('Enter');
    assert.equal(await focused().getAttribute('aria-label'), 'Details of the selected node');
    await view.getByRole('heading', { name: 'What it does' }).waitFor();
    await window().screenshot('plan-details');
    await press('Escape');
    assert.equal(await focused().getAttribute('aria-label'), node);

    await press('Tab');
    await press('Tab');
    assert.equal(await focused().textContent(), 'Show in query');
    await press('Enter');
    await window().page.locator('.editor-group-container.active .selected-text').first().waitFor();
    await window().runCommand('Plumbline: Show in Plan');
    await eventually(
      'the node has the focus again',
      async () => (await focused().getAttribute('aria-label')) === node,
    );
  });

  it('switches between the ways to see the plan', async () => {
    const view = window().webview();
    await view.getByRole('tab', { name: 'Table' }).focus();
    await press('ArrowRight');
    await view.getByRole('tree', { name: 'Icicle of the plan' }).waitFor();
    assert.equal(await focused().textContent(), 'Icicle');
    const rootBlock = view.getByRole('treeitem').first();
    const top = await rootBlock.evaluate((block) => block.getBoundingClientRect().top);
    assert.ok(top > 0, 'the root of the icicle is seen');
    await press('ArrowLeft');
    await planRows(view).first().waitFor();
  });

  it('tells levels, places and what is folded', async () => {
    const view = window().webview();
    const rows = planRows(view);
    const attributes = (at: number) =>
      rows
        .nth(at)
        .evaluate((row) =>
          ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-expanded'].map((name) =>
            row.getAttribute(name),
          ),
        );
    assert.deepEqual(await attributes(0), ['1', '1', '1', 'true']);
    assert.deepEqual((await attributes(1)).slice(0, 2), ['2', '1']);
    assert.match((await rows.first().getAttribute('aria-label')) ?? '', /^Sort, .*Rows [\d,]+.*Cost [\d,.]+/);
    const count = await rows.count();
    await rows.first().focus();
    await press('ArrowLeft');
    assert.equal((await attributes(0))[3], 'false');
    assert.equal(await rows.count(), 1);
    await press('ArrowRight');
    assert.equal(await rows.count(), count);
    assert.deepEqual(window().refused, []);
  });
});
