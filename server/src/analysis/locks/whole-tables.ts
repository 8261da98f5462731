// Locks of what makes, drops and moves whole tables and partitions.

import type { Catalog, Table } from '../../catalog/catalog.js';
import { findRelation, findTable, type Reference, sequencesOwnedBy } from '../../catalog/lookup.js';
import type { AttachPartition, CreateTable, DetachPartition, DropTable } from '../../catalog/operation.js';
import { constraintsMadeBy } from '../constraints.js';
import {
  effectOn,
  type LockFacts,
  locking,
  lockOn,
  merge,
  NOTHING,
  nameOf,
  namesOf,
  UNSURE,
} from './facts.js';
import {
  defaultPartitions,
  descendants,
  foreignKeyEnds,
  isKnown,
  lockFamily,
  ownForeignKeyEnds,
  scanFamily,
  viewsOf,
} from './family.js';

export function createTableLocks(operation: CreateTable, catalog: Catalog): LockFacts {
  if (operation.ifNotExists && findRelation(catalog, operation.table) !== null) return UNSURE;
  const facts: LockFacts[] = [];
  for (const { constraint } of constraintsMadeBy(operation)) {
    if (constraint.kind !== 'foreign-key' || constraint.references.name === operation.table.name) continue;
    facts.push(lockFamily(catalog, constraint.references, 'ShareRowExclusiveLock'));
  }
  if (operation.partitionOf !== null) {
    facts.push(lockOn(catalog, operation.partitionOf, 'AccessExclusiveLock'));
    facts.push(besideDefault(catalog, operation.partitionOf, operation.isDefault));
    facts.push(newPartitionEnds(catalog, operation.partitionOf));
  }
  for (const parent of operation.inherits) facts.push(lockOn(catalog, parent, 'ShareUpdateExclusiveLock'));
  // How its query reads is up to the planner.
  if (operation.fromQuery) facts.push(UNSURE);
  return merge(facts);
}

/** A new partition takes rows from the bounds of the default one, which is read to see that it has none of them. */
function besideDefault(catalog: Catalog, name: Reference, isDefault: boolean): LockFacts {
  const parent = findTable(catalog, name);
  if (parent === null || !isKnown(catalog, parent)) return UNSURE;
  const partitions = isDefault ? [] : defaultPartitions(catalog, parent);
  const because = 'every row is checked against the bounds of the new partition';
  const stored = partitions.filter(({ partitioned }) => !partitioned);
  return {
    ...locking(namesOf(partitions), 'AccessExclusiveLock'),
    scans: effectOn(namesOf(stored), because),
    certain: !partitions.some(mayProveBounds),
  };
}

/** A CHECK may show that no row can be within the bounds; then none is read. */
function mayProveBounds({ constraints }: Table): boolean {
  return constraints.some(({ kind }) => kind === 'check');
}

/** The foreign keys of the parent, both ways, are made for the partition, too (measured). */
function newPartitionEnds(catalog: Catalog, name: Reference): LockFacts {
  const parent = findTable(catalog, name);
  if (parent === null) return UNSURE;
  const { outgoing, incoming } = foreignKeyEnds(catalog, parent);
  return locking(namesOf([...outgoing, ...incoming]), 'ShareRowExclusiveLock');
}

export function attachPartitionLocks(operation: AttachPartition, catalog: Catalog): LockFacts {
  const partition = findTable(catalog, operation.partition);
  return merge([
    // ACCESS EXCLUSIVE before version 12.
    lockOn(catalog, operation.table, 'ShareUpdateExclusiveLock'),
    lockFamily(catalog, operation.partition, 'AccessExclusiveLock'),
    scanFamily(catalog, operation.partition, 'every row is checked against the bounds of the partition'),
    besideDefault(catalog, operation.table, operation.isDefault),
    newPartitionEnds(catalog, operation.table),
    partition === null || mayProveBounds(partition) ? UNSURE : NOTHING,
  ]);
}

