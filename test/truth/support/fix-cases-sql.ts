// SQL that each rule with a fix finds fault with, in scripts of every layout, and with names written in several ways.

import type { MemoryFile } from '../../support/workspace.js';

/** How the names of a schema are written. */
export interface Names {
  readonly setup: readonly string[];
  readonly schema: string;
  readonly users: string;
  readonly orders: string;
  column(name: string): string;
  index(name: string): string;
}

export const plainNames: Names = {
  setup: [],
  schema: '',
  users: 'users',
  orders: 'orders',
  column: (name) => name,
  index: (name) => name,
};

export const qualifiedNames: Names = {
  ...plainNames,
  setup: ['create schema app'],
  schema: 'app.',
  users: 'app.users',
  orders: 'app.orders',
};

export const quotedNames: Names = {
  ...plainNames,
  users: '"User Accounts"',
  orders: '"Orders"',
  column: (name) => `"${name.replace(/_./g, (part) => part.slice(1).toUpperCase())}"`,
  index: (name) => `"${name} $1"`,
};

export interface Mended {
  readonly rule: string;
  readonly title: string;
  readonly up: string;
  readonly down: string;
}

export function subjects(n: Names): readonly Mended[] {
  const alter = `alter table ${n.orders}`;
  const c = n.column;
  return [
    {
      rule: 'create-index-blocking-writes',
      title: 'index',
      up: `create index ${n.index('orders_total')} on ${n.orders} (${c('total')})`,
      down: `drop index ${n.schema}${n.index('orders_total')}`,
    },
    {
      rule: 'create-index-blocking-writes',
      title: 'unnamed index',
      up: `create index on ${n.orders} (${c('total')}, lower(${c('note')}))`,
      down: 'select 1',
    },
    {
      rule: 'create-index-blocking-writes',
      title: 'unique index',
      up: `create unique index ${n.index('users_mail')} on ${n.users} (${c('email')}) where ${c('email')} is not null`,
      down: `drop index if exists ${n.schema}${n.index('users_mail')}`,
    },
    {
      rule: 'drop-index-blocking',
      title: 'drop index',
      up: `drop index ${n.schema}${n.index('orders_note')}`,
      down: `create index ${n.index('orders_note')} on ${n.orders} (${c('note')})`,
    },
    {
      rule: 'concurrently-in-transaction',
      title: 'concurrent index',
      up: `create index concurrently ${n.index('orders_total')} on ${n.orders} (${c('total')})`,
      down: `drop index ${n.schema}${n.index('orders_total')}`,
    },
    {
      rule: 'concurrently-in-transaction',
      title: 'concurrent drop',
      up: `drop index concurrently if exists ${n.schema}${n.index('orders_note')}`,
      down: `create index ${n.index('orders_note')} on ${n.orders} (${c('note')})`,
    },
    { rule: 'concurrently-in-transaction', title: 'vacuum', up: `vacuum ${n.orders}`, down: 'select 1' },
    {
      rule: 'concurrently-in-transaction',
      title: 'reindex',
      up: `reindex table concurrently ${n.orders}`,
      down: 'select 1',
    },
    {
      rule: 'foreign-key-validated-at-once',
      title: 'foreign key',
      up: `${alter}\n  add constraint ${n.index('orders_user')} foreign key (${c('user_id')}) references ${n.users} (${c('id')}) on delete cascade`,
      down: `${alter} drop constraint ${n.index('orders_user')}`,
    },
    {
      rule: 'foreign-key-validated-at-once',
      title: 'unnamed foreign key',
      up: `${alter} add foreign key (${c('user_id')}) references ${n.users}`,
      down: 'select 1',
    },
    {
      rule: 'foreign-key-validated-at-once',
      title: 'foreign key of a column',
      up: `${alter} add column ${c('owner_id')} bigint default 1 references ${n.users} (${c('id')})`,
      down: `${alter} drop column ${c('owner_id')}`,
    },
    {
      rule: 'check-constraint-validated-at-once',
      title: 'check',
      up: `${alter} add constraint ${n.index('positive')} check (${c('total')} >= 0), add column ${c('more')} text`,
      down: `${alter} drop constraint ${n.index('positive')}, drop column ${c('more')}`,
    },
    {
      rule: 'check-constraint-validated-at-once',
      title: 'unnamed check',
      up: `${alter} add check (${c('total')} >= 0)`,
      down: 'select 1',
    },
    {
      rule: 'unique-constraint-building-index',
      title: 'unique',
      up: `alter table ${n.users} add constraint ${n.index('users_mail')} unique (${c('email')})`,
      down: `alter table ${n.users} drop constraint ${n.index('users_mail')}`,
    },
    {
      rule: 'unique-constraint-building-index',
      title: 'unnamed unique',
      up: `alter table ${n.users} add unique (${c('email')})`,
      down: 'select 1',
    },
    {
      rule: 'unique-constraint-building-index',
      title: 'unique among others',
      up: `alter table ${n.users} add column ${c('more')} text, add constraint ${n.index('users_mail')} unique (${c('email')}) deferrable`,
      down: `alter table ${n.users} drop constraint ${n.index('users_mail')}, drop column ${c('more')}`,
    },
    {
      rule: 'set-not-null-scanning-table',
      title: 'not null',
      up: `${alter} alter column ${c('total')} set not null`,
      down: `${alter} alter column ${c('total')} drop not null`,
    },
    {
      rule: 'set-not-null-scanning-table',
      title: 'not null among others',
      up: `${alter}\n  alter ${c('total')} set not null, -- always there\n  alter ${c('note')} set default ''`,
      down: `${alter} alter ${c('total')} drop not null, alter ${c('note')} drop default`,
    },
    {
      rule: 'add-column-volatile-default',
      title: 'volatile default',
      up: `${alter} add column ${c('public_id')} uuid not null default gen_random_uuid()`,
      down: `${alter} drop column ${c('public_id')}`,
    },
    {
      rule: 'add-column-volatile-default',
      title: 'nullable volatile default',
      up: `${alter} add ${c('public_id')} uuid default gen_random_uuid(), add column ${c('more')} text`,
      down: `${alter} drop column ${c('public_id')}, drop column ${c('more')}`,
    },
    {
      rule: 'add-column-required-without-default',
      title: 'required',
      up: `${alter} add column ${c('more')} text not null`,
      down: `${alter} drop column ${c('more')}`,
    },
    {
      rule: 'column-type-rewrites-table',
      title: 'type',
      up: `${alter} alter column ${c('total')} type bigint`,
      down: `${alter} alter column ${c('total')} type integer`,
    },
    {
      rule: 'column-type-rewrites-table',
      title: 'type by using',
      up: `${alter} alter column ${c('total')} set data type text using (${c('total')}::text || '!')`,
      down: `${alter} alter column ${c('total')} type integer using rtrim(${c('total')}, '!')::integer`,
    },
    {
      rule: 'foreign-key-without-index',
      title: 'new table',
      up: `create table ${n.schema}${n.index('items')} (\n  ${c('id')} bigint primary key,\n  ${c('order_id')} bigint references ${n.orders} (${c('id')}) -- of the order\n)`,
      down: `drop table ${n.schema}${n.index('items')}`,
    },
    {
      rule: 'foreign-key-without-index',
      title: 'new column',
      up: `${alter} add column ${c('owner_id')} bigint references ${n.users} (${c('id')})`,
      down: `${alter} drop column ${c('owner_id')}`,
    },
  ];
}

