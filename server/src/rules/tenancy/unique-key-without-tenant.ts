import { constraintsMadeBy } from '../../analysis/constraints.js';
import { tenantKey } from '../../analysis/tenancy.js';
import { isUniqueOverTenants } from '../../analysis/tenant-keys.js';
import { certain } from '../../catalog/knowledge.js';
import type { OperationOf } from '../../catalog/operation.js';
import type { Span } from '../../text/span.js';
import { given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table organizations (id bigint primary key);
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table files (id bigint primary key, organization_id bigint not null references organizations (id));
  create table projects (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text not null
  );
`;

export default rule({
  id: 'unique-key-without-tenant',
  severity: 'hint',
  docs: {
    what: "A unique key on what people choose, in a table with rows of tenants, leaves the tenant's column out.",
    why: 'It holds over all tenants: what one has taken no other can use, and a refused insert tells one tenant what another one has.',
    instead: "Put the tenant's column into the key, first.",
    unless:
      'Silent where there is no table of tenants, for primary keys, for keys with a column that leads to a row of a tenant or a person, for other types than texts and numbers, for values that the database makes, for what is made up or means the same for everybody (tokens, codes, hashes, e-mail addresses, domains, ids of others), where the table is not known, and when a later migration drops the key.',
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          create unique index on projects (name);
          ^^^^^^^^^^^^^^^^^^^ unique-key-without-tenant
        `,
      ),
      given(
        [tables],
        migration`
          create unique_index(:projects, [:name])
          ^^^^^^^^^^^^^^^^^^^ unique-key-without-tenant
        `,
      ),
    ],
    good: [
      given(
        [tables],
        sql`
          create unique index on projects (organization_id, name);
        `,
      ),
      given(
        [tables],
        migration`
          create unique_index(:projects, [:organization_id, :name])
        `,
      ),
    ],
  },
  covers: ['tenant-unique-key'],
  on: ['create-table', 'add-column', 'add-constraint', 'create-index'],

  *check(operation, moment) {
    const keys = keysOf(operation);
    if (keys.length === 0 || moment.tenancy.root === null) return;
    const made = certain(moment.latest.table(operation.table));
    if (made === null || made.partitionOf !== null) return;
    const tenant = moment.tenancy.tables.get(tenantKey(made));
    if (tenant?.class !== 'direct' || tenant.column === null) return;
    for (const { at, columns } of keys) {
      if (!isUniqueOverTenants(made, tenant, columns)) continue;
      const stays = made.indexes.some(
        ({ unique, keys }) => unique && keys.map(({ column }) => column).join() === columns.join(),
      );
      if (!stays) continue;
      const list = columns.map((column) => `"${column}"`).join(', ');
      yield {
        at,
        message: `${list} of "${made.name}" ${columns.length === 1 ? 'is' : 'are'} unique over all tenants: what one has taken no other can use. Put "${tenant.column}" into the key, unless that is meant.`,
      };
    }
  },
});

function keysOf(
  operation: OperationOf<'create-table' | 'add-column' | 'add-constraint' | 'create-index'>,
): readonly { readonly at: Span; readonly columns: readonly string[] }[] {
  if (operation.kind === 'create-index') {
    const columns = operation.keys.map(({ column }) => column);
    const named = columns.filter((column) => column !== null);
    return operation.unique && named.length === columns.length
      ? [{ at: operation.keyword, columns: named }]
      : [];
  }
  return constraintsMadeBy(operation).flatMap(({ constraint, columns }) =>
    constraint.kind === 'unique' ? [{ at: constraint.keyword, columns }] : [],
  );
}
