// A history on a real server, each migration as its runner sends it. One that the server refuses is undone as far as its
// transaction goes, and those after it run all the same.

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

/** What is sent, text by text. The connection ends after them, and with it a transaction that is still open. */
function textsOf({ statements, transaction }: Migration): readonly string[] {
  const texts = statements.map(({ sql }) => sql).filter((sql) => sql.trim() !== '');
  const own = statements.some(({ operations }) => operations.some(({ kind }) => kind === 'transaction'));
  return transaction === 'none' || own ? texts : ['BEGIN', ...texts, 'COMMIT'];
}
