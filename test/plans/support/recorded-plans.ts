// Plans that real servers made, kept as files: JSON, under a name that no formatter touches. UPDATE=1 makes them anew.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RealServer } from '../../truth/support/server-process.js';

const FOLDER = fileURLToPath(new URL('../recorded/', import.meta.url));

export interface Recording {
  readonly name: string;
  readonly sql: string;
  /** Options of EXPLAIN besides FORMAT JSON. */
  readonly options: string;
  /** Run before, in the same transaction. */
  readonly before?: readonly string[];
}

const MEASURED = 'ANALYZE, BUFFERS, VERBOSE, SETTINGS';
const PARALLEL = [
  'SET LOCAL max_parallel_workers_per_gather = 2',
  'SET LOCAL parallel_setup_cost = 0',
  'SET LOCAL parallel_tuple_cost = 0',
  'SET LOCAL min_parallel_table_scan_size = 0',
  'SET LOCAL min_parallel_index_scan_size = 0',
];

export const SCHEMA = [
  'CREATE TABLE orgs (id int PRIMARY KEY, name text NOT NULL)',
  'CREATE TABLE events (id int PRIMARY KEY, org_id int NOT NULL, kind text NOT NULL, at timestamptz NOT NULL)',
  `INSERT INTO orgs SELECT n, 'org ' || n FROM generate_series(1, 500) n`,
  `INSERT INTO events SELECT n, 1 + n % 500, 'kind ' || n % 7, '2026-01-01'::timestamptz + n * interval '1 minute'
   FROM generate_series(1, 60000) n`,
  'CREATE INDEX events_org ON events (org_id)',
  'CREATE INDEX events_kind ON events (kind)',
  'CREATE TABLE parts (id int, at date NOT NULL) PARTITION BY RANGE (at)',
  ...[1, 2, 3].map(
    (month) =>
      `CREATE TABLE parts_${month} PARTITION OF parts FOR VALUES FROM ('2026-0${month}-01') TO ('2026-0${month + 1}-01')`,
  ),
  `INSERT INTO parts SELECT n, '2026-01-01'::date + n % 90 FROM generate_series(1, 900) n`,
  `CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`,
  'CREATE TRIGGER events_touched AFTER DELETE ON events FOR EACH ROW EXECUTE FUNCTION touched()',
  'ANALYZE',
];

