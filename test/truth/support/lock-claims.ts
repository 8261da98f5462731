// Statements whose locks, rewrites and scans we claim to know, by subject. A statement sees what those before it left.

export interface Claims {
  readonly about: string;
  readonly schema: string;
  readonly statements: readonly string[];
}

export const PARTITIONS: Claims = {
  about: 'partitions',
  schema: `
    create table owners (id bigserial primary key, name text);
    create table metrics (id bigint not null, at date not null, value int, owner_id bigint, label varchar(10), primary key (id, at))
      partition by range (at);
    create table metrics_1 partition of metrics for values from ('2026-01-01') to ('2026-02-01');
    create table metrics_2 partition of metrics for values from ('2026-02-01') to ('2026-03-01');
    create table metrics_rest partition of metrics default;
    create table notes (id bigserial primary key, metric_id bigint, metric_at date);
    create table plain (at date not null, line text) partition by range (at);
    create table plain_1 partition of plain for values from ('2026-01-01') to ('2026-02-01');
    create table plain_2 partition of plain for values from ('2026-02-01') to ('2026-03-01');
    create table plain_3 (at date not null, line text);
    create table nested (at date not null, kind int not null) partition by range (at);
    create table nested_1 partition of nested for values from ('2026-01-01') to ('2026-02-01') partition by list (kind);
    create table nested_1_a partition of nested_1 for values in (1);
    create table nested_1_rest partition of nested_1 default;
  `,
  statements: [
    'alter table metrics add column extra text',
    'alter table metrics add column stamped timestamptz not null default clock_timestamp()',
    'alter table metrics add column needed int not null',
    'alter table metrics add column positive int check (positive > 0)',
    'alter table nested add column extra text',
    'alter table nested_1 add constraint kind_known check (kind > 0)',
    'alter table metrics_1 alter column value set not null',
    'alter table metrics alter column value set not null',
    'alter table metrics alter column value drop not null',
    'alter table metrics alter column value set default 1',
    'alter table only metrics alter column value set default 2',
    'alter table metrics alter column value drop default',
    'alter table metrics alter column value set statistics 100',
    'alter table metrics alter column value type bigint',
    'alter table metrics alter column label type varchar(20)',
    'alter table metrics rename column extra to more',
    'alter table metrics drop column more',
    'alter table metrics add constraint c1 check (value > 0)',
    'alter table metrics add constraint c2 check (value > 1) not valid',
    'alter table metrics validate constraint c2',
    'alter table metrics rename constraint c2 to c3',
    'alter table metrics drop constraint c3',
    'alter table metrics add constraint u1 unique (at, value)',
    'alter table metrics drop constraint u1',
    'alter table metrics add constraint f1 foreign key (owner_id) references owners (id)',
    'alter table notes add constraint f2 foreign key (metric_id, metric_at) references metrics (id, at)',
    'create index metrics_value on metrics (value)',
    'create index metrics_1_label on metrics_1 (label)',
    'create index metrics_label on only metrics (label)',
    'alter index metrics_label attach partition metrics_1_label',
    'drop index metrics_value',
    "create table metrics_4 partition of metrics for values from ('2026-04-01') to ('2026-05-01')",
    "create table nested_2 partition of nested for values from ('2026-02-01') to ('2026-03-01') partition by list (kind)",
    'create table metrics_3 (like metrics including all)',
    "alter table metrics attach partition metrics_3 for values from ('2026-03-01') to ('2026-04-01')",
    'alter table metrics detach partition metrics_3',
    'create table nested_3 (at date not null, kind int not null, extra text)',
    "alter table nested attach partition nested_3 for values from ('2026-03-01') to ('2026-04-01')",
    'create table nested_rest partition of nested default',
    'alter table nested detach partition nested_rest',
    'alter table nested attach partition nested_rest default',
    'drop table nested_1_a',
    'drop table nested_1',
    'alter table notes drop constraint f2',
    'drop table metrics_4',
    'alter table metrics drop constraint f1',
    'alter table metrics enable row level security',
    'alter table metrics rename to measures',
    'alter table measures rename to metrics',
    'create trigger t1 before insert on metrics for each row execute function suppress_redundant_updates_trigger()',
    'alter table metrics disable trigger t1',
    'drop trigger t1 on metrics',
    'create trigger t2 after insert on metrics for each statement execute function suppress_redundant_updates_trigger()',
    'drop trigger t2 on metrics',
    "comment on table metrics is 'x'",
    'create policy p1 on metrics using (true)',
    'alter policy p1 on metrics using (false)',
    'drop policy p1 on metrics',
    'lock table metrics in share mode',
    'lock table only metrics in share mode',
    'analyze metrics',
    "insert into metrics_1 (id, at, value, needed, label) values (1, '2026-01-02', 1, 1, null)",
    'update metrics set value = 2',
    'delete from metrics_1',
    'delete from metrics where value = 3',
    'truncate metrics_1',
    'truncate metrics',
    'create statistics metrics_s on value, needed from metrics',
    'drop table metrics_rest',
    'drop table metrics_1',
    'drop table metrics',
    "create table plain_4 partition of plain for values from ('2026-04-01') to ('2026-05-01')",
    "alter table plain attach partition plain_3 for values from ('2026-03-01') to ('2026-04-01')",
    'alter table plain detach partition plain_3',
    'alter table plain detach partition plain_1 concurrently',
  ],
};

