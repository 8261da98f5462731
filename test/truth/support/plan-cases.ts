// Skewed data of many kinds and queries over it, for comparing plans. Deterministic: no random(), so that what is compared is
// the same in every run but for the sample that ANALYZE takes.

/** A number from 0 to 1 out of `g`, as good as random and always the same. */
const chance = (salt: number) => `(hashint4(g + ${salt})::bigint + 2147483648) / 4294967296.0`;

/** What migrations would leave. */
export const SCHEMA: readonly string[] = [
  'CREATE EXTENSION citext',
  'CREATE EXTENSION pg_trgm',
  `CREATE TYPE mood AS ENUM ('happy', 'sad', 'angry')`,
  'CREATE TABLE orgs (id bigserial PRIMARY KEY, name text NOT NULL, plan text NOT NULL)',
  `CREATE TABLE users (id bigserial PRIMARY KEY, org_id bigint NOT NULL REFERENCES orgs (id), email text NOT NULL,
    active boolean NOT NULL DEFAULT true, inserted_at timestamptz NOT NULL)`,
  'CREATE UNIQUE INDEX users_email ON users (email)',
  'CREATE INDEX users_org ON users (org_id)',
  'CREATE INDEX users_email_pattern ON users (email text_pattern_ops)',
  `CREATE TABLE events (id bigserial PRIMARY KEY, tenant_id bigint NOT NULL, user_id bigint, kind text NOT NULL,
    status text NOT NULL, payload jsonb, amount numeric(12,2), deleted_at timestamptz, inserted_at timestamptz NOT NULL)`,
  'CREATE INDEX events_user ON events (user_id)',
  'CREATE INDEX events_inserted ON events (inserted_at)',
  `CREATE INDEX events_pending ON events (inserted_at) WHERE status = 'pending'`,
  'CREATE INDEX events_tenant ON events (tenant_id, inserted_at DESC) INCLUDE (kind)',
  'CREATE INDEX events_at_brin ON events USING brin (inserted_at) WITH (pages_per_range = 32)',
  `CREATE TABLE docs (id uuid PRIMARY KEY, owner citext NOT NULL, mood mood NOT NULL, tags text[] NOT NULL,
    meta jsonb NOT NULL, span tstzrange, title text NOT NULL, body tsvector NOT NULL, price numeric(10,2))`,
  'CREATE INDEX docs_owner ON docs (owner)',
  'CREATE INDEX docs_tags ON docs USING gin (tags)',
  'CREATE INDEX docs_meta ON docs USING gin (meta jsonb_path_ops)',
  'CREATE INDEX docs_title_trgm ON docs USING gin (title gin_trgm_ops)',
  'CREATE INDEX docs_body ON docs USING gin (body)',
  'CREATE INDEX docs_lower ON docs (lower(title))',
  'CREATE INDEX docs_span ON docs USING gist (span)',
  'CREATE INDEX docs_price_brin ON docs USING brin (price)',
  `CREATE INDEX docs_mood ON docs (mood) WHERE mood <> 'happy'`,
  'CREATE INDEX docs_owner_hash ON docs USING hash (owner)',
  `CREATE TABLE logs (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, level int NOT NULL, message text)
    PARTITION BY RANGE (at)`,
  `CREATE TABLE logs_2024_01 PARTITION OF logs FOR VALUES FROM ('2024-01-01 00:00Z') TO ('2024-02-01 00:00Z')`,
  `CREATE TABLE logs_2024_02 PARTITION OF logs FOR VALUES FROM ('2024-02-01 00:00Z') TO ('2024-03-01 00:00Z')`,
  'CREATE INDEX logs_at ON logs (at)',
  'CREATE INDEX logs_level ON logs (level, at)',
  'CREATE MATERIALIZED VIEW org_sizes AS SELECT org_id, count(*) AS members FROM users GROUP BY org_id',
  'CREATE UNIQUE INDEX org_sizes_org ON org_sizes (org_id)',
];

/**
 * Rows for the schema.
 *
 * @param share of 1,500 organizations, 40,000 users and so on: few for their kind, so that the suite takes seconds; what
 * matters are pages and distributions
 */
