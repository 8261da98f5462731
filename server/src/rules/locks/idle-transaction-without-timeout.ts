import { given, rule, sql } from '../rule.js';
import { lockingWithout } from './locking-without.js';

const users = sql`create table users (id bigint primary key);`;

export default rule({
  id: 'idle-transaction-without-timeout',
  severity: 'off',
  docs: {
    what: 'A migration takes locks in a transaction, and no idle_in_transaction_session_timeout ends it when its client has gone.',
    why: 'A runner that hangs between two statements, or whose connection is lost unnoticed, leaves all locks of its transaction in place.',
    instead: "`SET LOCAL idle_in_transaction_session_timeout = '1min'` before the first such statement.",
    unless:
      'Off by default: the runner, the role or the connection often sets it, and that is not seen here. Said once for a migration. Silent when the migration sets it before, after code that could not be read, and where no lock is taken for which reads or writes of others wait, and outside a transaction.',
    references: [
      'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          begin;
          alter table users add column age integer;
                            ^^^^^^^^^^ idle-transaction-without-timeout
          commit;
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          set idle_in_transaction_session_timeout = '1min';
          alter table users add column age integer;
        `,
      ),
      sql`create table notes (id bigint primary key);`,
    ],
  },
  covers: ['require-statement-timeout'],
  aliases: ['missing-idle-timeout'],
  on: ['migration'],

  check: (whole) =>
    lockingWithout(whole, {
      parameter: 'idle_in_transaction_session_timeout',
      value: '1min',
      inTransaction: true,
      says: (table) =>
        `No idle_in_transaction_session_timeout frees "${table}" when the runner stops in the middle. Set one before it.`,
    }),
});
