// Which locks an operation takes, what it reads in full and what it writes anew.
// Levels come from AlterTableGetLockLevel in tablecmds.c and from the manual, "Explicit Locking"; tests compare them with servers.

import type { Catalog, Table } from '../catalog/catalog.js';
import {
  findIndex,
  findRelation,
  findStatistics,
  findTable,
  findType,
  type Reference,
} from '../catalog/lookup.js';
import type {
  AlterDomain,
  AlterType,
  AlterView,
  ChangeRule,
  CreateIndex,
  DropIndex,
  DropType,
  Operation,
} from '../catalog/operation.js';
import { isSameName } from '../catalog/type-lookup.js';
import {
  addColumnLocks,
  alterColumnTypeLocks,
  alterTableOtherLocks,
  dropColumnLocks,
  ownLock,
  setSchemaLocks,
} from './locks/alter-table.js';
import { addConstraintLocks, dropConstraintLocks, notNullScans, validateLocks } from './locks/constraints.js';
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
} from './locks/facts.js';
import { descendants, isKnown, lockFamily, scanFamily, viewsOf } from './locks/family.js';
import { maintenanceLocks, writeRowsLocks } from './locks/rows.js';
import {
  attachPartitionLocks,
  createTableLocks,
  detachPartitionLocks,
  droppedUnseen,
  dropSchemaLocks,
  dropTableLocks,
} from './locks/whole-tables.js';

export {
  type Effect,
  type Lock,
  type LockFacts,
  merge,
  type RelationName,
  relationName,
} from './locks/facts.js';

/** @param catalog the schema just before the operation */
export function locksOf(operation: Operation, catalog: Catalog): LockFacts {
  switch (operation.kind) {
    case 'create-table':
      return createTableLocks(operation, catalog);
    case 'drop-table':
      return dropTableLocks(operation, catalog);
    case 'rename-table':
    case 'set-row-level-security':
    case 'create-policy':
    case 'alter-policy':
    case 'rename-trigger':
      return ownLock(catalog, operation.table);
    case 'set-schema':
      return setSchemaLocks(operation, catalog);
    case 'rename-column':
    case 'set-default':
    case 'drop-default':
    case 'drop-not-null':
    case 'rename-constraint':
      return lockFamily(catalog, operation.table, 'AccessExclusiveLock', operation.only);
    case 'drop-policy':
      return droppedFrom(catalog, operation.table, 'policies', operation.policy.name, operation.ifExists);
    case 'drop-trigger': {
      const { table, trigger, ifExists } = operation;
      // Of a trigger for rows each partition has a copy; which are for rows is not held.
      const isSure = findTable(catalog, table)?.partitioned === false;
      return merge([
        droppedFrom(catalog, table, 'triggers', trigger.name, ifExists),
        { ...NOTHING, certain: isSure },
      ]);
    }
    case 'add-column':
      return addColumnLocks(operation, catalog);
    case 'drop-column':
      return dropColumnLocks(operation, catalog);
    case 'alter-column-type':
      return alterColumnTypeLocks(operation, catalog);
    case 'set-not-null': {
      const { table, column, only, withType } = operation;
      return merge([
        lockFamily(catalog, table, 'AccessExclusiveLock', only),
        notNullScans(catalog, table, column.name, { only, withType }),
      ]);
    }
    case 'add-constraint':
      return addConstraintLocks(operation, catalog);
    case 'validate-constraint':
      return validateLocks(operation, catalog);
    case 'drop-constraint':
      return dropConstraintLocks(operation, catalog);
    case 'create-index':
      return createIndexLocks(operation, catalog);
    case 'alter-constraint':
      // More tables are locked where it is enforced from now on.
      return merge([ownLock(catalog, operation.table), UNSURE]);
    case 'drop-index':
      return dropIndexLocks(operation, catalog);
    case 'create-trigger': {
      const isSpread = operation.forEachRow && findTable(catalog, operation.table)?.partitioned === true;
      return lockFamily(catalog, operation.table, 'ShareRowExclusiveLock', !isSpread);
    }
    case 'attach-partition':
      return attachPartitionLocks(operation, catalog);
    case 'detach-partition':
      return detachPartitionLocks(operation, catalog);
    case 'alter-table-other':
      return alterTableOtherLocks(operation, catalog);
    case 'create-view': {
      const isThere = findRelation(catalog, operation.view) !== null;
      if (operation.materialized) return UNSURE;
      return operation.orReplace && isThere
        ? lockOn(catalog, operation.view, 'AccessExclusiveLock')
        : NOTHING;
    }
    case 'drop-view':
      return dropRelation(catalog, operation.view, operation);
    case 'drop-sequence':
      return dropRelation(catalog, operation.sequence, operation);
    case 'alter-sequence':
      return lockOn(catalog, operation.sequence, 'ShareRowExclusiveLock');
    case 'drop-schema':
      return dropSchemaLocks(operation.schema.name, operation.cascade, catalog);
    case 'alter-view':
      return alterViewLocks(operation, catalog);
    case 'change-rule':
      return ruleLocks(operation, catalog);
    case 'alter-type':
      return alterTypeLocks(operation, catalog);
    case 'alter-domain':
      return alterDomainLocks(operation, catalog);
    case 'drop-type':
      return dropTypeLocks(operation, catalog);
    case 'write-rows':
      return writeRowsLocks(operation, catalog);
    case 'maintenance':
      return maintenanceLocks(operation, catalog);
    case 'comment':
      return operation.relation === null
        ? NOTHING
        : lockOn(catalog, operation.relation, 'ShareUpdateExclusiveLock');
    case 'other':
      return merge([
        ...operation.locks.map(({ relation, mode }) => lockOn(catalog, relation, mode)),
        ...(operation.change?.kind === 'drop-statistics'
          ? droppedStatisticsLocks(operation.change.statistics, catalog)
          : []),
      ]);
    case 'prepare':
      // What is prepared may be looked at already.
      return operation.query === null ? NOTHING : UNSURE;
    case 'unknown':
      return UNSURE;
    case 'drop-function':
      return operation.cascade ? UNSURE : NOTHING;
    case 'create-extension':
    case 'drop-extension':
      // Its script may do anything.
      return UNSURE;
    case 'rename-index':
    case 'alter-index':
    case 'create-enum':
    case 'add-enum-value':
    case 'rename-enum-value':
    case 'create-type':
    case 'rename-type':
    case 'set-type-schema':
    case 'create-schema':
    case 'rename-schema':
    case 'create-sequence':
    case 'create-function':
    case 'alter-function':
    case 'change-event-trigger':
    case 'set-parameter':
    case 'transaction':
      return NOTHING;
  }
}

