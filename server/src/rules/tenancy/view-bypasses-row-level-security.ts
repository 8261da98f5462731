import type { Catalog, Table, View } from '../../catalog/catalog.js';
import { findRelation, tableById } from '../../catalog/lookup.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null, status text);
  alter table orders enable row level security;
  create policy tenant on orders using (org_id = (select current_setting('app.org_id')::bigint));
`;

export default rule({
  id: 'view-bypasses-row-level-security',
  severity: 'warning',
  docs: {
    what: 'A view reads a table with row-level security, and does so with the rights of its owner.',
    why: 'Policies are asked for the owner of the view, not for who queries it; where that is the owner of the table or a superuser, none is asked. The view shows every row to everybody who may read it.',
    instead: 'From PostgreSQL 15 on: `WITH (security_invoker = true)`.',
    unless:
      'Silent before PostgreSQL 15, where a view cannot do otherwise, for materialized and temporary views, where the tables have no policies, and when a later migration sets `security_invoker` or drops the view. Fine for a view that is to show all rows to those who are granted it.',
    references: [
      'https://www.postgresql.org/docs/current/sql-createview.html',
      'https://supabase.com/docs/guides/database/database-advisors?lint=0010_security_definer_view',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create view open_orders as select id, org_id from orders where status = 'open';
                      ^^^^^^^^^^^ view-bypasses-row-level-security
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create view open_orders with (security_invoker = true) as
            select id, org_id from orders where status = 'open';
        `,
      ),
    ],
  },
  covers: ['security-definer-view'],
  aliases: ['security_definer_view', 'securityDefinerView', '0010_security_definer_view'],
  on: ['create-view'],

  *check(operation, moment) {
    if (moment.postgres < 15 || operation.materialized || operation.temporary) return;
    const made = findRelation(moment.afterMigration.whole(), operation.view);
    const latest = moment.latest.whole();
    const view = made === null ? undefined : latest.relations.get(made.id);
    if (view?.kind !== 'view' || isInvoker(view) || isInvoker(operation)) return;
    const [table] = protectedTables(moment.before.whole(), latest, operation.reads);
    if (table === undefined) return;
    const mends = operation.options.length === 0 && operation.columns.length === 0;
    yield {
      at: operation.view.span,
      message: `"${view.name}" reads "${table.name}" with the rights of its owner, so the policies of "${table.name}" are not asked for who queries it. Make it WITH (security_invoker = true).`,
      fixes: mends
        ? [
            {
              title: 'Ask the policies for who queries it',
              safety: 'needs-review',
              edit: (editor) =>
                editor.insertWords(operation, operation.view.span.end, 'with (security_invoker = true)'),
            },
          ]
        : [],
    };
  },
});

function isInvoker({ options }: Pick<View, 'options'>): boolean {
  return options.some(({ name, value }) => name === 'security_invoker' && /^(?:true|on|yes|1)$/i.test(value));
}

function protectedTables(before: Catalog, latest: Catalog, reads: View['reads']): readonly Table[] {
  return reads.flatMap(({ relation }) => {
    const found = findRelation(before, relation);
    const table = found === null ? null : tableById(latest, found.id);
    return table?.rowLevelSecurity.enabled === true && table.policies.length > 0 ? [table] : [];
  });
}
