import {
  asksWhoCalls,
  definerInForce,
  isForTriggers,
  tenantTablesIn,
} from '../../analysis/definer-functions.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`
  create table organizations (id bigint primary key);
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table products (id bigint primary key, organization_id bigint not null references organizations (id));
  create table orders (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    status text
  );
  alter table orders enable row level security;
  create policy tenant on orders
    using (organization_id = (select current_setting('app.organization_id')::bigint));
`;

export default rule({
  id: 'definer-function-reads-tenants',
  severity: 'info',
  docs: {
    what: 'A SECURITY DEFINER function reads or writes rows of tenants, and neither names the tenant nor asks who calls.',
    why: 'It runs as its owner, for whom the policies of the table usually do not hold: it reaches the rows of every tenant, for whoever calls it.',
    instead: 'Compare the tenant in it, or check who calls before it reads.',
    unless:
      'Silent where there is no table of tenants or none of them has row-level security, for functions of triggers, where the body names the column of the tenant or asks who calls (`auth.uid()`, `current_setting`, `session_user`, a call like `is_member(…)`), and when a later migration drops the function or makes it anew. Bodies are read by their words: what dynamic SQL reads is not seen.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create function open_orders() returns bigint language sql security definer set search_path = public as $$
                          ^^^^^^^^^^^ definer-function-reads-tenants
            select count(*) from orders where status = 'open';
          $$;
          revoke execute on function open_orders() from public;
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create function open_orders(org bigint) returns bigint language sql security definer set search_path = public as $$
            select count(*) from orders where organization_id = org and status = 'open';
          $$;
          revoke execute on function open_orders(bigint) from public;
        `,
      ),
    ],
  },
  covers: ['security-definer-reads-tenants'],
  on: ['create-function'],

  *check(operation, moment) {
    if (!operation.securityDefiner) return;
    const latest = moment.latest.whole();
    const found = definerInForce(latest, operation);
    if (found === null || isForTriggers(found) || asksWhoCalls(found)) return;
    const [table] = tenantTablesIn(found, moment.tenancy).filter((name) => {
      const known = moment.latest.table({ schema: null, name });
      return known.kind === 'known' && known.value.rowLevelSecurity.enabled;
    });
    if (table === undefined) return;
    yield {
      at: operation.function.span,
      message: `"${found.name}" reaches rows of "${table}" of every tenant: it runs as its owner, whom policies usually do not hold, and neither compares the tenant nor asks who calls. Do one of both.`,
    };
  },
});
