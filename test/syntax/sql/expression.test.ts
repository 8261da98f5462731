import assert from 'node:assert/strict';
import { expressionFacts, factsOfExpressionText } from '../../../server/src/syntax/sql/expression.js';
import { nodeSpan } from '../../../server/src/syntax/sql/node-span.js';
import { type Node, walk } from '../../../server/src/syntax/sql/nodes.js';
import { renameColumnInExpression } from '../../../server/src/syntax/sql/rename-column.js';
import { typedExpression } from '../../../server/src/syntax/sql/typed-expression.js';
import { sqlParser } from '../../support/parsers.js';

describe('facts about an expression', () => {
  const cases: readonly (readonly [string, object])[] = [
    ["'a'::text", { columns: [], functions: [], constant: true, provesNotNull: [] }],
    ['1 + 2 * -3', { columns: [], functions: [], constant: true, provesNotNull: [] }],
    ['now()', { columns: [], functions: ['now'], constant: false, provesNotNull: [] }],
    [
      'CURRENT_TIMESTAMP(3)',
      { columns: [], functions: ['current_timestamp'], constant: false, provesNotNull: [] },
    ],
    [
      'Auth.UID() = "Owner" AND pg_catalog.lower(t.email) <> \'\'',
      {
        columns: ['Owner', 'email'],
        functions: ['auth.uid', 'pg_catalog.lower'],
        constant: false,
        provesNotNull: [],
      },
    ],
    [
      "created AT TIME ZONE 'utc' > extract(day FROM other)",
      {
        columns: ['created', 'other'],
        functions: ['timezone', 'extract'],
        constant: false,
        provesNotNull: [],
      },
    ],
    [
      'a IS NOT NULL AND (b IS NOT NULL OR c IS NOT NULL) AND NOT d IS NULL AND e > 0',
      { columns: ['a', 'b', 'c', 'd', 'e'], functions: [], constant: false, provesNotNull: ['a', 'd'] },
    ],
    [
      'a IS NOT NULL AND b = 1 OR t.a IS NOT NULL',
      { columns: ['a', 'b', 'a'], functions: [], constant: false, provesNotNull: ['a'] },
    ],
    ['a IS NULL', { columns: ['a'], functions: [], constant: false, provesNotNull: [] }],
    ['(address).city = $1', { columns: ['address'], functions: [], constant: false, provesNotNull: [] }],
    ['t.* IS NULL', { columns: [], functions: [], constant: false, provesNotNull: [] }],
    [
      'org IN (SELECT m.org FROM members m WHERE m.user_id = t.owner AND active)',
      { columns: ['org', 'owner'], functions: [], constant: false, provesNotNull: [] },
    ],
    ['(SELECT 1)', { columns: [], functions: [], constant: false, provesNotNull: [] }],
    ["'é😀' || a -- c", { columns: ['a'], functions: [], constant: false, provesNotNull: [] }],
  ];
  for (const [text, expected] of cases) {
    it(text, () => {
      const facts = factsOfExpressionText(sqlParser, text);
      assert.deepEqual(facts && { ...facts, columns: facts.columns.map(({ name }) => name) }, expected);
      for (const { name, span } of facts?.columns ?? []) {
        assert.equal(text.slice(span.start, span.end).replaceAll('"', '').toLowerCase(), name.toLowerCase());
      }
    });
  }

  it('are none of what is no expression, or more than one', () => {
    for (const text of ['', 'a,', 'a FROM b', 'a) FROM (SELECT 1', 'WHERE', 'a AS b']) {
      assert.equal(factsOfExpressionText(sqlParser, text), null, text);
    }
  });

  it('have places in the statement that holds the expression', () => {
    const statement = sqlParser.statement('ALTER TABLE t ADD CHECK (t."A" > b)');
    let places: string[] = [];
    walk(statement.node ?? undefined, (node) => {
      if (node.kind !== 'Constraint' || node.value.raw_expr === undefined) return true;
      places = expressionFacts(statement, node.value.raw_expr).columns.map(({ span }) =>
        statement.text.slice(span.start, span.end),
      );
      return false;
    });
    assert.deepEqual(places, ['"A"', 'b']);
  });
});

