import { tenantKey } from '../../analysis/tenancy.js';
import { tenantColumns } from '../../analysis/tenant-keys.js';
import { certain } from '../../catalog/knowledge.js';
import { columnOf, foreignKeysOf } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table organizations (id bigint primary key);
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table files (id bigint primary key, organization_id bigint not null references organizations (id));
  create table projects (id bigint primary key, organization_id bigint not null references organizations (id));
`;

export default rule({
  id: 'tenant-column-without-foreign-key',
  severity: 'hint',
  docs: {
    what: "The tenant's column of a table has no foreign key, unlike that of most others.",
    why: 'Nothing then keeps a tenant in it that there is not, and rows stay behind when a tenant is deleted.',
    instead: 'Let it refer to the table of tenants.',
    unless:
      "Silent unless at least half of the tables with the tenant's column have a foreign key on it, where the table of tenants is not known, where another foreign key holds the column, for partitions and tables that are not known, and when a later migration adds one or drops the column.",
    references: ['https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          create table orders (id bigint primary key, organization_id bigint not null);
                                                      ^^^^^^^^^^^^^^^ tenant-column-without-foreign-key
        `,
      ),
      given(
        [tables],
        migration`
          create table(:orders) do
            add :organization_id, :bigint, null: false
                ^^^^^^^^^^^^^^^^ tenant-column-without-foreign-key
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
    if (table === null || table.partitionOf !== null || table.partitioned) return;
    const tenant = moment.tenancy.tables.get(tenantKey(table));
    if (tenant?.class !== 'direct' || tenant.column === null) return;
    const { column } = tenant;
    const columns = operation.kind === 'create-table' ? operation.columns : [operation.column];
    const written = columns.find(({ name }) => name.name === column);
    if (written === undefined || columnOf(table, column) === null) return;
    if (foreignKeysOf(table).some((key) => key.columns.includes(column))) return;
    const { all, withKey } = tenantColumns(moment.latest.whole(), moment.tenancy);
    if (withKey * 2 < all - 1 || withKey < 2) return;
    yield {
      at: written.name.span,
      message: `"${column}" of "${table.name}" has no foreign key, unlike that of ${withKey} other tables: it may name a tenant that there is not. Let it refer to "${moment.tenancy.root}".`,
    };
  },
});