export function base(n: Names): readonly string[] {
  const c = n.column;
  return [
    ...n.setup,
    `create table ${n.users} (${c('id')} bigint primary key, ${c('email')} text)`,
    `create table ${n.orders} (${c('id')} bigint primary key, ${c('user_id')} bigint, ${c('total')} integer, ${c('note')} text)`,
    `create index ${n.index('orders_note')} on ${n.orders} (${c('note')})`,
    `create index ${n.index('orders_of_user')} on ${n.orders} (${c('user_id')})`,
    `insert into ${n.users} select g, 'mail' || g from generate_series(1, 10) g`,
    `insert into ${n.orders} select g, 1 + g % 10, g, 'n' || g from generate_series(1, 2500) g`,
  ];
}

export type Render = (
  up: readonly string[],
  down: readonly string[],
  index: number,
  name: string,
) => readonly MemoryFile[];

export const ended = (list: readonly string[]) => list.map((one) => `${one};\n`).join('\n');
export const stamp = (index: number) => `2024010${index}000000`;
export const twoWay =
  (folder: string, up: string, down: string): Render =>
  (ups, downs, index, name) => [
    { path: `${folder}/${stamp(index)}_${name}.sql`, text: `${up}\n${ended(ups)}\n${down}\n${ended(downs)}` },
  ];