/** What is part of a table and does not exist locks nothing, with IF EXISTS. */
function droppedFrom(
  catalog: Catalog,
  name: Reference,
  part: 'policies' | 'triggers',
  dropped: string,
  ifExists: boolean,
): LockFacts {
  const table = findTable(catalog, name);
  const own = lockOn(catalog, name, 'AccessExclusiveLock');
  if (table === null || !isKnown(catalog, table)) return { ...own, certain: false };
  const present = table[part].some((one) => (typeof one === 'string' ? one : one.name) === dropped);
  return present || !ifExists ? own : NOTHING;
}

function dropRelation(
  catalog: Catalog,
  name: Reference,
  { ifExists, cascade }: { readonly ifExists: boolean; readonly cascade: boolean },
): LockFacts {
  const relation = findRelation(catalog, name);
  if (relation === null) return droppedUnseen(catalog, name, ifExists);
  const own = locking([nameOf(relation)], 'AccessExclusiveLock');
  if (!cascade) return own;
  return merge([own, locking(viewsOf(catalog, relation), 'AccessExclusiveLock'), UNSURE]);
}

function createIndexLocks(operation: CreateIndex, catalog: Catalog): LockFacts {
  const { table: name, index, ifNotExists, concurrently } = operation;
  const table = findTable(catalog, name);
  const mode = concurrently === null ? 'ShareLock' : 'ShareUpdateExclusiveLock';
  // Tables that inherit are not indexed with their parent.
  const alone = operation.only || table?.partitioned !== true;
  const isThere =
    ifNotExists &&
    index !== null &&
    findRelation(catalog, { schema: table?.schema ?? name.schema, name: index.name }) !== null;
  if (isThere) return lockOn(catalog, name, mode);
  // ON ONLY a partitioned table makes the parent's definition alone; on any other table ONLY means nothing.
  const buildsNothing = operation.only && (table === null || table.partitioned || !table.complete);
  return merge([
    lockFamily(catalog, name, mode, alone),
    buildsNothing ? NOTHING : scanFamily(catalog, name, 'every row is read to build the index', alone),
  ]);
}

