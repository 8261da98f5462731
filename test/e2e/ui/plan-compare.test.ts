// Two plans of one query side by side, as a person sees them: before and after an edit.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useWindow } from '../session.js';
import { root } from '../target.js';
import { pressButton } from './plan-view.js';

const BEFORE = `Limit  (cost=33713.10..33713.12 rows=10 width=40) (actual time=131.2..131.3 rows=10 loops=1)
  ->  Sort  (cost=33713.10..33715.10 rows=800 width=40) (actual time=131.1..131.1 rows=10 loops=1)
        Sort Key: o.placed_at DESC
        Sort Method: top-N heapsort  Memory: 27kB
        ->  Hash Join  (cost=12.00..33695.81 rows=800 width=40) (actual time=0.9..130.2 rows=790 loops=1)
              Hash Cond: (o.customer_id = c.id)
              ->  Seq Scan on orders o  (cost=0.00..33680.00 rows=800 width=24) (actual time=0.3..128.7 rows=790 loops=1)
                    Filter: (status = 'failed'::text)
                    Rows Removed by Filter: 999210
              ->  Hash  (cost=8.00..8.00 rows=320 width=24) (actual time=0.4..0.4 rows=320 loops=1)
                    ->  Seq Scan on customers c  (cost=0.00..8.00 rows=320 width=24) (actual time=0.0..0.2 rows=320 loops=1)
Planning Time: 0.300 ms
Execution Time: 131.400 ms
`;
const AFTER = `Limit  (cost=12.42..14.31 rows=10 width=40) (actual time=0.2..0.4 rows=10 loops=1)
  ->  Nested Loop  (cost=0.42..602.09 rows=800 width=40) (actual time=0.2..0.4 rows=10 loops=1)
        ->  Index Scan Backward using orders_status_placed_at_index on orders o  (cost=0.42..402.09 rows=800 width=24) (actual time=0.1..0.2 rows=10 loops=1)
              Index Cond: (status = 'failed'::text)
        ->  Index Scan using customers_pkey on customers c  (cost=0.27..0.29 rows=1 width=24) (actual time=0.0..0.0 rows=1 loops=10)
              Index Cond: (id = o.customer_id)
Planning Time: 0.310 ms
Execution Time: 0.450 ms
`;

describe('two plans side by side, as a person sees them', function () {
  this.timeout(180_000);
  const window = useWindow(join(root, 'examples/shop'));

  it('opens saved plans, and compares them by keyboard too', async () => {
    writeFileSync(join(window().folder, 'before.txt'), BEFORE);
    writeFileSync(join(window().folder, 'after.txt'), AFTER);
    await window().setTheme('dark');
    await window().hideSideBar();
    await window().openFile('before.txt');
    await window().runCommand('Plumbline: Show Plan');
    const view = window().webview();
    await view
      .getByText('before.txt, measured on a server that is not named', { exact: true })
      .waitFor({ timeout: 60_000 });
    await window().closeEditors();
    await window().openFile('after.txt');
    await window().runCommand('Plumbline: Show Plan');
    await view.getByText('after.txt, measured on a server that is not named', { exact: true }).waitFor();
    await pressButton(view, 'Compare with…');
    await window().pick('before.txt');
    const table = view.getByRole('treegrid', { name: 'Comparison of two plans' });
    await table.waitFor();
    await view
      .getByText(/Seq Scan on orders o became Index Scan Backward/)
      .first()
      .waitFor();
    const rows = table.locator('tbody tr');
    assert.ok((await rows.count()) >= 6);
    await rows.first().focus();
    await window().page.keyboard.press('n');
    assert.match((await view.locator('tbody tr:focus').getAttribute('aria-label')) ?? '', /gone|became|new/);
    await window().screenshotInThemes('plan-comparison');
    assert.deepEqual(window().refused, []);
  });

  it('fits beside an editor, however wide', async () => {
    const view = window().webview();
    for (const [width, name] of [
      [860, 'narrow'],
      [2460, 'wide'],
    ] as const) {
      await window().resize(width, 800);
      for (const tab of ['Table', 'Icicle', 'Comparison']) {
        await view.getByRole('tab', { name: tab }).click();
        const [seen, all] = await view
          .locator('html')
          .evaluate((page) => [page.clientWidth, page.scrollWidth]);
        assert.equal(all, seen, `${tab} in a window of ${width}`);
        await window().screenshot(`plan-${name}-${tab.toLowerCase()}`);
      }
    }
    await window().resize(1280, 800);
  });

  it('plans a query for values, and offers the plan before', async () => {
    writeFileSync(join(window().folder, 'q.sql'), 'SELECT * FROM orders WHERE organization_id = $1;\n');
    await window().closeEditors();
    await window().openFile('q.sql');
    await window().select('FROM orders');
    await window().runCommand('Plumbline: Explain Query with Values…');
    const view = window().webview();
    await window().page.getByText('Value of $1, bigint').first().waitFor({ timeout: 90_000 });
    await window().answer('many');
    await window().page.getByText('A whole number, such as 42.').first().waitFor();
    await window().answer('42');
    await window().pick('Use them once');
    await view.locator('.notes summary').click({ timeout: 30_000 });
    await view.getByText('The plan is the one for the values that were given').first().waitFor();
    await pressButton(view, 'Compare with the plan before');
    await view.getByText('One plan is for given values, the other for any').waitFor();
    await view.getByText('Both plans do the same.').waitFor();
    await window().screenshot('plan-values-compared');
    await window().runCommand('Plumbline: Show the History of Plans…');
    await window()
      .page.locator('.quick-input-list .label-name')
      .getByText('SELECT * FROM orders')
      .first()
      .waitFor();
    await window().page.keyboard.press('Escape');
    assert.deepEqual(window().refused, []);
  });
});