export function data(share: number): readonly string[] {
  const [EVENTS, USERS, ORGS, DOCS, LOGS] = [300_000, 40_000, 1_500, 60_000, 200_000].map((n) => n * share);
  return [
    `INSERT INTO orgs (name, plan)
    SELECT 'org ' || g, CASE WHEN g % 50 = 0 THEN 'enterprise' WHEN g % 5 = 0 THEN 'pro' ELSE 'free' END
    FROM generate_series(1, ${ORGS}) g`,
    `INSERT INTO users (org_id, email, active, inserted_at)
    SELECT 1 + floor(${ORGS} * power(${chance(1)}, 4)), 'u' || g || '@example.com', ${chance(2)} < 0.97,
      timestamptz '2024-01-01 00:00Z' + g * interval '3 minutes' / ${share}
    FROM generate_series(1, ${USERS}) g`,
    `INSERT INTO events (tenant_id, user_id, kind, status, payload, amount, deleted_at, inserted_at)
    SELECT 1 + floor(${ORGS} * power(${chance(3)}, 4)), 1 + floor(${USERS} * power(${chance(4)}, 2)),
      (ARRAY['click', 'view', 'view', 'view', 'view', 'buy'])[1 + floor(6 * ${chance(5)})::int],
      CASE WHEN ${chance(6)} < 0.001 THEN 'failed' WHEN ${chance(6)} < 0.05 THEN 'pending' ELSE 'done' END,
      jsonb_build_object('n', g, 'pad', repeat('x', 60)), (1000 * power(${chance(7)}, 3))::numeric(12,2),
      CASE WHEN ${chance(8)} < 0.02 THEN timestamptz '2024-06-01 00:00Z' END,
      timestamptz '2024-01-01 00:00Z' + g * interval '1 minute' / ${share}
    FROM generate_series(1, ${EVENTS}) g`,
    `INSERT INTO docs
    SELECT md5(g::text)::uuid, 'User' || (g % 5000),
      (CASE WHEN g % 100 = 0 THEN 'angry' WHEN g % 10 = 0 THEN 'sad' ELSE 'happy' END)::mood,
      ARRAY['t' || (g % 50), 't' || (g % 7)], jsonb_build_object('k', g % 30, 'v', repeat('y', 30)),
      tstzrange(timestamptz '2024-01-01 00:00Z' + g * interval '1 minute' / ${share},
        timestamptz '2024-01-01 02:00Z' + g * interval '1 minute' / ${share}),
      'title number ' || md5(g::text), to_tsvector('simple', 'word' || (g % 200) || ' all topic' || (g % 9)),
      (g % 1000)::numeric / 7
    FROM generate_series(1, ${DOCS}) g`,
    `INSERT INTO logs (at, level, message)
    SELECT timestamptz '2024-01-01 00:00Z' + g * interval '25 seconds' / ${share}, g % 6, 'm' || g
    FROM generate_series(1, ${LOGS}) g`,
    'REFRESH MATERIALIZED VIEW org_sizes',
    'VACUUM ANALYZE',
  ];
}

