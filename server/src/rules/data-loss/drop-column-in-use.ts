import { believed } from '../../catalog/knowledge.js';
import { doesNothing } from '../does-nothing.js';
import { elixir, given, migration, rule, sql } from '../rule.js';
import { dropInUse } from './in-use.js';

const users = sql`create table users (id bigint primary key, email text, nickname text);`;
const schema = elixir`
  defmodule Shop.User do
    use Ecto.Schema

    schema "users" do
      field :email, :string
      field :nickname, :string
    end
  end
`;

export default rule({
  id: 'drop-column-in-use',
  severity: 'warning',
  docs: {
    what: 'A column is dropped.',
    why: 'Until the last server of the old release has stopped, it goes on naming the column, and each such query fails. Ecto selects every field of a schema, so a field is enough.',
    instead: 'Remove it from the code, release that, and drop the column in a later migration.',
    unless:
      'Silent for a table or column that the same migration makes, and for IF EXISTS on a column that does not exist. An error when a schema, query or view of the workspace still names the column (the server itself refuses to drop what a view reads, unless by CASCADE, which drops the view); a warning when nothing is known of the code; info when the workspace has code and none of it names the column, or when it is made again later.',
    references: ['https://hexdocs.pm/ecto/Ecto.Schema.html'],
  },
  examples: {
    bad: [
      given(
        [users, schema],
        migration`
          alter table(:users) do
            remove :nickname
            ^^^^^^ drop-column-in-use
          end
        `,
      ),
      given(
        [users],
        sql`
          alter table users drop column nickname;
                            ^^^^^^^^^^^ drop-column-in-use
        `,
      ),
    ],
    good: [
      sql`
        create table drafts (id bigint primary key, note text);
        alter table drafts drop column note;
      `,
    ],
  },
  covers: ['drop-column', 'drop-column-used-by-view'],
  aliases: ['ban-drop-column', 'drop-column', 'column_removed', 'DS103'],
  on: ['drop-column'],

  *check(operation, moment) {
    const { table, column } = operation;
    if (moment.tableIsNew(table) || moment.columnIsNew(table, column.name)) return;
    if (doesNothing(operation, moment.before)) return;
    const again = believed(moment.latest.column(table, column.name)) !== null;
    const what = `"${column.name}" of "${table.name}"`;
    yield {
      at: operation.keyword,
      ...dropInUse(moment, moment.usesOf(table, column.name), again, {
        what,
        breaks: `Dropping ${what} breaks code that still names it`,
        cascade: operation.cascade,
      }),
    };
  },
});
