// What is different between two moments of a history. How it is printed is in test/cli/schema.md.

import assert from 'node:assert/strict';
import { diffCatalogs } from '../../server/src/catalog/diff.js';
import { renamesIn } from '../../server/src/migrations/renames.js';
import { memoryWorkspace } from '../support/workspace.js';

/** The changes that the second text makes after the first: `change object name (was …): before → after`. */
function changes(before: string, after: string): readonly string[] {
  const workspace = memoryWorkspace([
    { path: 'migrations/1_before.sql', text: before },
    { path: 'migrations/2_after.sql', text: after },
  ]);
  const history = workspace.histories[0]?.history;
  assert.ok(history !== undefined);
  const steps = history.migrations.slice(1);
  const renames = renamesIn(steps, history.postgres);
  return diffCatalogs(steps[0]?.before ?? history.latest, history.latest, renames).map((one) => {
    const was = one.was === null ? '' : ` (was ${one.was})`;
    const of = one.of === null ? '' : ` of ${one.of}`;
    return `${one.change} ${one.object} ${one.name}${was}${of}: ${one.before ?? '—'} → ${one.after ?? '—'}`;
  });
}

describe('what has changed in a schema', () => {
  const cases: Readonly<
    Record<string, readonly [before: string, after: string, expected: readonly string[]]>
  > = {
    nothing: ['CREATE TABLE t (a int)', 'UPDATE t SET a = 1', []],
    'a renamed table, with foreign keys to it': [
      'CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE b (x int REFERENCES a)',
      'ALTER TABLE a RENAME TO c',
      ['changed table c (was a):  → '],
    ],
    'a column that is renamed, renamed again, and read by others': [
      `CREATE TABLE a (x int PRIMARY KEY CHECK (x > 0)); CREATE INDEX ON a ((x + 1)) WHERE x > 1;
       CREATE TABLE b (x int REFERENCES a (x))`,
      'ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE a RENAME y TO z',
      ['changed column z (was x) of a: integer NOT NULL → integer NOT NULL'],
    ],
    'a name that is taken by another column': [
      'CREATE TABLE a (x int, y text)',
      'ALTER TABLE a DROP COLUMN x; ALTER TABLE a RENAME y TO x; ALTER TABLE a ADD COLUMN y bool',
      [
        'removed column x of a: integer → —',
        'changed column x (was y) of a: text → text',
        'added column y of a: — → boolean',
      ],
    ],
    'a column that is dropped and made again': [
      'CREATE TABLE a (x int)',
      'ALTER TABLE a DROP COLUMN x; ALTER TABLE a ADD COLUMN x int',
      ['removed column x of a: integer → —', 'added column x of a: — → integer'],
    ],
    'renames of constraints, indexes, policies, types and triggers': [
      `CREATE TYPE m AS ENUM ('a'); CREATE TABLE a (x int CONSTRAINT c CHECK (x > 0)); CREATE INDEX i ON a (x);
       CREATE POLICY p ON a; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin end';
       CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()`,
      `ALTER TYPE m RENAME TO n; ALTER TABLE a RENAME CONSTRAINT c TO d; ALTER INDEX i RENAME TO j;
       ALTER POLICY p ON a RENAME TO q; ALTER TRIGGER t ON a RENAME TO u`,
      [
        "changed type n (was m): AS ENUM ('a') → AS ENUM ('a')",
        'changed constraint d (was c) of a: CHECK (x > 0) → CHECK (x > 0)',
        'changed index j (was i) of a: (x) → (x)',
        'changed policy q (was p) of a:  → ',
        'changed trigger u (was t) of a: AFTER INSERT ON a FOR EACH STATEMENT EXECUTE FUNCTION f() → AFTER INSERT ON a FOR EACH STATEMENT EXECUTE FUNCTION f()',
      ],
    ],
    'the body of a function alone': [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'",
      "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 2'",
      ['changed function f(): RETURNS integer LANGUAGE sql → RETURNS integer LANGUAGE sql'],
    ],
    'what is in a table that goes is not told': [
      'CREATE TABLE a (x int PRIMARY KEY); CREATE INDEX ON a (x)',
      'DROP TABLE a',
      ['removed table a:  → —'],
    ],
    'comments, rights and row-level security': [
      'CREATE TABLE a (x int)',
      `COMMENT ON TABLE a IS 'it'; GRANT SELECT, UPDATE (x) ON a TO reader; ALTER TABLE a ENABLE ROW LEVEL SECURITY`,
      [
        "changed table a:  → COMMENT 'it'",
        'added row-level-security  of a: — → ENABLED',
        'added rights reader of a: — → SELECT, UPDATE (x)',
      ],
    ],
    'a view of other columns': [
      'CREATE TABLE a (x int, y int); CREATE VIEW v AS SELECT x FROM a',
      'CREATE OR REPLACE VIEW v AS SELECT x, y FROM a',
      ['changed view v: (x) → (x, y)'],
    ],
  };
  for (const [title, [before, after, expected]] of Object.entries(cases)) {
    it(title, () => assert.deepEqual(changes(before, after), expected));
  }
});
