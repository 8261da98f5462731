import { takenFirst } from '../../analysis/held-locks.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import type { ForeignKey, Table } from '../../catalog/catalog.js';
import { findTable, foreignKeysOf, tableById } from '../../catalog/lookup.js';
import { sameRelation } from '../../catalog/names.js';
import { given, migration, rule, sql } from '../rule.js';
import { waitIsBounded } from './bounded-wait.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table orders (id bigint primary key, customer_id bigint references customers);
  create index orders_customer_id_index on orders (customer_id);
`;

export default rule({
  id: 'drop-foreign-key-locks-parent',
  severity: 'warning',
  docs: {
    what: 'A foreign key is dropped, by itself or with its column.',
    why: 'Its triggers go from both tables, so the referenced table is locked as well (ACCESS EXCLUSIVE). That is short, but it waits for every running query of both, and all reads and writes that come after wait behind it.',
    instead: 'Set a lock_timeout, drop one foreign key in a migration, and nothing else.',
    unless:
      'Said once for a statement. Silent where the same migration makes one of the tables, or drops the referenced one, for a foreign key of a table to itself, where the transaction or the same statement has such a lock on the referenced table already, and where a lock_timeout bounds the wait.',
    references: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table orders drop constraint orders_customer_id_fkey;
                             ^^^^^^^^^^^^^^^ drop-foreign-key-locks-parent
        `,
      ),
      given(
        [tables],
        migration`
          drop constraint(:orders, "orders_customer_id_fkey")
          ^^^^^^^^^^^^^^^ drop-foreign-key-locks-parent
        `,
      ),
    ],
    good: [
      given(
        [tables],
        sql`
          set lock_timeout = '2s';
          alter table orders drop constraint orders_customer_id_fkey;
        `,
      ),
    ],
  },
  covers: ['drop-fk-locks-parent'],
  on: ['migration'],

  *check(whole, moment) {
    const told = new Map<number, Told>();
    for (const [index, step] of whole.steps.entries()) {
      const { before, statement } = step;
      const dropped = droppedBy(step);
      if (dropped.length === 0 || waitIsBounded(whole, moment, index)) continue;
      const anew = takenFirst(whole, step).filter(({ mode }) => mode === 'AccessExclusiveLock');
      // Nobody waits for a table that goes as well.
      const parents = dropped.flatMap(({ references }) =>
        references === null || moment.afterMigration.tableById(references) === null
          ? []
          : (tableById(before, references) ?? []),
      );
      const locked = parents.filter((parent) => anew.some(({ relation }) => sameRelation(relation, parent)));
      if (locked.length === 0) continue;
      const known = told.get(statement) ?? { step, keys: [], locked: [] };
      told.set(statement, {
        ...known,
        keys: [...known.keys, ...dropped.map(({ name }) => name)],
        locked: [...known.locked, ...locked],
      });
    }
    for (const { step, keys, locked } of told.values()) {
      const [first] = locked;
      if (first === undefined) continue;
      const parents = [...new Set(locked)];
      const names = listed(parents.map(({ name }) => name));
      yield {
        step,
        at: step.operation.keyword,
        message: `Dropping ${listed(keys)} also locks ${names}: reads and writes there wait behind it while it waits for running queries (ACCESS EXCLUSIVE lock). Set a lock_timeout.`,
        // One small table among them says nothing of the others.
        ...(parents.length === 1 ? { weighs: first } : {}),
      };
    }
  },
});

/** What one statement drops, at its first action that does, and whom that locks. */
interface Told {
  readonly step: MigrationStep;
  readonly keys: readonly string[];
  readonly locked: readonly Table[];
}

/** `"a"`, `"a" and "b"`, `"a", "b" and 2 more` */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return names.length <= 2
    ? quoted.join(' and ')
    : `${quoted.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

/** The foreign keys to other tables that go with the step. */
function droppedBy({ operation, before }: MigrationStep): readonly ForeignKey[] {
  if (operation.kind !== 'drop-constraint' && operation.kind !== 'drop-column') return [];
  const table = findTable(before, operation.table);
  if (table === null) return [];
  return foreignKeysOf(table).filter(
    ({ name, columns, references }) =>
      references !== table.id &&
      (operation.kind === 'drop-constraint'
        ? name === operation.constraint.name
        : columns.includes(operation.column.name)),
  );
}
