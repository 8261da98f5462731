import { tenantKey } from '../../analysis/tenancy.js';
import type { Catalog } from '../../catalog/catalog.js';
import { believed } from '../../catalog/knowledge.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`
  create table organizations (id bigint primary key);
  create table products (id bigint primary key, organization_id bigint not null references organizations (id));
  create table notes (id bigint primary key, organization_id bigint not null references organizations (id));
  create table orders (id bigint primary key, organization_id bigint not null references organizations (id));
`;

export default rule({
  id: 'row-level-security-not-forced',
  severity: 'hint',
  docs: {
    what: 'A table with rows of tenants has row-level security that does not hold for its owner.',
    why: 'The owner of a table passes by its policies. Where the application connects as the role that runs the migrations, as it often does, it owns the tables, and no policy is ever asked.',
    instead:
      'FORCE ROW LEVEL SECURITY, or let the application connect as a role that owns nothing. Superusers and roles with BYPASSRLS are never held.',
    unless:
      'Silent where there is no table of tenants, where any policy is for a role that is named, since then somebody has thought of roles, where the table has no policy, and when a later migration forces or disables it.',
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders enable row level security;
                             ^^^^^^^^^^^^^^^^^^^^^^^^^ row-level-security-not-forced
          create policy tenant on orders
            using (organization_id = (select current_setting('app.organization_id')::bigint));
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy tenant on orders
            using (organization_id = (select current_setting('app.organization_id')::bigint));
          alter table orders enable row level security, force row level security;
        `,
      ),
    ],
  },
  covers: ['rls-not-forced'],
  on: ['set-row-level-security'],

  *check(operation, moment) {
    if (operation.enabled !== true) return;
    const before = believed(moment.before.table(operation.table));
    const table = before === null ? null : moment.latest.tableById(before.id);
    if (before === null || table === null || before.rowLevelSecurity.enabled) return;
    if (moment.tenancy.tables.get(tenantKey(table))?.class !== 'direct') return;
    const { enabled, forced } = table.rowLevelSecurity;
    if (!enabled || forced || table.policies.length === 0) return;
    if (namesRoles(moment.latest.whole())) return;
    const { schema, name } = operation.table;
    const words = (what: string) =>
      ({
        kind: 'words',
        sql: `alter table ${schema === null ? '' : `"${schema}".`}"${name}" ${what}`,
      }) as const;
    yield {
      at: operation.keyword,
      message: `The policies of "${table.name}" do not hold for its owner, which is the role that runs this migration. Force them if the application connects as that role.`,
      fixes: [
        {
          title: `Force row-level security on ${table.name}`,
          safety: 'needs-review',
          edit: (editor) =>
            editor.runAfter(operation, [
              { up: words('force row level security'), down: words('no force row level security') },
            ]),
        },
      ],
    };
  },
});

function namesRoles(catalog: Catalog): boolean {
  for (const table of catalog.relations.values()) {
    if (table.kind !== 'table') continue;
    if (table.policies.some(({ roles }) => roles.length > 0 && !roles.includes('public'))) return true;
  }
  return false;
}
