// What must not happen to a server of the user's, with a real one at the other end: each danger, what the user is told, word
// for word, and that nothing has changed and the next question is answered.

import assert from 'node:assert/strict';
import { type ConnectionRequest, connectionSettings } from '../../server/src/database/connection.js';
import type { Database, Explained, ExplainRequest, Failure } from '../../server/src/database/database.js';
import { openPostgres } from '../../server/src/database/postgres.js';
import { useRealServer } from '../truth/support/real-server.js';
import {
  type FakeServer,
  otherProduct,
  pooler,
  serverWithoutTls,
  sshServer,
  statementPooler,
  webServer,
} from './support/wire.js';

const SCHEMA = [
  'CREATE TABLE notes (id serial PRIMARY KEY, owner int, body text)',
  'CREATE TABLE audit (said text)',
  'CREATE TABLE secrets (id int)',
  "INSERT INTO notes (owner, body) SELECT n % 50, 'note ' || n FROM generate_series(1, 2000) n",
  'ANALYZE notes',
  `CREATE FUNCTION write_note() RETURNS int LANGUAGE plpgsql VOLATILE AS $$
     BEGIN INSERT INTO notes VALUES (-1, 0, 'written'); RETURN 1; END $$`,
  'CREATE FUNCTION looks_stable() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN write_note(); END $$',
  'CREATE FUNCTION never_ends() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM pg_sleep(600); RETURN 1; END $$',
  `CREATE FUNCTION audit_it() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN INSERT INTO audit VALUES (TG_OP); RETURN NULL; END $$`,
  'CREATE TRIGGER notes_audit AFTER INSERT OR UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION audit_it()',
];

/** Rows, what the server counted of them, and the sequence. */
const STATE = `SELECT (SELECT md5(string_agg(n::text, ',' ORDER BY id)) FROM notes n) AS notes,
  (SELECT count(*)::int FROM audit) AS audit,
  (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS relations`;
const ACTIONS = `SELECT n_tup_ins::int + n_tup_upd::int + n_tup_del::int AS actions
  FROM pg_stat_user_tables WHERE relname = 'notes'`;

