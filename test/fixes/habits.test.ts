// IF EXISTS and IF NOT EXISTS where the author writes them.

import { describeFixes, written } from './support/mend.js';

describeFixes(
  'addIndex, with the habits of the author',
  'create-table',
  (editor, { table, span }) => editor.addIndex(table, ['user_id'], span),
  [
    {
      title: 'IF NOT EXISTS in SQL',
      files: {
        'db/0001_users.sql': 'select 1;',
        'db/0002_orders.sql': written`
        CREATE TABLE IF NOT EXISTS orders (id bigint, user_id bigint);
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_orders.sql
       CREATE TABLE IF NOT EXISTS orders (id bigint, user_id bigint);
      +CREATE INDEX IF NOT EXISTS orders_user_id_idx ON orders (user_id);
    `,
    },
    {
      title: 'if_not_exists in Ecto',
      files: {
        'priv/repo/migrations/20240101000000_orders.exs': written`
        defmodule Shop.Repo.Migrations.Orders do
          use Ecto.Migration

          def change do
            create_if_not_exists table(:orders) do
              add :user_id, :bigint
            end

            create_if_not_exists index(:orders, [:id])
          end
        end
      `,
      },
      keepsSchema: false,
      shows: `
      === priv/repo/migrations/20240101000000_orders.exs
       defmodule Shop.Repo.Migrations.Orders do
         use Ecto.Migration

         def change do
           create_if_not_exists table(:orders) do
             add :user_id, :bigint
           end

      +    create_if_not_exists index(:orders, [:user_id])
      +
           create_if_not_exists index(:orders, [:id])
         end
       end
    `,
    },
    {
      title: 'neither where the author does without',
      files: {
        'db/0001_users.sql': 'select 1;',
        'db/0002_orders.sql': written`
        create table orders (id bigint, user_id bigint);
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_orders.sql
       create table orders (id bigint, user_id bigint);
      +create index orders_user_id_idx on orders (user_id);
    `,
    },
  ],
);

describeFixes(
  'changeTypeThroughNewColumn, with the habits of the author',
  'alter-column-type',
  (editor, operation) => editor.changeTypeThroughNewColumn(operation),
  [
    {
      title: 'IF NOT EXISTS of the new column',
      files: {
        'db/0001_orders.sql': written`
        create table orders (id bigint primary key, total int);
      `,
        'db/0002_total.sql': written`
        alter table orders
          add column if not exists note text,
          alter column total type bigint;
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_total.sql
       alter table orders
         add column if not exists note text,
      -  alter column total type bigint;
      +  add column if not exists total_new bigint;
      === db/0003_backfill_total_new_of_orders.sql
      +-- Release code that writes "total_new" wherever it writes "total", before this runs.
      +-- After it, release code that reads "total_new" alone; then drop "total" in a later migration.
      +-- It commits after each batch, so it has to run outside a transaction.
      +do $$
      +declare
      +  first_id orders.id%type;
      +  last_id orders.id%type;
      +begin
      +  select id into first_id from orders order by id limit 1;
      +  while first_id is not null loop
      +    select id into last_id
      +    from (select id from orders where id >= first_id order by id limit 1000) batch
      +    order by id desc limit 1;
      +
      +    update orders set total_new = total
      +    where id >= first_id and id <= last_id and total_new is null and total is not null;
      +    commit;
      +
      +    select id into first_id from orders
      +    where id > last_id order by id limit 1;
      +  end loop;
      +end
      +$$;
    `,
    },
  ],
);
