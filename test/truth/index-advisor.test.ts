// An index that is tried on statistics alone does what the same index does on the server that the statistics came from: it
// is used or not, in the same plan, and it is about as large.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import { type Trial, verdictsOn } from '../../server/src/advice/indexes/verdict.js';
import type { Statistics } from '../../server/src/catalog/statistics.js';
import type { ExplainRequest } from '../../server/src/database/database.js';
import { explainIn } from '../../server/src/database/explain.js';
import { type EmbeddedPostgres, openEmbedded } from '../../server/src/database/pglite.js';
import { sessionOf } from '../../server/src/database/postgres-connection.js';
import { explainTargetOf } from '../../server/src/features/explain-target.js';
import { indexMigration } from '../../server/src/features/index-migration.js';
import { adviseIndexes } from '../../server/src/hosts/advise-indexes.js';
import type { Workspace } from '../../server/src/lint/workspace.js';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { bundledWorker } from '../database/support/embedded.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';
import { INDEX_CASES, type IndexCase } from './support/index-cases.js';
import { data, SCHEMA } from './support/plan-cases.js';
import { exportedFrom, treeOf } from './support/plans.js';
import { type RealServer, useRealServer } from './support/real-server.js';

const MIGRATIONS = [
  {
    transaction: false,
    statements: SCHEMA.map((sql, index) => ({ sql, path: 'schema.sql', line: index + 1 })),
  },
];

/** What follows SELECT, and what is advised for it. */
const ADVISED: readonly (readonly [string, readonly string[]])[] = [
  [
    '* FROM events WHERE tenant_id = 1 AND deleted_at IS NULL ORDER BY amount DESC LIMIT 10',
    ['events (tenant_id, amount)'],
  ],
  ['* FROM events WHERE deleted_at IS NULL ORDER BY amount DESC LIMIT 10', ['events (amount)']],
  ['* FROM events WHERE deleted_at IS NOT NULL AND amount > 900', ['events (deleted_at)']],
  [`id FROM events WHERE status <> 'done' AND amount > 990`, [`events (amount) WHERE status <> 'done'`]],
];

/** So many times as large, or as small, as the real index at most. */
const USUAL = 1.05;
const FEW_BLOCKS = 5;

