// Columns and policies of SQL migrations: defaults that come later, types by way of a new column, row-level security.

import { describeFixes, written } from './support/mend.js';

/** Earlier migrations, of no tool that we know. */
const users = written`
  create table users (id bigint primary key, email text);
`;

describeFixes(
  'addDefaultLater, SQL',
  'add-column',
  (editor, operation) => editor.addDefaultLater(operation),
  [
    {
      title: 'required: filled in batches, then checked, then NOT NULL',
      files: {
        'db/0001_users.sql': users,
        'db/0002_token.sql': written`
        alter table users
            add column token uuid not null default gen_random_uuid() unique, -- secret
            add column note text;
      `,
      },
      shows: `
      === db/0002_token.sql
       alter table users
      -    add column token uuid not null default gen_random_uuid() unique, -- secret
      +    add column token uuid unique, -- secret
           add column note text;
      +
      +alter table users alter column token set default gen_random_uuid();
      === db/0003_backfill_token_of_users.sql
      +-- It commits after each batch, so it has to run outside a transaction.
      +do $$
      +declare
      +    first_id users.id%type;
      +    last_id users.id%type;
      +begin
      +    select id into first_id from users order by id limit 1;
      +    while first_id is not null loop
      +        select id into last_id
      +        from (select id from users where id >= first_id order by id limit 1000) batch
      +        order by id desc limit 1;
      +
      +        update users set token = gen_random_uuid()
      +        where id >= first_id and id <= last_id and token is null;
      +        commit;
      +
      +        select id into first_id from users
      +        where id > last_id order by id limit 1;
      +    end loop;
      +end
      +$$;
      === db/0004_check_token_of_users.sql
      +alter table users add constraint users_token_not_null_check check (token is not null) not valid;
      === db/0005_require_token_of_users.sql
      +-- The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +alter table users validate constraint users_token_not_null_check;
      +alter table users alter column token set not null;
      +alter table users drop constraint users_token_not_null_check;
    `,
    },
    {
      title: 'goose: the batches run outside a transaction, as one statement',
      files: {
        'm/20240101000000_logs.sql': written`
        -- +goose Up
        CREATE TABLE logs (day date, number bigint, PRIMARY KEY (day, number));
        -- +goose Down
        DROP TABLE logs;
      `,
        'm/20240102000000_token.sql': written`
        -- +goose Up
        ALTER TABLE logs ADD COLUMN token uuid DEFAULT gen_random_uuid();
        -- +goose Down
        ALTER TABLE logs DROP COLUMN token;
      `,
      },
      shows: `
      === m/20240102000000_token.sql
       -- +goose Up
      -ALTER TABLE logs ADD COLUMN token uuid DEFAULT gen_random_uuid();
      +ALTER TABLE logs ADD COLUMN token uuid;
      +ALTER TABLE logs ALTER COLUMN token SET DEFAULT gen_random_uuid();
       -- +goose Down
       ALTER TABLE logs DROP COLUMN token;
      === m/20240102000001_backfill_token_of_logs.sql
      +-- +goose NO TRANSACTION
      +-- +goose Up
      +-- +goose StatementBegin
      +DO $$
      +DECLARE
      +  first_day logs.day%TYPE;
      +  first_number logs.number%TYPE;
      +  last_day logs.day%TYPE;
      +  last_number logs.number%TYPE;
      +BEGIN
      +  SELECT day, number INTO first_day, first_number FROM logs ORDER BY day, number LIMIT 1;
      +  WHILE first_day IS NOT NULL LOOP
      +    SELECT day, number INTO last_day, last_number
      +    FROM (SELECT day, number FROM logs WHERE (day, number) >= (first_day, first_number) ORDER BY day, number LIMIT 1000) batch
      +    ORDER BY day DESC, number DESC LIMIT 1;
      +
      +    UPDATE logs SET token = gen_random_uuid()
      +    WHERE (day, number) >= (first_day, first_number) AND (day, number) <= (last_day, last_number) AND token IS NULL;
      +    COMMIT;
      +
      +    SELECT day, number INTO first_day, first_number FROM logs
      +    WHERE (day, number) > (last_day, last_number) ORDER BY day, number LIMIT 1;
      +  END LOOP;
      +END
      +$$;
      +-- +goose StatementEnd
      +
      +-- +goose Down
      +-- Nothing to undo.
    `,
    },
    {
      title: 'Supabase cannot leave its transaction for that',
      files: {
        'supabase/migrations/20240101000000_users.sql': users,
        'supabase/migrations/20240102000000_token.sql': written`
        alter table users add column token uuid default gen_random_uuid();
      `,
      },
      shows: `
      === supabase/migrations/20240102000000_token.sql
      -alter table users add column token uuid default gen_random_uuid();
      +alter table users add column token uuid;
      +alter table users alter column token set default gen_random_uuid();
      === supabase/migrations/20240102000001_backfill_token_of_users.sql
      +-- It runs in one transaction: for a large table, fill it in batches by hand instead.
      +update users set token = gen_random_uuid() where token is null;
    `,
    },
    {
      title: 'Flyway has to be told',
      files: {
        'db/V1__users.sql': users,
        'db/V2__token.sql': written`
        ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
      `,
      },
      shows: `
      === db/V2__token.sql
      -ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
      +ALTER TABLE users ADD COLUMN token uuid;
      +ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
      === db/V3__backfill_token_of_users.sql
      +DO $$
      +DECLARE
      +  first_id users.id%TYPE;
      +  last_id users.id%TYPE;
      +BEGIN
      +  SELECT id INTO first_id FROM users ORDER BY id LIMIT 1;
      +  WHILE first_id IS NOT NULL LOOP
      +    SELECT id INTO last_id
      +    FROM (SELECT id FROM users WHERE id >= first_id ORDER BY id LIMIT 1000) batch
      +    ORDER BY id DESC LIMIT 1;
      +
      +    UPDATE users SET token = gen_random_uuid()
      +    WHERE id >= first_id AND id <= last_id AND token IS NULL;
      +    COMMIT;
      +
      +    SELECT id INTO first_id FROM users
      +    WHERE id > last_id ORDER BY id LIMIT 1;
      +  END LOOP;
      +END
      +$$;
      === db/V3__backfill_token_of_users.sql.conf
      +executeInTransaction=false
    `,
    },
    {
      title: 'a table without a primary key',
      files: {
        'db/0001_logs.sql': written`
        create table logs (line text);
      `,
        'db/0002_token.sql': written`
        alter table logs add column token uuid default gen_random_uuid();
      `,
      },
      shows: `
      === db/0002_token.sql
      -alter table logs add column token uuid default gen_random_uuid();
      +alter table logs add column token uuid;
      +alter table logs alter column token set default gen_random_uuid();
      === db/0003_backfill_token_of_logs.sql
      +-- It commits after each batch, so it has to run outside a transaction.
      +do $$
      +begin
      +  loop
      +    update logs set token = gen_random_uuid()
      +    where (tableoid, ctid) in (select tableoid, ctid from logs where token is null limit 1000) and token is null;
      +    exit when not found;
      +    commit;
      +  end loop;
      +end
      +$$;
    `,
    },
  ],
);

