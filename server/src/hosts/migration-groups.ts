// The migrations of a history as the embedded Postgres replays them.

import type { MigrationGroup } from '../database/database.js';
import type { History } from '../migrations/history.js';

/** One group for each migration that holds a statement. Where the runner is not known, a transaction is assumed. */
export function migrationGroups({ migrations }: History): readonly MigrationGroup[] {
  return migrations.flatMap(({ migration }) => {
    const { file, statements, transaction } = migration;
    if (statements.length === 0) return [];
    return [
      {
        transaction: transaction !== 'none',
        statements: statements.map(({ sql, start, span }) => ({
          sql,
          path: file.path,
          line: file.lines.positionAt(start + span.start).line + 1,
        })),
      },
    ];
  });
}
