import { constraintsMadeBy } from '../../analysis/constraints.js';
import { betweenTenants, tenantForeignKeys } from '../../analysis/tenant-keys.js';
import { certain } from '../../catalog/knowledge.js';
import { foreignKeysOf } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table organizations (id bigint primary key);
  create table projects (
    organization_id bigint not null references organizations (id),
    id bigint not null,
    primary key (organization_id, id),
    unique (id)
  );
  create table tasks (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    project_id bigint not null,
    foreign key (organization_id, project_id) references projects (organization_id, id)
  );
  create table notes (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    project_id bigint not null,
    foreign key (organization_id, project_id) references projects (organization_id, id)
  );
  create table labels (id bigint primary key, organization_id bigint not null references organizations (id));
`;

export default rule({
  id: 'foreign-key-without-tenant',
  severity: 'hint',
  docs: {
    what: 'A foreign key between two tables with rows of tenants leaves the tenant out, although others of the schema hold it.',
    why: 'A row can then refer to a row of another tenant: the key of that one is all it takes, and nothing in the database refuses it.',
    instead:
      "A foreign key on both columns, the tenant's and the row's, to a key of both. Where the reference may be NULL, `ON DELETE SET NULL (column)` needs PostgreSQL 15.",
    unless:
      'Silent unless at least three in ten of such foreign keys hold the tenant, so that it is a custom of the schema (info from seven in ten on); where there is no table of tenants, where a table is not known, and when a later migration drops the foreign key or makes another one that holds the tenant.',
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          create table files (
            id bigint primary key,
            organization_id bigint not null references organizations (id),
            label_id bigint not null references labels (id)
                                     ^^^^^^^^^^ foreign-key-without-tenant
          );
        `,
      ),
      given(
        [tables],
        migration`
          create table(:files) do
            add :organization_id, references(:organizations), null: false
            add :project_id, references(:projects), null: false
                             ^^^^^^^^^^ foreign-key-without-tenant
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        migration`
          create table(:files) do
            add :organization_id, references(:organizations), null: false
            add :project_id, references(:projects, with: [organization_id: :organization_id]), null: false
          end
        `,
      ),
    ],
  },
  covers: ['tenant-scoped-fk'],
  on: ['create-table', 'add-column', 'add-constraint'],

  *check(operation, moment) {
    if (moment.tenancy.root === null) return;
    for (const { constraint, columns } of constraintsMadeBy(operation)) {
      if (constraint.kind !== 'foreign-key' || columns.length !== 1) continue;
      const latest = moment.latest.whole();
      const table = certain(moment.latest.table(operation.table));
      if (table === null || table.partitionOf !== null) continue;
      const keys = foreignKeysOf(table);
      const key = keys.find((one) => one.columns.join() === columns.join());
      const between = key === undefined ? null : betweenTenants(latest, moment.tenancy, table, key);
      if (between === null || between.isComposite) continue;
      const { own, target, other } = between;
      if (keys.some((one) => one.columns.includes(own) && one.columns.includes(columns[0] ?? ''))) continue;
      const { all, composite } = tenantForeignKeys(latest, moment.tenancy);
      if (composite * 10 < all * 3) continue;
      const ready = target.indexes.some(
        ({ unique, where, keys }) =>
          unique && where === null && keys.length === 2 && keys.some(({ column }) => column === other),
      );
      yield {
        at: constraint.keyword,
        ...(composite * 10 >= all * 7 ? { severity: 'info' } : {}),
        message: `By "${columns[0]}" a row of "${table.name}" can refer to a row of "${target.name}" of another tenant. ${composite} of the ${all} such foreign keys here hold the tenant too: let this one hold "${own}".`,
        fixes: ready
          ? [
              {
                title: `Let the foreign key hold ${own}`,
                safety: 'needs-review',
                edit: (editor) =>
                  editor.setOption(operation, constraint.keyword, 'with', `[${own}: :${other}]`),
              },
            ]
          : [],
      };
    }
  },
});
