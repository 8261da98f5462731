import { tenantKey } from '../../analysis/tenancy.js';
import { believed, certain } from '../../catalog/knowledge.js';
import { doesNothing } from '../does-nothing.js';
import { given, rule, sql } from '../rule.js';

const protectedTables = sql`
  create table organizations (id bigint primary key);
  create table orders (id bigint primary key, organization_id bigint not null references organizations (id));
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table files (id bigint primary key, organization_id bigint not null references organizations (id));
  create index on orders (organization_id);
  create index on notes (organization_id);
  create index on files (organization_id);
  alter table orders enable row level security;
  alter table notes enable row level security;
  alter table files enable row level security;
  create policy tenant on orders using (organization_id = current_setting('app.organization_id')::bigint);
  create policy tenant on notes using (organization_id = current_setting('app.organization_id')::bigint);
  create policy tenant on files using (organization_id = current_setting('app.organization_id')::bigint);
`;

export default rule({
  id: 'table-without-row-level-security',
  severity: 'warning',
  docs: {
    what: 'A table with rows of tenants has no row-level security, although most such tables of the schema have it.',
    why: 'A query without a tenant filter then reads and writes the rows of every tenant, while the other tables would have stopped it.',
    instead:
      'Enable row-level security on it, with a policy that compares its tenant column with the session.',
    unless:
      "Silent unless there are at least two other tables with the tenant's column in the same schema and at least half of them have row-level security, so that it is the convention; silent when a later migration enables it or drops the table, for partitions, and for tables of members and those that belong to a tenant through another table.",
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  },
  examples: {
    bad: [
      given(
        [protectedTables],
        sql`
          create table invoices (id bigint primary key, organization_id bigint not null references organizations (id));
                       ^^^^^^^^ table-without-row-level-security
          create index on invoices (organization_id);
        `,
      ),
    ],
    good: [
      given(
        [protectedTables],
        sql`
          create table invoices (id bigint primary key, organization_id bigint not null references organizations (id));
          create index on invoices (organization_id);
          alter table invoices enable row level security;
          create policy tenant on invoices using (organization_id = current_setting('app.organization_id')::bigint);
        `,
      ),
    ],
  },
  covers: ['rls-missing'],
  aliases: ['rls_disabled_in_public', 'rlsDisabledInPublic', '0013_rls_disabled_in_public'],
  on: ['create-table'],

  *check(operation, moment) {
    if (doesNothing(operation, moment.before)) return;
    const made = believed(moment.afterMigration.table(operation.table));
    const now = made === null ? null : moment.latest.tableById(made.id);
    const table = now === null ? null : certain(moment.latest.table(now));
    if (table === null || table.rowLevelSecurity.enabled) return;
    const { tables } = moment.tenancy;
    if (tables.get(tenantKey(table))?.class !== 'direct') return;
    const like = moment.protectedTables(table.schema);
    // The table itself is one of those without.
    const others = like.all - 1;
    if (others < 2 || like.protected * 2 < others) return;

    const column = tables.get(tenantKey(table))?.column ?? '';
    yield {
      at: operation.table.span,
      message: `"${table.name}" holds rows of tenants ("${column}") but has no row-level security, unlike ${like.protected} of the ${others} other such tables. Enable it, with a policy on "${column}".`,
      fixes: [
        {
          title: `Enable row-level security on ${table.name}`,
          safety: 'needs-review',
          edit: (editor) => editor.enableRowLevelSecurity(operation.table, column, operation.span),
        },
      ],
    };
  },
});
