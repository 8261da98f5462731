import { rule, sql } from '../rule.js';

export default rule({
  id: 'drop-database',
  severity: 'error',
  docs: {
    what: 'A migration drops a database.',
    why: 'Everything in it is gone at once, and only a backup brings it back. It also fails while anybody is connected, and inside a transaction.',
    instead: 'Drop databases by hand, or by what sets up servers, never in a migration.',
    unless: 'Never silent: no migration makes the database that it works in.',
    references: ['https://www.postgresql.org/docs/current/sql-dropdatabase.html'],
  },
  examples: {
    bad: [
      sql`
        drop database shop_archive;
        ^^^^^^^^^^^^^ drop-database
      `,
    ],
    good: [sql`alter database shop set timezone = 'UTC';`],
  },
  covers: ['drop-database'],
  aliases: ['ban-drop-database', 'banDropDatabase', 'drop-database'],
  on: ['other'],

  *check({ statement, keyword }) {
    if (statement !== 'Dropdb') return;
    yield {
      at: keyword,
      message:
        'Dropping a database loses everything in it, and only a backup brings it back. A migration is no place for that.',
    };
  },
});
