// The embedded server, bundled as it ships: replay that goes on, stopping what does not stop, and coming back.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Explained,
  ExplainRequest,
  Failure,
  MigrationGroup,
  Replay,
  ReplayProgress,
  Traced,
} from '../../server/src/database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../server/src/database/pglite.js';
import { bundledWorker } from './support/embedded.js';

const ENDLESS = 'DO $$ BEGIN LOOP END LOOP; END $$';
/** Deeper than the stack of WebAssembly allows, and than PostgreSQL's own check notices. */
const BREAKING = `SELECT ${'1+'.repeat(20_000)}1`;
const COUNTING = 'SELECT count(*) FROM generate_series(1, 1000000000000)';

/** Statements are parted by lines of `--`. */
function migration(path: string, text: string, transaction = true): MigrationGroup {
  let line = 1;
  const statements = text.split(/^--$/m).flatMap((part) => {
    const sql = part.trim();
    const start = line + part.slice(0, part.indexOf(sql)).split('\n').length - 1;
    line += part.split('\n').length - 1;
    return sql === '' ? [] : [{ sql, path, line: start }];
  });
  return { statements, transaction };
}

const SHOP = [
  migration('1_accounts.sql', 'CREATE TABLE accounts (id bigint PRIMARY KEY, email text, org_id bigint)'),
  migration('2_index.sql', 'CREATE INDEX CONCURRENTLY accounts_email ON accounts (email)', false),
];

function ask(statement: string, more: Partial<ExplainRequest> = {}): ExplainRequest {
  return { statement, writes: false, parameters: 0, analyze: false, ...more };
}

function rootOf(answer: Explained | Failure): Record<string, unknown> {
  assert.equal(answer.kind, 'explained', JSON.stringify(answer));
  const [first] = 'plan' in answer && Array.isArray(answer.plan) ? answer.plan : [];
  return first.Plan;
}

function replayed(answer: Replay | Failure): Replay {
  if (answer.kind !== 'replayed') throw new Error(JSON.stringify(answer));
  return answer;
}

function traced(answer: Traced | Failure): Traced {
  if (answer.kind !== 'traced') throw new Error(JSON.stringify(answer));
  return answer;
}

