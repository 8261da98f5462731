import assert from 'node:assert/strict';
import { sqlParser } from '../../support/parsers.js';

/** Each hole as it stands in the text. */
function holes(text: string): string[] {
  return sqlParser.statement(text).holes.map(({ span }) => text.slice(span.start, span.end));
}

const dollar = (name: string) => `\${${name}}`;

describe('placeholders parse, and are told', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    // Templates.
    ['CREATE TABLE {{ .Schema }}.t (a int)', ['{{ .Schema }}']],
    ['CREATE INDEX i ON "{{ index .Options "Namespace" }}".t (a)', ['{{ index .Options "Namespace" }}']],
    ['CREATE TABLE "{{ .Schema }}"."t" (a int)', ['{{ .Schema }}']],
    ['CREATE TABLE pre_{{ x }}_post (a int)', ['{{ x }}']],
    ['{{ if .Enabled }} DROP TABLE a {{ end }}', ['{{ if .Enabled }}', '{{ end }}']],
    [
      "{{ config(materialized='table') }} SELECT * FROM {{ ref('a') }} {% if x %} WHERE b {% endif %} {# c #}",
      ["{{ config(materialized='table') }}", "{{ ref('a') }}", '{% if x %}', '{% endif %}', '{# c #}'],
    ],
    [`ALTER TABLE ${dollar('schema')}.t ADD c int DEFAULT ${dollar('n')}`, [dollar('schema'), dollar('n')]],
    [`SELECT '${dollar('kept')}', '{{1,2},{3,4}}'::int[]`, []],
    ['SELECT * FROM {table} LIMIT {limit}', ['{table}', '{limit}']],
    ['CREATE TABLE @extschema@.t (a int)', ['@extschema@']],
    ['SELECT * FROM t {{ where }}', ['{{ where }}']],
    ['ALTER SEQUENCE s RESTART WITH 1{{ n }}', ['{{ n }}']],
    // Variables of psql.
    ['SELECT :a, :\'b\', :"c" FROM :tab', [':a', ":'b'", ':"c"', ':tab']],
    ["COMMENT ON TABLE t IS :'text'", [":'text'"]],
    ['ALTER SEQUENCE s RESTART WITH :n', [':n']],
    ['SELECT ARRAY[:a, :b], c[1:2] FROM t LIMIT :n', [':a', ':b', ':n']],
    // Parameters of query files.
    ['SELECT * FROM t WHERE a = @id AND b=@x::uuid AND c IN (@d)', ['@id', '@x', '@d']],
    ['SELECT * FROM t WHERE a = sqlc.arg(id) AND b = $1', []],
    // Interpolations of Elixir.
    [
      'ALTER TABLE t___interpolated0__ ADD a int DEFAULT __interpolated1__',
      ['__interpolated0__', '__interpolated1__'],
    ],
    ['ALTER SEQUENCE s RESTART WITH __interpolated0__', ['__interpolated0__']],
    // In a query, a list, a query or an assignment may be what is meant.
    ['SELECT 1 FROM t WHERE a IN __interpolated0__', ['__interpolated0__']],
    ['INSERT INTO t (a) VALUES __interpolated0__', ['__interpolated0__']],
    ['WITH x AS (__interpolated0__) SELECT 1 FROM x', ['__interpolated0__']],
    [`SELECT 1 FROM t WHERE a IN ${dollar('ids')}`, [dollar('ids')]],
    ['UPDATE t SET {{ .Changes }} WHERE a = 1', ['{{ .Changes }}']],
    // JDBC and its like.
    ['SELECT * FROM t WHERE a = ? AND b>=? AND c IN (?, ?) LIMIT ?', ['?', '?', '?', '?', '?']],
    ["SELECT * FROM t WHERE a ? 'b' AND c = ?", ['?', '?']],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      const statement = sqlParser.statement(text);
      assert.deepEqual(statement.problems, []);
      assert.equal(statement.unread, null);
      assert.notEqual(statement.node, null);
      assert.deepEqual(holes(text), expected);
    });
  }
});

describe('SQL that looks like placeholders', () => {
  const cases: readonly string[] = [
    "SELECT a::int, '{:b}'::jsonb, c -> 'd'",
    'SELECT a[1:2], a[b:c], a[:c], a[b:]',
    "SELECT JSON_OBJECT('a':b, 'c':d)",
    'SELECT f(a := 1, b => 2)',
    'SELECT a @> b, c <@d, e @@ f, g @? h, i @@@ j, @ -5',
    "SELECT ':a', '@b', '{{ c }}', $$ :d $$ -- :e @f {{ g }}",
  ];
  for (const text of cases) {
    it(`is left alone: ${text}`, () => {
      assert.notEqual(sqlParser.statement(text).node, null);
      assert.deepEqual(holes(text), []);
    });
  }
});

describe('what a placeholder was taken for', () => {
  it('is one token, where it stands', () => {
    const text = 'ALTER TABLE {{ .Schema }}.t ADD a int';
    const { tokens } = sqlParser.statement(text);
    assert.deepEqual(
      tokens.map(({ kind, span }) => `${kind} ${text.slice(span.start, span.end)}`).slice(2, 5),
      ['word {{ .Schema }}', 'punctuation .', 'word t'],
    );
  });

  it('has the same number wherever it has the same name', () => {
    const { node } = sqlParser.statement('SELECT :a, :b, :a');
    const numbers = [...JSON.stringify(node).matchAll(/"ParamRef":\{"number":(\d+)/g)].map(
      ([, number]) => number,
    );
    assert.deepEqual(numbers, ['1', '2', '1']);
  });

  it('may not be known, which is no mistake of the author', () => {
    const { problems, unread } = sqlParser.statement('CREATE {{ what }} IN {{ that }} PLACE');
    assert.deepEqual(problems, []);
    assert.match(unread ?? '', /what "(what|that)" becomes is not known/);
  });

  it('does not excuse a mistake elsewhere', () => {
    const text = 'SELECT * FORM {{ table }} WHERE';
    const [problem] = sqlParser.statement(text).problems;
    assert.equal(text.slice(problem?.span.start, problem?.span.end), 'FORM');
  });

  it('a table of CockroachDB with its index is not a parameter', () => {
    assert.equal(sqlParser.statement('DROP INDEX a@b').problems.length, 1);
  });
});
