import { checkOf, isAlwaysTrue, isAsked, isForEverybody, shareRole } from '../../analysis/policies.js';
import { tenantKey } from '../../analysis/tenancy.js';
import type { Policy, Table } from '../../catalog/catalog.js';
import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null);
  alter table orders enable row level security;
`;

export default rule({
  id: 'policy-always-true',
  severity: 'warning',
  docs: {
    what: 'A policy for INSERT, UPDATE or DELETE is true of every row.',
    why: 'Permissive policies add up: with one that is always true, the others narrow nothing, and everybody with the role writes the rows of everybody else.',
    instead: 'Compare the row with who asks: its owner, or its tenant.',
    unless:
      'Silent for policies that are for SELECT alone, for restrictive ones, where a restrictive policy narrows the same command, for roles that are named and have no other policy there (a role of its own for jobs or administration), and when a later migration drops or changes it. Info for INSERT into a table that holds no rows of tenants, such as that of a public form.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createpolicy.html',
      'https://supabase.com/docs/guides/database/database-advisors?lint=0024_permissive_rls_policy',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy writers on orders for update using (true);
                                                            ^^^^ policy-always-true
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy readers on orders for select using (true);
          create policy writers on orders for update using (org_id = (select current_setting('app.org_id')::bigint));
          create policy jobs on orders to nightly using (true);
        `,
      ),
    ],
  },
  covers: ['rls-policy-always-true'],
  aliases: ['rls_policy_always_true', 'permissive_rls_policy', '0024_permissive_rls_policy'],
  on: ['create-policy', 'alter-policy'],

  *check(operation, moment) {
    const found = policyInForce(operation, moment);
    if (found === null) return;
    const { table, policy } = found;
    if (!policy.permissive || policy.command === 'select' || narrowed(table, policy)) return;
    if (!isForEverybody(policy.roles) && !defeatsOthers(table, policy)) return;
    const { command } = policy;
    const reads = operation.using !== null && isAlwaysTrue(operation.using);
    const writes = operation.check !== null && isAlwaysTrue(operation.check);
    const at = reads ? operation.using : writes ? operation.check : null;
    if (at === null) return;
    const holdsTenants = moment.tenancy.tables.get(tenantKey(table))?.class === 'direct';
    const what =
      command === 'insert'
        ? `insert any row into "${table.name}"`
        : reads
          ? `${command === 'delete' ? 'delete' : 'change'} every row of "${table.name}"`
          : `give a row of "${table.name}" to anybody else`;
    yield {
      at: at.span,
      ...(command === 'insert' && !holdsTenants ? { severity: 'info' } : {}),
      message: `By the policy "${policy.name}" ${who(policy)} may ${what}, whatever other policies say: they add up. Compare the row with who asks.`,
    };
  },
});

function who({ roles }: Policy): string {
  return roles.length === 0 || roles.includes('public') ? 'every role' : roles.join(', ');
}

function narrowed(table: Table, { command, roles }: Policy): boolean {
  return table.policies.some(
    (other) => !other.permissive && isAsked(other, command) && shareRole(other.roles, roles),
  );
}

/** Another policy asks something of the same roles for the same command, in vain. */
function defeatsOthers(table: Table, policy: Policy): boolean {
  return table.policies.some((other) => {
    const rule = checkOf(other) ?? other.using;
    return (
      other.name !== policy.name &&
      other.permissive &&
      isAsked(other, policy.command) &&
      other.roles.some((role) => policy.roles.includes(role)) &&
      rule !== null &&
      !isAlwaysTrue(rule)
    );
  });
}
