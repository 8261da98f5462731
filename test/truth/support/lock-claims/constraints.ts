// Constraints: made, validated, altered and dropped.

import { type Claims, from } from './claims.js';

export const CONSTRAINTS: Claims = {
  about: 'constraints',
  schema: `
    create table plans (id bigserial primary key, code text unique);
    create table accounts (
      id bigserial primary key, plan_id bigint, email text, age int, area int, during int4range, code text, old int,
      spare bigint, empty int
    );
    create unique index accounts_spare on accounts (spare);
    create unique index accounts_area on accounts (area);
    create table items (id bigint, plan_id bigint, note text);
    create table events (id bigint not null, at date not null, plan_id bigint, note text) partition by range (at);
    create table events_1 partition of events for values from ('2026-01-01') to ('2026-02-01');
    create table events_2 partition of events for values from ('2026-02-01') to ('2026-03-01');
    create table up (id int, value int, note text);
    create table down () inherits (up);
    create table keyed (id int primary key);
    create table uses_key (id int references keyed (id));
    create table spans (id int4range, during int4range, ref int4range);
  `,
  statements: [
    'alter table accounts add check (age > 0)',
    'alter table accounts add constraint c1 check (age > 1) not valid',
    'alter table accounts validate constraint c1',
    from(18, 'alter table accounts add constraint c2 check (age > 2) not enforced'),
    'alter table accounts add constraint c3 check (age > 3) no inherit',
    'alter table accounts rename constraint c3 to c4',
    'alter table accounts drop constraint c4',
    'alter table accounts drop constraint if exists nothing_there',
    'alter table accounts add constraint c5 check (age > 5), add constraint c6 check (age > 6) not valid',
    'alter table accounts validate constraint c5, validate constraint c6',
    'alter table up add constraint n1 check (value > 0) no inherit',
    'alter table up add constraint n2 check (value > 1) no inherit not valid',
    'alter table up add constraint n3 check (value > 2)',
    'alter table up drop constraint n3',
    'alter table only up drop constraint n1',
    // Not null.
    from(18, 'alter table accounts add constraint n1 not null email'),
    from(18, 'alter table accounts add constraint n2 not null age not valid'),
    from(18, 'alter table accounts validate constraint n2'),
    from(18, 'alter table accounts add constraint n3 not null empty not valid'),
    from(18, 'alter table accounts alter column empty set not null'),
    from(18, 'alter table accounts drop constraint n1'),
    from(18, 'alter table accounts alter column age drop not null'),
    from(18, 'alter table up add constraint n4 not null note'),
    from(18, 'alter table up alter constraint n4 no inherit'),
    from(18, 'alter table up alter constraint n4 inherit'),
    from(18, 'alter table up add constraint n5 not null value no inherit'),
    // Keys.
    'alter table accounts add constraint u1 unique (email)',
    from(15, 'alter table accounts add constraint u2 unique nulls not distinct (email)'),
    'alter table accounts add constraint u3 unique (email) include (age)',
    'alter table accounts add constraint u4 unique (email) deferrable initially deferred',
    'alter table accounts drop constraint u3, drop constraint u4',
    'alter table accounts add constraint u5 unique using index accounts_spare',
    'alter table accounts drop constraint accounts_pkey',
    'alter table accounts add primary key using index accounts_area',
    'alter table accounts drop constraint accounts_area',
    'alter table accounts add primary key (id)',
    'alter table items add primary key (id)',
    'alter table items drop constraint items_pkey',
    'alter table items alter column id drop not null',
    'alter table items add primary key (id, plan_id)',
    'alter table accounts add constraint e1 exclude using gist (during with &&)',
    'alter table accounts drop constraint e1',
    'alter table accounts add unique (code), add check (code <> $$x$$), alter column code set not null',
    'alter table events add primary key (id, at)',
    'alter table events add constraint u7 unique (note, at)',
    'alter table events drop constraint u7',
    'alter table only events add constraint u8 unique (plan_id, at)',
    'alter table events_1 add constraint u9 unique (plan_id, at)',
    'alter table keyed drop constraint keyed_pkey cascade',
    from(18, 'alter table spans add constraint s1 primary key (id, during without overlaps)'),
    from(
      18,
      'alter table spans add constraint s2 foreign key (ref, period during) references spans (id, period during)',
    ),
    // Foreign keys.
    'alter table accounts add constraint f1 foreign key (plan_id) references plans (id)',
    'alter table accounts add constraint f2 foreign key (plan_id) references plans (id) not valid',
    'alter table accounts validate constraint f2',
    'alter table accounts add constraint f3 foreign key (code) references plans (code) on delete set null deferrable',
    from(
      18,
      'alter table accounts add constraint f4 foreign key (plan_id) references plans (id) not enforced',
    ),
    from(18, 'alter table accounts alter constraint f4 enforced'),
    from(18, 'alter table accounts alter constraint f4 not enforced'),
    'alter table accounts alter constraint f1 deferrable initially deferred',
    'alter table accounts alter constraint f1 not deferrable',
    'alter table accounts add constraint f5 foreign key (plan_id) references accounts (id)',
    'alter table accounts drop constraint f5',
    'alter table accounts rename constraint f1 to f6',
    'alter table accounts drop constraint f2, drop constraint f6',
    'alter table items add foreign key (plan_id) references plans, add foreign key (plan_id) references accounts',
    'alter table items add column account_id bigint references accounts (id), add column plan_2 bigint references plans (id)',
    'alter table items add column other bigint, add constraint f7 foreign key (other) references plans (id) not valid',
    'alter table events add constraint f8 foreign key (plan_id) references plans (id)',
    'alter table events drop constraint f8',
    from(18, 'alter table events add constraint f9 foreign key (plan_id) references plans (id) not valid'),
    from(18, 'alter table events validate constraint f9'),
    from(18, 'alter table events alter constraint f9 deferrable'),
    'alter table events_1 add constraint f10 foreign key (plan_id) references plans (id) not valid',
    'alter table events_1 validate constraint f10',
    'alter table items add column at date, add constraint f11 foreign key (id, at) references events (id, at)',
    'alter table items drop constraint f11',
    'alter table items add constraint f12 foreign key (id, at) references events (id, at) not valid',
    'alter table items validate constraint f12',
    'alter table items drop constraint f12',
  ],
};
