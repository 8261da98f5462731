import { mixedOutside } from '../../analysis/repeatable.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import { elixir, type Fix, rule } from '../rule.js';

const path = 'priv/repo/migrations/20240101000000_index_email.exs';

export default rule({
  id: 'schema-change-without-transaction',
  severity: 'warning',
  docs: {
    what: 'A migration runs outside a transaction because of one statement that has to, such as CREATE INDEX CONCURRENTLY, and changes the schema in other ways as well.',
    why: 'When it stops half way, nothing is undone: what has run stays, the runner does not count the migration as done, and the next run stops at what is there already. Somebody has to mend the schema by hand.',
    instead:
      'Put the statement that refuses a transaction in a migration of its own, and leave the others their transaction.',
    unless:
      'Silent where all but the last change can run again: IF EXISTS, IF NOT EXISTS, OR REPLACE, SET NOT NULL, VALIDATE CONSTRAINT and the like. Silent for migrations that only build and drop indexes concurrently, and where nothing needs to be outside a transaction.',
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
            @disable_migration_lock true

            def change do
              alter table(:users) do
                add :email, :text
                ^^^ schema-change-without-transaction
              end

              create index(:users, [:email], concurrently: true)
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
  covers: ['ecto-disable-ddl-transaction-with-other-ddl'],
  on: ['migration'],

  *check(whole) {
    const mixed = mixedOutside(whole);
    if (mixed === null) return;
    const { refusing, found } = mixed;
    yield {
      step: found,
      at: found.operation.keyword,
      message:
        'This migration runs outside a transaction for the sake of another statement: when it stops half way, what has run stays, and the next run stops at it. Give the statement that refuses a transaction a migration of its own.',
      fixes: refusing.length === 1 ? refusing.map(alone) : [],
    };
  },
});

function alone({ operation }: MigrationStep): Fix {
  const name =
    operation.kind === 'create-index' && operation.index !== null
      ? `add_${operation.index.name}`
      : operation.kind === 'drop-index'
        ? `drop_${operation.index.name}`
        : 'outside_of_a_transaction';
  return {
    title: 'Move what refuses a transaction to a migration of its own',
    safety: 'needs-review',
    edit: (editor) => editor.runAlone(operation, name),
  };
}
