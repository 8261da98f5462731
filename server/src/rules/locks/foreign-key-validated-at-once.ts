import { constraintsMadeBy } from '../../analysis/constraints.js';
import { certain } from '../../catalog/knowledge.js';
import { columnsPart, objectName } from '../../catalog/server-names.js';
import { doesNothing } from '../does-nothing.js';
import { given, migration, rule, sql } from '../rule.js';
import { validatedInPlace } from './validated-in-place.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table orders (id bigint primary key, customer_id bigint);
  create index orders_customer_id_index on orders (customer_id);
`;

export default rule({
  id: 'foreign-key-validated-at-once',
  severity: 'error',
  docs: {
    what: 'A foreign key is added to a table that is in use, and checked at once, or later in the same transaction.',
    why: 'ADD FOREIGN KEY takes a SHARE ROW EXCLUSIVE lock on both tables and keeps it while it reads the whole referencing table: writes to both wait until then. Where the same ALTER TABLE does more, as `add` and `modify` of Ecto do, reads of the referencing table wait, too (ACCESS EXCLUSIVE).',
    instead:
      'Add it NOT VALID (`validate: false` in Ecto), which reads nothing, and VALIDATE it in a later migration: that needs only SHARE UPDATE EXCLUSIVE, and writes go on.',
    unless:
      'Silent for a table that the same migration makes, and for `ADD COLUMN … REFERENCES` without a default in SQL, for which the server knows that there is nothing to check. (Ecto adds column and constraint apart, so there it reads the table.) Silent, too, for VALIDATE in a migration that does not run in one transaction. Before PostgreSQL 18 a foreign key of a partitioned table cannot be NOT VALID: then there is no fix, only the finding.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table orders add constraint orders_customer_id_fkey foreign key (customer_id) references customers (id);
                                                                    ^^^^^^^^^^^ foreign-key-validated-at-once
        `,
      ),
      given(
        [tables],
        migration`
          alter table(:orders) do
            modify :customer_id, references(:customers)
                                 ^^^^^^^^^^ foreign-key-validated-at-once
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        sql`
          alter table orders add constraint orders_customer_id_fkey
            foreign key (customer_id) references customers (id) not valid;
        `,
      ),
      given(
        [tables],
        migration`
          alter table(:orders) do
            modify :customer_id, references(:customers, validate: false)
          end
        `,
      ),
    ],
  },
  covers: ['add-fk-validated', 'not-valid-validated-in-same-transaction'],
  aliases: [
    'adding-foreign-key-constraint',
    'constraint-missing-not-valid',
    'ban-not-valid-validate-same-transaction',
    'require-separate-constraint-validation',
    'add-constraint-fk-no-not-valid',
    'not-valid-validate-same-tx',
    'add-fk-without-not-valid',
    'column_reference_added',
    'E1',
  ],
  on: ['add-column', 'add-constraint', 'validate-constraint'],

  *check(operation, moment) {
    if (operation.kind === 'validate-constraint') {
      yield* validatedInPlace(
        operation,
        'foreign-key',
        'writes to both of its tables wait (at least a SHARE ROW EXCLUSIVE lock)',
        moment,
      );
      return;
    }
    const { table } = operation;
    if (moment.tableIsNew(table)) return;
    if (operation.kind === 'add-column' && doesNothing(operation, moment.before)) return;
    for (const { constraint, validates, columns } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'foreign-key' || !validates) continue;
      const known = certain(moment.before.table(table));
      // Before version 18 a foreign key of a partitioned table cannot be NOT VALID.
      const cannot = known?.partitioned === true && moment.postgres < 18;
      const name = constraint.name?.name ?? objectName(table.name, columnsPart(columns), 'fkey');
      const other = constraint.references.name;
      const reads = operation.kind === 'add-column' || operation.amongOthers;
      const isOwn = other === table.name;
      const waiting = reads
        ? `reads and writes of it wait (ACCESS EXCLUSIVE lock)${isOwn ? '' : `, and writes to "${other}" (SHARE ROW EXCLUSIVE lock)`}`
        : `writes to ${isOwn ? 'it' : `it and to "${other}"`} wait (SHARE ROW EXCLUSIVE lock)`;
      yield {
        at: constraint.keyword,
        message: `This foreign key is checked against every row of "${table.name}" while ${waiting}. ${
          cannot
            ? 'Add it to each partition first, NOT VALID, and validate it there; then the parent has nothing left to check.'
            : 'Add it NOT VALID and validate it in a later migration.'
        }`,
        weighs: table,
        fixes: cannot
          ? []
          : [
              {
                title: 'Add the foreign key NOT VALID and validate it in a new migration',
                safety: 'needs-review',
                edit: (editor) => editor.validateLater(operation, constraint.span, name),
              },
            ],
      };
    }
  },
});
