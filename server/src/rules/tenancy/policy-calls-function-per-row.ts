import { isWorthOneCall } from '../../analysis/policies.js';
import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null, user_id uuid);
  alter table orders enable row level security;
`;

export default rule({
  id: 'policy-calls-function-per-row',
  severity: 'info',
  docs: {
    what: 'A policy calls a function that gives the same for every row, and calls it for every row.',
    why: 'Where a query reads the table without an index on the compared column, the server runs it once for each row, before any other condition of the query that may leak. In a subquery without FROM it is run once.',
    instead: 'Write it as a subquery: `(select auth.uid())`.',
    unless:
      'Silent for what stands in a subquery, for calls that are given a column, for WITH CHECK, which looks at written rows alone, for cheap functions of the server such as `now()`, for volatile functions and those that are not known, and when a later migration drops or changes the policy. A warning for the functions of Supabase (`auth.uid()`, `auth.jwt()`), which read JSON each time.',
    references: [
      'https://supabase.com/docs/guides/database/database-advisors?lint=0003_auth_rls_initplan',
      'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = current_setting('app.org_id')::bigint);
                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info policy-calls-function-per-row
        `,
      ),
      given(
        [orders],
        sql`
          create policy own on orders for select using (auth.uid() = user_id);
                                                        ^^^^^^^^^^ warning policy-calls-function-per-row
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = (select current_setting('app.org_id')::bigint));
          create policy own on orders for select using ((select auth.uid()) = user_id);
        `,
      ),
    ],
  },
  covers: ['rls-initplan'],
  aliases: ['auth_rls_initplan', 'authRlsInitplan', '0003_auth_rls_initplan'],
  on: ['create-policy', 'alter-policy'],

  *check(operation, moment) {
    if (policyInForce(operation, moment) === null) return;
    for (const { span, functions } of operation.perRow) {
      if (!isWorthOneCall(moment.before.whole(), functions)) continue;
      const called = functions.map((name) => `${name}()`).join(', ');
      yield {
        at: span,
        ...(functions.some((name) => name.startsWith('auth.')) ? { severity: 'warning' } : {}),
        message: `Where a query reads "${operation.table.name}" without an index, ${called} is called again for every row, for the same result. Write it as a subquery, which runs once.`,
        fixes: [
          {
            title: 'Call it once, in a subquery',
            safety: 'safe',
            edit: (editor) => editor.wrapWords(operation, span, '(select ', ')'),
          },
        ],
      };
    }
  },
});
