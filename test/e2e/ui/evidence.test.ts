// What is said of a migration's locks, as a person sees it: on hover, on the way to a fix, and from a server.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { useWindow } from '../session.js';
import { root } from '../target.js';

const MIGRATION = 'priv/repo/migrations/20261116140000_add_tracking_number_to_orders.exs';

describe('the evidence for a finding, as a person sees it', () => {
  const window = useWindow(join(root, 'examples/shop'));

  it('shows on hover what a statement locks, and what is held by then', async () => {
    await window().openFile(MIGRATION);
    await window().squiggles('error').first().waitFor();
    const card = await window().hover('create index', 'still held by then');
    assert.match(card, /ACCESS EXCLUSIVE/, 'what the statement before it holds');
    await window().screenshot('hover-locks');
  });

  it('explains the steps of a fix before anything is written', async () => {
    await window().applyCodeAction('create index', 'Explain the safe path: build the index concurrently…');
    const page = window().webview();
    await page.getByText('CREATE INDEX CONCURRENTLY').first().waitFor({ timeout: 30_000 });
    await window().screenshot('safe-path');
    // Back to the editor, beside which the page stands.
    await window().page.keyboard.press('Control+1');
    await window().showsText('create index(:orders');
  });

  it('traces the migration on the embedded PostgreSQL', async () => {
    await window().runCommand('Plumbline: Trace the Locks of This Migration');
    const page = window().webview();
    await page.getByRole('heading', { name: /^Locks of/ }).waitFor({ timeout: 60_000 });
    assert.ok((await page.getByText('✓').count()) > 0);
    await window().screenshot('lock-trace');
  });
});
