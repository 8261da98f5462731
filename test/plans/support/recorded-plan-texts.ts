// The same statement explained as text and as JSON by real servers, kept as files. UPDATE=1 makes them anew.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RealServer } from '../../truth/support/server-process.js';
import { RECORDINGS, type Recording, SCHEMA } from './recorded-plans.js';

const FOLDER = fileURLToPath(new URL('../texts/', import.meta.url));
const MARKUP = fileURLToPath(new URL('../markup/', import.meta.url));
const MEASURED = 'ANALYZE, BUFFERS, VERBOSE, SETTINGS';

const PARALLEL = [
  'SET LOCAL max_parallel_workers_per_gather = 2',
  'SET LOCAL parallel_setup_cost = 0',
  'SET LOCAL parallel_tuple_cost = 0',
  'SET LOCAL min_parallel_table_scan_size = 0',
];

const MORE_SCHEMA = [
  'CREATE TABLE "Odd, name" (id int PRIMARY KEY, "A b" text, tags text[], doc jsonb)',
  `INSERT INTO "Odd, name" SELECT n, 'x, "y" ' || n, ARRAY['a', 'b' || n % 3], '{"k": 1}' FROM generate_series(1, 3000) n`,
  'CREATE INDEX "Odd index" ON "Odd, name" ("A b")',
  'CREATE INDEX odd_tags ON "Odd, name" USING gin (tags)',
  'CREATE INDEX events_org_at ON events (org_id, at)',
  'CREATE TABLE members (org_id int REFERENCES orgs (id) ON DELETE CASCADE, name text)',
  'INSERT INTO members SELECT 1 + n % 500, $$m$$ || n FROM generate_series(1, 2000) n',
  'CREATE VIEW busy AS SELECT org_id, count(*) AS n FROM events GROUP BY org_id HAVING count(*) > 3 OFFSET 0',
  'ANALYZE',
];

