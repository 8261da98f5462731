// Plans that real servers made (recorded in plans/), and what we make of their numbers. Expected values are worked out
// here from the recorded ones, so that plans can be recorded anew: UPDATE=1 npx mocha test/plans/plan.test.ts

import assert from 'node:assert/strict';
import { nodesOf } from '../../server/src/plans/nodes.js';
import { type Executed, type Plan, type PlanNode, parsePlan } from '../../server/src/plans/plan.js';
import { type Major, useRealServer } from '../truth/support/real-server.js';
import { RECORDINGS, recordedPlan, recordPlans } from './support/recorded-plans.js';

const MAJORS = [18, 15] as const satisfies readonly Major[];

type Raw = Record<string, unknown>;

for (const major of MAJORS) {
  if (process.env.UPDATE === '1') {
    describe(`PostgreSQL ${major}`, () => {
      const server = useRealServer(major);
      it('records plans', () => recordPlans(server())).timeout(120_000);
    });
  }

  describe(`a plan of PostgreSQL ${major}`, () => {
    for (const { name } of RECORDINGS) {
      it(`adds up: ${name}`, () => {
        const plan = read(major, name);
        const nodes = nodesOf(plan);
        const costs = nodes.flatMap(({ cost }) => cost ?? []);
        if (name === 'without-costs') assert.deepEqual(costs, []);
        else near(sum(costs.map(({ share }) => share)), 1);
        for (const node of nodes) {
          assert.ok((node.cost?.own ?? 0) >= 0 && (node.cost?.share ?? 0) <= 1.000001, node.id);
          if (node.actual?.kind !== 'executed') continue;
          assert.ok((node.actual.ownMs ?? 0) <= (node.actual.elapsedMs ?? 0), node.id);
          assert.ok((node.ownBuffers?.sharedHit ?? 0) <= (node.buffers?.sharedHit ?? 0), node.id);
        }
        const own = sum(nodes.map(({ actual }) => (actual?.kind === 'executed' ? (actual.ownMs ?? 0) : 0)));
        assert.ok(
          plan.executionMs === null || own <= plan.executionMs * 1.001,
          `${own} of ${plan.executionMs}`,
        );
      });
    }

    it('multiplies what is per loop', () => {
      const outer = rawNode(major, 'nested-loop', '0.0');
      const inner = rawNode(major, 'nested-loop', '0.1');
      const bitmap = rawNode(major, 'nested-loop', '0.1.0');
      const loops = number(inner, 'Actual Loops');
      assert.equal(loops, 40);
      const actual = executed(major, 'nested-loop', '0.1');
      assert.equal(actual.rows, number(inner, 'Actual Rows') * loops);
      near(actual.elapsedMs, number(inner, 'Actual Total Time') * loops);
      near(actual.ownMs, (number(inner, 'Actual Total Time') - number(bitmap, 'Actual Total Time')) * loops);
      near(
        executed(major, 'nested-loop', '0').ownMs,
        number(rawNode(major, 'nested-loop', '0'), 'Actual Total Time') -
          number(outer, 'Actual Total Time') -
          number(inner, 'Actual Total Time') * loops,
      );
      const searched = rawNode(major, 'semi-join', '0.1');
      assert.equal(
        node(major, 'semi-join', '0.1').removed?.byFilter,
        number(searched, 'Rows Removed by Filter') * number(searched, 'Actual Loops'),
      );
    });

    it('lets parallel processes run side by side', () => {
      const name = 'parallel-nested-loop';
      const processes = number(rawNode(major, name, '0.0.0'), 'Actual Loops');
      assert.equal(processes, 3);
      const inner = rawNode(major, name, '0.0.0.0.1');
      near(
        executed(major, name, '0.0.0.0.1').elapsedMs,
        (number(inner, 'Actual Total Time') * number(inner, 'Actual Loops')) / processes,
      );
      const { workers } = node(major, name, '0.0');
      assert.deepEqual([workers?.planned, workers?.launched], [2, 2]);
      assert.equal(node(major, name, '0.0.0').workers?.each.length, 2);
    });

    it('lets one process build the bitmap that all wait for', () => {
      const heap = rawNode(major, 'parallel-bitmap', '0.0');
      const index = rawNode(major, 'parallel-bitmap', '0.0.0');
      assert.deepEqual([heap['Actual Loops'], index['Actual Loops']], [3, 1]);
      near(executed(major, 'parallel-bitmap', '0.0.0').elapsedMs, number(index, 'Actual Total Time'));
      near(
        executed(major, 'parallel-bitmap', '0.0').ownMs,
        number(heap, 'Actual Total Time') - number(index, 'Actual Total Time'),
      );
    });

    it('does not count a CTE again in those who read it', () => {
      const plan = read(major, 'cte-read-twice');
      const cte = nodesOf(plan).find(({ subplan }) => subplan === 'CTE busy');
      const readers = nodesOf(plan).filter(({ type }) => type === 'CTE Scan');
      assert.equal(readers.length, 2);
      const elapsed = (of: PlanNode | undefined) =>
        of?.actual?.kind === 'executed' ? (of.actual.elapsedMs ?? 0) : 0;
      const own = sum(readers.map(({ actual }) => (actual?.kind === 'executed' ? (actual.ownMs ?? 0) : 0)));
      near(own, sum(readers.map(elapsed)) - elapsed(cte));
      assert.equal(sum(readers.map(({ ownBuffers }) => ownBuffers?.sharedHit ?? 0)), 0);
    });

    it('takes nothing off for a CTE that nobody reads', () => {
      const scan = rawNode(major, 'cte-not-read', '0.1');
      const root = rawNode(major, 'cte-not-read', '0');
      near(
        executed(major, 'cte-not-read', '0').ownMs,
        number(root, 'Actual Total Time') - number(scan, 'Actual Total Time'),
      );
    });

    it('takes an initial plan off where it was needed, not where it is printed', () => {
      const [initPlan, user] = ['0.0', '0.1.0'].map((id) => rawNode(major, 'init-plan', id));
      assert.match(String(initPlan?.['Subplan Name']), /InitPlan 2/);
      near(
        executed(major, 'init-plan', '0.1.0').ownMs,
        number(user, 'Actual Total Time') - number(initPlan, 'Actual Total Time'),
      );
      const [root, join] = ['0', '0.1'].map((id) => rawNode(major, 'init-plan', id));
      near(
        executed(major, 'init-plan', '0').ownMs,
        number(root, 'Actual Total Time') - number(join, 'Actual Total Time'),
      );
    });

    it('takes a correlated subplan off for each of its runs', () => {
      const [scan, subplan] = ['0', '0.0'].map((id) => rawNode(major, 'correlated', id));
      assert.equal(subplan?.['Actual Loops'], 100);
      near(
        executed(major, 'correlated', '0').ownMs,
        number(scan, 'Actual Total Time') - number(subplan, 'Actual Total Time') * 100,
      );
      assert.equal(node(major, 'correlated', '0.0').role, 'sub-plan');
    });

    it('says what never ran', () => {
      assert.deepEqual(node(major, 'never-executed', '0.1').actual, { kind: 'never-executed' });
      assert.equal(node(major, 'never-executed', '0.1').misestimate, null);
    });

    it('compares estimates with what came', () => {
      const hashed = rawNode(major, 'hashed', '0');
      assert.equal(hashed['Actual Rows'], 0);
      assert.deepEqual(node(major, 'hashed', '0').misestimate, {
        factor: number(hashed, 'Plan Rows'),
        direction: 'over',
        mayHaveStopped: false,
      });
      const join = rawNode(major, 'cte-read-twice', '0.1');
      const misestimate = node(major, 'cte-read-twice', '0.1').misestimate;
      assert.equal(misestimate?.direction, 'under');
      near(misestimate?.factor, number(join, 'Actual Rows') / number(join, 'Plan Rows'));
      assert.equal(node(major, 'filter', '0').misestimate?.mayHaveStopped, false);
    });

    it('knows who may have stopped asking', () => {
      assert.equal(node(major, 'limit-stops', '0.0').misestimate?.mayHaveStopped, true);
      assert.equal(node(major, 'semi-join', '0.1').misestimate?.mayHaveStopped, true);
      assert.equal(node(major, 'semi-join', '0.0').misestimate?.mayHaveStopped, false);
      const hash = nodesOf(read(major, 'cte-read-twice')).find(({ type }) => type === 'Hash');
      assert.equal(hash?.children[0]?.misestimate?.mayHaveStopped, false, 'below a hash all rows are read');
    });

    it('gives no estimate of rows to what counts none', () => {
      assert.equal(node(major, 'bitmap-or', '0.0').type, 'BitmapOr');
      assert.equal(node(major, 'bitmap-or', '0.0').misestimate, null);
      assert.equal(node(major, 'delete', '0').misestimate, null);
      assert.equal(node(major, 'delete', '0').operation, 'Delete');
    });

    it('shares costs where a child is not simply a part of its parent', () => {
      // A LIMIT pays for the beginning only.
      assert.equal(node(major, 'limit-stops', '0').cost?.own, 0);
      near(node(major, 'limit-stops', '0.0').cost?.share, 1);
      // The inner side of a nested loop is printed for one run.
      const [loop, outer, inner] = ['0', '0.0', '0.1'].map((id) => rawNode(major, 'nested-loop', id));
      near(
        node(major, 'nested-loop', '0').cost?.own,
        number(loop, 'Total Cost') -
          number(outer, 'Total Cost') -
          number(inner, 'Total Cost') * number(outer, 'Plan Rows'),
      );
      // What is materialized is read once and then from memory.
      const shares = ['0.0.1', '0.0.1.0'].map((id) => node(major, 'materialize', id).cost?.share ?? 1);
      assert.ok(sum(shares) < 0.3, `${shares}`);
    });

    it('reads what a node is about', () => {
      const scan = node(major, 'filter', '0');
      assert.deepEqual(scan.relation, { schema: 'public', name: 'events' });
      assert.equal(scan.alias, null);
      assert.deepEqual(
        scan.conditions.map(({ kind }) => kind),
        ['Recheck Cond', 'Filter'],
      );
      assert.deepEqual(scan.output, ['id', 'org_id', 'kind', 'at']);
      assert.equal(node(major, 'filter', '0.0').index, 'events_kind');
      assert.deepEqual(node(major, 'nested-loop', '0.0').relation, { schema: 'public', name: 'orgs' });
      assert.equal(node(major, 'nested-loop', '0.0').alias, 'o');
      assert.equal(node(major, 'nested-loop', '0').joinType, 'Inner');
      assert.equal(node(major, 'nested-loop', '0.1').role, 'inner');
      assert.deepEqual(node(major, 'cte-read-twice', '0.0').groupKey, ['events.org_id']);
      assert.deepEqual(node(major, 'merge', '0').conditions, [
        { kind: 'Merge Cond', text: '(a.id = b.org_id)' },
      ]);
      assert.equal(node(major, 'recursive', '0.1').cte, 'up');
      assert.ok(node(major, 'parallel-bitmap', '0.0').parallelAware);
      assert.equal(node(major, 'insert', '0').details['Conflict Resolution'], 'UPDATE');
    });

    it('reads what is said of the whole', () => {
      const plan = read(major, 'nested-loop');
      assert.ok(plan.analyzed);
      assert.deepEqual(plan.settings, {
        enable_hashjoin: 'off',
        enable_mergejoin: 'off',
        enable_memoize: 'off',
      });
      assert.ok((plan.planningMs ?? 0) > 0 && (plan.executionMs ?? 0) > 0);
      assert.deepEqual(
        read(major, 'delete').triggers.map(({ name, calls, relation }) => ({ name, calls, relation })),
        [{ name: 'events_touched', calls: 500, relation: 'events' }],
      );
      assert.equal(read(major, 'window').analyzed, false);
      assert.equal(read(major, 'window').root.actual, null);
    });

    it('does without times and without costs', () => {
      const withoutTimes = executed(major, 'without-times', '0');
      assert.deepEqual([withoutTimes.rows, withoutTimes.elapsedMs, withoutTimes.ownShare], [1, null, null]);
      assert.equal(node(major, 'without-costs', '0').estimate, null);
      assert.equal(node(major, 'without-costs', '0').cost, null);
    });
  });
}

