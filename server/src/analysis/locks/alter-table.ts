// Locks of what ALTER TABLE does to columns and to the table itself.

import type { Catalog, Column, Table } from '../../catalog/catalog.js';
import type { LockMode } from '../../catalog/lock-modes.js';
import { childrenOf, columnOf, findRelation, findTable, sequencesOwnedBy } from '../../catalog/lookup.js';
import type {
  AddColumn,
  AlterColumnType,
  AlterTableOther,
  DropColumn,
  SetSchema,
} from '../../catalog/operation.js';
import { constraintsMadeBy } from '../constraints.js';
import { rewriteOfNewColumn } from '../new-columns.js';
import { columnsOf, rebuiltIndexes, recheckedConstraints } from '../retyped-columns.js';
import { typeChange } from '../type-changes.js';
import { cascadeLocks } from './cascade.js';
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
  rewriting,
  UNSURE,
  unless,
} from './facts.js';
import {
  descendants,
  familyOf,
  foreignKeyEnds,
  foreignKeysOn,
  isKnown,
  lockFamily,
  partitionsOf,
  scanFamily,
} from './family.js';

export function addColumnLocks(operation: AddColumn, catalog: Catalog): LockFacts {
  const { table: name, column, only } = operation;
  const own = lockFamily(catalog, name, 'AccessExclusiveLock', only);
  const table = findTable(catalog, name);
  if (operation.ifNotExists && table !== null && columnOf(table, column.name.name) !== null) {
    return tableAlone(catalog, name);
  }
  const rewrite = rewriteOfNewColumn(operation, catalog);
  const { stored } = familyOf(catalog, name, only);
  const isVirtual = column.generated?.kind === 'virtual';
  const isEmpty = column.notNull && column.default === null && (column.generated === null || isVirtual);
  return merge([
    own,
    rewrite === null ? NOTHING : rewriting(catalog, stored, rewrite.because),
    unless(rewrite === null || rewrite.certain),
    isEmpty && rewrite === null ? notNullScans(catalog, name, column.name.name, { only }) : NOTHING,
    // Nothing has to be checked when the table is made anew.
    ...constraintsMadeBy(operation).map((made) => madeConstraintLocks(made, only, catalog)),
  ]);
}

export function dropColumnLocks(operation: DropColumn, catalog: Catalog, postgres: number): LockFacts {
  const { table: name, column, only, cascade, ifExists } = operation;
  const table = findTable(catalog, name);
  const own = lockFamily(catalog, name, 'AccessExclusiveLock', only);
  if (table === null) return own;
  if (ifExists && own.certain && columnOf(table, column.name) === null) return tableAlone(catalog, name);
  const sequences = [table, ...(only ? [] : descendants(catalog, table))].flatMap((one) =>
    sequencesOwnedBy(catalog, one, column.name),
  );
  return merge([
    own,
    // The column is from then on their own: ATExecDropColumn in tablecmds.c.
    only
      ? locking(namesOf(childrenOf(catalog, table.id)), 'AccessExclusiveLock', `it is below "${table.name}"`)
      : NOTHING,
    endsOfColumn(catalog, table, column.name),
    locking(sequences.map(nameOf), 'AccessExclusiveLock', 'it goes with the column'),
    cascade
      ? cascadeLocks([{ kind: 'column', relation: table.id, name: column.name }], catalog, postgres)
      : NOTHING,
  ]);
}

