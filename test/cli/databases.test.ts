// Databases that do not answer `explain` as they should. What each server does is tested in test/database.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { inFolder, writeFiles } from '../support/command-line.js';
import { useRealServer } from '../truth/support/real-server.js';

const FILES = { 'migrations/0001.sql': 'CREATE TABLE users (id bigint);\n' };
const WORDS = ['explain', '--sql', 'select 1', '--database'];

/** A server that does that with each connection, and its URL. */
async function withServer<T>(
  answer: (socket: Socket) => void,
  work: (url: string, name: string) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    answer(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  try {
    return await work(
      `postgres://someone:secret@127.0.0.1:${address.port}/shop`,
      `shop on 127.0.0.1:${address.port}`,
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** The server's no, as PostgreSQL sends it. */
function refusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

describe('explain and its database', () => {
  it('nobody listens', () =>
    inFolder(FILES, async ({ plumbline }) => {
      const url = await withServer(
        () => {},
        async (closedSoon) => closedSoon,
      );
      const { status, complaints, output } = await plumbline([...WORDS, url]);
      assert.equal(status, 2);
      assert.equal(output, '');
      assert.match(complaints, /^Nothing answers at shop on 127\.0\.0\.1:\d+\.\n/);
      assert.doesNotMatch(complaints, /secret/);
    }));

  it('it refuses', () =>
    inFolder(FILES, ({ plumbline }) =>
      withServer(
        (socket) => socket.once('data', () => socket.end(refusal('3D000', 'database "shop" does not exist'))),
        async (url) => {
          const { status, complaints } = await plumbline([...WORDS, url]);
          assert.equal(status, 2);
          assert.match(complaints, /^Database "shop" does not exist/);
        },
      ),
    ));

  it('it is no PostgreSQL', () =>
    inFolder(FILES, ({ plumbline }) =>
      withServer(
        (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
        async (url, name) => {
          const { status, complaints } = await plumbline([...WORDS, url]);
          assert.equal(status, 2);
          assert.ok(
            complaints.startsWith(`What answers at ${name} does not speak PostgreSQL's protocol.`),
            complaints,
          );
        },
      ),
    ));

  it('it accepts and never answers, until Ctrl+C', () =>
    inFolder(FILES, ({ plumbline }) => {
      const stop = new AbortController();
      return withServer(
        () => stop.abort(),
        async (url) => {
          const { status, complaints } = await plumbline([...WORDS, url], { interrupted: stop.signal });
          assert.equal(status, 130);
          assert.equal(complaints, 'Stopped before there was an answer.\n');
        },
      );
    }));

  it('a variable that is empty names none', () =>
    inFolder(FILES, async ({ plumbline }) => {
      const environment = { DATABASE_URL: '', PGHOST: '', PGDATABASE: '' };
      const { status, output } = await plumbline(['explain', '--sql', 'select 1'], { environment });
      assert.equal(status, 0);
      assert.match(output, /embedded/i);
    }));

  it('DATABASE_URL names one', () =>
    inFolder(FILES, async ({ plumbline }) => {
      const environment = { DATABASE_URL: 'mysql://here/shop' };
      const { status, complaints } = await plumbline(['explain', '--sql', 'select 1'], { environment });
      assert.equal(status, 2);
      assert.match(complaints, /^The connection is not a PostgreSQL URL/);
    }));
});

describe('explain --analyze of a query that never ends', () => {
  const server = useRealServer();
  const FOREVER = 'select count(*) from generate_series(1, 100000000000)';

  const running = async () => {
    const [row] = await server().run(
      'postgres',
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'plumbline' AND state = 'active' AND query LIKE '%ANALYZE%'`,
    );
    return row?.n;
  };

  it('is stopped by Ctrl+C, on the server too', () =>
    inFolder(FILES, async ({ plumbline }) => {
      const stop = new AbortController();
      const words = ['explain', '--analyze', '--sql', FOREVER, '--database', server().url('postgres')];
      const called = plumbline(words, { interrupted: stop.signal });
      while ((await running()) !== 1);
      stop.abort();
      const { status, complaints } = await called;
      assert.equal(status, 130);
      assert.equal(complaints, 'Stopped before there was an answer.\n');
      while ((await running()) !== 0);
    }));
});

describe('the name of a database', () => {
  const server = useRealServer();

  for (const [words, text] of [
    [['schema'], /^Read the schema of reader \(test_\d+ on .*\), PostgreSQL 18\.\d+\.\n/],
    [['statistics', 'export'], /^Read the statistics of reader \(test_\d+ on .*\), /],
    [['explain', '--sql', 'SELECT 1'], /^$/],
  ] as const) {
    it(`is taken by ${words.join(' ')} as by the others`, async () => {
      const database = await server().createDatabase();
      const { host, port, user, password } = server();
      const connections = { reader: { host, port, user, database } };
      await inFolder({ 'plumbline.jsonc': JSON.stringify({ connections }) }, async ({ plumbline }) => {
        const environment = { PGHOST: host, PGPASSWORD: password };
        const called = await plumbline([...words, '--database', 'reader'], { environment });
        assert.equal(called.status, 0, called.text);
        assert.match(called.complaints, text);
        const unknown = await plumbline([...words, '--database', 'redaer'], { environment });
        assert.equal(unknown.status, 2);
        assert.match(
          unknown.complaints,
          /^--database is neither a URL nor the name of a connection\. Known here: "reader", "PG\* variables"\.\n/,
        );
      });
    });
  }

  it('is told when a statement fails there', async () => {
    const url = server().url(await server().createDatabase());
    await inFolder({}, async ({ plumbline }) => {
      const words = ['explain', '--sql', 'SELECT nosuch', '--database', url];
      const { complaints } = await plumbline(words);
      assert.match(complaints, /column "nosuch" does not exist\nThis is the answer of test_\d+ on .*\.\n$/);
      const { status, output } = await plumbline([...words, '--format', 'json']);
      assert.equal(status, 2);
      const { source, failed } = JSON.parse(output);
      assert.equal(source.kind, 'database');
      assert.equal(failed.kind, 'sql-error');
    });
  });
});

describe('statistics export', () => {
  const server = useRealServer();

  it('writes a file, and says what is in it and what is not', () =>
    inFolder(FILES, async ({ folder, plumbline }) => {
      const database = await server().createDatabase();
      await server().run(
        database,
        `CREATE TABLE users AS SELECT n AS id, 'kind' || n % 2 AS kind, 'a' || n AS email FROM generate_series(1, 99) n`,
        'ANALYZE users',
        'CREATE TABLE posts (id int)',
      );
      const words = [
        'statistics',
        'export',
        '--database',
        server().url(database),
        '--out',
        'statistics.json',
      ];
      const { status, output, complaints } = await plumbline([...words, '--keep', 'users.kind,users.nosuch']);
      assert.equal(status, 0, complaints);
      assert.equal(output, '');
      const [read, told, unknown, never, summary, written] = complaints.split('\n');
      assert.match(
        read ?? '',
        /^Read the statistics of test_\d+ on .*, PostgreSQL 18\.\d+: 2 tables, 3 columns\.$/,
      );
      assert.equal(told, 'Values are told of 2 columns and withheld of 1.');
      assert.equal(unknown, 'There is no column public.users.nosuch, so no values of it are told.');
      assert.equal(never, 'Never analysed: public.posts. ANALYZE them first for better plans.');
      assert.match(
        summary ?? '',
        /^The most common values .* No value of text, .* But values of public\.users\.kind/,
      );
      assert.equal(written, 'Written to statistics.json.');
      const text = readFileSync(join(folder, 'statistics.json'), 'utf8');
      assert.match(text, /"most_common_vals":\["kind1","kind0"\]/);
      assert.doesNotMatch(text, /"a1"/);

      const failed = await plumbline([...words.slice(0, -1), 'nosuch/statistics.json']);
      assert.equal(failed.status, 2);
      assert.match(failed.complaints, /nosuch\/statistics\.json cannot be written: /);
    }));
});

describe('schema --database', () => {
  const server = useRealServer();
  const SCHEMA = `
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE TABLE orgs (id bigserial PRIMARY KEY, name text DEFAULT 'new');
    CREATE TABLE users (id uuid PRIMARY KEY, org_id bigint NOT NULL REFERENCES orgs ON DELETE CASCADE, mood mood);
    CREATE INDEX ON users (org_id) WHERE mood IS NOT NULL;
    CREATE VIEW happy AS SELECT * FROM users WHERE mood = 'happy';
    COMMENT ON TABLE orgs IS 'who pays'`;

  it('prints what makes the schema, in no folder of migrations', () =>
    inFolder({}, async ({ plumbline }) => {
      const database = await server().createDatabase();
      await server().run(database, SCHEMA);
      const { status, complaints, output } = await plumbline([
        'schema',
        '--database',
        server().url(database),
      ]);
      assert.equal(status, 0);
      assert.match(complaints, /^Read the schema of test_\d+ on 127\.0\.0\.1:\d+, PostgreSQL 18\.\d+\.\n$/);
      assert.doesNotMatch(complaints + output, /secret/);
      const copy = await server().createDatabase();
      await server().run(copy, output);
      const again = await plumbline(['schema', '--database', server().url(copy)]);
      assert.equal(again.output, output);
      assert.match(output, /CREATE TABLE users/);
    }));

  it('as a history begins with it, it is the same schema', () =>
    inFolder({}, async ({ plumbline, folder }) => {
      const database = await server().createDatabase();
      await server().run(database, SCHEMA);
      const url = server().url(database);
      const { output } = await plumbline(['schema', '--database', url]);
      writeFiles(folder, { 'migrations/0001_baseline.sql': output });
      const json = async (words: readonly string[]) => {
        const { output: text } = await plumbline([...words, '--format', 'json']);
        const { tables, enums, sequences } = JSON.parse(text);
        return { tables, enums, sequences };
      };
      assert.deepEqual(await json(['schema', '--postgres', '18']), await json(['schema', '--database', url]));
    }));

  it('in the other formats', () =>
    inFolder({}, async ({ plumbline }) => {
      const database = await server().createDatabase();
      await server().run(database, SCHEMA);
      const url = server().url(database);
      const dbml = await plumbline(['schema', '--database', url, '--format', 'dbml']);
      assert.match(dbml.output, /^Ref users_org_id_fkey: users\.org_id > orgs\.id \[delete: cascade\]$/m);
      const mermaid = await plumbline(['schema', '--database', url, '--format', 'mermaid']);
      assert.match(mermaid.output, /^ {2}orgs \|\|\.\.o\{ users : "org_id"$/m);
    }));

  it('nobody listens', () =>
    inFolder({}, async ({ plumbline }) => {
      const url = await withServer(
        () => {},
        async (closedSoon) => closedSoon,
      );
      const { status, complaints, output } = await plumbline(['schema', '--database', url]);
      assert.equal(status, 2);
      assert.equal(output, '');
      assert.match(complaints, /^Nothing answers at shop on 127\.0\.0\.1:\d+\.\n/);
      assert.doesNotMatch(complaints, /secret/);
    }));

  it('it accepts and never answers, until Ctrl+C', () =>
    inFolder({}, ({ plumbline }) => {
      const stop = new AbortController();
      return withServer(
        () => stop.abort(),
        async (url) => {
          const { status, complaints } = await plumbline(['schema', '--database', url], {
            interrupted: stop.signal,
          });
          assert.equal(status, 130);
          assert.equal(complaints, 'Stopped before there was an answer.\n');
        },
      );
    }));
});
