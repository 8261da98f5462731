import assert from 'node:assert/strict';
import { initiallyCollapsed, type PlanTable, planTable } from '../../../client/src/views/plan/rows.js';
import { misestimateFlag } from '../../../server/src/plans/table.js';
import { node, planOf, recordedPlan } from './plans.js';

describe('the table of a plan', () => {
  const join = planTable(
    planOf({
      'Node Type': 'Nested Loop',
      Plans: [
        node({ 'Node Type': 'Sort', Plans: [node({ 'Node Type': 'Seq Scan', 'Relation Name': 'orgs' })] }),
        node({
          'Node Type': 'Index Scan',
          'Parent Relationship': 'Inner',
          'Relation Name': 'events',
          Alias: 'e',
          'Index Name': 'events_org',
          'Index Cond': '(e.org_id = orgs.id)',
        }),
      ],
    }),
  );

  it('has a row for each node, parents first, with their places in the tree', () => {
    const places = join.rows.map(({ id, parent, level, place, siblings, children }) => [
      ...[id, parent],
      ...[level, place, siblings, children],
    ]);
    assert.deepEqual(places, [
      ['0', null, 1, 1, 1, 2],
      ['0.0', '0', 2, 1, 2, 1],
      ['0.0.0', '0.0', 3, 1, 1, 0],
      ['0.1', '0', 2, 2, 2, 0],
    ]);
  });

  it('names what a node reads, through which index and by which condition', () => {
    const inner = join.rows.at(-1);
    assert.equal(inner?.title, 'Index Scan');
    assert.equal(inner?.role, 'inner');
    assert.equal(inner?.target, 'events e using events_org');
    assert.equal(inner?.condition, 'e.org_id = orgs.id');
  });

  it('has no columns for what was not measured', () => {
    assert.deepEqual(columns(planTable(recordedPlan('nested-loop'))), [
      'share',
      'time',
      'rows',
      'cost',
      'loops',
      'buffers',
    ]);
    assert.deepEqual(columns(planTable(recordedPlan('without-times'))), [
      'share',
      'rows',
      'cost',
      'loops',
      'buffers',
    ]);
    assert.deepEqual(columns(planTable(planOf({ 'Node Type': 'Result' }))), ['share', 'rows', 'cost']);
  });

  it('shows the rows that came over those that were expected', () => {
    const table = planTable(recordedPlan('nested-loop'));
    const cell = table.rows[0]?.cells[columns(table).indexOf('rows')];
    assert.match(cell?.text ?? '', /^[\d,]+$/);
    assert.match(cell?.aside ?? '', /^expected [\d,]+$/);
  });

  it('says what was never run', () => {
    const table = planTable(recordedPlan('never-executed'));
    const never = table.rows.filter(({ executed }) => !executed);
    assert.ok(never.length > 0);
    for (const { cells } of never) assert.equal(cells[columns(table).indexOf('rows')]?.text, 'never run');
  });

  it('can be heard', () => {
    const plan = planOf({ 'Node Type': 'Seq Scan', 'Relation Name': 'posts', Alias: 'p' });
    assert.equal(planTable(plan).rows[0]?.spoken, 'Seq Scan on posts p, Own share 100 %, Rows 5, Cost 10.00');
  });

  it('opens large plans with their partitions folded', () => {
    const scan = { 'Node Type': 'Seq Scan' };
    const partitions = (count: number) =>
      planTable(planOf({ 'Node Type': 'Append', Plans: Array.from({ length: count }, () => node(scan)) }));
    assert.deepEqual(initiallyCollapsed(partitions(20)), []);
    assert.deepEqual(initiallyCollapsed(partitions(199)), ['0']);
  });

  it('opens very large plans at the nodes that take most', () => {
    const scan = (cost: number) => node({ 'Node Type': 'Seq Scan', 'Total Cost': cost });
    const group = (costs: readonly number[]) =>
      node({ 'Node Type': 'Append', 'Total Cost': costs.reduce((a, b) => a + b), Plans: costs.map(scan) });
    const cheap = Array.from({ length: 9 }, () => group(Array.from({ length: 100 }, () => 1)));
    const dear = group([5000, 1]);
    const table = planTable(planOf({ 'Node Type': 'Append', 'Total Cost': 5901, Plans: [...cheap, dear] }));
    const folded = initiallyCollapsed(table);
    assert.ok(!folded.includes('0') && !folded.includes('0.9'));
    assert.deepEqual(folded.length, 8);
  });
});

describe('a wrong estimate', () => {
  const cases: readonly [factor: number, 'under' | 'over', stopped: boolean, expected: string | null][] = [
    [9, 'under', false, null],
    [10, 'under', false, 'warning: 10× more'],
    [120, 'under', true, 'error: 120× more'],
    [120, 'over', false, 'error: 120× fewer'],
    [120, 'over', true, null],
  ];
  for (const [factor, direction, mayHaveStopped, expected] of cases) {
    const stopped = mayHaveStopped ? ', perhaps stopped,' : '';
    it(`${direction} by ${factor}${stopped} is ${expected ?? 'not flagged'}`, () => {
      const flag = misestimateFlag({ factor, direction, mayHaveStopped });
      assert.equal(flag === null ? null : `${flag.severity}: ${flag.text}`, expected);
    });
  }
});

function columns(table: PlanTable): readonly string[] {
  return table.columns.map(({ id }) => id);
}
