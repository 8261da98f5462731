import { believed } from '../../catalog/knowledge.js';
import type { ColumnDefinition } from '../../catalog/operation.js';
import { doesNothing } from '../does-nothing.js';
import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'add-column-required-without-default',
  severity: 'error',
  docs: {
    what: 'A column is added that is NOT NULL and has no default.',
    why: 'The server refuses it as soon as the table holds a row (error 23502), so the migration fails where it matters. On an empty table it succeeds, and the release that is still running then fails to insert rows.',
    instead:
      'Give it a constant default, which takes no time since PostgreSQL 11; or add it nullable, fill it, and make it NOT NULL later.',
    unless:
      'Silent for a table that the same migration makes, unless it has written rows into it before, and for columns that get their values by themselves: serial, identity, generated. A warning for IF NOT EXISTS where the columns of the table are not known, as after CREATE TABLE AS.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-COLUMN',
    ],
  },
  examples: {
    bad: [
      sql`
        alter table users add column active boolean not null;
                                     ^^^^^^ add-column-required-without-default
      `,
      migration`
        alter table(:users) do
          add :active, :boolean, null: false
              ^^^^^^^ add-column-required-without-default
        end
      `,
    ],
    good: [
      sql`alter table users add column active boolean not null default true;`,
      migration`
        alter table(:users) do
          add :active, :boolean, null: false, default: true
        end
      `,
    ],
  },
  covers: ['add-column-required', 'add-column-not-null-without-db-default-ecto'],
  aliases: ['adding-required-field', 'add-column-not-null-no-default', 'not_null_added', 'MF103'],
  on: ['add-column'],

  *check(operation, moment) {
    const { table, column } = operation;
    if (!column.notNull || hasDefault(column)) return;
    if (column.generated !== null || column.identity !== null || column.type.serial) return;
    if (doesNothing(operation, moment.before)) return;
    if (moment.tableIsNew(table) && believed(moment.before.table(table))?.filled !== true) return;

    const mayBeThere =
      operation.ifNotExists && moment.before.column(table, column.name.name).kind === 'unknown';
    const condition = mayBeThere ? 'Unless the column is there already, ' : '';
    yield {
      at: column.name.span,
      weighs: table,
      ...(mayBeThere ? { severity: 'warning' } : {}),
      message: `${condition}"${column.name.name}" is required but old rows of "${table.name}" have no value for it: the server refuses this as soon as the table holds a row. Give it a default, or make it nullable until it is filled.`,
      fixes: [
        {
          title: `Make "${column.name.name}" nullable for now`,
          safety: 'needs-review',
          edit: (editor) => editor.makeNullable(operation),
        },
      ],
    };
  },
});

/** `DEFAULT NULL` is none. */
function hasDefault({ default: value }: ColumnDefinition): boolean {
  return value !== null && !/^null$/i.test(value.text.trim());
}
