import { believed } from '../../catalog/knowledge.js';
import { childrenOf } from '../../catalog/lookup.js';
import { given, rule, sql } from '../rule.js';

const events = sql`
  create table events (at date not null) partition by range (at);
  create table events_2020 partition of events for values from ('2020-01-01') to ('2021-01-01');
`;

export default rule({
  id: 'detach-partition-blocking',
  severity: 'warning',
  docs: {
    what: 'A partition is detached without CONCURRENTLY.',
    why: 'DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the partitioned table, on the partition and on tables that reference it. It is short, but it waits for every running query, and all reads and writes that come after wait behind it.',
    instead: 'Detach it CONCURRENTLY (PostgreSQL 14), in a migration that runs outside a transaction.',
    unless:
      'Silent before PostgreSQL 14, for tables that the same migration makes, and beside a DEFAULT partition, where CONCURRENTLY is refused: set a lock_timeout there.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION',
    ],
  },
  examples: {
    bad: [
      given(
        [events],
        sql`
          alter table events detach partition events_2020;
                             ^^^^^^^^^^^^^^^^ detach-partition-blocking
        `,
      ),
    ],
    good: [given([events], sql`alter table events detach partition events_2020 concurrently;`)],
  },
  covers: ['detach-partition-not-concurrent'],
  aliases: [
    'require-concurrent-partition-detach',
    'require-concurrent-detach-partition',
    'detach-partition',
    'detach-partition-non-concurrent',
  ],
  on: ['detach-partition'],

  *check(detach, moment) {
    const { table, partition } = detach;
    if (detach.concurrently !== null || moment.postgres < 14) return;
    if (moment.tableIsNew(table) || moment.tableIsNew(partition)) return;
    const parent = believed(moment.before.table(table));
    const siblings = parent === null ? [] : childrenOf(moment.before.whole(), parent.id);
    if (siblings.some(({ defaultPartition }) => defaultPartition)) return;
    yield {
      at: detach.keyword,
      message: `Detaching "${partition.name}" blocks reads and writes of "${table.name}" while it waits for running queries (ACCESS EXCLUSIVE lock). Detach it CONCURRENTLY.`,
      weighs: table,
      fixes: [
        {
          title: 'Detach it concurrently',
          safety: 'needs-review',
          edit: (editor) => editor.detachConcurrently(detach),
        },
      ],
    };
  },
});
