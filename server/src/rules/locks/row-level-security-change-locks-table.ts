import { given, rule, sql } from '../rule.js';
import { briefLocks } from './brief-locks.js';

const orders = sql`create table orders (id bigint primary key, org_id bigint);`;

export default rule({
  id: 'row-level-security-change-locks-table',
  severity: 'info',
  docs: {
    what: 'Row-level security or a policy of a table that is in use is changed.',
    why: 'It takes an ACCESS EXCLUSIVE lock. That is held for an instant when the statement runs alone, but it waits for every running query, and all reads and writes of the table wait behind it.',
    instead: 'Set a lock_timeout before; create policies first and enable row-level security last.',
    unless:
      'Silent for a table that the same migration makes, once the transaction holds the lock, when a lock_timeout is set before it, or a statement_timeout of at most ten seconds, by the migration, its connection or its runner, and for IF EXISTS on a policy that does not exist. Said once for a migration, at the first.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createpolicy.html',
      'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = current_setting('app.org_id')::bigint);
          ^^^^^^^^^^^^^ row-level-security-change-locks-table
          alter table orders enable row level security;
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          set lock_timeout = '5s';
          create policy tenant on orders using (org_id = current_setting('app.org_id')::bigint);
          alter table orders enable row level security;
        `,
      ),
    ],
  },
  covers: ['rls-ddl-lock'],
  on: ['migration'],

  *check(whole, moment) {
    yield* briefLocks(whole, moment, {
      kinds: ['set-row-level-security', 'create-policy', 'alter-policy', 'drop-policy'],
      does: (operation) => ({
        what:
          operation.kind === 'set-row-level-security'
            ? 'Changing row-level security'
            : `${DOES[operation.kind]} the policy "${operation.policy.name}"`,
        relation: operation.table,
      }),
    });
  },
});

const DOES = { 'create-policy': 'Creating', 'alter-policy': 'Changing', 'drop-policy': 'Dropping' } as const;
