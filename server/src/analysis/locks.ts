// Which locks an operation takes, what it reads in full and what it writes anew.
// Levels come from AlterTableGetLockLevel in tablecmds.c and from the manual, "Explicit Locking"; tests compare them with servers.

import type { Catalog, ForeignKey, Table } from '../catalog/catalog.js';
import { type LockMode, strongest } from '../catalog/lock-modes.js';
import { columnOf, findIndex, findRelation, findTable, foreignKeysOf, tableById } from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  CreateIndex,
  CreateTable,
  DropConstraint,
  Maintenance,
  Operation,
} from '../catalog/operation.js';
import { constraintsMadeBy, type MadeConstraint } from './constraints.js';
import { rewriteOfNewColumn } from './new-columns.js';
import { typeChange } from './type-changes.js';

export interface LockFacts {
  readonly locks: readonly Lock[];
  /** Tables whose file is written anew. */
  readonly rewrites: readonly Effect[];
  /** Tables that are read in full. */
  readonly scans: readonly Effect[];
  /** False when something that matters is not known: then the facts are what is likely. */
  readonly certain: boolean;
}

export interface Lock {
  readonly relation: RelationName;
  readonly mode: LockMode;
}

export interface Effect {
  readonly relation: RelationName;
  /** As a clause: `every row is checked`. */
  readonly because: string;
}

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

const NOTHING: LockFacts = { locks: [], rewrites: [], scans: [], certain: true };

/** @param catalog the schema just before the operation */
export function locksOf(operation: Operation, catalog: Catalog): LockFacts {
  const on = (name: Name, mode: LockMode, more: Partial<LockFacts> = {}): LockFacts => ({
    ...NOTHING,
    locks: [{ relation: relationName(catalog, name), mode }],
    ...more,
  });
  const scan = (name: Name, because: string): readonly Effect[] => [
    { relation: relationName(catalog, name), because },
  ];

  switch (operation.kind) {
    case 'create-table':
      return createTableLocks(operation, catalog);
    case 'drop-table':
      return merge([
        on(operation.table, 'AccessExclusiveLock'),
        ...otherEnds(catalog, operation.table, () => true),
      ]);
    case 'drop-column':
      return merge([
        on(operation.table, 'AccessExclusiveLock'),
        ...otherEnds(
          catalog,
          operation.table,
          (foreignKey) => foreignKey.columns.includes(operation.column.name),
          (foreignKey) => foreignKey.referencedColumns.includes(operation.column.name),
        ),
      ]);
    case 'rename-table':
    case 'set-schema':
    case 'rename-column':
    case 'set-default':
    case 'drop-default':
    case 'drop-not-null':
    case 'rename-constraint':
    case 'set-row-level-security':
    case 'create-policy':
    case 'drop-policy':
    case 'drop-trigger':
      return on(operation.table, 'AccessExclusiveLock');
    case 'add-column':
      return addColumnLocks(operation, catalog);
    case 'alter-column-type': {
      const table = findTable(catalog, operation.table);
      const column = table === null ? null : columnOf(table, operation.column.name);
      const change = typeChange(catalog, column?.type ?? null, operation.type, operation.using !== null);
      const rewritten = change.rewrites !== false;
      return merge([
        on(operation.table, 'AccessExclusiveLock', {
          rewrites: rewritten ? scan(operation.table, change.because) : [],
          scans:
            rewritten || hasCheckOn(table, operation.column.name)
              ? scan(
                  operation.table,
                  rewritten ? 'every row is written anew' : 'its CHECK constraints are checked again',
                )
              : [],
          certain: change.rewrites !== 'unknown',
        }),
        // A foreign key on either side is made anew (measured).
        ...otherEnds(
          catalog,
          operation.table,
          (foreignKey) => foreignKey.columns.includes(operation.column.name),
          (foreignKey) => foreignKey.referencedColumns.includes(operation.column.name),
        ),
      ]);
    }
    case 'set-not-null': {
      const proof = proofOfNotNull(catalog, operation.table, operation.column.name, operation.withType);
      return on(operation.table, 'AccessExclusiveLock', {
        scans: proof === null ? scan(operation.table, 'every row is checked for NULL') : [],
      });
    }
    case 'add-constraint':
      return addConstraintLocks(operation, catalog);
    case 'validate-constraint':
      return validateLocks(operation.table, operation.constraint.name, catalog);
    case 'drop-constraint':
      return merge([on(operation.table, 'AccessExclusiveLock'), ...droppedForeignKey(catalog, operation)]);
    case 'create-index':
      return on(operation.table, operation.concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock', {
        scans: buildsNothing(operation, catalog)
          ? []
          : scan(operation.table, 'every row is read to build the index'),
        // CONCURRENTLY cannot be traced in a transaction: its level is the manual's.
        certain: findTable(catalog, operation.table) !== null,
      });
    case 'drop-index': {
      const found = findIndex(catalog, operation.index);
      if (found === null) return { ...NOTHING, certain: operation.ifExists };
      const mode = operation.concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
      return { ...NOTHING, locks: [{ relation: nameOfTable(found.table), mode }] };
    }
    case 'create-trigger':
      return on(operation.table, 'ShareRowExclusiveLock');
    case 'attach-partition':
      return merge([
        // ACCESS EXCLUSIVE before version 12.
        on(operation.table, 'ShareUpdateExclusiveLock'),
        on(operation.partition, 'AccessExclusiveLock', {
          scans: scan(operation.partition, 'every row is checked against the bounds of the partition'),
        }),
      ]);
    case 'detach-partition': {
      const mode = operation.concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
      return merge([on(operation.table, mode), on(operation.partition, mode)]);
    }
    case 'alter-table-other': {
      const unlogged = findTable(catalog, operation.table)?.unlogged ?? false;
      // SET LOGGED, or UNLOGGED, of what is so already does nothing (measured).
      const idle = operation.action === (unlogged ? 'SetUnLogged' : 'SetLogged');
      return alterTableOtherLocks(
        idle ? '' : operation.action,
        (mode, more) => on(operation.table, mode, more),
        (because) => scan(operation.table, because),
      );
    }
    case 'create-view':
      return operation.orReplace && findRelation(catalog, operation.view) !== null
        ? on(operation.view, 'AccessExclusiveLock')
        : NOTHING;
    case 'drop-view':
      return on(operation.view, 'AccessExclusiveLock');
    case 'drop-sequence':
      return on(operation.sequence, 'AccessExclusiveLock');
    case 'write-rows':
      if (operation.table === null) return { ...NOTHING, certain: false };
      return on(
        operation.table,
        operation.verb === 'truncate' ? 'AccessExclusiveLock' : 'RowExclusiveLock',
        operation.verb === 'truncate'
          ? { rewrites: scan(operation.table, 'TRUNCATE gives the table a new file') }
          : {},
      );
    case 'maintenance':
      return operation.relation === null
        ? { ...NOTHING, certain: false }
        : maintenanceLocks(operation, operation.relation, catalog);
    case 'comment':
      return operation.relation === null ? NOTHING : on(operation.relation, 'ShareUpdateExclusiveLock');
    case 'unknown':
      return { ...NOTHING, certain: operation.touches.kind === 'rows' };
    case 'rename-index':
    case 'create-enum':
    case 'add-enum-value':
    case 'rename-enum-value':
    case 'create-type':
    case 'drop-type':
    case 'rename-type':
    case 'create-schema':
    case 'drop-schema':
    case 'create-sequence':
    case 'create-extension':
    case 'create-function':
    case 'drop-function':
    case 'set-parameter':
    case 'transaction':
    case 'other':
      return NOTHING;
  }
}

