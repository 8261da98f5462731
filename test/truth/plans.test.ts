// Plans made from statistics alone are those of the server that the statistics came from: skewed data on a real server, its
// statistics exported and put into the embedded one, and the same queries planned on both.

import assert from 'node:assert/strict';
import { Client } from 'pg';
import type { Statistics } from '../../server/src/catalog/statistics.js';
import type { Explained, ExplainRequest, Failure } from '../../server/src/database/database.js';
import { explainIn } from '../../server/src/database/explain.js';
import { type EmbeddedPostgres, openEmbedded } from '../../server/src/database/pglite.js';
import { sessionOf } from '../../server/src/database/postgres-connection.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { bundledWorker } from '../database/support/embedded.js';
import { CASES, data, type PlanCase, SCHEMA } from './support/plan-cases.js';
import { exportedFrom, treeOf } from './support/plans.js';
import { type RealServer, useRealServer } from './support/real-server.js';

const MIGRATIONS = [
  {
    transaction: false,
    statements: SCHEMA.map((sql, index) => ({ sql, path: 'schema.sql', line: index + 1 })),
  },
];

describe('truth: plans', function () {
  this.timeout(240_000);
  let embedded: EmbeddedPostgres;

  before(async () => {
    embedded = openEmbedded({ worker: await bundledWorker() });
  });
  after(() => embedded?.close());

  describe('PostgreSQL 18', () => {
    const server = useRealServer(18);
    let database: string;
    let theirs: Plans;

    before('data', async () => {
      database = await filled(server(), 1);
      theirs = await plansOn(server(), database, CASES);
    });

    it('are the same', async () => {
      const statistics = await exportedFrom(server(), database, 'none');
      const result = compare(theirs, await plansFrom(embedded, statistics, CASES));
      print('everything exported', result, 'each');
      assert.ok(result.same >= 0.95 * result.all, `${result.same} of ${result.all} plans are the same`);
      assert.ok(
        result.within1 >= 0.9 * result.all,
        `${result.within1} of ${result.all} costs are within 1 %`,
      );
    });

    it('how many are the same when less is exported', async () => {
      const withheld = await exportedFrom(server(), database, 'text');
      print('values of text withheld', compare(theirs, await plansFrom(embedded, withheld, USUAL)));
      const shapes = await exportedFrom(server(), database, 'all');
      print('all values withheld', compare(theirs, await plansFrom(embedded, shapes, USUAL)));
      print('sizes alone', compare(theirs, await plansFrom(embedded, sizesOf(shapes), USUAL)));
    });

    it('how many are the same where text is in the order of a language', async function () {
      const icu = `TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`;
      const other = await filled(server(), 0.2, icu).catch(() => null);
      if (other === null) return this.skip();
      const statistics = await exportedFrom(server(), other, 'none');
      const result = compare(
        await plansOn(server(), other, USUAL),
        await plansFrom(embedded, statistics, USUAL),
      );
      print('ICU, en-US', result, 'each');
      assert.ok(result.same >= 0.95 * result.all, `${result.same} of ${result.all} plans are the same`);
    });
  });

  describe('PostgreSQL 15', () => {
    const server = useRealServer(15);

    it('how many are the same', async () => {
      const database = await filled(server(), 1);
      const statistics = await exportedFrom(server(), database, 'none');
      const result = compare(
        await plansOn(server(), database, USUAL),
        await plansFrom(embedded, statistics, USUAL),
      );
      print('PostgreSQL 15', result, 'each');
    });
  });
});

/** With the settings that the server has anyway: they cost one import, any others one more. */
const USUAL = CASES.filter(({ settings }) => settings === undefined);

type Plans = ReadonlyMap<PlanCase, Plan>;

/** A database of the server with the schema and the data; gives its name. */
async function filled(server: RealServer, share: number, options = ''): Promise<string> {
  const name = `plans_${options === '' ? 'plain' : 'ordered'}`;
  await server.run('postgres', `CREATE DATABASE ${name} ${options}`);
  await server.run(name, `SET TIME ZONE 'UTC'`, ...SCHEMA, ...data(share));
  return name;
}

