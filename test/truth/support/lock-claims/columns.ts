// Columns: made, changed and dropped. Their types are in column-types.ts.

import { type Claims, from } from './claims.js';

export const COLUMNS: Claims = {
  about: 'columns',
  schema: `
    create table plans (id bigserial primary key, name text, unique (id, name));
    create table accounts (
      id bigserial primary key, plan_id bigint references plans (id), email text, age int, area int, hidden text,
      doubled int generated always as (age * 2) stored, number int not null,
      constraint email_present check (email is not null), constraint age_fine check (age > 0)
    );
    create table unchecked (id int, age int);
    create index accounts_email on accounts (email);
    create index accounts_area on accounts (area, age);
    create table invoices (id bigserial primary key, account_id bigint references accounts (id), plan_id bigint references plans (id));
    create view account_names as select id, hidden from accounts;
    create domain checked as int check (value > 0);
    create domain required as int not null;
    create domain loose as int;
    create function volatile_one() returns int language plpgsql volatile as 'begin return 1; end';
    create function inlined() returns int language sql volatile as 'select 1';
    create function inlined_return() returns int language sql volatile return 1;
    create function with_setting() returns int language sql volatile set work_mem = '4MB' as 'select 1';
    create function not_inlined() returns int language sql volatile as 'select count(*)::int from pg_class';
    create sequence numbers;
  `,
  statements: [
    'alter table accounts add column if not exists email text',
    'alter table accounts add column if not exists fresh text',
    'alter table if exists accounts add column fresher text',
    "alter table accounts add column c1 text default 'x' check (c1 <> '')",
    "alter table accounts add column c2 text not null default 'x'",
    "alter table accounts add column c3 jsonb not null default '{}'",
    'alter table accounts add column c4 int default inlined()',
    'alter table accounts add column c5 int default inlined_return()',
    'alter table accounts add column c6 int default not_inlined()',
    'alter table accounts add column c6b int default with_setting()',
    "alter table accounts add column c7 bigint default nextval('numbers')",
    'alter table accounts add column c8 double precision default random()',
    'alter table accounts add column c9 smallserial',
    'alter table accounts add column c10 int generated always as identity',
    'alter table accounts add column c11 required default 1',
    'alter table accounts add column c12 checked default 1',
    'alter table accounts add column c13 loose default 1',
    'alter table accounts add column c14 loose[]',
    'alter table accounts add column c15 text collate "C" default \'x\'',
    'alter table accounts add column c16 bigint references plans (id) default null',
    'alter table accounts add column c18 bigint references plans (id) on delete cascade deferrable initially deferred',
    'alter table accounts add column c19 bigint references accounts (id)',
    'alter table accounts add column c20 int unique',
    'alter table accounts add column c21 int unique, add column c22 int default 3, add constraint c22_fine check (c22 > 0)',
    'alter table accounts add column c23 text, alter column c23 set default now()::text',
    'alter table accounts add column c24 text generated always as (upper(email)) stored',
    from(18, 'alter table accounts add column v1 int generated always as (age * 2) virtual'),
    from(18, 'alter table accounts add column v2 int generated always as (age * 3)'),
    from(
      18,
      'alter table accounts add column v3 int generated always as (coalesce(age, 1)) virtual not null',
    ),
    from(
      18,
      'alter table accounts add column v4 int generated always as (coalesce(age, 1)) virtual check (v4 > 0)',
    ),
    from(18, 'alter table unchecked add column v1 int generated always as (age * 2) virtual'),
    from(
      18,
      'alter table unchecked add column v2 int generated always as (coalesce(age, 1)) virtual not null',
    ),
    from(18, 'alter table unchecked alter column v1 set expression as (age * 4)'),
    from(18, 'alter table unchecked alter column v2 set expression as (coalesce(age, 2))'),
    from(17, 'alter table accounts alter column doubled set expression as (age * 3)'),
    'alter table accounts alter column doubled drop expression',
    'alter table accounts alter column doubled drop expression if exists',
    'alter table accounts alter column hidden set storage main',
    'alter table accounts alter column hidden set compression pglz',
    'alter table accounts alter column hidden set (n_distinct = 5, n_distinct_inherited = 7)',
    'alter table accounts alter column hidden reset (n_distinct)',
    'alter table accounts alter column hidden set statistics 200',
    'alter table accounts alter column number add generated by default as identity',
    'alter table accounts alter column number set generated always',
    'alter table accounts alter column number set increment by 5 restart',
    'alter table accounts alter column number drop identity',
    'alter table accounts alter column number drop identity if exists',
    "alter table accounts alter column number set default nextval('numbers')",
    'alter table accounts alter column number drop default',
    'alter table accounts alter column email set not null',
    'alter table accounts alter column email drop not null',
    'alter table accounts drop constraint email_present, alter column email set not null',
    'alter table accounts alter column email drop not null',
    'alter table accounts alter column email set not null, alter column area set not null',
    'alter table accounts alter column area set default 1, alter column area drop not null',
    'alter table accounts rename hidden to shown',
    'alter table accounts rename column shown to hidden',
    'alter table accounts drop column if exists nothing_there',
    'alter table accounts drop column area',
    'alter table accounts drop column age cascade',
    'alter table accounts drop column hidden cascade',
    'alter table accounts drop column plan_id, drop column if exists c24, drop column email',
    'alter table accounts drop column c19',
    'alter table plans drop column name',
    'alter table plans drop column id cascade',
    'alter table accounts drop column id cascade',
  ],
};
