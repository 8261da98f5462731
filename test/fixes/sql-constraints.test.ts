// Constraints and NOT NULL in SQL migrations: added unchecked, checked by a migration that runs next; keys made from an index.

import { describeFixes, written } from './support/mend.js';

/** Earlier migrations, of no tool that we know. */
const tables = written`
  create table users (id bigint primary key, email text);
  create table orders (id bigint primary key, user_id bigint, total integer);
`;

const gooseTables = written`
  -- +goose Up
  CREATE TABLE users (id bigint PRIMARY KEY, email text);

  -- +goose Down
  DROP TABLE users;
`;

describeFixes(
  'validateLater, SQL: a constraint of the table',
  'add-constraint',
  (editor, operation) => editor.validateLater(operation, operation.constraint.span, 'orders_user_id_fkey'),
  [
    {
      title: 'NOT VALID at the end of its clause, in the case of the file',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_fk.sql': written`
        ALTER TABLE orders
        →ADD CONSTRAINT orders_buyer FOREIGN KEY (user_id)
        →→REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED; -- who bought
      `,
      },
      shows: `
      === db/0002_fk.sql
       ALTER TABLE orders
       →ADD CONSTRAINT orders_buyer FOREIGN KEY (user_id)
      -→→REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED; -- who bought
      +→→REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID; -- who bought
      === db/0003_validate_orders_buyer.sql
      +ALTER TABLE orders VALIDATE CONSTRAINT orders_buyer;
    `,
    },
    {
      title: 'without a name it gets the one that the server gives',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_fk.sql': written`
        alter table orders add column note text, add foreign key (user_id) references users (id)
      `,
      },
      shows: `
      === db/0002_fk.sql
      -alter table orders add column note text, add foreign key (user_id) references users (id)
      +alter table orders add column note text, add foreign key (user_id) references users (id) not valid
      === db/0003_validate_orders_user_id_fkey.sql
      +alter table orders validate constraint orders_user_id_fkey;
    `,
    },
    {
      title: 'the name is the one with a number where the other is taken',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_fk.sql': written`
        alter table orders add constraint orders_user_id_fkey check (total > 0) not valid;
      `,
        'db/0003_fk.sql': written`
        alter table orders add foreign key (user_id) references users (id);
      `,
      },
      shows: `
      === db/0003_fk.sql
      -alter table orders add foreign key (user_id) references users (id);
      +alter table orders add foreign key (user_id) references users (id) not valid;
      === db/0004_validate_orders_user_id_fkey1.sql
      +alter table orders validate constraint orders_user_id_fkey1;
    `,
    },
    {
      title: 'not when it is NOT VALID already',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_fk.sql': written`
        alter table orders add foreign key (user_id) references users (id) not valid;
      `,
      },
      shows: null,
    },
    {
      title: 'not when a later migration drops it',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_fk.sql': written`
        alter table orders add foreign key (user_id) references users (id);
      `,
        'db/0003_fk.sql': written`
        alter table orders drop constraint orders_user_id_fkey;
      `,
      },
      path: 'db/0002_fk.sql',
      shows: null,
    },
    {
      title: 'goose: there is nothing to undo',
      files: {
        'm/20240101000000_tables.sql': gooseTables,
        'm/20240102000000_check.sql': written`
        -- +goose up
        ALTER TABLE users ADD CONSTRAINT has_mail CHECK (email <> '');

        -- +goose down
        ALTER TABLE users DROP CONSTRAINT has_mail;
      `,
      },
      shows: `
      === m/20240102000000_check.sql
       -- +goose up
      -ALTER TABLE users ADD CONSTRAINT has_mail CHECK (email <> '');
      +ALTER TABLE users ADD CONSTRAINT has_mail CHECK (email <> '') NOT VALID;

       -- +goose down
       ALTER TABLE users DROP CONSTRAINT has_mail;
      === m/20240102000001_validate_has_mail.sql
      +-- +goose up
      +ALTER TABLE users VALIDATE CONSTRAINT has_mail;
      +
      +-- +goose down
      +-- Nothing to undo.
    `,
    },
  ],
);

describeFixes(
  'validateLater, SQL: a constraint of a new column',
  'add-column',
  (editor, operation) => {
    const [constraint] = operation.column.constraints;
    return constraint === undefined
      ? null
      : editor.validateLater(operation, constraint.span, 'orders_buyer_id_fkey');
  },
  [
    {
      title: 'becomes one of the table behind it',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_fk.sql': written`
        alter table orders
          add column buyer_id bigint default 1 references users (id) on delete set null not null, -- who
          add column note text;
      `,
      },
      shows: `
      === db/0002_fk.sql
       alter table orders
      -  add column buyer_id bigint default 1 references users (id) on delete set null not null, -- who
      +  add column buyer_id bigint default 1 not null,
      +  add constraint orders_buyer_id_fkey foreign key (buyer_id) references users (id) on delete set null not valid, -- who
         add column note text;
      === db/0003_validate_orders_buyer_id_fkey.sql
      +alter table orders validate constraint orders_buyer_id_fkey;
    `,
    },
    {
      title: 'keeps its name',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_check.sql': written`
        ALTER TABLE orders ADD COLUMN quantity int CONSTRAINT positive CHECK (quantity > 0) DEFAULT 1;
      `,
      },
      shows: `
      === db/0002_check.sql
      -ALTER TABLE orders ADD COLUMN quantity int CONSTRAINT positive CHECK (quantity > 0) DEFAULT 1;
      +ALTER TABLE orders ADD COLUMN quantity int DEFAULT 1, ADD CONSTRAINT positive CHECK (quantity > 0) NOT VALID;
      === db/0003_validate_positive.sql
      +ALTER TABLE orders VALIDATE CONSTRAINT positive;
    `,
    },
  ],
);

describeFixes(
  'buildKeyThroughIndex, SQL',
  'add-constraint',
  (editor, operation) => editor.buildKeyThroughIndex(operation, 'users_email_key'),
  [
    {
      title: 'alone, the index takes its place',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_key.sql': written`
        -- one mail, one user
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE NULLS NOT DISTINCT (email) INCLUDE (id) WITH (fillfactor = 70) USING INDEX TABLESPACE fast DEFERRABLE INITIALLY DEFERRED;
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_key.sql
       -- one mail, one user
      -ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE NULLS NOT DISTINCT (email) INCLUDE (id) WITH (fillfactor = 70) USING INDEX TABLESPACE fast DEFERRABLE INITIALLY DEFERRED;
      +CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email) INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE fast;
      === db/0003_add_users_email_key.sql
      +ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key DEFERRABLE INITIALLY DEFERRED;
    `,
    },
    {
      title: 'goose: beside others both move, and what drops it goes',
      files: {
        'm/20240101000000_tables.sql': gooseTables,
        'm/20240102000000_key.sql': written`
        -- +goose Up
        ALTER TABLE users ADD COLUMN name text;
        -- one mail, one user
        ALTER TABLE users ADD UNIQUE (email);

        -- +goose Down
        ALTER TABLE users DROP CONSTRAINT users_email_key, DROP COLUMN name;
      `,
      },
      shows: `
      === m/20240102000000_key.sql
       -- +goose Up
       ALTER TABLE users ADD COLUMN name text;
      --- one mail, one user
      -ALTER TABLE users ADD UNIQUE (email);

       -- +goose Down
      -ALTER TABLE users DROP CONSTRAINT users_email_key, DROP COLUMN name;
      +ALTER TABLE users DROP COLUMN name;
      === m/20240102000001_build_users_email_key.sql
      +-- +goose NO TRANSACTION
      +-- +goose Up
      +-- one mail, one user
      +CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
      +
      +-- +goose Down
      +DROP INDEX CONCURRENTLY IF EXISTS users_email_key;
      === m/20240102000002_add_users_email_key.sql
      +-- +goose Up
      +ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
      +
      +-- +goose Down
      +ALTER TABLE users DROP CONSTRAINT users_email_key;
    `,
    },
    {
      title: 'one of several actions',
      files: {
        'm/20240101000000_tables.sql': gooseTables,
        'm/20240102000000_key.sql': written`
        -- +goose Up
        ALTER TABLE users
          ADD UNIQUE (email), -- one mail, one user
          ADD COLUMN name text;
      `,
      },
      shows: `
      === m/20240102000000_key.sql
       -- +goose Up
       ALTER TABLE users
      -  ADD UNIQUE (email), -- one mail, one user
      +  -- one mail, one user
         ADD COLUMN name text;
      === m/20240102000001_build_users_email_key.sql
      +-- +goose NO TRANSACTION
      +-- +goose Up
      +CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
      === m/20240102000002_add_users_email_key.sql
      +-- +goose Up
      +ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
    `,
    },
    {
      title: 'a primary key',
      files: {
        'db/0001_logs.sql': written`
        create table logs (id bigint not null);
      `,
        'db/0002_key.sql': written`
        alter table logs add primary key (id);
      `,
      },
      shows: `
      === db/0002_key.sql
      -alter table logs add primary key (id);
      +create unique index concurrently logs_pkey on logs (id);
      === db/0003_add_logs_pkey.sql
      +alter table logs add constraint logs_pkey primary key using index logs_pkey;
    `,
    },
    {
      title: 'not when it is made from an index',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_key.sql': written`
        create unique index concurrently users_email_key on users (email);
        alter table users add constraint users_email_key unique using index users_email_key;
      `,
      },
      shows: null,
    },
  ],
);

describeFixes(
  'setNotNullThroughCheck, SQL',
  'set-not-null',
  (editor, operation) => editor.setNotNullThroughCheck(operation),
  [
    {
      title: 'dbmate: both ways',
      files: {
        'm/20240101000000_tables.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text);
      `,
        'm/20240102000000_required.sql': written`
        -- migrate:up
        -- everybody has one
        alter table users alter column email set not null;

        -- migrate:down
        alter table users alter column email drop not null;
      `,
      },
      shows: `
      === m/20240102000000_required.sql
       -- migrate:up
       -- everybody has one
      -alter table users alter column email set not null;
      +alter table users add constraint users_email_not_null_check check (email is not null) not valid;

       -- migrate:down
      -alter table users alter column email drop not null;
      +alter table users drop constraint users_email_not_null_check;
      === m/20240102000001_require_email_of_users.sql
      +-- migrate:up
      +-- The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +alter table users validate constraint users_email_not_null_check;
      +alter table users alter column email set not null;
      +alter table users drop constraint users_email_not_null_check;
      +
      +-- migrate:down
      +alter table users add constraint users_email_not_null_check check (email is not null) not valid;
      +alter table users alter column email drop not null;
    `,
    },
    {
      title: 'one of several actions, names in quotes',
      files: {
        'db/0001_tables.sql': written`
        CREATE TABLE "Users" ("eMail" text);
      `,
        'db/0002_required.sql': written`
        ALTER TABLE "Users"
            ALTER COLUMN "eMail" TYPE varchar, -- longer
            ALTER COLUMN "eMail" SET NOT NULL;
      `,
      },
      shows: `
      === db/0002_required.sql
       ALTER TABLE "Users"
           ALTER COLUMN "eMail" TYPE varchar, -- longer
      -    ALTER COLUMN "eMail" SET NOT NULL;
      +    ADD CONSTRAINT "Users_eMail_not_null_check" CHECK ("eMail" IS NOT NULL) NOT VALID;
      === db/0003_require_e_mail_of_users.sql
      +-- The constraint proves that there is no NULL, so no row is read while reads and writes wait.
      +ALTER TABLE "Users" VALIDATE CONSTRAINT "Users_eMail_not_null_check";
      +ALTER TABLE "Users" ALTER COLUMN "eMail" SET NOT NULL;
      +ALTER TABLE "Users" DROP CONSTRAINT "Users_eMail_not_null_check";
    `,
    },
    {
      title: 'not when a validated CHECK proves it',
      files: {
        'db/0001_tables.sql': tables,
        'db/0002_check.sql': written`
        alter table users add constraint has_mail check (email is not null);
      `,
        'db/0003_required.sql': written`
        alter table users alter column email set not null;
      `,
      },
      shows: null,
    },
  ],
);

