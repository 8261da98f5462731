import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text not null);`;

export default rule({
  id: 'drop-not-null',
  severity: 'info',
  docs: {
    what: 'A column may be NULL from now on.',
    why: 'Code that was written when it could not be, such as the release that runs meanwhile, may fail on the first NULL it reads.',
    instead: 'Release code that expects NULL before anything writes one.',
    unless:
      'Silent for a table that the same migration makes, where the column may be NULL already, and where the same migration sets NOT NULL again.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users alter column email drop not null;
                                               ^^^^^^^^^^^^^ drop-not-null
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :email, :text, null: true, from: {:text, null: false}
                                  ^^^^^^^^^^ drop-not-null
          end
        `,
      ),
    ],
    good: [given([users], sql`alter table users alter column email set default '';`)],
  },
  covers: ['drop-not-null'],
  aliases: ['ban-drop-not-null', 'drop-not-null'],
  on: ['drop-not-null'],

  *check({ column, keyword, table }, moment) {
    if (moment.tableIsNew(table)) return;
    const known = moment.before.column(table, column.name);
    if (known.kind === 'known' && !known.value.notNull) return;
    const after = moment.afterMigration.column(table, column.name);
    if (after.kind === 'absent' || (after.kind === 'known' && after.value.notNull)) return;
    yield {
      at: keyword,
      message: `Code that reads "${column.name}" of "${table.name}" may not expect NULL. Make sure that all that runs does before one is written.`,
    };
  },
});
