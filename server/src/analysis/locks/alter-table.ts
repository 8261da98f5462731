// Locks of what ALTER TABLE does to columns and to the table itself.

import type { Catalog, Table } from '../../catalog/catalog.js';
import type { LockMode } from '../../catalog/lock-modes.js';
import { columnOf, findRelation, findTable, sequencesOwnedBy } from '../../catalog/lookup.js';
import type {
  AddColumn,
  AlterColumnType,
  AlterTableOther,
  DropColumn,
  SetSchema,
} from '../../catalog/operation.js';
import { constraintsMadeBy } from '../constraints.js';
import { rewriteOfNewColumn } from '../new-columns.js';
import { typeChange } from '../type-changes.js';
import { madeConstraintLocks, notNullScans } from './constraints.js';
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
import { descendants, familyOf, foreignKeyEnds, lockFamily, scanFamily } from './family.js';

export function addColumnLocks(operation: AddColumn, catalog: Catalog): LockFacts {
  const { table: name, column, only } = operation;
  const own = lockFamily(catalog, name, 'AccessExclusiveLock', only);
  const table = findTable(catalog, name);
  if (operation.ifNotExists && table !== null && columnOf(table, column.name.name) !== null) {
    return merge([
      lockOn(catalog, name, 'AccessExclusiveLock'),
      { ...NOTHING, certain: own.certain && own.locks.length === 1 },
    ]);
  }
  const rewrite = rewriteOfNewColumn(operation, catalog);
  const { stored } = familyOf(catalog, name, only);
  const isEmpty = column.notNull && column.default === null && column.generated === null;
  return merge([
    own,
    rewrite === null
      ? isEmpty
        ? notNullScans(catalog, name, column.name.name, { only })
        : NOTHING
      : {
          ...NOTHING,
          rewrites: effectOn(stored, rewrite.because),
          scans: effectOn(stored, 'every row is written anew'),
          certain: rewrite.certain,
        },
    ...constraintsMadeBy(operation).map((made) => madeConstraintLocks(made, only, catalog)),
  ]);
}

export function dropColumnLocks(operation: DropColumn, catalog: Catalog): LockFacts {
  const { table: name, column, only, cascade, ifExists } = operation;
  const table = findTable(catalog, name);
  const own = lockFamily(catalog, name, 'AccessExclusiveLock', only);
  if (table === null) return own;
  if (ifExists && own.certain && columnOf(table, column.name) === null) {
    return merge([own, descendants(catalog, table).length === 0 ? NOTHING : UNSURE]);
  }
  const sequences = [table, ...(only ? [] : descendants(catalog, table))].flatMap((one) =>
    sequencesOwnedBy(catalog, one, column.name),
  );
  return merge([
    own,
    endsOfColumn(catalog, table, column.name),
    locking(sequences.map(nameOf), 'AccessExclusiveLock'),
    cascade ? UNSURE : NOTHING,
  ]);
}

export function alterColumnTypeLocks(operation: AlterColumnType, catalog: Catalog): LockFacts {
  const { table: name, column, only } = operation;
  const table = findTable(catalog, name);
  const old = table === null ? null : columnOf(table, column.name);
  const change = typeChange(catalog, old?.type ?? null, operation.type, operation.using !== null);
  const { stored } = familyOf(catalog, name, only);
  const rewritten = change.rewrites !== false;
  const scanned = rewritten || hasCheckOn(table, column.name);
  return merge([
    lockFamily(catalog, name, 'AccessExclusiveLock', only),
    {
      ...NOTHING,
      rewrites: rewritten ? effectOn(stored, change.because) : [],
      scans: scanned
        ? effectOn(
            stored,
            rewritten ? 'every row is written anew' : 'its CHECK constraints are checked again',
          )
        : [],
      certain: change.rewrites !== 'unknown' && (old?.identity ?? null) === null,
    },
    // A foreign key on either side is made anew (measured).
    table === null ? NOTHING : endsOfColumn(catalog, table, column.name),
  ]);
}

/** ACCESS EXCLUSIVE on the other ends of the foreign keys that use the column. */
function endsOfColumn(catalog: Catalog, table: Table, column: string): LockFacts {
  const { outgoing, incoming } = foreignKeyEnds(
    catalog,
    table,
    (foreignKey) => foreignKey.columns.includes(column),
    (foreignKey) => foreignKey.referencedColumns.includes(column),
  );
  return locking(namesOf([...outgoing, ...incoming]), 'AccessExclusiveLock');
}

function hasCheckOn(table: Table | null, column: string): boolean {
  return (
    table?.constraints.some(
      (constraint) =>
        constraint.kind === 'check' && constraint.validated && constraint.expression.columns.includes(column),
    ) ?? false
  );
}

/** The sequences of its columns move with a table. */
export function setSchemaLocks({ table: name }: SetSchema, catalog: Catalog): LockFacts {
  const table = findTable(catalog, name);
  return merge([
    ownLock(catalog, name),
    table === null ? NOTHING : locking(sequencesOwnedBy(catalog, table).map(nameOf), 'AccessExclusiveLock'),
  ]);
}