describe('where an expression stands', () => {
  const cases: readonly string[] = [
    'a',
    '-1',
    's.t.a',
    'a + b * c',
    '(a + b) * (c - d)',
    "f(a, g(b), 'c')",
    'count(*)',
    'now()',
    "'a'::varchar(20)[]",
    'a::timestamp(3) with time zone',
    'a::double precision',
    'CAST(a AS character varying(3))',
    'a IS NOT NULL',
    'NOT (a AND b)',
    'a IN (1, 2, f(3))',
    'a = ANY (ARRAY[1, 2])',
    'EXISTS (SELECT 1 FROM b WHERE c = (d))',
    'CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END',
    'a BETWEEN 1 AND (2 + 3)',
    'b[1][2:3]',
    '(row_column).field',
    'a COLLATE "C" || \'b\'',
    "a -> 'b' ->> 'c'",
    'a = (SELECT max(a) FROM b)',
    'COALESCE(a, (b))',
    'ROW(a, 1)',
    'é || a /* c */ + $1',
  ];
  for (const expression of cases) {
    it(expression, () => {
      for (const [before, after] of [
        ['SELECT ', ' AS x'],
        ['SELECT 1, (', ')'],
        ['SELECT f(', ', 2) FROM t'],
      ] as const) {
        const statement = sqlParser.statement(before + expression + after);
        const span = nodeSpan(statement, target(statement.node, before));
        assert.equal(statement.text.slice(span?.start, span?.end), expression);
      }
    });
  }
});

/** The expression that the test put in: the last thing selected, or the first argument of `f`. */
function target(node: Node | null, before: string): Node {
  const found: Node[] = [];
  walk(node ?? undefined, (inner) => {
    if (inner.kind === 'ResTarget' && inner.value.val !== undefined) found.push(inner.value.val);
    return inner.kind !== 'ResTarget';
  });
  const last = found.at(-1);
  if (last === undefined) throw new Error('no target');
  if (!before.endsWith('f(')) return last;
  const call = 'FuncCall' in last ? last.FuncCall.args?.[0] : undefined;
  if (call === undefined) throw new Error('no argument');
  return call;
}

describe('renaming a column in an expression', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['a', 'b'],
    ['a > 0  AND\n  t.A < A -- a', 'b > 0  AND\n  t.b < b -- a'],
    ['"a" = \'a\' AND a2 = f(a)', "b = 'a' AND a2 = f(b)"],
    ['a.c = 1', 'a.c = 1'],
    ['a(a)', 'a(b)'],
    ["data ->> 'a'::text = ANY (ARRAY[a])", "data ->> 'a'::text = ANY (ARRAY[b])"],
    ['(a).field', '(b).field'],
    ['x', 'x'],
    ['a >', null],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      assert.equal(renameColumnInExpression(sqlParser, text, 'a', 'b'), expected);
    });
  }

  it('quotes the new name where it has to be', () => {
    const renamed = (to: string) => renameColumnInExpression(sqlParser, 'a > 0', 'a', to);
    assert.deepEqual(['order', 'left', 'Mixed', 'with space', 'q"q', 'name', 'b_1'].map(renamed), [
      '"order" > 0',
      '"left" > 0',
      '"Mixed" > 0',
      '"with space" > 0',
      '"q""q" > 0',
      'name > 0',
      'b_1 > 0',
    ]);
  });
});

describe('typed expressions', () => {
  it('are given where both parsers read the same', () => {
    for (const text of ["a > 1 AND lower(b) = 'x'", 'a IS NOT NULL', 'a IN (1, 2)']) {
      assert.notEqual(typedExpression(sqlParser, text), null, text);
    }
  });

  it('are not given where pgsql-ast-parser refuses or misreads', () => {
    for (const text of ["data ->> 'id'::text = 'x'", 'a = ANY (ARRAY[1])', '(a).b', 'a >', '']) {
      assert.equal(typedExpression(sqlParser, text), null, text);
    }
  });
});
