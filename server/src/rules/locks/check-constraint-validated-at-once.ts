import { constraintsMadeBy } from '../../analysis/constraints.js';
import { objectName } from '../../catalog/server-names.js';
import { doesNothing } from '../does-nothing.js';
import { given, migration, rule, sql } from '../rule.js';
import { validatedInPlace } from './validated-in-place.js';

const products = sql`create table products (id bigint primary key, price integer);`;

export default rule({
  id: 'check-constraint-validated-at-once',
  severity: 'error',
  docs: {
    what: 'A CHECK constraint is added to a table that is in use, and checked at once, or later in the same transaction.',
    why: 'ADD CHECK takes an ACCESS EXCLUSIVE lock and keeps it while it reads every row: reads and writes wait until then.',
    instead:
      'Add it NOT VALID (`validate: false` in Ecto), which reads nothing, and VALIDATE it in a later migration: that needs only SHARE UPDATE EXCLUSIVE, and reads and writes go on.',
    unless:
      'Silent for a table that the same migration makes, for NOT ENFORCED constraints (PostgreSQL 18), and for VALIDATE in a migration that does not run in one transaction.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [products],
        sql`
          alter table products add constraint price_is_positive check (price > 0);
                                                                ^^^^^ check-constraint-validated-at-once
        `,
      ),
      given(
        [products],
        migration`
          create constraint(:products, :price_is_positive, check: "price > 0")
                                                           ^^^^^ check-constraint-validated-at-once
        `,
      ),
    ],
    good: [
      given(
        [products],
        sql`alter table products add constraint price_is_positive check (price > 0) not valid;`,
      ),
      given(
        [products],
        migration`
          create constraint(:products, :price_is_positive, check: "price > 0", validate: false)
        `,
      ),
    ],
  },
  covers: ['add-check-validated', 'not-valid-validated-in-same-transaction'],
  aliases: [
    'constraint-missing-not-valid',
    'ban-not-valid-validate-same-transaction',
    'require-separate-constraint-validation',
    'add-constraint-check-no-not-valid',
    'not-valid-validate-same-tx',
    'add-check-without-not-valid',
    'check_constraint_added',
    'E1',
    'PG305',
  ],
  on: ['add-column', 'add-constraint', 'validate-constraint'],

  *check(operation, moment) {
    if (operation.kind === 'validate-constraint') {
      yield* validatedInPlace(operation, 'check', 'reads and writes wait (ACCESS EXCLUSIVE lock)', moment);
      return;
    }
    const { table } = operation;
    if (moment.tableIsNew(table)) return;
    if (operation.kind === 'add-column' && doesNothing(operation, moment.before)) return;
    for (const { constraint, validates, columns } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'check' || !validates) continue;
      const [only = '', ...others] = columns;
      const name = constraint.name?.name ?? objectName(table.name, others.length === 0 ? only : '', 'check');
      yield {
        at: constraint.keyword,
        message: `This CHECK is tried on every row of "${table.name}" while reads and writes wait (ACCESS EXCLUSIVE lock). Add it NOT VALID and validate it in a later migration.`,
        weighs: table,
        fixes: [
          {
            title: 'Add the CHECK NOT VALID and validate it in a new migration',
            safety: 'needs-review',
            edit: (editor) => editor.validateLater(operation, constraint.span, name),
          },
        ],
      };
    }
  },
});