export function alterColumnTypeLocks(operation: AlterColumnType, catalog: Catalog): LockFacts {
  const { table: name, column: named, only } = operation;
  const table = findTable(catalog, name);
  const column = table === null ? null : columnOf(table, named.name);
  const change = typeChange(catalog, column?.type ?? null, operation.type, operation.using !== null);
  const own = lockFamily(catalog, name, 'AccessExclusiveLock', only);
  const rewrites = change.rewrites !== false;
  const tables = table === null ? [] : only ? [table] : [table, ...descendants(catalog, table)];
  return merge([
    own,
    unless(change.rewrites !== 'unknown'),
    rewrites ? rewriting(catalog, familyOf(catalog, name, only).stored, change.because) : NOTHING,
    ...(column === null ? [] : tables.map((one) => remadeWith(operation, one, column, rewrites, catalog))),
    table === null ? NOTHING : remadeForeignKeys(catalog, table, named.name, rewrites),
    // The sequence of an identity gets the type, too (ATExecAlterColumnType by way of AT_SetIdentity in parse_utilcmd.c).
    table === null || column?.identity == null
      ? NOTHING
      : locking(
          sequencesOwnedBy(catalog, table, named.name).map(nameOf),
          ['ShareRowExclusiveLock', 'RowExclusiveLock'],
          'it counts for the column',
        ),
  ]);
}

/** Indexes and CHECKs of the column are made again, though the first may keep their files. */
function remadeWith(
  operation: AlterColumnType,
  table: Table,
  column: Column,
  rewrites: boolean,
  catalog: Catalog,
): LockFacts {
  const indexes = table.indexes.filter((index) => columnsOf(index).includes(column.name));
  const own = nameOf(table);
  const rebuilt = rewrites || table.partitioned ? [] : rebuiltIndexes(catalog, table, column, operation);
  const checks = rewrites || table.partitioned ? [] : recheckedConstraints(table, column.name);
  return {
    ...locking(indexes.length === 0 ? [] : [own], 'ShareLock'),
    scans: [
      ...(rebuilt.length === 0 ? [] : effectOn([own], 'every row is read to build indexes again')),
      ...(checks.length === 0 ? [] : effectOn([own], 'its CHECK constraints are checked again')),
    ],
    indexBuilds: rebuilt.map(({ index, because }) => ({ relation: own, index: index.name, because })),
    certain: true,
  };
}

/**
 * A foreign key on either side is made again, which locks both tables as dropping and adding it does. When the table is
 * written anew it is validated again: ATPostAlterTypeParse in tablecmds.c (measured).
 */
function remadeForeignKeys(catalog: Catalog, table: Table, column: string, rewrites: boolean): LockFacts {
  const keys = foreignKeysOn(
    catalog,
    table,
    (one) => one.columns.includes(column),
    (one) => one.referencedColumns.includes(column),
  );
  const because = 'a foreign key of the column is made again';
  const facts = keys.flatMap(({ key, from, to }): LockFacts[] => {
    const ends = [from, to].flatMap((one) => [one, ...partitionsOf(catalog, one)]);
    const modes = ['AccessExclusiveLock', 'ShareRowExclusiveLock'] as const;
    const own: LockFacts[] = [
      locking([nameOf(table)], modes),
      locking(namesOf(ends.filter(({ id }) => id !== table.id)), modes, because),
    ];
    if (!rewrites || !key.validated || !key.enforced) return own;
    return [
      ...own,
      locking([nameOf(to)], 'RowShareLock'),
      scanFamily(catalog, nameOf(from), 'its foreign key is validated again', !from.partitioned),
    ];
  });
  return merge(facts);
}

/** ACCESS EXCLUSIVE on the other ends of the foreign keys that use the column. */
function endsOfColumn(catalog: Catalog, table: Table, column: string): LockFacts {
  const { outgoing, incoming } = foreignKeyEnds(
    catalog,
    table,
    (foreignKey) => foreignKey.columns.includes(column),
    (foreignKey) => foreignKey.referencedColumns.includes(column),
  );
  return locking(
    namesOf([...outgoing, ...incoming]),
    'AccessExclusiveLock',
    'a foreign key goes with the column',
  );
}

/** The sequences of its columns move with a table. */
export function setSchemaLocks({ table: name }: SetSchema, catalog: Catalog): LockFacts {
  const table = findTable(catalog, name);
  return merge([
    ownLock(catalog, name),
    table === null ? NOTHING : ownSequences(catalog, table, 'AccessExclusiveLock', 'it moves with its table'),
  ]);
}

