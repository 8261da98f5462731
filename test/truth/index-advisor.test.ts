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
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { bundledWorker } from '../database/support/embedded.js';
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
    assert.equal(answer.kind, 'not-allowed');
  });
});

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