/** ACCESS EXCLUSIVE on the relation alone. */
export function ownLock(catalog: Catalog, name: SetSchema['table']): LockFacts {
  return { ...lockOn(catalog, name, 'AccessExclusiveLock'), certain: findRelation(catalog, name) !== null };
}

export function alterTableOtherLocks(operation: AlterTableOther, catalog: Catalog): LockFacts {
  const { table: name, action, onColumn, only } = operation;
  const on = (mode: LockMode) => ({
    ...lockOn(catalog, name, mode),
    certain: familyOf(catalog, name, true).known,
  });
  const table = findTable(catalog, name);
  const sequences = (mode: LockMode, column: string | null = null) =>
    locking(table === null ? [] : sequencesOwnedBy(catalog, table, column).map(nameOf), mode);
  const unlessPartitioned = { ...NOTHING, certain: table?.partitioned === false };
  switch (action) {
    case 'SetStatistics':
      return lockFamily(catalog, name, 'ShareUpdateExclusiveLock', only);
    case 'SetStorage':
    case 'SetCompression':
      return merge([
        lockFamily(catalog, name, 'AccessExclusiveLock', only),
        action === 'SetStorage' ? NOTHING : childless(catalog, table),
      ]);
    case 'SetOptions':
    case 'ResetOptions':
    case 'ClusterOn':
    case 'DropCluster':
      return on('ShareUpdateExclusiveLock');
    case 'SetRelOptions':
    case 'ResetRelOptions':
      return on('ShareUpdateExclusiveLock');
    case 'EnableTrig':
    case 'DisableTrig':
    case 'EnableTrigAll':
    case 'DisableTrigAll':
    case 'EnableTrigUser':
    case 'DisableTrigUser':
    case 'EnableAlwaysTrig':
    case 'EnableReplicaTrig':
      // Row triggers are changed on partitions, too; which are for rows is not held.
      return merge([on('ShareRowExclusiveLock'), unlessPartitioned]);
    case 'AddIdentity':
      return merge([on('AccessExclusiveLock'), childless(catalog, table)]);
    case 'SetIdentity':
      return merge([
        on('AccessExclusiveLock'),
        sequences('ShareRowExclusiveLock', onColumn?.name),
        childless(catalog, table),
      ]);
    case 'DropIdentity':
      return merge([
        on('AccessExclusiveLock'),
        sequences('AccessExclusiveLock', onColumn?.name),
        childless(catalog, table),
      ]);
    case 'AddInherit':
      return merge([
        lockFamily(catalog, name, 'AccessExclusiveLock'),
        operation.parent === null ? UNSURE : lockOn(catalog, operation.parent, 'ShareUpdateExclusiveLock'),
      ]);
    case 'DropInherit':
    case 'ReplicaIdentity':
    case 'EnableRule':
    case 'DisableRule':
      return on('AccessExclusiveLock');
    case 'ChangeOwner':
      // Its sequences, too, if it is not the owner's already (measured).
      return merge([
        on('AccessExclusiveLock'),
        sequences('AccessExclusiveLock').locks.length === 0 ? NOTHING : UNSURE,
      ]);
    case 'SetLogged':
    case 'SetUnLogged': {
      // To what it is already it does nothing (measured).
      const idle = (action === 'SetUnLogged') === (table?.unlogged ?? false);
      return idle
        ? on('AccessExclusiveLock')
        : merge([on('AccessExclusiveLock'), copied(catalog, operation), sequencesOfIdentity(catalog, table)]);
    }
    case 'SetTableSpace':
    case 'SetAccessMethod':
      // Nothing is copied to where it is already.
      return merge([on('AccessExclusiveLock'), copied(catalog, operation), UNSURE]);
    case 'SetExpression':
      return merge([
        lockFamily(catalog, name, 'AccessExclusiveLock', only),
        copied(catalog, operation),
        UNSURE,
      ]);
    default:
      return merge([on('AccessExclusiveLock'), UNSURE]);
  }
}

function childless(catalog: Catalog, table: Table | null): LockFacts {
  return table !== null && descendants(catalog, table).length === 0 ? NOTHING : UNSURE;
}

/** The sequences behind identity columns are logged as their table is. */
function sequencesOfIdentity(catalog: Catalog, table: Table | null): LockFacts {
  const columns = table?.columns.filter(({ identity }) => identity !== null) ?? [];
  return locking(
    columns.flatMap(({ name }) => (table === null ? [] : sequencesOwnedBy(catalog, table, name).map(nameOf))),
    'AccessExclusiveLock',
  );
}

function copied(catalog: Catalog, { table }: AlterTableOther): LockFacts {
  const { stored } = familyOf(catalog, table, true);
  return {
    ...NOTHING,
    rewrites: effectOn(stored, 'the table gets a new file'),
    scans: scanFamily(catalog, table, 'every row is copied', true).scans,
  };
}
