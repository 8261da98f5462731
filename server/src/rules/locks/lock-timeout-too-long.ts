import { waitedFor } from '../../analysis/held-locks.js';
import { milliseconds, parametersAt } from '../../analysis/timeouts.js';
import { given, migration, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key);`;

export default rule({
  id: 'lock-timeout-too-long',
  severity: 'warning',
  docs: {
    what: 'A lock_timeout of more than ten seconds.',
    why: 'While a statement waits for its lock, everybody else who wants the table waits behind it: for as long as the timeout, the application stands still.',
    instead: 'A few seconds, and the migration again when it fails.',
    unless:
      'Silent when no statement takes a lock under it for which reads or writes of others wait: building an index CONCURRENTLY may wait for long. A lock_timeout of 0 is none at all: lock-without-timeout says that.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          set lock_timeout = '2min';
          ^^^^^^^^^^^^^^^^ lock-timeout-too-long
          alter table users add column age integer;
        `,
      ),
      given(
        [users],
        migration`
          execute "SET LOCAL lock_timeout = '60s'", ""
                   ^^^^^^^^^ lock-timeout-too-long

          alter table(:users) do
            add :age, :integer
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
        sql`
          set lock_timeout = '1h';
          create index concurrently users_age on users (id);
        `,
      ),
    ],
  },
  covers: ['lock-timeout-too-long'],
  aliases: ['lock-timeout-too-long'],
  on: ['migration'],

  *check(whole) {
    const said = new Set<number>();
    for (const [index, { inForce }] of parametersAt(whole).entries()) {
      const timeout = inForce.get('lock_timeout');
      const step = whole.steps[index];
      if (timeout === undefined || step === undefined || said.has(timeout.by)) continue;
      if ((milliseconds(timeout.value) ?? 0) <= LONGEST) continue;
      const lock = waitedFor(step);
      const setting = whole.steps[timeout.by];
      if (lock === null || setting?.operation.kind !== 'set-parameter') continue;
      said.add(timeout.by);
      const { operation } = setting;
      const { valueAt } = operation;
      yield {
        step: setting,
        at: operation.keyword,
        message: `With a lock_timeout of ${timeout.value}, reads and writes of "${lock.relation.name}" may stand still for so long. Set a few seconds, and run the migration again when it fails.`,
        weighs: lock.relation,
        fixes:
          valueAt === undefined
            ? []
            : [
                {
                  title: 'Wait for five seconds at most',
                  safety: 'needs-review',
                  edit: (editor) => editor.replaceWords(operation, valueAt, "'5s'"),
                },
              ],
      };
    }
  },
});

/** In milliseconds. */
const LONGEST = 10_000;
