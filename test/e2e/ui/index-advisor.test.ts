// Indexes as a person gets them: tried for a query, seen beside the plan as it is, and made by a migration.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { useWindow } from '../session.js';
import { root } from '../target.js';

describe('the index advisor, as a person sees it', function () {
  this.timeout(180_000);
  const window = useWindow(join(root, 'examples/shop'));

  it('tries the index of a piece of advice, and writes its migration', async () => {
    await window().setTheme('dark');
    await window().openFile('reports/top_customers.sql');
    await window().hideSideBar();
    await window().select('FROM');
    await window().runCommand('Plumbline: Explain Query');
    const view = window().webview();
    const advice = view.locator('.advice details').first();
    await advice.locator('summary').click({ timeout: 90_000 });
    await advice.getByRole('button', { name: 'Try index' }).click();
    await view.getByText('with an index on orders').first().waitFor({ timeout: 60_000 });
    await window().screenshotInThemes('index-tried');
    await window().runCommand('Notifications: Show Notifications');
    const said = window().notification('The estimated cost falls');
    await said.getByRole('button', { name: 'Create Migration' }).click();
    await eventually('the migration is shown to be confirmed', async () => {
      const rows = await window().previewRows();
      return rows.some(({ label }) => label.includes('orders_status_placed_at_index'));
    });
    await window().screenshot('index-migration');
    await window().discardPreview();
    assert.deepEqual(window().refused, []);
  });

  it('advises for all queries of a file', async () => {
    await window().closeEditors();
    await window().openFile('reports/daily_revenue.sql');
    await window().runCommand('Plumbline: Advise Indexes for This File');
    const pick = window().page.locator('.quick-input-list .monaco-list-row');
    await pick.first().waitFor({ timeout: 90_000 });
    await window().screenshot('index-advice');
    await window().page.keyboard.press('Enter');
    await pick.filter({ hasText: 'Create migration' }).waitFor();
    await window().page.keyboard.press('Escape');
    await window().webview().getByText('Tried as well').waitFor();
    await window().screenshot('index-page');
    assert.deepEqual(window().refused, []);
  });
});
