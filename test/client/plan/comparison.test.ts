import assert from 'node:assert/strict';
import { comparisonOf } from '../../../client/src/views/plan/comparison.js';
import { outlivesWindow, type ShownPlan } from '../../../client/src/views/plan/messages.js';
import type { PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import { node, planOf, recordedPlan } from './plans.js';

const seq = planOf({
  'Node Type': 'Limit',
  'Total Cost': 900,
  Plans: [node({ 'Node Type': 'Seq Scan', 'Relation Name': 'orders', 'Total Cost': 800 })],
});
const index = planOf({
  'Node Type': 'Index Scan',
  'Relation Name': 'orders',
  'Index Name': 'orders_at',
  'Total Cost': 9,
});

describe('the comparison in the view', () => {
  it('has what was before on the left, whichever of the two is shown', () => {
    const after = comparisonOf(shown(index), {
      result: result(seq),
      label: 'earlier',
      shownLabel: 'now',
      shownIs: 'after',
    });
    assert.deepEqual([after.before.label, after.after.label], ['earlier', 'now']);
    assert.deepEqual(
      after.rows.map((row) => [row.before?.title, row.after?.title, row.change, row.shown]),
      [
        ['Limit', undefined, 'removed', null],
        ['Seq Scan', 'Index Scan', 'changed', '0'],
      ],
    );
    const before = comparisonOf(shown(seq), {
      result: result(index),
      label: 'with index',
      shownLabel: 'now',
      shownIs: 'before',
    });
    assert.deepEqual([before.before.label, before.after.label], ['now', 'with index']);
    assert.deepEqual(
      before.rows.map((row) => row.shown),
      ['0', '0.0'],
    );
  });

  it('says each row in words', () => {
    const { rows } = comparisonOf(shown(index), {
      result: result(seq),
      label: '',
      shownLabel: '',
      shownIs: 'after',
    });
    assert.equal(
      rows[1]?.spoken,
      'Index Scan on orders using orders_at, changed, Seq Scan on orders became Index Scan using orders_at, Cost from 800.00 to 9.00, 89× less, Expected rows 5',
    );
    assert.equal(rows[0]?.spoken, 'Limit, gone, Limit is gone, Cost 900.00, Expected rows 5');
  });

  it('has columns of what both were measured for', () => {
    const columns = (a: PlanResult['plan'], b: PlanResult['plan']) =>
      comparisonOf(shown(a), { result: result(b), label: '', shownLabel: '', shownIs: 'after' }).columns;
    assert.deepEqual(columns(recordedPlan('filter'), recordedPlan('limit')), [
      'Own time',
      'Rows, all loops',
      'Cost',
    ]);
    assert.deepEqual(columns(recordedPlan('filter'), seq), ['Cost', 'Expected rows']);
    assert.deepEqual(columns(recordedPlan('without-costs'), recordedPlan('without-costs')), []);
  });

  it('warns of what is hard to compare', () => {
    const cautions = (other: Partial<PlanResult>) =>
      comparisonOf(shown(seq), {
        result: { ...result(seq), ...other },
        label: '',
        shownLabel: '',
        shownIs: 'after',
      }).cautions;
    const { source } = result(seq);
    assert.deepEqual(cautions({}), []);
    assert.deepEqual(cautions({ sql: ' SELECT\n 1' }), []);
    assert.deepEqual(cautions({ sql: 'SELECT 2' }), ['The statements are not the same.']);
    assert.match(
      cautions({ source: { ...source, kind: 'database', name: 'shop' } })[0] ?? '',
      /different servers/,
    );
    assert.match(
      cautions({ source: { ...source, statistics: '2026-11-20' } })[0] ?? '',
      /different statistics/,
    );
    assert.match(cautions({ plan: recordedPlan('filter') })[0] ?? '', /Only one of the plans was measured/);
  });

  it('says that one plan holds for any values', () => {
    const filtered = (text: string) =>
      planOf({ 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Filter: text });
    const sql = 'SELECT * FROM orders WHERE org = $1';
    const { cautions, rows } = comparisonOf(
      { kind: 'plan', request: null, result: { ...result(filtered("(org = '42'::bigint)")), sql } },
      {
        result: { ...result(filtered('(org = $1)')), sql },
        ...{ label: '', shownLabel: '', shownIs: 'after' },
      },
    );
    assert.deepEqual(cautions, [
      'One plan is for given values, the other for any: a parameter and its value count as the same.',
    ]);
    assert.deepEqual(
      rows.map(({ change }) => change),
      ['same'],
    );
  });

  it('names where the plans are from only where that differs', () => {
    const sources = (other: Partial<PlanResult>) => {
      const { before, after } = comparisonOf(shown(seq), {
        result: { ...result(seq), ...other },
        ...{ label: '', shownLabel: '', shownIs: 'after' },
      });
      return [before.source, after.source];
    };
    assert.deepEqual(sources({}), ['', '']);
    const { source } = result(seq);
    const [before, after] = sources({ source: { ...source, statistics: '2026-11-20' } });
    assert.match(before ?? '', /2026-11-20/);
    assert.notEqual(after, '');
  });
});

describe('a plan that shows values of parameters', () => {
  const request = {
    textDocument: { uri: 'file:///q.sql' },
    position: { line: 0, character: 0 },
    connection: null,
    analyze: false,
  };

  it('does not outlive the window, alone, while it is waited for, or as what another is compared with', () => {
    const plain: ShownPlan = { ...shown(seq), request };
    const compare = { result: result(index), label: '', shownLabel: '', shownIs: 'after' as const };
    assert.equal(outlivesWindow(plain), true);
    assert.equal(outlivesWindow({ ...plain, compare }), true);
    assert.equal(outlivesWindow({ ...plain, compare: { ...compare, unkept: true } }), false);
    assert.equal(outlivesWindow({ ...plain, unkept: true }), false);
    assert.equal(outlivesWindow({ ...plain, request: { ...request, values: ['42'] } }), false);
    const pending = { kind: 'pending', message: '', request: { ...request, values: [null] } } as const;
    assert.equal(outlivesWindow(pending), false);
  });
});

function shown(plan: PlanResult['plan']): ShownPlan {
  return { kind: 'plan', request: null, result: result(plan) };
}

function result(plan: PlanResult['plan']): PlanResult {
  return {
    kind: 'plan',
    sql: 'SELECT 1',
    range: null,
    source: { kind: 'embedded', name: 'embedded', postgres: '18.6', statistics: 'none' },
    parameters: [],
    plan,
    json: [],
    notes: [],
    advice: [],
    places: null,
  };
}
