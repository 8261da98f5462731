// Columns of Ecto migrations: types by way of a new column, names kept, row-level security.

import { describeFixes, written } from './support/mend.js';

const tables = written`
  defmodule Shop.Repo.Migrations.CreateTables do
    use Ecto.Migration

    def change do
      create table(:users) do
        add :mail, :text
      end

      create table(:orders) do
        add :total, :integer, null: false
      end
    end
  end
`;

describeFixes(
  'changeTypeThroughNewColumn, Ecto',
  'alter-column-type',
  (editor, operation) => editor.changeTypeThroughNewColumn(operation),
  [
    {
      title: 'change',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:orders) do
              modify :total, :bigint, from: :integer, null: false
            end
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
           alter table(:orders) do
      -      modify :total, :bigint, from: :integer, null: false
      +      add :total_new, :bigint
           end
         end
       end
      === priv/repo/migrations/20240102000001_backfill_total_new_of_orders.exs
      +defmodule Shop.Repo.Migrations.BackfillTotalNewOfOrders do
      +  use Ecto.Migration
      +
      +  import Ecto.Query
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  @batch_size 1_000
      +
      +  # Release code that writes "total_new" wherever it writes "total", before this runs.
      +  # After it, release code that reads "total_new" alone; then drop "total" in a later migration.
      +  # "total" has NOT NULL: give "total_new" its own before it is read.
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
      +      from(o in "orders",
      +        where: o.id in ^keys,
      +        where: is_nil(o.total_new),
      +        where: not is_nil(o.total),
      +        update: [set: [total_new: o.total]]
      +      ),
      +      []
      +    )
      +
      +    last = List.last(keys)
      +    fill(repo().all(from(o in batch(), where: o.id > ^last)))
      +  end
      +
      +  defp batch do
      +    from(o in "orders", order_by: o.id, limit: ^@batch_size, select: o.id)
      +  end
      +end
    `,
    },
    {
      title: 'up and down',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            alter table(:orders) do
              # cents
              modify(:total, :bigint)
            end
          end

          def down do
            alter table(:orders) do
              modify(:total, :integer)
            end
          end
        end
      `,
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
           alter table(:orders) do
             # cents
      -      modify(:total, :bigint)
      +      add(:total_new, :bigint)
           end
         end

         def down do
           alter table(:orders) do
      -      modify(:total, :integer)
      +      remove(:total_new)
           end
         end
       end
      === priv/repo/migrations/20240102000001_backfill_total_new_of_orders.exs
      +defmodule Shop.Repo.Migrations.BackfillTotalNewOfOrders do
      +  use Ecto.Migration
      +
      +  import Ecto.Query
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  @batch_size 1_000
      +
      +  # Release code that writes "total_new" wherever it writes "total", before this runs.
      +  # After it, release code that reads "total_new" alone; then drop "total" in a later migration.
      +  # "total" has NOT NULL: give "total_new" its own before it is read.
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
      +      from(o in "orders",
      +        where: o.id in ^keys,
      +        where: is_nil(o.total_new),
      +        where: not is_nil(o.total),
      +        update: [set: [total_new: o.total]]
      +      ),
      +      []
      +    )
      +
      +    last = List.last(keys)
      +    fill(repo().all(from(o in batch(), where: o.id > ^last)))
      +  end
      +
      +  defp batch do
      +    from(o in "orders", order_by: o.id, limit: ^@batch_size, select: o.id)
      +  end
      +end
    `,
    },
  ],
);

describeFixes(
  'keepColumnName, Ecto',
  'rename-column',
  (editor, operation) => editor.keepColumnName(operation),
  [
    {
      title: 'the field reads the old column',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'lib/shop/user.ex': written`
        defmodule Shop.User do
          use Ecto.Schema

          schema "users" do
            field :mail, :string, default: "none"
            field :name, :string
          end
        end
      `,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            # at last
            rename table(:users), :mail, to: :email
            create table(:notes)
          end
        end
      `,
      },
      path: 'priv/repo/migrations/20240102000000_change.exs',
      keepsSchema: false,
      shows: `
      === lib/shop/user.ex
       defmodule Shop.User do
         use Ecto.Schema

         schema "users" do
      -    field :mail, :string, default: "none"
      +    field :email, :string, default: "none", source: :mail
           field :name, :string
         end
       end
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
           # at last
      -    rename table(:users), :mail, to: :email
           create table(:notes)
         end
       end
    `,
    },
    {
      title: 'nothing is left of the migration',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'lib/shop/user.ex': written`
        defmodule Shop.User do
          use Ecto.Schema

          schema "users" do
            field(:email, :string)
            field :name, :string
          end
        end
      `,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def up do
            rename table(:users), :mail, to: :email
          end

          def down do
            rename table(:users), :email, to: :mail
          end
        end
      `,
      },
      path: 'priv/repo/migrations/20240102000000_change.exs',
      keepsSchema: false,
      shows: `
      === lib/shop/user.ex
       defmodule Shop.User do
         use Ecto.Schema

         schema "users" do
      -    field(:email, :string)
      +    field(:email, :string, source: :mail)
           field :name, :string
         end
       end
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def up do
      -    rename table(:users), :mail, to: :email
      +    :ok
         end

         def down do
      -    rename table(:users), :email, to: :mail
      +    :ok
         end
       end
    `,
    },
    {
      title: 'not when the migration goes on with the new name',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'lib/shop/user.ex': written`
        defmodule Shop.User do
          use Ecto.Schema

          schema "users" do
            field :mail, :string, default: "none"
            field :name, :string
          end
        end
      `,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            rename table(:users), :mail, to: :email
            create index(:users, [:email])
          end
        end
      `,
      },
      path: 'priv/repo/migrations/20240102000000_change.exs',
      shows: null,
    },
    {
      title: 'not without a schema',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            rename table(:users), :mail, to: :email
          end
        end
      `,
      },
      shows: null,
    },
  ],
);

describeFixes(
  'enableRowLevelSecurity, Ecto',
  'create-table',
  (editor, { table, span }) => editor.enableRowLevelSecurity(table, 'org_id', span),
  [
    {
      title: 'as a sibling has it',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240101000001_policies.sql': written`
        alter table orders enable row level security;
        create policy orders_of_org on orders using (org_id = current_setting('app.organization_id', true)::bigint) with check (org_id > 0);
      `,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            create table(:notes) do
              add :org_id, :bigint
            end

            create index(:notes, [:org_id])
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
             add :org_id, :bigint
           end

      +    execute "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
      +            "ALTER TABLE notes DISABLE ROW LEVEL SECURITY"
      +
      +    execute "CREATE POLICY notes_of_org ON notes USING (org_id = current_setting('app.organization_id', true)::bigint) WITH CHECK (org_id > 0)",
      +            "DROP POLICY notes_of_org ON notes"
      +
           create index(:notes, [:org_id])
         end
       end
    `,
    },
  ],
);