describeFixes(
  'buildKeyThroughIndex, where it stands alone',
  'add-constraint',
  (editor, operation) => editor.buildKeyThroughIndex(operation, 'users_mail'),
  [
    {
      title: 'what drops the index leaves its transaction too',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text);

        -- migrate:down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        alter table users add constraint users_mail unique (email);

        -- migrate:down
        alter table users drop constraint users_mail;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      --- migrate:up
      -alter table users add constraint users_mail unique (email);
      +-- migrate:up transaction:false
      +create unique index concurrently users_mail on users (email);

      --- migrate:down
      -alter table users drop constraint users_mail;
      +-- migrate:down transaction:false
      +drop index concurrently if exists users_mail;
      === m/20240102000001_add_users_mail.sql
      +-- migrate:up
      +alter table users add constraint users_mail unique using index users_mail;
      +
      +-- migrate:down
      +alter table users drop constraint users_mail;
    `,
    },
  ],
);

describeFixes(
  'buildKeyThroughIndex, beside others on the way down',
  'add-constraint',
  (editor, operation) => editor.buildKeyThroughIndex(operation, 'users_mail'),
  [
    {
      title: 'what drops the index stays in its transaction',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text);

        -- migrate:down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        alter table users add constraint users_mail unique (email);

        -- migrate:down
        alter table users drop constraint users_mail;
        select 1;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      --- migrate:up
      -alter table users add constraint users_mail unique (email);
      +-- migrate:up transaction:false
      +create unique index concurrently users_mail on users (email);

       -- migrate:down
      -alter table users drop constraint users_mail;
      +drop index if exists users_mail;
       select 1;
      === m/20240102000001_add_users_mail.sql
      +-- migrate:up
      +alter table users add constraint users_mail unique using index users_mail;
      +
      +-- migrate:down
      +alter table users drop constraint users_mail;
    `,
    },
  ],
);
