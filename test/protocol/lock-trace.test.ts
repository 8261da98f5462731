// What a migration locks on the embedded PostgreSQL, beside what is predicted.

import assert from 'node:assert/strict';
import { LanguageClient } from '../support/language-client.js';

const TABLES = `CREATE TABLE users (id bigint PRIMARY KEY, email text);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint);
`;
const CHANGE = `ALTER TABLE posts ADD FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE users ALTER COLUMN id TYPE numeric;
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
ALTER TABLE nowhere ADD COLUMN c int;
`;

describe('a lock trace', function () {
  this.timeout(60_000);
  let client: LanguageClient | undefined;

  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  async function trace(files: Readonly<Record<string, string>>, path: string) {
    client = await LanguageClient.start({ files });
    return client.request<{ kind: string; markdown?: string; message?: string }>('plumbline/traceLocks', {
      textDocument: { uri: client.uri(path) },
    });
  }

  it('shows what was seen beside what was predicted, statement by statement', async () => {
    const files = { 'migrations/01_tables.sql': TABLES, 'migrations/02_change.sql': CHANGE };
    const { kind, markdown = '' } = await trace(files, 'migrations/02_change.sql');
    assert.equal(kind, 'traced');
    const [, key = '', type = '', index = '', missing = ''] = markdown.split(/^## Line /m);
    assert.match(
      key,
      /\| public\.posts \| SHARE ROW EXCLUSIVE, read in full \| SHARE ROW EXCLUSIVE, read in full \| ✓/,
    );
    assert.match(
      type,
      /\| public\.users \| ACCESS EXCLUSIVE, written anew \| ACCESS EXCLUSIVE, written anew \| ✓/,
    );
    assert.match(index, /\| public\.users \| SHARE UPDATE EXCLUSIVE[^|]* \| – \| {2}\|/);
    assert.match(index, /outside a transaction/);
    assert.doesNotMatch(index, /✓/);
    assert.match(missing, /It failed: relation "nowhere" does not exist/);
    assert.doesNotMatch(markdown, /differs/);
  });

  it('says so of what is no migration', async () => {
    const { kind, message } = await trace({ 'report.sql': 'SELECT 1;' }, 'report.sql');
    assert.equal(kind, 'failed');
    assert.match(message ?? '', /no migration/);
  });
});
