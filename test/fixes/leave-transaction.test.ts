// A statement that refuses a transaction comes out of it: where it stands, or by a move that nothing in the history is hurt by.

import { describeFixes, type FixCase, written } from './support/mend.js';

const table = 'create table users (id bigint primary key, email text, name text);';

interface Tool {
  readonly title: string;
  /** Path of the migration of that number. */
  path(index: number): string;
  text(up: string, down: string): string;
}

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

const TOOLS: readonly Tool[] = [
  {
    title: 'BEGIN and COMMIT',
    path: (index) => `db/000${index}_mail.sql`,
    text: (up) => lines('begin;', up, 'commit;'),
  },
  {
    title: 'dbmate',
    path: (index) => `m/2024010${index}000000_mail.sql`,
    text: (up, down) => lines('-- migrate:up', up, '', '-- migrate:down', down),
  },
  {
    title: 'sqlx',
    path: (index) => `m/2024010${index}000000_mail.up.sql`,
    text: (up) => lines(up),
  },
  {
    title: 'Flyway',
    path: (index) => `m/V${index}__mail.sql`,
    text: (up) => lines(up),
  },
  {
    title: 'Diesel',
    path: (index) => `m/2024-01-0${index}-000000_mail/up.sql`,
    text: (up) => lines(up),
  },
  {
    title: 'Prisma',
    path: (index) => `m/2024010${index}000000_mail/migration.sql`,
    text: (up) => lines(up),
  },
];

/** Statements behind the index, in the same migration or in a later one, that need it. */
const NEEDED: readonly (readonly [why: string, sql: string])[] = [
  ['a constraint is made of it', 'alter table users add constraint u unique using index users_u;'],
  ['it is renamed', 'alter index users_u rename to users_v;'],
  ['it is commented on', "comment on index users_u is 'for logins';"],
  ['rows are clustered by it', 'alter table users cluster on users_u;'],
  ['an upsert counts on it', "insert into users values (1, 'a') on conflict (email) do nothing;"],
  ['a foreign key counts on it', 'create table mails (email text references users (email));'],
  ['its column goes', 'alter table users drop column email;'],
  ['its column gets another name', 'alter table users rename column email to mail;'],
  ['its table goes', 'drop table users;'],
  ['a block has it in its text', "do $$ begin execute 'drop index users_u'; end $$;"],
];

const index = 'create unique index concurrently users_u on users (email);';

for (const { title, path, text } of TOOLS) {
  const needed = NEEDED.flatMap(([why, sql]): FixCase[] => [
    {
      title: `not where ${why} in the same migration`,
      files: { [path(1)]: text(table, ''), [path(2)]: text(`${index}\n${sql}`, '') },
      shows: null,
    },
    {
      title: `not where ${why} later`,
      files: {
        [path(1)]: text(table, ''),
        [path(2)]: text(`alter table users add column age int;\n${index}`, ''),
        [path(3)]: text(sql, ''),
      },
      path: path(2),
      shows: null,
    },
  ]);
  describeFixes(`leaveTransaction, ${title}`, 'create-index', (editor) => editor.leaveTransaction(), needed);
}

