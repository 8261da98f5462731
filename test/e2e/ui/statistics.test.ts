// Exporting statistics as a person does it: a connection, what may be told, where the file goes, and what then uses it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { useRealServer } from '../../truth/support/real-server.js';
import { eventually } from '../eventually.js';
import { useWindow } from '../session.js';
import { root } from '../target.js';

describe('exporting statistics, as a person sees it', function () {
  this.timeout(180_000);
  const server = useRealServer();
  const window = useWindow(join(root, 'examples/shop'));

  it('asks what it has to know, writes the file, and offers to use it', async () => {
    const { host, port } = server();
    const database = await server().createDatabase();
    await server().run(
      database,
      'CREATE ROLE nopassword LOGIN SUPERUSER',
      `CREATE TABLE orders AS SELECT n AS id, 'state' || n % 3 AS status, 'a' || n AS note FROM generate_series(1, 900) n`,
      'ANALYZE',
    );
    await window().openFile('plumbline.jsonc');
    await window().select('host": "localhost", "port": 5432, "database": "shop_dev", "user": "shop"');
    // A quote that is typed over what is selected would be put around it.
    await window().type(
      `host": "${host}", "database": "${database}", "user": "nopassword", "ssl": "off", "port": ${port}`,
    );
    await window().save();
    await window().runCommand('Plumbline: Export Statistics…');
    await window().pick('development');
    await window().screenshot('statistics-levels');
    await window().pick('No texts');
    await window().page.getByText('public.orders.status').first().click({ timeout: 60_000 });
    await window().screenshot('statistics-columns');
    await window().page.keyboard.press('Enter');
    await window().page.locator('.quick-input-list .label-name', { hasText: 'reports' }).waitFor();
    await window().page.keyboard.press('Enter');
    await window().page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await eventually('the file is written', () => window().file('statistics.json'));
    await window().runCommand('Notifications: Show Notifications');
    await window().notification('Values are told of 2 columns and withheld of 1.').waitFor();
    await window().screenshot('statistics-exported');
    const exported = window().notification('Read the statistics of development');
    await exported.getByRole('button', { name: 'Use for Plans' }).click();
    await eventually('the configuration names it', () =>
      window().file('plumbline.jsonc')?.includes('"statistics": "statistics.json"'),
    );
    const text = window().file('statistics.json') ?? '';
    assert.match(text, /"most_common_vals":\["state/);
    assert.doesNotMatch(text, /"a1"/);
  });
});
