// Indexes of Ecto migrations that leave their migration with what undoes them, and dropped ones.

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
      create unique_index(:users, [:email, :name], name: :one_name)
    end
  end
`;

describeFixes(
  'makeIndexConcurrent, Ecto: moved with what undoes it',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'a loop, and all that undoes its indexes',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users), do: add(:age, :integer)
            for name <- [:name, :email], do: create(index(:users, [name, :id]))
          end

          def down do
            drop index(:users, [:name, :id])
            drop index(:users, [:email, :id])
            alter table(:users), do: remove(:age)
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
           alter table(:users), do: add(:age, :integer)
      -    for name <- [:name, :email], do: create(index(:users, [name, :id]))
         end

         def down do
      -    drop index(:users, [:name, :id])
      -    drop index(:users, [:email, :id])
           alter table(:users), do: remove(:age)
         end
       end
      === priv/repo/migrations/20240102000001_add_users_name_id_index.exs
      +defmodule Shop.Repo.Migrations.AddUsersNameIdIndex do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def up do
      +    for name <- [:name, :email], do: create(index(:users, [name, :id], concurrently: true))
      +  end
      +
      +  def down do
      +    drop index(:users, [:name, :id], concurrently: true)
      +    drop index(:users, [:email, :id], concurrently: true)
      +  end
      +end
    `,
    },
    {
      title: 'not a loop of which one index is dropped again',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users), do: add(:age, :integer)
            for name <- [:name, :email], do: create(index(:users, [name, :id]))
            drop index(:users, [:email, :id])
          end
        end
      `,
      },
      shows: null,
    },
    {
      title: 'not SQL with names that the way down cannot repeat',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users), do: add(:age, :integer)
            for name <- [:name, :email], do: execute("CREATE INDEX by_#{name} ON users (#{name})")
          end

          def down do
            :ok
          end
        end
      `,
      },
      shows: null,
    },
    {
      title: 'not where a function undoes it',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users), do: add(:age, :integer)
            create index(:users, [:name])
          end

          def down do
            drop_all()
            alter table(:users), do: remove(:age)
          end

          defp drop_all, do: drop(index(:users, [:name]))
        end
      `,
      },
      shows: null,
    },
    {
      title: 'not where what undoes it does more',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users), do: add(:age, :integer)
            create index(:users, [:name])
          end

          def down do
            if true do
              drop index(:users, [:name])
              alter table(:users), do: remove(:age)
            end
          end
        end
      `,
      },
      shows: null,
    },
  ],
);

describeFixes('leaveTransaction, Ecto: both ways', 'create-index', (editor) => editor.leaveTransaction(), [
  {
    title: 'the way down, too',
    files: {
      'priv/repo/migrations/20240101000000_users.exs': users,
      'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            create index(:users, [:name], concurrently: true)
          end

          def down do
            drop index(:users, [:name])
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
         def up do
           create index(:users, [:name], concurrently: true)
         end

         def down do
      -    drop index(:users, [:name])
      +    drop index(:users, [:name], concurrently: true)
         end
       end
    `,
  },
]);

describeFixes(
  'dropIndexConcurrently, Ecto: how the index is written',
  'drop-index',
  (editor, drop) => editor.dropIndexConcurrently(drop),
  [
    {
      title: 'a unique one, where nothing is written behind it',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users), do: add(:age, :integer)
            drop unique_index(:users, [:email, :name], name: :one_name)
          end

          def down do
            :ok
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
           alter table(:users), do: add(:age, :integer)
      -    drop unique_index(:users, [:email, :name], name: :one_name)
         end

         def down do
           :ok
         end
       end
      === priv/repo/migrations/20240102000001_drop_one_name.exs
      +defmodule Shop.Repo.Migrations.DropOneName do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def change do
      +    drop unique_index(:users, [:email, :name], name: :one_name, concurrently: true)
      +  end
      +end
    `,
    },
    {
      title: 'not a unique one that rows behind it may offend',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            drop unique_index(:users, [:email, :name], name: :one_name)
            execute("UPDATE users SET name = lower(name)")
          end

          def down do
            :ok
          end
        end
      `,
      },
      shows: null,
    },
    {
      title: 'a pipe',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            index(:users, [:email]) |> drop()
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
      -    index(:users, [:email]) |> drop()
      +    index(:users, [:email], concurrently: true) |> drop()
         end
       end
    `,
    },
    {
      title: 'what makes it again on the way down, too',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            drop index(:users, [:email])
          end

          def down do
            create index(:users, [:email])
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
         def up do
      -    drop index(:users, [:email])
      +    drop index(:users, [:email], concurrently: true)
         end

         def down do
      -    create index(:users, [:email])
      +    create index(:users, [:email], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'in a longer migration, without a way back',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            drop index(:users, [:email])
            alter table(:users), do: add(:age, :integer)
          end

          def down do
            alter table(:users), do: remove(:age)
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
      -    drop index(:users, [:email])
           alter table(:users), do: add(:age, :integer)
         end

         def down do
           alter table(:users), do: remove(:age)
         end
       end
      === priv/repo/migrations/20240102000001_drop_users_email_index.exs
      +defmodule Shop.Repo.Migrations.DropUsersEmailIndex do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  def change do
      +    drop index(:users, [:email], concurrently: true)
      +  end
      +end
    `,
    },
    {
      title: 'not where its column goes in the same migration',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            drop index(:users, [:email])
            alter table(:users), do: remove(:email)
          end

          def down do
            :ok
          end
        end
      `,
      },
      shows: null,
    },
  ],
);