const MORE: readonly Recording[] = [
  {
    name: 'odd-names',
    sql: `SELECT "Q"."A b" FROM "Odd, name" "Q" WHERE "A b" = 'x, "y" 7' OR "A b" = E'it''s\\n (odd)'`,
    options: MEASURED,
  },
  {
    name: 'lists',
    sql: `SELECT coalesce(id, 1), ARRAY[id, 2], 'a, (b', row(id, "A b") FROM "Odd, name" ORDER BY id % 7, "A b" DESC`,
    options: MEASURED,
  },
  {
    name: 'gin',
    sql: `SELECT id FROM "Odd, name" WHERE tags @> '{b1}' AND id % 2 = 0`,
    options: MEASURED,
    before: ['SET LOCAL enable_seqscan = off'],
  },
  {
    name: 'aggregate-spills',
    sql: 'SELECT at, count(*) FROM events GROUP BY at',
    options: MEASURED,
    before: [`SET LOCAL work_mem = '64kB'`, 'SET LOCAL enable_sort = off'],
  },
  {
    name: 'sort-spills',
    sql: 'SELECT * FROM events ORDER BY kind, at',
    options: MEASURED,
    before: [`SET LOCAL work_mem = '64kB'`, 'SET LOCAL max_parallel_workers_per_gather = 0'],
  },
  {
    name: 'hash-spills',
    sql: 'SELECT count(*) FROM events a JOIN events b USING (id)',
    options: MEASURED,
    before: [
      `SET LOCAL work_mem = '64kB'`,
      'SET LOCAL enable_mergejoin = off',
      'SET LOCAL enable_nestloop = off',
    ],
  },
  {
    name: 'parallel-sort',
    sql: 'SELECT id FROM events ORDER BY at, kind',
    options: MEASURED,
    before: PARALLEL,
  },
  {
    name: 'parallel-sort-without-verbose',
    sql: 'SELECT id FROM events ORDER BY at, kind',
    options: 'ANALYZE',
    before: PARALLEL,
  },
  {
    name: 'memoize',
    sql: 'SELECT count(o.name) FROM events e LEFT JOIN orgs o ON o.id = e.org_id',
    options: MEASURED,
    before: [
      'SET LOCAL enable_hashjoin = off',
      'SET LOCAL enable_mergejoin = off',
      'SET LOCAL max_parallel_workers_per_gather = 0',
    ],
  },
  {
    name: 'incremental-sort',
    sql: 'SELECT * FROM events ORDER BY org_id, kind LIMIT 300',
    options: MEASURED,
    before: [
      'SET LOCAL enable_seqscan = off',
      'SET LOCAL enable_bitmapscan = off',
      'SET LOCAL enable_sort = off',
      'SET LOCAL max_parallel_workers_per_gather = 0',
    ],
  },
  { name: 'backward', sql: 'SELECT id FROM events ORDER BY id DESC LIMIT 3', options: 'ANALYZE, BUFFERS' },
  {
    name: 'outer-joins',
    sql: 'SELECT * FROM orgs o FULL JOIN members m ON m.org_id = o.id WHERE m.name IS NULL',
    options: MEASURED,
  },
  {
    name: 'anti-join',
    sql: 'SELECT * FROM orgs o WHERE NOT EXISTS (SELECT FROM members m WHERE m.org_id = o.id)',
    options: 'ANALYZE',
  },
  {
    name: 'view',
    sql: 'SELECT * FROM busy b JOIN orgs ON orgs.id = b.org_id WHERE b.n > 10',
    options: MEASURED,
  },
  {
    name: 'functions',
    sql: `SELECT * FROM generate_series(1, 3) s, unnest(ARRAY[1, 2], ARRAY['a', 'b']) u (x, y), (VALUES (1), (2)) v (n) WHERE s = n`,
    options: MEASURED,
  },
  { name: 'function', sql: 'SELECT * FROM generate_series(1, 3)', options: 'ANALYZE' },
  {
    name: 'table-function',
    sql: `SELECT * FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS b text) x`,
    options: 'VERBOSE',
  },
  { name: 'sample', sql: 'SELECT * FROM events TABLESAMPLE system (10) REPEATABLE (3)', options: 'VERBOSE' },
  { name: 'tid', sql: `SELECT * FROM events WHERE ctid = '(0,1)'`, options: 'ANALYZE' },
  {
    name: 'grouping-sets',
    sql: 'SELECT org_id, kind, count(*) FROM events GROUP BY GROUPING SETS ((org_id), (kind, org_id), (kind), ())',
    options: MEASURED,
  },
  { name: 'delete-cascades', sql: 'DELETE FROM orgs WHERE id = 3', options: MEASURED },
  {
    name: 'update-partitions',
    sql: `UPDATE parts SET id = id + 1 WHERE at > '2026-02-20'`,
    options: MEASURED,
  },
  {
    name: 'merge-statement',
    sql: `MERGE INTO orgs o USING (SELECT 1 AS id, 'a' AS name UNION ALL SELECT 999, 'b') s ON s.id = o.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.name)`,
    options: MEASURED,
  },
  {
    name: 'insert-conflict',
    sql: `INSERT INTO orgs SELECT id, name FROM orgs WHERE id < 9 ON CONFLICT (id) DO NOTHING`,
    options: `${MEASURED}, WAL`,
  },
  {
    name: 'io-timings',
    sql: 'SELECT * FROM big ORDER BY n DESC',
    options: MEASURED,
    before: [
      'SET LOCAL track_io_timing = on',
      `SET LOCAL temp_buffers = '800kB'`,
      `SET LOCAL work_mem = '64kB'`,
      'CREATE TEMP TABLE big AS SELECT n FROM generate_series(1, 60000) n',
    ],
  },
  {
    name: 'pruned',
    sql: `EXECUTE p('2026-03-01')`,
    options: 'ANALYZE',
    before: [
      'PREPARE p (date) AS SELECT * FROM parts WHERE at = $1',
      'SET LOCAL plan_cache_mode = force_generic_plan',
    ],
  },
  { name: 'one-time-filter', sql: 'SELECT * FROM orgs WHERE now() IS NULL', options: 'ANALYZE, VERBOSE' },
  { name: 'locked-rows', sql: 'SELECT * FROM orgs WHERE id = 3 FOR UPDATE', options: 'ANALYZE' },
  {
    name: 'temp-table',
    sql: 'SELECT * FROM t WHERE n < 10',
    options: MEASURED,
    before: ['CREATE TEMP TABLE t AS SELECT n FROM generate_series(1, 5000) n'],
  },
  {
    name: 'window-run',
    sql: 'SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM events) x WHERE n < 5',
    options: MEASURED,
  },
  { name: 'parallel-append', sql: 'SELECT count(*) FROM parts', options: MEASURED, before: PARALLEL },
  {
    name: 'parallel-hash',
    sql: 'SELECT count(*) FROM events a JOIN events b USING (id)',
    options: MEASURED,
    before: [...PARALLEL, 'SET LOCAL enable_mergejoin = off', 'SET LOCAL enable_nestloop = off'],
  },
  {
    name: 'disabled',
    sql: 'SELECT * FROM orgs',
    options: 'VERBOSE',
    before: ['SET LOCAL enable_seqscan = off'],
  },
  {
    name: 'multi-line',
    sql: `SELECT * FROM orgs WHERE name = E'one\\ntwo: three\\n  ->  Seq Scan'`,
    options: 'ANALYZE',
  },
];

