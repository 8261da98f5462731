import assert from 'node:assert/strict';
import { icicleOf, type Measure, measuresOf, zoomFor } from '../../../client/src/views/plan/icicle.js';
import { type Work, workOf } from '../../../server/src/plans/node-types.js';
import { nodesOf } from '../../../server/src/plans/nodes.js';
import type { Plan } from '../../../server/src/plans/plan.js';
import { node, planOf, recordedPlan, recordedPlans } from './plans.js';

describe('the icicle of a plan', () => {
  const scan = (name: string, cost: number) =>
    node({ 'Node Type': 'Seq Scan', 'Relation Name': name, 'Total Cost': cost });
  const join = planOf({
    'Node Type': 'Nested Loop',
    'Total Cost': 100,
    Plans: [scan('large', 60), scan('small', 20)],
  });

  it('has each node as wide as what it costs with all below it, from left to right', () => {
    const places = icicleOf(join, 'cost').map(({ id, parent, level, start, share }) => [
      ...[id, parent, level],
      ...[start, share].map((part) => Number(part.toFixed(3))),
    ]);
    assert.deepEqual(places, [
      ['0', null, 1, 0, 1],
      ['0.0', '0', 2, 0, 0.6],
      ['0.1', '0', 2, 0.6, 0.2],
    ]);
  });

  it('says of each what it does, and what of it is its own', () => {
    const [root, large] = icicleOf(join, 'cost');
    assert.equal(root?.spoken, 'Nested Loop, 100 %. Joins. cost 100.00, of which cost 20.00 its own.');
    assert.equal(large?.spoken, 'Seq Scan on large, 60 %. Reads a table. cost 60.00.');
  });

  it('shows time before cost, and nothing where there is nothing to show', () => {
    assert.deepEqual(measuresOf(recordedPlan('nested-loop')), ['time', 'cost']);
    assert.deepEqual(measuresOf(recordedPlan('without-times')), ['cost']);
    assert.deepEqual(measuresOf(join), ['cost']);
    assert.deepEqual(measuresOf(planOf({ 'Node Type': 'Result', 'Total Cost': 0 })), []);
  });

  for (const name of recordedPlans()) {
    it(`keeps children within their parents, and gives each node a place: ${name}`, () => {
      const plan = recordedPlan(name);
      for (const measure of measuresOf(plan)) assertWithin(plan, measure);
    });
  }

  describe('zooms so that a node can be seen', () => {
    const deep = planOf({
      'Node Type': 'Append',
      'Total Cost': 10_000,
      Plans: [
        node({ 'Node Type': 'Sort', 'Total Cost': 100, Plans: [scan('a', 2)] }),
        scan('b', 9000),
        scan('free', 0),
      ],
    });
    const cases: readonly [id: string, zoomed: string][] = [
      ['0', '0'],
      ['0.1', '0'],
      ['0.0', '0.0'],
      ['0.0.0', '0.0.0'],
      // It takes nothing: its parent is what can be seen.
      ['0.2', '0'],
      ['9.9', '0'],
    ];
    for (const [id, zoomed] of cases) {
      it(`${id} in ${zoomed}`, () => assert.equal(zoomFor(icicleOf(deep, 'cost'), id, 0.03), zoomed));
    }
  });
});

describe('the kind of work of a node', () => {
  const cases: readonly [type: string, work: Work][] = [
    ['Seq Scan', 'table'],
    ['Foreign Scan', 'table'],
    ['Bitmap Heap Scan', 'index'],
    ['CTE Scan', 'other'],
    ['Hash', 'join'],
    ['Incremental Sort', 'sort'],
    ['WindowAgg', 'group'],
    ['ModifyTable', 'write'],
    ['Gather Merge', 'other'],
    ['Something New', 'other'],
  ];
  for (const [type, work] of cases) it(`${type}: ${work}`, () => assert.equal(workOf({ type }), work));
});

function assertWithin(plan: Plan, measure: Measure): void {
  const blocks = icicleOf(plan, measure);
  assert.deepEqual(
    blocks.map(({ id }) => id),
    nodesOf(plan).map(({ id }) => id),
  );
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const little = 1e-9;
  for (const { id, parent, start, share } of blocks) {
    const above = byId.get(parent ?? id);
    assert.ok(above !== undefined && start >= above.start - little, id);
    assert.ok(start + share <= above.start + above.share + little, id);
  }
}
