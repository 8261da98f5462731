import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'if-not-exists-hides-difference',
  severity: 'off',
  docs: {
    what: 'IF NOT EXISTS in a migration that runs in a transaction.',
    why: 'A transaction leaves nothing behind when it fails, so what is to be made is there already only when somebody made it otherwise. IF NOT EXISTS goes by the name alone: the table, column or index that is there may be another one, the migration counts as done, and databases differ from then on.',
    instead: 'Leave IF NOT EXISTS out, so that the difference is found when the migration runs.',
    unless:
      'Silent outside of transactions, where a second attempt may find what the first one left, and where it is not known whether there is one; for schemas and extensions, which have nothing to differ in; for temporary tables.',
    references: ['https://www.postgresql.org/docs/current/sql-createtable.html'],
  },
  examples: {
    bad: [
      migration`
        create_if_not_exists table(:notes)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ if-not-exists-hides-difference
      `,
    ],
    good: [migration`create table(:notes)`, sql`create schema if not exists audit;`],
  },
  covers: ['if-not-exists-hides-drift'],
  on: ['create-table', 'add-column', 'create-index', 'create-sequence', 'create-view'],

  *check(operation, moment) {
    if (!operation.ifNotExists || moment.inTransaction() !== true) return;
    if ('temporary' in operation && operation.temporary) return;
    yield {
      at: operation.keyword,
      message:
        'If something of this name is there already, it is taken for this, however it differs, and the migration counts as done. Leave IF NOT EXISTS out.',
      fixes: [
        {
          title: 'Leave IF NOT EXISTS out',
          safety: 'needs-review',
          edit: (editor) => editor.guard(operation, false),
        },
      ],
    };
  },
});
