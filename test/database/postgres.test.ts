// A configured server, with a real PostgreSQL at the other end: what a plan may cost it, and how each refusal reads.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionRequest, connectionSettings } from '../../server/src/database/connection.js';
import type { Database, Explained, ExplainRequest, Failure } from '../../server/src/database/database.js';
import type { Environment } from '../../server/src/database/password-file.js';
import { openPostgres } from '../../server/src/database/postgres.js';
import { type Major, useRealServer } from '../truth/support/real-server.js';
import { type FakeServer, pooler, serverWithoutTls, silentServer, webServer } from './support/wire.js';

const SCHEMA = [
  'CREATE TABLE notes (id int PRIMARY KEY, owner int, body text)',
  'CREATE INDEX notes_owner ON notes (owner)',
  "INSERT INTO notes SELECT n, n % 50, 'note ' || n FROM generate_series(1, 2000) n",
  'ANALYZE notes',
  `CREATE FUNCTION write_note() RETURNS int LANGUAGE plpgsql VOLATILE AS $$
     BEGIN INSERT INTO notes VALUES (-1, 0, 'written'); RETURN 1; END $$`,
  `CREATE FUNCTION looks_stable() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN write_note(); END $$`,
  `CREATE FUNCTION never_ends() RETURNS int LANGUAGE plpgsql STABLE AS $$
     BEGIN PERFORM pg_sleep(600); RETURN 1; END $$`,
];

interface Wish extends Partial<ExplainRequest> {
  readonly statement: string;
}

function ask(wish: Wish): ExplainRequest {
  return { writes: false, parameters: 0, analyze: false, ...wish };
}

function open(request: ConnectionRequest, environment: Environment = {}): Database {
  const settings = connectionSettings(request, environment);
  if (settings.kind !== 'settings') throw new Error(settings.message);
  return openPostgres(settings, environment);
}

function rootOf(answer: Explained | Failure): Record<string, unknown> {
  assert.equal(answer.kind, 'explained', JSON.stringify(answer));
  const [first] = 'plan' in answer && Array.isArray(answer.plan) ? answer.plan : [];
  return first.Plan;
}

function failureIn(answer: Explained | Failure): Failure {
  if (answer.kind === 'explained') throw new Error(`there is a plan: ${JSON.stringify(answer.plan)}`);
  return answer;
}

