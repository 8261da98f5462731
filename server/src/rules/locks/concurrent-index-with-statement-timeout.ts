import { milliseconds, parametersAt } from '../../analysis/timeouts.js';
import type { SetParameter } from '../../catalog/operation.js';
import { type Fix, given, rule, sql } from '../rule.js';

const users = sql`create table users (id bigint primary key, email text);`;

export default rule({
  id: 'concurrent-index-with-statement-timeout',
  severity: 'warning',
  docs: {
    what: 'An index is built CONCURRENTLY under a statement_timeout of less than an hour.',
    why: 'Such a build reads the table twice and waits for all transactions that are older. When the timeout ends it, an INVALID index stays behind: it costs every write and serves no query, and IF NOT EXISTS passes over it the next time.',
    instead: 'Switch the timeout off for the build: `SET statement_timeout = 0` before it.',
    unless: 'Silent when the migration sets no statement_timeout before it, or one of an hour or more.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
      'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT',
    ],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          set statement_timeout = '30s';
          create index concurrently users_email_idx on users (email);
                       ^^^^^^^^^^^^ concurrent-index-with-statement-timeout
        `,
      ),
    ],
    good: [
      given(
        [users],
        sql`
          set statement_timeout = 0;
          create index concurrently users_email_idx on users (email);
        `,
      ),
      given([users], sql`create index concurrently users_email_idx on users (email);`),
    ],
  },
  covers: ['cic-under-statement-timeout'],
  on: ['migration'],

  *check(whole) {
    const parameters = parametersAt(whole);
    for (const [index, step] of whole.steps.entries()) {
      const { operation } = step;
      if (operation.kind !== 'create-index' && operation.kind !== 'maintenance') continue;
      const { concurrently } = operation;
      if (concurrently === null || (operation.kind === 'maintenance' && operation.action !== 'reindex'))
        continue;
      const timeout = parameters[index]?.inForce.get('statement_timeout');
      const length = timeout === undefined ? null : milliseconds(timeout.value);
      if (timeout === undefined || length === null || length === 0 || length >= ENOUGH) continue;
      const setting = whole.steps[timeout.by];
      yield {
        step,
        at: concurrently,
        message: `The build is broken off after ${timeout.value} (statement_timeout), and an INVALID index stays behind. Switch the timeout off before it.`,
        ...('table' in operation ? { weighs: operation.table } : {}),
        fixes: setting?.operation.kind === 'set-parameter' ? switchingOff(setting.operation) : [],
      };
    }
  },
});

/** In milliseconds. */
const ENOUGH = 3_600_000;

function switchingOff(setting: SetParameter): readonly Fix[] {
  const { valueAt, inBody } = setting;
  if (valueAt === undefined || inBody === true) return [];
  return [
    {
      title: 'Switch the timeout off',
      safety: 'needs-review',
      edit: (editor) => editor.replaceWords(setting, valueAt, '0'),
    },
  ];
}
