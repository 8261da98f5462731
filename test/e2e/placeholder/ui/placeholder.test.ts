// Proves the harness: everything that a person can see and do, on the placeholder extension.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { useWindow } from '../../session.js';

describe('the placeholder, as a person sees it', () => {
  const window = useWindow(join(import.meta.dirname, '../workspace'));

  it('underlines while typing, and explains on hover', async () => {
    const { page } = window();
    await window().openFile('001_start.sql');
    await window().squiggles('warning').first().waitFor();
    await page.keyboard.press('Control+End');
    await window().type('drop table posts;');
    await window().squiggles('warning').nth(1).waitFor();
    assert.match(await window().hover('drop table sessions', 'This table may not exist.'), /placeholder/);
    await window().screenshot('placeholder-hover');
  });

  it('offers a quick fix in the Ctrl+. menu', async () => {
    assert.deepEqual(await window().codeActions('drop table posts'), [
      'Add IF EXISTS',
      'Move to a new migration',
    ]);
    await window().applyCodeAction('drop table posts', 'Add IF EXISTS');
    await window().showsText('drop table if exists posts;');
    await window().save();
    const text = 'select * from users;\ndrop table sessions;\ndrop table if exists posts;';
    await window().fileBecomes('001_start.sql', text);
  });

  it('makes a new file only after the preview was confirmed', async () => {
    await window().applyCodeAction('drop table sessions', 'Move to a new migration');
    const rows = await window().previewRows();
    assert.ok(rows.some(({ label }) => label.startsWith('Creating moved.sql')));
    assert.ok(rows.every(({ checked }) => !checked));
    await window().screenshot('placeholder-preview');
    await window().discardPreview();
    await window().showsText('drop table sessions;');
    assert.equal(window().file('moved.sql'), null);

    await window().applyCodeAction('drop table sessions', 'Move to a new migration');
    await window().previewRows();
    await window().confirmPreview();
    await window().applyPreview();
    await window().openFile('moved.sql');
    await window().showsText('drop table sessions;');
    await window().save();
    await window().fileBecomes('moved.sql', 'drop table sessions;\n');
  });

  for (const theme of ['light', 'dark'] as const) {
    it(`shows a panel in the ${theme} theme under a strict policy`, async () => {
      await window().setTheme(theme);
      await window().closeEditors();
      await window().openFile('001_start.sql');
      await window().runCommand('Placeholder: Show Panel');
      const panel = window().webview();
      await panel.locator('button').click();
      await panel.locator('output', { hasText: 'There and back' }).waitFor();
      await window().screenshot(`placeholder-panel-${theme}`);
      assert.deepEqual(window().refused, []);
    });
  }
});