describe('a server of the user’s', () => {
  const server = useRealServer();
  const fakes: FakeServer[] = [];
  let database: Database;
  let name: string;
  let before_: unknown;

  before(async () => {
    name = await server().createDatabase();
    await server().run(name, ...SCHEMA, "CREATE USER reader PASSWORD 'reads'");
    database = open({ url: server().url(name) });
    before_ = await server().run(name, STATE);
  });

  afterEach(async () => {
    assert.deepEqual(await server().run(name, STATE), before_, 'something was changed');
    const answer = await database.explain(ask('SELECT 1'));
    assert.equal(answer.kind, 'explained', 'no answer afterwards');
    await until(async () => (await ours()).length === 0);
  });

  after(async () => {
    await database?.close();
    await Promise.all(fakes.map((fake) => fake.stop()));
  });

  it('is not written to by a plan', async () => {
    assert.equal(
      told(await database.explain(ask('SELECT * FROM notes WHERE id < looks_stable()'))),
      'The statement, or a function that it calls, tries to write: cannot execute INSERT in a read-only transaction.\n' +
        'Nothing was written: the transaction is a read-only one.',
    );
  });

  for (const [language, body] of [
    ['plpgsql', "BEGIN INSERT INTO notes VALUES (-1, 0, 'written'); RETURN 1; END"],
    ['sql', "INSERT INTO notes VALUES (-1, 0, 'written') RETURNING 1"],
  ]) {
    it(`is not written to by a function in ${language} that is not marked as writing`, async () => {
      const called = `writes_in_${language}`;
      await server().run(
        name,
        `CREATE FUNCTION ${called}() RETURNS int LANGUAGE ${language} STABLE AS $$ ${body} $$`,
      );
      for (const analyze of [false, true]) {
        const text = `SELECT * FROM notes WHERE id < ${called}()`;
        assert.equal(
          told(await database.explain(ask(text, { analyze }))),
          'INSERT is not allowed in a non-volatile function\nNothing was written: the transaction was rolled back.',
        );
      }
    });
  }

  it('is not written to by what is measured and does not say that it writes', async () => {
    for (const statement of [
      'SELECT write_note()',
      'SELECT looks_stable() FROM notes LIMIT 1',
      "SELECT nextval('notes_id_seq')",
      'WITH gone AS (DELETE FROM notes RETURNING id) SELECT * FROM gone',
    ]) {
      const answer = await database.explain(ask(statement, { analyze: true, measureWrites: true }));
      assert.match(
        told(answer),
        /tries to write: cannot execute \w+.* in a read-only transaction\./,
        statement,
      );
    }
  });

  it('keeps no table of SELECT INTO, which a read-only transaction lets EXPLAIN ANALYZE make', async () => {
    const answer = await database.explain(ask('SELECT id INTO elsewhere FROM notes', { analyze: true }));
    assert.equal(answer.kind, 'explained');
    assert.deepEqual(await server().run(name, "SELECT to_regclass('elsewhere') AS it"), [{ it: null }]);
  });

  it('does not let go of read-only', async () => {
    const statement = "SELECT set_config('transaction_read_only', 'off', true), write_note()";
    const answer = await database.explain(ask(statement, { analyze: true }));
    assert.match(told(answer), /transaction read-write mode must be set before any query/);
  });

  for (const [statement, parameters] of [
    ['SELECT 1; COMMIT; SELECT write_note()', 0],
    ['SELECT $1::int; COMMIT; SELECT write_note()', 1],
    ['SELECT 1; DELETE FROM notes', 0],
    ['DELETE FROM notes; COMMIT', 0],
  ] as const) {
    it(`is not given two statements: ${statement}`, async () => {
      for (const writes of [false, true]) {
        const values = parameters === 0 ? undefined : ['1'];
        const wish = { parameters, writes, values, analyze: true, measureWrites: true };
        assert.equal(
          told(await database.explain(ask(statement, wish))),
          'This is more than one statement, and a plan is made for one at a time.\nChoose one of them.',
        );
      }
    });
  }

  for (const statement of [
    'COMMIT',
    'VACUUM notes',
    'TRUNCATE notes',
    'DROP TABLE notes',
    "COPY notes TO PROGRAM 'cat'",
    'DO $$ BEGIN PERFORM write_note(); COMMIT; END $$',
    'CALL nothing()',
    'CREATE INDEX ON notes (owner)',
  ]) {
    it(`is not made to do ${statement}`, async () => {
      const wish = { analyze: true, writes: true, measureWrites: true };
      assert.equal(
        told(await database.explain(ask(statement, wish))),
        'PostgreSQL has plans only for SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES and CREATE TABLE AS.',
      );
    });
  }

  describe('when what writes is to be measured', () => {
    const statement = "INSERT INTO notes (owner, body) SELECT 1, 'new' FROM generate_series(1, 3)";

    it('runs nothing without consent', async () => {
      const actions = await server().run(name, ACTIONS);
      assert.equal(
        told(await database.explain(ask(statement, { writes: true, analyze: true }))),
        'Measuring runs the statement, and this one writes.\n' +
          'Ask for its plan without measuring, or measure it on a database of yours that is not production.',
      );
      assert.deepEqual(await server().run(name, ACTIONS), actions);
    });

    it('runs it, rolls it back, and says what stays', async () => {
      const wish = { writes: true, analyze: true, measureWrites: true };
      const answer = await database.explain(ask(statement, wish));
      assert.ok(answer.kind === 'explained', JSON.stringify(answer));
      const text = JSON.stringify(answer.plan);
      assert.match(text, /"Trigger Name":\s*"notes_audit".*?"Calls":\s*3/);
      assert.deepEqual(answer.notes, [
        'The statement was run and then rolled back: all rows are as they were. Numbers that sequences gave are used up.',
        'What is deferred to the end of a transaction, such as deferred constraints, was not run and is not in the times.',
      ]);
      const [row] = await server().run(name, "SELECT nextval('notes_id_seq')::int AS next");
      assert.ok(Number(row?.next) >= 2004, 'the sequence went on');
    });

    for (const [what, text, parameters] of [
      ['DELETE with values', 'DELETE FROM notes WHERE owner = $1', 1],
      ['UPDATE', "UPDATE notes SET body = 'x'", 0],
      ['a writing CTE', 'WITH gone AS (DELETE FROM notes RETURNING id) SELECT count(*) FROM gone', 0],
      ['CREATE TABLE AS', 'CREATE TABLE elsewhere AS SELECT * FROM notes', 0],
      ['MERGE', 'MERGE INTO notes n USING audit a ON false WHEN NOT MATCHED BY SOURCE THEN DELETE', 0],
    ] as const) {
      it(`measures ${what}`, async () => {
        const values = parameters === 0 ? undefined : ['3'];
        const wish = { writes: true, analyze: true, measureWrites: true, parameters, values };
        const answer = await database.explain(ask(text, wish));
        assert.ok(answer.kind === 'explained', JSON.stringify(answer));
        assert.match(JSON.stringify(answer.plan), /"Actual Rows"/);
      });
    }

    it('says what is wrong with it', async () => {
      const text = 'INSERT INTO notes (id, owner) VALUES (1, 1), (nope, 2)';
      const answer = await database.explain(ask(text, { writes: true, analyze: true, measureWrites: true }));
      assert.ok(answer.kind === 'sql-error');
      assert.equal(answer.position, text.indexOf('nope'));
      const twice = ask('INSERT INTO notes (id) VALUES (1)', {
        writes: true,
        analyze: true,
        measureWrites: true,
      });
      assert.match(told(await database.explain(twice)), /duplicate key value violates .*already exists/);
    });

    it('does not wait behind the lock of a row', async () => {
      const holder = server()
        .run(name, 'BEGIN', 'SELECT * FROM notes WHERE id = 5 FOR UPDATE', 'SELECT pg_sleep(600)')
        .catch(() => {});
      await until(async () => (await sleepers()).length === 1);
      const wish = { writes: true, analyze: true, measureWrites: true };
      const answer = await database.explain(ask("UPDATE notes SET body = 'x' WHERE id = 5", wish));
      await endSleepers();
      await holder;
      assert.equal(
        told(answer),
        'Another session holds a lock on a table or a row of this statement, and running it would have to wait for it.\n' +
          'Try again when that session is done; pg_stat_activity shows who it is.',
      );
    });

    it('is left as it was when the connection breaks in the middle', async () => {
      const between = await fake(pooler(server().port, { strict: false }));
      const through = open({ ...parts(), port: between.port });
      const wish = { writes: true, analyze: true, measureWrites: true };
      const pending = through.explain(ask('DELETE FROM notes WHERE id = never_ends() OR id > 0', wish));
      await until(async () => (await ours()).length === 1);
      between.breakConnections();
      assert.equal(
        told(await pending),
        `${name} on 127.0.0.1:${between.port} went away before it answered.\nTry again.`,
      );
      await through.close();
      await server().run(
        name,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'plumbline'",
      );
    });

    it('is left as it was when the user cancels, or the time is over', async () => {
      const wish = { writes: true, analyze: true, measureWrites: true };
      const text = 'DELETE FROM notes WHERE id = never_ends() OR id > 0';
      const stop = new AbortController();
      const pending = database.explain(ask(text, wish), stop.signal);
      await until(async () => (await ours()).length === 1);
      stop.abort();
      assert.equal(told(await pending), 'Stopped before there was an answer.');
      assert.equal(
        told(await database.explain(ask(text, { ...wish, timeoutMs: 300 }))),
        `${name} on 127.0.0.1:${server().port} gave no answer within 0.3 s, so the statement was stopped.\n` +
          'Measuring runs the whole statement: ask for its plan without measuring, or measure a part of it.',
      );
    });

    for (const [by, request] of [
      ['its setting', { production: true }],
      ['the name of the connection', { name: 'shop-prod' }],
    ] as const) {
      it(`is not touched if it is production by ${by}`, async () => {
        const actions = await server().run(name, ACTIONS);
        const production = open({ url: server().url(name), ...request });
        const place = `${name} on 127.0.0.1:${server().port}`;
        const shown = 'name' in request ? `${request.name} (${place})` : place;
        for (const writes of [true, false]) {
          const text = writes ? 'DELETE FROM notes' : 'SELECT count(*) FROM notes';
          assert.equal(
            told(await production.explain(ask(text, { writes, analyze: true, measureWrites: true }))),
            `${shown} is a production database, and measuring would run the statement there.\n` +
              'Ask for the plan without measuring, or measure on a copy. If it is none: "production": false of that database, under "connections" in plumbline.jsonc, says so.',
          );
        }
        const plan = await production.explain(ask('DELETE FROM notes', { writes: true }));
        assert.equal(plan.kind, 'explained');
        await production.close();
        assert.deepEqual(await server().run(name, ACTIONS), actions);
      });
    }
  });

  it('is asked to stop by TLS with a checked certificate, too', async () => {
    const url = server().url(name, { sslmode: 'verify-full', sslrootcert: server().certificate });
    const other = open({ url });
    const stop = new AbortController();
    const statement = 'SELECT * FROM notes WHERE id = never_ends()';
    const pending = other.explain(ask(statement, { timeoutMs: 600_000 }), stop.signal);
    await until(async () => (await ours()).length === 1);
    stop.abort();
    assert.equal(told(await pending), 'Stopped before there was an answer.');
    await other.close();
    await until(async () => (await ours()).length === 0);
  });

  it('says that somebody there stopped the statement', async () => {
    const pending = database.explain(
      ask('SELECT * FROM notes WHERE id = never_ends()', { timeoutMs: 600_000 }),
    );
    await until(async () => (await ours()).length === 1);
    await server().run(
      name,
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'plumbline' AND query ~ 'never_ends'",
    );
    assert.equal(
      told(await pending),
      `Somebody stopped the statement on ${name} on 127.0.0.1:${server().port}.\nAsk who looks after it, or try again.`,
    );
  });

  it('says which right is missing', async () => {
    const reader = open({ ...parts(), user: 'reader', password: 'reads', port: server().port });
    assert.equal(
      told(await reader.explain(ask('SELECT * FROM secrets'))),
      'Permission denied for table secrets.\n' +
        'EXPLAIN needs the rights that running the statement needs: connect as a user who has them.',
    );
    await reader.close();
  });

  it('keeps its limits behind a pooler that drops settings without a word', async () => {
    const between = await fake(pooler(server().port, { strict: false, drops: true }));
    const through = open({ ...parts(), port: between.port });
    const answer = await through.explain(
      ask('SELECT * FROM notes WHERE id = never_ends()', { timeoutMs: 300 }),
    );
    assert.match(told(answer), /gave no answer within 0\.3 s, so the statement was stopped\./);
    assert.match(
      told(await through.explain(ask('SELECT * FROM notes WHERE id < looks_stable()'))),
      /read-only/,
    );
    const measured = await through.explain(ask('SELECT write_note()', { analyze: true }));
    assert.match(told(measured), /read-only/);
    await through.close();
  });

  it('leaves no prepared statement to the next one who is given the connection', async () => {
    const between = await fake(pooler(server().port, { strict: false, logs: true }));
    const through = open({ ...parts(), port: between.port });
    const answer = await through.explain(ask('SELECT * FROM notes WHERE owner = $1', { parameters: 1 }));
    assert.equal(answer.kind, 'explained');
    assert.match(between.sent(), /ROLLBACK; DEALLOCATE plumbline_\w+/);
    await through.close();
  });

  it('says so behind a pooler of single statements', async () => {
    const { port } = await fake(statementPooler());
    assert.equal(
      told(await openAt(port).explain(ask('SELECT 1'))),
      `shop on 127.0.0.1:${port} is a pooler that does not do this: transaction blocks not allowed in statement pooling mode.\n` +
        'Connect to the server itself, or to a pool in session or transaction mode.',
    );
  });

  it('says that it is too old, or another product', async () => {
    const old = await fake(otherProduct('110022', '11.22', 'PostgreSQL 11.22 on x86_64-pc-linux-gnu'));
    assert.equal(
      told(await openAt(old.port).explain(ask('SELECT 1'))),
      `shop on 127.0.0.1:${old.port} is PostgreSQL 11.22, and plans need 12 or later.\n` +
        'The embedded PostgreSQL shows which indexes could serve the query.',
    );
    const other = await fake(otherProduct('130000', '13.0.0', 'CockroachDB CCL v24.1.0'));
    assert.equal(
      told(await openAt(other.port).explain(ask('SELECT 1'))),
      `shop on 127.0.0.1:${other.port} is not PostgreSQL, but CockroachDB CCL v24.1.0.\n` +
        'Its plans are of another kind, which Plumbline does not read.',
    );
  });

  it('says that another program answers', async () => {
    for (const start of [webServer, sshServer]) {
      for (const ssl of ['disable', 'no-verify']) {
        const { port } = await fake(start());
        const answer = await openAt(port, ssl).explain(ask('SELECT 1'));
        assert.equal(
          told(answer),
          `What answers at shop on 127.0.0.1:${port} does not speak PostgreSQL's protocol.\n` +
            `Check the host and the port, which is ${port}.`,
          `${start.name} ${ssl}`,
        );
      }
    }
  });

  it('says what is wrong with a password', async () => {
    const { host, port, user } = server();
    const place = `${name} on ${host}:${port}`;
    for (const [password, expected] of [
      [
        'nonsense',
        `The password of the user "${user}" for ${place} is wrong, or there is no such user.\n` +
          'Give the password anew, in the connection URL, PGPASSWORD or the password file.',
      ],
      [
        undefined,
        `${place} asks for a password of the user "${user}", and none that fits is known.\n` +
          'Give it in the connection URL, PGPASSWORD or the password file.',
      ],
    ] as const) {
      const other = open({ host, port, user, database: name, password });
      assert.equal(told(await other.explain(ask('SELECT 1'))), expected);
    }
  });

  it('says what is wrong with TLS', async () => {
    const { host, port, user, password } = server();
    await server().run('postgres', 'DROP DATABASE IF EXISTS tls_only', 'CREATE DATABASE tls_only');
    const plain = await fake(serverWithoutTls());
    const trust =
      'Name its authority with sslrootcert=FILE or PGSSLROOTCERT, or, if you know what you give up, set sslmode=no-verify ("ssl": "require" in the configuration).';
    const cases: readonly [ConnectionRequest, string][] = [
      [
        { host, port, ssl: 'disable' },
        `tls_only on ${host}:${port} refused the connection: pg_hba.conf rejects connection for host "127.0.0.1", user "postgres", database "tls_only", no encryption.\n` +
          'Check the user name. If the server wants TLS, set sslmode=require ("ssl": "require" in the configuration); else ask for an entry in pg_hba.conf.',
      ],
      [
        { host, port, ssl: 'verify-full' },
        `The certificate of tls_only on ${host}:${port} cannot be trusted: self-signed certificate.\n${trust}`,
      ],
      [
        { host: '127.0.0.1', port: plain.port, ssl: 'require' },
        `tls_only on 127.0.0.1:${plain.port} offers no TLS, and a password would travel in the clear.\n` +
          'If that is fine on your network, set sslmode=disable ("ssl": "off" in the configuration).',
      ],
    ];
    for (const [request, expected] of cases) {
      const other = open({ user, password, database: 'tls_only', ...request });
      assert.equal(told(await other.explain(ask('SELECT 1'))), expected);
    }
    await server().run('postgres', 'DROP DATABASE tls_only');
  });

  it('says that there is no such host', async () => {
    assert.equal(
      told(
        await open({ host: 'nowhere.invalid', database: 'shop', ssl: 'disable' }).explain(ask('SELECT 1')),
      ),
      'There is no host of that name for shop on nowhere.invalid.\nCheck the host.',
    );
  });

  function parts(): ConnectionRequest {
    const { host, user, password } = server();
    return { host, user, password, database: name };
  }

  function openAt(port: number, ssl = 'disable'): Database {
    return open({ host: '127.0.0.1', port, database: 'shop', user: 'ann', password: 'x', ssl });
  }

  async function fake<T extends FakeServer>(start: Promise<T>): Promise<T> {
    const started = await start;
    fakes.push(started);
    return started;
  }

  function ours() {
    return server().run(
      name,
      "SELECT query FROM pg_stat_activity WHERE application_name = 'plumbline' AND state <> 'idle'",
    );
  }

  function sleepers() {
    return server().run(
      name,
      "SELECT 1 FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep' AND state = 'active'",
    );
  }

  function endSleepers() {
    return server().run(
      name,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'",
    );
  }
});

function open(request: ConnectionRequest): Database {
  const settings = connectionSettings(request, {});
  if (settings.kind !== 'settings') throw new Error(settings.message);
  return openPostgres(settings, {});
}

function ask(statement: string, wish: Partial<ExplainRequest> = {}): ExplainRequest {
  return { statement, writes: false, parameters: 0, analyze: false, ...wish };
}

/** What the user reads. */
function told(answer: Explained | Failure): string {
  if (answer.kind === 'explained') throw new Error(`there is a plan: ${JSON.stringify(answer.plan)}`);
  return [answer.message, answer.whatToDo].filter((line) => line !== '').join('\n');
}

/** Waits for another process; the time limit is mocha's. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
