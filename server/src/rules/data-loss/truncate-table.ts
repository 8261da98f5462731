import { given, migration, rule, sql } from '../rule.js';

const events = sql`create table events (id bigint primary key);`;

export default rule({
  id: 'truncate-table',
  severity: 'error',
  docs: {
    what: 'A migration empties a table with TRUNCATE.',
    why: 'All its rows are gone, and only a backup brings them back. TRUNCATE also takes an ACCESS EXCLUSIVE lock: it waits for every running query, and all reads and writes wait behind it until the transaction ends.',
    instead:
      'Where the rows really have to go, delete them in batches, by a job that can be watched and stopped, before the migration runs.',
    unless:
      'Silent for a table that the same migration makes, and for temporary tables. What CASCADE empties beside the table is `truncate-cascade`.',
    references: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
  },
  examples: {
    bad: [
      given(
        [events],
        sql`
          truncate events;
          ^^^^^^^^ truncate-table
        `,
      ),
      given(
        [events],
        migration`
          execute "TRUNCATE events"
                   ^^^^^^^^ truncate-table
        `,
      ),
    ],
    good: [
      sql`
        create table scratch (id bigint);
        truncate scratch;
      `,
    ],
  },
  covers: ['truncate'],
  aliases: ['truncate', 'banTruncate'],
  on: ['write-rows'],

  *check({ verb, table, keyword }, moment) {
    if (verb !== 'truncate' || table === null || moment.tableIsNew(table)) return;
    yield {
      at: keyword,
      message: `All rows of "${table.name}" are lost, and its reads and writes wait until the transaction ends (ACCESS EXCLUSIVE lock). Delete what has to go in batches, outside of migrations.`,
      weighs: table,
    };
  },
});
