// The migrations of a history as the embedded Postgres replays them.

import type { MigrationGroup } from '../database/database.js';
import type { History } from '../migrations/history.js';
import type { MigrationStatement } from '../migrations/migration.js';
import { tokenize } from '../syntax/sql/lexer.js';

/**
 * One group for each migration that holds a statement. Where the runner is not known, a transaction is assumed. What only
 * the migration's code has the values for is left out: it is about rows, of which there are none.
 */
export function migrationGroups({ migrations }: History): readonly MigrationGroup[] {
  return migrations.flatMap(({ migration }) => {
    const { file, transaction } = migration;
    const statements = migration.statements.filter(
      (statement) => statement.sql !== '' && !needsValues(statement),
    );
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

/** Only queries have parameters, but for the bodies of functions, which have their own. */
function needsValues({ sql, operations }: MigrationStatement): boolean {
  if (!/\$\d/.test(sql) || operations.some(({ kind }) => kind === 'create-function')) return false;
  return tokenize(sql).some(({ kind }) => kind === 'parameter');
}
