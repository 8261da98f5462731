import type { Column, Table } from '../../catalog/catalog.js';
import { believed, type Knowledge } from '../../catalog/knowledge.js';
import { sameData } from '../../text/same-data.js';
import { elixir, given, migration, rule, sql } from '../rule.js';
import { inUse } from './in-use.js';

const users = sql`create table users (id bigint primary key, mail text);`;
const schema = elixir`
  defmodule Shop.User do
    use Ecto.Schema

    schema "users" do
      field :mail, :string
    end
  end
`;

export default rule({
  id: 'rename-column-in-use',
  severity: 'warning',
  docs: {
    what: 'A column of an existing table gets another name.',
    why: 'The release that runs while the migration does still uses the old name: its queries fail until it is replaced, and the new release cannot start before.',
    instead:
      'In Ecto keep the column and give the field the new name: `field :email, :string, source: :mail`. Otherwise add a column, write both, fill it, and drop the old one in a later release.',
    unless:
      'Silent for a table or column that the same migration makes, and when the same migration gives the old name to a column that was there before, or that is computed from this one. Views follow by themselves. An error when a schema or query of the workspace still uses the old name, else a warning: code that has the new name already says nothing for the release that runs meanwhile.',
    references: ['https://hexdocs.pm/ecto/Ecto.Schema.html#field/3'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users rename column mail to email;
                            ^^^^^^^^^^^^^ rename-column-in-use
        `,
      ),
      given(
        [users, schema],
        migration`
          rename table(:users), :mail, to: :email
          ^^^^^^ rename-column-in-use
        `,
      ),
    ],
    good: [
      sql`
        create table drafts (id bigint, txt text);
        alter table drafts rename column txt to body;
      `,
    ],
  },
  covers: ['rename-column'],
  aliases: ['renaming-column', 'rename-column', 'rename', 'column_renamed', 'BC102'],
  on: ['rename-column'],

  *check(operation, moment) {
    const { table, column, to } = operation;
    if (moment.tableIsNew(table) || moment.columnIsNew(table, column.name)) return;
    const successor = believed(moment.afterMigration.column(table, column.name));
    if (successor !== null) {
      // One that was filled beside it, or is computed from it, takes over the name: code does not see the difference.
      if (successor.generated !== null || isThere(successor, moment.before.table(table))) return;
      yield {
        at: operation.keyword,
        message: `The release that runs meanwhile takes the new column "${column.name}" of "${table.name}" for this one: it finds none of its values there, and writes to the wrong one. Choose another name for the new column.`,
      };
      return;
    }
    const again = believed(moment.latest.column(table, column.name)) !== null;
    const uses = again ? [] : moment.usesOf(table, column.name).filter(({ kind }) => kind !== 'view');
    const use = inUse(moment, uses, again);
    yield {
      at: operation.keyword,
      // Code that has the new name already says nothing for the release that runs meanwhile.
      severity: use.severity === 'error' ? 'error' : 'warning',
      message: `The release that runs meanwhile still calls this column "${column.name}", and its queries on "${table.name}" fail once it is "${to.name}": ${use.clause}`,
      // Only an Ecto schema can call a column otherwise.
      fixes: uses.some(({ kind }) => kind === 'schema')
        ? [
            {
              title: `Keep the column and map it with source: :${column.name}`,
              safety: 'needs-review',
              edit: (editor) => editor.keepColumnName(operation),
            },
          ]
        : [
            {
              title: `Add "${to.name}" beside "${column.name}" and move over step by step`,
              safety: 'needs-review',
              edit: (editor) => editor.renameThroughNewColumn(operation),
            },
          ],
    };
  },
});

/** Whether the column was there already, under another name. */
function isThere(column: Column, table: Knowledge<Table>): boolean {
  return believed(table)?.columns.some(({ origin }) => sameData(origin, column.origin)) === true;
}
