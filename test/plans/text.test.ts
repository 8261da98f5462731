// Plans in text format give the tree that the JSON of the same statement gives. Recorded from real servers (texts/):
// UPDATE=1 npx mocha test/plans/text.test.ts

import assert from 'node:assert/strict';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';
import { planText } from '../../server/src/plans/plan-text.js';
import { savedPlansIn } from '../../server/src/plans/saved-plan.js';
import { plansInText } from '../../server/src/plans/text.js';
import { type Major, useRealServer } from '../truth/support/real-server.js';
import { recordedMarkup, recordedPairs, recordMarkup, recordPairs } from './support/recorded-plan-texts.js';

const MAJORS = [18, 15] as const satisfies readonly Major[];

for (const major of MAJORS) {
  if (process.env.UPDATE === '1') {
    describe(`PostgreSQL ${major}`, () => {
      const server = useRealServer(major);
      it('records plans as text and as JSON', () => recordPairs(server())).timeout(120_000);
      it('records plans as text and as JSON', () => recordPairs(server())).timeout(120_000);
    });
  }

  describe(`a plan of PostgreSQL ${major} as text`, () => {
    for (const pair of recordedPairs(major)) {
      it(`is the plan of the JSON: ${pair.name}`, () => {
        assert.deepEqual(comparable(textPlan(pair.text)), comparable(planOf(JSON.parse(pair.json))));
      });
    }
  });
}

describe('a plan in another format', () => {
  if (process.env.UPDATE === '1') {
    const server = useRealServer(18);
    it('is recorded', () => recordMarkup(server())).timeout(120_000);
  }

  for (const { name, json, xml, yaml } of recordedMarkup()) {
    for (const [format, text] of Object.entries({ XML: xml, YAML: yaml })) {
      // XML does not tell whether its groups were sorted in memory.
      if (name === 'incremental-sort' && format === 'XML') continue;
      for (const [where, shown] of [
        ['', text],
        [' out of psql', inPsql(text)],
      ] as const) {
        it(`is the plan of the JSON: ${name} in ${format}${where}`, () => {
          const read = savedPlansIn(shown);
          assert.ok(!('kind' in read) && read.length === 1);
          assert.deepEqual(comparable(planOf(read[0]?.json)), comparable(planOf(JSON.parse(json))));
        });
      }
    }
  }
});

/** As psql shows a value of several lines. */
function inPsql(text: string): string {
  const lines = text.trimEnd().split('\n');
  const width = Math.max(...lines.map((line) => line.length));
  const rows = lines.map((line, at) => ` ${line.padEnd(width)}${at === lines.length - 1 ? '' : '+'}`);
  return ['QUERY PLAN'.padStart(width / 2), '-'.repeat(width + 2), ...rows, '(1 row)', ''].join('\n');
}

/** Those whose lines the writer has in the order of the server; it writes none of single workers. */
const TO_THE_LETTER = [
  ...['filter', 'nested-loop', 'anti-join', 'correlated', 'cte-read-twice', 'incremental-sort', 'hashed'],
  ...['aggregate-spills', 'sort-spills', 'set-operation', 'merge-statement', 'update-partitions', 'sample'],
  ...['never-executed', 'without-costs', 'without-times', 'odd-names', 'multi-line', 'gin', 'window-run'],
];

describe('a plan that is written as text', () => {
  for (const { name, text } of recordedPairs(15)) {
    if (!TO_THE_LETTER.includes(name)) continue;
    it(`is what the server prints: ${name}`, () => assert.equal(planText(textPlan(text)), text));
  }

  for (const major of MAJORS) {
    for (const { name, json } of recordedPairs(major)) {
      it(`is read again as it was: ${name} of PostgreSQL ${major}`, () => {
        const plan = planOf(JSON.parse(json));
        assert.deepEqual(written(textPlan(planText(plan))), written(plan));
      });
    }
  }
});

/** Without what the writer leaves out: what single workers did. */
function written(plan: Plan): unknown {
  return cleaned(plan, (key) => key === 'each' || isFunctionName(key, plan));
}

function textPlan(text: string): Plan {
  const plans = plansInText(text);
  assert.equal(plans.length, 1);
  return planOf(plans[0]?.json);
}

function planOf(json: unknown): Plan {
  const plan = parsePlan(json);
  assert.ok(plan.kind === 'plan', JSON.stringify(plan));
  return plan;
}

/** Without what differs between two runs, and what text leaves out. */
function comparable(plan: Plan): unknown {
  const isParallel = nodesOf(plan).some(({ type }) => type.startsWith('Gather'));
  const isLeftOut = (key: string): boolean =>
    TIMES.test(key) ||
    (isParallel && (key === 'actual' || BY_CHANCE.test(key))) ||
    key === 'cost' ||
    isFunctionName(key, plan) ||
    key === 'Query Identifier';
  return cleaned(plan, isLeftOut);
}

/** Text does not tell them apart where a scan of a function has one name only. */
function isFunctionName(key: string, { root }: Plan): boolean {
  return (key === 'alias' || key === 'functionName' || key === 'Alias') && /Function/.test(root.type);
}

function cleaned(plan: Plan, isLeftOut: (key: string) => boolean): unknown {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, item]) => !isLeftOut(key) && !SAID_BY_ABSENCE.has(item))
        .map(([key, item]) => [key, clean(item)] as const)
        .filter(([, item]) => JSON.stringify(item) !== '{}' && JSON.stringify(item) !== '[]'),
    );
  };
  return clean(plan);
}

const TIMES = /Ms$|^ms$|^ownShare$|Time$|^(?:Timing|Generation)$/;
/** Parallel processes share the work as it comes. */
const BY_CHANCE =
  /^(?:each|misestimate|loops|rowsPerLoop|sharedHit|Sort Space Used|Worker.*|Exact Heap Blocks|Peak Memory Usage)$/;
const SAID_BY_ABSENCE: ReadonlySet<unknown> = new Set([null, undefined, 0, false]);