describe('below a parallel Append', () => {
  // The numbers of a real plan, rounded.
  const scan = (name: string, loops: number, time: number) => ({
    'Node Type': 'Seq Scan',
    'Parent Relationship': 'Member',
    'Relation Name': name,
    'Actual Loops': loops,
    'Actual Rows': 1,
    'Actual Startup Time': 0,
    'Actual Total Time': time,
  });
  const append = (parallelAware: boolean) => ({
    'Node Type': 'Append',
    'Parent Relationship': 'Outer',
    'Parallel Aware': parallelAware,
    'Actual Loops': 3,
    'Actual Rows': 1,
    'Actual Startup Time': 0,
    'Actual Total Time': 20,
    Plans: [scan('events_a', 3, 10), scan('events_b', 1, 27)],
  });
  const ownTimes = (parallelAware: boolean) => {
    const gather = {
      'Node Type': 'Gather',
      'Actual Loops': 1,
      'Actual Rows': 1,
      'Actual Startup Time': 0,
      'Actual Total Time': 24,
      Plans: [append(parallelAware)],
    };
    const plan = parsePlan([{ Plan: gather }]);
    assert.equal(plan.kind, 'plan');
    return nodesOf(plan).map(({ actual }) => (actual?.kind === 'executed' ? actual.ownMs : null));
  };

  it('each input gets its part of all processes', () => {
    assert.deepEqual(ownTimes(true), [4, 1, 10, 9]);
  });

  it('but not below any other, where the others wait', () => {
    assert.deepEqual(ownTimes(false), [4, 0, 10, 27]);
  });
});