/** The facts of several operations of one statement, each relation with its strongest lock. */
export function merge(facts: readonly LockFacts[]): LockFacts {
  const locks = new Map<string, Lock>();
  for (const lock of facts.flatMap((fact) => fact.locks)) {
    const key = `${lock.relation.schema}\0${lock.relation.name}`;
    const other = locks.get(key);
    const mode = other === undefined ? lock.mode : (strongest([other.mode, lock.mode]) ?? lock.mode);
    locks.set(key, { relation: lock.relation, mode });
  }
  return {
    locks: [...locks.values()],
    rewrites: facts.flatMap((fact) => fact.rewrites),
    scans: facts.flatMap((fact) => fact.scans),
    certain: facts.every((fact) => fact.certain),
  };
}

export function relationName(catalog: Catalog, name: Name): RelationName {
  const relation = findRelation(catalog, name);
  if (relation !== null) return { schema: relation.schema, name: relation.name };
  return { schema: name.schema ?? catalog.searchPath[0] ?? 'public', name: name.name };
}

function nameOfTable(table: Table): RelationName {
  return { schema: table.schema, name: table.name };
}

/**
 * What lets SET NOT NULL skip its scan: a validated CHECK that says so (since version 12), or the column being NOT NULL
 * already. `null` when nothing does.
 * @param withType the same ALTER TABLE sets the column's type: then its CHECKs are made anew and prove nothing (measured)
 */
export function proofOfNotNull(
  catalog: Catalog,
  name: Name,
  column: string,
  withType = false,
): string | null {
  const table = findTable(catalog, name);
  if (table === null) return null;
  if (columnOf(table, column)?.notNull === true) {
    const pending = table.constraints.some(
      (constraint) => constraint.kind === 'not-null' && constraint.column === column && !constraint.validated,
    );
    if (!pending) return 'the column is NOT NULL already';
  }
  if (withType) return null;
  const check = table.constraints.find(
    (constraint) =>
      constraint.kind === 'check' &&
      constraint.validated &&
      constraint.expression.provesNotNull.includes(column),
  );
  return check === undefined ? null : `the validated CHECK "${check.name}" proves it`;
}

