import { given, rule, sql } from '../rule.js';
import { briefLocks } from './brief-locks.js';

const logs = sql`
  create table logs (id bigint, at date);
  create table logs_2026 (id bigint, at date);
`;

export default rule({
  id: 'inherit-change',
  severity: 'info',
  docs: {
    what: 'A table that is in use gets another parent by INHERIT, or loses one by NO INHERIT.',
    why: 'It takes an ACCESS EXCLUSIVE lock on the table and SHARE UPDATE EXCLUSIVE on the parent, and waits for both; meanwhile queries of the table wait. Rows of the table appear in, or vanish from, every query of the parent at once.',
    instead:
      'Set a lock_timeout before. For tables by date or tenant, declarative partitions take their place: they are attached without a lock on the parent that stops anybody.',
    unless:
      'Silent for a table that the same migration makes, once the transaction holds the lock, and when a lock_timeout is set before it, or a statement_timeout of at most ten seconds, by the migration, its connection or its runner. Said once for a migration, at the first.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-INHERIT',
      'https://www.postgresql.org/docs/current/ddl-partitioning.html',
    ],
  },
  examples: {
    bad: [
      given(
        [logs],
        sql`
          alter table logs_2026 inherit logs;
                                ^^^^^^^^^^^^ inherit-change
        `,
      ),
    ],
    good: [
      sql`
        create table logs (id bigint, at date);
        create table logs_2026 () inherits (logs);
      `,
    ],
  },
  covers: ['inherit-change'],
  on: ['migration'],

  *check(whole, moment) {
    yield* briefLocks(whole, moment, {
      kinds: ['alter-table-other'],
      does: ({ action, table, parent }) =>
        action === 'AddInherit' || action === 'DropInherit'
          ? {
              what: `${action === 'AddInherit' ? 'Putting' : 'Taking'} "${table.name}" ${action === 'AddInherit' ? 'under' : 'from under'} "${parent?.name ?? 'its parent'}"`,
              relation: table,
            }
          : null,
    });
  },
});
