import assert from 'node:assert/strict';
import { buttonsFor, fitting } from '../../../client/src/views/plan/actions.js';
import { detailsOf } from '../../../client/src/views/plan/details.js';
import { actionOf, STATE_VERSION, viewStateOf } from '../../../client/src/views/plan/messages.js';
import { askedText, shortStatement, summaryOf } from '../../../client/src/views/plan/summary.js';
import type { PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import { nodeCondition, nodeTitle } from '../../../server/src/plans/names.js';
import type { Plan, PlanNode } from '../../../server/src/plans/plan.js';
import { sourceText } from '../../../server/src/plans/source.js';
import { planOf, recordedPlan } from './plans.js';

describe('the title of a node is that of EXPLAIN', () => {
  const cases: readonly [raw: object, title: string][] = [
    [{ 'Node Type': 'Seq Scan', 'Parallel Aware': true }, 'Parallel Seq Scan'],
    [{ 'Node Type': 'Hash Join', 'Join Type': 'Inner' }, 'Hash Join'],
    [{ 'Node Type': 'Hash Join', 'Join Type': 'Left' }, 'Hash Left Join'],
    [{ 'Node Type': 'Nested Loop', 'Join Type': 'Anti' }, 'Nested Loop Anti Join'],
    [{ 'Node Type': 'Aggregate', Strategy: 'Plain' }, 'Aggregate'],
    [{ 'Node Type': 'Aggregate', Strategy: 'Hashed', 'Partial Mode': 'Partial' }, 'Partial HashAggregate'],
    [{ 'Node Type': 'Aggregate', Strategy: 'Sorted', 'Partial Mode': 'Simple' }, 'GroupAggregate'],
    [{ 'Node Type': 'SetOp', Strategy: 'Hashed', Command: 'Except' }, 'HashSetOp Except'],
    [{ 'Node Type': 'Index Scan', 'Scan Direction': 'Backward' }, 'Index Scan Backward'],
    [{ 'Node Type': 'ModifyTable', Operation: 'Delete' }, 'Delete'],
  ];
  for (const [raw, title] of cases) it(title, () => assert.equal(nodeTitle(planOf(raw).root), title));
});

describe('the condition of a node', () => {
  const cases: readonly [raw: object, text: string][] = [
    [{ Filter: '(a = 1)' }, 'a = 1'],
    [{ Filter: '((a = 1) AND (b = 2))' }, '(a = 1) AND (b = 2)'],
    [{ Filter: '(a = 1) AND (b = 2)' }, '(a = 1) AND (b = 2)'],
    [{ Filter: "((a = '(') AND (b = 2))" }, "(a = '(') AND (b = 2)"],
    [{ Filter: '(b = 2)', 'Index Cond': '(a = 1)' }, 'a = 1'],
    [{ 'Sort Key': ['a DESC', 'b'] }, 'by a DESC, b'],
    [{ 'Group Key': ['a'] }, 'by a'],
    [{}, ''],
  ];
  for (const [raw, text] of cases) {
    it(`of ${JSON.stringify(raw)} is "${text}"`, () =>
      assert.equal(nodeCondition(planOf({ 'Node Type': 'Seq Scan', ...raw }).root), text));
  }
});

describe('what stands over the table', () => {
  it('always names where the plan is from, and how far it can be trusted', () => {
    const plan = planOf({ 'Node Type': 'Result' });
    const embedded = { kind: 'embedded', name: 'embedded', postgres: '18.6', statistics: 'none' } as const;
    const texts = [
      sourceText(embedded, plan),
      sourceText({ ...embedded, statistics: '2026-11-20' }, plan),
      sourceText(embedded, recordedPlan('filter')),
      sourceText({ ...embedded, kind: 'database', name: 'shop on db.example.com' }, plan),
    ];
    assert.deepEqual(texts, [
      'Embedded PostgreSQL 18.6, no statistics: costs say little about production',
      'Embedded PostgreSQL 18.6, with statistics of 2026-11-20',
      'Embedded PostgreSQL 18.6, empty tables: times say nothing about production',
      'shop on db.example.com, PostgreSQL 18.6',
    ]);
  });

  it('has times, triggers and settings where there are some', () => {
    const names = summaryOf(result(recordedPlan('delete'))).facts.map(({ name }) => name);
    assert.deepEqual(names, [
      'Planning',
      'Execution',
      'Cost',
      'Buffers',
      'Planning buffers',
      'Trigger events_touched on events',
    ]);
    const server = { kind: 'database', name: 'shop', postgres: '18.4', statistics: '2026-11-20' } as const;
    const measured = { ...result(recordedPlan('parallel-nested-loop')), source: server };
    const settings = summaryOf(measured).facts.at(-1);
    assert.equal(settings?.name, 'Settings');
    assert.match(settings?.value ?? '', /parallel_setup_cost = 0/);
  });

  it('says from whom no plan came', () => {
    assert.equal(askedText({ connection: null }), 'the embedded PostgreSQL');
    assert.equal(askedText({ connection: 'dev' }), 'the connection "dev"');
  });

  it('shortens a statement for the title of a tab', () => {
    assert.equal(shortStatement('select 1'), 'select 1');
    const long = 'select a,\n       b\n  from a_table_with_a_long_name where x = 1';
    assert.equal(shortStatement(long), 'select a, b from a_table_with_a_long_na…');
  });
});

describe('the details of a node', () => {
  it('hold every key that EXPLAIN gave', () => {
    for (const name of ['hashed', 'parallel-bitmap', 'window', 'recursive', 'delete']) {
      for (const node of all(recordedPlan(name).root)) {
        const shown = detailsOf(node).sections.flatMap(({ entries }) => entries.map((entry) => entry.name));
        const given = Object.entries(node.details).filter(([, value]) => value !== false);
        for (const [key] of given) assert.ok(shown.includes(key), `${name}: ${key}`);
      }
    }
  });
});

describe('the buttons of the view', () => {
  it('offer to measure only where there are rows, and only what was not measured', () => {
    const measures = (kind: 'embedded' | 'database', plan: Plan) =>
      buttonsFor({
        kind: 'plan',
        request: {
          textDocument: { uri: '' },
          position: { line: 0, character: 0 },
          connection: null,
          analyze: false,
        },
        result: { ...result(plan), source: { kind, name: '', postgres: '18', statistics: 'none' } },
      }).some(({ action }) => action.kind === 'measure');
    const estimate = planOf({ 'Node Type': 'Result' });
    assert.equal(measures('database', estimate), true);
    assert.equal(measures('database', recordedPlan('filter')), false);
    assert.equal(measures('embedded', estimate), false);
  });

  it('offer the plan before to compare with, unless that is what is seen', () => {
    const plan = planOf({ 'Node Type': 'Result' });
    const labels = (id?: string) =>
      buttonsFor({
        kind: 'plan',
        request: null,
        result: result(plan),
        before: { id: 'a', label: 'cost 9.00' },
        ...(id === undefined
          ? {}
          : { compare: { id, result: result(plan), label: '', shownLabel: '', shownIs: 'after' } }),
      }).flatMap(({ action, label }) => (action.kind === 'compare' ? [label] : []));
    assert.deepEqual(labels(), ['Compare with the plan before', 'Compare with…']);
    assert.deepEqual(labels('a'), ['Compare with…']);
    assert.deepEqual(labels('b'), ['Compare with the plan before', 'Compare with…']);
  });

  it('stand in the line as long as there is room', () => {
    assert.equal(fitting([10, 10, 10], 34, 2), 3);
    assert.equal(fitting([10, 10, 10], 33, 2), 2);
    assert.equal(fitting([10, 5], 9, 2), 0);
    assert.equal(fitting([], 0, 2), 0);
  });
});

describe('what comes from a webview', () => {
  it('is an action that we know, or nothing', () => {
    for (const action of [{ kind: 'copy-json' }, { kind: 'go-to-node', node: '0.1' }])
      assert.equal(actionOf(action), action);
    const others = [
      '',
      'copy-json',
      null,
      {},
      { kind: 'toString' },
      { kind: 'go-to-node' },
      { kind: 'copy', text: 1 },
    ];
    for (const other of others) assert.equal(actionOf(other), null);
  });

  it('is a state of this version, or nothing', () => {
    const state = { version: STATE_VERSION, collapsed: [] };
    assert.equal(viewStateOf(state), state);
    for (const other of [undefined, null, {}, { version: STATE_VERSION + 1 }])
      assert.equal(viewStateOf(other), null);
  });
});

function result(plan: Plan): PlanResult {
  const origin = { line: 0, character: 0 };
  return {
    kind: 'plan',
    sql: 'select 1',
    range: { start: origin, end: origin },
    source: { kind: 'embedded', name: 'embedded PostgreSQL', postgres: '18.6', statistics: 'none' },
    plan,
    json: [],
    parameters: [],
    notes: [],
    advice: [],
    places: null,
  };
}

function all(root: PlanNode): readonly PlanNode[] {
  return [root, ...root.children.flatMap(all)];
}
