import { concernOf, dataChanges } from '../../analysis/data-changes.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, role text);`;

export default rule({
  id: 'data-change-in-migration',
  severity: 'info',
  docs: {
    what: 'A migration of the schema changes rows of a table that was there before.',
    why: 'Migrations of the schema run at every deployment, and the release waits for them: they should be quick and end the same way everywhere. Changes of data take as long as there are rows, and are often to be run later, again, or not at all.',
    instead:
      'Keep it beside the migrations of the schema: in a folder of data migrations with a command of its own, or in a job.',
    unless:
      'Said once for a migration, at its first change of rows, of Ecto migrations only. Silent in a folder that is named for data (`priv/repo/data_migrations`), for tables that the same migration makes, for INSERT of rows that are written out, and where another rule says more of a change in it: data-change-in-ddl-transaction, update-without-where, delete-without-where, unbatched-backfill.',
    references: ['https://hexdocs.pm/ecto_sql/backfilling-data.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        migration`
          execute "UPDATE users SET role = 'admin' WHERE id = 1", ""
                   ^^^^^^ data-change-in-migration
        `,
      ),
    ],
    good: [
      given([users], sql`update users set role = 'admin' where id = 1;`),
      migration`
        create table(:roles) do
          add :name, :text
        end

        execute "INSERT INTO roles (name) VALUES ('admin')", ""
      `,
    ],
  },
  covers: ['data-migration-location'],
  aliases: ['operation_insert', 'operation_update', 'operation_delete'],
  on: ['migration'],

  *check(whole, moment) {
    if (moment.migration?.layout !== 'ecto' || DATA_FOLDER.test(moment.migration.folder)) return;
    // A few rows that are written out are no work.
    const changes = dataChanges(whole).filter(({ verb, rows }) => verb !== 'insert' || rows !== 'given');
    const [first] = changes;
    if (first === undefined || changes.some((change) => concernOf(change) !== null)) return;
    const on = first.table === null ? 'rows' : `rows of "${first.table.name}"`;
    yield {
      step: first.step,
      at: first.step.operation.keyword,
      message: `This changes ${on} among the migrations of the schema, for which every deployment waits. Keep changes of data in a folder of their own, or in a job.`,
      ...(first.table === null ? {} : { weighs: first.table }),
    };
  },
});

/** `data_migrations`, `backfills`. */
const DATA_FOLDER = /data|backfill/;
