// What operations do to tables, partitions and views as wholes.

import { bareTable, type Catalog, type Column, type Table } from '../catalog.js';
import { findRelation, findTable, sequencesOwnedBy, tableById } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type {
  AlterSequence,
  AlterTableOther,
  AttachPartition,
  CreateSequence,
  CreateTable,
  CreateView,
  DetachPartition,
  DropTable,
  DropView,
  RenameTable,
  SetSchema,
  WriteRows,
} from '../operation.js';
import { addOwnedSequence, columnFrom, dropForeignKeysTo, finishColumns } from './columns.js';
import { applyConstraints } from './constraints.js';
import {
  addRelation,
  type Context,
  changeTable,
  creationSchema,
  existingTable,
  moveRelation,
  putRelation,
  relationNameTaken,
  removeRelation,
} from './relations.js';

export function createTable(catalog: Catalog, operation: CreateTable, context: Context): Catalog {
  const schema = operation.temporary ? 'pg_temp' : creationSchema(catalog, operation.table.schema);
  const name = truncateIdentifier(operation.table.name);
  if (relationNameTaken(catalog, schema, name)) return catalog;
  const [present, parents] = existingParents(catalog, operation, context);
  const inherited = parents.flatMap((parent) => parent.columns);
  const own = operation.columns.map((column) => columnFrom(column, context));
  const id = present.sequence;
  const table: Table = {
    ...bareTable(id, schema, name),
    // A column named again is merged with the inherited one.
    columns: [...inherited.filter((column) => !own.some((other) => other.name === column.name)), ...own],
    partitioned: operation.partitioned,
    partitionOf:
      operation.partitionOf === null ? null : (findTable(present, operation.partitionOf)?.id ?? null),
    defaultPartition: operation.isDefault,
    inherits: operation.inherits.flatMap((parent) => findTable(present, parent)?.id ?? []),
    temporary: operation.temporary,
    unlogged: operation.unlogged,
    complete: !operation.fromQuery && parents.every((parent) => parent.complete),
    filled: operation.fromQuery,
    origin: context.origin,
    madeAt: id,
  };
  const added = addRelation(present, table);
  const listed = table.temporary ? { ...added, temporaryTables: [...added.temporaryTables, id] } : added;
  const finished = finishColumns(listed, id, operation.columns, context);
  const onColumns = operation.columns.reduce((count, column) => count + column.constraints.length, 0);
  return applyConstraints(finished, id, operation.constraints, onColumns, context);
}

/** Tables whose columns this one takes over. */
function existingParents(
  catalog: Catalog,
  operation: CreateTable,
  context: Context,
): readonly [Catalog, readonly Table[]] {
  const names = [
    ...(operation.partitionOf === null ? [] : [operation.partitionOf]),
    ...operation.inherits,
    ...operation.like,
  ];
  let next = catalog;
  const parents: Table[] = [];
  for (const name of names) {
    const [present, parent] = existingTable(next, name, context);
    next = present;
    if (parent !== null) parents.push(parent);
  }
  return [next, parents];
}

export function dropTable(catalog: Catalog, operation: DropTable): Catalog {
  const table = findTable(catalog, operation.table);
  if (table === null) return catalog;
  // Foreign keys of other tables go only by CASCADE; without it the server would have refused.
  return removeRelation(
    dropForeignKeysTo(catalog, table.id, () => true),
    table,
  );
}

export function renameTable(catalog: Catalog, operation: RenameTable, context: Context): Catalog {
  // ALTER TABLE … RENAME also renames views and sequences.
  const relation = findRelation(catalog, operation.table);
  const to = { schema: null, name: truncateIdentifier(operation.to.name) };
  if (relation !== null) return moveRelation(catalog, relation, to);
  if (operation.ifExists) return catalog;
  const [present, table] = existingTable(catalog, operation.table, context);
  return table === null ? present : moveRelation(present, table, to);
}

export function setSchema(catalog: Catalog, operation: SetSchema, context: Context): Catalog {
  const to = operation.to.name;
  const relation = findRelation(catalog, operation.table);
  if (relation !== null) return moveRelation(catalog, relation, { schema: to, name: relation.name });
  const [present, table] = existingTable(catalog, operation.table, context);
  return table === null ? present : moveRelation(present, table, { schema: to, name: table.name });
}

