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
      'a partial index over most rows',
      [trial('a', { 0: [1000, 10] }, { partial: true, rows: 900 })],
      ['not-partial'],
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
});
