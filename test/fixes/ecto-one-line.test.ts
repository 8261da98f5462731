// Callbacks of Ecto migrations on one line, which a fix makes blocks where they get longer.

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
  'setNotNullThroughCheck, Ecto, on one line',
  'set-not-null',
  (editor, operation) => editor.setNotNullThroughCheck(operation),
  [
    {
      title: 'a callback on one line becomes a block where it gets too long',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up, do: execute("ALTER TABLE users ALTER COLUMN name SET NOT NULL")

          def down, do: execute("ALTER TABLE users ALTER COLUMN name DROP NOT NULL")
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

      -  def up, do: execute("ALTER TABLE users ALTER COLUMN name SET NOT NULL")
      +  def up do
      +    execute(
      +      "ALTER TABLE users ADD CONSTRAINT users_name_not_null_check CHECK (name IS NOT NULL) NOT VALID"
      +    )
      +  end

      -  def down, do: execute("ALTER TABLE users ALTER COLUMN name DROP NOT NULL")
      +  def down, do: drop(constraint(:users, :users_name_not_null_check))
       end
      === priv/repo/migrations/20240102000001_require_name_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireNameOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute("ALTER TABLE users VALIDATE CONSTRAINT users_name_not_null_check")
      +    execute("ALTER TABLE users ALTER COLUMN name SET NOT NULL")
      +    drop(constraint(:users, :users_name_not_null_check))
      +  end
      +
      +  def down do
      +    create(
      +      constraint(:users, :users_name_not_null_check, check: "name IS NOT NULL", validate: false)
      +    )
      +
      +    execute("ALTER TABLE users ALTER COLUMN name DROP NOT NULL")
      +  end
      +end
    `,
    },
    {
      title: 'the DSL in a callback on one line',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up, do: alter(table(:users), do: modify(:name, :text, null: false))

          def down, do: alter(table(:users), do: modify(:name, :text, null: true))
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

      -  def up, do: alter(table(:users), do: modify(:name, :text, null: false))
      +  def up do
      +    create(
      +      constraint(:users, :users_name_not_null_check, check: "name IS NOT NULL", validate: false)
      +    )
      +  end

      -  def down, do: alter(table(:users), do: modify(:name, :text, null: true))
      +  def down do
      +    drop(constraint(:users, :users_name_not_null_check))
      +    alter(table(:users), do: modify(:name, :text, null: true))
      +  end
       end
      === priv/repo/migrations/20240102000001_require_name_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireNameOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute("ALTER TABLE users VALIDATE CONSTRAINT users_name_not_null_check")
      +    execute("ALTER TABLE users ALTER COLUMN name SET NOT NULL")
      +    drop(constraint(:users, :users_name_not_null_check))
      +  end
      +
      +  def down do
      +    create(
      +      constraint(:users, :users_name_not_null_check, check: "name IS NOT NULL", validate: false)
      +    )
      +
      +    execute("ALTER TABLE users ALTER COLUMN name DROP NOT NULL")
      +  end
      +end
    `,
    },
  ],
);

describeFixes(
  'addDefaultLater, Ecto, on one line',
  'add-column',
  (editor, operation) => editor.addDefaultLater(operation),
  [
    {
      title: 'a second expression',
      files: {
        'priv/repo/migrations/20240101000000_users.exs': users,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change, do: alter(table(:users), do: add(:key, :uuid, default: fragment("gen_random_uuid()")))
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

      -  def change, do: alter(table(:users), do: add(:key, :uuid, default: fragment("gen_random_uuid()")))
      +  def change do
      +    alter(table(:users), do: add(:key, :uuid))
      +
      +    execute(
      +      "ALTER TABLE users ALTER COLUMN key SET DEFAULT gen_random_uuid()",
      +      "ALTER TABLE users ALTER COLUMN key DROP DEFAULT"
      +    )
      +  end
       end
      === priv/repo/migrations/20240102000001_backfill_key_of_users.exs
      +defmodule Shop.Repo.Migrations.BackfillKeyOfUsers do
      +  use Ecto.Migration
      +
      +  import Ecto.Query
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  @batch_size 1_000
      +
      +  # Each batch is committed by itself, so no row stays locked for long. It may be stopped and run again.
      +  def up do
      +    fill(repo().all(batch()))
      +  end
      +
      +  def down, do: :ok
      +
      +  defp fill([]), do: :ok
      +
      +  defp fill(keys) do
      +    repo().update_all(
      +      from(u in "users",
      +        where: u.id in ^keys,
      +        where: is_nil(u.key),
      +        update: [set: [key: fragment("gen_random_uuid()")]]
      +      ),
      +      []
      +    )
      +
      +    last = List.last(keys)
      +    fill(repo().all(from(u in batch(), where: u.id > ^last)))
      +  end
      +
      +  defp batch do
      +    from(u in "users", order_by: u.id, limit: ^@batch_size, select: u.id)
      +  end
      +end
    `,
    },
  ],
);