export const RECORDINGS: readonly Recording[] = [
  {
    name: 'filter',
    sql: `SELECT * FROM events WHERE kind = 'kind 3' AND at < '2026-01-05'`,
    options: MEASURED,
  },
  {
    name: 'nested-loop',
    sql: `SELECT o.name, e.at FROM orgs o JOIN events e ON e.org_id = o.id WHERE o.id <= 40`,
    options: MEASURED,
    before: [
      'SET LOCAL enable_hashjoin = off',
      'SET LOCAL enable_mergejoin = off',
      'SET LOCAL enable_memoize = off',
    ],
  },
  {
    name: 'parallel-bitmap',
    sql: `SELECT * FROM events WHERE kind IN ('kind 1', 'kind 2', 'kind 3')`,
    options: MEASURED,
    before: [...PARALLEL, 'SET LOCAL enable_seqscan = off', 'SET LOCAL enable_indexscan = off'],
  },
  {
    name: 'parallel-aggregate',
    sql: 'SELECT org_id, count(*) FROM events GROUP BY org_id',
    options: MEASURED,
    before: PARALLEL,
  },
  {
    name: 'parallel-nested-loop',
    sql: `SELECT count(*) FROM events e JOIN orgs o ON o.id = e.org_id WHERE e.kind = 'kind 2'`,
    options: MEASURED,
    before: [
      ...PARALLEL,
      'SET LOCAL enable_hashjoin = off',
      'SET LOCAL enable_mergejoin = off',
      'SET LOCAL enable_memoize = off',
    ],
  },
  {
    name: 'cte-read-twice',
    sql: `WITH busy AS MATERIALIZED (SELECT org_id, count(*) n FROM events GROUP BY org_id)
          SELECT * FROM busy a JOIN busy b ON a.n = b.n AND a.org_id <> b.org_id LIMIT 50000`,
    options: MEASURED,
  },
  {
    name: 'cte-not-read',
    sql: `WITH gone AS (DELETE FROM events WHERE id <= 3000) SELECT count(*) FROM orgs`,
    options: MEASURED,
  },
  {
    name: 'recursive',
    sql: `WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 2000) SELECT sum(n) FROM up`,
    options: MEASURED,
  },
  {
    name: 'init-plan',
    sql: `SELECT count(*) FROM orgs o JOIN (SELECT * FROM events WHERE id > (SELECT max(id) - 100 FROM events WHERE kind <> 'x')) e
          ON o.id = e.org_id`,
    options: MEASURED,
  },
  {
    name: 'correlated',
    sql: 'SELECT id, (SELECT count(*) FROM events e WHERE e.org_id = o.id) FROM orgs o WHERE id <= 100',
    options: MEASURED,
  },
  {
    name: 'hashed',
    sql: `SELECT * FROM orgs WHERE id NOT IN (SELECT org_id FROM events WHERE kind = 'kind 1')`,
    options: MEASURED,
  },
  {
    name: 'never-executed',
    sql: `SELECT * FROM orgs o JOIN events e ON e.org_id = o.id WHERE o.name = 'nobody'`,
    options: MEASURED,
    before: ['SET LOCAL enable_hashjoin = off', 'SET LOCAL enable_mergejoin = off'],
  },
  { name: 'limit', sql: 'SELECT * FROM events ORDER BY kind LIMIT 10', options: MEASURED },
  { name: 'limit-stops', sql: `SELECT * FROM events WHERE kind = 'kind 1' LIMIT 5`, options: MEASURED },
  {
    name: 'semi-join',
    sql: `SELECT * FROM orgs o WHERE EXISTS (SELECT FROM events e WHERE e.org_id = o.id AND e.kind = 'kind 5')`,
    options: MEASURED,
    before: [
      'SET LOCAL enable_hashjoin = off',
      'SET LOCAL enable_mergejoin = off',
      'SET LOCAL enable_sort = off',
    ],
  },
  {
    name: 'merge',
    sql: 'SELECT * FROM events a JOIN events b ON a.id = b.org_id',
    options: 'VERBOSE',
    before: ['SET LOCAL enable_hashjoin = off', 'SET LOCAL enable_nestloop = off'],
  },
  {
    name: 'materialize',
    sql: 'SELECT count(*) FROM orgs a JOIN orgs b ON a.id < b.id',
    options: MEASURED,
    before: [
      'SET LOCAL enable_indexscan = off',
      'SET LOCAL enable_indexonlyscan = off',
      'SET LOCAL enable_bitmapscan = off',
    ],
  },
  { name: 'partitions', sql: `SELECT * FROM parts WHERE at >= '2026-02-01'`, options: MEASURED },
  { name: 'delete', sql: 'DELETE FROM events WHERE id <= 500', options: MEASURED },
  {
    name: 'insert',
    sql: `INSERT INTO orgs SELECT id, name FROM orgs ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE orgs.id < 0`,
    options: MEASURED,
  },
  {
    name: 'bitmap-or',
    sql: `SELECT * FROM events WHERE kind = 'kind 1' OR org_id BETWEEN 10 AND 20`,
    options: MEASURED,
    before: [
      'SET LOCAL enable_indexscan = off',
      'SET LOCAL enable_seqscan = off',
      'SET LOCAL random_page_cost = 20',
    ],
  },
  {
    name: 'jit',
    sql: 'SELECT sum(id), kind FROM events GROUP BY ROLLUP (kind)',
    options: MEASURED,
    before: ['SET LOCAL jit_above_cost = 0'],
  },
  { name: 'without-times', sql: 'SELECT * FROM events WHERE id = 7', options: 'ANALYZE, TIMING OFF' },
  { name: 'without-costs', sql: 'SELECT * FROM events WHERE id = 7', options: 'COSTS OFF' },
  {
    name: 'window',
    sql: 'SELECT id, rank() OVER (PARTITION BY org_id ORDER BY at) FROM events',
    options: 'VERBOSE',
  },
  { name: 'set-operation', sql: 'SELECT id FROM orgs EXCEPT SELECT org_id FROM events', options: MEASURED },
];

/** The plan's JSON text. */
export function recordedPlan(major: number, name: string): string {
  return readFileSync(join(FOLDER, `${major}`, `${name}.plan`), 'utf8');
}

export async function recordPlans(server: RealServer): Promise<void> {
  const database = await server.createDatabase();
  await server.run(database, ...SCHEMA);
  mkdirSync(join(FOLDER, `${server.major}`), { recursive: true });
  for (const { name, sql, options, before = [] } of RECORDINGS) {
    const explain = `EXPLAIN (FORMAT JSON, ${options}) ${sql}`;
    // The second of two runs is warm.
    for (let run = 1; run <= 2; run++) {
      const [row] = await server.run(database, 'BEGIN', ...before, explain);
      writeFileSync(
        join(FOLDER, `${server.major}`, `${name}.plan`),
        `${JSON.stringify(row?.['QUERY PLAN'], null, 1)}\n`,
      );
    }
  }
}
