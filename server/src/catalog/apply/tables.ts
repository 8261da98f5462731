// What operations do to tables as wholes.

import type { Catalog, Relation, Table } from '../catalog.js';
import { findRelation, findTable, sequencesOwnedBy, tableById } from '../lookup.js';
import { type Reference, truncateIdentifier } from '../names.js';
import type { AlterTableOther, RenameTable, SetSchema, WriteRows } from '../operation.js';
import { alterColumnOther } from './alter-column.js';
import { indexRenamed, without } from './indexes.js';
import { addInherit, dropInherit } from './inheritance.js';
import { type Context, changeTable, existingTable, moveRelation, putRelation } from './relations.js';
import { setTriggerState } from './triggers.js';
import { typeRenamed } from './types.js';

export function renameTable(catalog: Catalog, operation: RenameTable, context: Context): Catalog {
  // ALTER TABLE … RENAME also renames views, sequences and indexes.
  const relation = findRelation(catalog, operation.table);
  const to = { schema: null, name: truncateIdentifier(operation.to.name) };
  if (relation?.kind === 'index') return indexRenamed(catalog, relation.id, to.name);
  if (relation !== null) return moved(catalog, relation, to);
  if (operation.ifExists) return catalog;
  const [present, table] = existingTable(catalog, operation.table, context);
  return table === null ? present : moveRelation(present, table, to);
}

export function setSchema(catalog: Catalog, operation: SetSchema, context: Context): Catalog {
  const to = operation.to.name;
  const relation = findRelation(catalog, operation.table);
  if (relation !== null) return moved(catalog, relation, { schema: to, name: relation.name });
  const [present, table] = existingTable(catalog, operation.table, context);
  return table === null ? present : moveRelation(present, table, { schema: to, name: table.name });
}

/** The type of its rows goes by the new name, too. */
function moved(catalog: Catalog, relation: Relation, to: Reference): Catalog {
  const { schema, name } = relation;
  const next = moveRelation(catalog, relation, to);
  return next === catalog
    ? next
    : typeRenamed(next, { schema, name }, { ...to, schema: to.schema ?? schema });
}

/** Actions of ALTER TABLE that have no operation of their own. */
export function alterTableOther(catalog: Catalog, operation: AlterTableOther, context: Context): Catalog {
  const relation = findRelation(catalog, operation.table);
  if (relation !== null && relation.kind !== 'table') return setTriggerState(catalog, relation.id, operation);
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const onColumn = alterColumnOther(present, table, operation, context);
  if (onColumn !== null) return onColumn;
  const { action, parent, parameters } = operation;
  const change = (to: Partial<Table>) => changeTable(present, table.id, (current) => ({ ...current, ...to }));
  switch (action) {
    case 'SetLogged':
    case 'SetUnLogged':
      return setLogged(present, table, action === 'SetUnLogged', context);
    case 'SetRelOptions':
      return change({ parameters: { ...table.parameters, ...parameters } });
    case 'ResetRelOptions':
      return change({ parameters: without(table.parameters, Object.keys(parameters)) });
    case 'AddInherit':
    case 'DropInherit': {
      const id = parent === null ? null : (findTable(present, parent)?.id ?? null);
      if (id === null) return present;
      return action === 'AddInherit' ? addInherit(present, table.id, id) : dropInherit(present, table.id, id);
    }
    case 'AddOf':
    case 'DropOf':
      return change({ ofType: null });
    default:
      return setTriggerState(present, table.id, operation);
  }
}

/** Since PostgreSQL 15 the sequences of a table follow it. */
function setLogged(catalog: Catalog, table: Table, unlogged: boolean, { postgres }: Context): Catalog {
  let next = changeTable(catalog, table.id, (current) => ({ ...current, unlogged }));
  if (postgres < 15) return next;
  for (const sequence of sequencesOwnedBy(next, table)) next = putRelation(next, { ...sequence, unlogged });
  return next;
}

/** Rows written to a table make it one that others may wait for, and one whose constraints may fail. */
export function writeRows(catalog: Catalog, operation: WriteRows): Catalog {
  if (operation.table === null || operation.verb === 'truncate' || operation.verb === 'delete')
    return catalog;
  const table = findTable(catalog, operation.table);
  if (table === null || table.filled) return catalog;
  const filled = changeTable(catalog, table.id, (current) => ({ ...current, filled: true }));
  const parent = table.partitionOf === null ? null : tableById(filled, table.partitionOf);
  return parent === null
    ? filled
    : changeTable(filled, parent.id, (current) => ({ ...current, filled: true }));
}
