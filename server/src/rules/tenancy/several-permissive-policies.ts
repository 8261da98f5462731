import { isAsked, shareRole } from '../../analysis/policies.js';
import type { Policy } from '../../catalog/catalog.js';
import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null, buyer text);
  alter table orders enable row level security;
  create policy members on orders for select to web using (org_id = (select current_setting('app.org_id')::bigint));
`;

export default rule({
  id: 'several-permissive-policies',
  severity: 'info',
  docs: {
    what: 'A table has several permissive policies for the same role and command.',
    why: 'They are joined by OR: each row is put to all of them, and whoever reads one cannot tell from it what is open.',
    instead:
      'Write them as one policy, its conditions joined by OR; make one that is meant to narrow the others restrictive.',
    unless:
      'Silent where they are for other roles or other commands, for restrictive ones, and when a later migration drops or changes one of them. Said once, at the policy that comes last.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createpolicy.html',
      'https://supabase.com/docs/guides/database/database-advisors?lint=0006_multiple_permissive_policies',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy buyers on orders for select to web using (buyer = current_user);
                        ^^^^^^ several-permissive-policies: "members"
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy buyers on orders for update to web using (buyer = current_user);
          create policy open on orders as restrictive for select to web using (buyer is not null);
        `,
      ),
    ],
  },
  covers: ['multiple-permissive-policies'],
  aliases: [
    'multiple_permissive_policies',
    'multiplePermissivePolicies',
    '0006_multiple_permissive_policies',
  ],
  on: ['create-policy'],

  *check(operation, moment) {
    const found = policyInForce(operation, moment);
    if (found === null || !found.policy.permissive) return;
    const { table, policy } = found;
    const earlier = table.policies.slice(0, table.policies.indexOf(policy));
    const other = earlier.find((one) => one.permissive && meet(one, policy));
    if (other === undefined) return;
    const command = [policy, other].find((one) => one.command !== 'all')?.command.toUpperCase();
    yield {
      at: operation.policy.span,
      message: `Besides "${policy.name}", "${other.name}" is permissive${command === undefined ? '' : ` for ${command}`} on "${table.name}", too: every row is put to both, and either opens it. Write them as one.`,
    };
  },
});

function meet(a: Policy, b: Policy): boolean {
  return shareRole(a.roles, b.roles) && (isAsked(a, b.command) || isAsked(b, a.command));
}