/** Actions of ALTER TABLE that have no operation of their own. */
export function alterTableOther(catalog: Catalog, operation: AlterTableOther, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const { action, parent, onColumn: column, identity } = operation;
  const change = (to: Partial<Table>) => changeTable(present, table.id, (current) => ({ ...current, ...to }));
  const changeColumn = (to: Partial<Column>) =>
    change({
      columns: table.columns.map((one) => (one.name === column?.name ? { ...one, ...to } : one)),
    });
  switch (action) {
    case 'SetLogged':
    case 'SetUnLogged':
      return change({ unlogged: action === 'SetUnLogged' });
    case 'AddInherit':
    case 'DropInherit': {
      const id = parent === null ? null : (findTable(present, parent)?.id ?? null);
      if (id === null) return present;
      const others = table.inherits.filter((other) => other !== id);
      return change({ inherits: action === 'AddInherit' ? [...others, id] : others });
    }
    case 'AddIdentity':
      return column === null
        ? present
        : addOwnedSequence(changeColumn({ identity }), table.id, column.name, context);
    case 'SetIdentity':
      return identity === null ? present : changeColumn({ identity });
    case 'DropIdentity':
      return (column === null ? [] : sequencesOwnedBy(present, table, column.name)).reduce<Catalog>(
        removeRelation,
        changeColumn({ identity: null }),
      );
    case 'DropExpression':
      return changeColumn({ generated: null, default: null });
    default:
      return present;
  }
}

export function attachPartition(
  catalog: Catalog,
  operation: AttachPartition | DetachPartition,
  context: Context,
): Catalog {
  const [withParent, parent] = existingTable(catalog, operation.table, context);
  const [present, partition] = existingTable(withParent, operation.partition, context);
  if (parent === null || partition === null) return present;
  const to =
    operation.kind === 'attach-partition'
      ? { partitionOf: parent.id, defaultPartition: operation.isDefault }
      : { partitionOf: null, defaultPartition: false };
  return changeTable(present, partition.id, (table) => ({ ...table, ...to }));
}

export function createView(catalog: Catalog, operation: CreateView, context: Context): Catalog {
  const schema = creationSchema(catalog, operation.view.schema);
  const name = truncateIdentifier(operation.view.name);
  const present = findRelation(catalog, { schema, name });
  if (present !== null && !(operation.orReplace && present.kind === 'view')) return catalog;
  const id = present?.id ?? catalog.sequence;
  return addRelation(catalog, {
    kind: 'view',
    id,
    schema,
    name,
    materialized: operation.materialized,
    reads: operation.reads,
    origin: context.origin,
    madeAt: id,
  });
}

export function dropView(catalog: Catalog, operation: DropView): Catalog {
  const view = findRelation(catalog, operation.view);
  return view?.kind === 'view' ? removeRelation(catalog, view) : catalog;
}

export function createSequence(catalog: Catalog, operation: CreateSequence, context: Context): Catalog {
  const schema = creationSchema(catalog, operation.sequence.schema);
  const name = truncateIdentifier(operation.sequence.name);
  if (relationNameTaken(catalog, schema, name)) return catalog;
  const made = addRelation(catalog, {
    kind: 'sequence',
    id: catalog.sequence,
    schema,
    name,
    ownedBy: null,
    ownerColumn: null,
    origin: context.origin,
    madeAt: catalog.sequence,
  });
  return alterSequence(made, operation);
}

/** Only its owner is held. */
export function alterSequence(
  catalog: Catalog,
  { sequence: name, owner }: CreateSequence | AlterSequence,
): Catalog {
  const sequence = findRelation(catalog, name);
  if (owner === null || sequence?.kind !== 'sequence') return catalog;
  const table = owner.table === null ? null : findTable(catalog, owner.table);
  const ownerColumn = table === null ? null : owner.column;
  return putRelation(catalog, { ...sequence, ownedBy: table?.id ?? null, ownerColumn });
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