export const INHERITANCE: Claims = {
  about: 'inheritance',
  schema: `
    create table bases (id int, value int, label text);
    create table derived (extra int) inherits (bases);
    create table lone (id int, value int, label text);
  `,
  statements: [
    'alter table bases add column note text',
    "alter table only bases alter column note set default 'x'",
    "alter table bases alter column note set default 'y'",
    'alter table bases alter column value set not null',
    'alter table bases alter column value drop not null',
    'alter table bases alter column value type bigint',
    'alter table bases rename column note to remark',
    'alter table bases drop column remark',
    'alter table bases add constraint c1 check (value > 0)',
    'alter table only bases add constraint c2 check (value > 0) no inherit',
    'alter table bases add constraint c3 check (value > 0) not valid',
    'alter table bases validate constraint c3',
    'alter table bases drop constraint c3',
    'alter table bases set (fillfactor = 70)',
    'alter table bases replica identity full',
    'create index bases_value on bases (value)',
    'lock table bases in row exclusive mode',
    'update bases set value = 1',
    'insert into bases (id, value) values (1, 1)',
    'delete from only bases',
    'truncate bases',
    'truncate only bases',
    'alter table derived no inherit bases',
    'alter table derived inherit bases',
    'create table derived_2 () inherits (bases)',
    'drop table derived_2',
    'drop table bases cascade',
  ],
};

