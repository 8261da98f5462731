// A column goes, and with it every index and constraint that uses it, what draws from its sequences, and foreign keys that point at it.
// Source: ATExecDropColumn in tablecmds.c, and the dependencies of each kind of object.

import type { Catalog, Constraint, Index, RelationId } from '../catalog.js';
import { childrenOf, columnOf, sequencesOwnedBy, tableById } from '../lookup.js';
import type { DropColumn } from '../operation.js';
import { constraintDropped } from './change-constraints.js';
import { changeColumn } from './columns.js';
import { dropForeignKeysTo } from './foreign-keys.js';
import { removeIndex } from './indexes.js';
import { type Context, changeTable, existingTable, removeRelation } from './relations.js';

export function dropColumn(catalog: Catalog, operation: DropColumn, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  return columnDropped(present, table.id, operation.column.name, !operation.only);
}

/** Takes the column out, and out of the tables below that have it from this one alone. */
function columnDropped(catalog: Catalog, id: RelationId, name: string, recurse: boolean): Catalog {
  const table = tableById(catalog, id);
  if (table === null || columnOf(table, name) === null) return catalog;
  let next = catalog;
  for (const child of childrenOf(next, id)) {
    const below = columnOf(child, name);
    if (below === null) continue;
    if (recurse && below.inherited <= 1 && !below.local) next = columnDropped(next, child.id, name, true);
    else {
      next = changeColumn(next, child.id, name, (column) => ({
        ...column,
        inherited: Math.max(0, column.inherited - 1),
        local: column.local || !recurse,
      }));
    }
  }
  next = withoutUsers(next, id, name);
  next = changeTable(next, id, (current) => ({
    ...current,
    columns: current.columns.filter((column) => column.name !== name),
  }));
  for (const sequence of sequencesOwnedBy(next, table, name)) next = removeRelation(next, sequence);
  return dropForeignKeysTo(next, id, ({ referencedColumns }) => referencedColumns.includes(name));
}

function withoutUsers(catalog: Catalog, id: RelationId, name: string): Catalog {
  let next = catalog;
  const now = () => tableById(next, id);
  for (const index of now()?.indexes ?? []) {
    if (indexUses(index, name)) next = removeIndex(next, index.id);
  }
  for (const constraint of now()?.constraints ?? []) {
    if (constraint.kind !== 'foreign-key' || !constraintUses(constraint, name)) continue;
    next = constraintDropped(next, id, constraint, true);
  }
  next = changeTable(next, id, (table) => ({
    ...table,
    // Tables below that keep the column keep these as they are, although nothing above has them any more (measured).
    constraints: table.constraints.filter((constraint) => !constraintUses(constraint, name)),
    policies: table.policies.filter(
      ({ using, check }) => !using?.columns.includes(name) && !check?.columns.includes(name),
    ),
    triggers: table.triggers.filter(
      ({ columns, when }) => !columns.includes(name) && !when?.columns.includes(name),
    ),
  }));
  // Without CASCADE the server would have refused.
  for (const column of now()?.columns ?? []) {
    const uses = column.generated !== null && column.name !== name && column.default?.columns.includes(name);
    if (uses) next = columnDropped(next, id, column.name, true);
  }
  return next;
}

function indexUses(index: Index, column: string): boolean {
  return (
    index.include.includes(column) ||
    (index.where?.columns.includes(column) ?? false) ||
    index.keys.some((key) => key.column === column || (key.expression?.columns.includes(column) ?? false))
  );
}

function constraintUses(constraint: Constraint, column: string): boolean {
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'foreign-key':
      return constraint.columns.includes(column);
    case 'check':
      return constraint.expression.columns.includes(column);
    case 'not-null':
      return constraint.column === column;
    case 'exclusion':
      // It goes with its index.
      return false;
  }
}