export const LAYOUTS: Readonly<Record<string, Render>> = {
  plain: (up, _down, index, name) => [{ path: `db/000${index}_${name}.sql`, text: ended(up) }],
  'plain in a transaction': (up, _down, index, name) => [
    { path: `db/000${index}_${name}.sql`, text: `BEGIN;\n\n${ended(up)}\nCOMMIT;\n` },
  ],
  goose: twoWay('m', '-- +goose Up', '-- +goose Down'),
  dbmate: twoWay('m', '-- migrate:up', '-- migrate:down'),
  'sql-migrate': twoWay('migrations', '-- +migrate Up', '-- +migrate Down'),
  'golang-migrate': (up, down, index, name) => [
    { path: `m/00000${index}_${name}.up.sql`, text: ended(up) },
    { path: `m/00000${index}_${name}.down.sql`, text: ended(down) },
  ],
  sqlx: (up, down, index, name) => [
    { path: `m/${stamp(index)}_${name}.up.sql`, text: ended(up) },
    { path: `m/${stamp(index)}_${name}.down.sql`, text: ended(down) },
  ],
  flyway: (up, down, index, name) => [
    { path: `m/V${index}__${name}.sql`, text: ended(up) },
    { path: `m/U${index}__${name}.sql`, text: ended(down) },
  ],
  diesel: (up, down, index, name) => [
    { path: `m/2024-01-0${index}-000000_${name}/up.sql`, text: ended(up) },
    { path: `m/2024-01-0${index}-000000_${name}/down.sql`, text: ended(down) },
  ],
  supabase: (up, _down, index, name) => [
    { path: `supabase/migrations/${stamp(index)}_${name}.sql`, text: ended(up) },
  ],
  prisma: (up, _down, index, name) => [{ path: `m/${stamp(index)}_${name}/migration.sql`, text: ended(up) }],
};

/** The statement alone, or among others with comments. */
export function scripts(
  n: Names,
  { up, down }: Mended,
  alone: boolean,
): readonly [readonly string[], readonly string[]] {
  if (alone) return [[`-- why it is there\n${up}`], [down]];
  const c = n.column;
  return [
    [
      `alter table ${n.orders} add column ${c('extra')} text`,
      `-- why it is there\n${up}`,
      `/* a comment */ update ${n.orders} set ${c('extra')} = 'x'\n  where ${c('id')} = 1`,
    ],
    [down, `alter table ${n.orders} drop column ${c('extra')}`],
  ];
}

export const VARIANTS: readonly {
  readonly title: string;
  readonly names: Names;
  readonly alone: boolean;
  readonly shape: (text: string) => string;
}[] = [
  { title: 'alone', names: plainNames, alone: true, shape: (text) => text },
  { title: 'schema-qualified among others', names: qualifiedNames, alone: false, shape: (text) => text },
  {
    title: 'quoted among others with CRLF',
    names: quotedNames,
    alone: false,
    shape: (text) => text.replace(/\n/g, '\r\n'),
  },
];
