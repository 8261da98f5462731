import { believed } from '../../catalog/knowledge.js';
import type { Name } from '../../catalog/names.js';
import type { Operation } from '../../catalog/operation.js';
import { type Fix, given, rule, sql } from '../rule.js';

const users = sql`create table public.users (id bigint primary key);`;

export default rule({
  id: 'table-without-schema',
  severity: 'off',
  docs: {
    what: 'A migration names a table without its schema.',
    why: 'Which table is meant then depends on the search path of the role that runs the migration: with another one it makes the table elsewhere, or changes another table of the same name.',
    instead: 'Write the schema before the name; in Ecto give a `prefix`.',
    unless:
      'Silent for temporary tables, which have no schema of their own to name. Said once for a statement.',
    references: ['https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH'],
  },
  examples: {
    bad: [
      given(
        [users],
        sql`
          alter table users add column name text;
                      ^^^^^ table-without-schema
        `,
      ),
    ],
    good: [given([users], sql`alter table public.users add column name text;`)],
  },
  covers: ['require-table-schema'],
  aliases: ['require-table-schema'],
  on: [
    'create-table',
    'drop-table',
    'rename-table',
    'set-schema',
    'add-column',
    'drop-column',
    'rename-column',
    'alter-column-type',
    'set-default',
    'drop-default',
    'set-not-null',
    'drop-not-null',
    'add-constraint',
    'validate-constraint',
    'drop-constraint',
    'rename-constraint',
    'alter-constraint',
    'create-index',
    'set-row-level-security',
    'create-policy',
    'create-trigger',
    'drop-trigger',
    'attach-partition',
    'detach-partition',
    'alter-table-other',
    'create-view',
    'drop-view',
  ],

  *check(operation, moment) {
    const name =
      operation.kind === 'create-view' || operation.kind === 'drop-view' ? operation.view : operation.table;
    if (name.schema !== null || name.name === '') return;
    if ('temporary' in operation && operation.temporary) return;
    const known = believed(moment.before.table(name));
    if (known?.temporary === true) return;
    const makes = operation.kind === 'create-table' || operation.kind === 'create-view';
    const schema = known?.schema ?? (makes ? moment.before.whole().searchPath[0] : undefined);
    yield {
      at: name.span,
      message: `Which "${name.name}" this is depends on the search path of the role that runs it. Write its schema before the name.`,
      fixes: schema === undefined ? [] : [qualified(operation, name, schema)],
    };
  },
});

function qualified(operation: Operation, { name, span }: Name, schema: string): Fix {
  return {
    title: `Write ${schema}.${name}`,
    safety: 'needs-review',
    edit: (editor) =>
      editor.replaceWords(operation, span, `"${schema}"."${name}"`) ??
      editor.setOption(operation, span, 'prefix', `"${schema}"`),
  };
}
