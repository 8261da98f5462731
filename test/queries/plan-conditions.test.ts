// Conditions and sort keys as PostgreSQL 18 and 15 printed them, and what is read out of them.

import assert from 'node:assert/strict';
import { type PlanCondition, planCondition, sortKey } from '../../server/src/queries/plan-conditions.js';
import { sqlParser } from '../support/parsers.js';

const CONDITIONS: readonly (readonly [text: string, ...read: string[]])[] = [
  ['(orders.org_id = 5)', 'equality, orders.org_id, constant 5'],
  [
    "((orders.inserted_at >= '2024-05-01 00:00:00'::timestamp without time zone) AND (orders.total >= '1'::numeric) AND (orders.total <= '5'::numeric) AND ((orders.status)::text = 'open'::text))",
    'range, orders.inserted_at, constant 2024-05-01 00:00:00',
    'range, orders.total, constant 1',
    'range, orders.total, constant 5',
    'equality, orders.status, by cast text: (status)::text, constant open',
  ],
  [
    "(((status)::text = ANY ('{open,failed}'::text[])) AND (kind <> 'a'::text) AND (org_id <> ALL ('{1,2}'::bigint[])))",
    'equality, status, by cast text: (status)::text, constant {open,failed}',
    'not-equal, kind, constant a',
    'not-equal, org_id, constant {1,2}',
  ],
  [
    "((email >= 'ab'::text) AND (email < 'ac'::text))",
    'range, email, constant ab',
    'range, email, constant ac',
  ],
  [
    "((email ~~ 'ab%'::text) AND (bio ~~* '%x%'::text) AND (bio !~~ 'q'::text) AND (lower(email) = 'x'::text))",
    'prefix, email, constant ab%',
    'ilike, bio, constant %x%',
    'not-equal, bio, constant q',
    'equality, email, by function lower: lower(email), constant x',
  ],
  [
    "((email ~~ '%example'::text) OR (bio IS NULL))",
    "or, email bio: (email ~~ '%example'::text) OR (bio IS NULL)",
  ],
  [
    "((bio IS NOT NULL) AND (email ~ '^ab'::text) AND ((inserted_at)::date = '2024-01-01'::date) AND ((id)::text = '5'::text))",
    'not-null, bio',
    'regular-expression, email, constant ^ab',
    'equality, inserted_at, by cast date: (inserted_at)::date, constant 2024-01-01',
    'equality, id, by cast text: (id)::text, constant 5',
  ],
  [
    "((COALESCE(bio, ''::text) = ''::text) AND ((org_id)::numeric = 5.0) AND (EXTRACT(year FROM inserted_at) = '2024'::numeric) AND (date_trunc('day'::text, inserted_at) = '2024-01-01 00:00:00'::timestamp without time zone))",
    "equality, bio, by function coalesce: COALESCE(bio, ''::text), constant ",
    'equality, org_id, by cast numeric: (org_id)::numeric, constant 5.0',
    'equality, inserted_at, by function extract: EXTRACT(year FROM inserted_at), constant 2024',
    "equality, inserted_at, by function date_trunc: date_trunc('day'::text, inserted_at), constant 2024-01-01 00:00:00",
  ],
  ["(tags && '{a,b}'::text[])", 'containment, tags, constant {a,b}'],
  [
    "((data @> '{\"kind\": \"k1\"}'::jsonb) AND ('tag1'::text = ANY (tags)) AND ((data ->> 'kind'::text) = 'k1'::text) AND (((data ->> 'n'::text))::integer > 5))",
    'containment, data, constant {"kind": "k1"}',
    'member, tags, constant tag1',
    "equality, data, by operator ->>: data ->> 'kind'::text, constant k1",
    "range, data, by operator ->>: ((data ->> 'n'::text))::integer, constant 5",
  ],
  ["(inserted_at > (now() - '7 days'::interval))", 'range, inserted_at'],
  [
    "(ROW(inserted_at, id) < ROW('2024-05-01 00:00:00'::timestamp without time zone, 5))",
    'range, inserted_at',
  ],
  [
    "((inserted_at <= '2024-05-01 00:00:00'::timestamp without time zone) AND (inserted_at > (now() - '7 days'::interval)))",
    'range, inserted_at, constant 2024-05-01 00:00:00',
    'range, inserted_at',
  ],
  [
    '((NOT (ANY (id = (hashed SubPlan 1).col1))) AND (org_id > 5))',
    'range, org_id, constant 5',
    'not, id: NOT (ANY (id = (hashed SubPlan 1).col1))',
    'SubPlan 1, hashed, negated',
  ],
  ['(ALL (id <> (SubPlan 1).col1))', 'unknown, id: ALL (id <> (SubPlan 1).col1)', 'SubPlan 1, negated'],
  ['(org_id = u.org_id)', 'equality, org_id, with u.org_id', 'equality, u.org_id, with org_id'],
  [
    '((ANY (id = (hashed SubPlan 1).col1)) OR (org_id = 5))',
    'or, id org_id: (ANY (id = (hashed SubPlan 1).col1)) OR (org_id = 5)',
    'SubPlan 1, hashed',
  ],
  [
    '((ANY (id = (hashed SubPlan 2).col1)) OR (org_id = 5))',
    'or, id org_id: (ANY (id = (hashed SubPlan 2).col1)) OR (org_id = 5)',
    'SubPlan 2, hashed',
  ],
  [
    '((NOT (ANY (id = (hashed SubPlan 2).col1))) OR (org_id = 5))',
    'or, id org_id: (NOT (ANY (id = (hashed SubPlan 2).col1))) OR (org_id = 5)',
    'SubPlan 2, hashed, negated',
  ],
  ['(org_id = (InitPlan 2).col1)', 'equality, org_id'],
  ['(id < u.id)', 'range, id, with u.id', 'range, u.id, with id'],
  ['(u.email > name)', 'range, u.email, with name', 'range, name, with u.email'],
  ['(u.id = o.user_id)', 'equality, u.id, with o.user_id', 'equality, o.user_id, with u.id'],
  [
    '(NOT (ANY ((org_id = (hashed SubPlan 1).col1) AND (id = (hashed SubPlan 1).col2))))',
    'not, org_id id: NOT (ANY ((org_id = (hashed SubPlan 1).col1) AND (id = (hashed SubPlan 1).col2)))',
    'SubPlan 1, hashed, negated',
  ],
  ['((SubPlan 2) > 5)', 'SubPlan 2'],
  ['(user_id = u.id)', 'equality, user_id, with u.id', 'equality, u.id, with user_id'],
  [
    '((o.user_id = u.id) AND (lower(o.kind) = lower(u.email)))',
    'equality, o.user_id, with u.id',
    'equality, u.id, with o.user_id',
    'equality, o.kind, by function lower: lower(kind), with a column',
    'equality, u.email, by function lower: lower(email), with a column',
  ],
  [
    '(o.inserted_at < u.inserted_at)',
    'range, o.inserted_at, with u.inserted_at',
    'range, u.inserted_at, with o.inserted_at',
  ],
  [
    "((NOT (bio IS DISTINCT FROM 'x'::text)) AND ((email)::text > 'a'::text) AND (email = CURRENT_USER) AND ((id + 1) = 5) AND ((inserted_at AT TIME ZONE 'UTC'::text) > now()))",
    'range, email, by cast text: (email)::text, constant a',
    'equality, email',
    'equality, id, by operator +: id + 1, constant 5',
    "range, inserted_at, by function timezone: inserted_at AT TIME ZONE 'UTC'::text",
    "not, bio: NOT (bio IS DISTINCT FROM 'x'::text)",
  ],
  [
    "((data @> '{\"kind\": \"k1\"}'::jsonb) AND ((data ->> 'kind'::text) = 'k1'::text) AND (((data ->> 'n'::text))::integer > 5) AND ('tag1'::text = ANY (tags)))",
    'containment, data, constant {"kind": "k1"}',
    "equality, data, by operator ->>: data ->> 'kind'::text, constant k1",
    "range, data, by operator ->>: ((data ->> 'n'::text))::integer, constant 5",
    'member, tags, constant tag1',
  ],
  ['((NOT (hashed SubPlan 1)) AND (org_id > 5))', 'range, org_id, constant 5', 'SubPlan 1, hashed, negated'],
  ['(SubPlan 1)', 'SubPlan 1'],
  [
    '((hashed SubPlan 1) OR (org_id = 5))',
    'or, org_id: (hashed SubPlan 1) OR (org_id = 5)',
    'SubPlan 1, hashed',
  ],
  [
    '((hashed SubPlan 2) OR (org_id = 5))',
    'or, org_id: (hashed SubPlan 2) OR (org_id = 5)',
    'SubPlan 2, hashed',
  ],
  [
    '((NOT (hashed SubPlan 2)) OR (org_id = 5))',
    'or, org_id: (NOT (hashed SubPlan 2)) OR (org_id = 5)',
    'SubPlan 2, hashed, negated',
  ],
  ['(org_id = $1)', 'equality, org_id'],
  ['(SubPlan 3)', 'SubPlan 3'],
  ['(id IS NOT NULL)', 'not-null, id'],
  ['(NOT (hashed SubPlan 1))', 'SubPlan 1, hashed, negated'],
];

