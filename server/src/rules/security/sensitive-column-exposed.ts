import { believed } from '../../catalog/knowledge.js';
import { isCalledSecretOfRow } from '../../queries/column-names.js';
import { rule, sql } from '../rule.js';

export default rule({
  id: 'sensitive-column-exposed',
  severity: 'off',
  docs: {
    what: 'A table in the schema public has a column that is called like a secret, and no row-level security.',
    why: 'Where an API serves that schema, as Supabase does, everybody reads it.',
    instead: 'Enable row-level security, or keep such columns in a schema that the API does not serve.',
    unless:
      'Off unless the configuration turns it on. Silent in other schemas, where the table has row-level security by the end, for columns that hold no text, and when a later migration drops the column or the table.',
    references: [
      'https://supabase.com/docs/guides/database/database-advisors?lint=0023_sensitive_columns_exposed',
    ],
  },
  examples: {
    bad: [
      sql`
        create table accounts (id bigint primary key, api_key text);
                                                      ^^^^^^^ sensitive-column-exposed
      `,
    ],
    good: [
      sql`
        create table accounts (id bigint primary key, api_key text);
        alter table accounts enable row level security;
      `,
    ],
  },
  covers: ['sensitive-column-exposed'],
  aliases: ['sensitive_columns_exposed', '0023_sensitive_columns_exposed'],
  on: ['create-table', 'add-column'],

  *check(operation, moment) {
    const made = believed(moment.afterMigration.table(operation.table));
    const table = made === null ? null : moment.latest.tableById(made.id);
    if (table?.schema !== 'public' || table.rowLevelSecurity.enabled) return;
    const columns = operation.kind === 'create-table' ? operation.columns : [operation.column];
    for (const { name, type } of columns) {
      if (!isCalledSecretOfRow(name.name) || !/^(?:text|varchar|bpchar|citext|bytea)$/.test(type.name))
        continue;
      if (!table.columns.some((column) => column.name === name.name)) continue;
      yield {
        at: name.span,
        message: `"${name.name}" of "${table.name}" is called like a secret, and everybody who reaches the API reads it: the table has no row-level security. Enable it.`,
      };
    }
  },
});
