import assert from 'node:assert/strict';
import { type Comparison, comparePlans } from '../../server/src/plans/compare.js';
import { sameButForValues } from '../../server/src/plans/given-values.js';
import { type Plan, parsePlan } from '../../server/src/plans/plan.js';

describe('the generic plan beside the plan for given values', () => {
  const same: readonly (readonly [string, string])[] = [
    ['(organization_id = $1)', "(organization_id = '42'::bigint)"],
    ['(organization_id = $1)', '(organization_id = 42)'],
    ['(email = $12)', "(email = 'it''s'::text)"],
    ['(email = $1)', '(email = NULL::text)'],
    [
      '(at >= ($3)::timestamp without time zone)',
      "(at >= '2026-01-01 00:00:00'::timestamp without time zone)",
    ],
    ['(id = ANY ($1))', "(id = ANY ('{1,2,3}'::bigint[]))"],
    ["((org = $1) AND (kind = 'a'::text))", "((org = 7) AND (kind = 'a'::text))"],
    ['(rating > $1)', "(rating > '4.50'::numeric(3,2))"],
    ['(kind = $1)', '(kind = \'a\'::shop."order kind")'],
  ];
  for (const [generic, given] of same) {
    it(`${generic} is ${given}`, () => {
      assert.ok(sameButForValues(generic, given));
      assert.ok(sameButForValues(given, generic));
    });
  }

  const others: readonly (readonly [string, string])[] = [
    ['(organization_id = $1)', '(organization_id = customer_id)'],
    ['(organization_id = $1)', "(organization_id > '42'::bigint)"],
    ['(organization_id = 1)', '(organization_id = 2)'],
    ['(amount > $0)', '(amount > 5)'],
    ['(a = $1)', '((a = 1) AND (b = 2))'],
    ['(a = $1)', "(a = 'x'::text) OR (b = 'y'::text)"],
  ];
  for (const [one, other] of others) {
    it(`${one} is not ${other}`, () => assert.ok(!sameButForValues(one, other)));
  }

  it('is no change in a comparison', () => {
    const { sentences, rows } = compared(scan('(org = $1)'), scan("(org = '42'::bigint)"));
    assert.deepEqual(sentences, []);
    assert.deepEqual(
      rows.map(({ change }) => change),
      ['same'],
    );
    assert.equal(compared(scan('(org = 1)'), scan('(org = 2)')).sentences.length, 1);
  });
});

function scan(filter: string): Plan {
  const plan = parsePlan([
    {
      Plan: {
        'Node Type': 'Seq Scan',
        'Relation Name': 'orders',
        'Startup Cost': 0,
        'Total Cost': 10,
        'Plan Rows': 5,
        'Plan Width': 8,
        Filter: filter,
      },
    },
  ]);
  assert.ok(plan.kind === 'plan');
  return plan;
}

function compared(before: Plan, after: Plan): Comparison {
  const source = { kind: 'embedded', name: '', postgres: '18.6', statistics: 'none' } as const;
  return comparePlans({ sql: '', source, plan: before }, { sql: '', source, plan: after });
}
