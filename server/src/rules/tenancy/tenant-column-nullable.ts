import { tenantKey } from '../../analysis/tenancy.js';
import { certain } from '../../catalog/knowledge.js';
import { columnOf } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table organizations (id bigint primary key);
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table files (id bigint primary key, organization_id bigint not null references organizations (id));
`;

export default rule({
  id: 'tenant-column-nullable',
  severity: 'hint',
  docs: {
    what: "The tenant's column of a table may be NULL.",
    why: 'A row without a tenant belongs to nobody: no query that asks for a tenant finds it, and policies and keys pass it by.',
    instead: 'NOT NULL, unless rows without a tenant are there for all of them.',
    unless:
      'Silent where there is no table of tenants, for tables of members, where the table is not known, and when a later migration sets NOT NULL or drops the column.',
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          create table orders (
            id bigint primary key,
            organization_id bigint references organizations (id)
            ^^^^^^^^^^^^^^^ tenant-column-nullable
          );
        `,
      ),
      given(
        [tables],
        migration`
          create table(:orders) do
            add :organization_id, references(:organizations)
                ^^^^^^^^^^^^^^^^ tenant-column-nullable
          end
        `,
      ),
    ],
    good: [
      given(
        [tables],
        migration`
          create table(:orders) do
            add :organization_id, references(:organizations), null: false
          end
        `,
      ),
    ],
  },
  covers: ['tenant-column-nullable'],
  on: ['create-table', 'add-column'],

  *check(operation, moment) {
    if (moment.tenancy.root === null) return;
    const table = certain(moment.latest.table(operation.table));
    if (table === null || table.partitionOf !== null) return;
    const tenant = moment.tenancy.tables.get(tenantKey(table));
    if (tenant?.class !== 'direct' || tenant.column === null) return;
    const { column } = tenant;
    const columns = operation.kind === 'create-table' ? operation.columns : [operation.column];
    const written = columns.find(({ name }) => name.name === column);
    const now = columnOf(table, column);
    if (written === undefined || now === null || !tenant.nullable || now.notNull) return;
    yield {
      at: written.name.span,
      message: `"${column}" of "${table.name}" may be NULL: such a row belongs to no tenant. Make it NOT NULL, unless it is there for all of them.`,
    };
  },
});