for (const major of [18, 15] satisfies Major[]) {
  describe(`a configured PostgreSQL ${major}`, () => {
    const server = useRealServer(major);
    let database: Database;
    let name: string;

    before(async () => {
      name = await server().createDatabase();
      await server().run(name, ...SCHEMA);
      database = open({ url: server().url(name) });
    });
    after(() => database?.close());

    it('plans a statement and names its source', async () => {
      const answer = await database.explain(ask({ statement: 'SELECT body FROM notes WHERE id = 7' }));
      assert.equal(rootOf(answer)['Index Name'], 'notes_pkey');
      assert.ok(answer.kind === 'explained');
      assert.equal(answer.source.kind, 'database');
      assert.equal(answer.source.name, `${name} on 127.0.0.1:${server().port}`);
      assert.match(answer.source.postgres, new RegExp(`^${major}\\.\\d+$`));
      assert.match(answer.source.statistics, /^\d{4}-\d\d-\d\d$/);
    });

    it('plans what writes, without writing', async () => {
      const statement = 'DELETE FROM notes WHERE id < 10';
      assert.equal(
        rootOf(await database.explain(ask({ statement, writes: true })))['Node Type'],
        'ModifyTable',
      );
      assert.deepEqual(await server().run(name, 'SELECT count(*)::int n FROM notes'), [{ n: 2000 }]);
    });

    it('plans parameters generically', async () => {
      const statement = 'SELECT * FROM notes WHERE owner = $1 AND id > $2';
      const answer = await database.explain(ask({ statement, parameters: 2 }));
      const root = JSON.stringify(rootOf(answer));
      assert.match(root, /owner = \$1/);
      assert.doesNotMatch(root, /One-Time Filter/);
      assert.ok(answer.kind === 'explained' && answer.notes.length > 0);
    });

    it('plans and measures for values, and tells the types of parameters', async () => {
      const statement = 'SELECT * FROM notes WHERE owner = $1 AND body <> $2 AND $3::int[] IS NULL';
      const values = ['3', `it's C:\\dir'; DELETE FROM notes; --`, null];
      const answer = await database.explain(ask({ statement, parameters: 3, values, analyze: true }));
      assert.ok(answer.kind === 'explained', JSON.stringify(answer));
      assert.deepEqual(answer.parameterTypes, ['integer', 'text', 'integer[]']);
      assert.equal(rootOf(answer)['Actual Rows'], 40);
      const root = JSON.stringify(rootOf(answer));
      assert.match(root, /owner = 3/);
      assert.ok(root.includes(`it''s C:`), root);
      assert.match(answer.notes.join(), /for the values that were given/);
      assert.deepEqual(await server().run(name, 'SELECT count(*)::int n FROM notes'), [{ n: 2000 }]);
    });

    it('says of a value that it is none of the type', async () => {
      const statement = 'SELECT * FROM notes WHERE owner = $1';
      const answer = failureIn(await database.explain(ask({ statement, parameters: 1, values: ['many'] })));
      assert.equal(answer.message, 'The value of $1 is wrong: invalid input syntax for type integer: "many"');
      const two = { statement: `${statement} AND body = $2 AND id = $3`, parameters: 3 };
      for (const third of ['soon', '99999999999']) {
        const values = ['1', `it's C:\\ 😀`, third];
        const wrong = failureIn(await database.explain(ask({ ...two, values })));
        assert.match(wrong.message, /^The value of \$3 is wrong: /);
      }
      const divided = { statement: 'SELECT 1 / $1::int', parameters: 1, values: ['0'] };
      assert.equal(failureIn(await database.explain(ask(divided))).message, 'division by zero');
      const few = await database.explain(ask({ statement, parameters: 1, values: [] }));
      assert.equal(failureIn(few).kind, 'wrong-values');
    });

    it('measures what reads', async () => {
      const answer = await database.explain(
        ask({ statement: 'SELECT * FROM notes WHERE owner = 3', analyze: true }),
      );
      assert.equal(rootOf(answer)['Actual Rows'], 40);
      assert.ok('Shared Hit Blocks' in rootOf(answer));
    });

    it('does not measure what writes, nor what has no values', async () => {
      const statement = 'DELETE FROM notes';
      const write = await database.explain(ask({ statement, writes: true, analyze: true }));
      assert.equal(failureIn(write).kind, 'writes');
      const lie = await database.explain(ask({ statement, writes: false, analyze: true }));
      assert.equal(failureIn(lie).kind, 'read-only');
      const blank = await database.explain(
        ask({ statement: 'SELECT * FROM notes WHERE id = $1', parameters: 1, analyze: true }),
      );
      assert.equal(failureIn(blank).kind, 'no-values');
      assert.deepEqual(await server().run(name, 'SELECT count(*)::int n FROM notes'), [{ n: 2000 }]);
    });

    it('does not measure on production', async () => {
      const production = open({ url: server().url(name), production: true });
      const statement = 'SELECT * FROM notes';
      assert.equal(failureIn(await production.explain(ask({ statement, analyze: true }))).kind, 'production');
      assert.equal(rootOf(await production.explain(ask({ statement })))['Node Type'], 'Seq Scan');
      await production.close();
    });

    it('stops a function that writes while it is planned', async () => {
      const answer = await database.explain(
        ask({ statement: 'SELECT * FROM notes WHERE id < looks_stable()' }),
      );
      assert.equal(failureIn(answer).kind, 'read-only');
      assert.deepEqual(await server().run(name, 'SELECT count(*)::int n FROM notes WHERE id < 0'), [
        { n: 0 },
      ]);
    });

    for (const [what, statement, parameters] of [
      ['by a plain statement', `SELECT 1; COMMIT; SELECT write_note()`, 0],
      ['by a parameter', `SELECT $1::int; COMMIT; SELECT write_note()`, 1],
      ['behind a comment', `SELECT 1 /* ; */ -- ;\n; ROLLBACK; SELECT write_note() --`, 0],
    ] as const) {
      it(`does not let a second statement out ${what}`, async () => {
        const answer = await database.explain(ask({ statement, parameters }));
        assert.equal(failureIn(answer).kind, 'not-explainable');
        assert.deepEqual(await server().run(name, 'SELECT count(*)::int n FROM notes WHERE id < 0'), [
          { n: 0 },
        ]);
      });
    }

    for (const parameters of [0, 1]) {
      it(`points into the statement, with ${parameters} parameters`, async () => {
        const statement = `SELECT '😀é', ${parameters === 0 ? 'id' : '$1::int'} FROM notes WHERE nme = 1`;
        const answer = failureIn(await database.explain(ask({ statement, parameters })));
        assert.ok(answer.kind === 'sql-error');
        assert.equal(answer.code, '42703');
        assert.equal(answer.position, statement.indexOf('nme'));
      });
    }

    it('says what has no plan', async () => {
      for (const statement of ['CREATE TABLE x ()', '/* no */ VACUUM notes', '  BEGIN']) {
        assert.equal(
          failureIn(await database.explain(ask({ statement }))).kind,
          'not-explainable',
          statement,
        );
      }
    });

    it('does not wait behind a lock', async () => {
      const holder = server()
        .run(name, 'BEGIN', 'LOCK notes', `SELECT pg_sleep(600)`)
        .catch(() => {});
      await until(
        async () =>
          (
            await server().run(
              name,
              `SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted
                                   AND relation = 'notes'::regclass`,
            )
          ).length > 0,
      );
      const answer = await database.explain(ask({ statement: 'SELECT * FROM notes' }));
      await server().run(
        name,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'`,
      );
      await holder;
      assert.equal(failureIn(answer).kind, 'locked');
    });

    it('ends what does not end by itself', async () => {
      const statement = 'SELECT * FROM notes WHERE id = never_ends()';
      const answer = await database.explain(ask({ statement, timeoutMs: 200 }));
      assert.equal(failureIn(answer).kind, 'timeout');
      await until(async () => (await ours()).length === 0);
    });

    for (const [what, parameters] of [
      ['in the clear', {}],
      ['under TLS', { sslmode: 'no-verify' }],
    ] as const) {
      it(`cancels on the server ${what}`, async () => {
        const other = open({ url: server().url(name, parameters) });
        const stop = new AbortController();
        const statement = 'SELECT * FROM notes WHERE id = never_ends()';
        const pending = other.explain(ask({ statement, timeoutMs: 60_000 }), stop.signal);
        await until(async () => (await ours()).length === 1);
        stop.abort();
        assert.equal(failureIn(await pending).kind, 'cancelled');
        await other.close();
        await until(async () => (await ours()).length === 0);
      });
    }

    it('cancels on close', async () => {
      const other = open({ url: server().url(name) });
      const pending = other.explain(
        ask({ statement: 'SELECT never_ends() = 1 FROM notes WHERE id = never_ends()' }),
      );
      await until(async () => (await ours()).length === 1);
      await other.close();
      assert.equal(failureIn(await pending).kind, 'cancelled');
      assert.deepEqual(await ours(), []);
      assert.equal(failureIn(await other.explain(ask({ statement: 'SELECT 1' }))).kind, 'cancelled');
    });

    it('notices that its session was ended', async () => {
      const pending = database.explain(ask({ statement: 'SELECT * FROM notes WHERE id = never_ends()' }));
      await until(async () => (await ours()).length === 1);
      await server().run(
        name,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'plumbline'`,
      );
      assert.equal(failureIn(await pending).kind, 'lost');
    });

    it('notices that the connection broke', async () => {
      const between = await pooler(server().port, { strict: false });
      const through = open({ ...partsOf(name), port: between.port });
      const pending = through.explain(ask({ statement: 'SELECT * FROM notes WHERE id = never_ends()' }));
      await until(async () => (await ours()).length === 1);
      between.breakConnections();
      assert.equal(failureIn(await pending).kind, 'lost');
      await Promise.all([through.close(), between.stop()]);
      await server().run(
        name,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'plumbline'`,
      );
    });

    it('works behind a pooler that takes no settings at the start, with the same limits', async () => {
      const between = await pooler(server().port, { strict: true });
      const through = open({ ...partsOf(name), port: between.port });
      const plan = await through.explain(
        ask({ statement: 'SELECT * FROM notes WHERE owner = $1', parameters: 1 }),
      );
      assert.match(JSON.stringify(rootOf(plan)), /owner = \$1/);
      const statement = 'SELECT * FROM notes WHERE id = never_ends()';
      assert.equal(failureIn(await through.explain(ask({ statement, timeoutMs: 200 }))).kind, 'timeout');
      await Promise.all([through.close(), between.stop()]);
    });

    function partsOf(database: string): ConnectionRequest {
      const { host, user, password } = server();
      return { host, user, password, database };
    }

    function ours() {
      return server().run(
        name,
        `SELECT query FROM pg_stat_activity WHERE application_name = 'plumbline' AND state = 'active'`,
      );
    }
  });
}

