import { parametersAt, setsLocally } from '../../analysis/timeouts.js';
import { blocks, lockName } from '../../catalog/lock-modes.js';
import { given, rule, sql } from '../rule.js';
import { settingParameter } from '../setting-parameter.js';
import { waitIsBounded } from './bounded-wait.js';

const orders = sql`create table orders (id bigint primary key);`;

export default rule({
  id: 'explicit-table-lock',
  severity: 'warning',
  docs: {
    what: 'LOCK TABLE takes a lock that stops writes of a table that is in use, or reads too, and waits for it without an end.',
    why: 'Without a mode it takes an ACCESS EXCLUSIVE lock. It waits for every transaction that is in the way, all others wait behind it, and once it has the lock it keeps it until the transaction ends.',
    instead:
      'Take the weakest mode that does, with NOWAIT or after setting a lock_timeout, and keep the transaction short.',
    unless:
      'Silent for a table that the same migration makes, for modes that let reads and writes go on (up to SHARE UPDATE EXCLUSIVE), with NOWAIT, and when a lock_timeout is set before it, or a statement_timeout of at most ten seconds, by the migration, its connection or its runner.',
    references: ['https://www.postgresql.org/docs/current/sql-lock.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          begin;
          lock table orders;
          ^^^^^^^^^^ explicit-table-lock
          commit;
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          begin;
          lock table orders in share row exclusive mode nowait;
          commit;
        `,
      ),
    ],
  },
  covers: ['lock-table-explicit'],
  on: ['migration'],

  *check(whole, moment) {
    const parameters = parametersAt(whole);
    for (const [index, step] of whole.steps.entries()) {
      const { operation, facts } = step;
      if (operation.kind !== 'maintenance' || operation.action !== 'lock-table') continue;
      const { relation, mode, nowait, keyword } = operation;
      if (relation === null || mode === null || nowait) continue;
      const blocked = blocks(mode);
      const now = parameters[index];
      if (
        blocked === null ||
        facts.locks.length === 0 ||
        now === undefined ||
        waitIsBounded(whole, moment, index)
      )
        continue;
      yield {
        step,
        at: keyword,
        message: `LOCK TABLE waits for whoever uses "${relation.name}" without an end, and then blocks ${blocked} of it until the transaction ends (${lockName(mode)} lock). Add NOWAIT or set a lock_timeout${mode === 'AccessExclusiveLock' ? ', and take a weaker mode if one does' : ''}.`,
        weighs: relation,
        fixes: [
          {
            title: 'Fail at once where it has to wait (NOWAIT)',
            safety: 'needs-review',
            edit: (editor) => editor.insertWords(operation, operation.span.end, 'nowait'),
          },
          settingParameter(operation, { parameter: 'lock_timeout', value: '5s' }, setsLocally(whole, now)),
        ],
      };
    }
  },
});
