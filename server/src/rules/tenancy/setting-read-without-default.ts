import type { SettingRead } from '../../catalog/operation.js';
import { given, rule, sql } from '../rule.js';
import { policyInForce } from './policy-in-force.js';

const orders = sql`
  create table orders (id bigint primary key, org_id bigint not null);
  alter table orders enable row level security;
`;

export default rule({
  id: 'setting-read-without-default',
  severity: 'info',
  docs: {
    what: 'A policy reads a setting of the session in a way that fails where it is not set.',
    why: 'Without `true` as its second argument `current_setting` raises in a session that never set it, so a console, a job or a migration cannot read the table at all. After SET LOCAL a setting is the empty text for the rest of the session, not NULL, and casting that raises as well: behind a pooler sessions are used again.',
    instead: "`nullif(current_setting('app.org_id', true), '')::bigint`: then such a session sees no row.",
    unless:
      "Silent for the server's own settings, which are always there, and when a later migration drops or changes the policy. Fine where an error is what is wanted rather than no rows.",
    references: [
      'https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET',
      'https://www.postgresql.org/docs/current/sql-set.html',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          create policy readers on orders for select using (org_id = (select current_setting('app.org_id')::bigint));
                                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ setting-read-without-default: raises
        `,
      ),
      given(
        [orders],
        sql`
          create policy writers on orders for update using (org_id = (select current_setting('app.org_id', true)::bigint));
                                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ setting-read-without-default: empty text
        `,
      ),
    ],
    good: [
      given(
        [orders],
        sql`
          create policy tenant on orders using (org_id = (select nullif(current_setting('app.org_id', true), '')::bigint));
        `,
      ),
    ],
  },
  covers: ['rls-current-setting-missing-ok'],
  on: ['create-policy', 'alter-policy'],

  *check(operation, moment) {
    if (policyInForce(operation, moment) === null) return;
    for (const read of operation.settings) {
      // Settings of one's own have a dot in their names.
      if (!read.name.includes('.') || read.missingOk === null) continue;
      if (read.missingOk && read.cast === null) continue;
      yield {
        at: read.span,
        message: read.missingOk
          ? `"${read.name}" is an empty text after SET LOCAL, and making that ${read.cast} raises: a session that was used before cannot read "${operation.table.name}". Make it NULL with nullif.`
          : `In a session that never set "${read.name}" this raises, so nothing there can read "${operation.table.name}". Give \`true\` as second argument, and make the empty text NULL with nullif.`,
        fixes: [
          {
            title: 'Give no rows where it is not set',
            safety: 'needs-review',
            edit: (editor) => editor.replaceWords(operation, read.span, tolerant(read)),
          },
        ],
      };
    }
  },
});

/** What is compared as a text needs no NULL: no tenant is called by the empty text. */
function tolerant({ name, cast }: SettingRead): string {
  const call = `current_setting('${name.replaceAll("'", "''")}', true)`;
  return cast === null ? call : `nullif(${call}, '')`;
}
