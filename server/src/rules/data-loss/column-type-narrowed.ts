import { isCastOf, narrowing } from '../../analysis/narrowed-types.js';
import { certain } from '../../catalog/knowledge.js';
import { findTable, knowColumn } from '../../catalog/lookup.js';
import { formatType } from '../../catalog/types.js';
import { given, migration, rule, sql } from '../rule.js';

const orders = sql`create table orders (id bigint primary key, total numeric(12,2), note varchar(100));`;

export default rule({
  id: 'column-type-narrowed',
  severity: 'warning',
  docs: {
    what: 'The type of a column changes to one that cannot hold every value of the old one.',
    why: 'A value that does not fit stops the migration: one that is too long or too large, a label that the new enum lacks. Other values are changed without a word: digits after the point, times of day. And the release that is still running goes on writing values of the old type.',
    instead:
      'Look for values that do not fit before, and keep new ones out by a CHECK that is added NOT VALID and validated in a later migration.',
    unless:
      'Silent for a table that the same migration makes, where an earlier statement of the migration updates or deletes rows of the table, for a USING expression that computes something else than the cast, for types of the user but enums, and where the old type is not known.',
    references: [
      'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
    ],
  },
  examples: {
    bad: [
      given(
        [orders],
        sql`
          alter table orders alter column note type varchar(50);
                                                    ^^^^^^^^^^^ column-type-narrowed
        `,
      ),
      given(
        [orders],
        migration`
          alter table(:orders) do
            modify :total, :decimal, precision: 12, scale: 0
                           ^^^^^^^^ column-type-narrowed
          end
        `,
      ),
    ],
    good: [given([orders], sql`alter table orders alter column note type varchar(200);`)],
  },
  covers: ['alter-column-type-narrowing', 'enum-remove-value'],
  aliases: ['changing-column-type', 'alter-column-type', 'column_type_changed'],
  on: ['migration'],

  *check({ steps }) {
    const changed = new Set<number>();
    for (const step of steps) {
      const { operation, before, facts } = step;
      if (operation.kind === 'write-rows' && operation.table !== null) {
        const table = findTable(before, operation.table);
        if (table !== null && operation.verb !== 'insert' && operation.verb !== 'copy') changed.add(table.id);
      }
      // Of a table that the migration makes no lock is told.
      if (operation.kind !== 'alter-column-type' || facts.locks.length === 0) continue;
      const { table: name, type, using } = operation;
      const column = certain(knowColumn(before, name, operation.column.name));
      const table = findTable(before, name);
      if (column === null || table === null || changed.has(table.id)) continue;
      if (using !== null && !isCastOf(using, column.name)) continue;
      const found = narrowing(before, column.type, type);
      if (found === null) continue;

      const change = `"${column.name}" of "${table.name}" becomes ${formatType(type)}, and was ${formatType(column.type)}`;
      yield {
        step,
        at: type.span,
        message:
          found.outcome === 'refused'
            ? `${change}. ${found.values} make the migration fail; look for them before, and keep new ones out by a CHECK.`
            : `${change}. ${found.values} are lost without an error.`,
        related:
          column.origin === null ? [] : [{ at: column.origin, message: `it was ${formatType(column.type)}` }],
      };
    }
  },
});
