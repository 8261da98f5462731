import { mixedOutside } from '../../analysis/repeatable.js';
import type { MigrationStep, WholeMigration } from '../../analysis/whole-migration.js';
import type { Operation } from '../../catalog/operation.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'statement-not-repeatable',
  severity: 'info',
  docs: {
    what: 'A statement outside of any transaction that fails when it runs a second time, with others behind it.',
    why: 'When a later statement fails, what ran before it stays, and the runner does not take the migration for done. The next attempt begins at the top and fails at what is there, or gone, already.',
    instead:
      'Put each such statement into a migration of its own, or say IF NOT EXISTS and IF EXISTS (`create_if_not_exists`, `drop_if_exists` and the like in Ecto).',
    unless:
      'Silent in a transaction, which leaves nothing behind, and where it is not known whether there is one; for the last statement; for temporary tables; for the statement at which `schema-change-without-transaction` says it of the whole migration; and for indexes that are built concurrently, since IF NOT EXISTS would take an invalid one that a failed attempt left for the real one.',
    references: ['https://www.postgresql.org/docs/current/sql-createtable.html'],
  },
  examples: {
    bad: [
      {
        ...sql`
          -- +goose NO TRANSACTION
          -- +goose Up
          alter table users add column name text;
                            ^^^^^^^^^^ statement-not-repeatable
          create table notes (id bigint primary key);
        `,
        path: 'migrations/00002_users.sql',
      },
    ],
    good: [
      {
        ...sql`
          -- +goose NO TRANSACTION
          -- +goose Up
          alter table users add column if not exists name text;
          create index concurrently users_name on users (name);
        `,
        path: 'migrations/00002_users.sql',
      },
    ],
  },
  covers: ['prefer-robust-statements'],
  aliases: ['prefer-robust-stmts', 'preferRobustStmts', 'prefer-robust-statements', 'require-if-exists'],
  on: ['migration'],

  *check(whole) {
    const said = mixedOutside(whole)?.found.statement;
    for (const step of whole.steps) {
      const { operation } = step;
      if (operation.inBody === true) continue;
      const guard = missingGuard(operation);
      if (guard === null || step.transaction !== null || isLast(whole, step) || step.statement === said)
        continue;
      yield {
        step,
        at: operation.keyword,
        message: `If a later statement fails, this one stays, since no transaction takes it back, and fails itself when the migration runs again. Say ${guard}, or put it into a migration of its own.`,
        fixes: [
          {
            title: `Say ${guard}`,
            safety: 'needs-review',
            edit: (editor) => editor.guard(operation, true),
          },
        ],
      };
    }
  },
});

function isLast({ steps }: WholeMigration, { statement }: MigrationStep): boolean {
  return !steps.some((other) => other.statement > statement && !STEERS.has(other.operation.kind));
}

const STEERS: ReadonlySet<Operation['kind']> = new Set(['set-parameter', 'transaction', 'comment']);

/** What could be said so that the operation does nothing the second time; `null` when it is said, or cannot be. */
function missingGuard(operation: Operation): 'IF NOT EXISTS' | 'IF EXISTS' | null {
  switch (operation.kind) {
    case 'create-table':
    case 'create-sequence':
      return operation.ifNotExists || operation.temporary ? null : 'IF NOT EXISTS';
    case 'create-schema':
    case 'add-column':
      return operation.ifNotExists ? null : 'IF NOT EXISTS';
    case 'create-view':
      return operation.ifNotExists || !operation.materialized ? null : 'IF NOT EXISTS';
    case 'create-index':
      return operation.ifNotExists || operation.index === null || operation.concurrently !== null
        ? null
        : 'IF NOT EXISTS';
    case 'drop-table':
    case 'drop-view':
    case 'drop-sequence':
    case 'drop-type':
    case 'drop-schema':
    case 'drop-index':
    case 'drop-function':
    case 'drop-trigger':
    case 'drop-policy':
    case 'drop-extension':
    case 'drop-column':
    case 'drop-constraint':
      return operation.ifExists ? null : 'IF EXISTS';
    default:
      return null;
  }
}
