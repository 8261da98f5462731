// How the server would print an expression, and when we do not say. test/truth/deparse.test.ts asks real servers.

import assert from 'node:assert/strict';
import { canonicalInterval } from '../../server/src/catalog/deparse/intervals.js';
import { canonicalLiteral } from '../../server/src/catalog/deparse/literals.js';
import { type ExpressionUse, serverText } from '../../server/src/catalog/deparse/server-text.js';
import { tablesFor } from '../../server/src/catalog/deparse/tables.js';
import { worldOf } from '../../server/src/catalog/deparse/world.js';
import { findTable } from '../../server/src/catalog/lookup.js';
import { memoryWorkspace } from '../support/workspace.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN email AS varchar(20);
CREATE SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE FUNCTION score(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION score(a bigint, b integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION lower(a mood) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''';
CREATE TABLE t (id bigint, i integer, s smallint, v varchar(20), x text, b boolean, m mood, e email, tz timestamptz, c ext.citext);
`;

function catalogWith(statement: string, postgres: number) {
  const files = [{ path: 'migrations/1_t.sql', text: SCHEMA + statement }];
  const catalog = memoryWorkspace(files, { postgres }).histories[0]?.history.latest;
  assert.ok(catalog !== undefined);
  return catalog;
}

function printed(use: ExpressionUse, sql: string, postgres = 18): string | null {
  const catalog = catalogWith(`CREATE INDEX one ON t ((${sql}));`, postgres);
  const table = findTable(catalog, { schema: null, name: 't' });
  const expression = table?.indexes[0]?.keys[0]?.expression;
  assert.ok(table !== null && expression !== null && expression !== undefined, sql);
  return serverText(catalog, table, expression, use, { postgres });
}

function printedDefault(type: string, sql: string): string | null {
  const catalog = catalogWith(`CREATE TABLE d (c ${type} DEFAULT ${sql});`, 18);
  const table = findTable(catalog, { schema: null, name: 'd' });
  const column = table?.columns[0];
  assert.ok(table !== null && column?.default != null, sql);
  return serverText(catalog, table, column.default, 'default', { postgres: 18, targetType: column.type });
}

describe('the text of the server', () => {
  it('has the casts that a comparison needs', () => {
    assert.equal(printed('check', "v = 'a'"), "((v)::text = 'a'::text)");
    assert.equal(printed('predicate', "v = 'a'"), "v::text = 'a'::text");
    assert.equal(
      printed('check', "v IN ('a', 'b')"),
      "((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
    );
    assert.equal(printed('check', "m <> 'sad'"), "(m <> 'sad'::mood)");
    assert.equal(printed('check', "e <> ''"), "((e)::text <> ''::text)");
    assert.equal(printed('check', 'i > 1.5'), '((i)::numeric > 1.5)');
  });

  it('has parentheses around all, or around little', () => {
    assert.equal(
      printed('check', 'i + s * 2 > 3 AND (b OR i IS NULL)'),
      '(((i + (s * 2)) > 3) AND (b OR (i IS NULL)))',
    );
    assert.equal(
      printed('predicate', 'i + s * 2 > 3 AND (b OR i IS NULL)'),
      '(i + s * 2) > 3 AND (b OR i IS NULL)',
    );
    assert.equal(printed('index', 'upper(v)'), 'upper(v::text)');
    assert.equal(printed('index', 'i + 1'), '(i + 1)');
  });

  it('breaks CASE over lines', () => {
    assert.equal(
      printed('index', 'CASE WHEN b THEN 1 END'),
      '(\nCASE\n    WHEN b THEN 1\n    ELSE NULL::integer\nEND)',
    );
  });

  it('uses the words of the standard since PostgreSQL 14', () => {
    const sql = "tz AT TIME ZONE 'utc' > now() AND extract(year from tz) = 1";
    assert.equal(
      printed('check', sql, 14),
      "(((tz AT TIME ZONE 'utc'::text) > now()) AND (EXTRACT(year FROM tz) = (1)::numeric))",
    );
    assert.equal(
      printed('check', sql, 13),
      "((timezone('utc'::text, tz) > now()) AND (date_part('year'::text, tz) = (1)::double precision))",
    );
  });

  it('is cast to the type of the column, unseen', () => {
    assert.equal(printedDefault('varchar(10)', "'a'"), "'a'::character varying");
    assert.equal(printedDefault('bigint', '-1'), "'-1'::integer");
    assert.equal(printedDefault('bigint', '10000000000'), "'10000000000'::bigint");
    assert.equal(printedDefault('numeric(10,2)', '0'), '0');
    assert.equal(
      printedDefault('timestamp', "(now() AT TIME ZONE 'utc')"),
      "(now() AT TIME ZONE 'utc'::text)",
    );
    assert.equal(printedDefault('email', "'a'"), "'a'::character varying");
    assert.equal(printedDefault('text[]', '\'{a,"b c"}\''), `'{a,"b c"}'::text[]`);
  });

  it('is not told where it depends on what we do not know', () => {
    for (const [type, sql] of [
      // The time zone of the session.
      ['timestamptz', "'2020-01-01 00:00:00+00'"],
      // The time at which it ran.
      ['timestamp', "'now'"],
      ['date', "'01/02/2020'"],
      ['text', 'no_such_function()'],
      ['text', '(SELECT 1)::text'],
      ['no_such_type', "'x'"],
      ['mood', "'angry'"],
    ] as const) {
      assert.equal(printedDefault(type, sql), null, sql);
    }
    // Which of two functions of our own, and which operator where the extension is out of sight.
    assert.equal(printed('check', 'score(s) > 1'), null);
    assert.equal(printed('check', "c = 'a'"), null);
    assert.equal(printed('check', "lower(v) = 'a'"), null);
    assert.equal(printed('check', 'no_such_column > 1'), null);
    assert.equal(printed('check', 'i > 1', 11), null);
  });

  it('is told where a function of that name fits perfectly all the same', () => {
    assert.equal(printed('check', 'score(i) > 1'), '(score(i) > 1)');
    assert.equal(printed('check', "lower(x) = 'a'"), "(lower(x) = 'a'::text)");
    assert.equal(printed('check', "c::text = 'a'"), "((c)::text = 'a'::text)");
  });
});

describe('a literal, as its type prints it', () => {
  const world = worldOf(catalogWith('', 18), null, 18);
  const cases: readonly (readonly [type: string, text: string, output: string | null])[] = [
    ['int4', ' 007 ', '7'],
    ['int4', '2147483648', null],
    ['int8', '-9223372036854775808', '-9223372036854775808'],
    ['int4', '0x10', null],
    ['numeric', '007.50', '7.50'],
    ['numeric', '-0.00', '0.00'],
    ['numeric', '1e3', null],
    ['float8', '1.50', '1.5'],
    ['float8', '0.00001', null],
    ['float4', '0.12345678', null],
    ['bool', 'YES', 't'],
    ['bool', 'o', null],
    ['jsonb', '{"b":1,"a":{"x":[ ]},"aa":"\\n"}', '{"a": {"x": []}, "b": 1, "aa": "\\n"}'],
    ['jsonb', '{"a":1.0}', null],
    ['jsonb', '{a}', null],
    ['json', '{"a" :1}', '{"a" :1}'],
    ['bytea', 'ab', '\\x6162'],
    ['bytea', '\\xAB', '\\xab'],
    ['date', '2021-02-30', null],
    ['date', '2020-2-3', '2020-02-03'],
    ['timestamp', '2020-01-01T10:00', '2020-01-01 10:00:00'],
    ['timestamp', '2020-01-01 10:00:00.120', '2020-01-01 10:00:00.12'],
    ['timestamp', '2020-01-01 10:00Z', null],
    ['time', '24:00', null],
    ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['inet', '10.0.0.1/32', '10.0.0.1'],
    ['cidr', '10.0.0.1/8', null],
    ['regconfig', 'pg_catalog.english', 'english'],
    ['regconfig', 'my_own', null],
    ['text[]', '{ a , "b" }', '{a,b}'],
    ['text[]', '{a,}', null],
    ['text[]', '{NULL,"NULL",""}', '{NULL,"NULL",""}'],
    ['text[]', '{{a},{b}}', null],
    ['int4[]', '{1, 02}', '{1,2}'],
  ];
  for (const [type, text, output] of cases) {
    it(`${type} ${text}`, () => assert.equal(canonicalLiteral(world, type, text), output));
  }
});

describe('an interval, as the server prints it', () => {
  const cases: readonly (readonly [text: string, output: string | null])[] = [
    ['1 week', '7 days'],
    ['24:00:00', '24:00:00'],
    ['90 minutes', '01:30:00'],
    ['14 months 1 day', '1 year 2 mons 1 day'],
    ['1h 30m', '01:30:00'],
    ['5', '00:00:05'],
    ['', null],
    ['1 day 1 day', null],
    ['-1 day', null],
    ['1.5 days', null],
    ['1 day ago', null],
    ['P1D', null],
    ['1-2', null],
  ];
  for (const [text, output] of cases) {
    it(`'${text}'`, () => assert.equal(canonicalInterval(text), output));
  }
});

describe('the tables of a server', () => {
  it('are those of its version', () => {
    assert.ok(tablesFor(18, []).functions.has('uuidv7'));
    assert.ok(!tablesFor(17, []).functions.has('uuidv7'));
    assert.equal(tablesFor(13, []).functions.get('extract'), undefined);
  });

  it('have what its extensions bring', () => {
    assert.equal(tablesFor(18, ['citext']).types.get('citext')?.category, 'S');
    assert.equal(tablesFor(18, []).types.get('citext'), undefined);
    assert.deepEqual(tablesFor(18, ['plpgsql', 'unheard_of']).strangers, ['unheard_of']);
  });
});
