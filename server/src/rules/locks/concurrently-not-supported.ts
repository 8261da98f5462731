import type { CreateIndex, DropIndex, Maintenance } from '../../catalog/operation.js';
import { refused } from '../existence/refused.js';
import { type Fix, given, type Moment, migration, rule, sql } from '../rule.js';
import { indexByPartition } from './index-by-partition.js';

const logs = sql`
  create table logs (at date not null, line text) partition by range (at);
  create table logs_2026 partition of logs for values from ('2026-01-01') to ('2027-01-01');
`;

export default rule({
  id: 'concurrently-not-supported',
  severity: 'error',
  docs: {
    what: 'CONCURRENTLY is said where the server does not support it: for an index of a partitioned table, for several indexes in one DROP INDEX, with CASCADE, or to refresh a materialized view that has no unique index or holds nothing yet.',
    why: 'The server stops with error 0A000 or 55000, and the migration fails.',
    instead:
      "On a partitioned table, create the index ON ONLY the parent, build each partition's index CONCURRENTLY, and attach those: when the last is attached, the parent's index is valid. Drop indexes one by one. Give the view a unique index on plain columns first, and fill it once without CONCURRENTLY.",
    unless:
      'Silent for tables and views that are not wholly known. An index of a single partition can be built and dropped concurrently.',
    references: [
      'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
      'https://www.postgresql.org/docs/current/sql-dropindex.html',
      'https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html',
    ],
  },
  examples: {
    bad: [
      given(
        [logs],
        sql`
          create index concurrently logs_line_idx on logs (line);
                       ^^^^^^^^^^^^ concurrently-not-supported
        `,
      ),
      given(
        [logs],
        migration`
          create index(:logs, [:line], concurrently: true)
                                       ^^^^^^^^^^^^^^^^^^ concurrently-not-supported
        `,
      ),
    ],
    good: [
      given([logs], sql`create index concurrently logs_2026_line_idx on logs_2026 (line);`),
      given([logs], sql`create index logs_line_idx on only logs (line);`),
    ],
  },
  covers: ['concurrent-on-partitioned-parent', 'refresh-matview-concurrent-needs-unique'],
  on: ['create-index', 'drop-index', 'maintenance'],

  *check(operation, moment) {
    for (const finding of refused(operation, moment, ['not-concurrently'], () => instead(operation))) {
      yield { ...finding, fixes: [...fixes(operation, moment)] };
    }
  },
});

function instead(operation: CreateIndex | DropIndex | Maintenance): string {
  switch (operation.kind) {
    case 'create-index':
      return "Create it ON ONLY the parent, build each partition's index CONCURRENTLY, then attach them.";
    case 'drop-index':
      return operation.together > 1 || operation.cascade
        ? 'Drop each index alone and without CASCADE.'
        : 'Drop it without CONCURRENTLY; for as long as that takes, reads and writes of the table wait (ACCESS EXCLUSIVE lock).';
    case 'maintenance':
      return 'Make that possible first, or refresh it without CONCURRENTLY.';
  }
}

function* fixes(operation: CreateIndex | DropIndex | Maintenance, moment: Moment): Iterable<Fix> {
  if (operation.kind === 'create-index') yield* indexByPartition(operation, moment);
  const { concurrently } = operation;
  if (operation.kind !== 'drop-index' || concurrently === null || operation.together > 1) return;
  if (operation.cascade) return;
  yield {
    title: 'Drop it without CONCURRENTLY',
    safety: 'needs-review',
    edit: (editor) => editor.replaceWords(operation, concurrently, ''),
  };
}
