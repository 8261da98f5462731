import { constraintsMadeBy } from '../../analysis/constraints.js';
import { meansSame } from '../../catalog/lookup.js';
import { quotedName } from '../../catalog/names.js';
import type { AddColumn, ForeignKeyDefinition } from '../../catalog/operation.js';
import { objectName } from '../../catalog/server-names.js';
import { quoted } from '../../text/quoted.js';
import { doesNothing } from '../does-nothing.js';
import { type Fix, given, rule, sql } from '../rule.js';

const tables = sql`
  create table customers (id bigint primary key);
  create table orders (id bigint primary key);
`;

export default rule({
  id: 'foreign-key-with-new-column',
  severity: 'warning',
  docs: {
    what: 'A column is added together with its foreign key, in one statement of SQL.',
    why: 'Nothing is checked, but the ACCESS EXCLUSIVE lock of ADD COLUMN is held while the statement waits for a SHARE ROW EXCLUSIVE lock on the referenced table: reads and writes of the one wait for writers of the other.',
    instead:
      'Add the column first. Add the foreign key NOT VALID in a later migration, which holds up writes only, and VALIDATE it in one more.',
    unless:
      'Silent for tables that the same migration makes, for a table that refers to itself, for IF NOT EXISTS on a column that exists, and for a column with a default, which is checked: see `foreign-key-validated-at-once`.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
    ],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter table orders add column customer_id bigint references customers (id);
                                                           ^^^^^^^^^^ foreign-key-with-new-column
          create index concurrently orders_customer_id_idx on orders (customer_id);
        `,
      ),
    ],
    good: [given([tables], sql`alter table orders add column customer_id bigint;`)],
  },
  covers: ['add-column-with-inline-references'],
  aliases: ['adding-foreign-key-constraint'],
  on: ['add-column'],

  *check(operation, moment) {
    const { table, column } = operation;
    if (moment.tableIsNew(table) || doesNothing(operation, moment.before)) return;
    for (const { constraint, validates } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'foreign-key' || validates) continue;
      const { references } = constraint;
      if (meansSame(moment.before.whole(), references, table) || moment.tableIsNew(references)) continue;
      yield {
        at: constraint.keyword,
        message: `Reads and writes of "${table.name}" wait (ACCESS EXCLUSIVE lock) until the foreign key of "${column.name.name}" has its lock on "${references.name}", too (SHARE ROW EXCLUSIVE). Add the column first, and the foreign key NOT VALID in a later migration.`,
        weighs: table,
        fixes: addLater(operation, constraint),
      };
    }
  },
});

function addLater(operation: AddColumn, key: ForeignKeyDefinition): readonly Fix[] {
  const { table, column } = operation;
  const constraint = key.name?.name ?? objectName(table.name, column.name.name, 'fkey');
  const named = `add constraint ${quoted(constraint)}`;
  const words = `alter table ${quotedName(table)} ${named} ${foreignKeyText(column.name.name, key)} not valid`;
  const drop = { kind: 'drop-constraint', table, constraint } as const;
  return [
    {
      title: 'Add the column alone, and the foreign key NOT VALID in a new migration',
      safety: 'needs-review',
      edit: (editor) =>
        editor.together(
          editor.replaceWords(operation, key.span, ''),
          editor.runLater([
            {
              name: `add_${constraint}`,
              outside: false,
              notes: [],
              up: [{ kind: 'words', sql: words }],
              down: [drop],
            },
            {
              name: `validate_${constraint}`,
              outside: false,
              notes: [],
              up: [{ kind: 'validate-constraint', table, constraint }],
              down: [],
            },
          ]),
        ),
    },
  ];
}

/** With names in quotes. */
function foreignKeyText(column: string, key: ForeignKeyDefinition): string {
  const columns = key.referencedColumns.map(quoted).join(', ');
  const only = key.onDeleteColumns.map(quoted).join(', ');
  return [
    `foreign key (${quoted(column)}) references ${quotedName(key.references)}`,
    columns === '' ? '' : ` (${columns})`,
    key.matchFull ? ' match full' : '',
    key.onDelete === 'NO ACTION' ? '' : ` on delete ${key.onDelete}`,
    only === '' ? '' : ` (${only})`,
    key.onUpdate === 'NO ACTION' ? '' : ` on update ${key.onUpdate}`,
    key.deferrable ? ' deferrable' : '',
    key.deferred ? ' initially deferred' : '',
  ].join('');
}
