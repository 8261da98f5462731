// Locks of what makes, drops and moves whole tables and partitions.

import type { Catalog, Index, Table } from '../../catalog/catalog.js';
import { sameExpression } from '../../catalog/expression.js';
import {
  findRelation,
  findTable,
  foreignKeysOf,
  meansSame,
  type Reference,
  sequencesOwnedBy,
} from '../../catalog/lookup.js';
import type {
  AttachPartition,
  CreateTable,
  DetachPartition,
  DropTable,
  IndexKey,
} from '../../catalog/operation.js';
import { constraintsMadeBy } from '../constraints.js';
import { defaultsToRead, proofOfBounds } from '../partition-bounds.js';
import { cascadeLocks } from './cascade.js';
import {
  building,
  effectOn,
  isPartitioned,
  type LockFacts,
  locking,
  lockOn,
  merge,
  NOTHING,
  nameOf,
  namesOf,
  UNSURE,
  unless,
} from './facts.js';
import {
  defaultPartitions,
  descendants,
  foreignKeyEnds,
  isKnown,
  lockFamily,
  ownForeignKeyEnds,
  scanFamily,
} from './family.js';

export function createTableLocks(operation: CreateTable, catalog: Catalog): LockFacts {
  if (operation.ifNotExists && findRelation(catalog, operation.table) !== null) return NOTHING;
  const facts: LockFacts[] = [];
  for (const { constraint } of constraintsMadeBy(operation)) {
    if (constraint.kind !== 'foreign-key') continue;
    if (meansSame(catalog, constraint.references, operation.table)) continue;
    const { name } = constraint.references;
    facts.push(
      lockFamily(
        catalog,
        constraint.references,
        'ShareRowExclusiveLock',
        !isPartitioned(catalog, constraint.references),
        `a foreign key to "${name}" gets its triggers there`,
      ),
    );
  }
  if (operation.partitionOf !== null) {
    facts.push(
      lockOn(catalog, operation.partitionOf, 'AccessExclusiveLock', 'the table becomes a partition of it'),
    );
    facts.push(besideDefault(catalog, operation.partitionOf, operation));
    facts.push(newPartitionEnds(catalog, operation.partitionOf));
  }
  for (const parent of operation.inherits) {
    facts.push(lockOn(catalog, parent, 'ShareUpdateExclusiveLock', 'the table inherits from it'));
  }
  // How its query reads is up to the planner.
  if (operation.fromQuery && operation.withData) facts.push(UNSURE);
  return merge(facts);
}

/** A new partition takes rows from the bounds of the default one, which is read to see that it has none of them. */
function besideDefault(
  catalog: Catalog,
  name: Reference,
  operation: CreateTable | AttachPartition,
): LockFacts {
  const parent = findTable(catalog, name);
  if (parent === null || !isKnown(catalog, parent)) return UNSURE;
  const partitions = operation.isDefault ? [] : defaultPartitions(catalog, parent);
  const because = 'every row is checked against the bounds of the new partition';
  const proofs = defaultsToRead(catalog, name, operation);
  const read = proofs.filter(({ proof }) => proof !== 'proven').map(({ table }) => table);
  return {
    ...locking(namesOf(partitions), 'AccessExclusiveLock', 'it may hold rows of the new partition'),
    scans: effectOn(namesOf(read), because),
    certain: proofs.every(({ proof }) => proof !== 'unknown'),
  };
}

/** The foreign keys of the parent, both ways, are made for the partition, too (measured). */
function newPartitionEnds(catalog: Catalog, name: Reference): LockFacts {
  const parent = findTable(catalog, name);
  if (parent === null) return UNSURE;
  const { outgoing, incoming } = foreignKeyEnds(catalog, parent);
  return locking(
    namesOf([...outgoing, ...incoming]),
    'ShareRowExclusiveLock',
    'a foreign key is made for the partition, too',
  );
}

