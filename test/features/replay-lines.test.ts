// What is said of migrations that did not run as they are on the embedded server.

import assert from 'node:assert/strict';
import type { Assumption, Replay, SkippedStatement } from '../../server/src/database/database.js';
import { replayLines, whyMissing } from '../../server/src/features/replay-lines.js';

function skip(sql: string, message: string, part: string | null = null): SkippedStatement {
  return { path: 'a.sql', line: 1, sql, code: '42704', message, part };
}

function replay(skipped: readonly SkippedStatement[], assumptions: readonly Assumption[] = []): Replay {
  return { kind: 'replayed', statements: 9, skipped, assumptions };
}

const shown = (path: string) => path;

describe('lines on a replay', () => {
  it('are none when all went well', () => {
    assert.deepEqual(replayLines(replay([]), shown), []);
  });

  it('list some of what was skipped, with the number of all', () => {
    const one = skip('SELECT 1', 'no');
    const part = skip('CREATE TABLE t', 'no', 'b  int\n  REFERENCES c');
    assert.deepEqual(replayLines(replay([one]), shown), [
      'One statement of the migrations failed here and had no effect:',
      '  a.sql:1 no',
    ]);
    assert.deepEqual(replayLines(replay([part]), shown), [
      'A part of a statement of the migrations failed here and had no effect:',
      '  a.sql:1 without b int REFERENCES c: no',
    ]);
    assert.deepEqual(replayLines(replay([one, one, part, part, one]), shown), [
      '3 statements of the migrations and 2 parts of statements failed here and had no effect:',
      '  a.sql:1 no',
      '  a.sql:1 no',
      '  a.sql:1 without b int REFERENCES c: no',
      '  and 2 more',
    ]);
  });

  it('do not name what we ourselves put in the place of what is computed', () => {
    const lines = replayLines(
      replay([skip('ALTER TABLE a', 'type "__interpolated0__" does not exist')]),
      shown,
    );
    assert.equal(lines[1], '  a.sql:1 a part of it is known at run time alone');
  });

  it('say once what was made up, and what that means', () => {
    const made: Assumption[] = [
      { kind: 'extension', name: 'postgis' },
      { kind: 'type', name: 'geometry' },
      { kind: 'role', name: 'app' },
      { kind: 'type', name: 'geography' },
      { kind: 'installed-extension', name: 'citext' },
      { kind: 'schema', name: 'auth' },
    ];
    assert.deepEqual(replayLines(replay([], made), shown), [
      'Made up so that migrations could run: role "app", schema "auth", empty extension "postgis".',
      'Extensions that migrations need and none creates: "citext".',
      'Types that are not here are kept as text: "geometry", "geography". Their functions, operators and kinds of index are missing, and how many rows match a condition on them is a guess.',
    ]);
  });

  const made = replay([
    skip('CREATE INDEX places_at ON places (at)', 'relation "places" does not exist'),
    skip('CREATE TABLE IF NOT EXISTS public.places (id int)', 'no such thing'),
    skip('CREATE VIEW near AS SELECT * FROM places', 'relation "places" does not exist'),
    skip('ALTER TABLE users ADD COLUMN "at" x', 'no such type', 'ADD COLUMN "at" x'),
    skip('CREATE TABLE a (b int REFERENCES gone)', 'relation "gone" does not exist', 'REFERENCES gone'),
    skip('CREATE TABLE c (LIKE gone)', 'relation "gone" does not exist'),
  ]);

  for (const [message, why] of [
    [
      'relation "places" does not exist',
      'The table "places" is missing here since the statement at a.sql:1 could not run: no such thing.',
    ],
    [
      'relation "public.near" does not exist',
      'The table "public.near" is missing here since the statement at a.sql:1 could not run: relation "places" does not exist.',
    ],
    [
      'column u.at does not exist',
      'The column "u.at" is missing here since a part of the statement at a.sql:1 could not run: no such type.',
    ],
    [
      'column "at" of relation "users" does not exist',
      'The column "at" is missing here since a part of the statement at a.sql:1 could not run: no such type.',
    ],
    ['relation "gone" does not exist', null],
    ['column "gone" does not exist', null],
    ['relation "place" does not exist', null],
    ['relation "a(b" does not exist', null],
    ['syntax error at or near "places"', null],
  ] as const) {
    it(`${why === null ? 'know no' : 'know the'} cause of: ${message}`, () => {
      assert.equal(whyMissing(message, made, shown), why);
    });
  }
});