function ownSequences(
  catalog: Catalog,
  table: Table | null,
  mode: LockMode | readonly [LockMode, ...LockMode[]],
  because: string,
  column: string | null = null,
): LockFacts {
  if (table === null) return NOTHING;
  return locking(sequencesOwnedBy(catalog, table, column).map(nameOf), mode, because);
}

/** ACCESS EXCLUSIVE on the relation alone. */
export function ownLock(catalog: Catalog, name: SetSchema['table']): LockFacts {
  return { ...lockOn(catalog, name, 'AccessExclusiveLock'), certain: findRelation(catalog, name) !== null };
}

/** The same where it matters that nothing of the table is unknown. */
function tableAlone(
  catalog: Catalog,
  name: SetSchema['table'],
  mode: LockMode = 'AccessExclusiveLock',
): LockFacts {
  return {
    ...lockOn(catalog, name, mode),
    certain: familyOf(catalog, name, true).known || isBare(catalog, name),
  };
}

/** A partitioned table without partitions, of which the rest is known. */
function isBare(catalog: Catalog, name: SetSchema['table']): boolean {
  const table = findTable(catalog, name);
  return table?.partitioned === true && isKnown(catalog, table);
}

/** Since 17 an identity of a partitioned table is one of its partitions, too (measured on 15 and 18). */
function identityLocks(
  { table: name, only, onColumn, action }: AlterTableOther,
  catalog: Catalog,
  postgres: number,
): LockFacts {
  const table = findTable(catalog, name);
  const spreads = postgres >= 17 && table?.partitioned === true && !only;
  const own = spreads ? lockFamily(catalog, name, 'AccessExclusiveLock') : tableAlone(catalog, name);
  if (action === 'AddIdentity' || onColumn === null) return own;
  return merge([
    own,
    action === 'SetIdentity'
      ? ownSequences(
          catalog,
          table,
          ['ShareRowExclusiveLock', 'RowExclusiveLock'],
          'it counts for the column',
          onColumn.name,
        )
      : ownSequences(catalog, table, 'AccessExclusiveLock', 'it goes with the identity', onColumn.name),
  ]);
}

/** Triggers for rows are changed on partitions, too: EnableDisableTrigger in trigger.c (measured). */
function triggerStateLocks({ table: name, only, trigger }: AlterTableOther, catalog: Catalog): LockFacts {
  const table = findTable(catalog, name);
  const concerned = table?.triggers.filter((one) => trigger === null || one.name === trigger) ?? [];
  const spreads = !only && table?.partitioned === true;
  return merge([
    lockFamily(
      catalog,
      name,
      'ShareRowExclusiveLock',
      !spreads || !(concerned.some(({ forEachRow }) => forEachRow) || (trigger === null && hasKeys(table))),
    ),
    unless(!spreads || trigger === null || concerned.length > 0),
  ]);
}

/** Its foreign keys are triggers for rows, too. */
function hasKeys(table: Table): boolean {
  return table.constraints.some(({ kind }) => kind === 'foreign-key');
}