export function detachPartitionLocks(operation: DetachPartition, catalog: Catalog): LockFacts {
  const parent = findTable(catalog, operation.table);
  const known = parent !== null && isKnown(catalog, parent) ? NOTHING : UNSURE;
  if (operation.concurrently !== null) {
    return merge([
      known,
      lockOn(catalog, operation.table, 'ShareUpdateExclusiveLock'),
      // At its end, in a transaction of its own: DetachPartitionFinalize in tablecmds.c.
      lockOn(catalog, operation.partition, 'AccessExclusiveLock'),
    ]);
  }
  const ends = parent === null ? null : foreignKeyEnds(catalog, parent);
  return merge([
    known,
    lockOn(catalog, operation.table, 'AccessExclusiveLock'),
    lockOn(catalog, operation.partition, 'AccessExclusiveLock'),
    locking(
      parent === null ? [] : namesOf(defaultPartitions(catalog, parent).slice(0, 1)),
      'AccessExclusiveLock',
    ),
    locking(namesOf(ends?.outgoing ?? []), 'ShareRowExclusiveLock'),
    locking(namesOf(ends?.incoming ?? []), 'AccessExclusiveLock'),
    {
      ...NOTHING,
      scans: effectOn(
        namesOf((ends?.incoming ?? []).filter(({ partitioned }) => !partitioned)),
        'no row may refer to the partition',
      ),
    },
  ]);
}

export function dropTableLocks({ table: name, ifExists, cascade }: DropTable, catalog: Catalog): LockFacts {
  const table = findTable(catalog, name);
  if (table === null) return droppedUnseen(catalog, name, ifExists);
  return droppedTable(catalog, table, cascade);
}

/** IF EXISTS on what certainly does not exist locks nothing. */
export function droppedUnseen(catalog: Catalog, name: Reference, ifExists: boolean): LockFacts {
  const { everything, newObjects } = catalog.doubts;
  if (ifExists && everything === null && newObjects === null) return NOTHING;
  return { ...lockOn(catalog, name, 'AccessExclusiveLock'), certain: false };
}

/** A table goes with its partitions, heirs and sequences; foreign keys go from their other ends. */
function droppedTable(catalog: Catalog, table: Table, cascade: boolean): LockFacts {
  const all = [table, ...descendants(catalog, table)];
  const ends = all.flatMap((one) => Object.values(ownForeignKeyEnds(catalog, one)).flat());
  const parent = table.partitionOf === null ? null : findById(catalog, table.partitionOf);
  return merge([
    {
      ...locking(namesOf([...all, ...ends]), 'AccessExclusiveLock'),
      // What CASCADE takes along may hang on defaults and functions, too.
      certain: !cascade && all.every((one) => isKnown(catalog, one)),
    },
    locking(
      all.flatMap((one) => sequencesOwnedBy(catalog, one).map(nameOf)),
      'AccessExclusiveLock',
    ),
    ...(parent === null
      ? []
      : [
          locking(
            namesOf([parent, ...defaultPartitions(catalog, parent).slice(0, 1)]),
            'AccessExclusiveLock',
          ),
        ]),
    ...(cascade ? all.map((one) => locking(viewsOf(catalog, one), 'AccessExclusiveLock')) : []),
  ]);
}

function findById(catalog: Catalog, id: number): Table | null {
  const relation = catalog.relations.get(id);
  return relation?.kind === 'table' ? relation : null;
}

/** DROP SCHEMA with all that is in it. */
export function dropSchemaLocks(schema: string, cascade: boolean, catalog: Catalog): LockFacts {
  if (!cascade) return NOTHING;
  const inside = [...catalog.relations.values()].filter((relation) => relation.schema === schema);
  return merge([
    UNSURE,
    ...inside.flatMap((relation) => {
      if (relation.kind === 'table') return [droppedTable(catalog, relation, true)];
      return relation.kind === 'index' ? [] : [locking([nameOf(relation)], 'AccessExclusiveLock')];
    }),
  ]);
}