describe('a connection', () => {
  const server = useRealServer();
  const fakes: FakeServer[] = [];
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
    await server().run('postgres', 'CREATE DATABASE tls_only', 'CREATE USER nopassword');
  });
  after(async () => {
    await Promise.all(fakes.map((fake) => fake.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function fake(start: Promise<FakeServer>): Promise<FakeServer> {
    const started = await start;
    fakes.push(started);
    return started;
  }

  async function explain(request: ConnectionRequest, environment: Environment = {}, signal?: AbortSignal) {
    const database = open(request, environment);
    const answer = await database.explain(ask({ statement: 'SELECT 1' }), signal);
    await database.close();
    const { password } = server();
    assert.ok(!JSON.stringify(answer).includes(password.slice(2, 8)), 'a password got out');
    return answer;
  }

  it('uses the password of the URL, of PGPASSWORD, or of the password file', async () => {
    const { password, host, port } = server();
    const bare = { url: `postgres://postgres@${host}:${port}/postgres` };
    const file = join(folder, 'pgpass');
    const escaped = password.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
    writeFileSync(file, `# ours\nelsewhere:*:*:*:no\n${host}:${port}:*:postgres:${escaped}\n`, {
      mode: 0o600,
    });
    for (const [request, environment] of [
      [{ url: server().url() }, {}],
      [bare, { PGPASSWORD: password }],
      [bare, { PGPASSFILE: file }],
      [{ url: 'postgres://' }, { PGHOST: host, PGPORT: `${port}`, PGUSER: 'postgres', PGPASSFILE: file }],
      [{ host: server().folder, port, user: 'postgres' }, {}],
    ] as const) {
      assert.equal((await explain(request, environment)).kind, 'explained', JSON.stringify(environment));
    }
    if (process.platform === 'win32') return;
    chmodSync(file, 0o644);
    assert.equal(failureIn(await explain(bare, { PGPASSFILE: file })).kind, 'unauthorized');
  });

  it('says that a password is wrong, or missing', async () => {
    const { host, port } = server();
    const wrong = failureIn(await explain({ url: `postgres://postgres:nonsense@${host}:${port}/postgres` }));
    assert.equal(wrong.kind, 'unauthorized');
    assert.match(wrong.message, /password .* is wrong/);
    const missing = failureIn(await explain({ host, port, user: 'postgres' }));
    assert.equal(missing.kind, 'unauthorized');
    assert.match(missing.message, /asks for a password/);
  });

  it('says that there is no such database', async () => {
    const answer = failureIn(await explain({ url: server().url('nowhere') }));
    assert.equal(answer.kind, 'refused');
    assert.match(answer.message, /"nowhere"/);
  });

  it('says that nobody answers', async () => {
    const gone = await silentServer();
    await gone.stop();
    const answer = failureIn(await explain({ host: 'localhost', port: gone.port }));
    assert.equal(answer.kind, 'unreachable');
    assert.match(answer.message, /Nothing answers at .*localhost/);
    assert.equal(failureIn(await explain({ host: join(folder, 'no'), port: 1 })).kind, 'unreachable');
  });

  it('says that what answers is no PostgreSQL', async () => {
    const { port } = await fake(webServer());
    assert.ok(['unreachable', 'lost'].includes(failureIn(await explain({ host: '127.0.0.1', port })).kind));
  });

  it('can be cancelled while nobody answers', async () => {
    const { port } = await fake(silentServer());
    const stop = new AbortController();
    const pending = explain({ host: '127.0.0.1', port }, {}, stop.signal);
    stop.abort();
    assert.equal(failureIn(await pending).kind, 'cancelled');
  });

  describe('by TLS', () => {
    it('trusts the authority that it is told', async () => {
      const parameters = { sslmode: 'verify-full', sslrootcert: server().certificate };
      assert.equal((await explain({ url: server().url('tls_only', parameters) })).kind, 'explained');
    });

    it('does not trust a certificate of an unknown authority', async () => {
      const answer = failureIn(await explain({ url: server().url('postgres', { sslmode: 'verify-full' }) }));
      assert.equal(answer.kind, 'refused');
      assert.match(answer.message, /certificate/);
    });

    it('says that the server wants it', async () => {
      const answer = failureIn(await explain({ url: server().url('tls_only') }));
      assert.equal(answer.kind, 'refused');
      assert.match(answer.whatToDo, /sslmode=require/);
    });

    it('says that the server has none', async () => {
      const { port } = await fake(serverWithoutTls());
      const answer = failureIn(await explain({ host: '127.0.0.1', port, ssl: 'require' }));
      assert.equal(answer.kind, 'refused');
      assert.match(answer.whatToDo, /sslmode=disable/);
    });
  });
});

/** Waits for another process; the time limit is mocha's. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
