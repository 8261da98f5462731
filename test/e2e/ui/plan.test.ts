// The plan viewer as a person sees it, in both themes.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { useWindow } from '../session.js';
import { root } from '../target.js';

describe('the plan viewer, as a person sees it', function () {
  this.timeout(180_000);
  const window = useWindow(join(root, 'examples/shop'));

  for (const theme of ['dark', 'light'] as const) {
    it(`shows a plan of the embedded PostgreSQL in the ${theme} theme, by keyboard too`, async () => {
      await window().setTheme(theme);
      await window().closeEditors();
      await window().openFile('reports/revenue_by_product.sql');
      await window().hideSideBar();
      await window().select('FROM orders');
      await window().runCommand('Plumbline: Explain Query');
      const view = window().webview();
      const rows = view.locator('[role=treegrid] [role=row][aria-level]');
      await rows.first().waitFor({ timeout: 90_000 });
      assert.ok((await rows.count()) > 3);
      await view.getByText('PostgreSQL 18').first().waitFor();
      assert.equal(await view.getByText('had no effect').count(), 0);
      await rows.first().focus();
      await window().page.keyboard.press('ArrowDown');
      await window().page.keyboard.press('Enter');
      await window().screenshot(`plan-${theme}`);
      assert.deepEqual(window().refused, []);
    });
  }

  it('has a lens above each query', async () => {
    await window().openFile('reports/top_customers.sql');
    await window().codeLens('Explain').first().waitFor();
    await window().screenshot('lens');
  });

  it('says what is wrong with a query, in words', async () => {
    await window().closeEditors();
    await window().openFile('reports/top_customers.sql');
    await window().page.keyboard.press('Control+End');
    await window().type(';\nSELECT nonsense FROM customers WHERE organization_id = 1;');
    await window().select('nonsense');
    await window().runCommand('Plumbline: Explain Query');
    await window()
      .webview()
      .getByText('column "nonsense" does not exist')
      .first()
      .waitFor({ timeout: 60_000 });
    await window().screenshot('plan-failed');
  });
});
