import { given, migration, rule, sql } from '../rule.js';
import { JUDGED, refused } from './refused.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'already-exists',
  severity: 'error',
  docs: {
    what: 'A migration makes what is there already: a table, column, index, constraint, type or another object of the same name, a second primary key, or it gives a name that is taken; or a table, a view, a key, an INSERT or an UPDATE names a column twice.',
    why: 'The server stops, most often with error 42P07, 42701 or 42710, and the migration fails.',
    instead:
      'Take it out, or give it another name. IF NOT EXISTS hides that what is there may be something else.',
    unless:
      'Silent with IF NOT EXISTS and OR REPLACE, for what something unreadable may have dropped, and for columns and constraints that another action of the same ALTER TABLE drops. Silent where an earlier migration that fails would have made it: that one is reported.',
    references: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column email text;
                                       ^^^^^ already-exists
        `,
      ),
      given(
        [users],
        migration`
          create table(:users) do
                       ^^^^^^ already-exists
            add :name, :string
          end
        `,
      ),
    ],
    good: [given([users], sql`alter table users add column if not exists email text;`)],
  },
  covers: ['duplicate-column'],
  aliases: ['ban-duplicate-column-assignments'],
  on: JUDGED,

  check: (operation, moment) => refused(operation, moment, ['exists'], () => ''),
});