describe('truth: index advisor', function () {
  this.timeout(240_000);
  const server = useRealServer(18);
  let embedded: EmbeddedPostgres;
  let statistics: Statistics;
  const database = 'advisor';

  before('data', async () => {
    embedded = openEmbedded({ worker: await bundledWorker() });
    await server().run('postgres', `CREATE DATABASE ${database}`);
    await server().run(database, `SET TIME ZONE 'UTC'`, ...SCHEMA, ...data(0.5));
    statistics = await exportedFrom(server(), database);
  });
  after(() => embedded?.close());

  for (const one of INDEX_CASES) {
    it(one.name, async () => {
      const real = await onServer(server(), database, one);
      const tried = await onReplica(embedded, statistics, one);
      const [theirs, ours] = [real.trial.outcomes[0], tried.trial.outcomes[0]];
      assert.ok(theirs !== undefined && ours !== undefined);
      assert.equal(treeOf(ours.before.root), treeOf(theirs.before.root), 'the plan before');
      assert.equal(treeOf(ours.after.root), treeOf(theirs.after.root), 'the plan with the index');
      assert.equal(verdictOf(tried.trial), verdictOf(real.trial), 'the verdict');
      const [less = 0, more = 0] = [tried.blocks, real.blocks].sort((a, b) => a - b);
      console.log(
        `        ${verdictOf(tried.trial)}: ${costs(ours)} (real ${costs(theirs)}), ${tried.blocks} blocks (real ${real.blocks})`,
      );
      assert.ok(
        more - less <= FEW_BLOCKS || more <= less * (one.sizeWithin ?? USUAL),
        `${tried.blocks} blocks, really ${real.blocks}`,
      );
      assert.equal(verdictOf(tried.trial), one.verdict);
    });
  }

  for (const [select, titles] of ADVISED) {
    it(`advises ${titles.join(' and ')} for ${select}`, async () => {
      const query = `SELECT ${select}`;
      const best = await advisedFor(embedded, statistics, SCHEMA, query);
      assert.deepEqual(best.map(({ title }) => title).sort(), titles);
      const [{ used = [] } = {}] = best;
      const client = new Client({ connectionString: server().url(database), ssl: false });
      await client.connect();
      try {
        await client.query('BEGIN');
        for (const { sql } of best) await client.query(sql.replace(' CONCURRENTLY', ''));
        const explained = await client.query(`EXPLAIN (FORMAT JSON) ${query}`);
        const plan = parsePlan(explained.rows[0]['QUERY PLAN']);
        assert.ok(plan.kind === 'plan');
        assert.deepEqual(indexesIn(plan), used);
      } finally {
        await client.query('ROLLBACK');
        await client.end();
      }
    });
  }

  it('credits each query of a file to one index', async () => {
    const best = await advisedFor(
      embedded,
      statistics,
      SCHEMA,
      `SELECT max(amount) FROM events WHERE kind = 'buy' AND user_id IS NULL`,
      `SELECT * FROM events WHERE kind = 'buy' AND deleted_at IS NULL ORDER BY amount DESC LIMIT 10`,
      'SELECT * FROM events ORDER BY amount LIMIT 10',
    );
    const queries = best.flatMap(({ helps }) => helps.map(({ query }) => query));
    assert.equal(new Set(queries).size, queries.length);
    for (const { remarks } of best) {
      const counted = remarks.filter((remark) =>
        remark.includes(`${5 + 1 + best.length} indexes with the ${best.length}`),
      );
      assert.equal(counted.length, best.length > 1 ? 1 : 0, remarks.join('\n'));
    }
  });

  it('finds two for the sides of a join that help only together, as on the server', async () => {
    const schema = [
      'CREATE TABLE parents (id bigint PRIMARY KEY, code text NOT NULL, ref int NOT NULL)',
      'CREATE TABLE children (id bigint PRIMARY KEY, ref int NOT NULL, note text NOT NULL)',
    ];
    await server().run('postgres', 'CREATE DATABASE pairs');
    await server().run(
      'pairs',
      ...schema,
      `INSERT INTO parents SELECT g, 'code ' || g, g FROM generate_series(1, 20000) g`,
      `INSERT INTO children SELECT g, g, 'note ' || g FROM generate_series(1, 20000) g`,
      'ANALYZE',
    );
    const query = `SELECT * FROM parents p JOIN children c ON c.ref = p.ref WHERE p.code = 'code 77'`;
    const best = await advisedFor(embedded, await exportedFrom(server(), 'pairs'), schema, query);
    assert.deepEqual(best.map(({ title }) => title).sort(), ['children (ref)', 'parents (code)']);
    for (const { message } of best)
      assert.match(message, /Only together with one on .*: neither helps alone\./);
    const costWith = async (...statements: readonly string[]) => {
      const client = new Client({ connectionString: server().url('pairs'), ssl: false });
      await client.connect();
      await client.query('BEGIN');
      for (const sql of statements) await client.query(sql);
      const explained = await client.query(`EXPLAIN (FORMAT JSON) ${query}`);
      await client.end();
      return Number(explained.rows[0]['QUERY PLAN'][0].Plan['Total Cost']);
    };
    const [one = '', other = ''] = best.map(({ sql }) => sql.replace(' CONCURRENTLY', ''));
    const now = await costWith();
    const times = [await costWith(one), await costWith(other), await costWith(one, other)].map(
      (cost) => now / cost,
    );
    assert.deepEqual(
      times.map((factor) => factor >= 5),
      [false, false, true],
      times.join(', '),
    );
  });

  it('writes a migration for a partitioned table that the server takes', async () => {
    const [best] = await advisedFor(embedded, statistics, SCHEMA, `SELECT * FROM logs WHERE message = 'm77'`);
    assert.ok(best?.index.partitioned);
    const change = indexMigration(workspaceWith(SCHEMA), `${ROOT}/q.sql`, best.index);
    assert.ok('creates' in change, JSON.stringify(change));
    const statements = change.creates.flatMap(({ text }) =>
      text.split(/;\s*$/m).flatMap((sql) => (/\w/.test(sql.replaceAll(/^\s*--.*$/gm, '')) ? [sql] : [])),
    );
    await server().run('postgres', `CREATE DATABASE parts TEMPLATE ${database}`);
    await server().run('parts', ...statements);
    const rows = await server().run(
      'parts',
      `SELECT count(*)::int AS parts, bool_and(i.indisvalid) AS valid
       FROM pg_partition_tree('${best.name}') p JOIN pg_index i ON i.indexrelid = p.relid`,
    );
    assert.deepEqual(rows, [{ parts: 3, valid: true }]);
  });

  it('leaves the replica as it was', async () => {
    const replica = embedded.after(MIGRATIONS, statistics);
    for (const one of INDEX_CASES.slice(0, 3)) {
      const before = await replica.explain(requestOf(one));
      await onReplica(embedded, statistics, one);
      const after = await replica.explain(requestOf(one));
      assert.ok(before.kind === 'explained' && after.kind === 'explained');
      assert.deepEqual(after.plan, before.plan);
    }
  });

  it('says why an index cannot be made', async () => {
    const replica = embedded.after(MIGRATIONS, statistics);
    const answer = await replica.tryIndex({
      table: { schema: 'public', name: 'events' },
      name: 'wrong',
      create: 'CREATE INDEX wrong ON events (nothing)',
      extensions: [],
      requests: [],
    });
    assert.equal('message' in answer && answer.message, 'column "nothing" does not exist');
  });

  it('has nothing to say without statistics', async () => {
    const empty = embedded.after(MIGRATIONS);
    const answer = await empty.tryIndex({
      table: { schema: 'public', name: 'events' },
      name: 'x',
      create: 'CREATE INDEX x ON events (kind)',
      extensions: [],
      requests: [],
    });
    assert.equal(answer.kind, 'no-sizes');
  });
});

