// An index that an advice wishes for is one that the server uses: of each form of condition the query is planned on the embedded
// server, the index that is wished for is made there, and the query is planned again. Where the advice is to write the query
// otherwise, an index on the column serves that.

import assert from 'node:assert/strict';
import { adviceOn } from '../../server/src/advice/advise.js';
import { indexDefinition } from '../../server/src/advice/index-texts.js';
import { indexCandidates } from '../../server/src/advice/indexes/candidates.js';
import { type Circumstances, Moment } from '../../server/src/advice/moment.js';
import { limitedOrder } from '../../server/src/advice/order.js';
import { wishedIndex } from '../../server/src/advice/wish.js';
import { distributionOf } from '../../server/src/catalog/statistics.js';
import type { ExplainRequest } from '../../server/src/database/database.js';
import { type EmbeddedPostgres, openEmbedded } from '../../server/src/database/pglite.js';
import { explainTargetOf } from '../../server/src/features/explain-target.js';
import { adviseIndexes } from '../../server/src/hosts/advise-indexes.js';
import { withAssumedSizes } from '../../server/src/lint/sizes.js';
import { isSort } from '../../server/src/plans/node-types.js';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { planCondition, sortKey } from '../../server/src/queries/plan-conditions.js';
import { bundledWorker } from '../database/support/embedded.js';
import { catalogFrom } from '../support/catalogs.js';
import { sqlParser } from '../support/parsers.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const SCHEMA = `
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN label AS varchar(20);
CREATE DOMAIN amount AS integer;
CREATE TABLE t (
  id bigint PRIMARY KEY, b integer, big bigint, v varchar(40), s text, u uuid, c citext, f char(8), n name, mood mood,
  tag label, sum amount, net cidr, at timestamp, ts timestamptz, day date, j jsonb, tags text[], flag boolean,
  "Big Name" integer, "user" integer, "C" text COLLATE "C"
)`;
const STATEMENTS = SCHEMA.split(';').map((sql) => sql.trim());
const MIGRATIONS = [
  {
    transaction: false,
    statements: STATEMENTS.map((sql, at) => ({ sql, path: 'schema.sql', line: at + 1 })),
  },
];
const STATISTICS = withAssumedSizes(null, { t: { rows: 3_000_000, bytes: null } }) ?? assert.fail();

/** A condition, and the index that is wished for; `null` where the query is to be written otherwise. */
const FORMS: readonly (readonly [string, string | null])[] = [
  ['b = 7', '(b)'],
  ['b IN (1, 2)', '(b)'],
  ['b = $1', '(b)'],
  ['b = 7 AND at BETWEEN $1 AND $2', '(b, at)'],
  ['b = 7 ORDER BY ts DESC LIMIT 5', '(b, ts)'],
  ['b = 7 ORDER BY ts DESC NULLS LAST LIMIT 5', '(b, ts DESC NULLS LAST)'],
  ['b = 7 ORDER BY ts DESC, id LIMIT 5', '(b, ts DESC, id)'],
  ['b = 7 AND s > $1 ORDER BY ts LIMIT 5', '(b, ts, s)'],
  [`v = 'x'`, '(v)'],
  [`v = $1::text`, '(v)'],
  [`v IN ('x', 'y')`, '(v)'],
  [`v::text = 'x'`, '(v)'],
  [`tag = 'x'`, '(tag)'],
  ['sum = 5', '(sum)'],
  [`net = '10.0.0.0/8'`, '(net)'],
  [`s = 'x'`, '(s)'],
  [`s::varchar = 'x'`, '(s)'],
  [`c = 'x'`, '(c)'],
  [`c::text = 'x'`, '(((c)::text))'],
  [`u = '00000000-0000-0000-0000-000000000001'`, '(u)'],
  [`u::text = 'x'`, null],
  [`b::text = '7'`, null],
  [`mood::text = 'sad'`, null],
  [`f = 'x'`, '(f)'],
  [`f::text = 'x'`, null],
  [`n = 'x'`, '(n)'],
  [`lower(s) = 'x'`, '(lower(s))'],
  [`lower(v) = 'x'`, '(lower((v)::text))'],
  [`b = 7 AND lower(v) = 'x'`, '(b, lower((v)::text))'],
  [`b = 7 AND at IS NULL ORDER BY ts DESC LIMIT 5`, '(b, ts)'],
  [`lower(v) LIKE 'x%'`, '(lower((v)::text) text_pattern_ops)'],
  [`date(at) = '2026-01-01'`, null],
  [`at::date = '2026-01-01'`, null],
  [`ts::date = '2026-01-01'`, null],
  [`j ->> 'k' = 'x'`, `((j ->> 'k'::text))`],
  [`j @> '{"k": 1}'`, ' USING gin (j jsonb_path_ops)'],
  [`j ? 'k'`, ' USING gin (j)'],
  [`tags @> ARRAY['x']`, ' USING gin (tags)'],
  [`s LIKE '%abc%'`, ' USING gin (s gin_trgm_ops)'],
  [`v ILIKE 'abc%'`, ' USING gin (v gin_trgm_ops)'],
  [`v LIKE 'abc%'`, '(v varchar_pattern_ops)'],
  [`s LIKE 'abc%'`, '(s text_pattern_ops)'],
  [`"C" LIKE 'abc%'`, '("C")'],
  ['"Big Name" = 1', '("Big Name")'],
  ['"user" = 1', '("user")'],
];

/** What is wished for where rows were counted: without statistics IS NULL rests on a guess alone, and is left out. */
const COUNTED: readonly (readonly [string, string])[] = [
  ['b = 7 AND at IS NULL ORDER BY ts DESC LIMIT 5', '(b, ts) WHERE at IS NULL'],
  ['at IS NULL ORDER BY ts LIMIT 5', '(ts) WHERE at IS NULL'],
  ['b = 7 AND at IS NULL', '(b) WHERE at IS NULL'],
  ['at IS NULL', '(at)'],
  ['at IS NOT NULL ORDER BY ts LIMIT 5', '(ts) WHERE at IS NOT NULL'],
];

/** What follows SELECT, and an index that has to be among those that are tried, and used. */
const CANDIDATES: readonly (readonly [string, string])[] = [
  ['max(ts) FROM t WHERE b = 7', '(b, ts)'],
  ['min(at) FROM t', '(at)'],
  ['DISTINCT b FROM t LIMIT 5', '(b)'],
  ['b, count(*) FROM t GROUP BY b LIMIT 5', '(b)'],
  ['DISTINCT ON (b) b, ts FROM t ORDER BY b, ts DESC LIMIT 5', '(b, ts DESC)'],
  ['* FROM t ORDER BY ts DESC NULLS LAST LIMIT 5', '(ts DESC NULLS LAST)'],
  ['* FROM t WHERE b > 5 ORDER BY ts LIMIT 5', '(ts, b)'],
  [`* FROM t WHERE u::text = 'x'`, '(((u)::text))'],
];

describe('truth: advised indexes', function () {
  this.timeout(240_000);
  const catalog = catalogFrom(SCHEMA);
  let embedded: EmbeddedPostgres;

  before(async () => {
    embedded = openEmbedded({ worker: await bundledWorker() });
  });
  after(() => embedded?.close());

  for (const [condition, wanted] of FORMS) {
    it(`${condition}: ${wanted ?? 'written otherwise'}`, async () => {
      const query = `SELECT * FROM t WHERE ${condition}`;
      const before = await planned(query);
      const advice = adviceOn(before, around(query));
      const [index = null] = advice.flatMap((one) => one.index ?? []);
      assert.equal(index === null ? null : definition(indexDefinition(index)), wanted);
      if (index !== null) await assertUsed(query, indexDefinition(index));
      else {
        const rewritten = advice.find(({ sql }) => sql?.startsWith('WHERE '))?.sql ?? '';
        const column = /^WHERE ("[^"]+"|\w+)/.exec(rewritten)?.[1] ?? '';
        await assertUsed(`SELECT * FROM t ${rewritten}`, `ON t (${column})`);
      }
    });
  }

  for (const [condition, wanted] of COUNTED) {
    it(`${condition}, counted: ${wanted}`, async () => {
      const query = `SELECT * FROM t WHERE ${condition}`;
      const moment = new Moment(await planned(query), around(query));
      const scan = moment.nodes.find(({ type }) => type === 'Seq Scan');
      assert.ok(scan !== undefined);
      const comparisons = moment.comparisonsOf(scan, 'Filter');
      const index = wishedIndex(moment, scan, comparisons, limitedOrder(moment, scan));
      assert.equal(index === null ? null : definition(indexDefinition(index)), wanted);
      await assertUsed(query, `ON t ${wanted}`);
    });
  }

  for (const [select, wanted] of CANDIDATES) {
    it(`SELECT ${select}: ${wanted} is tried`, async () => {
      const query = `SELECT ${select}`;
      const moment = new Moment(await planned(query), around(query));
      const { candidates } = indexCandidates(moment, { tenantColumn: () => null });
      const texts = candidates.map(({ index }) => definition(indexDefinition(index)));
      assert.ok(texts.includes(wanted), texts.join('\n'));
      await assertUsed(query, `ON t ${wanted}`);
    });
  }

  it('says nothing of what rests on a guess alone', async () => {
    const query = 'SELECT * FROM t WHERE ts IS NULL';
    assert.deepEqual(adviceOn(await planned(query), around(query)), []);
  });

  it('finds two that help only together', async () => {
    const workspace = memoryWorkspace([{ path: 'migrations/01_tables.sql', text: `${SCHEMA};` }]);
    const advise = async (statement: string) => {
      const target = explainTargetOf(workspace, statement);
      assert.ok('sql' in target);
      const answer = await adviseIndexes(
        workspace,
        `${ROOT}/q.sql`,
        [target],
        embedded.after(MIGRATIONS, STATISTICS),
        STATISTICS,
        new AbortController().signal,
        () => {},
      );
      assert.ok(answer.kind === 'advised', JSON.stringify(answer));
      const best = answer.indexes.filter(({ verdict }) => verdict === 'advised');
      return { titles: best.map(({ title }) => title).sort(), best, notes: answer.notes };
    };
    const choice = await advise(`SELECT * FROM t WHERE b = 7 OR day = '2026-01-01'`);
    assert.deepEqual(choice.titles, ['t (b)', 't (day)']);
    for (const { message, plans } of choice.best) {
      assert.match(message, /Only together with one on t \((b|day)\): neither helps alone\./);
      const used = plans.flatMap(({ plan }) => nodesOf(planIn(plan)).flatMap(({ index }) => index ?? []));
      assert.deepEqual(used.sort(), ['t_b_idx', 't_day_idx']);
    }
    assert.ok(choice.notes.some((note) => /and 1 pair where none helps alone/.test(note)));
    // What one does is not done by two.
    const one = await advise('SELECT * FROM t WHERE b = 7 AND big = 5');
    assert.equal(one.titles.length, 1);
    assert.ok(!one.notes.some((note) => note.includes('pair')));
  });

  function around(statement: string): Circumstances {
    return {
      condition: (text) => planCondition(sqlParser, text),
      sortKey: (text) => sortKey(sqlParser, text),
      catalog,
      factsOf: () => ({ rows: 3_000_000, bytes: null, changedRows: null, analyzed: null }),
      distributionOf: (relation, column) => distributionOf(STATISTICS, relation, column),
      source: { kind: 'embedded', statistics: 'assumed' },
      statement,
    };
  }

  async function planned(query: string): Promise<Plan> {
    const answer = await embedded.after(MIGRATIONS, STATISTICS).explain(requestFor(query));
    assert.ok(answer.kind === 'explained', JSON.stringify(answer));
    return planIn(answer.plan);
  }

  async function assertUsed(query: string, index: string): Promise<void> {
    const tried = await embedded.after(MIGRATIONS, STATISTICS).tryIndex({
      table: { schema: 'public', name: 't' },
      name: 'tried',
      create: `CREATE INDEX tried ${index}`,
      extensions: [],
      requests: [requestFor(query)],
    });
    assert.ok(tried.kind === 'tried', JSON.stringify(tried));
    const [after] = tried.plans;
    assert.ok(after?.kind === 'explained', JSON.stringify(after));
    const nodes = nodesOf(planIn(after.plan));
    assert.ok(
      nodes.some((node) => node.index === 'tried'),
      `${index} is not used by ${query}`,
    );
    assert.ok(!nodes.some(isSort), `${index} does not give the order of ${query}`);
  }
});

function requestFor(statement: string): ExplainRequest {
  const numbers = [...statement.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  return { statement, writes: false, parameters: Math.max(0, ...numbers), analyze: false };
}

function planIn(json: unknown): Plan {
  const plan = parsePlan(json);
  assert.ok(plan.kind === 'plan');
  return plan;
}

/** What follows the table. */
function definition(text: string): string {
  return text.replace(/^ON t( USING)?/, (_, using?: string) => using ?? '').replace(/^ (?=\()/, '');
}
