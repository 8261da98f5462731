import assert from 'node:assert/strict';
import {
  type KeptPlan,
  keptPlan,
  plansOf,
  queryOf,
  shortLabel,
  withPlan,
  wordsOf,
} from '../../../client/src/views/plan/history.js';
import { problemOf, questionFor, typedOf, valueTyped } from '../../../client/src/views/plan/values.js';
import type { PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import { node, planOf } from './plans.js';

const NOON = new Date('2026-11-20T12:00:00Z');

describe('the history of plans', () => {
  it('has the newest first, and a plan that was made again once', () => {
    const first = kept('SELECT 1', 10, 0);
    const second = kept('SELECT 1', 20, 1);
    const again = kept('SELECT 1', 10, 2);
    assert.deepEqual(ids(withPlan(withPlan([first], second), again)), [again.id, second.id]);
  });

  it('is bounded for each query, in all, and in size', () => {
    const many = Array.from({ length: 40 }, (_, at) => kept(`SELECT ${at % 4}`, at, at));
    const limits = { plans: 10, perQuery: 3, size: 1e9 };
    const plans = many.reduce<readonly KeptPlan[]>((all, plan) => withPlan(all, plan, limits), []);
    assert.equal(plans.length, 10);
    for (const { query } of plans) assert.ok(plansOf(plans, query).length <= 3);
    assert.equal(plans[0]?.id, many.at(-1)?.id);
    const size = JSON.stringify(many[0]?.json).length;
    const small = many.reduce<readonly KeptPlan[]>(
      (all, plan) => withPlan(all, plan, { ...limits, size: size * 2.5 }),
      [],
    );
    assert.equal(small.length, 2);
    assert.deepEqual(withPlan([], many[0] as KeptPlan, { ...limits, size: 1 }), []);
  });

  it('knows a query by its text, however it is broken into lines, and what it became by an edit', () => {
    const before = { ...kept('SELECT a\nFROM t', 1, 0), query: 'q' };
    const edited = { ...kept('SELECT a FROM t LIMIT 1', 1, 1), query: 'q' };
    const source = before.source;
    assert.equal(queryOf([edited, before], { sql: ' SELECT a FROM t', source }), 'q');
    assert.equal(queryOf([edited, before], { sql: 'SELECT a FROM t LIMIT 1', source }), 'q');
    assert.equal(queryOf([edited, before], { sql: 'SELECT 2', source }), 'SELECT 2');
    assert.equal(queryOf([before], { sql: '', source: { ...source, name: 'slow.txt' } }), 'slow.txt');
  });

  it('calls a plan by its statement, its age and what it costs', () => {
    const plan = kept('SELECT 1', 602.09, 0);
    const words = (minutes: number) =>
      shortLabel(plan, new Date(new Date(plan.date).getTime() + minutes * 60_000));
    assert.equal(words(0), 'just now (cost 602.09)');
    assert.equal(words(5), '5 minutes ago (cost 602.09)');
    assert.equal(words(70), 'an hour ago (cost 602.09)');
    assert.equal(words(3000), '2026-11-20 (cost 602.09)');
    assert.deepEqual(wordsOf({ ...plan, kept: false }, new Date(plan.date)), {
      label: 'SELECT 1',
      description: 'just now, cost 602.09',
      detail: 'embedded, statistics of 2026-11-01, until the window is closed',
    });
  });
});

describe('a value of a parameter', () => {
  const cases: readonly [typed: string, value: string | null][] = [
    ['42', '42'],
    ['', ''],
    ['null', null],
    ["'NULL'", 'NULL'],
    ["'it''s'", "it's"],
    ["it's", "it's"],
  ];
  for (const [typed, value] of cases) {
    it(`typed as ${typed === '' ? 'nothing' : typed} is ${value === null ? 'NULL' : `"${value}"`}`, () => {
      assert.equal(valueTyped(typed), value);
      assert.equal(valueTyped(typedOf(value)), value);
    });
  }

  const checks: readonly [type: string | null, good: readonly string[], bad: readonly string[]][] = [
    ['bigint', ['42', '-1', ' 7 ', 'NULL'], ['x', '1.5', '']],
    ['numeric(10,2)', ['1.5', '.5', '1e3', 'NaN'], ['1,5', '']],
    ['boolean', ['true', 'f', 'on'], ['maybe']],
    ['uuid', ['0c6e1d4c-64e5-4b4c-8f4e-6d0b8a1c7d11'], ['0c6e']],
    ['integer[]', ['{1,2}', '{}'], ['1,2']],
    ['text', ['', 'anything'], []],
    ['timestamp with time zone', ['yesterday', 'now'], []],
    [null, ['anything'], []],
  ];
  for (const [type, good, bad] of checks) {
    it(`is looked at as ${type ?? 'unknown'} before the server is asked`, () => {
      for (const typed of good) assert.equal(problemOf(typed, type), null, typed);
      for (const typed of bad) assert.notEqual(problemOf(typed, type), null, typed);
    });
  }

  it('is asked for by its number, what the code calls it, and its type', () => {
    assert.equal(questionFor(1, 'org.id', 'bigint'), 'Value of $1 (org.id), bigint');
    assert.equal(questionFor(2, null, null), 'Value of $2');
  });
});

function kept(sql: string, cost: number, minutes: number): KeptPlan {
  const raw = node({ 'Node Type': 'Result', 'Total Cost': cost });
  const result: PlanResult = {
    kind: 'plan',
    sql,
    range: null,
    source: { kind: 'embedded', name: 'embedded', postgres: '18.6', statistics: '2026-11-01' },
    parameters: [],
    plan: planOf(raw),
    json: [{ Plan: raw }],
    notes: [],
    advice: [],
    places: null,
  };
  return keptPlan(result, sql, new Date(NOON.getTime() + minutes * 60_000), true);
}

function ids(plans: readonly KeptPlan[]): readonly string[] {
  return plans.map(({ id }) => id);
}
