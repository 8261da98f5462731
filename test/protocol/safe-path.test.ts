// What a fix of several migrations would do, before anything is written.

import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver-protocol/node';
import { COMMANDS, type SafePathParams, type SafePathResult } from '../../server/src/hosts/lsp/extensions.js';
import { LanguageClient } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const CHANGE = `ALTER TABLE users ALTER COLUMN email SET NOT NULL;
CREATE INDEX users_id ON users (id);
`;
const PATH = 'migrations/02_change.sql';

describe('the safe path', function () {
  this.timeout(60_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  async function actions(commands: readonly string[]): Promise<readonly CodeAction[]> {
    client = await LanguageClient.start({
      files: { 'migrations/01_users.sql': USERS, [PATH]: CHANGE },
      initializationOptions: { commands },
    });
    await client.open(PATH, CHANGE);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 40 } };
    const all = await client.codeActions(PATH, range);
    return all.filter(({ title }) => title.startsWith('Explain the safe path'));
  }

  async function ask(params: SafePathParams): Promise<SafePathResult> {
    assert.ok(client !== undefined);
    return client.request<SafePathResult>('plumbline/safePath', params);
  }

  it('shows the files in order, with the locks of each statement, and what would write them', async () => {
    const [action] = await actions([COMMANDS.safePath]);
    assert.equal(action?.title, 'Explain the safe path: prove it with a CHECK first, in steps…');
    assert.equal(action.command?.command, COMMANDS.safePath);
    const params = action.command.arguments?.[0] as SafePathParams;
    const result = await ask(params);
    assert.ok(result.kind === 'path');
    const files = [...result.markdown.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(files, [
      '1. migrations/02_change.sql (changed)',
      '2. migrations/03_require_email_of_users.sql (new)',
    ]);
    assert.match(result.markdown, /SHARE UPDATE EXCLUSIVE on `users`, for a scan: reads and writes go on/);
    assert.match(result.markdown, /ACCESS EXCLUSIVE on `users`, for an instant: reads and writes wait/);
    assert.deepEqual(
      Object.values(result.edit.changeAnnotations ?? {}).map(({ needsConfirmation }) => needsConfirmation),
      [true],
    );
  });

  it('is not there for a document that has changed', async () => {
    const [action] = await actions([COMMANDS.safePath]);
    const params = action?.command?.arguments?.[0] as SafePathParams;
    const textDocument = { ...params.textDocument, version: (params.textDocument.version ?? 0) + 1 };
    const result = await ask({ ...params, textDocument });
    assert.equal(result.kind, 'failed');
  });

  it('is offered only to a client that can show it', async () => {
    assert.deepEqual(await actions([]), []);
  });
});
