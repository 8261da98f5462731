import type { MigrationStep } from '../../analysis/whole-migration.js';
import type { Table } from '../../catalog/catalog.js';
import { doubtAbout, findTable, tableById } from '../../catalog/lookup.js';
import type { Operation, OperationOf } from '../../catalog/operation.js';
import { type Fix, given, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, org_id bigint not null);`;

export default rule({
  id: 'row-level-security-without-policy',
  severity: 'error',
  docs: {
    what: 'Row-level security is enabled on a table that is in use before any policy lets a role see its rows.',
    why: 'Without a policy everything is denied: from the moment that this is committed, roles other than the owner of the table read no row and write none, without an error that would say so. With FORCE ROW LEVEL SECURITY that holds for the owner as well.',
    instead: 'Create the policies first and enable row-level security last, or both in one transaction.',
    unless:
      'Silent for a table that the same migration makes, where a permissive policy is there or comes in the same transaction, where row-level security is on already, and where the table is not known. A warning when no migration ever makes a policy, which may be what is wanted: the table is then closed to all but its owner.',
    references: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders enable row level security;
                             ^^^^^^^^^^^^^^^^^^^^^^^^^ row-level-security-without-policy
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
  covers: ['enable-rls-before-policies', 'rls-enabled-no-policy'],
  aliases: ['rls_enabled_no_policy', 'rlsEnabledNoPolicy', '0008_rls_enabled_no_policy'],
  on: ['migration'],

  *check({ steps }, moment) {
    const first = steps[0]?.before;
    for (const [index, step] of steps.entries()) {
      const { operation, before, transaction } = step;
      if (operation.kind !== 'set-row-level-security' || operation.enabled !== true) continue;
      const table = findTable(before, operation.table);
      if (table === null || doubtAbout(before, table) !== null) continue;
      const isNew = first === undefined || tableById(first, table.id) === null;
      if (isNew || table.rowLevelSecurity.enabled || isOpen(table)) continue;
      const after = moment.afterMigration.tableById(table.id);
      if (after === null || !after.rowLevelSecurity.enabled) continue;
      const policies = steps.slice(index + 1).filter((later) => opens(later, table));
      // What one transaction does, others see at once.
      if (policies.some((later) => transaction !== null && later.transaction === transaction)) continue;
      const last = policies.at(-1)?.operation;
      const latest = moment.latest.tableById(table.id);
      const comesLater = last === undefined && latest !== null && isOpen(latest);
      const when =
        last !== undefined
          ? 'until the policy further down is there'
          : comesLater
            ? 'until a later migration makes a policy'
            : 'since no migration makes a policy for it';
      yield {
        step,
        at: operation.keyword,
        severity: last !== undefined || comesLater ? 'error' : 'warning',
        message: `Roles other than the owner of "${table.name}" read and write none of its rows from here on, ${when}. Create the policies first and enable row-level security last.`,
        fixes: last === undefined ? [] : [enableAfter(operation, last)],
      };
    }
  },
});

/** Whether some policy lets somebody in: restrictive ones only take away. */
function isOpen(table: Table): boolean {
  return table.policies.some(({ permissive }) => permissive);
}

function opens({ operation, before }: MigrationStep, table: Table): boolean {
  return (
    operation.kind === 'create-policy' &&
    operation.permissive &&
    findTable(before, operation.table)?.id === table.id
  );
}

function enableAfter(operation: OperationOf<'set-row-level-security'>, policy: Operation): Fix {
  const table = { schema: operation.table.schema, name: operation.table.name };
  return {
    title: 'Enable it after the policies',
    safety: 'needs-review',
    edit: (editor) =>
      editor.together(
        editor.removeOperation(operation),
        editor.runAfter(policy, [
          {
            up: { kind: 'row-level-security', table, on: true },
            down: { kind: 'row-level-security', table, on: false },
          },
        ]),
      ),
  };
}