describe('conditions of a plan', () => {
  for (const [text, ...read] of CONDITIONS) {
    it(text, () => assert.deepEqual(printed(planCondition(sqlParser, text)), read));
  }
});

function printed({ comparisons, others, subplans }: PlanCondition): readonly string[] {
  const name = (column: { alias: string | null; name: string }) =>
    `${column.alias === null ? '' : `${column.alias}.`}${column.name}`;
  return [
    ...comparisons.map(({ how, column, expression, through, with: against, other, constant }) =>
      [
        how,
        name(column),
        ...(through === null
          ? []
          : [`by ${through.kind} ${through.kind === 'cast' ? through.type : through.name}: ${expression}`]),
        ...(against === 'column' ? [`with ${other === null ? 'a column' : name(other)}`] : []),
        ...(constant === null ? [] : [`constant ${constant}`]),
      ].join(', '),
    ),
    ...others.map(({ kind, text, columns }) => `${kind}, ${columns.map(name).join(' ')}: ${text}`),
    ...subplans.map(
      ({ name: subplan, hashed, negated }) =>
        `${subplan}${hashed ? ', hashed' : ''}${negated ? ', negated' : ''}`,
    ),
  ];
}

describe('sort keys of a plan', () => {
  for (const [text, read] of [
    ['o.inserted_at DESC', 'inserted_at desc, nulls first; column o.inserted_at'],
    ['(lower(u.email))', 'lower(email) asc, nulls last'],
    ['o.user_id DESC NULLS LAST', 'user_id desc, nulls last; column o.user_id'],
    ['"order"."from"', '"from" asc, nulls last; column order.from'],
  ] as const) {
    it(text, () => {
      const key = sortKey(sqlParser, text);
      assert.ok(key !== null);
      const column = key.column === null ? '' : `; column ${key.column.alias}.${key.column.name}`;
      assert.equal(`${key.expression} ${key.descending ? 'desc' : 'asc'}, nulls ${key.nulls}${column}`, read);
    });
  }
});

describe('a condition that is no SQL', () => {
  it('is one that is unknown', () => {
    const { comparisons, others } = planCondition(sqlParser, '((a = ');
    assert.deepEqual([comparisons, others], [[], [{ kind: 'unknown', text: '((a = ', columns: [] }]]);
  });
});
