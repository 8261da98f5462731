// A history on a real server, each migration as its runner sends it. One that the server refuses is undone as far as its
// transaction goes, and those after it run all the same.

import { runsInTransaction } from '../../../server/src/migrations/held.js';
import type { History } from '../../../server/src/migrations/history.js';
import type { Migration } from '../../../server/src/migrations/migration.js';
import type { RealServer } from './server-process.js';

export interface Refused {
  readonly path: string;
  /** What the server said. */
  readonly message: string;
}

export async function runMigrations(
  server: RealServer,
  database: string,
  history: History,
): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  if (history.migrations.some(({ migration }) => migration.layout === 'diesel')) {
    await server.run(database, DIESELS_OWN);
  }
  for (const { migration } of history.migrations) {
    try {
      await server.run(database, ...textsOf(migration));
    } catch (error) {
      refused.push({
        path: migration.file.path,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return refused;
}

/** Diesel makes its own table before the first migration, and some migrations read it. The facts leave it out. */
const DIESELS_OWN =
  'CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)';

/** What is sent, text by text. The connection ends after them, and with it a transaction that is still open. */
function textsOf(migration: Migration): readonly string[] {
  const texts = migration.statements
    .map(({ sql }) => (lacksValues(sql) ? '' : filledIn(sql)))
    .filter((sql) => sql.trim() !== '' && !PLACEHOLDER.test(sql));
  return runsInTransaction(migration) ? ['BEGIN', ...texts, 'COMMIT'] : texts;
}

/** Queries with values that only a migration's code has: parameters, interpolations. They are about rows. */
function lacksValues(sql: string): boolean {
  return (
    /^\s*(?:select|insert|update|delete|with)\b/i.test(sql) && (/\$\d/.test(sql) || PLACEHOLDER.test(sql))
  );
}

/** What stands in SQL for a value that only a migration's code has. */
const PLACEHOLDER = /__(?:interpolated\d+|computed)__/;

/** With some value where one is missing: any other would give the same schema. Where more is missing nothing can be sent. */
function filledIn(sql: string): string {
  return sql
    .replaceAll(/'__(?:interpolated\d+|computed)__'/g, `'${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}'`)
    .replaceAll(/\bDEFAULT __(?:interpolated\d+|computed)__/g, 'DEFAULT NULL');
}
