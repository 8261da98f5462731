import { given, migration, rule, sql } from '../rule.js';
import { JUDGED, refused } from './refused.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'missing-table',
  severity: 'error',
  docs: {
    what: 'A migration uses a table, view, sequence or index that is not there at that moment: misspelt, dropped or renamed before, or made only by a later migration.',
    why: 'The server stops with error 42P01 or 42704, and the migration fails. On a database that once took it in another order it may look as if it worked; a new one cannot be set up.',
    instead:
      'Correct the name. What is made later is to be made first: give the migration that makes it an earlier version, or this one a later.',
    unless:
      'Silent where the database may have had the table before the first migration: it counts as missing only when it was there and has gone, when a later migration makes it, when its name is a slip away from one that is there and stands nowhere else, or when the history begins with its own tables and makes all else that it uses. Silent in schemas that the migrations do not make, after anything that cannot be read, for tables that extensions bring, for the tables of the runners themselves, and with IF EXISTS. Only the first use is reported.',
    references: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table usersz add column age integer;
                      ^^^^^^ missing-table
        `,
      ),
      given(
        [users],
        migration`
          alter table(:userz) do
                      ^^^^^^ missing-table
            add :age, :integer
          end
        `,
      ),
    ],
    good: [given([users], sql`drop table if exists posts;`), sql`alter table users add column age integer;`],
  },
  on: JUDGED,

  check: (operation, moment) =>
    refused(operation, moment, ['missing-relation', 'wrong-kind'], ({ evidence }) =>
      evidence === 'later' ? 'Give this migration a later version than the one that makes it.' : '',
    ),
});
