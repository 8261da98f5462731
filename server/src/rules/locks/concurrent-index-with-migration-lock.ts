import { elixir, rule } from '../rule.js';

const path = 'priv/repo/migrations/20240101000000_index_email.exs';

export default rule({
  id: 'concurrent-index-with-migration-lock',
  severity: 'error',
  docs: {
    what: 'An Ecto migration builds an index concurrently while the migrator holds its own lock.',
    why: 'By default Ecto keeps a transaction open on a second connection, with a SHARE UPDATE EXCLUSIVE lock on schema_migrations. CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY wait for every transaction that may still look at old rows, and that is one: they wait for the migrator, which waits for them, and the migration hangs for ever.',
    instead:
      'Set `@disable_migration_lock true` in the migration, or `migration_lock: :pg_advisory_lock` for the repository.',
    unless:
      'Silent when the repository uses `migration_lock: :pg_advisory_lock` or has no lock, when the migration already turns the lock off, and for DROP INDEX CONCURRENTLY, which waits only for those who use the table.',
    references: [
      'https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-adding-dropping-indexes-concurrently',
    ],
  },
  examples: {
    bad: [
      {
        ...elixir`
          defmodule Shop.Repo.Migrations.IndexEmail do
            use Ecto.Migration

            @disable_ddl_transaction true

            def change do
              create index(:users, [:email], concurrently: true)
                                             ^^^^^^^^^^^^^^^^^^ concurrent-index-with-migration-lock
            end
          end
        `,
        path,
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
        path,
      },
    ],
  },
  covers: ['ecto-concurrent-missing-disable-migration-lock'],
  aliases: ['index_concurrently_without_disable_migration_lock'],
  on: ['create-index', 'maintenance'],

  *check(operation, moment) {
    // REFRESH … CONCURRENTLY waits for nobody but those who use the view.
    if (operation.kind === 'maintenance' && operation.action !== 'reindex') return;
    if (!operation.concurrently || moment.migration?.holdsMigrationLock !== true) return;
    const statement = operation.kind === 'maintenance' ? 'REINDEX CONCURRENTLY' : 'CREATE INDEX CONCURRENTLY';
    yield {
      at: operation.concurrently,
      message: `Meanwhile Ecto holds a lock on "schema_migrations" in a transaction of its own (SHARE UPDATE EXCLUSIVE lock), and ${statement} waits for that transaction to end: the migration hangs. Turn the migration lock off here.`,
      fixes: [
        {
          title: 'Add @disable_migration_lock true',
          safety: 'safe',
          edit: (editor) => editor.leaveMigrationLock(),
        },
      ],
    };
  },
});