describeFixes(
  'leaveTransaction of an index that moves',
  'create-index',
  (editor) => editor.leaveTransaction(),
  [
    {
      title: 'plain: BEGIN and COMMIT hold more, so it moves',
      files: {
        'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
        'db/0002_mail.sql': written`
        begin;
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);
        commit;
      `,
      },
      shows: `
      === db/0002_mail.sql
       begin;
       alter table users add column age int;

      --- for logins
      -create unique index concurrently users_u on users (email);
       commit;
      === db/0003_add_users_u.sql
      +-- for logins
      +create unique index concurrently users_u on users (email);
    `,
    },
    {
      title: 'what undoes it is said where the way down leaves it to the end of a column',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key);

        -- migrate:down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        alter table users add column email text;
        create index concurrently users_u on users (email);

        -- migrate:down
        alter table users drop column email;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- migrate:up
       alter table users add column email text;
      -create index concurrently users_u on users (email);

       -- migrate:down
       alter table users drop column email;
      === m/20240102000001_add_users_u.sql
      +-- migrate:up transaction:false
      +create index concurrently users_u on users (email);
      +
      +-- migrate:down transaction:false
      +drop index concurrently if exists users_u;
    `,
    },
    {
      title: 'not where the search path of a new migration is another one',
      files: {
        'db/0001_users.sql': written`
        create schema app;
        create table app.users (id bigint primary key, email text);
      `,
        'db/0002_mail.sql': written`
        set search_path = app;
        begin;
        alter table users add column age int;
        create index concurrently users_u on users (email);
        commit;
      `,
      },
      shows: null,
    },
    {
      title: 'plain, with CRLF',
      files: {
        'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
        'db/0002_mail.sql': written`
        BEGIN;␍
        alter table users add column age int;␍
        ␍
        -- for logins␍
        create unique index concurrently users_u on users (email);␍
        COMMIT;␍
      `,
      },
      shows: `
      === db/0002_mail.sql
       BEGIN;␍
       alter table users add column age int;␍
       ␍
      --- for logins␍
      -create unique index concurrently users_u on users (email);␍
       COMMIT;␍
      === db/0003_add_users_u.sql
      +-- for logins␍
      +create unique index concurrently users_u on users (email);␍
    `,
    },
    {
      title: 'dbmate: what undoes it moves along',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text, name text);

        -- migrate:down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);

        -- migrate:down
        drop index users_u;
        alter table users drop column age;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- migrate:up
       alter table users add column age int;

      --- for logins
      -create unique index concurrently users_u on users (email);
      -
       -- migrate:down
      -drop index users_u;
       alter table users drop column age;
      === m/20240102000001_add_users_u.sql
      +-- migrate:up transaction:false
      +-- for logins
      +create unique index concurrently users_u on users (email);
      +
      +-- migrate:down transaction:false
      +drop index concurrently users_u;
    `,
    },
    {
      title: 'dbmate: alone, what undoes it leaves its transaction too',
      files: {
        'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text, name text);

        -- migrate:down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- migrate:up
        create index concurrently users_u on users (email);

        -- migrate:down
        drop index concurrently users_u;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      --- migrate:up
      +-- migrate:up transaction:false
       create index concurrently users_u on users (email);

      --- migrate:down
      +-- migrate:down transaction:false
       drop index concurrently users_u;
    `,
    },
    {
      title: 'goose: it stays, also where a later statement needs it',
      files: {
        'm/20240101000000_users.sql': written`
        -- +goose Up
        create table users (id bigint primary key, email text, name text);

        -- +goose Down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- +goose Up
        create unique index concurrently users_u on users (email);
        alter table users add constraint u unique using index users_u;

        -- +goose Down
        alter table users drop constraint u;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
      +-- +goose NO TRANSACTION
       -- +goose Up
       create unique index concurrently users_u on users (email);
       alter table users add constraint u unique using index users_u;

       -- +goose Down
       alter table users drop constraint u;
    `,
    },
    {
      title: 'goose: it moves where another statement needs the transaction',
      files: {
        'm/20240101000000_users.sql': written`
        -- +goose Up
        create table users (id bigint primary key, email text, name text);

        -- +goose Down
        drop table users;
      `,
        'm/20240102000000_mail.sql': written`
        -- +goose Up
        set local lock_timeout = '2s';
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);

        -- +goose Down
        drop index users_u;
        alter table users drop column age;
      `,
      },
      shows: `
      === m/20240102000000_mail.sql
       -- +goose Up
       set local lock_timeout = '2s';
       alter table users add column age int;

      --- for logins
      -create unique index concurrently users_u on users (email);
      -
       -- +goose Down
      -drop index users_u;
       alter table users drop column age;
      === m/20240102000001_add_users_u.sql
      +-- +goose NO TRANSACTION
      +-- +goose Up
      +-- for logins
      +create unique index concurrently users_u on users (email);
      +
      +-- +goose Down
      +drop index concurrently users_u;
    `,
    },
    {
      title: 'Flyway: it would mix statements, so it moves',
      files: {
        'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
        'm/V2__mail.sql': written`
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);
      `,
        'm/U2__mail.sql': written`
        drop index users_u;
        alter table users drop column age;
      `,
      },
      path: 'm/V2__mail.sql',
      shows: `
      === m/U2__mail.sql
      -drop index users_u;
       alter table users drop column age;
      === m/U3__add_users_u.sql
      +drop index concurrently users_u;
      === m/V2__mail.sql
       alter table users add column age int;
      -
      --- for logins
      -create unique index concurrently users_u on users (email);
      === m/V3__add_users_u.sql
      +-- for logins
      +create unique index concurrently users_u on users (email);
    `,
    },
    {
      title: 'sqlx: both files of the new migration run outside',
      files: {
        'm/20240101000000_users.up.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
        'm/20240102000000_mail.up.sql': written`
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);
      `,
        'm/20240102000000_mail.down.sql': written`
        drop index users_u;
        alter table users drop column age;
      `,
      },
      path: 'm/20240102000000_mail.up.sql',
      shows: `
      === m/20240102000000_mail.down.sql
      -drop index users_u;
       alter table users drop column age;
      === m/20240102000000_mail.up.sql
       alter table users add column age int;
      -
      --- for logins
      -create unique index concurrently users_u on users (email);
      === m/20240102000001_add_users_u.down.sql
      +-- no-transaction
      +drop index concurrently users_u;
      === m/20240102000001_add_users_u.up.sql
      +-- no-transaction
      +-- for logins
      +create unique index concurrently users_u on users (email);
    `,
    },
    {
      title: 'Diesel: metadata says so',
      files: {
        'm/2024-01-01-000000_users/up.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
        'm/2024-01-02-000000_mail/up.sql': written`
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);
      `,
        'm/2024-01-02-000000_mail/down.sql': written`
        drop index users_u;
        alter table users drop column age;
      `,
      },
      path: 'm/2024-01-02-000000_mail/up.sql',
      shows: `
      === m/2024-01-02-000000_mail/down.sql
      -drop index users_u;
       alter table users drop column age;
      === m/2024-01-02-000000_mail/up.sql
       alter table users add column age int;
      -
      --- for logins
      -create unique index concurrently users_u on users (email);
      === m/2024-01-02-000001_add_users_u/down.sql
      +drop index concurrently users_u;
      === m/2024-01-02-000001_add_users_u/metadata.toml
      +run_in_transaction = false
      === m/2024-01-02-000001_add_users_u/up.sql
      +-- for logins
      +create unique index concurrently users_u on users (email);
    `,
    },
    {
      title: 'sqlx: a later file that does not need it is no hindrance',
      files: {
        'm/20240101000000_users.up.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
        'm/20240102000000_mail.up.sql': written`
        alter table users add column age int;

        -- for logins
        create unique index concurrently users_u on users (email);
      `,
        'm/20240103000000_more.up.sql': written`
        create index users_name on users (name);
      `,
      },
      path: 'm/20240102000000_mail.up.sql',
      shows: `
      === m/20240102000000_mail.up.sql
       alter table users add column age int;
      -
      --- for logins
      -create unique index concurrently users_u on users (email);
      === m/20240103000001_add_users_u.up.sql
      +-- no-transaction
      +-- for logins
      +create unique index concurrently users_u on users (email);
    `,
    },
  ],
);

describeFixes('leaveTransaction of DROP INDEX', 'drop-index', (editor) => editor.leaveTransaction(), [
  {
    title: 'moves',
    files: {
      'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'db/0002_mail.sql': written`
        begin;
        drop index concurrently users_email_idx;
        alter table users add column age int;
        commit;
      `,
    },
    shows: `
      === db/0002_mail.sql
       begin;
      -drop index concurrently users_email_idx;
       alter table users add column age int;
       commit;
      === db/0003_drop_users_email_idx.sql
      +drop index concurrently users_email_idx;
    `,
  },
  {
    title: 'with what undoes it',
    files: {
      'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);

        -- migrate:down
        drop table users;
      `,
      'm/20240102000000_mail.sql': written`
        -- migrate:up
        drop index concurrently users_email_idx;
        alter table users add column age int;

        -- migrate:down
        alter table users drop column age;
        create index users_email_idx on users (email);
      `,
    },
    shows: `
      === m/20240102000000_mail.sql
       -- migrate:up
      -drop index concurrently users_email_idx;
       alter table users add column age int;

       -- migrate:down
       alter table users drop column age;
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
    title: 'not where the column goes, which takes the index along',
    files: {
      'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'db/0002_mail.sql': written`
        begin;
        drop index concurrently users_email_idx;
        alter table users drop column email;
        commit;
      `,
    },
    shows: null,
  },
  {
    title: 'not where the column goes, which takes the index along later',
    files: {
      'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'm/V2__mail.sql': written`
        drop index concurrently users_email_idx;
        select 1;
      `,
      'm/V3__more.sql': written`
        alter table users drop column email;
      `,
    },
    path: 'm/V2__mail.sql',
    shows: null,
  },
  {
    title: 'not where the table goes',
    files: {
      'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'db/0002_mail.sql': written`
        begin;
        drop index concurrently users_email_idx;
        drop table users;
        commit;
      `,
    },
    shows: null,
  },
  {
    title: 'not where the table goes later',
    files: {
      'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'm/V2__mail.sql': written`
        drop index concurrently users_email_idx;
        select 1;
      `,
      'm/V3__more.sql': written`
        drop table users;
      `,
    },
    path: 'm/V2__mail.sql',
    shows: null,
  },
  {
    title: 'not where another index gets its name',
    files: {
      'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'db/0002_mail.sql': written`
        begin;
        drop index concurrently users_email_idx;
        create index users_email_idx on users (lower(email));
        commit;
      `,
    },
    shows: null,
  },
  {
    title: 'not where another index gets its name later',
    files: {
      'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'm/V2__mail.sql': written`
        drop index concurrently users_email_idx;
        select 1;
      `,
      'm/V3__more.sql': written`
        create index users_email_idx on users (lower(email));
      `,
    },
    path: 'm/V2__mail.sql',
    shows: null,
  },
  {
    title: 'not where the table moves to another schema',
    files: {
      'db/0001_users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'db/0002_mail.sql': written`
        begin;
        drop index concurrently users_email_idx;
        create schema app;
        alter table users set schema app;
        commit;
      `,
    },
    shows: null,
  },
  {
    title: 'not where the table moves to another schema later',
    files: {
      'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);
      `,
      'm/V2__mail.sql': written`
        drop index concurrently users_email_idx;
        select 1;
      `,
      'm/V3__more.sql': written`
        create schema app;
        alter table users set schema app;
      `,
    },
    path: 'm/V2__mail.sql',
    shows: null,
  },
  {
    title: 'not where what undoes it needs a column under its old name',
    files: {
      'm/20240101000000_users.sql': written`
        -- migrate:up
        create table users (id bigint primary key, email text, name text);
        create index users_email_idx on users (email);

        -- migrate:down
        drop table users;
      `,
      'm/20240102000000_mail.sql': written`
        -- migrate:up
        drop index concurrently users_email_idx;
        alter table users rename column name to label;

        -- migrate:down
        alter table users rename column label to name;
        create index users_email_idx on users (email, name);
      `,
    },
    shows: null,
  },
]);

