import { elixir, type Fix, given, migration, rule } from '../rule.js';

const user = elixir`
  defmodule Shop.User do
    use Ecto.Schema

    schema "users" do
      field :status, :string
    end
  end
`;

export default rule({
  id: 'schema-module-in-migration',
  severity: 'warning',
  docs: {
    what: 'A migration that uses an Ecto schema of the application, or a module of it that calls the Repo.',
    why: 'The migration runs with the code of the day on which it runs. A schema that has gained a field by then reads a column that is not there yet, and one that is renamed breaks every new database: on the computers of others, in CI, in the next environment.',
    instead:
      'Name the table: `from u in "users"`, with `select` and the fields that are needed. Or define a small schema inside the migration.',
    unless:
      'Silent about schemas that the file itself defines, about modules that change the schema (helpers of migrations, enums), and about modules that are not in the workspace.',
    references: ['https://fly.io/phoenix-files/backfilling-data/'],
  },
  examples: {
    bad: [
      given(
        [user],
        migration`
          import Ecto.Query
          news = from(u in Shop.User, where: is_nil(u.status), select: u.id)
                           ^^^^^^^^^ schema-module-in-migration: "users"
        `,
      ),
    ],
    good: [
      given(
        [user],
        migration`
          import Ecto.Query
          news = from(u in "users", where: is_nil(u.status), select: u.id)
        `,
      ),
    ],
  },
  covers: ['schema-module-in-migration'],
  on: ['ecto-migration'],

  *check({ modules }) {
    for (const { at, module, table, isSource } of modules) {
      const what =
        table === null
          ? `${module} is code of the application, and may be other code when this runs on another day.`
          : `The schema ${module} may have other fields than the table "${table}" when this runs on another day. Name the table instead.`;
      const fix: Fix = {
        title: `Name the table: "${table}"`,
        safety: 'needs-review',
        edit: (editor) => editor.nameTable(at, table ?? ''),
      };
      yield { at, message: what, fixes: isSource ? [fix] : [] };
    }
  },
});
