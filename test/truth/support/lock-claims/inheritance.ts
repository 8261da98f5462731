// Tables that inherit.

import type { Claims } from './claims.js';

export const INHERITANCE: Claims = {
  about: 'inheritance',
  schema: `
    create table bases (id int, value int, label text);
    create table derived (extra int) inherits (bases);
    create table below_derived () inherits (derived);
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
    'alter table only bases drop column if exists absent',
    'alter table only bases drop column label',
    'alter table derived no inherit bases',
    'alter table derived inherit bases',
    'create table derived_2 () inherits (bases)',
    'drop table derived_2',
    'drop table bases cascade',
  ],
};
