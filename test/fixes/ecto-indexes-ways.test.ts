// Indexes of Ecto migrations made concurrent on both ways, in loops, and where the repository runs SQL.

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
  'makeIndexConcurrent, Ecto: all that the same code does, and what undoes it',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'the way down too',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            create index(:users, [:name])
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
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end

         def down do
      -    drop index(:users, [:name])
      +    drop index(:users, [:name], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'the way down too: a pipe',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            create index(:users, [:name])
          end

          def down do
            index(:users, [:name]) |> drop()
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
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end

         def down do
      -    index(:users, [:name]) |> drop()
      +    index(:users, [:name], concurrently: true) |> drop()
         end
       end
    `,
    },
    {
      title: 'the way down too: SQL',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            create index(:users, [:name])
          end

          def down do
            execute "DROP INDEX users_name_index"
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
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end

         def down do
      -    execute "DROP INDEX users_name_index"
      +    execute "DROP INDEX CONCURRENTLY users_name_index"
         end
       end
    `,
    },
    {
      title: 'the way down too: a function that it calls',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            create index(:users, [:name])
          end

          def down do
            drop_all()
          end

          defp drop_all, do: drop(index(:users, [:name]))
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
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end

         def down do
           drop_all()
         end

      -  defp drop_all, do: drop(index(:users, [:name]))
      +  defp drop_all, do: drop(index(:users, [:name], concurrently: true))
       end
    `,
    },
    {
      title: 'not where the way down takes the index from elsewhere',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          @by_name index(:users, [:name])

          def up do
            create index(:users, [:name])
          end

          def down do
            drop @by_name
          end
        end
      `,
      },
      shows: null,
    },
    {
      title: 'all of a loop, and all that undoes them',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            for name <- [:name, :email], do: create(index(:users, [name, :id]))
          end

          def down do
            drop index(:users, [:name, :id])
            drop index(:users, [:email, :id])
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
      -    for name <- [:name, :email], do: create(index(:users, [name, :id]))
      +    for name <- [:name, :email], do: create(index(:users, [name, :id], concurrently: true))
         end

         def down do
      -    drop index(:users, [:name, :id])
      -    drop index(:users, [:email, :id])
      +    drop index(:users, [:name, :id], concurrently: true)
      +    drop index(:users, [:email, :id], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'a loop that gets too long',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            for {table, name} <- [users: :name, users: :email], do: create(index(table, [name, :id]))
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
      -    for {table, name} <- [users: :name, users: :email], do: create(index(table, [name, :id]))
      +    for {table, name} <- [users: :name, users: :email] do
      +      create(index(table, [name, :id], concurrently: true))
      +    end
         end
       end
    `,
    },
    {
      title: 'by way of the repository',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            repo().query!("CREATE INDEX by_name ON users (name)")
          end

          def down do
            repo().query!("DROP INDEX by_name")
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
      -    repo().query!("CREATE INDEX by_name ON users (name)")
      +    repo().query!("CREATE INDEX CONCURRENTLY by_name ON users (name)")
         end

         def down do
      -    repo().query!("DROP INDEX by_name")
      +    repo().query!("DROP INDEX CONCURRENTLY by_name")
         end
       end
    `,
    },
  ],
);
