// Foreign keys: made, with one for each partition of the table that has them, and taken away.
// Of a foreign key that points at a partitioned table the server also keeps one for each partition there, on the same columns.
// Nobody sees them but in pg_constraint, so they are not held here.
// Source: addFkRecurseReferencing, CloneFkReferencing and tryAttachPartitionForeignKey in tablecmds.c.

import type { Catalog, Constraint, ForeignKey, Index, RelationId, Table } from '../catalog.js';
import { childrenOf, constraintOf, dependentsOf, foreignKeysOf, primaryKeyOf, tableById } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { ForeignKeyDefinition } from '../operation.js';
import { columnsPart } from '../server-names.js';
import { chooseConstraintName } from './choose-names.js';
import { type Context, changeTable, existingTable, putRelation } from './relations.js';

/** @param validated what NOT VALID comes to: in a new table it says nothing */
export function addForeignKey(
  catalog: Catalog,
  id: RelationId,
  definition: ForeignKeyDefinition,
  validated: boolean,
  context: Context,
): Catalog {
  // A reference to a table that no migration makes says that the base of the history is missing.
  const [present, referenced] = existingTable(catalog, definition.references, context);
  const table = tableById(present, id);
  if (table === null) return present;
  const {
    columns,
    deferrable,
    deferred,
    enforced,
    matchFull,
    onDelete,
    onDeleteColumns,
    onUpdate,
    temporal,
  } = definition;
  const referencedColumns =
    definition.referencedColumns.length > 0
      ? definition.referencedColumns
      : referenced === null
        ? []
        : (primaryKeyOf(referenced) ?? []);
  const foreignKey: ForeignKey = {
    kind: 'foreign-key',
    name:
      definition.name === null
        ? chosenName(present, table, columns)
        : truncateIdentifier(definition.name.name),
    columns,
    references: referenced?.id ?? null,
    referencedColumns,
    index: referenced === null ? null : indexLeantOn(referenced, definition.referencedColumns),
    onDelete,
    onUpdate,
    onDeleteColumns,
    matchFull,
    temporal,
    deferrable,
    deferred,
    enforced,
    validated: validated && enforced,
    parent: null,
    local: true,
    inherited: 0,
    origin: context.origin,
  };
  return putForeignKey(present, table, foreignKey, context);
}

/**
 * The oldest unique index on these columns, whatever their order; the primary key's when none are given
 * (transformFkeyCheckAttrs and transformFkeyGetPrimaryKey in src/backend/commands/tablecmds.c).
 */
function indexLeantOn(table: Table, columns: readonly string[]): RelationId | null {
  if (columns.length === 0) {
    const key = table.constraints.find(({ kind }) => kind === 'primary-key');
    return (
      table.indexes.find(({ constraint }) => constraint !== null && constraint === key?.name)?.id ?? null
    );
  }
  const wanted = [...columns].sort().join('\0');
  const matching = table.indexes.filter(
    ({ keys, unique, where }) =>
      unique &&
      where === null &&
      keys
        .map(({ column }) => column ?? '')
        .sort()
        .join('\0') === wanted,
  );
  return matching.length === 0 ? null : Math.min(...matching.map(({ id }) => id));
}

/** Where the index is not known, any on the same columns counts. */
export function leansOn({ index, referencedColumns }: ForeignKey, candidate: Index): boolean {
  if (index !== null) return index === candidate.id;
  const columns = candidate.keys.map(({ column }) => column ?? '');
  return candidate.unique && [...referencedColumns].sort().join('\0') === columns.sort().join('\0');
}

function chosenName(catalog: Catalog, table: Table, columns: readonly string[]): string {
  return chooseConstraintName(catalog, table, columnsPart(columns), 'fkey');
}

