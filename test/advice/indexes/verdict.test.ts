// What a trial is worth, and which of several indexes is advised.

import assert from 'node:assert/strict';
import { type Trial, verdictsOn } from '../../../server/src/advice/indexes/verdict.js';
import { type Plan, parsePlan } from '../../../server/src/plans/plan.js';

function plan(cost: number, index: string | null = null): Plan {
  const node = {
    'Node Type': index === null ? 'Seq Scan' : 'Index Scan',
    'Total Cost': cost,
    'Startup Cost': 0,
  };
  const costs = { 'Plan Rows': 1, 'Plan Width': 8 };
  const read = parsePlan([
    { Plan: { ...node, ...costs, ...(index === null ? {} : { 'Index Name': index }) } },
  ]);
  if (read.kind !== 'plan') throw new Error(read.reason);
  return read;
}

/** @param costs by query, without it and with it */
function trial(
  name: string,
  costs: Readonly<Record<number, [number, number]>>,
  more: Partial<Trial> = {},
): Trial {
  return {
    names: [name],
    bytes: 1000,
    rows: 10,
    tableRows: 1000,
    partial: false,
    guessed: false,
    outcomes: Object.entries(costs).map(([query, [before, after]]) => ({
      query: Number(query),
      before: plan(before),
      after: plan(after, name),
    })),
    ...more,
  };
}

/** Of the rows that the index finds, a LIMIT takes the first five of an order. */
function sorting(name: string, cost: number, rows: number): Trial {
  const estimate = (more: number) => ({
    'Startup Cost': 0,
    'Plan Width': 8,
    'Total Cost': cost,
    'Plan Rows': more,
  });
  const scan = {
    'Node Type': 'Index Scan',
    'Index Name': name,
    'Parent Relationship': 'Outer',
    ...estimate(rows),
  };
  const sort = {
    'Node Type': 'Sort',
    'Sort Key': ['ts'],
    'Parent Relationship': 'Outer',
    ...estimate(rows),
    Plans: [scan],
  };
  const after = parsePlan([{ Plan: { 'Node Type': 'Limit', ...estimate(5), Plans: [sort] } }]);
  if (after.kind !== 'plan') throw new Error(after.reason);
  return { ...trial(name, {}), outcomes: [{ query: 0, before: plan(1000), after }] };
}

/** In the order of the index it looks for the row that a LIMIT wants; all of them cost `whole`. */
function walking(
  name: string,
  cost: number,
  whole: number,
  costs: Readonly<Record<number, [number, number]>> = {},
): Trial {
  const estimate = (total: number) => ({
    'Startup Cost': 0,
    'Plan Width': 8,
    'Total Cost': total,
    'Plan Rows': 1,
  });
  const scan = {
    'Node Type': 'Index Scan',
    'Index Name': name,
    'Parent Relationship': 'Outer',
    Filter: '(org_id = 7)',
    ...estimate(whole),
  };
  const after = parsePlan([{ Plan: { 'Node Type': 'Limit', ...estimate(cost), Plans: [scan] } }]);
  if (after.kind !== 'plan') throw new Error(after.reason);
  const others = trial(name, costs);
  return { ...others, outcomes: [{ query: 0, before: plan(1000), after }, ...others.outcomes] };
}

describe('verdicts on indexes that were tried', () => {
  const cases: readonly [string, readonly Trial[], readonly string[]][] = [
    ['a fifth of the cost', [trial('a', { 0: [1000, 200] })], ['advised']],
    ['more than a fifth', [trial('a', { 0: [1000, 201] })], ['little']],
    ['a fifth of next to nothing', [trial('a', { 0: [40, 4] })], ['little']],
    ['half of much', [trial('a', { 0: [30_000, 15_000] })], ['advised']],
    ['less than half of much', [trial('a', { 0: [30_000, 16_000] })], ['little']],
    ['half, by guess', [trial('a', { 0: [1000, 500] }, { guessed: true })], ['advised']],
    ['not in the plan', [trial('a', { 0: [1000, 10] }, { names: ['b'] })], ['unused']],
    ['a part on a partition', [trial('a', { 0: [1000, 10] }, { names: ['b', 'a'] })], ['advised']],
    [
      'a partial index over most rows, where nothing else helps',
      [trial('a', { 0: [1000, 10] }, { partial: true, rows: 900 })],
      ['advised'],
    ],
    [
      'a partial index over most rows, beside one over all',
      [
        trial('a', { 0: [1000, 10] }, { partial: true, rows: 900 }),
        trial('b', { 0: [1000, 11] }, { bytes: 1100 }),
      ],
      ['alternative', 'advised'],
    ],
    [
      'a partial index over few rows, beside one over all',
      [trial('a', { 0: [1000, 10] }, { partial: true }), trial('b', { 0: [1000, 10] }, { bytes: 9000 })],
      ['advised', 'alternative'],
    ],
    [
      'the order that a LIMIT wants, where others sort more rows than that',
      [sorting('a', 11, 900), trial('b', { 0: [1000, 10] }, { bytes: 5000 })],
      ['alternative', 'advised'],
    ],
    [
      'the smaller one, where no more is sorted than is wanted',
      [sorting('a', 11, 5), trial('b', { 0: [1000, 10] }, { bytes: 5000 })],
      ['advised', 'alternative'],
    ],
    [
      'the smaller of two that are as good',
      [trial('a', { 0: [1000, 10] }), trial('b', { 0: [1000, 11] }, { bytes: 500 })],
      ['alternative', 'advised'],
    ],
    [
      'the one that helps more queries',
      [trial('a', { 0: [1000, 10] }, { bytes: 500 }), trial('b', { 0: [1000, 11], 1: [1000, 9] })],
      ['alternative', 'advised'],
    ],
    [
      'one in the place of two',
      [
        trial('a', { 0: [1000, 10], 1: [1000, 90] }, { bytes: 500 }),
        trial('b', { 0: [1000, 11], 1: [1000, 9] }),
      ],
      ['alternative', 'advised'],
    ],
    [
      'each for a query of its own',
      [trial('a', { 0: [1000, 10] }), trial('b', { 1: [1000, 10] })],
      ['advised', 'advised'],
    ],
    [
      'one beside another that leaves too little to be saved',
      [trial('a', { 0: [1000, 2], 1: [1000, 30] }), trial('b', { 1: [1000, 1] })],
      ['advised', 'alternative'],
    ],
    [
      'one beside another that is cheap only where rows are spread evenly',
      [walking('a', 8, 2000, { 1: [1000, 2] }), trial('b', { 0: [1000, 1] })],
      ['advised', 'advised'],
    ],
    [
      'the dearer one, where the other is cheap only where rows are spread evenly',
      [walking('a', 8, 2000), trial('b', { 0: [1000, 100] })],
      ['alternative', 'advised'],
    ],
    [
      'one that leaves rows out on its way, where all of them cost less than before',
      [walking('a', 8, 900), trial('b', { 0: [1000, 100] })],
      ['advised', 'alternative'],
    ],
    ['nothing', [], []],
  ];
  for (const [name, trials, expected] of cases) {
    it(name, () =>
      assert.deepEqual(
        verdictsOn(trials).map(({ kind }) => kind),
        expected,
      ),
    );
  }

  it('credits a query to one index alone', () => {
    const [a, b] = verdictsOn([walking('a', 8, 2000, { 1: [1000, 2] }), trial('b', { 0: [1000, 1] })]);
    const queries = (verdict: typeof a) =>
      verdict !== undefined && 'helps' in verdict ? verdict.helps.map(({ query }) => query) : [];
    assert.deepEqual([queries(a), queries(b)], [[1], [0]]);
  });
});
