// Several workspace folders: each is a project of its own, and folders come and go.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_SETTINGS, LanguageClient, PULLING } from '../support/language-client.js';

const FOUND = 'create-index-blocking-writes';
const SHOP = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const BLOG = 'CREATE TABLE posts (id bigint PRIMARY KEY, title text);\n';
const INDEX = 'CREATE INDEX posts_title_idx ON posts (title);\n';

const FILES = {
  'shop/migrations/0001.sql': SHOP,
  'blog/migrations/0001.sql': BLOG,
  'blog/migrations/0002.sql': INDEX,
  'blog/parts/plumbline.jsonc': '{}',
};
const PATH = 'blog/migrations/0002.sql';

describe('workspace folders', function () {
  this.timeout(30_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  const folder = (editor: LanguageClient, path: string) => ({
    uri: pathToFileURL(join(editor.folder, path)).href,
    name: path,
  });

  async function schemaAt(editor: LanguageClient, path: string): Promise<string> {
    const textDocument = { uri: editor.uri(path) };
    const { sql } = await editor.request<{ sql: string }>('plumbline/schema', { textDocument });
    return sql;
  }

  it('are each read, with their own schema and settings', async () => {
    const editor = await LanguageClient.start({
      files: FILES,
      folders: ['shop', 'blog', 'blog/parts'],
      settingsOf: (uri) =>
        uri?.endsWith('/blog') ? { rules: { ...DEFAULT_SETTINGS.rules, [FOUND]: 'hint' } } : null,
    });
    client = editor;
    const { migrations, tables } = await editor.status(({ state }) => state === 'ready');
    assert.deepEqual({ migrations, tables }, { migrations: 3, tables: 2 });
    await editor.open(PATH, INDEX);
    const found = await editor.diagnostics(PATH);
    assert.deepEqual(
      found.map(({ code, severity }) => ({ code, severity })),
      [{ code: FOUND, severity: 4 }],
    );
    assert.match(await schemaAt(editor, 'shop/q.sql'), /users/);
    assert.doesNotMatch(await schemaAt(editor, 'shop/q.sql'), /posts/);
    assert.match(await schemaAt(editor, 'blog/q.sql'), /posts/);
  });

  it('come and go', async () => {
    const editor = await LanguageClient.start({
      files: FILES,
      folders: ['shop'],
      capabilities: { ...PULLING, workspace: { ...PULLING.workspace, workspaceFolders: true } },
    });
    client = editor;
    const change = (added: readonly string[], removed: readonly string[]) =>
      editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: {
          added: added.map((path) => folder(editor, path)),
          removed: removed.map((path) => folder(editor, path)),
        },
      });
    // Text that is not on the disk goes along to the new folder.
    const text = `${INDEX}CREATE TABLE drafts (id bigint PRIMARY KEY);\n`;
    await editor.open(PATH, text);
    await editor.status(({ state, migrations }) => state === 'ready' && migrations === 2);
    await change(['blog'], []);
    await editor.status(({ state, migrations }) => state === 'ready' && migrations === 3);
    assert.match(await schemaAt(editor, PATH), /drafts/);
    assert.doesNotMatch(await schemaAt(editor, 'shop/q.sql'), /drafts/);
    assert.deepEqual(
      (await editor.diagnostics(PATH)).map(({ code }) => code),
      [FOUND],
    );
    await change([], ['shop']);
    await editor.status(({ migrations }) => migrations === 2);
    assert.doesNotMatch(await schemaAt(editor, 'shop/q.sql'), /users/);
    await editor.change(PATH, 2, '');
    assert.deepEqual(await editor.diagnostics(PATH), []);
  });
});
