import type { CreateIndex, DetachPartition, DropIndex, Maintenance, Other } from '../../catalog/operation.js';
import { isRefusedInTransaction, refusesTransaction } from '../../catalog/refusals/transaction.js';
import type { Span } from '../../text/span.js';
import { elixir, rule, sql } from '../rule.js';

export default rule({
  id: 'concurrently-in-transaction',
  severity: 'error',
  docs: {
    what: 'A statement that refuses to run in a transaction stands in one: CREATE INDEX, DROP INDEX, REINDEX or DETACH PARTITION with CONCURRENTLY, VACUUM, REINDEX of a schema, a database or a partitioned table, CLUSTER of one or without a table, CREATE and DROP DATABASE or TABLESPACE, ALTER SYSTEM, ALTER DATABASE SET TABLESPACE, or CREATE SUBSCRIPTION that makes a replication slot.',
    why: 'The server stops with error 25001, "cannot run inside a transaction block", and the migration fails. Most runners open a transaction for every migration unless they are told not to.',
    instead:
      'Put it in a migration of its own, and tell the runner not to open a transaction: `@disable_ddl_transaction true` in Ecto, `-- +goose NO TRANSACTION`, `-- migrate:up transaction:false`, and so on.',
    unless:
      'Silent where it is not known what the runner does, as with plain numbered files; there only an explicit BEGIN counts.',
    references: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      sql`
        begin;
        create index concurrently users_email_idx on users (email);
                     ^^^^^^^^^^^^ concurrently-in-transaction
        commit;
      `,
      {
        ...elixir`
          defmodule Shop.Repo.Migrations.IndexEmail do
            use Ecto.Migration

            @disable_migration_lock true

            def change do
              create index(:users, [:email], concurrently: true)
                                             ^^^^^^^^^^^^^^^^^^ concurrently-in-transaction
            end
          end
        `,
        path: 'priv/repo/migrations/20240101000000_index_email.exs',
      },
    ],
    good: [
      {
        ...elixir`
          defmodule Shop.Repo.Migrations.IndexEmail do
            use Ecto.Migration

            @disable_ddl_transaction true
            @disable_migration_lock true

            def change do
              create index(:users, [:email], concurrently: true)
            end
          end
        `,
        path: 'priv/repo/migrations/20240101000000_index_email.exs',
      },
    ],
  },
  covers: [
    'concurrent-in-transaction',
    'non-transactional-statement-in-transaction',
    'ecto-concurrent-missing-disable-ddl-transaction',
  ],
  aliases: [
    'ban-concurrent-index-creation-in-transaction',
    'index_concurrently_without_disable_ddl_transaction',
    'PG103',
  ],
  on: ['create-index', 'drop-index', 'detach-partition', 'maintenance', 'other'],

  *check(operation, moment) {
    if (moment.inTransaction() !== true) return;
    const refuses =
      operation.kind === 'maintenance'
        ? isRefusedInTransaction(operation, moment.before.whole())
        : refusesTransaction(operation);
    if (!refuses) return;
    const concurrently = operation.kind === 'other' ? null : operation.concurrently;
    const at: Span = concurrently ?? operation.keyword;
    yield {
      at,
      message: `${statementOf(operation)} cannot run inside a transaction, and here it stands in one: the server refuses it (error 25001). Put it in a migration of its own that runs outside a transaction.`,
      fixes: [
        {
          title: 'Run it outside a transaction',
          safety: 'needs-review',
          edit: (editor) => editor.leaveTransaction(),
        },
      ],
    };
  },
});

function statementOf(operation: CreateIndex | DropIndex | DetachPartition | Maintenance | Other): string {
  switch (operation.kind) {
    case 'create-index':
      return 'CREATE INDEX CONCURRENTLY';
    case 'drop-index':
      return 'DROP INDEX CONCURRENTLY';
    case 'detach-partition':
      return 'DETACH PARTITION … CONCURRENTLY';
    case 'maintenance':
      return maintenance(operation);
    case 'other':
      return WRITTEN[operation.statement] ?? 'This';
  }
}

function maintenance({ action, concurrently, reindexes, relation }: Maintenance): string {
  if (action === 'cluster')
    return relation === null ? 'CLUSTER without a table' : 'CLUSTER of a partitioned table';
  if (action !== 'reindex') return 'VACUUM';
  if (concurrently !== null) return 'REINDEX CONCURRENTLY';
  return relation === null ? `REINDEX ${(reindexes ?? '').toUpperCase()}` : 'REINDEX of a partitioned table';
}

/** By their names in the grammar. */
const WRITTEN: Readonly<Record<string, string>> = {
  AlterDatabase: 'ALTER DATABASE … SET TABLESPACE',
  AlterSystem: 'ALTER SYSTEM',
  CreateSubscription: 'CREATE SUBSCRIPTION with a replication slot',
  CreateTableSpace: 'CREATE TABLESPACE',
  Createdb: 'CREATE DATABASE',
  DropTableSpace: 'DROP TABLESPACE',
  Dropdb: 'DROP DATABASE',
};
