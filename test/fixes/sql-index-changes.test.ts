// Indexes of SQL migrations: dropped, taken out of transactions, and added for columns that lack one.

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
  'dropIndexConcurrently, SQL',
  'drop-index',
  (editor, drop) => editor.dropIndexConcurrently(drop),
  [
    {
      title: 'in place',
      files: {
        'db/0001_users.sql': users,
        'db/0002_mail.sql': written`
        DROP INDEX IF EXISTS users_email_idx;
      `,
      },
      shows: `
      === db/0002_mail.sql
      -DROP INDEX IF EXISTS users_email_idx;
      +DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;
    `,
    },
    {
      title: 'what makes it again moves too',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text);
        create index users_email_idx on users (email);
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        drop index users_email_idx;
        alter table users add column name text;

        -- migrate:down
        alter table users drop column name;
        create index users_email_idx on users (email);
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- migrate:up
      -drop index users_email_idx;
       alter table users add column name text;

       -- migrate:down
       alter table users drop column name;
      -create index users_email_idx on users (email);
      === m/20240102000001_drop_users_email_idx.sql
      +-- migrate:up transaction:false
      +drop index concurrently users_email_idx;
      +
      +-- migrate:down transaction:false
      +create index concurrently users_email_idx on users (email);
    `,
    },
    {
      title: 'not when another index gets its name',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text);
        create index users_email_idx on users (email);
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        drop index users_email_idx;
        create index users_email_idx on users (lower(email));
      `,
      },
      shows: null,
    },
  ],
);

describeFixes('leaveTransaction, SQL', 'create-index', (editor) => editor.leaveTransaction(), [
  {
    title: 'BEGIN and COMMIT of the script go',
    files: {
      'db/0001_users.sql': users,
      'db/0002_mail.sql': written`
        begin;
        create index concurrently users_lower_idx on users (lower(email));
        commit;
      `,
    },
    shows: `
      === db/0002_mail.sql
      -begin;
       create index concurrently users_lower_idx on users (lower(email));
      -commit;
    `,
  },
  {
    title: 'goose runs statements one by one, so others may stay beside it',
    files: {
      'm/20240101000000_users.sql': gooseUsers,
      'm/20240102000000_mail.sql': written`
        -- +goose Up
        ALTER TABLE users ADD COLUMN name text;
        CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
      `,
    },
    shows: `
      === m/20240102000000_mail.sql
      +-- +goose NO TRANSACTION
       -- +goose Up
       ALTER TABLE users ADD COLUMN name text;
       CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
    `,
  },
  {
    title: 'Prisma sends a script as one text, so it has to leave',
    files: {
      'prisma/migrations/20240101000000_users/migration.sql': users,
      'prisma/migrations/20240102000000_mail/migration.sql': written`
        alter table users add column name text;
        create index concurrently users_name_idx on users (name);
      `,
    },
    shows: `
      === prisma/migrations/20240102000000_mail/migration.sql
       alter table users add column name text;
      -create index concurrently users_name_idx on users (name);
      === prisma/migrations/20240102000001_add_users_name_idx/migration.sql
      +create index concurrently users_name_idx on users (name);
    `,
  },
]);

describeFixes(
  'addIndex, SQL',
  'create-table',
  (editor, made) => editor.addIndex(made.table, ['user_id'], made.span),
  [
    {
      title: 'right behind a new table',
      files: {
        'db/0001_users.sql': users,
        'db/0002_notes.sql': written`
        CREATE TABLE notes (
          id bigint PRIMARY KEY,
          user_id bigint REFERENCES users (id) -- who wrote it
        ); -- what users write

        INSERT INTO notes VALUES (1, 1);
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_notes.sql
       CREATE TABLE notes (
         id bigint PRIMARY KEY,
         user_id bigint REFERENCES users (id) -- who wrote it
       ); -- what users write

      +CREATE INDEX notes_user_id_idx ON notes (user_id);
      +
       INSERT INTO notes VALUES (1, 1);
    `,
    },
    {
      title: 'by the naming habit of the schema',
      files: {
        'db/0001_users.sql': written`
        create table users (id bigint primary key, email text);
        create index users_email_index on users (email);
      `,
        'db/0002_notes.sql': written`
        create table notes (id bigint primary key, user_id bigint)
      `,
      },
      keepsSchema: false,
      shows: `
      === db/0002_notes.sql
      -create table notes (id bigint primary key, user_id bigint)
      +create table notes (id bigint primary key, user_id bigint);
      +create index notes_user_id_index on notes (user_id);
    `,
    },
    {
      title: 'not where there is one',
      files: {
        'db/0001_users.sql': users,
        'db/0002_notes.sql': written`
        create table notes (id bigint primary key, user_id bigint);
        create index on notes (user_id, id);
      `,
      },
      shows: null,
    },
  ],
);

describeFixes(
  'addIndex to an existing table, SQL',
  'add-column',
  (editor, { table, column, span }) => editor.addIndex(table, [column.name.name], span),
  [
    {
      title: 'in a migration of its own',
      files: {
        'm/20240101000000_users.sql': dbmateUsers,
        'm/20240102000000_boss.sql': written`
        -- migrate:up
        alter table users add column boss_id bigint references users (id);

        -- migrate:down
        alter table users drop column boss_id;
      `,
      },
      keepsSchema: false,
      shows: `
      === m/20240102000001_add_users_boss_id_idx.sql
      +-- migrate:up transaction:false
      +create index concurrently users_boss_id_idx on users (boss_id);
      +
      +-- migrate:down transaction:false
      +drop index concurrently users_boss_id_idx;
    `,
    },
  ],
);

describeFixes(
  'makeIndexConcurrent, sqlx',
  'create-index',
  (editor, index) => editor.makeIndexConcurrent(index),
  [
    {
      title: 'a script of one statement has a transaction as well',
      files: {
        'm/20240101000000_users.up.sql': written`
        create table users (id bigint primary key, email text);
      `,
        'm/20240102000000_mail.up.sql': written`
        create index users_mail on users (email);
      `,
      },
      shows: `
      === m/20240102000000_mail.up.sql
      -create index users_mail on users (email);
      +-- no-transaction
      +create index concurrently users_mail on users (email);
    `,
    },
  ],
);
