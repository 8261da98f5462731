import { findRelation } from '../../catalog/lookup.js';
import { doesNothing } from '../does-nothing.js';
import { migration, rule, sql } from '../rule.js';
import { indexByPartition } from './index-by-partition.js';

export default rule({
  id: 'create-index-blocking-writes',
  severity: 'error',
  docs: {
    what: 'An index is built without CONCURRENTLY on a table that is in use.',
    why: 'The build holds a SHARE lock until it ends, which conflicts with the ROW EXCLUSIVE lock that INSERT, UPDATE and DELETE need: every write to the table waits.',
    instead: 'Build it CONCURRENTLY, in a migration of its own that runs outside a transaction.',
    unless:
      'Silent for a table that the same migration makes, for temporary tables, for ON ONLY a partitioned table, which builds nothing, and for IF NOT EXISTS where an index of that name is there already. On a materialized view it is info: only REFRESH waits. Fine when the table is so small that nobody notices its build.',
    references: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  },
  examples: {
    bad: [
      sql`
        create index users_email_idx on users (email);
        ^^^^^^^^^^^^ create-index-blocking-writes
      `,
      migration`
        create index(:users, [:email])
        ^^^^^^^^^^^^ create-index-blocking-writes
      `,
    ],
    good: [
      sql`
        create index concurrently users_email_idx on users (email);
      `,
      migration`
        create table(:users) do
          add :email, :text
        end

        create index(:users, [:email])
      `,
    ],
  },
  covers: ['create-index-not-concurrently'],
  aliases: [
    'require-concurrent-index-creation',
    'create-index-not-concurrent',
    'add-index-non-concurrent',
    'index_not_concurrently',
    'E6',
    'PG101',
  ],
  on: ['create-index'],

  *check(index, moment) {
    if (index.concurrently || moment.tableIsNew(index.table) || doesNothing(index, moment.before)) return;
    const table = moment.before.table(index.table);
    const partitioned = table.kind === 'known' && table.value.partitioned;
    // Of a table that is not partitioned, ON ONLY builds the index all the same.
    if (index.only && (partitioned || table.kind !== 'known')) return;
    const { name } = index.table;
    const isView =
      table.kind !== 'known' && findRelation(moment.before.whole(), index.table)?.kind === 'view';

    yield {
      at: index.keyword,
      ...(isView ? { severity: 'info' as const } : {}),
      weighs: index.table,
      message: isView
        ? `Building this index blocks REFRESH of the materialized view "${name}" until it is done (SHARE lock). Build it CONCURRENTLY.`
        : partitioned
          ? `Building this index blocks writes to "${name}" and all its partitions (SHARE lock). Create it ON ONLY the parent, build each partition's index CONCURRENTLY, then attach them.`
          : `Building this index blocks writes to "${name}" until it is done (SHARE lock). Build it CONCURRENTLY.`,
      fixes: partitioned
        ? indexByPartition(index, moment)
        : [
            {
              title: 'Build the index concurrently',
              safety: 'needs-review',
              edit: (editor) => editor.makeIndexConcurrent(index),
            },
          ],
    };
  },
});
