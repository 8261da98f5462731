// What a node is called is read again as the same node: `names` writes what `text-line` reads.

import assert from 'node:assert/strict';
import { nodeName, nodeTarget, nodeTitle } from '../../server/src/plans/names.js';
import { type PlanNode, parsePlan } from '../../server/src/plans/plan.js';
import { headingOf } from '../../server/src/plans/text-line.js';

const CASES: readonly [title: string, raw: object][] = [
  ...['Inner', 'Left', 'Full', 'Right', 'Semi', 'Anti', 'Right Semi', 'Right Anti'].flatMap((join) => {
    const word = join === 'Inner' ? '' : ` ${join}`;
    const joined = { 'Join Type': join };
    return [
      [`Hash${word} Join`, { 'Node Type': 'Hash Join', ...joined }] as const,
      [`Merge${word} Join`, { 'Node Type': 'Merge Join', ...joined }] as const,
      [`Nested Loop${word}${word === '' ? '' : ' Join'}`, { 'Node Type': 'Nested Loop', ...joined }] as const,
    ].map(([title, raw]) => [title, raw] as [string, object]);
  }),
  ...['Simple', 'Partial', 'Finalize'].flatMap((mode) =>
    Object.entries({ Plain: '', Sorted: 'Group', Hashed: 'Hash', Mixed: 'Mixed' }).map(
      ([strategy, prefix]): [string, object] => [
        `${mode === 'Simple' ? '' : `${mode} `}${prefix}Aggregate`,
        { 'Node Type': 'Aggregate', Strategy: strategy, 'Partial Mode': mode },
      ],
    ),
  ),
  ...['Insert', 'Update', 'Delete', 'Merge'].map((operation): [string, object] => [
    operation,
    { 'Node Type': 'ModifyTable', Operation: operation, 'Relation Name': 't' },
  ]),
  ['Foreign Update', { 'Node Type': 'Foreign Scan', Operation: 'Update', 'Relation Name': 't' }],
  ['Async Foreign Scan', { 'Node Type': 'Foreign Scan', 'Async Capable': true, 'Relation Name': 't' }],
  [
    'Custom Scan (Chunks)',
    { 'Node Type': 'Custom Scan', 'Custom Plan Provider': 'Chunks', 'Relation Name': 't' },
  ],
  ['Parallel Seq Scan', { 'Node Type': 'Seq Scan', 'Parallel Aware': true, 'Relation Name': 't' }],
  ['Parallel Hash', { 'Node Type': 'Hash', 'Parallel Aware': true }],
  ['HashSetOp Except All', { 'Node Type': 'SetOp', Strategy: 'Hashed', Command: 'Except All' }],
  ['SetOp Intersect', { 'Node Type': 'SetOp', Strategy: 'Sorted', Command: 'Intersect' }],
  [
    'Index Only Scan Backward',
    { 'Node Type': 'Index Only Scan', 'Scan Direction': 'Backward', 'Index Name': 'i', 'Relation Name': 't' },
  ],
  ['Bitmap Heap Scan', { 'Node Type': 'Bitmap Heap Scan', 'Relation Name': 't' }],
  ['Incremental Sort', { 'Node Type': 'Incremental Sort' }],
  ['Seq Scan', { 'Node Type': 'Seq Scan', 'Relation Name': 'Ta"ble ü', Alias: 'order' }],
  [
    'Index Scan',
    { 'Node Type': 'Index Scan', 'Relation Name': 'Ta"ble ü', Alias: 'a b', 'Index Name': 'Idx "x"' },
  ],
  ['Bitmap Index Scan', { 'Node Type': 'Bitmap Index Scan', 'Index Name': 'on using (x)' }],
];

describe('what a node is called', () => {
  for (const [title, raw] of CASES) {
    it(`goes there and back: ${title}`, () => {
      const node = nodeOf(raw);
      assert.equal(nodeTitle(node), title);
      const read = headingOf(`${title}${placeOf(node)}  (cost=0.00..1.00 rows=1 width=4)`);
      assert.ok(read !== null);
      const again = nodeOf(read.raw);
      assert.equal(nodeTitle(again), title);
      assert.deepEqual(
        [
          again.type,
          again.joinType ?? 'Inner',
          again.strategy,
          again.operation,
          again.index,
          again.relation,
          again.alias,
        ],
        [
          node.type,
          node.joinType ?? 'Inner',
          node.strategy,
          node.operation,
          node.index,
          node.relation,
          node.alias,
        ],
      );
    });
  }
});

/** In the order of EXPLAIN: the index comes first, and is all that a bitmap index scan has. */
function placeOf(node: PlanNode): string {
  const index = nodeTarget({ ...node, relation: null, alias: null });
  const table = nodeTarget({ ...node, index: null });
  if (table === '') return index === '' ? '' : ` on ${index}`;
  return index === '' ? ` on ${table}` : ` using ${index} on ${table}`;
}

describe('what a node works on', () => {
  it('has names in quotes where SQL needs them', () => {
    const node = nodeOf({
      'Node Type': 'Index Scan',
      'Relation Name': 'Ta"ble ü',
      Alias: 'order',
      'Index Name': 'Idx "x"',
    });
    assert.equal(nodeName(node), 'Index Scan on "Ta""ble ü" "order" using "Idx ""x"""');
    // As servers before 13 have it in JSON.
    const older = nodeOf({ 'Node Type': 'Bitmap Index Scan', 'Index Name': '"Idx ""x"""' });
    assert.equal(nodeName(older), 'Bitmap Index Scan on "Idx ""x"""');
  });
});

function nodeOf(raw: object): PlanNode {
  const plan = parsePlan([{ Plan: raw }]);
  assert.ok(plan.kind === 'plan');
  return plan.root;
}
