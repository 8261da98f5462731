// What takes long is told to those who wait for it, and a client that does not want to hear it gets its answers all the same.

import assert from 'node:assert/strict';
import { LanguageClient, PULLING } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';

describe('progress', function () {
  this.timeout(60_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  it('may be refused, and so may all else that the server asks for', async () => {
    const editor = await LanguageClient.start({
      files: { 'migrations/0001.sql': USERS },
      capabilities: {
        ...PULLING,
        window: { workDoneProgress: true },
        workspace: {
          ...PULLING.workspace,
          diagnostics: { refreshSupport: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
      },
      refuses: [
        'window/workDoneProgress/create',
        'client/registerCapability',
        'workspace/configuration',
        'workspace/diagnostic/refresh',
      ],
    });
    client = editor;
    await editor.open('migrations/0002.sql', INDEX);
    const [found] = await editor.diagnostics('migrations/0002.sql');
    assert.equal(found?.code, 'create-index-blocking-writes');
  });

  it('of the embedded PostgreSQL goes to each request that waits for it', async () => {
    const editor = await LanguageClient.start({ files: { 'migrations/0001.sql': USERS } });
    client = editor;
    const query = 'SELECT * FROM users;\n';
    await editor.open('q.sql', query);
    const explain = (workDoneToken: string) =>
      editor.request<{ kind: string }>('plumbline/explain', {
        textDocument: { uri: editor.uri('q.sql') },
        position: { line: 0, character: 3 },
        connection: null,
        analyze: false,
        workDoneToken,
      });
    const told = (token: string) =>
      editor.progress((progress) => progress.token === token && progress.value.kind === 'report');
    assert.equal((await explain('first')).kind, 'plan');
    await told('first');
    await editor.open('migrations/0002.sql', INDEX);
    assert.equal((await explain('second')).kind, 'plan');
    assert.match((await told('second')).value.message ?? '', /Replaying|Starting/);
  });
});
