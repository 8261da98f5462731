import { waitedFor } from '../../analysis/held-locks.js';
import { boundsWait, parametersAt, setsLocally } from '../../analysis/timeouts.js';
import { blocks, lockName } from '../../catalog/lock-modes.js';
import type { Operation } from '../../catalog/operation.js';
import { given, migration, rule, sql } from '../rule.js';
import { settingParameter } from '../setting-parameter.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'lock-without-timeout',
  severity: 'info',
  docs: {
    what: 'A migration takes a lock for which reads or writes wait, and no lock_timeout limits how long it waits for that lock itself.',
    why: 'The statement waits for every transaction that uses the table, and all that comes after it waits behind it, reads included: one forgotten session stops the application. With a lock_timeout the migration fails instead, and can be tried again.',
    instead:
      "Set it before the first such statement: `SET LOCAL lock_timeout = '5s'` in a transaction, `SET lock_timeout = '5s'` outside of one. In Ecto, `execute` it in the migration or in `after_begin/0`, or set it for every connection in the configuration of the repository.",
    unless:
      'Said once for a migration, at the first such statement. Silent when the migration sets a lock_timeout before it, or a statement_timeout of at most ten seconds, when the configuration of the Ecto repository sets it (`parameters:`, `after_connect:`), when `timeouts` is "runner" in the configuration of Plumbline, after code that could not be read, for CREATE TABLE and its foreign keys, for tables that the migration makes itself, and for those that it drops. Of triggers, row-level security, INHERIT and LOCK TABLE rules of their own say the same.',
    references: [
      'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
      'https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column age integer;
                            ^^^^^^^^^^ lock-without-timeout
        `,
      ),
      given(
        [users],
        sql`
          begin;
          alter table users add column age integer;
                            ^^^^^^^^^^ lock-without-timeout
          commit;
        `,
      ),
      given(
        [users],
        migration`
          alter table(:users) do
            add :age, :integer
            ^^^ lock-without-timeout
          end
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          set lock_timeout = '5s';
          alter table users add column age integer;
        `,
      ),
      given(
        [users],
        migration`
          execute "SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"

          alter table(:users) do
            add :age, :integer
          end
        `,
      ),
      sql`create table notes (id bigint primary key);`,
    ],
  },
  covers: ['require-lock-timeout'],
  aliases: [
    'require-timeout-settings',
    'require-lock-timeout',
    'require-timeout',
    'lock-timeout-warning',
    'missing-lock-timeout',
    'lock-timeout-after-dangerous-statement',
    'lock-timeout-zero',
    'E9',
  ],
  on: ['migration'],

  *check(whole, moment) {
    if (moment.migration?.lockTimeoutIsSet === true) return;
    const parameters = parametersAt(whole);
    for (const [index, step] of whole.steps.entries()) {
      const lock = isSaidElsewhere(step.operation) ? null : waitedFor(step);
      const now = parameters[index];
      if (lock === null || now === undefined || boundsWait(now)) continue;
      const { operation } = step;
      const timeout = now.inForce.get('lock_timeout');
      yield {
        step,
        at: operation.keyword,
        message: `This waits for ${lockName(lock.mode)} on "${lock.relation.name}" for as long as it takes, and ${blocks(lock.mode)} of it wait behind: ${timeout === undefined ? 'no lock_timeout is set' : 'lock_timeout is 0, which is none'}. Set one before it, so that the migration fails instead.`,
        weighs: lock.relation,
        fixes: [
          settingParameter(operation, { parameter: 'lock_timeout', value: '5s' }, setsLocally(whole, now)),
        ],
      };
      return;
    }
  },
});

/** Rules of their own say it of triggers, of row-level security, of INHERIT and of LOCK TABLE; what a new table
 * locks by its foreign keys is had at once, or not long after. */
function isSaidElsewhere(operation: Operation): boolean {
  return (
    operation.kind === 'create-table' ||
    /trigger|policy|row-level-security/.test(operation.kind) ||
    (operation.kind === 'alter-table-other' && /Trig|Inherit/.test(operation.action)) ||
    (operation.kind === 'maintenance' && operation.action === 'lock-table')
  );
}
