// Migrations of libraries: what they send follows from what the migration asks for, what the library has noted in the database by
// then, and which version of it is installed.

import assert from 'node:assert/strict';
import { type Notes, noNotes, notesAfter } from '../../server/src/migrations/from-ecto/notes.js';
import { nothingAround, type Surroundings } from '../../server/src/migrations/from-ecto/surroundings.js';
import type { EctoMigration } from '../../server/src/migrations/from-ecto.js';
import { migrationOf, touchText } from './from-ecto-reading.js';

function around(locked: Readonly<Record<string, string>>, notes: Notes = noNotes): Surroundings {
  return {
    ...nothingAround,
    locked: (library) => locked[library] ?? null,
    note: (key) => notes.get(key) ?? '',
  };
}

const sqlOf = ({ statements }: EctoMigration) => statements.map(({ sql }) => sql).filter((sql) => sql !== '');

const unknownsOf = ({ statements }: EctoMigration) =>
  statements.flatMap(({ operations }) =>
    operations.flatMap((one) => (one.kind === 'unknown' ? [touchText(one.touches)] : [])),
  );

/** What is noted after migrations that ran one after the other. */
function notesOf(locked: string, ...codes: readonly string[]): Notes {
  let notes = noNotes;
  for (const code of codes) {
    const { statements } = migrationOf(code, null, { around: around({ oban: locked }, notes) });
    notes = notesAfter(notes, statements);
  }
  return notes;
}

describe('migrations of libraries', () => {
  it('does what lies between the version that is noted and the one that is asked for', () => {
    const notes = notesOf('2.23.1', 'Oban.Migrations.up(version: 11)', 'Oban.Migration.up(version: 12)');
    assert.deepEqual([...notes], [['oban_jobs public', '12']]);
    const next = migrationOf('Oban.Migration.up()', null, { around: around({ oban: '2.23.1' }, notes) });
    assert.deepEqual(sqlOf(next), [
      'CREATE INDEX IF NOT EXISTS "oban_jobs_state_cancelled_at_index" ON "public"."oban_jobs" ("state", "cancelled_at")',
      'CREATE INDEX IF NOT EXISTS "oban_jobs_state_discarded_at_index" ON "public"."oban_jobs" ("state", "discarded_at")',
      `COMMENT ON TABLE "public".oban_jobs IS '14'`,
    ]);
    assert.deepEqual(unknownsOf(next), []);
  });

  it('does nothing where it is there already', () => {
    const notes = notesOf('2.23.1', 'Oban.Migrations.up(version: 12)');
    const again = migrationOf('Oban.Migrations.up(version: 11)', null, {
      around: around({ oban: '2.23.1' }, notes),
    });
    assert.deepEqual(sqlOf(again), []);
  });

  it('goes back, too', () => {
    const notes = notesOf('2.23.1', 'Oban.Migrations.up()');
    const module =
      'defmodule A do\n use Ecto.Migration\n def up, do: Oban.Migrations.up(version: 14)\n def down, do: Oban.Migrations.down(version: 13)\nend';
    const down = migrationOf(module, null, {
      around: around({ oban: '2.23.1' }, notes),
      direction: 'down',
    });
    assert.deepEqual(sqlOf(down), [
      `UPDATE "public".oban_jobs SET state = 'scheduled' WHERE state = 'suspended'`,
      'DROP INDEX IF EXISTS "public"."oban_jobs_state_discarded_at_index"',
      'DROP INDEX IF EXISTS "public"."oban_jobs_state_cancelled_at_index"',
      `COMMENT ON TABLE "public".oban_jobs IS '12'`,
    ]);
  });

  it('keeps the schemas of several apart', () => {
    const notes = notesOf(
      '2.23.1',
      'Oban.Migrations.up(version: 11)',
      'Oban.Migrations.up(prefix: "jobs", version: 12)',
    );
    assert.deepEqual([...notes].sort(), [
      ['oban_jobs jobs', '12'],
      ['oban_jobs public', '11'],
    ]);
    const first = migrationOf('Oban.Migrations.up(prefix: "jobs")', null, {
      around: around({ oban: '2.20.0' }),
    });
    assert.equal(sqlOf(first)[0], 'CREATE SCHEMA IF NOT EXISTS "jobs"');
  });

  it('follows the version that is installed', () => {
    const installed = (version: string) =>
      sqlOf(migrationOf('Oban.Migrations.up()', null, { around: around({ oban: version }) })).join('\n');
    assert.match(installed('2.17.4'), /"tags" varchar\(255\)\[\].*IS '12'$/s);
    assert.match(installed('2.18.1'), /"tags" text\[\].*IS '12'$/s);
    assert.match(installed('2.20.0'), /ADD VALUE IF NOT EXISTS 'cancelled'.*IS '13'$/s);
    assert.match(installed('2.21.0'), /'suspended', 'scheduled'.*IS '14'$/s);
  });

  it('says what it does not know of versions that it has not read', () => {
    const reach = (version: string | null, code = 'Oban.Migrations.up()') =>
      unknownsOf(migrationOf(code, null, { around: around(version === null ? {} : { oban: version }) }));
    const all = ['relation oban_jobs', 'relation oban_peers', 'new-objects'];
    assert.deepEqual(reach('2.1.0'), all);
    assert.deepEqual(reach('2.99.0'), all);
    assert.deepEqual(reach(null), all);
    assert.deepEqual(reach('2.23.0'), []);
    assert.deepEqual(reach(null, 'Oban.Migrations.up(version: 12)'), []);
    assert.deepEqual(reach('2.23.0', 'Oban.Migrations.up(version: version())'), all);
    assert.deepEqual(reach('2.23.0', 'if x(), do: Oban.Migrations.up()'), all);
  });

  it('forgets what is noted where that cannot be told', () => {
    const { forgets } = migrationOf('Oban.Migrations.up()', null, { around: around({ oban: '2.1.0' }) });
    assert.deepEqual(forgets, ['oban_jobs public']);
  });

  it('reads notes from a dump', () => {
    const span = { start: 0, end: 0 };
    const sql = `COMMENT ON TABLE public.oban_jobs IS '11'`;
    const notes = notesAfter(noNotes, [{ sql, start: 0, span, operations: [] }]);
    assert.deepEqual([...notes], [['oban_jobs public', '11']]);
  });

  it('knows ErrorTracker', () => {
    const first = migrationOf('ErrorTracker.Migration.up(version: 4)', null, {
      around: around({ error_tracker: '0.9.0' }),
    });
    const notes = notesAfter(noNotes, first.statements);
    assert.deepEqual([...notes], [['error_tracker public', '4']]);
    const next = migrationOf('ErrorTracker.Migration.up()', null, {
      around: around({ error_tracker: '0.9.0' }, notes),
    });
    assert.match(sqlOf(next)[0] ?? '', /ADD COLUMN "muted" boolean/);
  });

  it('is no code of the user', () => {
    const { statements } = migrationOf('Oban.Migrations.up()', null, { around: around({ oban: '2.23.0' }) });
    const operations = statements.flatMap((statement) => statement.operations);
    assert.ok(operations.length > 50);
    assert.ok(operations.every(({ ofLibrary }) => ofLibrary === true));
  });
});
