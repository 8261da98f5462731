// Locks of constraints: made, validated, altered, dropped.

import type { Catalog, Constraint, Table } from '../../catalog/catalog.js';
import {
  constraintOf,
  findTable,
  foreignKeysOf,
  meansSame,
  type Reference,
  relationName,
  tableById,
} from '../../catalog/lookup.js';
import type {
  AddConstraint,
  AlterConstraint,
  DropConstraint,
  ValidateConstraint,
} from '../../catalog/operation.js';
import { proofOfNotNull, proofOfNotNullIn } from '../../catalog/proofs.js';
import { constraintsMadeBy, type MadeConstraint } from '../constraints.js';
import { cascadeLocks } from './cascade.js';
import {
  building,
  effectOn,
  isPartitioned,
  type LockFacts,
  locking,
  merge,
  NOTHING,
  nameOf,
  namesOf,
  UNSURE,
  unless,
} from './facts.js';
import {
  descendants,
  familyOf,
  foreignKeyEnds,
  isKnown,
  lockFamily,
  partitionsOf,
  scanFamily,
} from './family.js';

/** A scan of those of the family in which NULLs are possible. */
export function notNullScans(
  catalog: Catalog,
  name: Reference,
  column: string,
  options: { readonly only?: boolean; readonly withType?: boolean } = {},
): LockFacts {
  const { only = false, withType = false } = options;
  const because = 'every row is checked for NULL';
  const table = findTable(catalog, name);
  if (table === null) return scanFamily(catalog, name, because, only);
  // What holds for the parent holds for all below it.
  if (proofOfNotNullIn(table, column, withType, true) !== null) return NOTHING;
  const all = only ? [table] : [table, ...descendants(catalog, table)];
  const stored = all.filter(({ partitioned }) => !partitioned);
  if (stored.length === 0) return scanFamily(catalog, name, because, only);
  const open = stored.filter((one) => proofOfNotNullIn(one, column, withType) === null);
  return { ...NOTHING, scans: effectOn(namesOf(open), because) };
}

export function addConstraintLocks(operation: AddConstraint, catalog: Catalog, postgres: number): LockFacts {
  const { table, constraint, only } = operation;
  const facts = constraintsMadeBy(operation).map((made) => madeConstraintLocks(made, only, catalog));
  // Since 18 all tables below are locked before it is looked whether they get the constraint, too: ATPrepCmd (measured).
  const reachesAll = postgres >= 18 || reachesHeirs(operation, catalog);
  // ADD FOREIGN KEY alone is content with SHARE ROW EXCLUSIVE; NOT VALID changes nothing about it.
  const mode = constraint.kind === 'foreign-key' ? 'ShareRowExclusiveLock' : 'AccessExclusiveLock';
  return merge([lockFamily(catalog, table, mode, only || !reachesAll), ...facts]);
}

/** Checks go to all below, foreign keys to partitions, and for a primary key all below must be NOT NULL. Other keys open partitions only to index them. */
function reachesHeirs({ constraint, table }: AddConstraint, catalog: Catalog): boolean {
  switch (constraint.kind) {
    case 'check':
      return !constraint.noInherit;
    case 'not-null':
      return true;
    case 'foreign-key':
      return isPartitioned(catalog, table);
    case 'primary-key':
      return constraint.usingIndex === null && !isPartitioned(catalog, table);
    case 'unique':
    case 'exclusion':
      return false;
  }
}

export function madeConstraintLocks(
  { table, constraint, validates }: MadeConstraint,
  only: boolean,
  catalog: Catalog,
): LockFacts {
  // Heirs get no keys, partitions do.
  const alone = only || !isPartitioned(catalog, table);
  switch (constraint.kind) {
    case 'foreign-key': {
      const referenced = relationName(catalog, constraint.references);
      const because = `a foreign key to "${referenced.name}" gets its triggers there`;
      const referencedAlone = !isPartitioned(catalog, constraint.references);
      const isSelf = meansSame(catalog, constraint.references, table);
      return merge([
        lockFamily(catalog, table, 'ShareRowExclusiveLock', alone),
        lockFamily(
          catalog,
          constraint.references,
          'ShareRowExclusiveLock',
          referencedAlone,
          isSelf ? null : because,
        ),
        validates ? locking([referenced], 'RowShareLock', isSelf ? null : because) : NOTHING,
        validates
          ? scanFamily(catalog, table, `every row is looked up in ${referenced.name}`, alone)
          : NOTHING,
      ]);
    }
    case 'check':
      return validates
        ? scanFamily(catalog, table, 'every row is checked', only || constraint.noInherit)
        : NOTHING;
    case 'not-null':
      return validates
        ? notNullScans(catalog, table, constraint.column, { only: only || constraint.noInherit })
        : NOTHING;
    case 'primary-key':
    case 'unique': {
      const deferred = constraint.deferrable
        ? lockFamily(catalog, table, 'ShareRowExclusiveLock', alone)
        : NOTHING;
      const notNull = constraint.kind === 'unique' ? NOTHING : notNullOfKey(constraint, table, only, catalog);
      if (constraint.usingIndex !== null) return merge([deferred, notNull]);
      return merge([
        deferred,
        notNull,
        newIndex(catalog, table, only, `it stands behind the ${constraint.kind} key`),
      ]);
    }
    case 'exclusion':
      return merge([
        constraint.deferrable ? lockFamily(catalog, table, 'ShareRowExclusiveLock', alone) : NOTHING,
        newIndex(catalog, table, only, 'it stands behind the exclusion constraint'),
      ]);
  }
}

