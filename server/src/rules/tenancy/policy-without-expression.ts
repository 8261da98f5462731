import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null);
  alter table orders enable row level security;
`;

export default rule({
  id: 'policy-without-expression',
  severity: 'warning',
  docs: {
    what: 'A permissive policy for INSERT has no WITH CHECK, or one for anything else has no USING.',
    why: 'PostgreSQL takes it, but without the expression it lets nothing through: every INSERT is refused, other commands find no row.',
    instead: 'Say which rows it is for: WITH CHECK for INSERT, USING for all else.',
    unless:
      'Silent for UPDATE and ALL with USING alone, which then checks new rows, too; for restrictive policies, and when a later migration changes or drops it.',
    references: ['https://www.postgresql.org/docs/current/sql-createpolicy.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy adders on orders for insert to authenticated;
          ^^^^^^^^^^^^^ policy-without-expression: has no WITH CHECK
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy adders on orders for insert to authenticated
            with check (org_id = (select current_setting('app.org_id')::bigint));
          create policy members on orders using (org_id = (select current_setting('app.org_id')::bigint));
        `,
      ),
    ],
  },
  covers: ['rls-missing-with-check'],
  on: ['create-policy'],

  *check(operation, moment) {
    const found = policyInForce(operation, moment);
    if (found === null) return;
    const { policy, table } = found;
    if (!policy.permissive || (policy.command === 'insert' ? policy.check : policy.using) !== null) return;
    const onlyNew = policy.check !== null && policy.command === 'all';
    // It lets rows in, which is what it may be for.
    if (onlyNew) return;
    yield {
      at: operation.keyword,
      message:
        policy.command === 'insert'
          ? `The policy "${policy.name}" has no WITH CHECK and so lets no row into "${table.name}". Say which rows it is for.`
          : `The policy "${policy.name}" has no USING and so opens no row of "${table.name}". Say which rows it is for.`,
    };
  },
});
