// Partitions that are attached and detached, and what a new one gets of its parent beside columns and CHECKs.
// Source: ATExecAttachPartition, ATExecDetachPartition and CloneRowTriggersToPartition in tablecmds.c.

import type { Catalog, RelationId, Table } from '../catalog.js';
import { tableById } from '../lookup.js';
import type { AttachPartition, DetachPartition } from '../operation.js';
import { chooseConstraintName } from './choose-names.js';
import { cloneForeignKeys } from './foreign-keys.js';
import { detachedIndexes, ensureIndexes } from './indexes.js';
import { comeBelow, leave } from './inheritance.js';
import { type Context, changeTable, existingTable, putRelation } from './relations.js';
import { inheritTriggers, ownTriggers } from './triggers.js';

export function attachPartition(catalog: Catalog, operation: AttachPartition, context: Context): Catalog {
  const [withParent, parent] = existingTable(catalog, operation.table, context);
  const [present, partition] = existingTable(withParent, operation.partition, context);
  if (parent === null || partition === null) return present;
  if (partition.partitionOf !== null) return present;
  const next = changeTable(present, partition.id, (table) => ({
    ...table,
    partitionOf: parent.id,
    defaultPartition: operation.isDefault,
    bound: operation.bound,
  }));
  const merged = comeBelow(next, parent, partition.id, true);
  return joinParent(merged, parent, partition.id, context);
}

/** Indexes, triggers and foreign keys of the parent, in this order. */
export function joinParent(catalog: Catalog, parent: Table, id: RelationId, context: Context): Catalog {
  const indexed = ensureIndexes(catalog, parent, id, context);
  return cloneForeignKeys(inheritTriggers(indexed, parent, id), parent, id, context);
}

export function detachPartition(catalog: Catalog, operation: DetachPartition, context: Context): Catalog {
  const [withParent, parent] = existingTable(catalog, operation.table, context);
  const [present, partition] = existingTable(withParent, operation.partition, context);
  if (parent === null || partition === null || partition.partitionOf !== parent.id) return present;
  const left = changeTable(leave(present, parent, partition.id, true), partition.id, (table) => ({
    ...table,
    ...detachedIndexes(table),
    partitionOf: null,
    defaultPartition: false,
    bound: null,
    triggers: ownTriggers(table),
  }));
  const freed = freeForeignKeys(left, partition.id);
  return operation.concurrently === null ? freed : keepBounds(freed, parent, partition, context);
}

function freeForeignKeys(catalog: Catalog, id: RelationId): Catalog {
  return changeTable(catalog, id, (table) => ({
    ...table,
    constraints: table.constraints.map((one) =>
      one.kind === 'foreign-key' && one.parent !== null
        ? { ...one, parent: null, local: true, inherited: 0 }
        : one,
    ),
  }));
}

/**
 * DETACH CONCURRENTLY leaves the bounds behind as a CHECK, unless another says as much: DetachAddConstraintIfNeeded. Where
 * one could, or where the bounds of tables above count too, this is not known.
 */
function keepBounds(catalog: Catalog, parent: Table, before: Table, context: Context): Catalog {
  const table = tableById(catalog, before.id);
  const key = parent.partitionKey;
  if (table === null) return catalog;
  const columns = new Set(key?.keys.flatMap(({ column, expression }) => expression?.columns ?? column ?? []));
  const doubtful =
    key === null || parent.partitionOf !== null || table.constraints.some(({ kind }) => kind === 'check');
  if (doubtful) {
    const reason = `whether DETACH CONCURRENTLY leaves a CHECK on "${table.name}" is not known`;
    const doubt = { reason, since: catalog.sequence, origin: context.origin };
    const relations = catalog.doubts.relations.set(table.id, doubt);
    return { ...catalog, doubts: { ...catalog.doubts, relations } };
  }
  const [only, ...others] = [...columns];
  const second = only !== undefined && others.length === 0 ? only : '';
  const text = before.bound ?? '';
  return putRelation(catalog, {
    ...table,
    constraints: [
      ...table.constraints,
      {
        kind: 'check',
        name: chooseConstraintName(catalog, table, second, 'check'),
        expression: {
          text,
          span: { start: 0, end: 0 },
          columns: [...columns],
          mentions: [],
          functions: [],
          constant: false,
          provesNotNull: [],
          tree: null,
        },
        validated: true,
        enforced: true,
        noInherit: false,
        local: true,
        inherited: 0,
        origin: context.origin,
      },
    ],
  });
}