/** On a partitioned table, and with ONLY on nothing but it, the index has no rows of its own. */
function newIndex(catalog: Catalog, name: Reference, only: boolean, because: string): LockFacts {
  const table = findTable(catalog, name);
  const parent = table?.partitioned === true ? locking([nameOf(table)], 'ShareLock') : NOTHING;
  if (only && table?.partitioned === true) return parent;
  const { stored, tables } = familyOf(catalog, name, table?.partitioned !== true);
  const between = tables.filter((one) => isPartitioned(catalog, one));
  return merge([parent, locking(between, 'ShareLock'), building(stored, because)]);
}

/** The columns of a primary key become NOT NULL, below the table, too. */
function notNullOfKey(
  constraint: Extract<MadeConstraint['constraint'], { readonly kind: 'primary-key' | 'unique' }>,
  table: Reference,
  only: boolean,
  catalog: Catalog,
): LockFacts {
  const columns =
    constraint.usingIndex === null ? constraint.columns : indexColumns(catalog, table, constraint.usingIndex);
  const open = columns.filter((column) => proofOfNotNull(catalog, table, column) === null);
  return merge(open.map((column) => notNullScans(catalog, table, column, { only })));
}

function indexColumns(catalog: Catalog, name: Reference, index: string): readonly string[] {
  const table = findTable(catalog, name);
  const found = table?.indexes.find((candidate) => candidate.name === index);
  return found?.keys.flatMap((key) => (key.column === null ? [] : [key.column])) ?? [];
}

export function validateLocks(operation: ValidateConstraint, catalog: Catalog): LockFacts {
  const { table: name, only } = operation;
  const table = findTable(catalog, name);
  const constraint = table === null ? null : constraintOf(table, operation.constraint.name);
  const pending = constraint === null || !('validated' in constraint) || !constraint.validated;
  // A constraint that is valid already is not looked for in the tables below.
  const alone = only || !pending || (constraint?.kind === 'foreign-key' && table?.partitioned === false);
  const because = constraint?.kind === 'not-null' ? 'every row is checked for NULL' : 'every row is checked';
  const own = merge([
    lockFamily(catalog, name, 'ShareUpdateExclusiveLock', alone),
    pending ? scanFamily(catalog, name, because, alone) : NOTHING,
    unless(constraint !== null && (table === null || isKnown(catalog, table))),
  ]);
  if (constraint?.kind !== 'foreign-key' || constraint.references === null || !pending) return own;
  const referenced = tableById(catalog, constraint.references);
  if (referenced === null) return own;
  return merge([own, locking([nameOf(referenced)], 'RowShareLock', 'every row is looked up there')]);
}

/** ATExecAlterConstraint in tablecmds.c (measured): what deferrability changes is in the system catalogs alone. */
export function alterConstraintLocks(operation: AlterConstraint, catalog: Catalog): LockFacts {
  const { table: name, only, constraint: altered, enforced, noInherit } = operation;
  const table = findTable(catalog, name);
  const constraint = table === null ? null : constraintOf(table, altered.name);
  const spreads = noInherit !== null || table?.partitioned === true;
  const own = merge([
    lockFamily(catalog, name, 'AccessExclusiveLock', only || !spreads),
    unless(table !== null && constraint !== null && isKnown(catalog, table)),
  ]);
  if (enforced === null || table === null) return own;
  if (constraint?.kind !== 'foreign-key' || constraint.enforced === enforced) return own;
  const referenced = constraint.references === null ? null : tableById(catalog, constraint.references);
  if (referenced === null) return merge([own, UNSURE]);
  const ends = [referenced, ...partitionsOf(catalog, referenced)];
  if (!enforced) {
    return merge([own, locking(namesOf(ends), 'AccessExclusiveLock', 'the triggers of the foreign key go')]);
  }
  const because = 'the foreign key gets its triggers there';
  return merge([
    own,
    lockFamily(catalog, name, 'ShareRowExclusiveLock', !table.partitioned),
    locking(namesOf(ends), 'ShareRowExclusiveLock', because),
    locking([nameOf(referenced)], 'RowShareLock', because),
    scanFamily(catalog, name, `every row is looked up in ${referenced.name}`, !table.partitioned),
  ]);
}

/** Dropping a foreign key takes its triggers from both tables (ATExecDropConstraint opens the other one ACCESS EXCLUSIVE). */
export function dropConstraintLocks(
  operation: DropConstraint,
  catalog: Catalog,
  postgres: number,
): LockFacts {
  const { table: name, constraint, only, cascade, ifExists } = operation;
  const table = findTable(catalog, name);
  const dropped = table === null ? null : constraintOf(table, constraint.name);
  const { known } = familyOf(catalog, name, only);
  if (table === null || dropped === null) {
    return {
      ...lockFamily(catalog, name, 'AccessExclusiveLock', true),
      certain: ifExists && table !== null && isKnown(catalog, table),
    };
  }
  const alone = only || (isKey(dropped) && !table.partitioned);
  const isIt = ({ name: other }: { readonly name: string }) => other === constraint.name;
  const { outgoing } = foreignKeyEnds(
    catalog,
    table,
    (one) => isIt(one) && foreignKeysOf(table).includes(one),
    () => false,
  );
  return merge([
    { ...lockFamily(catalog, name, 'AccessExclusiveLock', alone), certain: known },
    locking(namesOf(outgoing), 'AccessExclusiveLock', 'the foreign key to it goes'),
    cascade ? cascadeLocks([partOf(table, dropped)], catalog, postgres) : NOTHING,
  ]);
}

function isKey({ kind }: Constraint): boolean {
  return kind !== 'check' && kind !== 'not-null';
}

function partOf({ id }: Table, { name }: Constraint) {
  return { kind: 'constraint', relation: id, name } as const;
}
