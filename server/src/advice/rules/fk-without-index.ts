import { foreignKeysOf, indexLeadingWith, tablesOf } from '../../catalog/lookup.js';
import { countText } from '../../text/numbers.js';
import { tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { indexOnColumns } from '../wish.js';

export default adviceRule({
  id: 'fk-without-index',
  severity: 'warning',
  docs: {
    what: 'Rows are deleted from a table that another one references by columns without an index.',
    why: 'For each row that goes, the server reads the whole referencing table to see whether something points at it. The plan does not show that, and its cost does not count it.',
    instead:
      'Index the referencing columns, concurrently and in a migration of its own. Neither PostgreSQL nor Ecto makes such an index.',
    unless:
      'Known from the migrations. Silent where the referencing table is known to be small, and for a statement that was measured: then triggers says what it took. Joins along such a key are told where they hurt, by nested-loop-inner-seq.',
    references: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
  },
  needs: 'estimates',
  gate: 'none',
  thresholds: { rows: { value: 1000, means: 'N rows in the referencing table where they are known' } },
  betterSaidBy: ['triggers'],
  on: 'node',

  *check(node, moment, limits) {
    const { catalog } = moment;
    if (node.operation !== 'Delete' || moment.plan.analyzed || catalog === null) return;
    const target = moment.tableOf(node);
    if (target === null) return;
    for (const table of tablesOf(catalog)) {
      if (!table.complete) continue;
      for (const key of foreignKeysOf(table)) {
        if (key.references !== target.id || !key.enforced || indexLeadingWith(table, key.columns) !== null)
          continue;
        const rows = moment.factsOfTable(table)?.rows ?? null;
        if (rows !== null && rows < limits.rows) continue;
        yield {
          message: `For each row that is deleted from ${tableName(node)} all of "${table.name}"${rows === null ? '' : ` (${countText(rows)} rows)`} is read: no index begins with ${key.columns.map((column) => `"${column}"`).join(' and ')} of its foreign key "${key.name}".`,
          whatToDo: 'Index the columns of the foreign key.',
          index: indexOnColumns(moment, table, key.columns),
          share: 1,
          saves: 0.8,
        };
      }
    }
  },
});
