import assert from 'node:assert/strict';
import { asNode, locationOf, walk } from '../../../server/src/syntax/sql/nodes.js';
import type { SqlStatement } from '../../../server/src/syntax/sql/statement.js';
import { sqlParser } from '../../support/parsers.js';

/** Problems as `message @ what is underlined`. */
function problems({ text, problems: found }: SqlStatement): string[] {
  return found.map(({ message, span }) => `${message} @ ${text.slice(span.start, span.end)}`);
}

describe('problems of a statement', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['SELECT * FORM t', 'syntax error at or near "FORM" @ FORM'],
    ['SELECT a,', 'syntax error at end of input @ ,'],
    ['ALTER TABLE\n  ', 'syntax error at end of input @ TABLE'],
    ["SELECT 'a\nb", "unterminated quoted string @ 'a"],
    ['SELECT "a', 'unterminated quoted identifier @ "a'],
    ['SELECT $$a', 'unterminated dollar-quoted string @ $$a'],
    ['SELECT 12abc', 'trailing junk after numeric literal at or near "12abc" @ 12abc'],
    ["SELECT 'é😀' FROM FROM x", 'syntax error at or near "FROM" @ FROM'],
    [
      'CREATE TABLE\u00a0a (b int)',
      'syntax error at or near "TABLE\u00a0a": it holds a no-break space (U+00A0), which is part of a name for Postgres @ TABLE\u00a0a',
    ],
    ['SELECT \0', 'NUL character @ \0'],
    ['DROP TABLE FROM :name', 'syntax error at or near "FROM" @ FROM'],
    ['SELECT * FROM t WHERE a = :name b', 'syntax error at or near "b" @ b'],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      const statement = sqlParser.statement(text);
      assert.deepEqual(problems(statement), [expected]);
      assert.equal(statement.node, null);
    });
  }

  it('are none when it parses', () => {
    const statement = sqlParser.statement('SELECT 1');
    assert.deepEqual(statement.problems, []);
    assert.notEqual(asNode(statement.node, 'SelectStmt'), null);
  });

  it('are none when there is nothing', () => {
    for (const text of ['', ' ', '-- a']) {
      const { node, problems: found, unread } = sqlParser.statement(text);
      assert.deepEqual({ node, found, unread }, { node: null, found: [], unread: null });
    }
  });
});

describe('locations in the tree', () => {
  it('count UTF-16 code units, whatever stands before them', () => {
    for (const text of [
      "SELECT a AS b, c FROM t WHERE d = 'x'",
      'SELECT \'é😀\' AS "ñ", ü FROM t -- 😀\n WHERE d😀 = $$é$$ || e',
    ]) {
      const places: string[] = [];
      walk(sqlParser.statement(text).node ?? undefined, (node) => {
        if (node.kind === 'ColumnRef' || node.kind === 'RangeVar') {
          const start = locationOf(node.value) ?? -1;
          places.push(/^\S+?(?=[\s,]|$)/u.exec(text.slice(start))?.[0] ?? '');
        }
        return true;
      });
      const columns = text.startsWith("SELECT 'é") ? ['ü', 't', 'd😀', 'e'] : ['a', 'c', 't', 'd'];
      assert.deepEqual(places, columns);
    }
  });

  it('are right where a lone surrogate stands before them', () => {
    const text = "SELECT '\ud800', a";
    walk(sqlParser.statement(text).node ?? undefined, (node) => {
      if (node.kind === 'ColumnRef') assert.equal(locationOf(node.value), text.indexOf('a'));
      return true;
    });
  });
});

describe('what is not parsed', () => {
  const cases: readonly { readonly name: string; readonly text: string; readonly unread: string }[] = [
    {
      name: 'a statement of more than a megabyte',
      text: `INSERT INTO t VALUES ${'(1), '.repeat(220_000)}(2)`,
      unread: 'the statement is larger than a megabyte',
    },
    {
      name: 'brackets in brackets',
      text: `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`,
      unread: 'the statement is nested too deeply',
    },
    {
      name: 'a chain of operators',
      text: `SELECT ${'1 + '.repeat(20_000)}1`,
      unread: 'the statement is nested too deeply',
    },
    {
      name: 'CASE in CASE',
      text: `SELECT ${'CASE WHEN a THEN 1 ELSE '.repeat(3000)}2${' END'.repeat(3000)}`,
      unread: 'the statement is nested too deeply',
    },
  ];
  for (const { name, text, unread } of cases) {
    it(`${name} is a fact, not a problem`, () => {
      const statement = sqlParser.statement(text);
      assert.deepEqual(
        { node: statement.node, problems: statement.problems, unread: statement.unread },
        { node: null, problems: [], unread },
      );
    });
  }

  it('long but shallow statements are parsed', () => {
    const long = [
      `SELECT * FROM t WHERE ${'a = 1 OR '.repeat(3000)}b`,
      `INSERT INTO t VALUES ${"(1, 2 + 3, 'a'), ".repeat(3000)}(2)`,
      `SELECT CASE ${'WHEN a = 1 THEN 2 '.repeat(2000)}END`,
      `CREATE TABLE t (${Array.from({ length: 1600 }, (_, i) => `c${i} int NOT NULL`).join(', ')})`,
    ];
    for (const text of long) assert.notEqual(sqlParser.statement(text).node, null, text.slice(0, 40));
  });
});

describe('what is asked for later', () => {
  it('is the same after many other statements', () => {
    const statement = sqlParser.statement('SELECT a + 1');
    const node = JSON.stringify(statement.node);
    const tokens = JSON.stringify(statement.tokens);
    for (let i = 0; i < 200; i++) assert.notEqual(sqlParser.statement(`SELECT ${i}`).node, null);
    assert.equal(JSON.stringify(statement.node), node);
    assert.equal(JSON.stringify(statement.tokens), tokens);
  });
});
