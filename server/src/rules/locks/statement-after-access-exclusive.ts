import { heldAgainstOthers } from '../../analysis/held-locks.js';
import { slowWork } from '../../analysis/slow-work.js';
import { sameRelation } from '../../catalog/names.js';
import { given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table users (id bigint primary key);
  create table orders (id bigint primary key, user_id bigint, total integer);
  alter table orders add constraint orders_total_check check (total > 0) not valid;
`;

export default rule({
  id: 'statement-after-access-exclusive',
  severity: 'warning',
  docs: {
    what: 'A statement that takes its time runs while the transaction still holds an ACCESS EXCLUSIVE lock on a table.',
    why: 'Locks are kept until the transaction ends. A change of milliseconds blocks all reads and writes of its table for as long as the scan, the build or the rewrite behind it takes.',
    instead: 'Let the slow statement run in a migration of its own.',
    unless:
      'Silent when the statement is done at once, when it builds, scans or rewrites the very table that is locked and a rule of its own says so, when rows are changed (data-change-in-ddl-transaction says that), for tables that the same migration makes or drops, and outside a transaction. Said once for a transaction, at the first such statement.',
    references: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table users add column active boolean;
          alter table orders validate constraint orders_total_check;
                             ^^^^^^^^^^^^^^^^^^^ statement-after-access-exclusive
        `,
      ),
      given(
        [tables],
        migration`
          alter table(:users) do
            add :active, :boolean
          end

          create index(:orders, [:user_id])
          ^^^^^^^^^^^^ statement-after-access-exclusive
        `,
      ),
    ],
    good: [
      given(
        [tables],
        sql`
          alter table users add column active boolean;
          alter table users alter column active set default false;
        `,
      ),
      given([tables], sql`alter table orders validate constraint orders_total_check;`),
    ],
  },
  covers: ['statement-after-access-exclusive'],
  aliases: ['running-statement-while-holding-access-exclusive', 'statement-after-access-exclusive', 'E4'],
  on: ['migration'],

  *check(whole) {
    const said = new Set<number>();
    for (const [index, step] of whole.steps.entries()) {
      const { operation, transaction } = step;
      if (transaction === null || said.has(transaction) || operation.ofLibrary === true) continue;
      const work = slowWork(whole, index);
      if (work === null) continue;
      const held = heldAgainstOthers(whole, step).find(
        ({ mode, relation, by }) =>
          mode === 'AccessExclusiveLock' &&
          whole.steps[by]?.statement !== step.statement &&
          !(work.isSaid && work.table !== null && sameRelation(relation, work.table)),
      );
      const by = held === undefined ? undefined : whole.steps[held.by];
      if (held === undefined || by === undefined) continue;
      said.add(transaction);
      yield {
        step,
        at: operation.keyword,
        message: `${work.what} while the transaction holds an ACCESS EXCLUSIVE lock on "${held.relation.name}": its reads and writes wait until this is done. Do it in a migration of its own.`,
        weighs: work.table ?? held.relation,
        related: [{ at: by, message: `"${held.relation.name}" is locked here` }],
        fixes: work.isSaid
          ? []
          : [
              {
                title: 'Run it in a migration of its own',
                safety: 'needs-review',
                edit: (editor) => editor.runAlone(operation, work.name),
              },
            ],
      };
    }
  },
});
