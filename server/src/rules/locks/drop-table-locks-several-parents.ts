import { listed } from '../../analysis/cascades.js';
import { takenFirst } from '../../analysis/held-locks.js';
import { findTable, foreignKeysOf, tableById } from '../../catalog/lookup.js';
import { sameRelation } from '../../catalog/names.js';
import { given, migration, rule, sql } from '../rule.js';
import { waitIsBounded } from './bounded-wait.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table shops (id bigint primary key);
  create table orders (
    id bigint primary key,
    customer_id bigint references customers,
    shop_id bigint references shops
  );
`;

export default rule({
  id: 'drop-table-locks-several-parents',
  severity: 'warning',
  docs: {
    what: 'A table is dropped whose foreign keys refer to more than one other table.',
    why: 'Dropping it locks each of them as well (ACCESS EXCLUSIVE): reads and writes of all of them wait together, and a transaction that locks them in another order ends in a deadlock.',
    instead: 'Drop its foreign keys first, one in a migration, then the table.',
    unless:
      'Silent for referenced tables that the same migration makes, for a foreign key of the table to itself, for those that the transaction has such a lock on already, where foreign keys are not known, and where a lock_timeout bounds the wait.',
    references: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          drop table orders;
          ^^^^^^^^^^ drop-table-locks-several-parents
        `,
      ),
      given(
        [tables],
        migration`
          drop table(:orders)
          ^^^^^^^^^^ drop-table-locks-several-parents
        `,
      ),
    ],
    good: [
      given(
        [tables, sql`alter table orders drop constraint orders_customer_id_fkey;`],
        sql`drop table orders;`,
      ),
    ],
  },
  covers: ['drop-table-with-multiple-fks'],
  on: ['migration'],

  *check(whole, moment) {
    for (const [index, step] of whole.steps.entries()) {
      const { operation, before } = step;
      if (operation.kind !== 'drop-table') continue;
      const table = findTable(before, operation.table);
      if (table === null) continue;
      const parents = foreignKeysOf(table).flatMap(({ references }) =>
        references === null || references === table.id ? [] : (tableById(before, references) ?? []),
      );
      const anew = takenFirst(whole, step);
      const locked = [...new Set(parents)].filter((parent) =>
        anew.some(({ relation }) => sameRelation(relation, parent)),
      );
      const [first] = locked;
      if (first === undefined || locked.length < 2 || waitIsBounded(whole, moment, index)) continue;
      const names = locked.map(({ name }) => `"${name}"`);
      yield {
        step,
        at: operation.keyword,
        message: `Dropping "${table.name}" also locks ${listed(names)}, to which its foreign keys refer: reads and writes of all of them wait (ACCESS EXCLUSIVE lock), and it may deadlock. Drop the foreign keys first, one in a migration.`,
        weighs: first,
      };
    }
  },
});