/** ON ONLY a partitioned table makes the parent's definition alone; on any other table ONLY means nothing. */
function buildsNothing({ only, table }: CreateIndex, catalog: Catalog): boolean {
  if (!only) return false;
  const found = findTable(catalog, table);
  return found === null || found.partitioned || !found.complete;
}

function hasCheckOn(table: Table | null, column: string): boolean {
  return (
    table?.constraints.some(
      (constraint) =>
        constraint.kind === 'check' && constraint.validated && constraint.expression.columns.includes(column),
    ) ?? false
  );
}

function createTableLocks(operation: CreateTable, catalog: Catalog): LockFacts {
  const facts: LockFacts[] = [];
  for (const made of constraintsMadeBy(operation)) {
    if (made.constraint.kind !== 'foreign-key') continue;
    const { references } = made.constraint;
    if (references.name === operation.table.name) continue;
    facts.push(lockOn(catalog, references, 'ShareRowExclusiveLock'));
  }
  if (operation.partitionOf !== null) {
    facts.push(lockOn(catalog, operation.partitionOf, 'AccessExclusiveLock'));
  }
  for (const parent of operation.inherits) facts.push(lockOn(catalog, parent, 'ShareUpdateExclusiveLock'));
  return merge(facts);
}

function lockOn(catalog: Catalog, name: Name, mode: LockMode): LockFacts {
  return { ...NOTHING, locks: [{ relation: relationName(catalog, name), mode }] };
}

function addColumnLocks(operation: AddColumn, catalog: Catalog): LockFacts {
  const relation = relationName(catalog, operation.table);
  const { column } = operation;
  const rewrite = rewriteOfNewColumn(operation, catalog);
  const scans: Effect[] = [];
  if (rewrite !== null) scans.push({ relation, because: 'every row is written anew' });
  else if (column.notNull && column.default === null && column.generated === null) {
    scans.push({ relation, because: 'every row is checked for NULL' });
  }
  const own: LockFacts = {
    locks: [{ relation, mode: 'AccessExclusiveLock' }],
    rewrites: rewrite === null ? [] : [{ relation, because: rewrite.because }],
    scans,
    certain: rewrite?.certain ?? true,
  };
  return merge([own, ...constraintsMadeBy(operation).map((made) => madeConstraintLocks(made, catalog))]);
}

function addConstraintLocks(operation: AddConstraint, catalog: Catalog): LockFacts {
  const facts = constraintsMadeBy(operation).map((made) => madeConstraintLocks(made, catalog));
  const { constraint } = operation;
  // ADD FOREIGN KEY alone is content with SHARE ROW EXCLUSIVE; NOT VALID changes nothing about it.
  if (constraint.kind === 'foreign-key') return merge(facts);
  return merge([lockOn(catalog, operation.table, 'AccessExclusiveLock'), ...facts]);
}

function madeConstraintLocks({ table, constraint, validates }: MadeConstraint, catalog: Catalog): LockFacts {
  const relation = relationName(catalog, table);
  switch (constraint.kind) {
    case 'foreign-key': {
      const referenced = relationName(catalog, constraint.references);
      return {
        locks: [
          { relation, mode: 'ShareRowExclusiveLock' },
          { relation: referenced, mode: 'ShareRowExclusiveLock' },
        ],
        rewrites: [],
        scans: validates ? [{ relation, because: `every row is looked up in ${referenced.name}` }] : [],
        certain: true,
      };
    }
    case 'check':
      return {
        ...NOTHING,
        scans: validates ? [{ relation, because: 'every row is checked' }] : [],
      };
    case 'not-null':
      return {
        ...NOTHING,
        scans:
          validates && proofOfNotNull(catalog, table, constraint.column) === null
            ? [{ relation, because: 'every row is checked for NULL' }]
            : [],
      };
    case 'primary-key':
    case 'unique': {
      if (constraint.usingIndex === null) {
        return { ...NOTHING, scans: [{ relation, because: 'every row is read to build the index' }] };
      }
      const unproven =
        constraint.kind === 'primary-key' &&
        indexColumns(catalog, table, constraint.usingIndex).some(
          (column) => proofOfNotNull(catalog, table, column) === null,
        );
      return { ...NOTHING, scans: unproven ? [{ relation, because: 'every row is checked for NULL' }] : [] };
    }
    case 'exclusion':
      return { ...NOTHING, scans: [{ relation, because: 'every row is read to build the index' }] };
  }
}

