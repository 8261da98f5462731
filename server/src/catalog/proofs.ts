// What the schema proves about the rows of a table, so that the server need not read them.

import type { Catalog, Table } from './catalog.js';
import { columnOf, findTable, type Reference } from './lookup.js';

/**
 * Why the server need not look for NULLs when a column becomes NOT NULL: a validated CHECK proves it (since version 12), or
 * it is NOT NULL already. `null` when nothing does.
 * @param withType the same ALTER TABLE sets the column's type: then its CHECKs are made anew and prove nothing (measured)
 */
export function proofOfNotNull(
  catalog: Catalog,
  name: Reference,
  column: string,
  withType = false,
): string | null {
  const table = findTable(catalog, name);
  return table === null ? null : proofOfNotNullIn(table, column, withType);
}

/**
 * The same of a table at hand.
 * @param below whether it has to hold for the tables below it, too: a CHECK … NO INHERIT does not
 */
export function proofOfNotNullIn(
  table: Table,
  column: string,
  withType = false,
  below = false,
): string | null {
  if (columnOf(table, column)?.notNull === true) {
    const pending = table.constraints.some(
      (constraint) => constraint.kind === 'not-null' && constraint.column === column && !constraint.validated,
    );
    if (!pending) return 'the column is NOT NULL already';
  }
  if (withType) return null;
  const check = table.constraints.find(
    (constraint) =>
      constraint.kind === 'check' &&
      constraint.validated &&
      !(below && constraint.noInherit) &&
      constraint.expression.provesNotNull.includes(column),
  );
  return check === undefined ? null : `the validated CHECK "${check.name}" proves it`;
}