/** Only from the version on that has the options. */
const NEWER: readonly Recording[] = [
  { name: 'serialize', sql: 'SELECT * FROM orgs', options: `${MEASURED}, SERIALIZE, MEMORY` },
  { name: 'generic', sql: 'SELECT * FROM orgs WHERE id = $1', options: 'GENERIC_PLAN' },
];

export interface PlanPair {
  readonly name: string;
  readonly text: string;
  readonly json: string;
}

/** In the order of their names. */
export function recordedPairs(major: number): readonly PlanPair[] {
  const folder = join(FOLDER, `${major}`);
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.plan') ? [file.slice(0, -5)] : []));
  return names.map((name) => ({
    name,
    text: readFileSync(join(folder, `${name}.txt`), 'utf8'),
    json: readFileSync(join(folder, `${name}.plan`), 'utf8'),
  }));
}

/** Statements that are recorded as XML and YAML, too: those with lists, and with objects inside. */
const IN_MARKUP: ReadonlySet<string> = new Set([
  'nested-loop',
  'parallel-sort',
  'grouping-sets',
  'insert-conflict',
  'update-partitions',
  'delete-cascades',
  'io-timings',
  'jit',
  'incremental-sort',
  'odd-names',
  'multi-line',
  'window-run',
  'without-costs',
]);

export interface RecordedMarkup {
  readonly name: string;
  readonly json: string;
  readonly xml: string;
  readonly yaml: string;
}

export function recordedMarkup(): readonly RecordedMarkup[] {
  const read = (name: string, ending: string) => readFileSync(join(MARKUP, `${name}.${ending}`), 'utf8');
  return [...IN_MARKUP].map((name) => ({
    name,
    json: read(name, 'plan'),
    xml: read(name, 'xml.txt'),
    yaml: read(name, 'yaml.txt'),
  }));
}

export async function recordMarkup(server: RealServer): Promise<void> {
  const database = await server.createDatabase();
  await server.run(database, ...SCHEMA, ...MORE_SCHEMA);
  mkdirSync(MARKUP, { recursive: true });
  for (const { name, sql, options, before = [] } of [...RECORDINGS, ...MORE, ...NEWER]) {
    if (!IN_MARKUP.has(name)) continue;
    const clean = cleaning(sql);
    const run = async (format: string) => {
      const rows = await server.run(
        database,
        ...clean,
        'BEGIN',
        ...before,
        `EXPLAIN (FORMAT ${format}, ${options}) ${sql}`,
      );
      return rows[0]?.['QUERY PLAN'];
    };
    await run('JSON');
    writeFileSync(join(MARKUP, `${name}.plan`), `${JSON.stringify(await run('JSON'), null, 1)}\n`);
    writeFileSync(join(MARKUP, `${name}.xml.txt`), `${await run('XML')}\n`);
    writeFileSync(join(MARKUP, `${name}.yaml.txt`), `${await run('YAML')}\n`);
  }
}

export async function recordPairs(server: RealServer): Promise<void> {
  const database = await server.createDatabase();
  await server.run(database, ...SCHEMA, ...MORE_SCHEMA);
  const folder = join(FOLDER, `${server.major}`);
  mkdirSync(folder, { recursive: true });
  for (const { name, sql, options, before = [] } of [
    ...RECORDINGS,
    ...MORE,
    ...(server.major >= 17 ? NEWER : []),
  ]) {
    const clean = cleaning(sql);
    const run = (format: string) =>
      server.run(database, ...clean, 'BEGIN', ...before, `EXPLAIN (FORMAT ${format}, ${options}) ${sql}`);
    // The first of the runs is cold.
    await run('JSON');
    const [row] = await run('JSON');
    const lines = await run('TEXT');
    writeFileSync(join(folder, `${name}.plan`), `${JSON.stringify(row?.['QUERY PLAN'], null, 1)}\n`);
    writeFileSync(join(folder, `${name}.txt`), `${lines.map((line) => line['QUERY PLAN']).join('\n')}\n`);
  }
}

/** What is rolled back leaves dead rows, and so other estimates to the next run. */
function cleaning(sql: string): readonly string[] {
  return /INSERT|UPDATE|DELETE|MERGE/.test(sql) ? ['VACUUM (DISABLE_PAGE_SKIPPING)'] : [];
}
