import type { AddConstraint, ConstraintDefinition, NotNullDefinition } from '../../catalog/operation.js';
import { objectName } from '../../catalog/server-names.js';
import { type Fix, given, migration, rule, sql } from '../rule.js';
import { validatedInPlace } from './validated-in-place.js';

const users = sql`create table users (id bigint primary key, email text);`;
const proof = sql`
  alter table users add constraint users_email_not_null check (email is not null) not valid;
`;
const validated = sql`alter table users validate constraint users_email_not_null;`;

export default rule({
  id: 'set-not-null-scanning-table',
  severity: 'error',
  docs: {
    what: 'A column of a table that is in use becomes NOT NULL, by itself or as part of a PRIMARY KEY made USING INDEX, and nothing proves yet that it holds no NULL.',
    why: 'SET NOT NULL takes an ACCESS EXCLUSIVE lock and keeps it while it reads every row: reads and writes wait until then.',
    instead:
      'Add `CHECK (column IS NOT NULL) NOT VALID`, VALIDATE it in a later migration while writes go on, then SET NOT NULL, which now reads nothing, and drop the CHECK. From PostgreSQL 18 on, `ADD CONSTRAINT … NOT NULL column NOT VALID` and its validation later do the same.',
    unless:
      "Silent for a table that the same migration makes, when a validated CHECK from any earlier migration proves it, and when the column is NOT NULL already. Ecto's `modify` always sets the type too, which makes the CHECKs anew, so there only a raw SET NOT NULL profits from the proof. Silent, too, for VALIDATE in a migration that does not run in one transaction. A warning where the history cannot be read well enough to know.",
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users alter column email set not null;
                                               ^^^^^^^^^^^^ set-not-null-scanning-table
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :email, :text, null: false
                                  ^^^^^^^^^^^ set-not-null-scanning-table
          end
        `,
      ),
    ],
    good: [
      given([users, proof, validated], sql`alter table users alter column email set not null;`),
      given(
        [users, proof, validated],
        migration`
          execute "alter table users alter column email set not null", "alter table users alter column email drop not null"
        `,
      ),
    ],
  },
  covers: ['set-not-null-unproven', 'add-not-null-constraint-validated', 'add-pk-using-index-nullable'],
  aliases: [
    'adding-not-nullable-field',
    'adding-not-null-field',
    'alter-column-set-not-null',
    'set-not-null',
    'not_null_added',
    'E2',
    'W14',
    'PG303',
    'PG304',
    'MF104',
  ],
  on: ['set-not-null', 'add-constraint', 'validate-constraint'],

  *check(operation, moment) {
    if (operation.kind === 'validate-constraint') {
      yield* validatedInPlace(operation, 'not-null', 'reads and writes wait (ACCESS EXCLUSIVE lock)', moment);
      return;
    }
    const { table } = operation;
    if (moment.tableIsNew(table)) return;
    if (operation.kind === 'add-constraint' && !requiresColumns(operation.constraint)) return;
    if (moment.locksOf(operation).scans.length === 0) return;
    if (operation.kind === 'add-constraint') {
      const { constraint } = operation;
      const isKey = constraint.kind === 'primary-key';
      yield {
        at: constraint.keyword,
        message: `${isKey ? 'A primary key makes its columns NOT NULL, and nothing proves that yet: every' : 'Every'} row of "${table.name}" is checked for NULL while reads and writes wait (ACCESS EXCLUSIVE lock). ${
          isKey
            ? 'Make the columns NOT NULL first, proven by a validated CHECK.'
            : 'Add it NOT VALID and validate it in a later migration.'
        }`,
        weighs: table,
        fixes: constraint.kind === 'not-null' ? [validatedLater(operation, constraint)] : [],
      };
      return;
    }
    const { column } = operation;
    const known = moment.before.column(table, column.name);

    yield {
      at: operation.keyword,
      // A proof may stand in a part of the history that we could not read.
      severity: known.kind === 'known' ? 'error' : 'warning',
      message:
        known.kind === 'known'
          ? `Every row of "${table.name}" is checked for NULL in "${column.name}" while reads and writes wait (ACCESS EXCLUSIVE lock). Prove it first with a CHECK that is validated in a migration of its own.`
          : `Unless a validated CHECK proves it, every row of "${table.name}" is checked for NULL in "${column.name}" while reads and writes wait (ACCESS EXCLUSIVE lock).`,
      weighs: table,
      fixes: [
        moment.postgres >= 18
          ? {
              title: 'Make it NOT NULL without a look at old rows, and validate it in a new migration',
              safety: 'needs-review',
              edit: (editor) => editor.setNotNullThroughConstraint(operation),
            }
          : {
              title: 'Prove it with a CHECK first, in steps',
              safety: 'needs-review',
              edit: (editor) => editor.setNotNullThroughCheck(operation),
            },
      ],
    };
  },
});

function validatedLater(operation: AddConstraint, { name, column, span }: NotNullDefinition): Fix {
  const expected = name?.name ?? objectName(operation.table.name, column, 'not_null');
  return {
    title: 'Add it NOT VALID and validate it in a new migration',
    safety: 'needs-review',
    edit: (editor) => editor.validateLater(operation, span, expected),
  };
}

/** A key made from an index, which is not read again but for NULL; or PostgreSQL 18's NOT NULL as a constraint. */
function requiresColumns(constraint: ConstraintDefinition): boolean {
  return (
    constraint.kind === 'not-null' || (constraint.kind === 'primary-key' && constraint.usingIndex !== null)
  );
}
