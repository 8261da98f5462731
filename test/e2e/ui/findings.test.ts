// Findings and fixes as a person sees them.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { useWindow } from '../session.js';
import { root } from '../target.js';

const FOLDER = 'priv/repo/migrations';
const MIGRATION = `${FOLDER}/20261116140000_add_tracking_number_to_orders.exs`;

describe('findings and fixes, as a person sees them', () => {
  const window = useWindow(join(root, 'examples/shop'));

  it('underlines an unsafe operation of an Ecto migration, and explains it on hover', async () => {
    await window().openFile(MIGRATION);
    await window().squiggles('error').first().waitFor();
    const card = await window().hover('create index', 'blocks writes to "orders"');
    assert.match(card, /SHARE lock/);
    await window().screenshot('finding');
  });

  it('offers the fix and a suppression in the Ctrl+. menu', async () => {
    const titles = await window().codeActions('create index', 'quick-fix');
    assert.ok(titles.includes('Build the index concurrently'), titles.join(', '));
    assert.ok(titles.includes('Ignore create-index-blocking-writes here, with a reason'), titles.join(', '));
  });

  it('moves the index into a migration of its own, after it was confirmed', async () => {
    await window().applyCodeAction('create index', 'Build the index concurrently');
    const rows = await window().previewRows();
    const created = rows.find(({ label }) => /^Creating .*\.exs/.test(label));
    assert.ok(created !== undefined, rows.map(({ label }) => label).join('\n'));
    await window().screenshot('new-migration-preview');
    await window().confirmPreview();
    await window().applyPreview();
    const name = /(\d+_\w+\.exs)/.exec(created.label)?.[1] ?? '';
    await window().openFile(`${FOLDER}/${name}`);
    await window().showsText('concurrently: true');
    await window().showsText('@disable_ddl_transaction true');
    await window().showsText('@disable_migration_lock true');
    await window().screenshot('new-migration');
    await window().openFile(MIGRATION);
    await window().showsText('add :tracking_number');
    assert.ok(!(await window().text()).includes('create index'));
  });

  it('reports while a SQL migration is typed, and mends it', async () => {
    const path = 'db/sql_migrations/20260803090000_add_export_id_to_invoices.sql';
    await window().openFile(path);
    await window().squiggles('error').first().waitFor();
    await window().hover('gen_random_uuid()', 'is written anew');
    await window().screenshot('finding-sql');
    await window().page.keyboard.press('Control+End');
    await window().type('DROP INDEX invoices_number_index;');
    await window().squiggles('error').nth(1).waitFor();
    // The runner opens a transaction for each file, so the index cannot be dropped concurrently.
    const titles = await window().codeActions('gen_random_uuid()');
    assert.ok(titles.includes('Add the column first, its default after it'), titles.join(', '));
  });

  it('asks for a reason before a finding is silenced', async () => {
    await window().openFile('lib/shop/customers/customer.ex');
    await window().squiggles('warning').first().waitFor();
    await window().applyCodeAction(
      'belongs_to :price_list',
      'Ignore foreign-key-without-index here, with a reason',
    );
    await window().answer('price lists are never deleted');
    await window().showsText('# plumbline-ignore foreign-key-without-index: price lists are never deleted');
    await window().squiggles('warning').first().waitFor({ state: 'detached' });
  });
});
