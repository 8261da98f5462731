import { believed } from '../../catalog/knowledge.js';
import { doesNothing } from '../does-nothing.js';
import { elixir, given, migration, rule, sql } from '../rule.js';
import { dropInUse } from './in-use.js';

const notes = sql`create table notes (id bigint primary key);`;
const schema = elixir`
  defmodule Shop.Note do
    use Ecto.Schema

    schema "notes" do
    end
  end
`;

export default rule({
  id: 'drop-table-in-use',
  severity: 'warning',
  docs: {
    what: 'A table is dropped.',
    why: 'Its rows are gone, and until the last server of the old release has stopped, each query that names the table fails.',
    instead: 'Remove it from the code, release that, and drop the table in a later migration.',
    unless:
      'Silent for a table that the same migration makes, and for IF EXISTS on a table that does not exist. An error when a schema, query or view of the workspace still names the table (the server itself refuses to drop what a view reads, unless by CASCADE, which drops the view); a warning when nothing is known of the code; info when the workspace has code and none of it names the table, or when it is made again later.',
    references: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
  },
  examples: {
    bad: [
      given(
        [notes, schema],
        migration`
          drop table(:notes)
          ^^^^^^^^^^ drop-table-in-use
        `,
      ),
      given(
        [notes],
        sql`
          drop table notes;
          ^^^^^^^^^^ drop-table-in-use
        `,
      ),
    ],
    good: [
      sql`
        create table scratch (id bigint);
        drop table scratch;
      `,
    ],
  },
  covers: ['drop-table'],
  aliases: ['ban-drop-table', 'drop-table', 'table_dropped', 'DS102'],
  on: ['drop-table'],

  *check(operation, moment) {
    const { table } = operation;
    if (moment.tableIsNew(table) || doesNothing(operation, moment.before)) return;
    const again = believed(moment.latest.table(table)) !== null;
    const what = `"${table.name}"`;
    yield {
      at: operation.keyword,
      ...dropInUse(moment, moment.usesOf(table), again, {
        what,
        breaks: `Dropping ${what} loses its rows and breaks code that still names it`,
        cascade: operation.cascade,
      }),
    };
  },
});
