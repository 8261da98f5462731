import { given, migration, rule, sql } from '../rule.js';
import { inUse } from './in-use.js';

const notes = sql`create table notes (id bigint primary key);`;

export default rule({
  id: 'rename-table-in-use',
  severity: 'warning',
  docs: {
    what: 'An existing table gets another name.',
    why: 'The release that runs while the migration does still uses the old name: its queries fail until it is replaced, and the new release cannot start before.',
    instead:
      'Keep the name in the database and change it in the code alone (`schema "notes"` may stand in any module); or rename it and leave a view with the old name.',
    unless:
      'Silent for a table that the same migration makes. An error when a schema, query or view of the workspace still uses the old name.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME'],
  },
  examples: {
    bad: [
      given(
        [notes],
        sql`
          alter table notes rename to remarks;
                            ^^^^^^^^^ rename-table-in-use
        `,
      ),
      given(
        [notes],
        migration`
          rename table(:notes), to: table(:remarks)
          ^^^^^^ rename-table-in-use
        `,
      ),
    ],
    good: [
      sql`
        create table drafts (id bigint);
        alter table drafts rename to notes;
      `,
    ],
  },
  aliases: ['renaming-table', 'table_renamed'],
  on: ['rename-table'],

  *check(operation, moment) {
    const { table, to } = operation;
    if (moment.tableIsNew(table)) return;
    const uses = moment.usesOf(table);
    yield {
      at: operation.keyword,
      severity: uses.length > 0 ? 'error' : 'warning',
      message: `The release that runs meanwhile still calls this table "${table.name}", and its queries fail once it is "${to.name}": ${inUse(moment, uses).clause}`,
    };
  },
});
