import { listed } from '../../analysis/cascades.js';
import { constraintsMadeBy } from '../../analysis/constraints.js';
import type { MigrationStep } from '../../analysis/whole-migration.js';
import { meansSame, relationName } from '../../catalog/lookup.js';
import { displayName, type RelationName, sameRelation } from '../../catalog/names.js';
import type { ForeignKeyDefinition } from '../../catalog/operation.js';
import { type Fix, given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table shops (id bigint primary key);
  create table orders (id bigint primary key, customer_id bigint, shop_id bigint);
  create index orders_customer_id_idx on orders (customer_id);
  create index orders_shop_id_idx on orders (shop_id);
`;

export default rule({
  id: 'foreign-keys-to-several-tables',
  severity: 'warning',
  docs: {
    what: 'One transaction adds foreign keys that refer to more than one table that is in use.',
    why: 'Each takes a SHARE ROW EXCLUSIVE lock on its table, and all are held until the transaction ends: writes to all of them wait together, and a transaction that locks them in another order ends in a deadlock.',
    instead: 'Add one foreign key in a migration, NOT VALID.',
    unless:
      'Silent for tables that the same migration makes, and where each foreign key has a transaction of its own. No more than a hint when only new tables refer to them, whose foreign keys have nothing to check.',
    references: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          begin;
          alter table orders add foreign key (customer_id) references customers (id) not valid;
          alter table orders add foreign key (shop_id) references shops (id) not valid;
                                 ^^^^^^^^^^^ foreign-keys-to-several-tables
          commit;
        `,
      ),
      given(
        [tables],
        migration`
          alter table(:orders) do
            modify :customer_id, references(:customers, validate: false), from: :bigint
          end

          alter table(:orders) do
            modify :shop_id, references(:shops, validate: false), from: :bigint
                             ^^^^^^^^^^ foreign-keys-to-several-tables
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        sql`alter table orders add foreign key (customer_id) references customers (id) not valid;`,
      ),
    ],
  },
  covers: ['multiple-fks-to-existing-tables'],
  on: ['migration'],

  *check({ steps }) {
    const byTransaction = new Map<number, Added[]>();
    for (const step of steps) {
      if (step.transaction === null || step.operation.ofLibrary === true) continue;
      const added = byTransaction.get(step.transaction) ?? [];
      byTransaction.set(step.transaction, [...added, ...addedBy(step)]);
    }
    for (const added of byTransaction.values()) {
      const first = added[0];
      const second = added.find(({ to }) => first !== undefined && !sameRelation(to, first.to));
      if (first === undefined || second === undefined) continue;
      const names = [...new Set(added.map(({ to }) => `"${displayName(to)}"`))];
      yield {
        step: second.step,
        at: second.key.keyword,
        severity: added.some(({ isOld }) => isOld) ? 'warning' : 'hint',
        message: `Writes to ${listed(names)} wait together until this transaction ends (SHARE ROW EXCLUSIVE locks), and it may deadlock with one that locks them in another order. Add one foreign key in a migration.`,
        weighs: second.to,
        fixes: alone(second),
      };
    }
  },
});

interface Added {
  readonly step: MigrationStep;
  readonly key: ForeignKeyDefinition;
  /** The table that it refers to. */
  readonly to: RelationName;
  /** The table that gets it is in use, too. */
  readonly isOld: boolean;
}

/** Foreign keys to tables that others use. */
function addedBy(step: MigrationStep): readonly Added[] {
  const { operation, facts, before } = step;
  if (
    operation.kind !== 'create-table' &&
    operation.kind !== 'add-column' &&
    operation.kind !== 'add-constraint'
  ) {
    return [];
  }
  const isLocked = (name: RelationName) =>
    facts.locks.some(({ relation, mode }) => sameRelation(relation, name) && mode !== 'RowShareLock');
  const isOld = operation.kind !== 'create-table' && isLocked(relationName(before, operation.table));
  return constraintsMadeBy(operation).flatMap(({ constraint }) => {
    if (constraint.kind !== 'foreign-key') return [];
    if (meansSame(before, constraint.references, operation.table)) return [];
    const to = relationName(before, constraint.references);
    return isLocked(to) ? [{ step, key: constraint, to, isOld }] : [];
  });
}

function alone({ step: { operation }, key }: Added): readonly Fix[] {
  if (operation.kind !== 'add-constraint') return [];
  const name = key.name?.name ?? `${operation.table.name}_${key.columns.join('_')}_fkey`;
  return [
    {
      title: 'Add it in a migration of its own',
      safety: 'needs-review',
      edit: (editor) => editor.runAlone(operation, `add_${name}`),
    },
  ];
}
