import assert from 'node:assert/strict';
import { expectedAt } from '../../../server/src/syntax/sql/incomplete.js';
import { sqlParser } from '../../support/parsers.js';
import { plainSql } from './samples.js';

/** What is expected at `|`: keywords, and names as `<of>`. */
function expected(marked: string): string[] {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  return expectedAt(sqlParser, text, cursor).map((found) =>
    found.kind === 'keyword' ? found.word : `<${found.of}>`,
  );
}

describe('what may come next', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['|', ['ALTER', 'CREATE', 'SELECT'], ['TABLESPACE', 'COLUMN']],
    ['create |', ['TABLE', 'UNIQUE', 'INDEX'], ['ALTER', '<new>']],
    ['create uni| on t (a)', ['UNIQUE'], ['<new>']],
    ['create index |', ['CONCURRENTLY', 'IF', 'ON', '<new>'], ['TABLE']],
    ['create index on |', ['ONLY', '<table>'], ['CONCURRENTLY']],
    ['create index on t (|', ['<column>'], ['<table>']],
    ['create table t (|', ['CHECK', 'PRIMARY', '<new>'], ['<column>']],
    ['create table t (a |', ['<type>'], ['NOT']],
    ['create table t (a int |', ['NOT', 'DEFAULT', 'REFERENCES'], ['<type>']],
    ['alter table |', ['IF', 'ONLY', '<table>'], ['CONCURRENTLY']],
    ['alter table t |', ['ADD', 'ALTER', 'DROP', 'VALIDATE'], ['<column>']],
    ['alter table t add |', ['COLUMN', 'CONSTRAINT', '<new>'], ['<table>']],
    ['alter table t drop column |', ['IF', '<column>'], ['COLUMN']],
    ['alter table t validate |', ['CONSTRAINT'], ['<constraint>']],
    ['alter table t validate constraint |', ['<constraint>'], ['<table>']],
    ['alter table t add column a |', ['<type>'], ['NOT']],
    ['drop index concurrently |', ['IF', '<index>'], ['CONCURRENTLY']],
    ['select * from |', ['LATERAL', '<table>'], ['WHERE']],
    ['select * from t |', ['WHERE', 'LEFT', 'JOIN'], ['<table>']],
    ['select * from t where |', ['EXISTS', 'NOT', '<column>'], ['WHERE']],
    ['select a::|', ['<type>'], ['<column>']],
  ];
  for (const [text, some, none] of cases) {
    it(text, () => {
      const found = expected(text);
      assert.deepEqual(
        some.filter((one) => !found.includes(one)),
        [],
        `found ${found.join(' ')}`,
      );
      assert.deepEqual(
        none.filter((one) => found.includes(one)),
        [],
      );
    });
  }

  it('is nothing in strings, in comments and after mistakes', () => {
    for (const text of [
      "select 'a |",
      'select $$a |',
      'select "a |',
      '-- a |',
      '/* a | */',
      'foo bar |',
      'drop drop |',
    ]) {
      assert.deepEqual(expected(text), [], text);
    }
  });

  it('never throws, wherever the cursor is', () => {
    const text = plainSql[0] ?? '';
    for (let offset = 0; offset < text.length; offset += 97) expectedAt(sqlParser, text, offset);
  });
});
