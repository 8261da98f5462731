// The tracer on the embedded server and on real ones: the same locks, rewrites and scans everywhere, and those of the
// manual where it names them.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import type { TracedStatement } from '../../server/src/database/database.js';
import { openEmbedded } from '../../server/src/database/pglite.js';
import { sessionOf } from '../../server/src/database/postgres-connection.js';
import { traceEach } from '../../server/src/database/trace.js';
import { type Major, useRealServer } from '../truth/support/real-server.js';
import { bundledWorker } from './support/embedded.js';

const SCHEMA = [
  'CREATE TABLE orgs (id bigserial PRIMARY KEY, name text)',
  `CREATE TABLE users (id bigserial PRIMARY KEY, org_id bigint, email varchar(100), age int, created timestamp, note text)`,
  'CREATE INDEX users_email ON users (email)',
  'CREATE TABLE logs (at date NOT NULL, line text) PARTITION BY RANGE (at)',
  `CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`,
  `CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')`,
  'CREATE VIEW names AS SELECT name FROM orgs',
  'CREATE MATERIALIZED VIEW counts AS SELECT org_id, count(*) FROM users GROUP BY org_id',
  'CREATE UNIQUE INDEX counts_org ON counts (org_id)',
  `CREATE TYPE mood AS ENUM ('a')`,
  'CREATE SCHEMA "Odd"',
  'CREATE TABLE "Odd"."My Table" (x int)',
];

/** In `schema.name: modes`, then `rewrites …` and `scans …`; what is not written must not be there. */
const CASES: readonly (readonly [sql: string, expected: string, since?: Major])[] = [
  ['ALTER TABLE users ADD COLUMN b int NOT NULL DEFAULT 0', 'public.users: AccessExclusiveLock'],
  [
    'ALTER TABLE users ADD COLUMN u uuid DEFAULT gen_random_uuid()',
    'public.users: ShareLock AccessExclusiveLock; rewrites public.users; scans public.users',
  ],
  ['ALTER TABLE users ALTER COLUMN email TYPE varchar(200)', 'public.users: ShareLock AccessExclusiveLock'],
  [
    'ALTER TABLE users ALTER COLUMN age TYPE bigint',
    'public.users: ShareLock AccessExclusiveLock; rewrites public.users; scans public.users',
  ],
  [
    'ALTER TABLE users ALTER COLUMN org_id SET NOT NULL',
    'public.users: AccessExclusiveLock; scans public.users',
  ],
  [
    'ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY (org_id) REFERENCES orgs (id)',
    'public.orgs: RowShareLock ShareRowExclusiveLock; public.users: ShareRowExclusiveLock; scans public.users',
  ],
  [
    'ALTER TABLE users DROP CONSTRAINT fk',
    'public.orgs: AccessExclusiveLock; public.users: AccessExclusiveLock',
  ],
  [
    'ALTER TABLE users ADD CONSTRAINT fk2 FOREIGN KEY (org_id) REFERENCES orgs (id) NOT VALID',
    'public.orgs: ShareRowExclusiveLock; public.users: ShareRowExclusiveLock',
  ],
  [
    'ALTER TABLE users VALIDATE CONSTRAINT fk2',
    'public.orgs: RowShareLock; public.users: ShareUpdateExclusiveLock; scans public.users',
  ],
  ['CREATE INDEX users_org ON users (org_id)', 'public.users: ShareLock; scans public.users'],
  [
    'CREATE INDEX CONCURRENTLY users_age ON users (age)',
    'public.users: ShareUpdateExclusiveLock; scans public.users',
  ],
  ['REINDEX INDEX CONCURRENTLY users_age', 'public.users: ShareUpdateExclusiveLock; scans public.users'],
  ['DROP INDEX CONCURRENTLY users_age', 'public.users: ShareUpdateExclusiveLock'],
  [
    'CREATE INDEX CONCURRENTLY ON "Odd"."My Table" (x)',
    'Odd.My Table: ShareUpdateExclusiveLock; scans Odd.My Table',
  ],
  ['DROP INDEX users_org', 'public.users: AccessExclusiveLock'],
  ['ALTER TABLE users RENAME COLUMN note TO remark', 'public.users: AccessExclusiveLock'],
  [
    'CREATE TABLE posts (id bigserial PRIMARY KEY, user_id bigint REFERENCES users (id))',
    'public.users: ShareRowExclusiveLock',
  ],
  [`ALTER TYPE mood ADD VALUE 'b'`, ''],
  [
    'REFRESH MATERIALIZED VIEW counts',
    'public.counts: ShareLock ExclusiveLock AccessExclusiveLock; rewrites public.counts; scans public.counts public.users',
  ],
  ['VACUUM users', 'public.users: ShareUpdateExclusiveLock'],
  ['VACUUM (FULL) users', 'public.users: AccessExclusiveLock; rewrites public.users; scans public.users'],
  [`COMMENT ON TABLE users IS 'x'`, 'public.users: ShareUpdateExclusiveLock'],
  [
    'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'public.users: ShareRowExclusiveLock',
  ],
  ['ALTER TABLE users SET (fillfactor = 70)', 'public.users: ShareUpdateExclusiveLock'],
  [
    'TRUNCATE users RESTART IDENTITY CASCADE',
    'public.posts: ShareLock AccessExclusiveLock; public.posts_id_seq: RowExclusiveLock AccessExclusiveLock; public.users: ShareLock AccessExclusiveLock; public.users_id_seq: RowExclusiveLock AccessExclusiveLock; rewrites public.posts public.users; scans public.posts public.users',
  ],
  [
    'ALTER TABLE users ADD CONSTRAINT nn CHECK (age IS NOT NULL) NOT VALID',
    'public.users: AccessExclusiveLock',
  ],
  ['ALTER TABLE users VALIDATE CONSTRAINT nn', 'public.users: ShareUpdateExclusiveLock; scans public.users'],
  ['ALTER TABLE users ALTER COLUMN age SET NOT NULL', 'public.users: AccessExclusiveLock'],
  [
    'ALTER TABLE users ADD COLUMN g int GENERATED ALWAYS AS (b * 2) STORED',
    'public.users: ShareLock AccessExclusiveLock; rewrites public.users; scans public.users',
  ],
  [
    'ALTER TABLE users ADD COLUMN v int GENERATED ALWAYS AS (b * 2) VIRTUAL',
    'public.users: AccessExclusiveLock',
    18,
  ],
  [
    'ALTER TABLE logs ADD COLUMN level int',
    'public.logs: AccessExclusiveLock; public.logs_1: AccessExclusiveLock; public.logs_2: AccessExclusiveLock',
  ],
  [
    `CREATE TABLE logs_3 PARTITION OF logs FOR VALUES FROM ('2026-03-01') TO ('2026-04-01')`,
    'public.logs: AccessExclusiveLock',
  ],
  ['CREATE TABLE loose (LIKE logs)', ''],
  [
    `ALTER TABLE logs ATTACH PARTITION loose FOR VALUES FROM ('2026-05-01') TO ('2026-06-01')`,
    'public.logs: ShareUpdateExclusiveLock; public.loose: AccessExclusiveLock; scans public.loose',
  ],
  [
    'ALTER TABLE logs DETACH PARTITION loose CONCURRENTLY',
    'public.logs: ShareUpdateExclusiveLock; public.loose: ShareUpdateExclusiveLock AccessExclusiveLock',
  ],
  ['CREATE OR REPLACE VIEW names AS SELECT name, id FROM orgs', 'public.names: AccessExclusiveLock'],
  ['UPDATE users SET age = 1 WHERE org_id = 2', 'public.users: RowExclusiveLock; scans public.users'],
  ["SELECT nextval('orgs_id_seq')", 'public.orgs_id_seq: RowExclusiveLock'],
  ['SELECT * FROM users', 'scans public.users'],
  [`LOCK TABLE users IN SHARE MODE`, 'public.users: ShareLock'],
  [
    'DROP TABLE orgs CASCADE',
    'public.names: AccessExclusiveLock; public.orgs: AccessExclusiveLock; public.orgs_id_seq: AccessExclusiveLock; public.users: AccessExclusiveLock',
  ],
  ['ALTER TABLE nowhere ADD COLUMN x int', 'error 42P01'],
];