/** Source: ATExecAttachPartition in tablecmds.c. */
export function attachPartitionLocks(operation: AttachPartition, catalog: Catalog): LockFacts {
  const { table, partition } = operation;
  const proof = proofOfBounds(catalog, operation);
  return merge([
    // ACCESS EXCLUSIVE before version 12.
    lockOn(catalog, table, 'ShareUpdateExclusiveLock'),
    lockFamily(catalog, partition, 'AccessExclusiveLock'),
    proof === 'proven'
      ? NOTHING
      : scanFamily(catalog, partition, 'every row is checked against the bounds of the partition'),
    besideDefault(catalog, table, operation),
    newPartitionEnds(catalog, table),
    attachedKeys(catalog, table, partition),
    attachedIndexes(catalog, table, partition),
    unless(proof !== 'unknown'),
  ]);
}

/** CloneForeignKeyReferencing and …Referenced: the partition gets the triggers, and its rows are looked up. */
function attachedKeys(catalog: Catalog, name: Reference, partition: Reference): LockFacts {
  const [parent, child] = [findTable(catalog, name), findTable(catalog, partition)];
  if (parent === null || child === null) return NOTHING;
  const outgoing = foreignKeysOf(parent);
  const incoming = foreignKeyEnds(catalog, parent).incoming;
  if (outgoing.length + incoming.length === 0) return NOTHING;
  const referenced = outgoing.flatMap(({ references }) =>
    references === null ? [] : (findById(catalog, references) ?? []),
  );
  return merge([
    locking([nameOf(child), ...namesOf(descendants(catalog, child))], 'ShareRowExclusiveLock'),
    locking(namesOf(referenced), 'RowShareLock'),
    // One that it has already is taken over.
    unless(foreignKeysOf(child).length === 0),
  ]);
}

/** AttachPartitionEnsureIndexes: the partition gets the indexes of its parent that it has not yet. */
function attachedIndexes(catalog: Catalog, name: Reference, partition: Reference): LockFacts {
  const [parent, child] = [findTable(catalog, name), findTable(catalog, partition)];
  if (parent === null || child === null) return NOTHING;
  const missing = missingIndexes(parent, child);
  if (missing.length === 0) return NOTHING;
  const below = [child, ...descendants(catalog, child)];
  const stored = below.filter(({ partitioned }) => !partitioned);
  return merge([
    locking(namesOf(below), 'ShareLock'),
    ...missing.map(({ name: index }) => building(namesOf(stored), `"${parent.name}" has "${index}"`)),
  ]);
}

/** The indexes of the parent that a table lacks: they are built when it becomes a partition. */
export function missingIndexes(parent: Table, child: Table): readonly Index[] {
  return parent.indexes.filter((index) => !child.indexes.some((one) => isSameIndex(one, index)));
}

/** CompareIndexInfo in index.c. */
function isSameIndex(a: Index, b: Index): boolean {
  const key = (one: IndexKey) => [one.column, one.operatorClass, one.collation];
  return (
    a.unique === b.unique &&
    a.method === b.method &&
    a.keys.length === b.keys.length &&
    (a.constraint === null) === (b.constraint === null) &&
    a.include.length === b.include.length &&
    (a.where === null) === (b.where === null) &&
    (a.where === null || b.where === null || sameExpression(a.where, b.where)) &&
    a.keys.every((one, place) => {
      const other = b.keys[place];
      if (other === undefined || key(one).join() !== key(other).join()) return false;
      return one.expression === null || other.expression === null
        ? one.expression === other.expression
        : sameExpression(one.expression, other.expression);
    })
  );
}

