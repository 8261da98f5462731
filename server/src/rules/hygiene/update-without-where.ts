import { given, migration, rule, sql } from '../rule.js';
import { withoutWhere } from './without-where.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'update-without-where',
  severity: 'warning',
  docs: {
    what: 'A migration updates every row of a table.',
    why: 'Where a condition was meant, every row gets the value and the old ones are gone. Where all rows are meant, all of them are locked and written anew in one transaction: the table doubles in size, and VACUUM has to wait.',
    instead:
      'Add the condition. Where every row is meant, change them in batches, or say so on a small table: `WHERE true`.',
    unless:
      'Silent for tables that the same migration makes, for `WHERE true`, and where the transaction holds locks of a schema change: data-change-in-ddl-transaction says that then.',
    references: ['https://www.postgresql.org/docs/current/sql-update.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          update users set email = lower(email);
          ^^^^^^ update-without-where
        `,
      ),
      given(
        [users],
        migration`
          repo().update_all("users", set: [email: nil])
                 ^^^^^^^^^^ update-without-where
        `,
      ),
    ],
    good: [
      given([users], sql`update users set email = lower(email) where true;`),
      given([users], sql`update users set email = lower(email) where id = 7;`),
      sql`
        create table notes (id bigint primary key, body text);
        update notes set body = lower(body);
      `,
    ],
  },
  covers: ['update-without-where'],
  aliases: ['update-without-where', 'update-in-migration', 'operation_update'],
  on: ['migration'],

  check: (whole) => withoutWhere(whole, 'update'),
});
