import { given, rule, sql } from '../rule.js';
import { lockingWithout } from './locking-without.js';

const users = sql`create table users (id bigint primary key);`;

const newest = { language: 'json', source: '{ "postgres": 17 }\n', path: 'plumbline.jsonc' } as const;

export default rule({
  id: 'transaction-without-timeout',
  severity: 'off',
  docs: {
    what: 'A migration takes locks in a transaction, and no transaction_timeout limits the whole of it (PostgreSQL 17 and later).',
    why: 'Each statement may be short enough, and all of them together still hold the first lock for too long.',
    instead: "`SET LOCAL transaction_timeout = '5min'` before the first such statement.",
    unless:
      'Off by default: the runner, the role or the connection often sets it, and that is not seen here. Said once for a migration. Silent when the migration sets it before, after code that could not be read, and where no lock is taken for which reads or writes of others wait, and outside a transaction Silent for servers before 17.',
    references: [
      'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-TRANSACTION-TIMEOUT',
    ],
  },
  examples: {
    bad: [
      given(
        [users, newest],
        sql`
          begin;
          alter table users add column age integer;
                            ^^^^^^^^^^ transaction-without-timeout
          commit;
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          set transaction_timeout = '5min';
          alter table users add column age integer;
        `,
      ),
      sql`create table notes (id bigint primary key);`,
    ],
  },
  covers: ['require-statement-timeout'],

  on: ['migration'],

  check: (whole, moment) =>
    moment.postgres < 17
      ? []
      : lockingWithout(whole, {
          parameter: 'transaction_timeout',
          value: '5min',
          inTransaction: true,
          says: (table) =>
            `No transaction_timeout limits how long "${table}" stays locked by all that this transaction does. Set one before it.`,
        }),
});
