// Indexes of Ecto migrations: dropped, taken out of transactions and locks, and added for columns that lack one.

import { describeFixes, written } from './support/mend.js';

const users = written`
  defmodule Shop.Repo.Migrations.CreateUsers do
    use Ecto.Migration

    def change do
      create table(:users) do
        add :email, :text
        add :name, :text
      end

      create index(:users, [:email])
    end
  end
`;

describeFixes(
  'dropIndexConcurrently, Ecto',
  'drop-index',
  (editor, drop) => editor.dropIndexConcurrently(drop),
  [
    {
      title: 'alone',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            drop index(:users, [:email])
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
         def change do
      -    drop index(:users, [:email])
      +    drop index(:users, [:email], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'up and down',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            drop_if_exists index(:users, [:email])
            alter table(:users), do: remove(:name)
          end

          def down do
            alter table(:users), do: add(:name, :text)
            create index(:users, [:email])
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
      -    drop_if_exists index(:users, [:email])
           alter table(:users), do: remove(:name)
         end

         def down do
           alter table(:users), do: add(:name, :text)
      -    create index(:users, [:email])
         end
       end
      === priv/repo/migrations/20240102000001_drop_users_email_index.exs
      +defmodule Shop.Repo.Migrations.DropUsersEmailIndex do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def up do
      +    drop_if_exists index(:users, [:email], concurrently: true)
      +  end
      +
      +  def down do
      +    create index(:users, [:email], concurrently: true)
      +  end
      +end
    `,
    },
  ],
);

describeFixes('leaveTransaction, Ecto', 'create-index', (editor) => editor.leaveTransaction(), [
  {
    title: 'right under use',
    files: {
      'priv/repo/migrations/20240101000000_users.exs': users,
      'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration
          def change, do: create(index(:users, [:name], concurrently: true))
        end
      `,
    },
    shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
         def change, do: create(index(:users, [:name], concurrently: true))
       end
    `,
  },
]);

describeFixes('leaveMigrationLock, Ecto', 'create-index', (editor) => editor.leaveMigrationLock(), [
  {
    title: 'beside the other attribute',
    files: {
      'priv/repo/migrations/20240101000000_users.exs': users,
      'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          @disable_ddl_transaction true # needed

          def change do
            create index(:users, [:name], concurrently: true)
          end
        end
      `,
    },
    shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         @disable_ddl_transaction true # needed
      +  @disable_migration_lock true

         def change do
           create index(:users, [:name], concurrently: true)
         end
       end
    `,
  },
]);

describeFixes(
  'addIndex, Ecto',
  'create-table',
  (editor, made) => editor.addIndex(made.table, ['user_id'], made.span),
  [
    {
      title: 'right behind a new table',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create table(:notes, prefix: "app") do
              add :user_id, references(:users)
            end

            create table(:tags)
          end
        end
      `,
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           create table(:notes, prefix: "app") do
             add :user_id, references(:users)
           end

      +    create index(:notes, [:user_id], prefix: "app")
      +
           create table(:tags)
         end
       end
    `,
    },
    {
      title: 'a name of its own where the usual one is taken',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create table(:notes) do
              add :user_id, references(:users)
            end

            create index(:notes, [:user_id], where: "user_id > 1")
          end
        end
      `,
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           create table(:notes) do
             add :user_id, references(:users)
           end

      +    create index(:notes, [:user_id], name: :notes_user_id_index1)
      +
           create index(:notes, [:user_id], where: "user_id > 1")
         end
       end
    `,
    },
  ],
);

describeFixes(
  'addIndex to an existing table, Ecto',
  'add-column',
  (editor, { table, column, span }) => editor.addIndex(table, [column.name.name], span),
  [
    {
      title: 'in a migration of its own',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add(:boss_id, references(:users))
            end
          end
        end
      `,
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240102000001_index_boss_id_of_users.exs
      +defmodule Shop.Repo.Migrations.IndexBossIdOfUsers do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def change do
      +    create index(:users, [:boss_id], concurrently: true)
      +  end
      +end
    `,
    },
  ],
);
