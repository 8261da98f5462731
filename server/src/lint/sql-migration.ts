// SQL files as migrations: which of their statements run, and in which transactions.

import type { Operation } from '../catalog/operation.js';
import { refusesTransaction } from '../catalog/refusals/transaction.js';
import { layoutNamed } from '../migrations/layouts/index.js';
import { changeSets } from '../migrations/layouts/liquibase.js';
import type { Migration, MigrationStatement } from '../migrations/migration.js';
import type { MigrationFile } from '../migrations/order.js';
import type { SourceFile } from '../text/source-file.js';
import { factsOf, type SqlReading } from './reading.js';

const opaques = new WeakMap<SourceFile, Migration>();

/** A migration in code that is not read: after it anything may be otherwise. */
export function opaqueMigration(file: MigrationFile, source: SourceFile): Migration {
  const known = opaques.get(source);
  if (known !== undefined) return known;
  const span = { start: 0, end: 0 };
  const unknown: Operation = {
    kind: 'unknown',
    reason: file.opaque ?? '',
    touches: { kind: 'everything' },
    span,
    keyword: span,
  };
  const migration: Migration = {
    ...base(file, source),
    transaction: 'unknown',
    holdsMigrationLock: false,
    statements: [{ sql: '', start: 0, span, operations: [unknown] }],
  };
  opaques.set(source, migration);
  return migration;
}

/** What every migration says of its file. */
export function base(file: MigrationFile, source: SourceFile) {
  const { folder, version, name } = file.role;
  return { file: source, layout: file.layout, folder, version, name };
}

/**
 * @param settings the text of the file that says how it is run; `null` where there is none
 * @param side of the directives in the file; a file that has none is of one side, which counts as up
 */
export function sqlMigration(
  file: MigrationFile,
  reading: SqlReading,
  settings: string | null,
  side: 'up' | 'down' = 'up',
): Migration {
  if (file.layout === 'liquibase' && side === 'up') {
    const divided = dividedMigration(file, reading);
    if (divided !== null) return divided;
  }
  const wanted = file.role.side === 'down' ? 'up' : side;
  const statements: MigrationStatement[] = [];
  for (const { statement, start, section } of reading.sql.statements) {
    if (section !== wanted) continue;
    const { operations } = factsOf(statement);
    const span = { start: 0, end: statement.text.length };
    statements.push({ sql: statement.text, start, span, operations });
  }
  const layout = layoutNamed(file.layout);
  return {
    ...base(file, reading.file),
    transaction: layout.transaction({
      statements: statements.length,
      outsideOnly: statements.filter(({ operations }) => operations.some(refusesTransaction)).length,
      directives: [
        ...reading.sql.directives.map((directive) => directive.text),
        ...reading.sql.comments.slice(0, 3).map((comment) => comment.text.trim().toLowerCase()),
      ],
      settings,
    }),
    holdsMigrationLock: false,
    statements,
  };
}

/** A file of several transactions: they are written out. `null` for a file that is one. */
function dividedMigration(file: MigrationFile, { file: source, sql }: SqlReading): Migration | null {
  const parts = changeSets(sql);
  if (parts.length < 2 && parts.every(({ runs }) => runs)) return null;
  const statements = parts.flatMap(({ span, headEnd, inTransaction, runs }): MigrationStatement[] => {
    if (!runs) return [];
    const own = sql.statements
      .filter(({ start }) => start >= span.start && start < span.end)
      .map(({ statement, start }) => ({
        sql: statement.text,
        start,
        span: { start: 0, end: statement.text.length },
        operations: factsOf(statement).operations,
      }));
    if (own.length === 0 || !inTransaction) return own;
    const [begin, commit] = [borderOf('begin', headEnd), borderOf('commit', headEnd)];
    return [begin, ...own, commit];
  });
  return { ...base(file, source), transaction: 'none', holdsMigrationLock: false, statements };
}

/** What the runner sends around a transaction. */
function borderOf(action: 'begin' | 'commit', start: number): MigrationStatement {
  const span = { start: 0, end: 0 };
  const operation: Operation = { kind: 'transaction', action, savepoint: null, span, keyword: span };
  return { sql: action.toUpperCase(), start, span, operations: [operation] };
}