describeFixes('makeNullable, SQL', 'add-column', (editor, operation) => editor.makeNullable(operation), [
  {
    title: 'the clause goes, all else stays',
    files: {
      'db/0001_users.sql': users,
      'db/0002_active.sql': written`
        ALTER TABLE users
          ADD COLUMN active boolean -- since when?
            NOT NULL, /* or not */
          ADD COLUMN note text;
      `,
    },
    keepsSchema: false,
    shows: `
      === db/0002_active.sql
       ALTER TABLE users
         ADD COLUMN active boolean -- since when?
      -    NOT NULL, /* or not */
      +    , /* or not */
         ADD COLUMN note text;
    `,
  },
  {
    title: 'with the name that it may have',
    files: {
      'db/0001_users.sql': users,
      'db/0002_active.sql': written`
        alter table users add column active boolean constraint is_there not null check (active);
      `,
    },
    keepsSchema: false,
    shows: `
      === db/0002_active.sql
      -alter table users add column active boolean constraint is_there not null check (active);
      +alter table users add column active boolean check (active);
    `,
  },
]);

describeFixes(
  'changeTypeThroughNewColumn, SQL',
  'alter-column-type',
  (editor, operation) => editor.changeTypeThroughNewColumn(operation),
  [
    {
      title: 'two-way file: the way back drops the new column',
      files: {
        'm/20240101000000_orders.sql': written`
        -- migrate:up
        create table orders (id bigint primary key, total integer not null default 0);
        create index orders_total_idx on orders (total);
      `,
        'm/20240102000000_total.sql': written`
        -- migrate:up
        ALTER TABLE orders ALTER COLUMN total TYPE BIGINT USING total * 100; -- cents

        -- migrate:down
        ALTER TABLE orders ALTER COLUMN total TYPE integer;
      `,
      },
      keepsSchema: false,
      shows: `
      === m/20240102000000_total.sql
       -- migrate:up
      -ALTER TABLE orders ALTER COLUMN total TYPE BIGINT USING total * 100; -- cents
      +ALTER TABLE orders ADD COLUMN total_new BIGINT; -- cents

       -- migrate:down
      -ALTER TABLE orders ALTER COLUMN total TYPE integer;
      +ALTER TABLE orders DROP COLUMN total_new;
      === m/20240102000001_backfill_total_new_of_orders.sql
      +-- migrate:up transaction:false
      +-- Release code that writes "total_new" wherever it writes "total", before this runs.
      +-- After it, release code that reads "total_new" alone; then drop "total" in a later migration.
      +-- "total" has NOT NULL, a default, the index "orders_total_idx": give "total_new" its own before it is read.
      +DO $$
      +DECLARE
      +  first_id orders.id%TYPE;
      +  last_id orders.id%TYPE;
      +BEGIN
      +  SELECT id INTO first_id FROM orders ORDER BY id LIMIT 1;
      +  WHILE first_id IS NOT NULL LOOP
      +    SELECT id INTO last_id
      +    FROM (SELECT id FROM orders WHERE id >= first_id ORDER BY id LIMIT 1000) batch
      +    ORDER BY id DESC LIMIT 1;
      +
      +    UPDATE orders SET total_new = total * 100
      +    WHERE id >= first_id AND id <= last_id AND total_new IS NULL AND total IS NOT NULL;
      +    COMMIT;
      +
      +    SELECT id INTO first_id FROM orders
      +    WHERE id > last_id ORDER BY id LIMIT 1;
      +  END LOOP;
      +END
      +$$;
      +
      +-- migrate:down transaction:false
      +-- Nothing to undo.
    `,
    },
    {
      title: 'keeps the collation',
      files: {
        'db/0001_users.sql': users,
        'db/0002_mail.sql': written`
        alter table users alter email set data type varchar(80) collate "C";
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_mail.sql
      -alter table users alter email set data type varchar(80) collate "C";
      +alter table users add column email_new varchar(80) collate "C";
      === db/0003_backfill_email_new_of_users.sql
      +-- Release code that writes "email_new" wherever it writes "email", before this runs.
      +-- After it, release code that reads "email_new" alone; then drop "email" in a later migration.
      +-- It commits after each batch, so it has to run outside a transaction.
      +do $$
      +declare
      +  first_id users.id%type;
      +  last_id users.id%type;
      +begin
      +  select id into first_id from users order by id limit 1;
      +  while first_id is not null loop
      +    select id into last_id
      +    from (select id from users where id >= first_id order by id limit 1000) batch
      +    order by id desc limit 1;
      +
      +    update users set email_new = email
      +    where id >= first_id and id <= last_id and email_new is null and email is not null;
      +    commit;
      +
      +    select id into first_id from users
      +    where id > last_id order by id limit 1;
      +  end loop;
      +end
      +$$;
    `,
    },
  ],
);

describeFixes(
  'enableRowLevelSecurity, SQL',
  'create-table',
  (editor, { table, span }) => editor.enableRowLevelSecurity(table, 'org_id', span),
  [
    {
      title: 'as a sibling has it, with its names changed',
      files: {
        'db/0001_orders.sql': written`
        create table orders (id bigint primary key, organization_id bigint);
        alter table orders enable row level security;
        alter table orders force row level security;
        create policy orders_read on orders for select to app using (orders.organization_id = current_setting('app.org')::bigint);
        create policy orders_write on orders as restrictive for insert with check (organization_id = 1);
      `,
        'db/0002_notes.sql': written`
        CREATE TABLE notes (id bigint, org_id bigint);
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_notes.sql
       CREATE TABLE notes (id bigint, org_id bigint);
      +ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      +ALTER TABLE notes FORCE ROW LEVEL SECURITY;
      +CREATE POLICY notes_read ON notes FOR SELECT TO app USING (notes.org_id = current_setting('app.org')::bigint);
      +CREATE POLICY notes_write ON notes AS RESTRICTIVE FOR INSERT WITH CHECK (org_id = 1);
    `,
    },
    {
      title: 'a sibling with the same column counts more',
      files: {
        'db/0001_orders.sql': written`
        create table a (org_id bigint);
        alter table a enable row level security;
        create policy own on a using (org_id = my_org());
        create table b (organization_id bigint);
        alter table b enable row level security;
        create policy other on b using (organization_id = 1);
      `,
        'db/0002_notes.sql': written`
        create table notes (
          id bigint,
          org_id bigint
        );
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_notes.sql
       create table notes (
         id bigint,
         org_id bigint
       );
      +
      +alter table notes enable row level security;
      +
      +create policy own on notes using (org_id = my_org());
    `,
    },
    {
      title: 'a setting of the session where there is no sibling',
      files: {
        'db/0001_users.sql': users,
        'db/0002_notes.sql': written`
        create table app.notes (id bigint, org_id uuid)
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_notes.sql
      -create table app.notes (id bigint, org_id uuid)
      +create table app.notes (id bigint, org_id uuid);
      +alter table app.notes enable row level security;
      +create policy notes_of_tenant on app.notes using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
    `,
    },
  ],
);

describeFixes(
  'addDefaultLater beside others of its kind',
  'add-column',
  (editor, operation) => editor.addDefaultLater(operation),
  [
    {
      title: 'a statement that begins alike is not the same code',
      files: {
        'db/0001_users.sql': written`
        create table users (id bigint primary key, email text);
      `,
        'db/0002_more.sql': written`
        alter table users add column token uuid default gen_random_uuid();
        alter table users add column label text;
      `,
      },
      shows: `
      === db/0002_more.sql
      -alter table users add column token uuid default gen_random_uuid();
      +alter table users add column token uuid;
      +alter table users alter column token set default gen_random_uuid();
       alter table users add column label text;
      === db/0003_backfill_token_of_users.sql
      +-- It commits after each batch, so it has to run outside a transaction.
      +do $$
      +declare
      +  first_id users.id%type;
      +  last_id users.id%type;
      +begin
      +  select id into first_id from users order by id limit 1;
      +  while first_id is not null loop
      +    select id into last_id
      +    from (select id from users where id >= first_id order by id limit 1000) batch
      +    order by id desc limit 1;
      +
      +    update users set token = gen_random_uuid()
      +    where id >= first_id and id <= last_id and token is null;
      +    commit;
      +
      +    select id into first_id from users
      +    where id > last_id order by id limit 1;
      +  end loop;
      +end
      +$$;
    `,
    },
  ],
);

describeFixes(
  'renameThroughNewColumn, SQL',
  'rename-column',
  (editor, operation) => editor.renameThroughNewColumn(operation),
  [
    {
      title: 'a column of the same type, filled in batches',
      files: {
        'm/20240101000000_users.sql': written`
        -- +goose Up
        CREATE TABLE users (id bigint PRIMARY KEY, mail varchar(99) NOT NULL);
        -- +goose Down
        DROP TABLE users;
      `,
        'm/20240102000000_email.sql': written`
        -- +goose Up
        ALTER TABLE users RENAME COLUMN mail TO "E-mail"; -- as people say
        -- +goose Down
        ALTER TABLE users RENAME COLUMN "E-mail" TO mail;
      `,
      },
      keepsSchema: false,
      shows: `
      === m/20240102000000_email.sql
       -- +goose Up
      -ALTER TABLE users RENAME COLUMN mail TO "E-mail"; -- as people say
      +ALTER TABLE users ADD COLUMN "E-mail" character varying(99); -- as people say
       -- +goose Down
      -ALTER TABLE users RENAME COLUMN "E-mail" TO mail;
      +ALTER TABLE users DROP COLUMN "E-mail";
      === m/20240102000001_backfill_e_mail_of_users.sql
      +-- +goose NO TRANSACTION
      +-- +goose Up
      +-- Release code that writes "E-mail" wherever it writes "mail", before this runs.
      +-- After it, release code that reads "E-mail" alone; then drop "mail" in a later migration.
      +-- "mail" has NOT NULL: give "E-mail" its own before it is read.
      +-- +goose StatementBegin
      +DO $$
      +DECLARE
      +  first_id users.id%TYPE;
      +  last_id users.id%TYPE;
      +BEGIN
      +  SELECT id INTO first_id FROM users ORDER BY id LIMIT 1;
      +  WHILE first_id IS NOT NULL LOOP
      +    SELECT id INTO last_id
      +    FROM (SELECT id FROM users WHERE id >= first_id ORDER BY id LIMIT 1000) batch
      +    ORDER BY id DESC LIMIT 1;
      +
      +    UPDATE users SET "E-mail" = mail
      +    WHERE id >= first_id AND id <= last_id AND "E-mail" IS NULL AND mail IS NOT NULL;
      +    COMMIT;
      +
      +    SELECT id INTO first_id FROM users
      +    WHERE id > last_id ORDER BY id LIMIT 1;
      +  END LOOP;
      +END
      +$$;
      +-- +goose StatementEnd
      +
      +-- +goose Down
      +-- Nothing to undo.
    `,
    },
    {
      title: 'not when a later migration gives the old name to another one',
      files: {
        'db/0001_users.sql': users,
        'db/0002_email.sql': 'alter table users rename column email to mail;',
        'db/0003_email.sql': 'alter table users add column email text;',
      },
      path: 'db/0002_email.sql',
      shows: null,
    },
  ],
);