/** As a configuration assumes them. */
function sizesOf(statistics: Statistics): Statistics {
  return {
    ...statistics,
    tables: new Map(
      [...statistics.tables].map(([key, table]) => [
        key,
        {
          ...table,
          pages: null,
          analyzedPages: null,
          allVisible: null,
          allFrozen: null,
          columns: new Map(),
          inherited: new Map(),
          indexes: new Map(),
        },
      ]),
    ),
  };
}

function requestOf({ sql, parameters = 0 }: PlanCase): ExplainRequest {
  // What takes long is the machine: nothing here plans for seconds.
  return { statement: sql, writes: false, parameters, analyze: false, timeoutMs: 60_000 };
}

async function plansOn(server: RealServer, database: string, cases: readonly PlanCase[]): Promise<Plans> {
  const client = new Client({ connectionString: server.url(database), ssl: false });
  await client.connect();
  try {
    const plans = new Map<PlanCase, Plan>();
    const source = { kind: 'database', name: database, postgres: '', statistics: '' } as const;
    const version = { major: server.major, text: '' };
    for (const one of cases) {
      const settings = Object.entries(one.settings ?? {}).map(
        ([name, value]) => `SET LOCAL ${name} = '${value}'`,
      );
      const answer = await explainIn(sessionOf(client), requestOf(one), source, version, settings.join('; '));
      plans.set(one, planOf(one, answer));
    }
    return plans;
  } finally {
    await client.end();
  }
}

async function plansFrom(
  embedded: EmbeddedPostgres,
  statistics: Statistics,
  cases: readonly PlanCase[],
): Promise<Plans> {
  const plans = new Map<PlanCase, Plan>();
  // In an order in which cases with the same settings follow each other.
  const keyOf = ({ settings }: PlanCase) => JSON.stringify(settings ?? {});
  for (const one of [...cases].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const settings = new Map([...statistics.settings, ...Object.entries(one.settings ?? {})]);
    const database = embedded.after(MIGRATIONS, { ...statistics, settings });
    plans.set(one, planOf(one, await database.explain(requestOf(one))));
  }
  return plans;
}

function planOf({ name }: PlanCase, answer: Explained | Failure): Plan {
  assert.equal(answer.kind, 'explained', `${name}: ${JSON.stringify(answer)}`);
  const plan = parsePlan('plan' in answer ? answer.plan : null);
  if (plan.kind !== 'plan') throw new Error(`${name}: ${plan.reason}`);
  return plan;
}

interface Comparison {
  readonly all: number;
  readonly same: number;
  /** Costs that differ by at most so much per cent. */
  readonly within1: number;
  readonly within10: number;
  readonly differences: readonly string[];
}

function compare(theirs: Plans, ours: Plans): Comparison {
  const differences: string[] = [];
  let [same, within1, within10] = [0, 0, 0];
  for (const [one, our] of ours) {
    const their = theirs.get(one);
    assert.ok(their, one.name);
    const [theirTree, ourTree] = [treeOf(their.root), treeOf(our.root)];
    const [theirCost, ourCost] = [costOf(their), costOf(our)];
    const difference = Math.abs(ourCost / theirCost - 1);
    if (difference <= 0.01) within1 += 1;
    if (difference <= 0.1) within10 += 1;
    if (ourTree === theirTree) same += 1;
    if (ourTree !== theirTree) {
      differences.push(`${one.name}: there ${theirTree} ${theirCost}\n          here ${ourTree} ${ourCost}`);
    } else if (difference > 0.01) {
      differences.push(`${one.name}: cost there ${theirCost}, here ${ourCost}`);
    }
  }
  return { all: ours.size, same, within1, within10, differences };
}

function costOf({ root }: Plan): number {
  return root.estimate?.totalCost ?? Number.NaN;
}

function print(title: string, result: Comparison, differences?: 'each'): void {
  const { all, same, within1, within10 } = result;
  console.log(
    `      ${title}: ${same} of ${all} plans are the same, ${within1} costs within 1 %, ${within10} within 10 %`,
  );
  if (differences === undefined) return;
  for (const difference of result.differences) console.log(`        ${difference}`);
}
