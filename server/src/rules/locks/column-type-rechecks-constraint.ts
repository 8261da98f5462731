import { isSetAgain, recheckedConstraints } from '../../analysis/retyped-columns.js';
import { typeChange } from '../../analysis/type-changes.js';
import { certain } from '../../catalog/knowledge.js';
import { formatType } from '../../catalog/types.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email varchar(100) check (email <> ''));
`;

export default rule({
  id: 'column-type-rechecks-constraint',
  severity: 'warning',
  docs: {
    what: 'The type of a column changes in a way that leaves the rows as they are, and a CHECK on it is tried on every row again.',
    why: 'The CHECK is made anew with the new type, and the whole table is read for it under an ACCESS EXCLUSIVE lock: reads and writes wait until then.',
    instead:
      'Drop the CHECK, change the type, add the CHECK again NOT VALID, all in one migration, and VALIDATE it in the next one while reads and writes go on.',
    unless:
      'Silent for a table that the same migration makes, for a CHECK that is NOT VALID and stays so, where the whole table is written anew or may be (column-type-rewrites-table says so), where the column has that type already (column-type-set-again says so), and where the column is not known.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users alter column email type text;
                                                    ^^^^ column-type-rechecks-constraint
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :email, :text
                           ^^^^^ column-type-rechecks-constraint
          end
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          alter table users drop constraint users_email_check;
          alter table users alter column email type text;
          alter table users add constraint users_email_check check (email <> '') not valid;
        `,
      ),
    ],
  },
  covers: ['alter-column-type-rechecks-constraints'],
  aliases: ['changing-column-type', 'alter-column-type', 'column_type_changed'],
  on: ['alter-column-type'],

  *check(operation, moment) {
    const { table: name, type, using } = operation;
    if (moment.tableIsNew(name)) return;
    const table = certain(moment.before.table(name));
    const column = certain(moment.before.column(name, operation.column.name));
    if (table === null || column === null || isSetAgain(column, operation)) return;
    if (typeChange(moment.before.whole(), column.type, type, using !== null).rewrites !== false) return;

    const checks = recheckedConstraints(table, column.name);
    const [first] = checks;
    if (first === undefined) return;
    const constraints =
      checks.length === 1
        ? `the CHECK "${first.name}"`
        : `${checks.length} CHECKs, "${first.name}" among them,`;
    yield {
      at: type.span,
      weighs: name,
      message: `Making "${column.name}" ${formatType(type)} leaves the rows of "${table.name}" as they are but tries ${constraints} on every one of them again while reads and writes wait (ACCESS EXCLUSIVE lock). Drop the CHECK before, add it NOT VALID after, and validate it in a later migration.`,
      related: checks.flatMap(({ name: check, origin }) =>
        origin === null ? [] : [{ at: origin, message: `"${check}" is made here` }],
      ),
    };
  },
});