/** Puts it on the table and on all partitions, where one that is equal becomes a part of it. */
function putForeignKey(catalog: Catalog, table: Table, foreignKey: ForeignKey, context: Context): Catalog {
  let next = putRelation(catalog, { ...table, constraints: [...table.constraints, foreignKey] });
  if (!table.partitioned) return next;
  for (const partition of childrenOf(catalog, table.id)) {
    next = giveForeignKey(next, partition.id, foreignKey, context);
  }
  return next;
}

/** A partition gets its part of the foreign key of its parent. */
function giveForeignKey(catalog: Catalog, id: RelationId, foreignKey: ForeignKey, context: Context): Catalog {
  const partition = tableById(catalog, id);
  // A foreign table has no foreign keys; one that points back at itself is for the whole.
  if (partition === null || partition.foreign) return catalog;
  const equal = foreignKeysOf(partition).find(
    (one) => one.parent === null && isEqual(one, foreignKey) && one.validated,
  );
  const part = { parent: foreignKey.name, local: false, inherited: 1 };
  if (equal !== undefined) {
    return putRelation(catalog, {
      ...partition,
      constraints: partition.constraints.map((one) => (one === equal ? { ...equal, ...part } : one)),
    });
  }
  const name =
    constraintOf(partition, foreignKey.name) === null
      ? foreignKey.name
      : chosenName(catalog, partition, foreignKey.columns);
  const origin = { ...context.origin, constraint: null };
  return putForeignKey(catalog, partition, { ...foreignKey, ...part, name, origin }, context);
}

function isEqual(a: ForeignKey, b: ForeignKey): boolean {
  return (
    a.references === b.references &&
    a.columns.join('\0') === b.columns.join('\0') &&
    a.referencedColumns.join('\0') === b.referencedColumns.join('\0') &&
    a.onDelete === b.onDelete &&
    a.onUpdate === b.onUpdate &&
    a.matchFull === b.matchFull &&
    a.deferrable === b.deferrable &&
    a.deferred === b.deferred &&
    a.enforced === b.enforced
  );
}

/** A table that becomes a partition gets the foreign keys of its parent. */
export function cloneForeignKeys(catalog: Catalog, parent: Table, id: RelationId, context: Context): Catalog {
  let next = catalog;
  for (const foreignKey of foreignKeysOf(parent)) {
    next = giveForeignKey(next, id, foreignKey, context);
  }
  return next;
}

/** The parts that partitions have of the foreign key change with it. */
export function changeParts(
  catalog: Catalog,
  table: Table,
  name: string,
  change: (foreignKey: ForeignKey) => ForeignKey | null,
): Catalog {
  if (!table.partitioned) return catalog;
  let next = catalog;
  for (const partition of childrenOf(catalog, table.id)) {
    const part = foreignKeysOf(partition).find(({ parent }) => parent === name);
    if (part === undefined) continue;
    const changed = change(part);
    next = changeTable(next, partition.id, (current) => ({
      ...current,
      constraints: current.constraints.flatMap((one) => (one === part ? (changed ?? []) : one)),
    }));
    next = changeParts(next, partition, part.name, change);
  }
  return next;
}

/** Foreign keys of any table that point at the table, and are lost, go. */
export function dropForeignKeysTo(
  catalog: Catalog,
  id: RelationId,
  lost: (foreignKey: ForeignKey) => boolean,
): Catalog {
  const points = (constraint: Constraint) =>
    constraint.kind === 'foreign-key' && constraint.references === id && lost(constraint);
  return changeReferring(catalog, id, (constraints) =>
    constraints.some(points) ? constraints.filter((constraint) => !points(constraint)) : constraints,
  );
}

/** Changes the constraints of the tables that have foreign keys to the table. */
export function changeReferring(
  catalog: Catalog,
  id: RelationId,
  change: (constraints: readonly Constraint[]) => readonly Constraint[],
): Catalog {
  let next = catalog;
  for (const { id: referring } of dependentsOf(catalog, id)) {
    next = changeTable(next, referring, (table) => {
      const constraints = change(table.constraints);
      return constraints === table.constraints ? table : { ...table, constraints };
    });
  }
  return next;
}
