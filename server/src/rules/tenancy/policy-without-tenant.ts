import {
  columnsAsked,
  isAboutRowAlone,
  isAlwaysTrue,
  isForEverybody,
  opensWithoutSetting,
  owningColumns,
} from '../../analysis/policies.js';
import { tenantKey } from '../../analysis/tenancy.js';
import type { Expression } from '../../catalog/expression.js';
import { isCalledLikePublic } from '../../queries/column-names.js';
import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table organizations (id bigint primary key);
  create table products (id bigint primary key, organization_id bigint not null references organizations (id));
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table orders (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    status text
  );
  alter table orders enable row level security;
`;

export default rule({
  id: 'policy-without-tenant',
  severity: 'warning',
  docs: {
    what: 'A policy of a table with rows of tenants asks nothing of who a row belongs to.',
    why: 'Permissive policies add up: the rows that this one is true of are open to every tenant, whatever the other policies say.',
    instead: "Compare the tenant's column as well, or make the policy restrictive.",
    unless:
      'Silent where there is no table of tenants, for restrictive policies, where the policy names the column of the tenant, of a person or of a row that belongs to one, calls a function that a migration makes or that is not known, or reads another table, for roles that are named (not PUBLIC, anon or authenticated), for SELECT by a column that says that a row is public, and when a later migration drops or changes it. Info for SELECT, and where it is true of every row as long as a setting is missing.',
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy drafts on orders for delete using (status = 'draft');
                                                           ^^^^^^^^^^^^^^^^ policy-without-tenant
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy drafts on orders for delete
            using (status = 'draft' and organization_id = (select current_setting('app.organization_id')::bigint));
        `,
      ),
    ],
  },
  covers: ['rls-policy-without-tenant'],
  on: ['create-policy', 'alter-policy'],

  *check(operation, moment) {
    const found = policyInForce(operation, moment);
    if (found === null) return;
    const { table, policy } = found;
    const tenant = moment.tenancy.tables.get(tenantKey(table));
    if (tenant?.class !== 'direct' || tenant.column === null) return;
    if (!policy.permissive || !isForEverybody(policy.roles)) return;
    const owning = owningColumns(tenant);
    const itself = operation.withItself.find(({ column }) => owning.includes(column));
    if (itself !== undefined) {
      const { span, relation, column } = itself;
      yield {
        at: span,
        message: `The policy "${policy.name}" opens rows of "${table.name}" to every tenant: this compares "${column}" of "${relation}" with itself, since in a subquery a plain name means its own column first. Write ${table.name}.${column}.`,
      };
      return;
    }
    const opening = [operation.using, operation.check].find(
      (one) => one !== null && opensWithoutSetting(one),
    );
    if (opening != null) {
      yield {
        at: opening.span,
        severity: 'info',
        message: `The policy "${policy.name}" opens rows of "${table.name}" to every tenant where the setting is missing: a connection that forgets to set it reads and writes all of them. Leave that case out, so that nothing is found then.`,
      };
      return;
    }
    const isOpen = (rule: Expression | null): rule is Expression =>
      rule !== null &&
      !isAlwaysTrue(rule) &&
      isAboutRowAlone(rule) &&
      !columnsAsked(rule).some((column) => owning.includes(column));
    const written = [operation.using, operation.check].find(isOpen);
    if (written === undefined) return;
    const readsOnly = policy.command === 'select';
    if (readsOnly && written.columns.some(isCalledLikePublic)) return;
    const asks = written.columns.includes(tenant.column)
      ? 'asks no more than whether there is a'
      : 'does not ask for';
    yield {
      at: written.span,
      ...(readsOnly ? { severity: 'info' } : {}),
      message: `The policy "${policy.name}" opens rows of "${table.name}" to every tenant: it ${asks} "${tenant.column}", and policies add up. Compare "${tenant.column}" as well.`,
    };
  },
});