describeFixes(
  'leaveTransaction of DETACH PARTITION',
  'detach-partition',
  (editor) => editor.leaveTransaction(),
  [
    {
      title: 'moves',
      files: {
        'm/V1__logs.sql': written`
        create table logs (at date) partition by range (at);
        create table logs_2023 partition of logs default;
      `,
        'm/V2__old.sql': written`
        alter table logs detach partition logs_2023 concurrently;
        create table other (id int);
      `,
      },
      shows: `
      === m/V2__old.sql
      -alter table logs detach partition logs_2023 concurrently;
       create table other (id int);
      === m/V3__detach_logs_2023.sql
      +alter table logs detach partition logs_2023 concurrently;
      === m/V3__detach_logs_2023.sql.conf
      +executeInTransaction=false
    `,
    },
    {
      title: 'not where the partition is used',
      files: {
        'm/V1__logs.sql': written`
        create table logs (at date) partition by range (at);
        create table logs_2023 partition of logs default;
      `,
        'm/V2__old.sql': written`
        alter table logs detach partition logs_2023 concurrently;
        drop table logs_2023;
      `,
      },
      shows: null,
    },
    {
      title: 'not where its parent is changed later',
      files: {
        'm/V1__logs.sql': written`
        create table logs (at date) partition by range (at);
        create table logs_2023 partition of logs default;
      `,
        'm/V2__old.sql': written`
        alter table logs detach partition logs_2023 concurrently;
        select 1;
      `,
        'm/V3__more.sql': written`
        alter table logs add column what text;
      `,
      },
      path: 'm/V2__old.sql',
      shows: null,
    },
  ],
);

describeFixes('leaveTransaction of VACUUM', 'maintenance', (editor) => editor.leaveTransaction(), [
  {
    title: 'moves',
    files: {
      'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
      'm/V2__old.sql': written`
        delete from users;
        vacuum users;
      `,
    },
    shows: `
      === m/V2__old.sql
       delete from users;
      -vacuum users;
      === m/V3__vacuum_users.sql
      +vacuum users;
    `,
  },
  {
    title: 'not where the table goes',
    files: {
      'm/V1__users.sql': written`
        create table users (id bigint primary key, email text, name text);
      `,
      'm/V2__old.sql': written`
        vacuum users;
        drop table users;
      `,
    },
    shows: null,
  },
]);
