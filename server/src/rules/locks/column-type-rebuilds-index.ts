import { isSetAgain, rebuiltIndexes } from '../../analysis/retyped-columns.js';
import { typeChange } from '../../analysis/type-changes.js';
import { certain } from '../../catalog/knowledge.js';
import { formatType } from '../../catalog/types.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`
  create table users (id bigint primary key, email varchar(100));
  create index users_lower_email on users (lower(email));
`;

export default rule({
  id: 'column-type-rebuilds-index',
  severity: 'warning',
  docs: {
    what: 'The type or the collation of a column changes in a way that leaves the rows as they are, and an index on it is built anew.',
    why: 'The index is built while the ALTER TABLE holds its ACCESS EXCLUSIVE lock: reads and writes wait until then. That is so for every partial index and every index with an expression, and for any other one when the column gets another collation or a type that is compared in another way. A collation that is not written again is taken away.',
    instead:
      'Write the COLLATE that the column has. Otherwise drop the index CONCURRENTLY before, change the type, and build it CONCURRENTLY again after. Where a constraint stands on it, move to a new column step by step.',
    unless:
      'Silent for a table that the same migration makes, for plain indexes that keep their files, where the whole table is written anew or may be (column-type-rewrites-table says so), where the column has that type already (column-type-set-again says so), and where the column is not known.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users alter column email type text;
                                                    ^^^^ column-type-rebuilds-index
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :email, :text
                           ^^^^^ column-type-rebuilds-index
          end
        `,
      ),
    ],
    good: [
      given(
        [
          sql`
            create table users (id bigint primary key, email varchar(100));
            create unique index users_email on users (email);
          `,
        ],
        sql`alter table users alter column email type text;`,
      ),
    ],
  },
  covers: ['alter-column-type-rebuilds-index'],
  aliases: ['changing-column-type', 'alter-column-type', 'column_type_changed'],
  on: ['alter-column-type'],

  *check(operation, moment) {
    const { table: name, type, using } = operation;
    if (moment.tableIsNew(name)) return;
    const table = certain(moment.before.table(name));
    const column = certain(moment.before.column(name, operation.column.name));
    if (table === null || column === null || isSetAgain(column, operation)) return;
    const catalog = moment.before.whole();
    if (typeChange(catalog, column.type, type, using !== null).rewrites !== false) return;

    const [first, ...others] = rebuiltIndexes(catalog, table, column, operation);
    if (first === undefined) return;
    const indexes =
      others.length === 0
        ? `the index "${first.index.name}"`
        : `${others.length + 1} indexes, "${first.index.name}" among them,`;
    const isOfConstraint = [first, ...others].some(({ index }) => index.constraint !== null);
    const kept = operation.collation === null ? column.collation : null;
    const instead =
      kept === null
        ? REBUILT[isOfConstraint ? 'constraint' : 'index']
        : `Write COLLATE "${kept}", which the column has.`;
    yield {
      at: type.span,
      weighs: name,
      message: `Making "${column.name}" ${formatType(type)} leaves the rows of "${table.name}" as they are but builds ${indexes} anew while reads and writes wait (ACCESS EXCLUSIVE lock): ${first.because}. ${instead}`,
      related: [first, ...others].flatMap(({ index }) =>
        index.origin === null ? [] : [{ at: index.origin, message: `"${index.name}" is made here` }],
      ),
      fixes:
        kept === null
          ? []
          : [
              {
                title: `Keep the collation "${kept}"`,
                safety: 'needs-review',
                edit: (editor) => editor.insertWords(operation, type.span.end, `COLLATE "${kept}"`),
              },
            ],
    };
  },
});

const REBUILT = {
  index: 'Drop what is built anew CONCURRENTLY before, and build it CONCURRENTLY again after.',
  constraint: 'A constraint stands on it: move to a new column step by step.',
} as const;
