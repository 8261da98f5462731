import { takenAnew } from '../../analysis/held-locks.js';
import { findTable, tableById } from '../../catalog/lookup.js';
import { sameRelation } from '../../catalog/names.js';
import { given, rule, sql } from '../rule.js';
import { waitIsBounded } from './bounded-wait.js';

const events = sql`
  create table events (at date not null) partition by range (at);
  create table events_2020 partition of events for values from ('2020-01-01') to ('2021-01-01');
`;

export default rule({
  id: 'drop-partition-locks-parent',
  severity: 'warning',
  docs: {
    what: 'A partition is dropped that is still attached.',
    why: 'DROP TABLE takes an ACCESS EXCLUSIVE lock on the partitioned table as well. It is short, but it waits for every running query, and all reads and writes of all partitions that come after wait behind it.',
    instead:
      'Detach it CONCURRENTLY first (PostgreSQL 14), in a migration that runs outside a transaction, then drop it.',
    unless:
      'Silent where the same migration makes or drops the partitioned table, or holds such a lock on it already, and where a lock_timeout bounds the wait.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION',
    ],
  },
  examples: {
    bad: [
      given(
        [events],
        sql`
          drop table events_2020;
          ^^^^^^^^^^ drop-partition-locks-parent
        `,
      ),
    ],
    good: [
      given(
        [events, sql`alter table events detach partition events_2020 concurrently;`],
        sql`drop table events_2020;`,
      ),
    ],
  },
  covers: ['drop-partition'],
  on: ['migration'],

  *check(whole, moment) {
    for (const [index, step] of whole.steps.entries()) {
      const { operation, before } = step;
      if (operation.kind !== 'drop-table') continue;
      const parentId = findTable(before, operation.table)?.partitionOf ?? null;
      const parent = parentId === null ? null : tableById(before, parentId);
      if (parent === null || moment.afterMigration.tableById(parent.id) === null) continue;
      const waits = takenAnew(step).some(
        ({ mode, relation }) => mode === 'AccessExclusiveLock' && sameRelation(relation, parent),
      );
      if (!waits || waitIsBounded(whole, moment, index)) continue;
      yield {
        step,
        at: operation.keyword,
        message: `"${operation.table.name}" is still a partition: dropping it blocks reads and writes of "${parent.name}" while it waits for running queries (ACCESS EXCLUSIVE lock). ${
          moment.postgres < 14 ? 'Set a lock_timeout.' : 'Detach it CONCURRENTLY first.'
        }`,
        weighs: parent,
      };
    }
  },
});
