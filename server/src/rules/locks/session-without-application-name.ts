import { given, rule, sql } from '../rule.js';
import { lockingWithout } from './locking-without.js';

const users = sql`create table users (id bigint primary key);`;

export default rule({
  id: 'session-without-application-name',
  severity: 'off',
  docs: {
    what: 'A migration takes locks, and its session does not say by application_name who it is.',
    why: 'Who looks into pg_stat_activity at what everybody waits for cannot tell the migration from the application.',
    instead: "`SET LOCAL application_name = 'migration'` before the first such statement.",
    unless:
      'Off by default: the runner, the role or the connection often sets it, and that is not seen here. Said once for a migration. Silent when the migration sets it before, after code that could not be read, and where no lock is taken for which reads or writes of others wait.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-APPLICATION-NAME'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column age integer;
                            ^^^^^^^^^^ session-without-application-name
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          set application_name = 'migration';
          alter table users add column age integer;
        `,
      ),
      sql`create table notes (id bigint primary key);`,
    ],
  },
  covers: ['require-statement-timeout'],
  aliases: ['missing-application-name'],
  on: ['migration'],

  check: (whole) =>
    lockingWithout(whole, {
      parameter: 'application_name',
      value: 'migration',
      inTransaction: false,
      says: (table) =>
        `In pg_stat_activity nothing tells that it is a migration that locks "${table}": no application_name is set. Set one before it.`,
    }),
});
