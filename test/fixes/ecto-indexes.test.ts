// Indexes of Ecto migrations built concurrently: where they stand.

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
  'makeIndexConcurrent, Ecto',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'alone: an option, and both attributes',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create index(:users, [:name])
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
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'options on lines of their own',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create unique_index(:users, [:name],
                     where: "name is not null",
                     # as it was called
                     name: :users_by_name
                   )
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
           create unique_index(:users, [:name],
                    where: "name is not null",
                    # as it was called
      -             name: :users_by_name
      +             name: :users_by_name,
      +             concurrently: true
                  )
         end
       end
    `,
    },
    {
      title: 'a line that gets too long',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create unique_index(:users, [:name, :email], name: :users_name_and_email_index_is_unique)
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
      -    create unique_index(:users, [:name, :email], name: :users_name_and_email_index_is_unique)
      +    create unique_index(:users, [:name, :email],
      +             name: :users_name_and_email_index_is_unique,
      +             concurrently: true
      +           )
         end
       end
    `,
    },
    {
      title: 'a line in parentheses that gets too long, beside others',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create(unique_index(:users, [:name, :email], name: :users_name_email_is_unique))
            create(index(:users, [:name]))
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
      -    create(unique_index(:users, [:name, :email], name: :users_name_email_is_unique))
      +    create(
      +      unique_index(:users, [:name, :email], name: :users_name_email_is_unique, concurrently: true)
      +    )
      +
           create(index(:users, [:name]))
         end
       end
    `,
    },
    {
      title: 'an attribute that is there already, others between',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          import Ecto.Query

          @disable_ddl_transaction true

          def change do
            create index(:users, [:name])
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         import Ecto.Query

         @disable_ddl_transaction true
      +  @disable_migration_lock true

         def change do
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'an attribute that says no',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration
          @disable_ddl_transaction false

          def change do
            create index(:users, [:name])
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration
      -  @disable_ddl_transaction false
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true

         def change do
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
         end
       end
    `,
    },
    {
      title: 'a list of options that is computed',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            options = [name: :by_name]
            create index(:users, [:name], options)
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
      -    create index(:users, [:name], options)
      +    create index(:users, [:name], [concurrently: true] ++ options)
         end
       end
    `,
    },
    {
      title: 'a second index loses its transaction too',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create index(:users, [:name])
            create index(:users, ["lower(name)"])
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
      -    create index(:users, [:name])
      +    create index(:users, [:name], concurrently: true)
           create index(:users, ["lower(name)"])
         end
       end
    `,
    },
  ],
);