function dropIndexLocks(operation: DropIndex, catalog: Catalog): LockFacts {
  const found = findIndex(catalog, operation.index);
  if (found === null) {
    const relation = findRelation(catalog, operation.index);
    const table = relation?.kind === 'index' ? catalog.relations.get(relation.table) : undefined;
    if (table !== undefined) return locking([nameOf(table)], 'AccessExclusiveLock');
    const { everything, newObjects } = catalog.doubts;
    return { ...NOTHING, certain: operation.ifExists && everything === null && newObjects === null };
  }
  const { table } = found;
  const mode = operation.concurrently === null ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
  // The index of a partitioned table goes with those of its partitions, if it has them: one made ON ONLY may not.
  const below = table.partitioned ? descendants(catalog, table) : [];
  return {
    ...locking(namesOf([table, ...below]), mode),
    certain: below.length === 0 && !operation.cascade && isKnown(catalog, table),
  };
}

/** Tables with a column of the type. */
function tablesWith(catalog: Catalog, name: Reference): readonly Table[] {
  const type = findType(catalog, name);
  if (type === null) return [];
  return [...catalog.relations.values()].filter(
    (relation): relation is Table =>
      relation.kind === 'table' && relation.columns.some((column) => findType(catalog, column.type) === type),
  );
}

/** A new rule for a domain is checked in every table that uses it (validateDomainConstraint in typecmds.c). */
function alterDomainLocks({ type, action }: AlterDomain, catalog: Catalog): LockFacts {
  if (!/^(?:add-check|validate|set-not-null)$/.test(action)) return NOTHING;
  const tables = tablesWith(catalog, type);
  const { everything, newObjects } = catalog.doubts;
  const stored = tables.filter(({ partitioned }) => !partitioned);
  return {
    ...locking(namesOf(tables), 'ShareLock'),
    scans: effectOn(namesOf(stored), 'every value of the domain is checked'),
    certain: findType(catalog, type) !== null && everything === null && newObjects === null,
  };
}

/** Tables OF the type are changed with it. */
function alterTypeLocks({ type, cascade }: AlterType, catalog: Catalog): LockFacts {
  if (!cascade) return NOTHING;
  const found = findType(catalog, type);
  const tables = [...catalog.relations.values()].filter(
    (relation): relation is Table =>
      relation.kind === 'table' &&
      relation.ofType !== null &&
      found !== null &&
      isSameName(relation.ofType, found),
  );
  return { ...locking(namesOf(tables), 'AccessExclusiveLock'), certain: false };
}

function alterViewLocks({ view, action }: AlterView, catalog: Catalog): LockFacts {
  const relation = findRelation(catalog, view);
  const isLight =
    (action.kind === 'other' && action.light) ||
    (action.kind !== 'other' &&
      action.kind !== 'rename-column' &&
      relation?.kind === 'view' &&
      relation.materialized);
  return lockOn(catalog, view, isLight ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock');
}

/** A rule locks its table for good measure, and those that its actions write as the actions themselves do (measured). */
function ruleLocks({ table, action }: ChangeRule, catalog: Catalog): LockFacts {
  const writes = action.kind === 'create' ? action.writes : [];
  return merge([
    lockOn(catalog, table, 'AccessExclusiveLock'),
    ...writes.map((name) => lockOn(catalog, name, 'RowExclusiveLock')),
  ]);
}

/** CASCADE drops the columns of the type. */
function dropTypeLocks({ type, cascade }: DropType, catalog: Catalog): LockFacts {
  if (!cascade) return NOTHING;
  return { ...locking(namesOf(tablesWith(catalog, type)), 'AccessExclusiveLock'), certain: false };
}

/** RemoveStatisticsById in src/backend/commands/statscmds.c opens the table. */
function droppedStatisticsLocks(names: readonly Reference[], catalog: Catalog): readonly LockFacts[] {
  return names.map((name) => {
    const found = findStatistics(catalog, name);
    const table = found === null ? undefined : catalog.relations.get(found.table);
    return table === undefined ? UNSURE : lockOn(catalog, table, 'ShareUpdateExclusiveLock');
  });
}
