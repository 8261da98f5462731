import { constraintsMadeBy } from '../../analysis/constraints.js';
import { takenAnew } from '../../analysis/held-locks.js';
import { relationName } from '../../catalog/lookup.js';
import { displayName, sameRelation } from '../../catalog/names.js';
import { given, migration, rule, sql } from '../rule.js';
import { waitIsBounded } from './bounded-wait.js';

const customers = sql`create table customers (id bigint primary key);`;

export default rule({
  id: 'new-table-locks-parent',
  severity: 'hint',
  docs: {
    what: 'A new table refers to one that is in use.',
    why: 'The foreign key takes a SHARE ROW EXCLUSIVE lock on the referenced table, held until the transaction ends. It is short, but it waits for running writes, and all writes that come after wait behind it.',
    instead: 'Keep the transaction short, and set a lock_timeout.',
    unless:
      'Silent where the same migration makes the referenced table, or holds such a lock on it already, and where a lock_timeout bounds the wait.',
    references: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES'],
  },
  examples: {
    bad: [
      given(
        [customers],
        sql`
          create table orders (id bigint primary key, customer_id bigint references customers (id));
                                                                         ^^^^^^^^^^ new-table-locks-parent
        `,
      ),
      given(
        [customers],
        migration`
          create table(:orders) do
            add :customer_id, references(:customers)
                              ^^^^^^^^^^ new-table-locks-parent
          end
        `,
      ),
    ],
    good: [
      sql`
        create table customers (id bigint primary key);
        create table orders (id bigint primary key, customer_id bigint references customers (id));
      `,
    ],
  },
  covers: ['new-table-fk-locks-parent'],
  on: ['migration'],

  *check(whole, moment) {
    for (const [index, step] of whole.steps.entries()) {
      const { operation, before } = step;
      if (operation.kind !== 'create-table') continue;
      const anew = takenAnew(step);
      const said = new Set<string>();
      for (const { constraint } of constraintsMadeBy(operation)) {
        if (constraint.kind !== 'foreign-key') continue;
        const parent = relationName(before, constraint.references);
        const name = displayName(parent);
        if (said.has(name) || !anew.some(({ relation }) => sameRelation(relation, parent))) continue;
        if (waitIsBounded(whole, moment, index)) break;
        said.add(name);
        yield {
          step,
          at: constraint.keyword,
          message: `This foreign key waits for running writes to "${name}", and writes to it wait behind it until the transaction ends (SHARE ROW EXCLUSIVE lock). Keep the transaction short, and set a lock_timeout.`,
          weighs: parent,
        };
      }
    }
  },
});
