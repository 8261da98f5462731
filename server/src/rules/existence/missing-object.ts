import { given, rule, sql } from '../rule.js';
import { JUDGED, refused } from './refused.js';

const users = sql`create table users (id bigint primary key, email text unique);`;

export default rule({
  id: 'missing-object',
  severity: 'error',
  docs: {
    what: 'A migration names a constraint, type, enum value, function, trigger, policy, rule, schema, extension, statistics object or publication that is not there at that moment.',
    why: 'The server stops, most often with error 42704, and the migration fails.',
    instead: 'Correct the name, or make the object first.',
    unless:
      'Silent for what hangs on a table that is not wholly known, for types that extensions bring, after anything that cannot be read, and with IF EXISTS. Of types, functions and schemas that the database may have had before its migrations the same is asked as of tables (see missing-table).',
    references: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users rename constraint users_emial_key to users_address_key;
                                              ^^^^^^^^^^^^^^^ missing-object
        `,
      ),
    ],
    good: [given([users], sql`alter table users drop constraint if exists users_name_key;`)],
  },
  on: JUDGED,

  check: (operation, moment) => refused(operation, moment, ['missing-object'], () => ''),
});
