import { given, migration, rule, sql } from '../rule.js';
import { refused } from './refused.js';

const users = sql`
  create table users (id bigint primary key, email text);
  create unique index users_email_index on users (lower(email));
`;

export default rule({
  id: 'index-unfit-for-constraint',
  severity: 'error',
  docs: {
    what: 'A UNIQUE or PRIMARY KEY constraint is to be made USING INDEX from an index that cannot carry it: one that is not unique, partial, on an expression, in another order than the default one, of another table, behind another constraint already, or of a partitioned table.',
    why: 'The server stops with error 42809, 55000 or 0A000, and the migration fails.',
    instead: 'Build a plain unique index on the columns of the constraint, CONCURRENTLY, and use that.',
    unless:
      'Silent when the table is not wholly known. Columns that the index only INCLUDEs do no harm; whether an operator class or a collation that it names is the default one is not judged.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add constraint users_email_key unique using index users_email_index;
                                                           ^^^^^^ index-unfit-for-constraint
        `,
      ),
      given(
        [users],
        migration`
          execute "alter table users add constraint users_email_key unique using index users_email_index", ""
                                                                    ^^^^^^ index-unfit-for-constraint
        `,
      ),
    ],
    good: [
      given(
        [users, sql`create unique index concurrently users_email_key on users (email);`],
        sql`alter table users add constraint users_email_key unique using index users_email_key;`,
      ),
    ],
  },
  covers: ['using-index-not-eligible'],
  on: ['add-constraint'],

  check: (operation, moment) =>
    refused(operation, moment, ['unfit-index'], () => 'Build a plain unique index on the columns first.'),
});