/** Source: ATExecDetachPartition in tablecmds.c. */
export function detachPartitionLocks(operation: DetachPartition, catalog: Catalog): LockFacts {
  const parent = findTable(catalog, operation.table);
  const known = unless(parent !== null && isKnown(catalog, parent));
  if (operation.concurrently !== null) {
    return merge([
      known,
      lockOn(catalog, operation.table, 'ShareUpdateExclusiveLock'),
      // At its end, in a transaction of its own: DetachPartitionFinalize in tablecmds.c.
      lockFamily(catalog, operation.partition, 'AccessExclusiveLock'),
    ]);
  }
  const ends = parent === null ? null : foreignKeyEnds(catalog, parent);
  const stored = (ends?.incoming ?? []).filter(({ partitioned }) => !partitioned);
  return merge([
    known,
    lockOn(catalog, operation.table, 'AccessExclusiveLock'),
    // Those below it forget the bounds, too: DetachPartitionFinalize.
    lockFamily(catalog, operation.partition, 'AccessExclusiveLock'),
    locking(
      parent === null ? [] : namesOf(defaultPartitions(catalog, parent).slice(0, 1)),
      'AccessExclusiveLock',
      'the bounds of the default partition change',
    ),
    locking(
      namesOf(ends?.outgoing ?? []),
      'ShareRowExclusiveLock',
      'the foreign key of the partition gets triggers of its own',
    ),
    locking(
      namesOf(ends?.incoming ?? []),
      ['AccessExclusiveLock', 'ShareLock'],
      'its foreign key to the partition goes',
    ),
    { ...NOTHING, scans: effectOn(namesOf(stored), 'no row may refer to the partition') },
  ]);
}

export function dropTableLocks(
  { table: name, ifExists, cascade }: DropTable,
  catalog: Catalog,
  postgres: number,
): LockFacts {
  const table = findTable(catalog, name);
  if (table === null) return droppedUnseen(catalog, name, ifExists);
  return merge([
    droppedTable(catalog, table),
    cascade ? cascadeLocks([{ kind: 'relation', id: table.id }], catalog, postgres) : NOTHING,
  ]);
}

/** IF EXISTS on what certainly does not exist locks nothing. */
export function droppedUnseen(catalog: Catalog, name: Reference, ifExists: boolean): LockFacts {
  const { everything, newObjects } = catalog.doubts;
  if (ifExists && everything === null && newObjects === null) return NOTHING;
  return { ...lockOn(catalog, name, 'AccessExclusiveLock'), certain: false };
}

/** A table goes with its partitions and sequences; foreign keys go from their other ends. */
function droppedTable(catalog: Catalog, table: Table): LockFacts {
  const all = [table, ...descendants(catalog, table)];
  const ends = all.flatMap((one) => Object.values(ownForeignKeyEnds(catalog, one)).flat());
  const parent = table.partitionOf === null ? null : findById(catalog, table.partitionOf);
  const [own, ...below] = all;
  return merge([
    locking(own === undefined ? [] : [nameOf(own)], 'AccessExclusiveLock'),
    locking(namesOf(below), 'AccessExclusiveLock', `it is below "${table.name}"`),
    locking(
      namesOf(ends.filter(({ id }) => !all.some((one) => one.id === id))),
      'AccessExclusiveLock',
      `a foreign key between it and "${table.name}" goes`,
    ),
    locking(
      all.flatMap((one) => sequencesOwnedBy(catalog, one).map(nameOf)),
      'AccessExclusiveLock',
      'it goes with its table',
    ),
    parent === null
      ? NOTHING
      : merge([
          locking([nameOf(parent)], 'AccessExclusiveLock', 'it loses a partition'),
          locking(
            namesOf(defaultPartitions(catalog, parent).slice(0, 1)),
            'AccessExclusiveLock',
            'the bounds of the default partition change',
          ),
        ]),
    unless(all.every((one) => isKnown(catalog, one))),
  ]);
}

function findById(catalog: Catalog, id: number): Table | null {
  const relation = catalog.relations.get(id);
  return relation?.kind === 'table' ? relation : null;
}

/** DROP SCHEMA with all that is in it, and all that rests on that. */
export function dropSchemaLocks(
  schema: string,
  cascade: boolean,
  catalog: Catalog,
  postgres: number,
): LockFacts {
  if (!cascade) return NOTHING;
  const inside = [...catalog.relations.values()].filter((relation) => relation.schema === schema);
  return merge([
    cascadeLocks([{ kind: 'schema', name: schema }], catalog, postgres),
    ...inside.map((relation) => (relation.kind === 'table' ? droppedTable(catalog, relation) : NOTHING)),
  ]);
}
