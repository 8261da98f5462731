import { typeChange } from '../../analysis/type-changes.js';
import { believed } from '../../catalog/knowledge.js';
import { formatType } from '../../catalog/types.js';
import { given, migration, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, total integer, note varchar(100));`;

export default rule({
  id: 'column-type-rewrites-table',
  severity: 'error',
  docs: {
    what: 'The type of a column changes to one that is stored in another way.',
    why: 'The server writes the whole table and all its indexes anew under an ACCESS EXCLUSIVE lock: reads and writes wait until then.',
    instead:
      'Add a column of the new type, let the application write both, fill old rows in batches, read the new one, and drop the old one in a later release.',
    unless:
      "Silent for a table that the same migration makes, and when the real old type and the new one are stored in the same way: varchar(100) to varchar(255) or text, numeric(10,2) to numeric(12,2), and so on. A warning when the old type is not known, and for timestamp to timestamptz and back, which rewrites nothing when the session's TimeZone is UTC.",
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders alter column total type bigint;
                                                     ^^^^^^ column-type-rewrites-table
        `,
      ),
      given(
        [orders],
        migration`
          alter table(:orders) do
            modify :total, :bigint
                           ^^^^^^^ column-type-rewrites-table
          end
        `,
      ),
    ],
    good: [
      given([orders], sql`alter table orders alter column note type varchar(255);`),
      given(
        [orders],
        migration`
          alter table(:orders) do
            modify :note, :text
          end
        `,
      ),
    ],
  },
  covers: ['alter-column-type-rewrite', 'enum-remove-value'],
  aliases: ['changing-column-type', 'alter-column-type', 'column_type_changed', 'E5', 'PG301'],
  on: ['alter-column-type'],

  *check(operation, moment) {
    const { table, column, type } = operation;
    if (moment.tableIsNew(table)) return;
    const old = moment.before.column(table, column.name);
    const was = believed(old);
    const change = typeChange(moment.before.whole(), was?.type ?? null, type, operation.using !== null);
    if (change.rewrites === false) return;

    const certainly = change.rewrites === true && old.kind === 'known';
    yield {
      at: type.span,
      weighs: table,
      severity: certainly ? 'error' : 'warning',
      message: certainly
        ? `Changing "${column.name}" to ${formatType(type)} writes "${table.name}" anew while reads and writes wait (ACCESS EXCLUSIVE lock): ${change.because}. Move to a new column step by step.`
        : `Changing "${column.name}" to ${formatType(type)} may write "${table.name}" anew while reads and writes wait (ACCESS EXCLUSIVE lock): ${change.because}.`,
      related:
        was === null || was.origin === null
          ? []
          : [{ at: was.origin, message: `it was ${formatType(was.type)}` }],
      fixes: [
        {
          title: 'Move to a new column step by step',
          safety: 'needs-review',
          edit: (editor) => editor.changeTypeThroughNewColumn(operation),
        },
      ],
    };
  },
});
