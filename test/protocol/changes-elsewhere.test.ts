// What changes outside of a document, and what its diagnostics are then: the client is told to ask again, and only then.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCapabilities, Diagnostic } from 'vscode-languageserver-protocol';
import { LanguageClient, PULLING, type StartOptions } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';
const RENAME = 'ALTER TABLE users RENAME COLUMN email TO address;\n';
const QUERY = 'SELECT email FROM users;\n';
const FOUND = 'create-index-blocking-writes';

const REFRESHING: ClientCapabilities = {
  ...PULLING,
  workspace: {
    ...PULLING.workspace,
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
  },
};

describe('changes elsewhere', function () {
  this.timeout(30_000);
  let client: LanguageClient | undefined;

  async function start(options: StartOptions) {
    client = await LanguageClient.start({ capabilities: REFRESHING, ...options });
    return client;
  }

  /** Opens a document and asks about it, as a client does that shows it. */
  async function show(editor: LanguageClient, path: string, text: string) {
    await editor.open(path, text);
    return editor.diagnostics(path);
  }

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  it('in an open migration refresh the other documents', async () => {
    const editor = await start({ files: {} });
    const text = 'ALTER TABLE users ALTER COLUMN email TYPE varchar(20);\n';
    const rewriting = (all: readonly Diagnostic[]) =>
      all.find(({ code }) => code === 'column-type-rewrites-table')?.severity;
    const unsure = rewriting(await show(editor, 'migrations/0002.sql', text));
    await show(editor, 'migrations/0001.sql', '-- soon\n');
    // Only now is the type known that it has before.
    await editor.change('migrations/0001.sql', 2, USERS);
    await editor.refreshed();
    const sure = rewriting(await editor.diagnostics('migrations/0002.sql'));
    assert.deepEqual([unsure, sure], [2, 1]);
  });

  it('on the disk refresh open documents', async () => {
    const editor = await start({ files: { 'migrations/0001.sql': USERS, 'migrations/0002.sql': RENAME } });
    const before = await show(editor, 'migrations/0002.sql', RENAME);
    writeFileSync(join(editor.folder, 'q.sql'), QUERY);
    await editor.filesChanged(['q.sql']);
    await editor.refreshed();
    assert.notDeepEqual(await editor.diagnostics('migrations/0002.sql'), before);
  });

  it('refresh nothing when every answer is still right', async () => {
    const editor = await start({ files: { 'migrations/0001.sql': USERS, 'migrations/0002.sql': INDEX } });
    await show(editor, 'migrations/0002.sql', INDEX);
    await show(editor, 'q.sql', QUERY);
    await editor.status(({ errors }) => errors === 1);
    // Keystrokes in a query, on which nothing else depends, and that the client asks about by itself.
    await editor.change('q.sql', 2, `${QUERY}SELECT * FORM users;\n`);
    await editor.status(({ errors }) => errors === 2);
    await editor.change('q.sql', 3, QUERY);
    await editor.status(({ errors }) => errors === 1);
    assert.equal(editor.refreshes, 0);
  });

  const base = (severity: string) => `{ "rules": { "${FOUND}": "${severity}" } }`;
  const extended: readonly [what: string, path: string, folders: readonly string[]][] = [
    ['a file of any name that the configuration extends', 'app/base.json', ['app']],
    ['one above the workspace folder', 'base[1].json', ['app']],
  ];
  for (const [what, path, folders] of extended) {
    it(`are watched in ${what}, which may come later`, async () => {
      const editor = await start({
        files: {
          'app/migrations/0001.sql': USERS,
          'app/migrations/0002.sql': INDEX,
          'app/plumbline.jsonc': `{ "extends": ["${path.startsWith('app/') ? 'base.json' : `../${path}`}"] }`,
        },
        folders,
      });
      const severity = async () => (await editor.diagnostics('app/migrations/0002.sql'))[0]?.severity;
      await editor.open('app/migrations/0002.sql', INDEX);
      assert.equal(await severity(), 1);
      await editor.watches(path);
      for (const [level, number] of [
        ['hint', 4],
        ['warning', 2],
      ] as const) {
        writeFileSync(join(editor.folder, path), base(level));
        await editor.filesChanged([path]);
        await editor.refreshed();
        assert.equal(await severity(), number);
      }
    });
  }

  it('are watched in what the configuration begins to extend', async () => {
    const config = '{}';
    const editor = await start({
      files: { 'migrations/0001.sql': INDEX, 'plumbline.jsonc': config, 'other.json': base('hint') },
    });
    await editor.open('plumbline.jsonc', config);
    await editor.change('plumbline.jsonc', 2, '{ "extends": ["other.json"] }');
    await editor.watches('other.json');
  });
});