describe('a plan that compiled', () => {
  it('says how long', () => {
    const plan = read(15, 'jit');
    assert.ok((plan.jit?.functions ?? 0) > 0 && (plan.jit?.ms ?? 0) > 0);
  });
});

describe('the JSON of a plan', () => {
  const NODE = {
    'Node Type': 'Result',
    'Startup Cost': 0,
    'Total Cost': 0.01,
    'Plan Rows': 1,
    'Plan Width': 4,
    'New Key': 7,
  };
  const json = [{ Plan: NODE, 'Query Identifier': 12 }];
  for (const [what, value] of [
    ['as EXPLAIN gives it', json],
    ['as auto_explain logs it', { 'Query Text': 'select 1', Plan: NODE }],
    ['as a node alone', NODE],
  ] as const) {
    it(`is read ${what}`, () => {
      const plan = parsePlan(value);
      assert.ok(plan.kind === 'plan', JSON.stringify(plan));
      assert.equal(plan.root.type, 'Result');
      assert.deepEqual(plan.root.details, { 'New Key': 7 });
    });
  }

  it('keeps what it does not know', () => {
    const plan = parsePlan(json);
    assert.deepEqual(plan.kind === 'plan' && plan.details, { 'Query Identifier': 12 });
  });

  for (const value of [undefined, '', 'Seq Scan on x  (cost=0.00..1.00)', [], {}, [1], null, { Plan: 3 }]) {
    it(`is refused: ${JSON.stringify(value)}`, () => assert.equal(parsePlan(value).kind, 'unreadable'));
  }

  it('may be odd without harm', () => {
    const odd = {
      Plan: {
        'Node Type': 'Limit',
        Alias: 5,
        Plans: [null, 3, { Plans: {}, Workers: 'x' }],
        'Actual Loops': 2,
        'Total Cost': '1',
      },
    };
    const plan = parsePlan(odd);
    assert.equal(plan.kind === 'plan' && plan.root.children.length, 1);
  });
});

function read(major: Major, name: string): Plan {
  const plan = parsePlan(JSON.parse(recordedPlan(major, name)));
  if (plan.kind !== 'plan') throw new Error(plan.reason);
  return plan;
}

function node(major: Major, name: string, id: string): PlanNode {
  const found = nodesOf(read(major, name)).find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`${name} has no node ${id}`);
  return found;
}

function executed(major: Major, name: string, id: string): Executed {
  const { actual } = node(major, name, id);
  if (actual?.kind !== 'executed') throw new Error(`${name} ${id} was not executed`);
  return actual;
}

/** The node as it was recorded. */
function rawNode(major: Major, name: string, id: string): Raw {
  let [{ Plan: raw }]: [{ Plan: Raw }] = JSON.parse(recordedPlan(major, name));
  for (const index of id.split('.').slice(1)) {
    const { Plans: children } = raw;
    raw = Array.isArray(children) ? children[Number(index)] : {};
  }
  return raw;
}

function number(raw: Raw | undefined, key: string): number {
  const value = raw?.[key];
  if (typeof value !== 'number') throw new Error(`no ${key}`);
  return value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function near(actual: number | null | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-6, `${actual} is not ${expected}`);
}