export function alterTableOtherLocks(
  operation: AlterTableOther,
  catalog: Catalog,
  postgres: number,
): LockFacts {
  const { table: name, action, only } = operation;
  const on = (mode: LockMode) => tableAlone(catalog, name, mode);
  const family = (mode: LockMode) => lockFamily(catalog, name, mode, only);
  const table = findTable(catalog, name);
  switch (action) {
    case 'SetStatistics':
      return family('ShareUpdateExclusiveLock');
    case 'SetStorage':
    case 'DropExpression':
      return family('AccessExclusiveLock');
    case 'SetCompression':
      return on('AccessExclusiveLock');
    case 'SetOptions':
    case 'ResetOptions':
    case 'ClusterOn':
    case 'DropCluster':
      return on('ShareUpdateExclusiveLock');
    case 'SetRelOptions':
    case 'ResetRelOptions':
      return on(optionsLock(operation));
    case 'EnableTrig':
    case 'DisableTrig':
    case 'EnableTrigAll':
    case 'DisableTrigAll':
    case 'EnableTrigUser':
    case 'DisableTrigUser':
    case 'EnableAlwaysTrig':
    case 'EnableReplicaTrig':
      return triggerStateLocks(operation, catalog);
    case 'AddIdentity':
    case 'SetIdentity':
    case 'DropIdentity':
      return identityLocks(operation, catalog, postgres);
    case 'AddInherit':
      return merge([
        on('AccessExclusiveLock'),
        operation.parent === null ? UNSURE : lockOn(catalog, operation.parent, 'ShareUpdateExclusiveLock'),
      ]);
    case 'DropInherit':
    case 'AddOf':
    case 'DropOf':
    case 'ReplicaIdentity':
    case 'EnableRule':
    case 'DisableRule':
    case 'EnableAlwaysRule':
    case 'EnableReplicaRule':
      return on('AccessExclusiveLock');
    case 'ChangeOwner': {
      // Its sequences, too, if it is not the owner's already (measured), which is up to who runs it.
      const sequences = ownSequences(catalog, table, 'AccessExclusiveLock', 'it gets the owner of its table');
      return merge([on('AccessExclusiveLock'), sequences.locks.length === 0 ? NOTHING : UNSURE]);
    }
    case 'SetLogged':
    case 'SetUnLogged': {
      // To what it is already it does nothing (measured).
      const idle = (action === 'SetUnLogged') === (table?.unlogged ?? false);
      if (idle) return on('AccessExclusiveLock');
      return merge([
        on('AccessExclusiveLock'),
        copied(catalog, operation),
        loggedSequences(catalog, table, postgres),
      ]);
    }
    case 'SetAccessMethod':
      // A partitioned table has nothing to copy, and nothing is copied to where it is already, which is most often the heap.
      if (table?.partitioned === true) return on('AccessExclusiveLock');
      if (operation.value === null || operation.value === 'heap')
        return merge([on('AccessExclusiveLock'), UNSURE]);
      return merge([on('AccessExclusiveLock'), copied(catalog, operation), UNSURE]);
    case 'SetTableSpace': {
      if (table?.partitioned === true) return on('AccessExclusiveLock');
      const files = operation.value === 'pg_default' ? [] : familyOf(catalog, name, true).stored;
      // Block by block, so that no row is looked at, and without its indexes: ATExecSetTableSpace.
      const rewrites = effectOn(files, 'its file is copied to the other table space');
      return merge([on('AccessExclusiveLock'), { ...UNSURE, rewrites }]);
    }
    case 'SetExpression':
      return merge([family('AccessExclusiveLock'), setExpressionEffects(operation, table, catalog)]);
    default:
      return merge([on('AccessExclusiveLock'), UNSURE]);
  }
}

/** SHARE UPDATE EXCLUSIVE for those that relOptions in reloptions.c list with it, which are all of a table but one. */
function optionsLock({ parameters }: AlterTableOther): LockMode {
  return 'user_catalog_table' in parameters ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
}

/** A stored column is computed for every row; a virtual one is read when something was promised of its values. */
function setExpressionEffects(
  { table: name, only, onColumn }: AlterTableOther,
  table: Table | null,
  catalog: Catalog,
): LockFacts {
  const column = table === null || onColumn === null ? null : columnOf(table, onColumn.name);
  if (column?.generated === 'virtual') {
    return column.notNull ? scanFamily(catalog, name, 'every row is checked for NULL', only) : NOTHING;
  }
  const { stored } = familyOf(catalog, name, only);
  return merge([
    rewriting(catalog, stored, 'the column is computed for every row'),
    unless(column?.generated === 'stored'),
  ]);
}

/** Since 15 the sequences of a table are logged as it is (measured); before there were no others than logged ones. */
function loggedSequences(catalog: Catalog, table: Table | null, postgres: number): LockFacts {
  if (postgres < 15) return NOTHING;
  return ownSequences(
    catalog,
    table,
    ['AccessExclusiveLock', 'RowExclusiveLock'],
    'it is logged as its table is',
  );
}

function copied(catalog: Catalog, { table }: AlterTableOther): LockFacts {
  return rewriting(catalog, familyOf(catalog, table, true).stored, 'the table gets a new file');
}
