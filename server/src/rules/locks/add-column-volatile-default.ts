import { rewriteOfNewColumn } from '../../analysis/new-columns.js';
import { doesNothing } from '../does-nothing.js';
import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'add-column-volatile-default',
  severity: 'error',
  docs: {
    what: 'A column is added with a default that is volatile: a function that gives every row another value.',
    why: 'The server writes the whole table and its indexes anew under an ACCESS EXCLUSIVE lock: reads and writes wait until then. A constant, or a stable function such as now(), is stored once and takes no time.',
    instead:
      'Add the column without a default, set the default for new rows in the same migration, and fill old rows in batches later.',
    unless:
      'Silent for a table that the same migration makes, and for defaults that are constant or stable. A warning where the default calls a function of which it is not known whether it is volatile.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  },
  examples: {
    bad: [
      sql`
        alter table users add column token uuid default gen_random_uuid();
                                                        ^^^^^^^^^^^^^^^^^ add-column-volatile-default
      `,
      migration`
        alter table(:users) do
          add :token, :uuid, default: fragment("gen_random_uuid()")
                                                ^^^^^^^^^^^^^^^^^ add-column-volatile-default
        end
      `,
    ],
    good: [
      sql`alter table users add column seen_at timestamptz default now();`,
      migration`
        alter table(:users) do
          add :active, :boolean, default: true, null: false
        end
      `,
    ],
  },
  covers: ['add-column-volatile-default'],
  aliases: [
    'adding-field-with-default',
    'add-column-non-constant-default',
    'column_added_with_default',
    'column_volatile_default',
    'PG302',
  ],
  on: ['add-column'],

  *check(operation, moment) {
    const { table, column } = operation;
    if (moment.tableIsNew(table) || doesNothing(operation, moment.before)) return;
    const rewrite = rewriteOfNewColumn(operation, moment.before.whole());
    if (rewrite?.kind !== 'default' || column.default === null) return;

    yield {
      at: column.default.span,
      weighs: table,
      severity: rewrite.certain ? 'error' : 'warning',
      message: `"${table.name}" ${rewrite.certain ? 'is' : 'may be'} written anew while reads and writes wait (ACCESS EXCLUSIVE lock): ${rewrite.because}. Add the column without the default, set the default afterwards, and fill old rows in batches.`,
      fixes: [
        {
          title: 'Add the column first, its default after it',
          safety: 'needs-review',
          edit: (editor) => editor.addDefaultLater(operation),
        },
      ],
    };
  },
});
