import { given, migration, rule, sql } from '../rule.js';
import { JUDGED, refused } from './refused.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'missing-column',
  severity: 'error',
  docs: {
    what: 'A migration changes, drops, indexes or refers to a column that its table does not have at that moment.',
    why: 'The server stops with error 42703, and the migration fails.',
    instead: 'Correct the name, or add the column first.',
    unless:
      'Silent for tables whose columns are not all known: those that no migration makes, those made from a query that cannot be read, and those that something unreadable may have changed. Silent with IF EXISTS, and for columns that another action of the same ALTER TABLE adds.',
    references: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users drop column emial;
                                        ^^^^^ missing-column
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            modify :emial, :text
                   ^^^^^^ missing-column
          end
        `,
      ),
    ],
    good: [given([users], sql`alter table users drop column if exists age;`)],
  },
  on: JUDGED,

  check: (operation, moment) => refused(operation, moment, ['missing-column'], () => ''),
});
