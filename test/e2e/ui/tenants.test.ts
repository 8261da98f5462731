// What is said of tenants, as a person sees it: above functions, at a query, as a page; and what can be answered.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { useWindow } from '../session.js';
import { root } from '../target.js';

const CONTEXT = 'lib/shop/billing.ex';
/** The query that lists the invoices of all organizations, and no other in that file. */
const QUERY = '    Repo.all(';

describe('tenants, as a person sees them', () => {
  const window = useWindow(join(root, 'examples/shop'));

  it('says above each function what keeps its queries to one tenant', async () => {
    await window().openFile(CONTEXT);
    await window().squiggles('warning').first().waitFor();
    await window().codeLens("reads every organization's invoices").waitFor();
    await window().codeLens('scoped by organization_id').first().waitFor();
    await window().screenshot('tenant-lens');
  });

  it('goes from the lens to the query, and says why', async () => {
    await window().codeLens("reads every organization's invoices").click();
    await window().hoverCard().filter({ hasText: 'nothing compares organization_id' }).waitFor();
  });

  it('offers to scope the query, and to say that all tenants are meant', async () => {
    const titles = await window().codeActions(QUERY, 'tenant-fix', 14);
    for (const title of [
      'Add organization_id to the query',
      'Say that every organization is meant here, with a reason',
      'Say in plumbline.jsonc that every organization shares "invoices"',
    ]) {
      assert.ok(titles.includes(title), titles.join(', '));
    }
  });

  it('shows how each table belongs to a tenant', async () => {
    await window().runCommand('Plumbline: Show Tenant Model');
    const page = window().webview();
    await page.getByRole('heading', { name: 'Tenants: organizations (organization_id)' }).waitFor();
    await page.getByRole('cell', { name: 'webhook_deliveries' }).first().waitFor();
    await window().screenshot('tenant-model');
    // The page stands in the place of the editor.
    await window().page.locator('.tab', { hasText: 'billing.ex' }).click();
    await window().showsText('list_overdue_invoices');
  });

  it('changes the configuration after it was confirmed, and then says nothing of the table', async () => {
    await window().applyCodeAction(QUERY, 'Say in plumbline.jsonc that every organization shares "invoices"');
    await window().previewRows();
    await window().confirmPreview();
    await window().applyPreview();
    await window().squiggles('warning').first().waitFor({ state: 'detached' });
    await window().codeLens("reads every organization's invoices").waitFor({ state: 'detached' });
    await window().openFile('plumbline.jsonc');
    await eventually('the table is there', async () =>
      (await window().text()).includes('"globalTables": ["invoices"]'),
    );
  });
});
