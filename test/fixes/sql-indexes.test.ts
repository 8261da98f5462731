// Indexes of SQL migrations built concurrently: where they stand, or in a migration of their own, in every layout.

import { describeFixes, written } from './support/mend.js';

/** Earlier migrations, of no tool that we know. */
const users = written`
  create table users (id bigint primary key, email text);
  create index users_email_idx on users (email);
`;

const gooseUsers = written`
  -- +goose Up
  CREATE TABLE users (id bigint PRIMARY KEY, email text);

  -- +goose Down
  DROP TABLE users;
`;

const dbmateUsers = written`
  -- migrate:up
  create table users (id bigint primary key, email text);

  -- migrate:down
  drop table users;
`;

describeFixes(
  'makeIndexConcurrent, SQL',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'in plain files nothing is known of a transaction, so it stays where it is',
      files: {
        'db/0001_users.sql': users,
        'db/0002_mail.sql': written`
        alter table users add column name text;

        -- fast lookups
        CREATE UNIQUE INDEX users_name_idx
          ON users (name);
      `,
      },
      shows: `
      === db/0002_mail.sql
       alter table users add column name text;

       -- fast lookups
      -CREATE UNIQUE INDEX users_name_idx
      +CREATE UNIQUE INDEX CONCURRENTLY users_name_idx
         ON users (name);
    `,
    },
    {
      title: 'a transaction of the script around it alone goes',
      files: {
        'db/0001_users.sql': users,
        'db/0002_mail.sql': written`
        begin;

        create index users_lower_idx on users (lower(email));

        commit;
      `,
      },
      shows: `
      === db/0002_mail.sql
      -begin;
      -
      -create index users_lower_idx on users (lower(email));
      -
      -commit;
      +create index concurrently users_lower_idx on users (lower(email));
    `,
    },
    {
      title: 'it leaves a transaction of the script that does more, with its comments',
      files: {
        'db/0001_users.sql': users,
        'db/0002_mail.sql': written`
        BEGIN;
        ALTER TABLE users ADD COLUMN name text;

        -- fast lookups
        CREATE INDEX users_name_idx ON users (name); -- by name

        COMMIT;
      `,
      },
      shows: `
      === db/0002_mail.sql
       BEGIN;
       ALTER TABLE users ADD COLUMN name text;

      --- fast lookups
      -CREATE INDEX users_name_idx ON users (name); -- by name
      -
       COMMIT;
      === db/0003_add_users_name_idx.sql
      +-- fast lookups
      +CREATE INDEX CONCURRENTLY users_name_idx ON users (name); -- by name
    `,
    },
    {
      title: 'goose: alone, both ways run outside',
      files: {
        'm/20240101000000_users.sql': gooseUsers,
        'm/20240102000000_mail.sql': written`
        -- +goose Up
        CREATE INDEX users_email_idx ON users (email);

        -- +goose Down
        DROP INDEX users_email_idx;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      +-- +goose NO TRANSACTION
       -- +goose Up
      -CREATE INDEX users_email_idx ON users (email);
      +CREATE INDEX CONCURRENTLY users_email_idx ON users (email);

       -- +goose Down
      -DROP INDEX users_email_idx;
      +DROP INDEX CONCURRENTLY users_email_idx;
    `,
    },
    {
      title: 'goose: beside other statements it moves, and what drops it moves too',
      files: {
        'm/20240101000000_users.sql': gooseUsers,
        'm/20240102000000_mail.sql': written`
        -- +goose Up
        ALTER TABLE users ADD COLUMN name text;
        -- why it is there
        CREATE INDEX users_name_idx ON users (name);

        -- +goose Down
        DROP INDEX users_name_idx;
        ALTER TABLE users DROP COLUMN name;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- +goose Up
       ALTER TABLE users ADD COLUMN name text;
      --- why it is there
      -CREATE INDEX users_name_idx ON users (name);

       -- +goose Down
      -DROP INDEX users_name_idx;
       ALTER TABLE users DROP COLUMN name;
      === m/20240102000001_add_users_name_idx.sql
      +-- +goose NO TRANSACTION
      +-- +goose Up
      +-- why it is there
      +CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
      +
      +-- +goose Down
      +DROP INDEX CONCURRENTLY users_name_idx;
    `,
    },
    {
      title: 'goose: a second index may lose its transaction too',
      files: {
        'm/20240101000000_users.sql': gooseUsers,
        'm/20240102000000_mail.sql': written`
        -- +goose Up
        CREATE INDEX users_email_idx ON users (email);
        CREATE INDEX users_lower_idx ON users (lower(email));
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      +-- +goose NO TRANSACTION
       -- +goose Up
      -CREATE INDEX users_email_idx ON users (email);
      +CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
       CREATE INDEX users_lower_idx ON users (lower(email));
    `,
    },
    {
      title: 'dbmate: alone',
      files: {
        'm/20240101000000_users.sql': dbmateUsers,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        create index users_email_idx on users (email);

        -- migrate:down
        drop index users_email_idx;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      --- migrate:up
      -create index users_email_idx on users (email);
      +-- migrate:up transaction:false
      +create index concurrently users_email_idx on users (email);

      --- migrate:down
      -drop index users_email_idx;
      +-- migrate:down transaction:false
      +drop index concurrently users_email_idx;
    `,
    },
    {
      title: 'dbmate: a script is sent as one text, so even a second index has to leave',
      files: {
        'm/20240101000000_users.sql': dbmateUsers,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        create index users_email_idx on users (email);
        create index users_lower_idx on users (lower(email));

        -- migrate:down
        drop index users_lower_idx;
        drop index users_email_idx;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- migrate:up
      -create index users_email_idx on users (email);
       create index users_lower_idx on users (lower(email));

       -- migrate:down
       drop index users_lower_idx;
      -drop index users_email_idx;
      === m/20240102000001_add_users_email_idx.sql
      +-- migrate:up transaction:false
      +create index concurrently users_email_idx on users (email);
      +
      +-- migrate:down transaction:false
      +drop index concurrently users_email_idx;
    `,
    },
    {
      title: 'sql-migrate',
      files: {
        'm/1_users.sql': written`
        -- +migrate Up
        CREATE TABLE users (id bigint PRIMARY KEY, email text);
      `,
        'm/2_mail.sql': written`
        -- +migrate Up
        ALTER TABLE users ADD COLUMN name text;
        CREATE INDEX users_name_idx ON users (name);

        -- +migrate Down
        DROP INDEX users_name_idx;
        ALTER TABLE users DROP COLUMN name;
      `,
      },
      shows: `
      === m/2_mail.sql
       -- +migrate Up
       ALTER TABLE users ADD COLUMN name text;
      -CREATE INDEX users_name_idx ON users (name);

       -- +migrate Down
      -DROP INDEX users_name_idx;
       ALTER TABLE users DROP COLUMN name;
      === m/3_add_users_name_idx.sql
      +-- +migrate Up notransaction
      +CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
      +
      +-- +migrate Down notransaction
      +DROP INDEX CONCURRENTLY users_name_idx;
    `,
    },
    {
      title: 'golang-migrate: two files, Windows line ends',
      files: {
        'm/000001_users.up.sql': users,
        'm/000002_mail.up.sql': written`
        ALTER TABLE users ADD COLUMN name text;␍
        CREATE INDEX users_name_idx ON users (name);␍
      `,
        'm/000002_mail.down.sql': written`
        DROP INDEX users_name_idx;␍
        ALTER TABLE users DROP COLUMN name;␍
      `,
      },
      path: 'm/000002_mail.up.sql',
      shows: `
      === m/000002_mail.down.sql
      -DROP INDEX users_name_idx;␍
       ALTER TABLE users DROP COLUMN name;␍
      === m/000002_mail.up.sql
       ALTER TABLE users ADD COLUMN name text;␍
      -CREATE INDEX users_name_idx ON users (name);␍
      === m/000003_add_users_name_idx.down.sql
      +DROP INDEX CONCURRENTLY users_name_idx;␍
      === m/000003_add_users_name_idx.up.sql
      +CREATE INDEX CONCURRENTLY users_name_idx ON users (name);␍
    `,
    },
    {
      title: 'sqlx: a comment at the top of dated files',
      files: {
        'm/20240101000000_users.up.sql': users,
        'm/20240102000000_mail.up.sql': written`
        alter table users add column name text;
        create index users_name_idx on users (name);
      `,
        'm/20240102000000_mail.down.sql': written`
        drop index users_name_idx;
        alter table users drop column name;
      `,
      },
      path: 'm/20240102000000_mail.up.sql',
      shows: `
      === m/20240102000000_mail.down.sql
      -drop index users_name_idx;
       alter table users drop column name;
      === m/20240102000000_mail.up.sql
       alter table users add column name text;
      -create index users_name_idx on users (name);
      === m/20240102000001_add_users_name_idx.down.sql
      +-- no-transaction
      +drop index concurrently users_name_idx;
      === m/20240102000001_add_users_name_idx.up.sql
      +-- no-transaction
      +create index concurrently users_name_idx on users (name);
    `,
    },
    {
      title: 'Diesel: hyphens in versions, metadata.toml',
      files: {
        'migrations/2024-01-01-000000_users/up.sql': users,
        'migrations/2024-01-02-000000_mail/up.sql': written`
        ALTER TABLE users ADD COLUMN name text;
        CREATE INDEX users_name_idx ON users (name);
      `,
        'migrations/2024-01-02-000000_mail/down.sql': written`
        DROP INDEX users_name_idx;
        ALTER TABLE users DROP COLUMN name;
      `,
      },
      path: 'migrations/2024-01-02-000000_mail/up.sql',
      shows: `
      === migrations/2024-01-02-000000_mail/down.sql
      -DROP INDEX users_name_idx;
       ALTER TABLE users DROP COLUMN name;
      === migrations/2024-01-02-000000_mail/up.sql
       ALTER TABLE users ADD COLUMN name text;
      -CREATE INDEX users_name_idx ON users (name);
      === migrations/2024-01-02-000001_add_users_name_idx/down.sql
      +DROP INDEX CONCURRENTLY users_name_idx;
      === migrations/2024-01-02-000001_add_users_name_idx/metadata.toml
      +run_in_transaction = false
      === migrations/2024-01-02-000001_add_users_name_idx/up.sql
      +CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
    `,
    },
    {
      title: 'Diesel: alone',
      files: {
        'migrations/2024-01-01-000000_users/up.sql': users,
        'migrations/2024-01-02-000000_mail/up.sql': written`
        CREATE INDEX users_lower_idx ON users (lower(email));
      `,
      },
      shows: `
      === migrations/2024-01-02-000000_mail/metadata.toml
      +run_in_transaction = false
      === migrations/2024-01-02-000000_mail/up.sql
      -CREATE INDEX users_lower_idx ON users (lower(email));
      +CREATE INDEX CONCURRENTLY users_lower_idx ON users (lower(email));
    `,
    },
    {
      title: 'Prisma quotes all names',
      files: {
        'prisma/migrations/20240101000000_users/migration.sql': written`
        -- CreateTable
        CREATE TABLE "User" ("id" INTEGER NOT NULL, "email" TEXT);
      `,
        'prisma/migrations/20240102000000_mail/migration.sql': written`
        -- AlterTable
        ALTER TABLE "User" ADD COLUMN "name" TEXT;

        -- CreateIndex
        CREATE INDEX "User_name_idx" ON "User"("name");
      `,
      },
      shows: `
      === prisma/migrations/20240102000000_mail/migration.sql
       -- AlterTable
       ALTER TABLE "User" ADD COLUMN "name" TEXT;
      -
      --- CreateIndex
      -CREATE INDEX "User_name_idx" ON "User"("name");
      === prisma/migrations/20240102000001_add_user_name_idx/migration.sql
      +-- CreateIndex
      +CREATE INDEX CONCURRENTLY "User_name_idx" ON "User"("name");
    `,
    },
    {
      title: 'Flyway',
      files: {
        'db/V1__users.sql': users,
        'db/V1.1__mail.sql': written`
        ALTER TABLE users ADD COLUMN name text;
        CREATE INDEX users_name_idx ON users (name);
      `,
      },
      shows: `
      === db/V1.1__mail.sql
       ALTER TABLE users ADD COLUMN name text;
      -CREATE INDEX users_name_idx ON users (name);
      === db/V1.2__add_users_name_idx.sql
      +CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
    `,
    },
    {
      title: 'Supabase',
      files: {
        'supabase/migrations/20240101000000_users.sql': users,
        'supabase/migrations/20240102000000_mail.sql': written`
        alter table users add column name text;

        create index if not exists users_name_idx on users (name);
      `,
      },
      shows: `
      === supabase/migrations/20240102000000_mail.sql
       alter table users add column name text;
      -
      -create index if not exists users_name_idx on users (name);
      === supabase/migrations/20240102000001_add_users_name_idx.sql
      +create index concurrently if not exists users_name_idx on users (name);
    `,
    },
    {
      title: 'an index without a name',
      files: {
        'm/20240101000000_users.sql': dbmateUsers,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        alter table users add column name text;
        create index on users (name);
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- migrate:up
       alter table users add column name text;
      -create index on users (name);
      === m/20240102000001_add_index_to_users.sql
      +-- migrate:up transaction:false
      +create index concurrently on users (name);
    `,
    },
    {
      title: 'not when a later migration drops it',
      files: {
        'm/20240101000000_users.sql': dbmateUsers,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        alter table users add column name text;
        create index users_name_idx on users (name);
      `,
        'm/20240103000000_drop.sql': written`
        -- migrate:up
        drop index users_name_idx;
      `,
      },
      path: 'm/20240102000000_mail.sql',
      shows: null,
    },
    {
      title: 'not when a foreign key of the same migration needs it',
      files: {
        'm/20240101000000_users.sql': dbmateUsers,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        create unique index users_email_idx on users (email);
        create table logins (email text references users (email));
      `,
      },
      shows: null,
    },
  ],
);