function indexColumns(catalog: Catalog, name: Name, index: string): readonly string[] {
  const table = findTable(catalog, name);
  const found = table?.indexes.find((candidate) => candidate.name === index);
  return found?.keys.flatMap((key) => (key.column === null ? [] : [key.column])) ?? [];
}

function validateLocks(name: Name, constraintName: string, catalog: Catalog): LockFacts {
  const table = findTable(catalog, name);
  const relation = relationName(catalog, name);
  const constraint = table?.constraints.find((candidate) => candidate.name === constraintName);
  const own: Lock = { relation, mode: 'ShareUpdateExclusiveLock' };
  const pending = constraint === undefined || !('validated' in constraint) || !constraint.validated;
  const facts: LockFacts = {
    locks: [own],
    rewrites: [],
    scans: pending ? [{ relation, because: 'every row is checked' }] : [],
    certain: constraint !== undefined,
  };
  if (constraint?.kind !== 'foreign-key' || constraint.references === null || !pending) return facts;
  const referenced = tableById(catalog, constraint.references);
  if (referenced === null) return facts;
  return merge([facts, { ...NOTHING, locks: [{ relation: nameOfTable(referenced), mode: 'RowShareLock' }] }]);
}

/** Dropping a foreign key takes its triggers from both tables (ATExecDropConstraint opens the other one ACCESS EXCLUSIVE). */
function droppedForeignKey(catalog: Catalog, operation: DropConstraint): readonly LockFacts[] {
  return otherEnds(catalog, operation.table, (foreignKey) => foreignKey.name === operation.constraint.name);
}

/**
 * ACCESS EXCLUSIVE on the tables at the other ends of foreign keys.
 * @param outgoing which foreign keys of the table count
 * @param incoming which foreign keys of others that point at the table count; by default those `outgoing` counts all or none
 */
function otherEnds(
  catalog: Catalog,
  name: Name,
  outgoing: (foreignKey: ForeignKey) => boolean,
  incoming?: (foreignKey: ForeignKey) => boolean,
): readonly LockFacts[] {
  const table = findTable(catalog, name);
  if (table === null) return [];
  const ends: Table[] = [];
  for (const foreignKey of foreignKeysOf(table)) {
    if (!outgoing(foreignKey) || foreignKey.references === null || foreignKey.references === table.id)
      continue;
    const referenced = tableById(catalog, foreignKey.references);
    if (referenced !== null) ends.push(referenced);
  }
  if (incoming !== undefined) {
    for (const other of catalog.relations.values()) {
      if (other.kind !== 'table' || other.id === table.id) continue;
      const points = foreignKeysOf(other).some(
        (foreignKey) => foreignKey.references === table.id && incoming(foreignKey),
      );
      if (points) ends.push(other);
    }
  }
  return ends.map((end) => ({
    ...NOTHING,
    locks: [{ relation: nameOfTable(end), mode: 'AccessExclusiveLock' }],
  }));
}

type On = (mode: LockMode, more?: Partial<LockFacts>) => LockFacts;

function alterTableOtherLocks(
  action: string,
  on: On,
  effect: (because: string) => readonly Effect[],
): LockFacts {
  switch (action) {
    case 'SetStatistics':
    case 'SetOptions':
    case 'ResetOptions':
    case 'ClusterOn':
    case 'DropCluster':
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
      return on('ShareRowExclusiveLock');
    case 'SetLogged':
    case 'SetUnLogged':
    case 'SetAccessMethod':
    case 'SetTableSpace':
      return on('AccessExclusiveLock', {
        rewrites: effect('the table gets a new file'),
        scans: effect('every row is copied'),
      });
    default:
      return on('AccessExclusiveLock');
  }
}

function maintenanceLocks({ action, concurrently }: Maintenance, name: Name, catalog: Catalog): LockFacts {
  const relation = relationName(catalog, name);
  const lock = (mode: LockMode, scans: readonly Effect[] = []): LockFacts => ({
    ...NOTHING,
    locks: [{ relation, mode }],
    scans,
  });
  switch (action) {
    case 'vacuum':
    case 'analyze':
      return lock('ShareUpdateExclusiveLock');
    case 'vacuum-full':
    case 'cluster':
      return {
        ...lock('AccessExclusiveLock', [{ relation, because: 'every row is copied' }]),
        rewrites: [{ relation, because: 'the table gets a new file' }],
      };
    case 'lock-table':
      return lock('AccessExclusiveLock');
    case 'reindex':
      return lock(concurrently === null ? 'ShareLock' : 'ShareUpdateExclusiveLock', [
        { relation, because: 'every row is read to build the indexes' },
      ]);
    case 'refresh':
      // What its query reads, and how, is up to the planner.
      return concurrently === null
        ? {
            ...lock('AccessExclusiveLock'),
            rewrites: [{ relation, because: 'the result is stored in a new file' }],
          }
        : lock('ExclusiveLock');
  }
}
