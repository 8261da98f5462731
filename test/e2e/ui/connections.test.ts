// A plan from a server of the user's, as a person gets it: which databases there are, and what is asked before anything is run.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useRealServer } from '../../truth/support/real-server.js';
import { useWindow } from '../session.js';

describe('a connection, as a person sees it', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-connections-'));
  const server = useRealServer();
  let database: string;

  before('a project', async () => {
    database = await server().createDatabase();
    await server().run(database, 'CREATE TABLE orders AS SELECT n AS id FROM generate_series(1, 900) n');
    const { host, port, user, password } = server();
    const connections = { reporting: { host: 'db-prod.example.com', database: 'shop', user: 'reader' } };
    mkdirSync(join(folder, 'config'));
    writeFileSync(
      join(folder, 'config/dev.exs'),
      `import Config\n\nconfig :shop, Shop.Repo,\n  hostname: "${host}",\n  port: ${port},\n  username: "${user}",\n  password: System.get_env("NO_SUCH_VARIABLE") || "${password}",\n  database: "${database}"\n`,
    );
    writeFileSync(join(folder, 'plumbline.jsonc'), JSON.stringify({ connections }));
    writeFileSync(join(folder, 'old.sql'), 'DELETE FROM orders WHERE id > 100;\n');
  });
  const window = useWindow(folder);
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is chosen, and what writes is run only after a question that names it', async () => {
    const { page } = window();
    await window().openFile('old.sql');
    await window().select('orders');
    await window().runCommand('Plumbline: Explain Query on a Connection…');
    const list = page.locator('.quick-input-list');
    await list.getByText('Production: plans only, nothing is run.').waitFor();
    await list.getByText('Add a connection…').waitFor();
    await window().screenshot('connections');
    await window().pick('Use config/dev.exs');
    const view = window().webview();
    await view.getByText('config/dev.exs').first().waitFor({ timeout: 60_000 });

    const dialog = page.locator('.monaco-dialog-box');
    for (const [button, seen] of [
      ['Cancel', 'nobody agreed to it'],
      ['Run and Roll Back', 'was run and then rolled back'],
    ] as const) {
      if (button === 'Cancel') await view.getByRole('button', { name: 'Run and measure…' }).click();
      else await view.getByRole('button', { name: 'Try again' }).click();
      await dialog.getByText(`Run it in "${database}" on ${server().host} to measure it`).waitFor();
      await dialog.getByText('Triggers run').waitFor();
      await window().screenshot('measured-write');
      await dialog.getByRole('button', { name: button }).click();
      await view.getByText(seen).first().waitFor({ timeout: 60_000 });
    }
    assert.deepEqual(await server().run(database, 'SELECT count(*)::int AS n FROM orders'), [{ n: 900 }]);
    assert.deepEqual(window().refused, []);
  });
});