function drawn({ locks, rewrites, scans, error }: TracedStatement): string {
  const lines = Object.entries(locks).map(([name, modes]) => `${name}: ${modes.join(' ')}`);
  if (rewrites.length > 0) lines.push(`rewrites ${rewrites.join(' ')}`);
  if (scans.length > 0) lines.push(`scans ${scans.join(' ')}`);
  if (error !== null) lines.push(`error ${error.code}`);
  return lines.join('; ');
}

function check(trace: readonly TracedStatement[], major: Major): void {
  const cases = casesFor(major);
  const actual = trace.map((statement) => `${statement.sql} → ${drawn(statement)}`);
  assert.deepEqual(
    actual,
    cases.map(([sql, expected]) => `${sql} → ${expected}`),
  );
  for (const { sql, inTransaction, observed } of trace) {
    const outside = /CONCURRENTLY|VACUUM/.test(sql);
    assert.deepEqual([inTransaction, observed], [!outside, !outside], sql);
  }
}

function casesFor(major: Major) {
  return CASES.filter(([, , since = 12]) => since <= major);
}

describe('tracing', () => {
  for (const major of [18, 15] satisfies Major[]) {
    describe(`on PostgreSQL ${major}`, () => {
      const server = useRealServer(major);

      it('sees what statements lock, rewrite and read', async () => {
        const database = await server().createDatabase();
        await server().run(database, ...SCHEMA);
        const { host, port, user, password } = server();
        const client = new Client({ host, port, user, password, database });
        await client.connect();
        try {
          const statements = casesFor(major).map(([sql]) => ({ sql, transaction: true }));
          check(await traceEach(sessionOf(client), statements), major);
        } finally {
          await client.end();
        }
      });
    });
  }

  it('sees the same on the embedded PostgreSQL', async function () {
    this.timeout(60_000);
    const embedded = openEmbedded({ worker: await bundledWorker() });
    try {
      const statements = SCHEMA.map((sql, line) => ({ sql, path: 'schema.sql', line }));
      const database = embedded.after([{ statements, transaction: false }]);
      const trace = await database.trace(CASES.map(([sql]) => ({ sql, transaction: true })));
      assert.ok(trace.kind === 'traced', JSON.stringify(trace));
      check(trace.statements, 18);
    } finally {
      await embedded.close();
    }
  });
});
