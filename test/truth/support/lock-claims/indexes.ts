// Indexes, and maintenance of what has them.

import { type Claims, from } from './claims.js';

export const INDEXES: Claims = {
  about: 'indexes',
  schema: `
    create table books (id bigserial primary key, title text, isbn text, year int, tags text[], at timestamptz, range int4range);
    create table logs (id bigint, at date not null, line text) partition by range (at);
    create table logs_1 partition of logs for values from ('2026-01-01') to ('2026-02-01');
    create table logs_2 partition of logs for values from ('2026-02-01') to ('2026-03-01') partition by range (at);
    create table logs_2_a partition of logs_2 for values from ('2026-02-01') to ('2026-02-15');
    create index logs_line on logs (line);
    create materialized view shelf as select id, title from books;
    create unique index shelf_id on shelf (id);
  `,
  statements: [
    'create index on books (title)',
    'create index books_title on books (title)',
    'create unique index books_isbn on books (isbn) include (year)',
    from(15, 'create unique index books_isbn_2 on books (isbn) nulls not distinct'),
    'create index books_year on books (year desc nulls last) with (fillfactor = 70)',
    'create index books_partial on books (title) where year > 2000',
    'create index books_expression on books (lower(title), (year + 1))',
    'create index books_hash on books using hash (title)',
    'create index books_gin on books using gin (tags)',
    'create index books_gist on books using gist (range)',
    'create index books_brin on books using brin (at)',
    'create index logs_id on logs (id)',
    'create index logs_id_only on only logs (id)',
    'create index logs_2_id on only logs_2 (id)',
    'create index shelf_title on shelf (title)',
    'create index concurrently books_at on books (at)',
    'create unique index concurrently if not exists books_isbn_3 on books (isbn)',
    'create index concurrently if not exists books_at on books (at)',
    'drop index concurrently books_at',
    'drop index concurrently if exists books_at',
    'drop index books_hash, books_gin',
    'drop index if exists books_gist',
    'drop index logs_id_only',
    'drop index shelf_title',
    'alter index books_year rename to books_years',
    'alter index books_years set (fillfactor = 80)',
    'alter index books_years reset (fillfactor)',
    'alter index books_expression alter column 2 set statistics 100',
    'alter index books_brin set (autosummarize = on)',
    "comment on index books_years is 'x'",
    'reindex index books_title',
    'reindex (verbose) table books',
    'reindex index concurrently books_title',
    'reindex table concurrently books',
    'reindex table logs_1',
    'reindex index shelf_id',
    'reindex table shelf',
    'cluster books using books_title',
    'alter table books cluster on books_title',
    'cluster books',
    'alter table books set without cluster',
    'alter table books replica identity using index books_pkey',
    'alter table books replica identity nothing',
    'alter table books replica identity default',
    'drop index logs_line',
    'drop index logs_id cascade',
    'vacuum books',
    'vacuum (analyze) books',
    'vacuum full books',
    'vacuum (full, freeze) books',
    'analyze books (title)',
    'analyze books, logs_1',
    'refresh materialized view concurrently shelf',
    'refresh materialized view shelf with no data',
    'refresh materialized view shelf',
  ],
};
