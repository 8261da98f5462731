import { given, migration, rule, sql } from '../rule.js';
import { withoutWhere } from './without-where.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'delete-without-where',
  severity: 'warning',
  docs: {
    what: 'A migration deletes every row of a table.',
    why: 'Where a condition was meant, all rows are gone. Where all rows are meant, each is deleted one by one and stays on the disk until VACUUM has run.',
    instead:
      'Add the condition. Where every row is meant, delete them in batches, or use TRUNCATE, or say so on a small table: `WHERE true`.',
    unless:
      'Silent for tables that the same migration makes, for `WHERE true`, and where the transaction holds locks of a schema change: data-change-in-ddl-transaction says that then.',
    references: ['https://www.postgresql.org/docs/current/sql-delete.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          delete from users;
          ^^^^^^ delete-without-where
        `,
      ),
      given(
        [users],
        migration`
          repo().delete_all("users")
                 ^^^^^^^^^^ delete-without-where
        `,
      ),
    ],
    good: [
      given([users], sql`delete from users where true;`),
      given([users], sql`delete from users where id = 7;`),
      sql`
        create table notes (id bigint primary key, body text);
        delete from notes;
      `,
    ],
  },
  covers: ['delete-without-where'],
  aliases: ['operation_delete'],
  on: ['migration'],

  check: (whole) => withoutWhere(whole, 'delete'),
});