export interface PlanCase {
  readonly name: string;
  readonly sql: string;
  /** How many `$n` it has. */
  readonly parameters?: number;
  /** Of the server and of the replica alike. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Cheap enough to be planned in parallel on tables as small as ours. */
const PARALLEL = { parallel_setup_cost: '10', min_parallel_table_scan_size: '1MB' };

const query = (name: string, sql: string, parameters = 0): PlanCase => ({ name, sql, parameters });
const parallel = (name: string, sql: string): PlanCase => ({ name, sql, settings: PARALLEL });

export const CASES: readonly PlanCase[] = [
  query('a rare value', `SELECT * FROM events WHERE status = 'failed'`),
  query(
    'a partial index with LIMIT',
    `SELECT * FROM events WHERE status = 'pending' ORDER BY inserted_at DESC LIMIT 50`,
  ),
  query('a large tenant', 'SELECT * FROM events WHERE tenant_id = 1 ORDER BY inserted_at DESC LIMIT 20'),
  query('a small tenant', 'SELECT * FROM events WHERE tenant_id = 1400 ORDER BY inserted_at DESC LIMIT 20'),
  query('any tenant', 'SELECT * FROM events WHERE tenant_id = $1 ORDER BY inserted_at DESC LIMIT 20', 1),
  query('any tenant and time', 'SELECT * FROM events WHERE tenant_id = $1 AND inserted_at > $2', 2),
  query('index-only', 'SELECT kind FROM events WHERE tenant_id = 3'),
  query('a primary key', 'SELECT * FROM users WHERE id = 77'),
  query('a unique index', `SELECT * FROM users WHERE email = 'u77@example.com'`),
  query('a prefix', `SELECT * FROM users WHERE email LIKE 'u12%'`),
  query('no prefix', `SELECT * FROM users WHERE email LIKE '%12@%'`),
  query('the last by key', 'SELECT * FROM events ORDER BY id DESC LIMIT 10'),
  query(
    'a range of time',
    `SELECT count(*) FROM events WHERE inserted_at BETWEEN '2024-03-01 00:00Z' AND '2024-03-03 00:00Z'`,
  ),
  query(
    'three filters',
    `SELECT count(*) FROM events WHERE deleted_at IS NULL AND kind = 'buy' AND inserted_at > '2024-07-01 00:00Z'`,
  ),
  query('a list', 'SELECT * FROM events WHERE tenant_id IN (5, 17, 900, 1400) AND deleted_at IS NULL'),
  query('a numeric range', 'SELECT * FROM events WHERE amount > 950'),
  query('the beginning of a histogram', 'SELECT * FROM events WHERE user_id < 40'),
  query('NULLs', 'SELECT count(*) FROM events WHERE deleted_at IS NOT NULL'),
  query('OR', `SELECT * FROM events WHERE user_id = 5 OR tenant_id = 1200`),
  query('a join of two', 'SELECT e.* FROM events e JOIN users u ON u.id = e.user_id WHERE u.org_id = 700'),
  query(
    'a join of two with groups',
    `SELECT o.plan, count(*) FROM users u JOIN orgs o ON o.id = u.org_id WHERE o.plan = 'enterprise' GROUP BY 1`,
  ),
  query(
    'a join of three',
    `SELECT e.id, u.email, o.name FROM events e JOIN users u ON u.id = e.user_id JOIN orgs o ON o.id = u.org_id
     WHERE e.tenant_id = 3 AND o.plan = 'pro' ORDER BY e.inserted_at DESC LIMIT 20`,
  ),
  query(
    'a join of four',
    `SELECT o.name, s.members, count(*) FROM orgs o JOIN org_sizes s ON s.org_id = o.id JOIN users u ON u.org_id = o.id
     JOIN events e ON e.user_id = u.id WHERE o.plan = 'enterprise' AND e.kind = 'buy' GROUP BY 1, 2`,
  ),
  query('a left join', 'SELECT u.id FROM users u LEFT JOIN events e ON e.user_id = u.id WHERE e.id IS NULL'),
  query(
    'EXISTS',
    `SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM events e WHERE e.user_id = u.id AND e.status = 'failed')`,
  ),
  query('NOT IN', 'SELECT id FROM orgs WHERE id NOT IN (SELECT org_id FROM users WHERE active)'),
  query(
    'LATERAL',
    `SELECT o.id, l.id FROM orgs o, LATERAL (SELECT e.id FROM events e WHERE e.tenant_id = o.id ORDER BY e.inserted_at DESC LIMIT 3) l
     WHERE o.plan = 'enterprise'`,
  ),
  query('groups', 'SELECT kind, count(*) FROM events GROUP BY kind'),
  query('many groups', 'SELECT user_id, sum(amount) FROM events GROUP BY user_id'),
  query('groups with HAVING', 'SELECT tenant_id, count(*) FROM events GROUP BY 1 HAVING count(*) > 1000'),
  query('DISTINCT', 'SELECT DISTINCT status, kind FROM events'),
  query(
    'DISTINCT ON',
    'SELECT DISTINCT ON (tenant_id) tenant_id, id FROM events ORDER BY tenant_id, inserted_at DESC',
  ),
  query('a full sort', 'SELECT * FROM events ORDER BY user_id, inserted_at'),
  query(
    'a window',
    'SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY inserted_at DESC) FROM events WHERE tenant_id < 4',
  ),
  query(
    'a CTE that is kept',
    `WITH recent AS MATERIALIZED (SELECT * FROM events WHERE inserted_at > '2024-07-20 00:00Z')
     SELECT u.email, count(*) FROM recent r JOIN users u ON u.id = r.user_id GROUP BY 1`,
  ),
  query(
    'a recursive CTE',
    `WITH RECURSIVE up AS (SELECT id, org_id FROM users WHERE id = 5
     UNION ALL SELECT u.id, u.org_id FROM users u JOIN up ON u.id = up.org_id) SELECT * FROM up`,
  ),
  query(
    'UNION',
    `SELECT user_id FROM events WHERE status = 'failed' UNION SELECT id FROM users WHERE NOT active`,
  ),
  query(
    'UPDATE',
    `UPDATE events SET status = 'done' WHERE status = 'pending' AND inserted_at < '2024-02-01 00:00Z'`,
  ),
  query(
    'UPDATE FROM',
    'UPDATE users u SET active = false FROM orgs o WHERE o.id = u.org_id AND o.plan = $1',
    1,
  ),
  query('DELETE', `DELETE FROM events WHERE inserted_at < '2024-01-05 00:00Z'`),
  query('DELETE USING', `DELETE FROM events e USING users u WHERE u.id = e.user_id AND NOT u.active`),
  query(
    'an upsert',
    `INSERT INTO users (org_id, email, inserted_at) SELECT org_id, email, now() FROM users WHERE id < 100
     ON CONFLICT (email) DO UPDATE SET active = true`,
  ),
  query('citext', `SELECT * FROM docs WHERE owner = 'user77'`),
  query('an enum with a partial index', `SELECT * FROM docs WHERE mood = 'angry'`),
  query('an enum, often, with LIMIT', `SELECT * FROM docs WHERE mood = 'happy' LIMIT 5`),
  query('GIN: contains', `SELECT * FROM docs WHERE tags @> ARRAY['t3']`),
  query('GIN: overlaps', `SELECT * FROM docs WHERE tags && ARRAY['t3', 't44']`),
  query('GIN: jsonb', `SELECT * FROM docs WHERE meta @> '{"k": 5}'`),
  query('GIN: trigrams', `SELECT * FROM docs WHERE title ILIKE '%abc12%'`),
  query('GIN: words', `SELECT * FROM docs WHERE body @@ to_tsquery('simple', 'word7 & topic3')`),
  query('an expression', `SELECT * FROM docs WHERE lower(title) = 'title number x'`),
  query('an expression, a range', `SELECT * FROM docs WHERE lower(title) < 'title number 1'`),
  query('GiST: contains', `SELECT * FROM docs WHERE span @> timestamptz '2024-02-01 00:00Z'`),
  query(
    'GiST: overlaps',
    `SELECT * FROM docs WHERE span && tstzrange('2024-01-03 00:00Z', '2024-01-04 00:00Z')`,
  ),
  query('BRIN', 'SELECT * FROM docs WHERE price BETWEEN 5 AND 6'),
  query('BRIN by time', `SELECT sum(amount) FROM events WHERE inserted_at < '2024-01-20 00:00Z'`),
  query('uuid', `SELECT * FROM docs WHERE id = '8c0e5f9e-0000-4000-8000-000000000000'`),
  query(
    'a self-join',
    `SELECT d.* FROM docs d JOIN docs e USING (owner) WHERE e.mood = 'sad' AND d.price > 100`,
  ),
  query('a partition', `SELECT count(*) FROM logs WHERE at >= '2024-02-10 00:00Z' AND level = 3`),
  query('partitions in order', 'SELECT * FROM logs WHERE level = 5 ORDER BY at DESC LIMIT 10'),
  query('all partitions', 'SELECT level, count(*) FROM logs GROUP BY level'),
  query('a partition by parameter', 'SELECT * FROM logs WHERE at = $1 AND level = $2', 2),
  query('a materialized view', 'SELECT * FROM org_sizes WHERE members > 50'),
  parallel('parallel: count', 'SELECT count(*) FROM events'),
  parallel('parallel: groups', 'SELECT kind, avg(amount) FROM events GROUP BY kind'),
  parallel('parallel: a filter', `SELECT * FROM events WHERE kind = 'buy' AND amount > 900`),
  parallel(
    'parallel: a hash join',
    'SELECT o.plan, count(*) FROM events e JOIN users u ON u.id = e.user_id JOIN orgs o ON o.id = u.org_id GROUP BY 1',
  ),
  parallel('parallel: a sort', 'SELECT * FROM events ORDER BY amount DESC LIMIT 100'),
  parallel('parallel: partitions', `SELECT count(*) FROM logs WHERE message LIKE '%9'`),
  {
    name: 'other costs',
    sql: 'SELECT * FROM events WHERE user_id BETWEEN 900 AND 1100',
    settings: { random_page_cost: '1.1', effective_cache_size: '32GB' },
  },
  {
    name: 'much memory',
    sql: 'SELECT user_id, kind, count(*) FROM events GROUP BY 1, 2',
    settings: { work_mem: '256MB' },
  },
];