describe('the embedded PostgreSQL', function () {
  this.timeout(120_000);
  let worker: string;
  let embedded: EmbeddedPostgres;
  let progress: ReplayProgress[];

  before(async () => {
    worker = await bundledWorker();
    embedded = openEmbedded({ worker, onProgress: (step) => progress.push(step) });
  });
  beforeEach(() => {
    progress = [];
  });
  after(() => embedded?.close());

  describe('plans', () => {
    it('for a statement on what the migrations leave', async () => {
      const answer = await embedded.after(SHOP).explain(ask('SELECT * FROM accounts WHERE id = 7'));
      assert.equal(rootOf(answer)['Index Name'], 'accounts_pkey');
      assert.ok(answer.kind === 'explained');
      assert.match(answer.source.postgres, /^18\.\d+$/);
      assert.deepEqual(
        { ...answer.source, postgres: '' },
        {
          kind: 'embedded',
          name: 'the embedded PostgreSQL',
          postgres: '',
          statistics: 'none',
        },
      );
    });

    it('generically for parameters', async () => {
      const answer = await embedded
        .after(SHOP)
        .explain(ask('SELECT * FROM accounts WHERE id = $1', { parameters: 1 }));
      assert.equal(rootOf(answer)['Index Cond'], '(accounts.id = $1)');
    });

    it('for values of parameters, whose types it tells', async () => {
      const answer = await embedded
        .after(SHOP)
        .explain(ask('SELECT * FROM accounts WHERE id = $1', { parameters: 1, values: ['42'] }));
      assert.match(String(rootOf(answer)['Index Cond']), /^\(accounts\.id = '?42/);
      assert.ok(answer.kind === 'explained');
      assert.deepEqual(answer.parameterTypes, ['bigint']);
    });

    it('with times where nothing is written', async () => {
      const answer = await embedded.after(SHOP).explain(ask('SELECT * FROM accounts', { analyze: true }));
      assert.equal(rootOf(answer)['Actual Rows'], 0);
      const write = await embedded
        .after(SHOP)
        .explain(ask('DELETE FROM accounts', { analyze: true, writes: true }));
      assert.equal(write.kind, 'writes');
    });

    it('as in production for LIKE: a plain index does not help', async () => {
      const answer = await embedded.after(SHOP).explain(ask(`SELECT * FROM accounts WHERE email LIKE 'a%'`));
      assert.doesNotMatch(JSON.stringify(rootOf(answer)), /~>=~/);
    });

    it('not for two statements', async () => {
      const database = embedded.after(SHOP);
      for (const [statement, parameters] of [
        ['SELECT 1; COMMIT; DROP TABLE accounts', 0],
        ['SELECT $1::int; COMMIT; DROP TABLE accounts', 1],
      ] as const) {
        assert.equal((await database.explain(ask(statement, { parameters }))).kind, 'not-explainable');
      }
      rootOf(await database.explain(ask('SELECT * FROM accounts')));
    });

    it('not for what is wrong, and says where', async () => {
      const statement = `SELECT 'é😀' FROM acounts`;
      const answer = await embedded.after(SHOP).explain(ask(statement));
      assert.ok(answer.kind === 'sql-error', JSON.stringify(answer));
      assert.equal(answer.code, '42P01');
      assert.equal(answer.position, statement.indexOf('acounts'));
    });
  });

  describe('replays', () => {
    it('past what fails, and says what and where', async () => {
      const database = embedded.after([
        migration(
          'priv/1.sql',
          `CREATE TABLE posts (id int)
--
ALTER TABLE nowhere ADD COLUMN x int
--
CREATE INDEX posts_id ON posts (id)`,
        ),
        migration('priv/2.sql', 'COPY posts FROM STDIN\n--\nALTER TABLE posts ADD COLUMN title text', false),
      ]);
      const { statements, skipped, assumptions } = replayed(await database.replay());
      assert.equal(statements, 5);
      assert.deepEqual(
        skipped.map(({ path, line, code }) => ({ path, line, code })),
        [
          { path: 'priv/1.sql', line: 3, code: '42P01' },
          { path: 'priv/2.sql', line: 1, code: '0A000' },
        ],
      );
      assert.match(skipped[0]?.message ?? '', /"nowhere" does not exist/);
      assert.deepEqual(assumptions, []);
      rootOf(await database.explain(ask('SELECT title FROM posts')));
    });

    it('a migration that ends its transaction by itself, or needs none', async () => {
      const database = embedded.after([
        migration(
          '1.sql',
          'BEGIN\n--\nCREATE TABLE a (x int)\n--\nbroken\n--\nCOMMIT\n--\nCREATE TABLE b ()',
          false,
        ),
        migration(
          '2.sql',
          'CREATE TABLE c (x int)\n--\nCOMMIT\n--\nCREATE TABLE d (x int)\n--\nnonsense\n--\nCREATE TABLE e ()',
        ),
        migration('3.sql', 'CREATE INDEX CONCURRENTLY c_x ON c (x)\n--\nCREATE TABLE f ()'),
        migration('4.sql', `CREATE TYPE mood AS ENUM ('a')`),
        migration(
          '5.sql',
          `ALTER TYPE mood ADD VALUE 'b'\n--\nCREATE TABLE g (m mood DEFAULT 'b')\n--\nROLLBACK\n--\nCREATE TABLE h ()`,
        ),
      ]);
      const { skipped } = replayed(await database.replay());
      assert.deepEqual(
        skipped.map(({ sql }) => sql),
        ['broken', 'nonsense'],
      );
      rootOf(await database.explain(ask('SELECT 1 FROM a, b, c, d, e, f, g, h')));
    });

    it('each migration in a session of its own', async () => {
      const database = embedded.after([
        migration(
          '1.sql',
          `SELECT set_config('search_path', '', false)\n--\nCREATE TABLE public.a ()`,
          false,
        ),
        migration('2.sql', 'CREATE TABLE b ()\n--\nSET ROLE pg_monitor'),
        migration('3.sql', 'CREATE TABLE c ()'),
      ]);
      assert.deepEqual(replayed(await database.replay()).skipped, []);
      rootOf(await database.explain(ask('SELECT 1 FROM public.b, a, c')));
    });

    it('with the extensions that are shipped', async () => {
      const database = embedded.after([
        migration(
          '1.sql',
          `CREATE EXTENSION IF NOT EXISTS "uuid-ossp"
--
CREATE EXTENSION citext
--
CREATE EXTENSION pgcrypto WITH SCHEMA public
--
CREATE EXTENSION earthdistance CASCADE
--
CREATE EXTENSION vector
--
DO $$ BEGIN CREATE EXTENSION pg_trgm; END $$
--
CREATE EXTENSION moddatetime
--
CREATE TABLE docs (id uuid DEFAULT uuid_generate_v4(), name citext, embedding vector(3))
--
CREATE INDEX docs_embedding ON docs USING hnsw (embedding vector_l2_ops)
--
CREATE INDEX docs_name ON docs USING gin ((name::text) gin_trgm_ops)`,
        ),
      ]);
      const { skipped, assumptions } = replayed(await database.replay());
      assert.deepEqual({ skipped, assumptions }, { skipped: [], assumptions: [] });
      await database.explain(ask(`SELECT digest('x', 'sha256')`, { analyze: true }));
      const nearest = `SELECT * FROM docs ORDER BY embedding <-> '[1,2,3]' LIMIT 1`;
      rootOf(await database.explain(ask(nearest)));
    });

    it('with made-up extensions and roles where nobody has them', async () => {
      const database = embedded.after([
        migration(
          '1.sql',
          `CREATE EXTENSION IF NOT EXISTS postgis
--
CREATE EXTENSION timescaledb VERSION '2.1'
--
COMMENT ON EXTENSION postgis IS 'maps'
--
CREATE EXTENSION "../../etc/passwd"
--
CREATE TABLE notes (id int)
--
ALTER TABLE notes OWNER TO "app owner"
--
GRANT SELECT ON notes TO reader, "app owner"
--
CREATE POLICY mine ON notes TO writer USING (true)`,
        ),
      ]);
      const { skipped, assumptions } = replayed(await database.replay());
      assert.deepEqual(
        skipped.map(({ sql }) => sql),
        ['CREATE EXTENSION "../../etc/passwd"'],
      );
      assert.deepEqual(
        assumptions.map(({ kind, name }) => `${kind} ${name}`),
        ['extension postgis', 'extension timescaledb', 'role app owner', 'role reader', 'role writer'],
      );
    });

    it('with text in the place of types that nobody has', async () => {
      const database = embedded.after([
        migration(
          '1.sql',
          `CREATE EXTENSION postgis
--
CREATE TABLE places (id int PRIMARY KEY, at geometry(Point,4326) NOT NULL, ways geography(LineString,4326)[], "Cell" "H3 Index" UNIQUE)
--
CREATE INDEX places_at ON places USING gist (at)
--
CREATE INDEX places_cell ON places ("Cell")
--
CREATE TABLE visits (place int REFERENCES places, at maps.geometry(Point))
--
CREATE FUNCTION near(a geometry) RETURNS geometry LANGUAGE plpgsql AS $$ DECLARE b box3d; BEGIN RETURN a; END $$
--
CREATE DOMAIN point_of_interest AS geometry(Point,4326)
--
DROP TYPE nowhere
--
CREATE TABLE early (state status)
--
CREATE TYPE status AS ENUM ('on')
--
CREATE TABLE names (name citext)`,
        ),
      ]);
      const { skipped, assumptions } = replayed(await database.replay());
      assert.deepEqual(
        skipped.map(({ sql, part, message }) => [part ?? sql, message]),
        [
          [
            'CREATE INDEX places_at ON places USING gist (at)',
            'data type geometry has no default operator class for access method "gist"',
          ],
          ['DROP TYPE nowhere', 'type "nowhere" does not exist'],
          ['CREATE TABLE early (state status)', 'type "status" does not exist'],
        ],
      );
      assert.deepEqual(
        assumptions.map(({ kind, name }) => `${kind} ${name}`),
        [
          'extension postgis',
          'type geometry',
          'type geography',
          'type H3 Index',
          'schema maps',
          'type maps.geometry',
          'type box3d',
          'installed-extension citext',
        ],
      );
      const answer = await database.explain(
        ask(`SELECT at, near(at), name FROM places, names WHERE "Cell" = $1 ORDER BY at`, { parameters: 1 }),
      );
      assert.match(JSON.stringify(rootOf(answer)), /Index Name":"places_cell/);
      assert.ok(answer.kind === 'explained');
      const typed = await database.explain(
        ask('SELECT 1 FROM places WHERE "Cell" = $1 AND ways = $2', { parameters: 2, values: ['x', '{a}'] }),
      );
      assert.ok(typed.kind === 'explained', JSON.stringify(typed));
    });

    it('with what of a table the server takes', async () => {
      const database = embedded.after([
        migration(
          '1.sql',
          `CREATE TABLE notes (
  id uuid DEFAULT new_id() PRIMARY KEY,
  author bigint NOT NULL CONSTRAINT notes_author REFERENCES auth.users (id) ON DELETE SET NULL,
  body text COLLATE "zz-ZZ" NOT NULL,
  at geometry(Point,4326),
  far boolean GENERATED ALWAYS AS (is_far(at)) STORED,
  CHECK (length(body) < 9),
  EXCLUDE USING gist (at WITH &&)
) PARTITION BY HASH (id) TABLESPACE fast`,
        ),
        migration(
          '2.sql',
          `ALTER TABLE ONLY notes ADD COLUMN "title" text DEFAULT 'a, b', ADD COLUMN org_id int, ADD CONSTRAINT org FOREIGN KEY (org_id) REFERENCES orgs
--
ALTER TABLE notes ADD COLUMN shape text DEFAULT shape_of(1)
--
CREATE TABLE moved (id int PRIMARY KEY, score int)
--
ALTER TABLE moved DROP COLUMN id, ADD COLUMN id uuid, ADD PRIMARY KEY (id)
--
ALTER TABLE notes ADD CONSTRAINT title FOREIGN KEY (title) REFERENCES titles
--
ALTER TABLE nowhere ADD COLUMN a int, ADD COLUMN b int`,
        ),
      ]);
      const { skipped, assumptions } = replayed(await database.replay());
      assert.deepEqual(
        skipped.map(({ path, part, code }) => `${path} ${part ?? 'all'} (${code})`),
        [
          '1.sql DEFAULT new_id() (42883)',
          '1.sql CONSTRAINT notes_author REFERENCES auth.users (id) ON DELETE SET NULL (42P01)',
          '1.sql COLLATE "zz-ZZ" (42704)',
          '1.sql GENERATED ALWAYS AS (is_far(at)) STORED (42883)',
          '1.sql EXCLUDE USING gist (at WITH &&) (42704)',
          '1.sql TABLESPACE fast (42704)',
          '2.sql ADD CONSTRAINT org FOREIGN KEY (org_id) REFERENCES orgs (42P01)',
          '2.sql DEFAULT shape_of(1) (42883)',
          '2.sql all (42P01)',
          '2.sql all (42P01)',
        ],
      );
      assert.deepEqual(assumptions, [
        { kind: 'schema', name: 'auth' },
        { kind: 'type', name: 'geometry' },
      ]);
      rootOf(
        await database.explain(ask('SELECT id, author, body, at, far, title, org_id, shape FROM notes')),
      );
      const moved = await database.explain(ask('SELECT * FROM moved WHERE id = $1', { parameters: 1 }));
      assert.match(JSON.stringify(rootOf(moved)), /moved_pkey/);
    });

    it('without the statement that does not end, and the one that breaks the server', async () => {
      const other = openEmbedded({ worker, statementTimeoutMs: 3_000 });
      const database = other.after([
        migration('1.sql', 'CREATE TABLE a ()'),
        migration('2.sql', `${ENDLESS}\n--\nCREATE TABLE b ()`),
        migration('3.sql', `${BREAKING}\n--\nCREATE TABLE c ()\n--\nnonsense`, false),
      ]);
      const { skipped } = replayed(await database.replay());
      assert.deepEqual(
        skipped.map(({ sql, code }) => [sql, code]),
        [
          [ENDLESS, null],
          [BREAKING, null],
          ['nonsense', '42601'],
        ],
      );
      rootOf(await database.explain(ask('SELECT 1 FROM a, b, c')));
      await other.close();
    });

    it('not when too much does not end', async () => {
      const path = '1.sql';
      const statements = Array.from({ length: 7 }, (_, line) => ({
        sql: 'SELECT pg_sleep(600)',
        path,
        line,
      }));
      const other = openEmbedded({ worker, statementTimeoutMs: 300 });
      assert.equal((await other.after([{ statements, transaction: true }]).replay()).kind, 'timeout');
      await other.close();
    });

    it('only what is new', async () => {
      const more = [...SHOP, migration('3.sql', 'ALTER TABLE accounts ADD COLUMN name text')];
      await embedded.after(SHOP).replay();
      progress = [];
      rootOf(await embedded.after(more).explain(ask('SELECT name FROM accounts')));
      assert.ok(!progress.some(({ phase }) => phase === 'starting'), JSON.stringify(progress));
      const other = await embedded.after(SHOP).explain(ask('SELECT name FROM accounts'));
      assert.equal(other.kind, 'sql-error');
    });
  });

  describe('stops', () => {
    it('what does not end, and goes on', async () => {
      const database = embedded.after(SHOP);
      const answer = await database.explain(ask(COUNTING, { analyze: true, timeoutMs: 300 }));
      assert.equal(answer.kind, 'timeout');
      rootOf(await database.explain(ask('SELECT * FROM accounts')));
    });

    it('what is cancelled, and goes on', async () => {
      const database = embedded.after(SHOP);
      const running = database.explain(
        ask(COUNTING, { analyze: true, timeoutMs: 60_000 }),
        AbortSignal.timeout(1_000),
      );
      const waiting = database.explain(ask('SELECT * FROM accounts'));
      assert.equal((await running).kind, 'cancelled');
      rootOf(await waiting);
    });

    it('a replay, and begins it anew', async () => {
      const stop = new AbortController();
      const other = openEmbedded({
        worker,
        onProgress: ({ phase }) => phase === 'replaying' && stop.abort(),
      });
      const database = other.after([...SHOP, migration('3.sql', `DO $$ BEGIN PERFORM pg_sleep(1); END $$`)]);
      assert.equal((await database.replay(stop.signal)).kind, 'cancelled');
      assert.deepEqual(replayed(await database.replay()).skipped, []);
      await other.close();
    });

    it('with what breaks it, and comes back', async () => {
      const database = embedded.after(SHOP);
      assert.equal((await database.explain(ask(BREAKING))).kind, 'lost');
      rootOf(await database.explain(ask('SELECT * FROM accounts')));
    });

    it('what is not even begun', async () => {
      const stop = new AbortController();
      stop.abort();
      assert.equal((await embedded.after(SHOP).explain(ask('SELECT 1'), stop.signal)).kind, 'cancelled');
    });

    it('nothing that ends by itself', async () => {
      const database = embedded.after(SHOP);
      await database.replay();
      const stop = new AbortController();
      progress = [];
      const quick = database.explain(ask('SELECT 1'), stop.signal);
      stop.abort();
      assert.equal((await quick).kind, 'cancelled');
      rootOf(await database.explain(ask('SELECT 1')));
      assert.deepEqual(progress, []);
    });

    it('all on close', async () => {
      const other = openEmbedded({ worker });
      const database = other.after(SHOP);
      const running = database.explain(ask('SELECT 1'));
      await other.close();
      assert.equal((await running).kind, 'cancelled');
      assert.equal((await database.explain(ask('SELECT 1'))).kind, 'cancelled');
      await other.close();
    });
  });

  it('traces statements on a copy', async () => {
    const database = embedded.after(SHOP);
    const { statements } = traced(
      await database.trace([
        { sql: 'ALTER TABLE accounts ALTER COLUMN id TYPE numeric', transaction: true },
        { sql: 'ALTER TABLE accounts ADD COLUMN traced int', transaction: true },
        { sql: 'CREATE INDEX CONCURRENTLY again ON accounts (traced)', transaction: true },
        { sql: 'DROP TABLE nowhere', transaction: true },
      ]),
    );
    assert.deepEqual(
      statements.map(({ locks, rewrites }) => ({ locks, rewrites })),
      [
        { locks: { 'public.accounts': ['ShareLock', 'AccessExclusiveLock'] }, rewrites: ['public.accounts'] },
        { locks: { 'public.accounts': ['AccessExclusiveLock'] }, rewrites: [] },
        { locks: { 'public.accounts': ['ShareUpdateExclusiveLock'] }, rewrites: [] },
        { locks: {}, rewrites: [] },
      ],
    );
    assert.equal(statements[3]?.error?.code, '42P01');
    const after = await database.explain(ask('SELECT traced FROM accounts'));
    assert.equal(after.kind, 'sql-error', 'the trace must not be seen in plans');
  });

  describe('keeps what it replayed', () => {
    let cacheFolder: string;
    beforeEach(() => {
      cacheFolder = mkdtempSync(join(tmpdir(), 'plumbline-cache-'));
    });
    afterEach(() => rmSync(cacheFolder, { recursive: true, force: true }));

    const MIGRATIONS = [
      ...SHOP,
      migration(
        '3.sql',
        'CREATE EXTENSION pg_trgm\n--\nbroken\n--\nCREATE TABLE z (t text)\n--\nALTER TABLE z OWNER TO zoe',
      ),
    ];

    async function once(migrations: readonly MigrationGroup[]) {
      const phases = new Set<string>();
      const other = openEmbedded({ worker, cacheFolder, onProgress: ({ phase }) => phases.add(phase) });
      const database = other.after(migrations);
      const replay = replayed(await database.replay());
      const plan = rootOf(await database.explain(ask(`SELECT similarity(email, 'x') FROM accounts`)));
      await other.close();
      return { replay, plan, phases: [...phases] };
    }

    it('for the next process', async () => {
      const first = await once(MIGRATIONS);
      assert.deepEqual(first.phases, ['starting', 'replaying', 'saving']);
      const second = await once(MIGRATIONS);
      assert.deepEqual(second.phases, ['starting']);
      assert.deepEqual(second.replay, first.replay);
      assert.deepEqual(second.plan, first.plan);
      const third = await once([...MIGRATIONS, migration('4.sql', 'CREATE TABLE late ()\n--\nnonsense')]);
      assert.deepEqual(
        third.replay.skipped.map(({ sql, path }) => `${path} ${sql}`),
        ['3.sql broken', '4.sql nonsense'],
      );
    });

    it('with what did not end, for a day', async () => {
      const migrations = [...SHOP, migration('3.sql', `${ENDLESS}\n--\nCREATE TABLE b ()`)];
      const replayOnce = async () => {
        const stops: string[] = [];
        const onProgress = ({ phase }: ReplayProgress) => phase === 'starting' && stops.push(phase);
        const other = openEmbedded({ worker, cacheFolder, statementTimeoutMs: 2_000, onProgress });
        const database = other.after(migrations);
        const { skipped } = replayed(await database.replay());
        rootOf(await database.explain(ask('SELECT 1 FROM b')));
        await other.close();
        return { skipped, starts: stops.length };
      };
      const first = await replayOnce();
      assert.deepEqual(
        first.skipped.map(({ sql, code }) => [sql, code]),
        [[ENDLESS, null]],
      );
      assert.equal(first.starts, 2);
      assert.deepEqual(await replayOnce(), { ...first, starts: 1 });
      for (const name of readdirSync(cacheFolder).filter((one) => one.endsWith('.json'))) {
        const file = join(cacheFolder, name);
        const { stoppedAt, ...stored } = JSON.parse(readFileSync(file, 'utf8'));
        writeFileSync(file, JSON.stringify({ ...stored, stoppedAt: stoppedAt - 25 * 60 * 60 * 1000 }));
      }
      assert.deepEqual(await replayOnce(), first);
    });

    it('but not what is damaged', async () => {
      await once(MIGRATIONS);
      for (const name of readdirSync(cacheFolder))
        writeFileSync(join(cacheFolder, name), name.endsWith('.gz') ? 'x' : '{');
      assert.deepEqual((await once(MIGRATIONS)).phases, ['starting', 'replaying', 'saving']);
      for (const name of readdirSync(cacheFolder))
        if (name.endsWith('.gz')) writeFileSync(join(cacheFolder, name), 'x');
      assert.deepEqual((await once(MIGRATIONS)).phases, ['starting', 'replaying', 'saving']);
      assert.deepEqual((await once(MIGRATIONS)).phases, ['starting']);
    });
  });

  it('says that it cannot start', async () => {
    const other = openEmbedded({ worker: join(tmpdir(), 'nowhere', 'database-worker.cjs') });
    assert.equal((await other.after(SHOP).explain(ask('SELECT 1'))).kind, 'unavailable');
    await other.close();
  });
});
