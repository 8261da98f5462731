// NOT NULL in Ecto migrations, proven by a CHECK first.

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
  'setNotNullThroughCheck, Ecto',
  'set-not-null',
  (editor, operation) => editor.setNotNullThroughCheck(operation),
  [
    {
      title: 'a modify that keeps the type goes',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            # everybody has one
            alter table(:users) do
              # from now on
              modify :email, :text, null: false, from: {:text, null: true}
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
           # everybody has one
      -    alter table(:users) do
      -      # from now on
      -      modify :email, :text, null: false, from: {:text, null: true}
      -    end
      +    # from now on
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
         end
       end
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireEmailOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
      +    drop constraint(:users, :users_email_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'one of several',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add :name, :text
              # from now on
              modify :email, :text, null: false
            end

            create index(:users, [:name])
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           alter table(:users) do
             add :name, :text
      -      # from now on
      -      modify :email, :text, null: false
           end

      +    # from now on
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
           create index(:users, [:name])
         end
       end
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireEmailOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
      +    drop constraint(:users, :users_email_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'a modify that changes the type stays',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users) do
              modify(:email, :string, null: false)
            end
          end

          def down do
            alter table(:users) do
              modify(:email, :text, null: true)
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
      -      modify(:email, :string, null: false)
      +      modify(:email, :string)
           end
      +
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
         end

         def down do
      +    drop constraint(:users, :users_email_not_null_check)
      +
           alter table(:users) do
             modify(:email, :text, null: true)
           end
         end
       end
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireEmailOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
      +    drop constraint(:users, :users_email_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'a modify that adds a foreign key stays',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:orders) do
              modify :user_id, references(:users, type: :bigint), null: false
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
      -      modify :user_id, references(:users, type: :bigint), null: false
      +      modify :user_id, references(:users, type: :bigint)
           end
      +
      +    create constraint(:orders, :orders_user_id_not_null_check,
      +             check: "user_id IS NOT NULL",
      +             validate: false
      +           )
         end
       end
      === priv/repo/migrations/20240102000001_require_user_id_of_orders.exs
      +defmodule Shop.Repo.Migrations.RequireUserIdOfOrders do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_not_null_check"
      +    execute "ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL"
      +    drop constraint(:orders, :orders_user_id_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:orders, :orders_user_id_not_null_check,
      +             check: "user_id IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE orders ALTER COLUMN user_id DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'SQL',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
                    "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
      -    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
      -            "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +    execute "ALTER TABLE users ADD CONSTRAINT users_email_not_null_check CHECK (email IS NOT NULL) NOT VALID",
      +            "ALTER TABLE users DROP CONSTRAINT users_email_not_null_check"
         end
       end
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireEmailOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
      +    drop constraint(:users, :users_email_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'proven already: SQL, since modify would make the CHECK anew',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240101000001_check.exs': written`
        defmodule Shop.Repo.Migrations.Check do
          use Ecto.Migration

          def change do
            create constraint(:users, :has_mail, check: "email is not null")
          end
        end
      `,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              modify :email, :text, null: false
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
      -    alter table(:users) do
      -      modify :email, :text, null: false
      -    end
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
      +            "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
         end
       end
    `,
    },
    {
      title: 'a way down that raises stays as it is',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users) do
              modify :email, :text, null: false
            end
          end

          def down, do: raise "no way back"
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
      -    alter table(:users) do
      -      modify :email, :text, null: false
      -    end
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
         end

         def down, do: raise "no way back"
       end
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireEmailOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
      +    drop constraint(:users, :users_email_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'a way down that does nothing stays as it is',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:users) do
              modify :email, :text, null: false
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
      -    alter table(:users) do
      -      modify :email, :text, null: false
      -    end
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
         end

         def down, do: :ok
       end
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireEmailOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
      +    drop constraint(:users, :users_email_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_email_not_null_check,
      +             check: "email IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"
      +  end
      +end
    `,
    },
  ],
);

describeFixes(
  'setNotNullThroughCheck with other line ends',
  'set-not-null',
  (editor, operation) => editor.setNotNullThroughCheck(operation),
  [
    {
      title: 'behind a comment at the end of a line',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': written`
        defmodule Shop.Users do
          use Ecto.Migration

          def change do
            create table(:users) do
              add :email, :text
            end
          end
        end
      `,
        'priv/repo/migrations/20240102000000_mail.exs': written`
        defmodule Shop.Mail do␍
          use Ecto.Migration␍
        ␍
          def change do␍
            # all have one␍
            alter table(:users) do␍
              # since May␍
              modify :email, :text, null: false, from: {:text, null: true}␍
            end # checked␍
          end␍
        end␍
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_mail.exs
       defmodule Shop.Mail do␍
         use Ecto.Migration␍
       ␍
         def change do␍
           # all have one␍
      -    alter table(:users) do␍
      -      # since May␍
      -      modify :email, :text, null: false, from: {:text, null: true}␍
      -    end # checked␍
      +    # since May␍
      +    create constraint(:users, :users_email_not_null_check,␍
      +             check: "email IS NOT NULL",␍
      +             validate: false␍
      +           ) # checked␍
         end␍
       end␍
      === priv/repo/migrations/20240102000001_require_email_of_users.exs
      +defmodule Shop.RequireEmailOfUsers do␍
      +  use Ecto.Migration␍
      +␍
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.␍
      +  def up do␍
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check"␍
      +    execute "ALTER TABLE users ALTER COLUMN email SET NOT NULL"␍
      +    drop constraint(:users, :users_email_not_null_check)␍
      +  end␍
      +␍
      +  def down do␍
      +    create constraint(:users, :users_email_not_null_check,␍
      +             check: "email IS NOT NULL",␍
      +             validate: false␍
      +           )␍
      +␍
      +    execute "ALTER TABLE users ALTER COLUMN email DROP NOT NULL"␍
      +  end␍
      +end␍
    `,
    },
  ],
);
