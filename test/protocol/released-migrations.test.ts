// Migrations that have run in production are shown calmly: by a version, and by a git reference.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { LanguageClient, PULLING } from '../support/language-client.js';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';

describe('released migrations', function () {
  this.timeout(30_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  async function show(editor: LanguageClient, path: string, text: string) {
    await editor.open(path, text);
    return loudness(await editor.diagnostics(path));
  }

  it('up to a version are hints without fixes', async () => {
    client = await LanguageClient.start({
      capabilities: PULLING,
      files: {
        'plumbline.jsonc': '{ "startAfter": "02" }',
        'migrations/01_users.sql': USERS,
        'migrations/02_index.sql': INDEX,
        'migrations/03_index.sql': INDEX.replace('users_email', 'users_mail'),
      },
    });
    assert.deepEqual(await show(client, 'migrations/02_index.sql', INDEX), [
      'create-index-blocking-writes 4',
    ]);
    const later = INDEX.replace('users_email', 'users_mail');
    assert.deepEqual(await show(client, 'migrations/03_index.sql', later), [
      'create-index-blocking-writes 1',
    ]);
  });

  it('of a git reference are hints, until they are changed', async () => {
    client = await LanguageClient.start({
      capabilities: PULLING,
      files: {
        'plumbline.jsonc': '{ "since": "main" }',
        'migrations/01_users.sql': USERS,
        'migrations/02_index.sql': INDEX,
      },
      prepare(folder) {
        const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, stdio: 'pipe' });
        git('init', '--quiet', '--initial-branch=main');
        git('add', '.');
        git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'start');
      },
    });
    assert.deepEqual(await show(client, 'migrations/02_index.sql', INDEX), [
      'create-index-blocking-writes 4',
    ]);
  });
});

function loudness(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .map(({ code, severity }) => `${code} ${severity}`)
    .filter((one) => one.startsWith('create-'));
}
