import { given, rule, sql } from '../rule.js';
import { lockingWithout } from './locking-without.js';

const users = sql`create table users (id bigint primary key);`;

export default rule({
  id: 'statement-without-timeout',
  severity: 'off',
  docs: {
    what: 'A migration works on tables that are in use, and no statement_timeout limits how long a statement may take.',
    why: 'A statement that turns out to be slow holds its locks for as long as it runs, and nobody but a person ends it.',
    instead:
      "`SET LOCAL statement_timeout = '1min'` before the first such statement, or SET outside a transaction.",
    unless:
      'Off by default: the runner, the role or the connection often sets it, and that is not seen here. Said once for a migration. Silent when the migration sets it before, after code that could not be read, and where no lock is taken for which reads or writes of others wait.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column age integer;
                            ^^^^^^^^^^ statement-without-timeout
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          set statement_timeout = '1min';
          alter table users add column age integer;
        `,
      ),
      sql`create table notes (id bigint primary key);`,
    ],
  },
  covers: ['require-statement-timeout'],
  aliases: ['require-timeout-settings', 'require-statement-timeout', 'missing-statement-timeout'],
  on: ['migration'],

  check: (whole) =>
    lockingWithout(whole, {
      parameter: 'statement_timeout',
      value: '1min',
      inTransaction: false,
      says: (table) => `No statement_timeout limits how long this may hold "${table}" up. Set one before it.`,
    }),
});
