import { listed } from '../../analysis/cascades.js';
import { lockedTables } from '../../analysis/held-locks.js';
import { lockName } from '../../catalog/lock-modes.js';
import { given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table users (id bigint primary key);
  create table orders (id bigint primary key);
`;

export default rule({
  id: 'wide-lock-window',
  severity: 'warning',
  docs: {
    what: 'One transaction changes several tables that are in use, and holds the locks on all of them until it ends.',
    why: 'Reads and writes of the first table wait not only for its own change but until the locks on all others were got, one after the other. A transaction of the application that uses the tables in another order is then in a deadlock with the migration, and the server breaks off one of the two.',
    instead:
      'One table in a migration. Where they have to change together, take the locks first, in the order in which the application uses the tables, with a lock_timeout.',
    unless:
      'Said once for a transaction, at the statement that locks the second table; only at info where there are no more than two. Silent when one statement locks several tables, as a foreign key does; for tables that the migration makes or drops; for locks that leave reads and writes alone; and outside a transaction.',
    references: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table users add column active boolean;
          alter table orders add column paid boolean;
                             ^^^^^^^^^^ wide-lock-window
        `,
      ),
      given(
        [tables],
        migration`
          alter table(:users) do
            add :active, :boolean
          end

          alter table(:orders) do
            add :paid, :boolean
            ^^^ wide-lock-window
          end
        `,
      ),
    ],
    good: [
      given([tables], sql`alter table users add column active boolean;`),
      given(
        [tables],
        sql`
          begin;
          alter table users add column active boolean;
          commit;
          begin;
          alter table orders add column paid boolean;
          commit;
        `,
      ),
    ],
  },
  covers: ['wide-lock-window'],
  aliases: ['wide-lock-window'],
  on: ['migration'],

  *check(whole) {
    for (const tables of lockedTables(whole)) {
      const [first] = tables;
      // A statement of its own: what one statement locks cannot be parted.
      const next = tables.find(({ step }) => step.statement !== first?.step.statement);
      if (first === undefined || next === undefined) continue;
      yield {
        step: next.step,
        at: next.step.operation.keyword,
        message: `This transaction locks ${listed(tables.map(({ lock }) => `"${lock.relation.name}"`))} one after the other and holds each lock until it ends: "${first.lock.relation.name}" (${lockName(first.lock.mode)}) stays blocked while it waits for "${next.lock.relation.name}", and code that uses them in another order may deadlock with it. Change one table in a migration.`,
        severity: tables.length > MANY ? 'warning' : 'info',
        weighs: first.lock.relation,
        related: [
          {
            at: first.step,
            message: `"${first.lock.relation.name}" is locked here`,
          },
        ],
      };
    }
  },
});

/** Two are often changed together, and seldom for long. */
const MANY = 2;
