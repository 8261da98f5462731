import { relationKey } from '../../catalog/attachments.js';
import { findRelation } from '../../catalog/lookup.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'relation-open-to-api',
  severity: 'off',
  docs: {
    what: 'A materialized view or a foreign table stands in the schema public, which Supabase serves to everybody.',
    why: 'Row-level security cannot hold for either: whoever reaches the API reads all of it.',
    instead: 'Revoke it from anon and authenticated, or put it into a schema that the API does not serve.',
    unless:
      'Off unless the configuration turns it on. Silent in other schemas, where a migration revokes it, and when a later migration drops it.',
    references: [
      'https://supabase.com/docs/guides/database/database-advisors?lint=0016_materialized_view_in_api',
      'https://supabase.com/docs/guides/database/database-advisors?lint=0017_foreign_table_in_api',
    ],
  },
  examples: {
    bad: [
      sql`
        create table orders (id bigint primary key, total numeric);
        create materialized view totals as select sum(total) from orders;
                                 ^^^^^^ relation-open-to-api
      `,
    ],
    good: [
      sql`
        create table orders (id bigint primary key, total numeric);
        create materialized view totals as select sum(total) from orders;
        revoke all on totals from anon, authenticated;
      `,
    ],
  },
  covers: ['api-object-exposed'],
  aliases: [
    'materialized_view_in_api',
    'foreign_table_in_api',
    '0016_materialized_view_in_api',
    '0017_foreign_table_in_api',
  ],
  on: ['create-view', 'create-table'],

  *check(operation, moment) {
    const isView = operation.kind === 'create-view';
    if (isView ? !operation.materialized : !operation.foreign) return;
    const name = isView ? operation.view : operation.table;
    const latest = moment.latest.whole();
    const made = findRelation(moment.afterMigration.whole(), name);
    if (made?.schema !== 'public' || !latest.relations.has(made.id)) return;
    const rights = latest.attached.get(relationKey(made.id))?.rights;
    if (rights !== undefined && !rights.some(({ role }) => /^(?:public|anon|authenticated)$/.test(role)))
      return;
    const table = `${name.schema === null ? '' : `"${name.schema}".`}"${name.name}"`;
    yield {
      at: name.span,
      message: `The API serves "${name.name}" to everybody: row-level security does not hold for a ${isView ? 'materialized view' : 'foreign table'}. Revoke it from anon and authenticated.`,
      fixes: [
        {
          title: 'Take it from the API',
          safety: 'needs-review',
          edit: (editor) =>
            editor.runAfter(operation, [
              {
                up: { kind: 'words', sql: `revoke all on ${table} from "anon", "authenticated"` },
                down: null,
              },
            ]),
        },
      ],
    };
  },
});
