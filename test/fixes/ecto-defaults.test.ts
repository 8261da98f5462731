// Defaults of Ecto migrations that come later, and columns without NOT NULL.

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
  'addDefaultLater, Ecto',
  'add-column',
  (editor, operation) => editor.addDefaultLater(operation),
  [
    {
      title: 'required: filled in batches, then checked, then NOT NULL',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add :token, :uuid, default: fragment("gen_random_uuid()"), null: false
              add :note, :text
            end

            create table(:notes)
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
      -      add :token, :uuid, default: fragment("gen_random_uuid()"), null: false
      +      add :token, :uuid
             add :note, :text
           end

      +    execute "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid()",
      +            "ALTER TABLE users ALTER COLUMN token DROP DEFAULT"
      +
           create table(:notes)
         end
       end
      === priv/repo/migrations/20240102000001_backfill_token_of_users.exs
      +defmodule Shop.Repo.Migrations.BackfillTokenOfUsers do
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
      +        where: is_nil(u.token),
      +        update: [set: [token: fragment("gen_random_uuid()")]]
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
      === priv/repo/migrations/20240102000002_check_token_of_users.exs
      +defmodule Shop.Repo.Migrations.CheckTokenOfUsers do
      +  use Ecto.Migration
      +
      +  def change do
      +    create constraint(:users, :users_token_not_null_check,
      +             check: "token IS NOT NULL",
      +             validate: false
      +           )
      +  end
      +end
      === priv/repo/migrations/20240102000003_require_token_of_users.exs
      +defmodule Shop.Repo.Migrations.RequireTokenOfUsers do
      +  use Ecto.Migration
      +
      +  # The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +  def up do
      +    execute "ALTER TABLE users VALIDATE CONSTRAINT users_token_not_null_check"
      +    execute "ALTER TABLE users ALTER COLUMN token SET NOT NULL"
      +    drop constraint(:users, :users_token_not_null_check)
      +  end
      +
      +  def down do
      +    create constraint(:users, :users_token_not_null_check,
      +             check: "token IS NOT NULL",
      +             validate: false
      +           )
      +
      +    execute "ALTER TABLE users ALTER COLUMN token DROP NOT NULL"
      +  end
      +end
    `,
    },
    {
      title: 'comments between options',
      files: {
        'priv/repo/migrations/20240101000000_tables.exs': tables,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add :token, :uuid,
                # nobody knows it
                default: fragment("gen_random_uuid()"), # random
                comment: "secret"
            end
            flush()
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
             add :token, :uuid,
               # nobody knows it
      -        default: fragment("gen_random_uuid()"), # random
      +         # random
               comment: "secret"
           end
      +
      +    execute "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid()",
      +            "ALTER TABLE users ALTER COLUMN token DROP DEFAULT"
      +
           flush()
         end
       end
      === priv/repo/migrations/20240102000001_backfill_token_of_users.exs
      +defmodule Shop.Repo.Migrations.BackfillTokenOfUsers do
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
      +        where: is_nil(u.token),
      +        update: [set: [token: fragment("gen_random_uuid()")]]
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
    {
      title: 'SQL, a key of two columns',
      files: {
        'priv/repo/migrations/20240101000000_logs.exs': written`
        defmodule Shop.Repo.Migrations.CreateLogs do
          use Ecto.Migration

          def change do
            execute "create table logs (day date, number bigint, primary key (day, number))", "drop table logs"
          end
        end
      `,
        'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            execute "alter table logs add column token uuid default gen_random_uuid()",
                    "alter table logs drop column token"
          end
        end
      `,
      },
      shows: `
      === priv/repo/migrations/20240102000000_change.exs
       defmodule Shop.Repo.Migrations.Change do
         use Ecto.Migration

         def change do
      -    execute "alter table logs add column token uuid default gen_random_uuid()",
      +    execute "alter table logs add column token uuid",
                   "alter table logs drop column token"
      +
      +    execute "alter table logs alter column token set default gen_random_uuid()",
      +            "alter table logs alter column token drop default"
         end
       end
      === priv/repo/migrations/20240102000001_backfill_token_of_logs.exs
      +defmodule Shop.Repo.Migrations.BackfillTokenOfLogs do
      +  use Ecto.Migration
      +
      +  @disable_ddl_transaction true
      +  @disable_migration_lock true
      +
      +  # Each batch is committed by itself, so no row stays locked for long. It may be stopped and run again.
      +  def up do
      +    execute """
      +    do $$
      +    declare
      +      first_day logs.day%type;
      +      first_number logs.number%type;
      +      last_day logs.day%type;
      +      last_number logs.number%type;
      +    begin
      +      select day, number into first_day, first_number from logs order by day, number limit 1;
      +      while first_day is not null loop
      +        select day, number into last_day, last_number
      +        from (select day, number from logs where (day, number) >= (first_day, first_number) order by day, number limit 1000) batch
      +        order by day desc, number desc limit 1;
      +
      +        update logs set token = gen_random_uuid()
      +        where (day, number) >= (first_day, first_number) and (day, number) <= (last_day, last_number) and token is null;
      +        commit;
      +
      +        select day, number into first_day, first_number from logs
      +        where (day, number) > (last_day, last_number) order by day, number limit 1;
      +      end loop;
      +    end
      +    $$
      +    """
      +  end
      +
      +  def down, do: :ok
      +end
    `,
    },
  ],
);

describeFixes('makeNullable, Ecto', 'add-column', (editor, operation) => editor.makeNullable(operation), [
  {
    title: 'the option goes',
    files: {
      'priv/repo/migrations/20240101000000_tables.exs': tables,
      'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add :active, :boolean, null: false, comment: "since 2024"
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
           alter table(:users) do
      -      add :active, :boolean, null: false, comment: "since 2024"
      +      add :active, :boolean, comment: "since 2024"
           end
         end
       end
    `,
  },
  {
    title: 'the last one, on a line of its own',
    files: {
      'priv/repo/migrations/20240101000000_tables.exs': tables,
      'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              add(:boss_id, references(:users, on_delete: :nilify_all),
                null: false
              )
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
           alter table(:users) do
      -      add(:boss_id, references(:users, on_delete: :nilify_all),
      -        null: false
      -      )
      +      add(:boss_id, references(:users, on_delete: :nilify_all))
           end
         end
       end
    `,
  },
  {
    title: 'timestamps',
    files: {
      'priv/repo/migrations/20240101000000_tables.exs': tables,
      'priv/repo/migrations/20240102000000_change.exs': written`
        defmodule Shop.Repo.Migrations.Change do
          use Ecto.Migration

          def change do
            alter table(:users) do
              timestamps()
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
           alter table(:users) do
      -      timestamps()
      +      timestamps(null: true)
           end
         end
       end
    `,
  },
]);
