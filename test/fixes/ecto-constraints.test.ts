// Constraints of Ecto migrations: added unchecked, checked by a migration that runs next; keys made from an index.

import { describeFixes, written } from './support/mend.js';

const tables = written`
  defmodule Shop.Repo.Migrations.CreateTables do
    use Ecto.Migration

    def change do
      create table(:users) do
        add :email, :text
      end

      create table(:orders) do
        add :user_id, :bigint
        add :total, :integer
      end
    end
  end
`;

describeFixes(
  'validateLater, Ecto',
  'add-constraint',
  (editor, operation) => editor.validateLater(operation, operation.constraint.span, 'orders_user_id_fkey'),
  [
    {
      title: 'references with options',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:orders) do
              modify :user_id, references(:users, on_delete: :delete_all), null: false
            end
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:orders) do
      -      modify :user_id, references(:users, on_delete: :delete_all), null: false
      +      modify :user_id, references(:users, on_delete: :delete_all, validate: false), null: false
           end
         end
       end
      === priv/repo/migrations/20240102000001_validate_orders_user_id_fkey.exs
      +defmodule Shop.Repo.Migrations.ValidateOrdersUserIdFkey do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey", ""
      +  end
      +end
    `,
    },
    {
      title: 'references without options, in a schema of its own',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:orders, prefix: "app") do
              add(:buyer_id, references("users"))
            end
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:orders, prefix: "app") do
      -      add(:buyer_id, references("users"))
      +      add(:buyer_id, references("users", validate: false))
           end
         end
       end
      === priv/repo/migrations/20240102000001_validate_orders_buyer_id_fkey.exs
      +defmodule Shop.Repo.Migrations.ValidateOrdersBuyerIdFkey do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "ALTER TABLE app.orders VALIDATE CONSTRAINT orders_buyer_id_fkey", ""
      +  end
      +end
    `,
    },
    {
      title: 'a line that gets too long',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:orders) do
              add :buyer_id, references(:users, on_delete: :nilify_all, on_update: :update_all), null: true
              add :note, :text
            end
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:orders) do
      -      add :buyer_id, references(:users, on_delete: :nilify_all, on_update: :update_all), null: true
      +      add :buyer_id,
      +          references(:users, on_delete: :nilify_all, on_update: :update_all, validate: false),
      +          null: true
      +
             add :note, :text
           end
         end
       end
      === priv/repo/migrations/20240102000001_validate_orders_buyer_id_fkey.exs
      +defmodule Shop.Repo.Migrations.ValidateOrdersBuyerIdFkey do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT orders_buyer_id_fkey", ""
      +  end
      +end
    `,
    },
    {
      title: 'a CHECK',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            # nothing is free
            create constraint(:orders, :total_is_positive, check: "total > 0")
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           # nothing is free
      -    create constraint(:orders, :total_is_positive, check: "total > 0")
      +    create constraint(:orders, :total_is_positive, check: "total > 0", validate: false)
         end
       end
      === priv/repo/migrations/20240102000001_validate_total_is_positive.exs
      +defmodule Shop.Repo.Migrations.ValidateTotalIsPositive do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT total_is_positive", ""
      +  end
      +end
    `,
    },
    {
      title: 'SQL in a heredoc',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            execute """
                    ALTER TABLE orders
                      ADD CONSTRAINT total_is_positive CHECK (total > 0)
                    """,
                    "ALTER TABLE orders DROP CONSTRAINT total_is_positive"
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           execute """
                   ALTER TABLE orders
      -              ADD CONSTRAINT total_is_positive CHECK (total > 0)
      +              ADD CONSTRAINT total_is_positive CHECK (total > 0) NOT VALID
                   """,
                   "ALTER TABLE orders DROP CONSTRAINT total_is_positive"
         end
       end
      === priv/repo/migrations/20240102000001_validate_total_is_positive.exs
      +defmodule Shop.Repo.Migrations.ValidateTotalIsPositive do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT total_is_positive", ""
      +  end
      +end
    `,
    },
    {
      title: 'names that are interpolated, in a loop',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            for {table, column} <- [{"orders", "total"}, {"users", "email"}] do
              execute "ALTER TABLE #{table} ADD CONSTRAINT #{column}_is_there CHECK (#{column} IS NOT NULL)"
            end
          end

          def down, do: :ok
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
           for {table, column} <- [{"orders", "total"}, {"users", "email"}] do
      -      execute "ALTER TABLE #{table} ADD CONSTRAINT #{column}_is_there CHECK (#{column} IS NOT NULL)"
      +      execute "ALTER TABLE #{table} ADD CONSTRAINT #{column}_is_there CHECK (#{column} IS NOT NULL) NOT VALID"
           end
         end

         def down, do: :ok
       end
      === priv/repo/migrations/20240102000001_validate_total_is_there.exs
      +defmodule Shop.Repo.Migrations.ValidateTotalIsThere do
      +  use Ecto.Migration
      +
      +  def up do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT total_is_there"
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT email_is_there"
      +  end
      +
      +  def down, do: :ok
      +end
    `,
    },
    {
      title: 'a function that runs twice',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:orders) do
              reference(:buyer_id)
              reference(:seller_id)
            end
          end

          defp reference(column), do: add(column, references(:users))
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:orders) do
             reference(:buyer_id)
             reference(:seller_id)
           end
         end

      -  defp reference(column), do: add(column, references(:users))
      +  defp reference(column), do: add(column, references(:users, validate: false))
       end
      === priv/repo/migrations/20240102000001_validate_orders_buyer_id_fkey.exs
      +defmodule Shop.Repo.Migrations.ValidateOrdersBuyerIdFkey do
      +  use Ecto.Migration
      +
      +  def up do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT orders_buyer_id_fkey"
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT orders_seller_id_fkey"
      +  end
      +
      +  def down, do: :ok
      +end
    `,
    },
  ],
);

describeFixes(
  'buildKeyThroughIndex, Ecto',
  'add-constraint',
  (editor, operation) => editor.buildKeyThroughIndex(operation, 'users_email_key'),
  [
    {
      title: 'alone, the index takes its place',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            execute "alter table users add constraint users_email_key unique (email)",
                    "alter table users drop constraint users_email_key"
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
      -    execute "alter table users add constraint users_email_key unique (email)",
      -            "alter table users drop constraint users_email_key"
      +    execute "create unique index concurrently users_email_key on users (email)",
      +            "drop index concurrently if exists users_email_key"
         end
       end
      === priv/repo/migrations/20240102000001_add_users_email_key.exs
      +defmodule Shop.Repo.Migrations.AddUsersEmailKey do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute "alter table users add constraint users_email_key unique using index users_email_key",
      +            "alter table users drop constraint users_email_key"
      +  end
      +end
    `,
    },
    {
      title: 'beside others both move',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users) do
              add :name, :text
            end

            # one mail, one user
            execute("ALTER TABLE users ADD UNIQUE (email)")
          end

          def down do
            # again as many as you like
            execute("ALTER TABLE users DROP CONSTRAINT users_email_key")

            alter table(:users) do
              remove :name
            end
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
           alter table(:users) do
             add :name, :text
           end
      -
      -    # one mail, one user
      -    execute("ALTER TABLE users ADD UNIQUE (email)")
         end

         def down do
           # again as many as you like
      -    execute("ALTER TABLE users DROP CONSTRAINT users_email_key")

           alter table(:users) do
             remove :name
           end
         end
       end
      === priv/repo/migrations/20240102000001_build_users_email_key.exs
      +defmodule Shop.Repo.Migrations.BuildUsersEmailKey do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  # one mail, one user
      +  def change do
      +    execute(
      +      "CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email)",
      +      "DROP INDEX CONCURRENTLY IF EXISTS users_email_key"
      +    )
      +  end
      +end
      === priv/repo/migrations/20240102000002_add_users_email_key.exs
      +defmodule Shop.Repo.Migrations.AddUsersEmailKey do
      +  use Ecto.Migration
      +
      +  def change do
      +    execute(
      +      "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key",
      +      "ALTER TABLE users DROP CONSTRAINT users_email_key"
      +    )
      +  end
      +end
    `,
    },
  ],
);
