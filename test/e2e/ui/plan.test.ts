// The plan viewer as a person sees it, in every kind of theme.

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

  for (const theme of ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const) {
    it(`shows a plan as a table, an icicle and a graph in the ${theme} theme`, async () => {
      await window().setTheme(theme);
      await window().closeEditors();
      await window().openFile('reports/revenue_by_product.sql');
      await window().hideSideBar();
      await window().select('FROM orders');
      await window().runCommand('Plumbline: Explain Query');
      const view = window().webview();
      const row = view.locator('tr[data-id]', { hasText: 'order_items' }).first();
      await row.waitFor({ timeout: 90_000 });
      await row.click();
      await window().screenshot(`plan-table-${theme}`);

      await view.getByRole('tab', { name: 'Icicle' }).click();
      const block = view.locator('[role=treeitem][aria-selected=true]');
      await block.filter({ hasText: /order_items|Scan|Loop|Join/ }).waitFor();
      await window().screenshot(`plan-icicle-${theme}`);

      await view.getByRole('tab', { name: 'Graph' }).click();
      const graph = view.frameLocator('iframe.graph');
      await graph.locator('.plan-node').first().waitFor();
      await graph.locator('.plan-node.selected', { hasText: 'order_items' }).waitFor();
      await window().screenshot(`plan-graph-${theme}`);

      await view.getByRole('tab', { name: 'Table' }).click();
      assert.deepEqual(window().refused, []);
    });
  }

  for (const theme of ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const) {
    it(`says what to do about a plan in the ${theme} theme`, async () => {
      await window().setTheme(theme);
      await window().closeEditors();
      await window().openFile('reports/top_customers.sql');
      await window().select('FROM');
      await window().runCommand('Plumbline: Explain Query');
      const view = window().webview();
      const advice = view.locator('.advice details').first();
      await advice.locator('summary').click({ timeout: 90_000 });
      await view.locator('tr[aria-selected=true] .mark').waitFor();
      await advice.getByRole('button', { name: 'Copy the SQL' }).click();
      await view.getByText('Copied.').waitFor({ state: 'attached' });
      await window().screenshot(`plan-advice-${theme}`);
      assert.deepEqual(window().refused, []);
    });
  }

  it('goes from a node to its place in the query, and back', async () => {
    await window().setTheme('dark');
    await window().closeEditors();
    await window().openFile('reports/revenue_by_product.sql');
    await window().select('FROM orders');
    await window().runCommand('Plumbline: Explain Query');
    const view = window().webview();
    const row = view.locator('tr[data-id]', { hasText: 'order_items' }).first();
    await row.waitFor({ timeout: 90_000 });
    await row.click();
    await view.getByRole('button', { name: 'Show in query' }).click();
    await window().page.locator('.selected-text').first().waitFor();
    await window().screenshot('plan-place');

    await window().select('products AS p');
    await window().runCommand('Plumbline: Show in Plan');
    await view.locator('tr[aria-selected=true]', { hasText: 'products' }).waitFor();
    assert.deepEqual(window().refused, []);
  });

  it('goes from a node to the binding of an Ecto query', async () => {
    await window().closeEditors();
    await window().openFile('lib/shop/reporting.ex');
    await window().select('from o in Order,');
    await window().runCommand('Plumbline: Explain Query');
    const view = window().webview();
    const row = view.locator('tr[data-id]', { hasText: 'order_items' }).first();
    await row.waitFor({ timeout: 90_000 });
    await row.click();
    await view.getByRole('button', { name: 'Show in query' }).click();
    await window().page.locator('.editor-group-container.active .selected-text').first().waitFor();
    await window().screenshot('plan-place-ecto');
  });

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
    await window().webview().getByText('No plan from the embedded PostgreSQL').waitFor();
    await window().screenshot('plan-failed');
  });
});