/** The indexes that are advised, with the names of those that the first query then uses. */
async function advisedFor(
  embedded: EmbeddedPostgres,
  statistics: Statistics,
  schema: readonly string[],
  ...queries: readonly string[]
) {
  const migrations = [
    { transaction: false, statements: schema.map((sql, at) => ({ sql, path: 'schema.sql', line: at + 1 })) },
  ];
  const workspace = workspaceWith(schema);
  const targets = queries.map((query) => explainTargetOf(workspace, query));
  const answer = await adviseIndexes(
    workspace,
    `${ROOT}/q.sql`,
    targets.flatMap((target) => ('sql' in target ? [target] : [])),
    embedded.after(migrations, statistics),
    statistics,
    new AbortController().signal,
    () => {},
  );
  assert.ok(answer.kind === 'advised', JSON.stringify(answer));
  return answer.indexes
    .filter(({ verdict }) => verdict === 'advised')
    .map((index) => {
      const plan = parsePlan(index.plans[0]?.plan ?? null);
      return { ...index, used: plan.kind === 'plan' ? indexesIn(plan) : [] };
    });
}

function workspaceWith(schema: readonly string[]): Workspace {
  return memoryWorkspace([{ path: 'migrations/0001_tables.sql', text: `${schema.join(';\n')};\n` }]);
}

function indexesIn(plan: Plan): readonly string[] {
  return nodesOf(plan).flatMap(({ index }) => index ?? []);
}

interface Tried {
  readonly trial: Trial;
  readonly blocks: number;
}

const BLOCK = 8192;

function requestOf({ query, parameters = 0 }: IndexCase): ExplainRequest {
  return { statement: query, writes: false, parameters, analyze: false };
}

function trialOf(
  one: IndexCase,
  names: readonly string[],
  size: Omit<Trial, 'names' | 'outcomes' | 'partial' | 'guessed'>,
  plans: readonly [Plan, Plan],
): Trial {
  const [before, after] = plans;
  return {
    ...size,
    names,
    partial: / WHERE /.test(one.index),
    guessed: one.guessed ?? false,
    outcomes: [{ query: 0, before, after }],
  };
}

async function onReplica(embedded: EmbeddedPostgres, statistics: Statistics, one: IndexCase): Promise<Tried> {
  const replica = embedded.after(MIGRATIONS, statistics);
  const before = await replica.explain(requestOf(one));
  const answer = await replica.tryIndex({
    table: { schema: 'public', name: tableOf(one) },
    name: 'tried',
    create: `CREATE INDEX tried ON ${one.index}`,
    extensions: [],
    requests: [requestOf(one)],
  });
  if (answer.kind !== 'tried') throw new Error(JSON.stringify(answer));
  const { names, bytes, rows, tableRows, plans } = answer;
  return {
    trial: trialOf(one, names, { bytes, rows, tableRows }, [planOf(before), planOf(plans[0])]),
    blocks: bytes / BLOCK,
  };
}

async function onServer(server: RealServer, database: string, one: IndexCase): Promise<Tried> {
  const client = new Client({ connectionString: server.url(database), ssl: false });
  await client.connect();
  try {
    const source = { kind: 'database', name: database, postgres: '', statistics: '' } as const;
    const explain = () => explainIn(sessionOf(client), requestOf(one), source, { major: 18, text: '' });
    const before = planOf(await explain());
    await client.query(`CREATE INDEX tried ON ${one.index}`);
    const after = planOf(await explain());
    const parts = await client.query(
      `SELECT c.relname AS name, pg_relation_size(c.oid) AS bytes, c.reltuples AS rows, c.relkind AS kind,
        (SELECT reltuples FROM pg_class WHERE oid = i.indrelid) AS "tableRows"
       FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
       WHERE c.oid = 'tried'::regclass OR c.oid IN (SELECT relid FROM pg_partition_tree('tried'))`,
    );
    await client.query('DROP INDEX tried');
    const sum = (key: string) =>
      parts.rows.filter(({ kind }) => kind === 'i').reduce((all, row) => all + Number(row[key]), 0);
    const names = parts.rows.map(({ name }) => String(name));
    const size = { bytes: sum('bytes'), rows: sum('rows'), tableRows: sum('tableRows') };
    return { trial: trialOf(one, names, size, [before, after]), blocks: size.bytes / BLOCK };
  } finally {
    await client.end();
  }
}

function planOf(answer: unknown): Plan {
  const { plan: json } = answer as { plan?: unknown };
  const plan = parsePlan(json ?? null);
  if (plan.kind !== 'plan') throw new Error(`${plan.reason} ${JSON.stringify(answer)}`);
  return plan;
}

function verdictOf(trial: Trial): string {
  return verdictsOn([trial])[0]?.kind ?? '';
}

function tableOf({ index }: IndexCase): string {
  return /^\w+/.exec(index)?.[0] ?? '';
}

function costs({ before, after }: { before: Plan; after: Plan }): string {
  return [before, after].map(({ root }) => root.estimate?.totalCost ?? 0).join(' → ');
}
