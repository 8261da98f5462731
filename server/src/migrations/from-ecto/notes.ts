// What migrations of libraries note in the database about themselves, to go on from there the next time: Oban in the comment of
// its table, ErrorTracker in a table of its own. It is read from the SQL of the migrations, so a dump holds it as well.

import type { MigrationStatement } from '../migration.js';

/** By what is noted: `oban_jobs public`. Empty for what nobody noted. */
export type Notes = ReadonlyMap<string, string>;

export const noNotes: Notes = new Map();

/** What is noted after these statements. The same map when they note nothing. */
export function notesAfter(notes: Notes, statements: readonly MigrationStatement[]): Notes {
  let after: Map<string, string> | null = null;
  for (const { sql } of statements) {
    for (const [key, value] of notesIn(sql)) {
      after ??= new Map(notes);
      after.set(key, value);
    }
  }
  return after ?? notes;
}

/** `"a".b` and `b`, with the schema as its first group. */
const SCHEMA = `(?:"?([\\w$ -]+)"?\\.)?`;
const OBAN = new RegExp(`\\bCOMMENT\\s+ON\\s+TABLE\\s+${SCHEMA}"?oban_jobs"?\\s+IS\\s+'(\\d+)'`, 'gi');
const TRACKER = new RegExp(
  `\\bINSERT\\s+INTO\\s+${SCHEMA}"?error_tracker_meta"?[^;]*?'migration_version',\\s*'(\\d+)'`,
  'gi',
);

function notesIn(sql: string): readonly (readonly [string, string])[] {
  if (!sql.includes('oban_jobs') && !sql.includes('error_tracker')) return [];
  const found = (pattern: RegExp, name: string) =>
    [...sql.matchAll(pattern)].map(
      ([, schema, version = '']) => [noteKey(name, schema ?? 'public'), version] as const,
    );
  return [...found(OBAN, 'oban_jobs'), ...found(TRACKER, 'error_tracker')];
}

export function noteKey(name: string, schema: string): string {
  return `${name} ${schema}`;
}
