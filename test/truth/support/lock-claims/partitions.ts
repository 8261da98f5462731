// Partitioned tables and their partitions.

import type { Claims } from './claims.js';

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

export const MORE_PARTITIONS: Claims = {
  about: 'more of partitions',
  schema: `
    create table owners (id bigserial primary key, name text);
    create table sales (id bigint not null, at date not null, owner_id bigint references owners (id), kind int, primary key (id, at))
      partition by range (at);
    create table sales_1 partition of sales for values from ('2026-01-01') to ('2026-02-01');
    create table sales_2 partition of sales for values from ('2026-02-01') to ('2026-03-01') partition by range (at);
    create table sales_2_a partition of sales_2 for values from ('2026-02-01') to ('2026-02-15');
    create table returns (sale_id bigint, sale_at date, note text, foreign key (sale_id, sale_at) references sales (id, at));
    create table sales_3 (id bigint not null, at date not null, owner_id bigint, kind int, primary key (id, at));
    create table sales_4 (id bigint not null, at date not null, owner_id bigint, kind int,
      constraint bounds check (at >= '2026-04-01' and at < '2026-05-01'));
    create table hashed (id int, value int) partition by hash (id);
    create table hashed_0 partition of hashed for values with (modulus 2, remainder 0);
    create table hashed_1 (id int, value int);
    create table bare (id int, value int) partition by list (id);
    create table rest (id int, value int) partition by list (id);
    create table rest_1 partition of rest for values in (1);
    create table rest_2 (id int, value int);
    create table rest_default partition of rest default;
    create index sales_kind on sales (kind);
  `,
  statements: [
    "alter table sales attach partition sales_3 for values from ('2026-03-01') to ('2026-04-01')",
    "alter table sales attach partition sales_4 for values from ('2026-04-01') to ('2026-05-01')",
    'alter table hashed attach partition hashed_1 for values with (modulus 2, remainder 1)',
    'alter table bare add column extra int',
    'alter table rest attach partition rest_2 for values in (2)',
    'alter table rest detach partition rest_2',
    'alter table sales detach partition sales_1',
    'alter table hashed detach partition hashed_1 concurrently',
    'alter table rest detach partition rest_default',
    'alter table sales alter column kind type bigint',
    'alter table sales alter column owner_id type int',
    'alter table sales drop column owner_id',
    'alter table sales add column owner_id bigint references owners (id)',
    'alter table sales add column second bigint references owners (id) default 1',
    'alter table sales rename constraint sales_pkey to sales_key',
    'alter table sales set schema public',
    'alter table sales owner to current_user',
    'alter table sales alter column kind set not null',
    'alter table sales_2 alter column kind set not null',
    'alter table sales alter column kind set storage plain',
    'alter table sales replica identity full',
    'alter table sales_3 set (fillfactor = 70)',
    'reindex table sales_3',
    'reindex table sales',
    'reindex index sales_kind',
    'truncate sales cascade',
    'vacuum sales',
    'vacuum full sales_3',
    'cluster sales_3 using sales_3_pkey',
    'delete from returns',
    'alter table returns drop constraint returns_sale_id_sale_at_fkey',
    'drop index sales_kind',
    'drop table sales',
    'drop table returns',
  ],
};

export const PARTITIONS_BELOW: Claims = {
  about: 'partitions of partitions',
  schema: `
    create table deep (id int, value int) partition by list (id);
    create table deep_1 partition of deep for values in (1) partition by list (value);
    create table deep_1_a partition of deep_1 for values in (1);
  `,
  statements: [
    'alter table deep detach partition deep_1',
    'alter table deep attach partition deep_1 for values in (1)',
    'alter table deep detach partition deep_1 concurrently',
  ],
};
