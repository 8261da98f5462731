// Columns that depend on each other: with CREATE STATISTICS a server expects other numbers of rows, and so does the embedded one
// with its statistics.

import assert from 'node:assert/strict';
import type { Statistics } from '../../server/src/catalog/statistics.js';
import type { MigrationGroup } from '../../server/src/database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../server/src/database/pglite.js';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { bundledWorker } from '../database/support/embedded.js';
import { exportedFrom, treeOf } from './support/plans.js';
import { useRealServer } from './support/real-server.js';

/** In another order of columns than there, so that their numbers differ. */
const HERE = [
  'CREATE TABLE homes (id int PRIMARY KEY, note text, country int, city int, zip int)',
  'CREATE INDEX homes_city ON homes (city)',
  'CREATE STATISTICS homes_places (ndistinct, dependencies) ON country, city, zip FROM homes',
  'CREATE TABLE parts (country int, city int) PARTITION BY LIST (country)',
  'CREATE TABLE parts_all PARTITION OF parts DEFAULT',
  'CREATE STATISTICS parts_places ON country, city FROM parts',
  'CREATE TABLE others (id int, a int, b int)',
  'CREATE STATISTICS ours ON a, b FROM others',
];

const THERE = [
  'CREATE TABLE homes (zip int, dropped int, city int, country int, note text, id int PRIMARY KEY)',
  'ALTER TABLE homes DROP COLUMN dropped',
  ...HERE.slice(1, -1),
  'CREATE STATISTICS theirs ON id, a FROM others',
  `INSERT INTO homes (id, zip, city, country, note)
   SELECT n, n % 2000, n % 2000 / 10, n % 2000 / 200, 'x' FROM generate_series(1, 60000) n`,
  'INSERT INTO parts SELECT n % 500 / 50, n % 500 FROM generate_series(1, 20000) n',
  'INSERT INTO others SELECT n, n % 9, n % 9 FROM generate_series(1, 900) n',
  'ANALYZE',
];

const QUERIES = [
  'SELECT * FROM homes WHERE country = 3 AND city = 61 AND zip = 615',
  'SELECT country, city, zip, count(*) FROM homes GROUP BY country, city, zip',
  'SELECT country, city, count(*) FROM homes GROUP BY country, city',
  'SELECT * FROM homes a JOIN homes b ON b.id = a.zip WHERE a.country = 3 AND a.city = 61',
  'SELECT country, city, count(*) FROM parts GROUP BY country, city',
];

describe('extended statistics', function () {
  this.timeout(120_000);
  const server = useRealServer();
  let embedded: EmbeddedPostgres;
  let database: string;
  let statistics: Statistics;

  before(async () => {
    database = await server().createDatabase();
    await server().run(database, ...THERE);
    statistics = await exportedFrom(server(), database, 'none');
    embedded = openEmbedded({ worker: await bundledWorker() });
  });
  after(() => embedded?.close());

  const migrations: readonly MigrationGroup[] = [
    { transaction: true, statements: HERE.map((sql, line) => ({ sql, path: 'homes.sql', line })) },
  ];

  async function planned(statement: string, known: Statistics) {
    const request = { statement, writes: false, parameters: 0, analyze: false, timeoutMs: 60_000 };
    const answer = await embedded.after(migrations, known).explain(request);
    assert.equal(answer.kind, 'explained', JSON.stringify(answer));
    return answer.kind === 'explained' ? answer : assert.fail();
  }

  /** What is done, and how many rows are expected of each step. */
  function outlineOf(json: unknown): string {
    const plan = parsePlan(json);
    if (plan.kind === 'unreadable') return plan.reason;
    return `${treeOf(plan.root)}: ${rowsOf(plan).join(', ')}`;
  }

  function rowsOf(plan: Plan): readonly number[] {
    return nodesOf(plan).map(({ estimate }) => estimate?.rows ?? 0);
  }

  async function theirPlan(statement: string): Promise<string> {
    const [row] = await server().run(database, `EXPLAIN (FORMAT JSON, VERBOSE) ${statement}`);
    return outlineOf(Object.values(row ?? {})[0]);
  }

  async function outlines(known: Statistics): Promise<readonly string[]> {
    const found: string[] = [];
    for (const query of QUERIES) found.push(outlineOf((await planned(query, known)).plan));
    return found;
  }

  it('make the plans of the server that they are from', async () => {
    const theirs: string[] = [];
    for (const query of QUERIES) theirs.push(await theirPlan(query));
    assert.deepEqual(await outlines(statistics), theirs);
    const tables = [...statistics.tables].map(([key, table]) => [key, { ...table, extended: [] }] as const);
    const without = await outlines({ ...statistics, tables: new Map(tables) });
    const same = QUERIES.filter((_, index) => without[index] === theirs[index]);
    assert.deepEqual(same, [], 'are the same without them');
  });

  it('that do not fit are told', async () => {
    const { notes } = await planned('SELECT * FROM others', statistics);
    assert.deepEqual(notes.slice(1), [
      'Extended statistics theirs on public.others are in the statistics, but no migration makes them.',
      'Extended statistics ours on public.others are not in the statistics.',
    ]);
  });
});
