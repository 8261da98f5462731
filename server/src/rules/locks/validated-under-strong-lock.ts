import { isAtLeast } from '../../analysis/held-locks.js';
import { strongestHeld } from '../../analysis/whole-migration.js';
import { blocks, lockName } from '../../catalog/lock-modes.js';
import { constraintOf, findRelation, findTable } from '../../catalog/lookup.js';
import { sameRelation } from '../../catalog/names.js';
import { given, migration, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, price integer, note text);`;
const pending = sql`alter table orders add constraint price_is_positive check (price > 0) not valid;`;

export default rule({
  id: 'validated-under-strong-lock',
  severity: 'warning',
  docs: {
    what: 'A constraint is validated in a transaction that already holds a strong lock on its table, from an earlier statement.',
    why: 'VALIDATE CONSTRAINT itself lets reads and writes go on, but locks are held until the transaction ends: those who wait for the earlier one wait until every row is checked.',
    instead: 'Validate it in a migration of its own.',
    unless:
      'Silent for a table that the same migration makes, in a migration that does not run in one transaction, and for constraints that the same migration adds: those are told as `foreign-key-validated-at-once`, `check-constraint-validated-at-once` and `set-not-null-scanning-table`.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [orders, pending],
        sql`
          begin;
          alter table orders add column paid boolean;
          alter table orders validate constraint price_is_positive;
                             ^^^^^^^^^^^^^^^^^^^ validated-under-strong-lock
          commit;
        `,
      ),
      given(
        [orders, pending],
        migration`
          alter table(:orders) do
            add :paid, :boolean
          end

          execute "alter table orders validate constraint price_is_positive", ""
                                      ^^^^^^^^^^^^^^^^^^^ validated-under-strong-lock
        `,
      ),
    ],
    good: [given([orders, pending], sql`alter table orders validate constraint price_is_positive;`)],
  },
  covers: ['validate-while-holding-strong-lock'],
  aliases: ['running-statement-while-holding-access-exclusive', 'statement-after-access-exclusive', 'E4'],
  on: ['migration'],

  *check(whole) {
    const { steps } = whole;
    for (const step of steps) {
      const { operation, before, held, facts } = step;
      if (operation.kind !== 'validate-constraint') continue;
      const { constraint, table: reference } = operation;
      const table = findTable(before, reference);
      if (table === null || facts.scans.length === 0) continue;
      // One that the migration adds is told elsewhere.
      const first = steps[0]?.before;
      const found = first === undefined ? null : findRelation(first, reference);
      if (found?.kind !== 'table' || constraintOf(found, constraint.name) === null) continue;
      const lock = strongestHeld(held).find(
        ({ mode, relation }) => sameRelation(relation, table) && isAtLeast(mode, 'ShareLock'),
      );
      const by = lock === undefined ? undefined : steps[lock.by];
      if (lock === undefined || by === undefined) continue;
      yield {
        step,
        at: operation.keyword,
        message: `Every row of "${table.name}" is checked while ${blocks(lock.mode) ?? 'writes'} of it wait: an earlier statement of the transaction holds a lock on it (${lockName(lock.mode)}). Validate it in a migration of its own.`,
        weighs: reference,
        fixes: [
          {
            title: 'Validate it in a migration of its own',
            safety: 'needs-review',
            edit: (editor) => editor.runAlone(operation, `validate_${constraint.name}`),
          },
        ],
      };
    }
  },
});