export const OTHERS: Claims = {
  about: 'sessions, views, sequences, types and the rest',
  schema: `
    create schema app;
    create schema spare;
    create schema full_one;
    create table full_one.a (id serial primary key);
    create view full_one.b as select id from full_one.a;
    create table trees (id bigserial primary key, name text);
    create table leaves (id bigserial primary key, tree_id bigint references trees (id), name text);
    create table veins (id bigserial primary key, leaf_id bigint references leaves (id));
    create table idents (id int generated by default as identity, value int not null);
    create table logs (id int);
    create view tree_names as select id, name from trees;
    create view wide as select id, name from tree_names;
    create materialized view tree_counts as select count(*) as number, 1 as one from trees;
    create unique index tree_counts_one on tree_counts (one);
    create sequence counter;
    create type mood as enum ('a');
    create type pair as (x int, y int);
    create domain positive as int check (value > 0);
    create domain small as int;
    create table amounts (id int, amount positive, little small);
    create function one() returns int language sql as 'select 1';
    create function tg() returns trigger language plpgsql as 'begin return new; end';
  `,
  statements: [
    ...[
      'access share',
      'row share',
      'row exclusive',
      'share update exclusive',
      'share',
      'share row exclusive',
      'exclusive',
      'access exclusive',
    ].map((mode) => `lock table trees in ${mode} mode`),
    'lock table trees, leaves in share mode nowait',
    'lock trees',
    'lock table wide in share mode',
    'truncate trees cascade',
    'truncate trees, leaves, veins restart identity',
    'truncate leaves restart identity cascade',
    "insert into trees (name) values ('x')",
    'insert into trees (id, name) select 1000 + id, name from trees',
    'insert into leaves (tree_id, name) select id, name from trees',
    "update trees set name = 'y'",
    "update leaves set name = 'y' where id = 1",
    'update leaves set name = trees.name from trees where trees.id = tree_id',
    'delete from leaves',
    'delete from trees',
    'merge into trees t using leaves l on t.id = l.id when matched then delete',
    'select * into trees_copy from trees',
    'create table trees_as as select * from trees',
    'create table trees_like (like trees including all)',
    'analyze trees',
    'analyze',
    'reindex table trees',
    'reindex index trees_pkey',
    'cluster trees using trees_pkey',
    'refresh materialized view tree_counts',
    'refresh materialized view concurrently tree_counts',
    'create statistics trees_s on id, name from trees',
    'alter statistics trees_s set statistics 10',
    'create rule r1 as on update to logs do instead nothing',
    'create rule r2 as on insert to logs do also delete from leaves where id = 3',
    'alter rule r1 on logs rename to r3',
    'alter table logs disable rule r3',
    'drop rule r3 on logs',
    'create publication p1 for table trees, leaves',
    'alter publication p1 add table veins',
    'alter publication p1 drop table veins',
    'create publication p2 for all tables',
    'drop publication p1',
    'grant select on trees to public',
    'revoke select on trees from public',
    'alter sequence counter increment by 2',
    'alter sequence counter owned by trees.id',
    'alter sequence counter owned by none',
    'alter sequence counter rename to counters',
    'alter sequence counters set schema app',
    'alter sequence app.counters owner to current_user',
    "comment on sequence app.counters is 'x'",
    'create sequence if not exists app.counters',
    'create sequence fresh owned by trees.id',
    'drop sequence app.counters',
    'create or replace view wide as select id, name, 1 as more from trees',
    'create or replace view newer as select id from trees',
    'alter view newer rename to newest',
    'alter view newest set (security_barrier = true)',
    'alter view newest alter column id set default 3',
    'alter view newest owner to current_user',
    'alter view newest set schema app',
    'alter view app.newest rename column id to ident',
    "comment on view app.newest is 'x'",
    'drop view app.newest',
    'alter materialized view tree_counts rename to counts',
    'alter materialized view counts set (fillfactor = 70)',
    'alter materialized view counts set schema app',
    'create index counts_number on app.counts (number)',
    'drop index app.counts_number',
    'drop materialized view app.counts',
    'drop view if exists nothing_there',
    'drop table if exists nothing_there',
    'alter table trees set schema app',
    'alter table app.trees set schema public',
    'alter table trees owner to current_user',
    'alter table trees replica identity full',
    'alter table trees alter column name set storage external',
    'alter table trees alter column name set (n_distinct = 5)',
    'alter table trees set without cluster',
    'alter table idents alter column id set generated always',
    'alter table idents alter column id restart with 10',
    'alter table idents alter column value add generated always as identity',
    'alter table idents alter column value drop identity',
    'alter table idents drop column id',
    'alter table leaves disable trigger all',
    'alter table leaves enable trigger user',
    'create constraint trigger t1 after insert on leaves from trees for each row execute function tg()',
    'alter trigger t1 on leaves rename to t2',
    'alter table leaves alter constraint leaves_tree_id_fkey deferrable',
    'drop trigger t2 on leaves',
    'drop trigger if exists nothing_there on leaves',
    'create policy p1 on trees using (true)',
    'alter policy p1 on trees using (false)',
    'alter policy p1 on trees rename to p3',
    'create schema if not exists app',
    'create schema other',
    'alter schema other rename to another',
    'drop schema another',
    'drop schema full_one cascade',
    "create type fruit as enum ('apple')",
    "alter type fruit rename value 'apple' to 'pear'",
    'alter type fruit rename to fruits',
    'alter type fruits set schema app',
    'alter type app.fruits owner to current_user',
    'create type coords as (x int, y int)',
    'alter type coords add attribute z int',
    'alter type coords drop attribute z',
    'alter domain positive add constraint big check (value > 10)',
    'alter domain positive add constraint bigger check (value > 11) not valid',
    'alter domain positive validate constraint bigger',
    'alter domain positive drop constraint bigger',
    'alter domain small set not null',
    'alter domain small drop not null',
    'alter domain small set default 3',
    'alter domain small rename to smaller',
    'create domain fine as text',
    'drop type coords',
    'drop domain fine',
    'drop domain smaller cascade',
    'drop type app.fruits',
    'create extension if not exists plpgsql',
    "create or replace function one() returns int language sql stable as 'select 1'",
    'alter function one() immutable',
    'alter function one() set schema app',
    'drop function app.one()',
    "prepare insertion as insert into trees (name) values ('z')",
    'execute insertion',
    'deallocate insertion',
    "set local statement_timeout = '1s'",
    'savepoint s1',
    'do $$ begin end $$',
    "do $$ begin update trees set name = 'a'; end $$",
    'drop statistics trees_s',
    'alter index trees_pkey rename to trees_key',
    'alter index trees_key set (fillfactor = 80)',
    'create index if not exists leaves_name on leaves (name)',
    'create index if not exists leaves_name on leaves (name)',
    'drop index if exists nothing_there',
    'alter table veins alter column id type int',
    'create table if not exists trees (id int references leaves (id))',
    'drop extension if exists hstore',
    'drop table trees cascade',
    "create procedure nothing() language sql as 'select 1'",
    'call nothing()',
    'drop procedure nothing()',
  ],
};

