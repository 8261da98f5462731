import { certain } from '../../catalog/knowledge.js';
import { given, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, org_id bigint not null);`;

export default rule({
  id: 'policy-without-row-level-security',
  severity: 'error',
  docs: {
    what: 'A policy is made for a table that never gets row-level security.',
    why: 'Policies do nothing until row-level security is enabled: every role that may read the table reads all its rows, although the policy looks as if it stood in the way.',
    instead: 'Enable row-level security on the table, after its policies.',
    unless:
      'Silent when the table has row-level security before, or gets it in the same or a later migration, when a later migration drops the policy or the table, and where it is not known. Said once for each table, at its first policy.',
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = current_setting('app.org_id')::bigint);
          ^^^^^^^^^^^^^ policy-without-row-level-security
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = current_setting('app.org_id')::bigint);
          alter table orders enable row level security;
        `,
      ),
    ],
  },
  covers: ['rls-policy-without-enable'],
  aliases: ['policy_exists_rls_disabled', 'policyExistsRlsDisabled', '0007_policy_exists_rls_disabled'],
  on: ['create-policy'],

  *check(operation, moment) {
    const before = certain(moment.before.table(operation.table));
    if (before === null || before.policies.length > 0) return;
    const after = moment.afterMigration.tableById(before.id);
    const latest = moment.latest.tableById(before.id);
    if (after === null || latest === null) return;
    if ([before, after, latest].some((table) => table.rowLevelSecurity.enabled)) return;
    if (latest.policies.length === 0) return;
    if (certain(moment.latest.table(latest)) === null) return;
    const table = { schema: operation.table.schema, name: operation.table.name };
    yield {
      at: operation.keyword,
      message: `The policy "${operation.policy.name}" does nothing: "${table.name}" has no row-level security, in this migration or later, so all its rows stay open to every role that may use the table. Enable it.`,
      fixes: [
        {
          title: `Enable row-level security on ${table.name}`,
          safety: 'needs-review',
          edit: (editor) =>
            editor.runAfter(operation, [
              {
                up: { kind: 'row-level-security', table, on: true },
                down: { kind: 'row-level-security', table, on: false },
              },
            ]),
        },
      ],
    };
  },
});
