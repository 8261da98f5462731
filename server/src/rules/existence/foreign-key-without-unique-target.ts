import { given, migration, rule, sql } from '../rule.js';
import { refused } from './refused.js';

const users = sql`create table users (id bigint primary key, email text, name text unique);`;

export default rule({
  id: 'foreign-key-without-unique-target',
  severity: 'error',
  docs: {
    what: 'A foreign key refers to columns that no primary key, unique constraint or unique index covers, or to another number of columns than it has.',
    why: 'The server stops with error 42830, and the migration fails: a row must refer to one row at most.',
    instead: 'Refer to the key of the table, or add a unique constraint on just these columns first.',
    unless:
      'Silent when the table referred to is not wholly known. A unique index will do if it has no WHERE and no expressions; the order of its columns does not matter.',
    references: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          create table logins (email text references users (email));
                                                     ^^^^^ foreign-key-without-unique-target
        `,
      ),
      given(
        [users],
        migration`
          create table(:logins) do
            add :email, references(:users, column: :email, type: :text)
                                   ^^^^^^ foreign-key-without-unique-target
          end
        `,
      ),
    ],
    good: [given([users], sql`create table logins (name text references users (name));`)],
  },
  covers: ['existence'],
  on: ['create-table', 'add-column', 'add-constraint'],

  check: (operation, moment) => refused(operation, moment, ['no-unique-key'], () => ''),
});