export const TABLES: Claims = {
  about: 'tables',
  schema: `
  create table orgs (id bigserial primary key, name text, code varchar(20) unique);
  create table users (
    id bigserial primary key, org_id bigint, email varchar(100), age int, created timestamp, note text,
    price numeric(10,2), checked int, size int, constraint checked_present check (checked is not null)
  );
  create index users_email on users (email);
  create table posts (id bigserial primary key, user_id bigint references users (id), title text);
  create table logs (at date not null, line text) partition by range (at);
  create table logs_1 partition of logs for values from ('2026-01-01') to ('2026-02-01');
  create table logs_new (at date not null, line text);
  create type mood as enum ('a');
  create domain positive as int check (value > 0);
  create domain plain as int;
  create function stable_one() returns int language plpgsql stable as 'begin return 1; end';
  create function volatile_one() returns int language plpgsql volatile as 'begin return 1; end';
`,
  statements: [
    // Columns.
    'alter table users add column a1 int',
    'alter table users add column a2 int not null default 0',
    'alter table users add column a3 timestamptz default now()',
    'alter table users add column a4 uuid default gen_random_uuid()',
    'alter table users add column a5 int default stable_one()',
    'alter table users add column a6 int default volatile_one()',
    'alter table users add column a7 bigserial',
    'alter table users add column a8 int generated by default as identity',
    'alter table users add column a9 int generated always as (age * 2) stored',
    'alter table users add column a10 positive',
    'alter table users add column a11 plain',
    'alter table users add column a12 timestamptz default clock_timestamp()',
    'alter table users add column a16 timestamp(3) not null default CURRENT_TIMESTAMP',
    'alter table users add column a17 date default current_date, add column a18 time default localtime(0)',
    'alter table users add column a19 text default current_user || session_user || current_schema',
    'alter table orgs add column a13 int not null',
    'alter table orgs add column a14 int check (a14 > 0)',
    'alter table orgs add column a15 int unique',
    'alter table users add column b1 bigint references orgs (id)',
    'alter table users add column b2 bigint default 1 references orgs (id)',
    'alter table users add column b3 bigint, add constraint b3_fk foreign key (b3) references orgs (id)',
    'alter table users drop column a1',
    'alter table users drop column b1',
    'alter table users rename column note to remark',
    "alter table users alter column remark set default 'x'",
    'alter table users alter column remark drop default',
    'alter table users alter column remark set not null',
    'alter table users alter column remark set not null',
    'alter table users alter column remark type text, alter column remark set not null',
    'alter table users alter column remark drop not null',
    'alter table users alter column checked set not null',
    'alter table users alter column remark set statistics 100',
    // Types.
    'alter table users alter column size type bigint',
    'alter table users alter column size type bigint',
    'alter table users alter column email type varchar(200)',
    'alter table users alter column email type text',
    'alter table users alter column email type varchar(50)',
    'alter table users alter column price type numeric(12,2)',
    'alter table users alter column price type numeric(12,4)',
    'alter table users alter column price type numeric',
    'alter table users alter column created type timestamp(3)',
    'alter table users alter column created type timestamp(6)',
    'alter table users alter column remark type varchar using remark::varchar',
    'alter table users alter column remark type text using upper(remark)',
    'alter table users alter column a11 type int',
    'alter table orgs alter column code type text',
    // Constraints.
    'alter table users add constraint c1 check (age > 0)',
    'alter table users add constraint c2 check (age > 1) not valid',
    'alter table users validate constraint c2',
    'alter table users validate constraint c2',
    'alter table users add constraint f1 foreign key (org_id) references orgs (id)',
    'alter table users drop constraint f1',
    'alter table users add constraint f2 foreign key (org_id) references orgs (id) not valid',
    'alter table users validate constraint f2',
    'alter table users rename constraint f2 to f3',
    'alter table users add constraint n1 check (org_id is not null) not valid',
    'alter table users validate constraint n1',
    'alter table users alter column org_id set not null',
    'alter table users drop constraint n1',
    'alter table users add constraint u1 unique (org_id, email)',
    'alter table users drop constraint u1',
    'create unique index u2 on users (email, org_id)',
    'alter table users add constraint u3 unique using index u2',
    'alter table posts alter column user_id type int',
    // Indexes.
    'create index i1 on users (org_id)',
    'drop index i1',
    'create index i2 on users (lower(email)) where age is not null',
    'alter index i2 rename to i3',
    'create index i4 on only users (age)',
    'create index i5 on only logs (line)',
    'reindex table users',
    // Tables.
    'create table drafts (id bigserial primary key, user_id bigint references users (id))',
    'create table copies (id int)',
    'create unlogged table quick (id int)',
    'alter table drafts rename to sketches',
    'alter table users enable row level security',
    'alter table users force row level security',
    'create policy p1 on users using (true)',
    'drop policy p1 on users',
    'alter table users set (fillfactor = 70)',
    'alter table copies set unlogged',
    'alter table copies set unlogged',
    'alter table copies set logged',
    'alter table quick set unlogged',
    'create trigger t1 before insert on users for each row execute function suppress_redundant_updates_trigger()',
    'drop trigger t1 on users',
    "comment on table sketches is 'x'",
    "comment on column users.email is 'x'",
    "comment on index i3 is 'x'",
    'create materialized view counted as select 1 as number',
    'refresh materialized view counted',
    'drop table sketches',
    'truncate copies',
    // Others.
    "alter type mood add value 'b'",
    'insert into copies (id) values (1)',
    'update copies set id = 2',
    'delete from copies',
    'lock table copies in access exclusive mode',
    "create table logs_2 partition of logs for values from ('2026-02-01') to ('2026-03-01')",
  ],
};

export const CLAIMS = [TABLES, PARTITIONS, INHERITANCE, OTHERS];
