import { findRelation, type Reference } from '../../catalog/lookup.js';
import type { Reversible } from '../../fixes/editor.js';
import { doesNothing } from '../does-nothing.js';
import { given, migration, rule, sql } from '../rule.js';
import { inUse } from './in-use.js';

const notes = sql`create table notes (id bigint primary key);`;

export default rule({
  id: 'rename-table-in-use',
  severity: 'warning',
  docs: {
    what: 'An existing table gets another name.',
    why: 'The release that runs while the migration does still uses the old name: its queries fail until it is replaced, and the new release cannot start before.',
    instead:
      'Keep the name in the database and change it in the code alone (`schema "notes"` may stand in any module); or rename it and leave a view with the old name.',
    unless:
      'Silent for a table that the same migration makes, for sequences and indexes, for IF EXISTS on a table that does not exist, and when the same migration gives the old name to another table or to a view. Views follow by themselves. An error when a schema or query of the workspace still uses the old name, else a warning: code that has the new name already says nothing for the release that runs meanwhile.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME'],
  },
  examples: {
    bad: [
      given(
        [notes],
        sql`
          alter table notes rename to remarks;
                            ^^^^^^^^^ rename-table-in-use
        `,
      ),
      given(
        [notes],
        migration`
          rename table(:notes), to: table(:remarks)
          ^^^^^^ rename-table-in-use
        `,
      ),
    ],
    good: [
      sql`
        create table drafts (id bigint);
        alter table drafts rename to notes;
      `,
    ],
  },
  covers: ['rename-table'],
  aliases: ['renaming-table', 'rename-table', 'rename', 'table_renamed', 'BC101'],
  on: ['rename-table'],

  *check(operation, moment) {
    const { table, to } = operation;
    if (moment.tableIsNew(table) || doesNothing(operation, moment.before)) return;
    const renamed = findRelation(moment.before.whole(), table)?.kind ?? 'table';
    // No query of the code names an index, and hardly one a sequence.
    if (renamed === 'index' || renamed === 'sequence') return;
    // Another table, or a view, takes over the name at once: the code does not see the difference.
    if (findRelation(moment.afterMigration.whole(), table) !== null) return;
    const again = findRelation(moment.latest.whole(), table) !== null;
    const uses = again ? [] : moment.usesOf(table).filter(({ kind }) => kind !== 'view');
    const use = inUse(moment, uses, again);
    yield {
      at: operation.keyword,
      // Code that has the new name already says nothing for the release that runs meanwhile.
      severity: use.severity === 'error' ? 'error' : 'warning',
      message: `The release that runs meanwhile still calls this ${renamed} "${table.name}", and its queries fail once it is "${to.name}": ${use.clause}`,
      fixes:
        renamed === 'table' && !again
          ? [
              {
                title: `Leave a view with the name "${table.name}"`,
                safety: 'needs-review',
                edit: (editor) => editor.runAfter(operation, [viewOf(table, to.name)]),
              },
            ]
          : [],
    };
  },
});

/** Simple enough for the server to write through it. */
function viewOf(table: Reference, name: string): Reversible {
  const schema = table.schema === null ? '' : `"${table.schema}".`;
  const view = `${schema}"${table.name}"`;
  return {
    up: { kind: 'words', sql: `CREATE VIEW ${view} AS SELECT * FROM ${schema}"${name}"` },
    down: { kind: 'words', sql: `DROP VIEW ${view}` },
  };
}
