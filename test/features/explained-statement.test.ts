// Which part of a statement EXPLAIN is given, or why none.

import assert from 'node:assert/strict';
import { explainedPart } from '../../server/src/features/explained-statement.js';
import { parsers } from '../support/parsers.js';

const UPDATING = 'WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone';

const PARTS: readonly [text: string, part: string, writes: boolean, notes: number][] = [
  ['SELECT 1', 'SELECT 1', false, 0],
  ['EXPLAIN SELECT 1', 'SELECT 1', false, 0],
  ['EXPLAIN VERBOSE SELECT 1', 'SELECT 1', false, 0],
  ['EXPLAIN ANALYZE VERBOSE SELECT 1', 'SELECT 1', false, 1],
  ['EXPLAIN (ANALYZE, BUFFERS) SELECT 1', 'SELECT 1', false, 1],
  ['EXPLAIN (ANALYZE off, FORMAT json) SELECT 1', 'SELECT 1', false, 0],
  ['EXPLAIN (COSTS) /* é */ (SELECT 1)', '(SELECT 1)', false, 0],
  ['PREPARE p (int) AS SELECT $1', 'SELECT $1', false, 0],
  ['DECLARE c CURSOR FOR SELECT 1', 'DECLARE c CURSOR FOR SELECT 1', false, 0],
  ['CREATE TABLE a AS SELECT 1', 'CREATE TABLE a AS SELECT 1', true, 0],
  ['EXPLAIN CREATE TABLE a AS SELECT 1', 'CREATE TABLE a AS SELECT 1', true, 0],
  [UPDATING, UPDATING, true, 0],
  ['WITH a AS NOT MATERIALIZED (SELECT 1) SELECT * FROM a FOR UPDATE', '', false, 0],
  ['WITH a AS MATERIALIZED (INSERT INTO b VALUES (1) RETURNING *) SELECT * FROM a', '', true, 0],
];

const NONE: readonly [text: string, message: RegExp, at: string | null][] = [
  ['SELECT * INTO a FROM b', /INTO/, null],
  ['SELECT 1 INTO a UNION SELECT 2', /INTO/, null],
  ['EXPLAIN SELECT * INTO a FROM b', /INTO/, null],
  ['TRUNCATE a', /has no plan/, null],
  ['COPY (SELECT 1) TO STDOUT', /COPY/, null],
  ['EXECUTE p (1)', /EXECUTE/, null],
  ['SELECT * FORM a', /syntax error/, 'FORM'],
  [`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`, /nested too deeply/, null],
  [`SELECT ${'1+'.repeat(2500)}1`, /nested too deeply/, null],
];

describe('the part of a statement that is explained', () => {
  for (const [text, part, writes, notes] of PARTS) {
    it(text, () => {
      const found = explainedPart(only(text));
      assert.equal(found.kind, 'part');
      if (found.kind !== 'part') return;
      assert.equal(text.slice(found.span.start, found.span.end), part === '' ? text : part);
      assert.equal(found.writes, writes);
      assert.equal(found.notes.length, notes);
    });
  }

  for (const [text, message, at] of NONE) {
    it(text.slice(0, 60), () => {
      const found = explainedPart(only(text));
      assert.equal(found.kind, 'no-part');
      if (found.kind !== 'no-part') return;
      assert.match(found.message, message);
      assert.equal(found.at, at === null ? null : text.indexOf(at));
    });
  }
});

function only(text: string) {
  const [placed] = parsers.sql.parse(text).statements;
  assert.ok(placed !== undefined);
  return placed.statement;
}
