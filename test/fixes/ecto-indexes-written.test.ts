// Indexes of Ecto migrations made concurrent however they are written: piped, bound to a variable, with options.

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
  'makeIndexConcurrent, Ecto: how the index is written',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'a pipe',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            :users |> index([:name]) |> create()
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
      -    :users |> index([:name]) |> create()
      +    :users |> index([:name], concurrently: true) |> create()
         end
       end
    `,
    },
    {
      title: 'a pipe on lines, with options',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            :users
            |> unique_index([:name], name: :by_name)
            |> create()
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
           :users
      -    |> unique_index([:name], name: :by_name)
      +    |> unique_index([:name], name: :by_name, concurrently: true)
           |> create()
         end
       end
    `,
    },
    {
      title: 'a pipe into the command alone',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            index(:users, [:name]) |> create_if_not_exists()
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
      -    index(:users, [:name]) |> create_if_not_exists()
      +    index(:users, [:name], concurrently: true) |> create_if_not_exists()
         end
       end
    `,
    },
    {
      title: 'a pipe with a computed list of options',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            options = [name: :by_name]
            :users |> index([:name], options) |> create()
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
           options = [name: :by_name]
      -    :users |> index([:name], options) |> create()
      +    :users |> index([:name], [concurrently: true] ++ options) |> create()
         end
       end
    `,
    },
    {
      title: 'a variable',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            by_name = index(:users, [:name])
            create by_name
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
      -    by_name = index(:users, [:name])
      +    by_name = index(:users, [:name], concurrently: true)
           create by_name
         end
       end
    `,
    },
    {
      title: 'a variable that is set by a pipe, and piped',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            by_name = :users |> index([:name])
            by_name |> create()
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
      -    by_name = :users |> index([:name])
      +    by_name = :users |> index([:name], concurrently: true)
           by_name |> create()
         end
       end
    `,
    },
    {
      title: 'directions of columns are no options',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create index(:users, [desc: :name])
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
      -    create index(:users, [desc: :name])
      +    create index(:users, [desc: :name], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'not where a module attribute holds the index',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          @by_name index(:users, [:name])

          def change do
            create @by_name
          end
        end
      `,
      },
      shows: null,
    },
    {
      title: 'not where a function makes the index',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create by_name()
          end

          defp by_name, do: index(:users, [:name])
        end
      `,
      },
      shows: null,
    },
  ],
);
