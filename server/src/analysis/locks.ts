// Which locks an operation takes, what it reads in full and what it writes anew.
// Levels come from AlterTableGetLockLevel in tablecmds.c and from the manual, "Explicit Locking"; tests compare them with servers.

import { besideBodies } from '../catalog/bodies.js';
import type { Catalog, Constraint, Table, UserType } from '../catalog/catalog.js';
import {
  columnOf,
  constraintOf,
  findIndex,
  findRelation,
  findStatistics,
  findTable,
  findType,
  type Reference,
  tablesOf,
} from '../catalog/lookup.js';
import type { Name } from '../catalog/names.js';
import type {
  AlterDomain,
  AlterType,
  AlterView,
  ChangePublication,
  ChangeRule,
  CreateIndex,
  DropIndex,
  Operation,
} from '../catalog/operation.js';
import { proofOfNotNull } from '../catalog/proofs.js';
import { droppedBy } from '../catalog/refusals/dependents.js';
import { isSameName } from '../catalog/type-lookup.js';
import { sameData } from '../text/same-data.js';
import {
  addColumnLocks,
  alterColumnTypeLocks,
  alterTableOtherLocks,
  dropColumnLocks,
  ownLock,
  setSchemaLocks,
} from './locks/alter-table.js';
import { cascadeLocks } from './locks/cascade.js';
import {
  addConstraintLocks,
  alterConstraintLocks,
  dropConstraintLocks,
  notNullScans,
  validateLocks,
} from './locks/constraints.js';
import {
  building,
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
} from './locks/facts.js';
import { familyOf, isKnown, lockFamily, partitionsOf } from './locks/family.js';
import { maintenanceLocks, writeRowsLocks } from './locks/rows.js';
import {
  attachPartitionLocks,
  createTableLocks,
  detachPartitionLocks,
  droppedUnseen,
  dropSchemaLocks,
  dropTableLocks,
} from './locks/whole-tables.js';
import { typeChange } from './type-changes.js';

export {
  type Effect,
  type IndexBuild,
  type Lock,
  type LockFacts,
  merge,
} from './locks/facts.js';

interface Known {
  readonly catalog: Catalog;
  readonly postgres: number;
  readonly facts: LockFacts;
}

const known = new WeakMap<Operation, Known>();

/**
 * The same object as before as long as nothing about it has changed.
 *
 * @param before the schema just before the operation
 * @param postgres major version of the server: 12 to 18
 */
export function locksOf(operation: Operation, before: Catalog, postgres: number): LockFacts {
  const catalog = besideBodies(before);
  const last = known.get(operation);
  if (last?.catalog === catalog && last.postgres === postgres) return last.facts;
  const now = factsOf(operation, catalog, postgres);
  const facts = last !== undefined && sameData(last.facts, now) ? last.facts : now;
  known.set(operation, { catalog, postgres, facts });
  return facts;
}

function factsOf(operation: Operation, catalog: Catalog, postgres: number): LockFacts {
  switch (operation.kind) {
    case 'create-table':
      return createTableLocks(operation, catalog);
    case 'drop-table':
      return dropTableLocks(operation, catalog, postgres);
    case 'rename-table':
    case 'set-row-level-security':
    case 'create-policy':
    case 'alter-policy':
      return ownLock(catalog, operation.table);
    case 'rename-trigger':
      // Before 15 the copies of partitions kept their names.
      return postgres < 15
        ? ownLock(catalog, operation.table)
        : triggerLocks(catalog, operation.table, operation.trigger.name);
    case 'set-schema':
      return setSchemaLocks(operation, catalog);
    case 'rename-column':
    case 'set-default':
    case 'drop-default':
    case 'drop-not-null':
      return lockFamily(catalog, operation.table, 'AccessExclusiveLock', operation.only);
    case 'rename-constraint': {
      // Partitions name their keys themselves.
      const { table, constraint, only } = operation;
      const renamed = constraintIn(catalog, table, constraint.name);
      const isKey = renamed !== null && renamed.kind !== 'check' && renamed.kind !== 'not-null';
      return lockFamily(catalog, table, 'AccessExclusiveLock', only || isKey);
    }
    case 'drop-policy':
      return droppedFrom(catalog, operation.table, 'policies', operation.policy.name, operation.ifExists);
    case 'drop-trigger': {
      const { table, trigger, ifExists } = operation;
      return merge([
        droppedFrom(catalog, table, 'triggers', trigger.name, ifExists),
        hasTrigger(catalog, table, trigger.name) || !ifExists
          ? triggerLocks(catalog, table, trigger.name)
          : NOTHING,
      ]);
    }
    case 'add-column':
      return addColumnLocks(operation, catalog);
    case 'drop-column':
      return dropColumnLocks(operation, catalog, postgres);
    case 'alter-column-type':
      return alterColumnTypeLocks(operation, catalog);
    case 'set-not-null': {
      const { table, column, only, withType } = operation;
      // ATPrepSetNotNull goes no further than a table where nothing changes.
      const found = findTable(catalog, table);
      if (found !== null && columnOf(found, column.name)?.notNull === true && !withType) {
        const proof = proofOfNotNull(catalog, table, column.name);
        if (proof !== null) return lockFamily(catalog, table, 'AccessExclusiveLock', true);
      }
      return merge([
        lockFamily(catalog, table, 'AccessExclusiveLock', only),
        notNullScans(catalog, table, column.name, { only, withType }),
      ]);
    }
    case 'add-constraint':
      return addConstraintLocks(operation, catalog, postgres);
    case 'validate-constraint':
      return validateLocks(operation, catalog);
    case 'drop-constraint':
      return dropConstraintLocks(operation, catalog, postgres);
    case 'create-index':
      return createIndexLocks(operation, catalog);
    case 'alter-constraint':
      return alterConstraintLocks(operation, catalog);
    case 'drop-index':
      return dropIndexLocks(operation, catalog, postgres);
    case 'create-trigger': {
      const isSpread = operation.forEachRow && findTable(catalog, operation.table)?.partitioned === true;
      return lockFamily(catalog, operation.table, 'ShareRowExclusiveLock', !isSpread);
    }
    case 'attach-partition':
      return attachPartitionLocks(operation, catalog);
    case 'detach-partition':
      return detachPartitionLocks(operation, catalog);
    case 'alter-table-other':
      return alterTableOtherLocks(operation, catalog, postgres);
    case 'create-view': {
      const isThere = findRelation(catalog, operation.view) !== null;
      // How its query reads is up to the planner.
      if (operation.materialized) return isThere || !operation.populated ? NOTHING : UNSURE;
      return operation.orReplace && isThere
        ? lockOn(catalog, operation.view, 'AccessExclusiveLock')
        : NOTHING;
    }
    case 'drop-view':
      return dropRelation(catalog, operation.view, operation, postgres);
    case 'drop-sequence':
      return dropRelation(catalog, operation.sequence, operation, postgres);
    case 'alter-sequence':
      return lockOn(catalog, operation.sequence, ['ShareRowExclusiveLock', 'RowExclusiveLock']);
    case 'drop-schema':
      return dropSchemaLocks(operation.schema.name, operation.cascade, catalog, postgres);
    case 'alter-view':
      return alterViewLocks(operation, catalog);
    case 'change-rule':
      return ruleLocks(operation, catalog);
    case 'alter-type':
      return alterTypeLocks(operation, catalog);
    case 'alter-domain':
      return alterDomainLocks(operation, catalog);
    case 'drop-type':
      return operation.cascade ? cascadeLocks(droppedBy(catalog, operation), catalog, postgres) : NOTHING;
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
        ...(operation.change?.kind === 'publication' ? [replacedTables(operation.change, catalog)] : []),
      ]);
    case 'prepare':
      // What is prepared may be looked at already.
      return operation.query === null ? NOTHING : UNSURE;
    case 'unknown':
      return UNSURE;
    case 'drop-function':
      return operation.cascade ? cascadeLocks(droppedBy(catalog, operation), catalog, postgres) : NOTHING;
    case 'create-extension':
      // Its script may do anything.
      return unless(operation.ifNotExists && catalog.extensions.has(operation.extension.name));
    case 'drop-extension':
      if (!catalog.extensions.has(operation.extension.name)) {
        return unless(operation.ifExists && catalog.doubts.everything === null);
      }
      return operation.cascade ? cascadeLocks(droppedBy(catalog, operation), catalog, postgres) : NOTHING;
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
  const own = lockOn(catalog, name, 'AccessExclusiveLock');
  const relation = findRelation(catalog, name);
  if (part === 'triggers' && relation?.kind === 'view') {
    const isThere = relation.triggers.some((one) => one.name === dropped);
    return isThere || !ifExists ? own : NOTHING;
  }
  const table = findTable(catalog, name);
  if (table === null || !isKnown(catalog, table)) return { ...own, certain: false };
  const present = table[part].some((one) => (typeof one === 'string' ? one : one.name) === dropped);
  return present || !ifExists ? own : NOTHING;
}

/** Triggers for rows have copies on partitions. */
function triggerLocks(catalog: Catalog, name: Name, trigger: string): LockFacts {
  const table = findTable(catalog, name);
  const found = table?.triggers.find((one) => one.name === trigger);
  if (table?.partitioned !== true) return ownLock(catalog, name);
  return merge([
    lockFamily(catalog, name, 'AccessExclusiveLock', found?.forEachRow !== true),
    unless(found !== undefined),
  ]);
}

function hasTrigger(catalog: Catalog, name: Reference, trigger: string): boolean {
  return findTable(catalog, name)?.triggers.some((one) => one.name === trigger) ?? false;
}

function constraintIn(catalog: Catalog, name: Reference, constraint: string): Constraint | null {
  const table = findTable(catalog, name);
  return table === null ? null : constraintOf(table, constraint);
}

function dropRelation(
  catalog: Catalog,
  name: Reference,
  { ifExists, cascade }: { readonly ifExists: boolean; readonly cascade: boolean },
  postgres: number,
): LockFacts {
  const relation = findRelation(catalog, name);
  if (relation === null) return droppedUnseen(catalog, name, ifExists);
  return merge([
    locking([nameOf(relation)], 'AccessExclusiveLock'),
    cascade ? cascadeLocks([{ kind: 'relation', id: relation.id }], catalog, postgres) : NOTHING,
  ]);
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
  const own = lockFamily(catalog, name, mode, alone);
  if (buildsNothing) return own;
  const { stored } = familyOf(catalog, name, alone);
  const { scans, indexBuilds } = building(stored, 'it is new');
  return { ...own, scans, indexBuilds };
}

function dropIndexLocks(operation: DropIndex, catalog: Catalog, postgres: number): LockFacts {
  const found = findIndex(catalog, operation.index);
  if (found === null) {
    const relation = findRelation(catalog, operation.index);
    const table = relation?.kind === 'index' ? catalog.relations.get(relation.table) : undefined;
    if (table !== undefined) return locking([nameOf(table)], 'AccessExclusiveLock');
    const { everything, newObjects } = catalog.doubts;
    return unless(operation.ifExists && everything === null && newObjects === null);
  }
  const { table, index } = found;
  const mode = operation.concurrently === null ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
  // The index of a partitioned table goes with those of its partitions, which are locked before it is looked whether they have one.
  const below = partitionsOf(catalog, table);
  return merge([
    locking([nameOf(table)], mode),
    locking(namesOf(below), mode, `it is below "${table.name}"`),
    operation.cascade
      ? cascadeLocks([{ kind: 'index', relation: table.id, name: index.name }], catalog, postgres)
      : NOTHING,
    unless(isKnown(catalog, table)),
  ]);
}

/** Tables with a column of the type, or of a domain over it. */
function tablesWith(catalog: Catalog, type: UserType): readonly Table[] {
  const types = new Set([type]);
  for (const one of types) {
    for (const other of catalog.types.values()) {
      if (other.kind === 'domain' && isSameName(other.base, one)) types.add(other);
    }
  }
  return tablesOf(catalog).filter(({ columns }) =>
    columns.some((column) => {
      const found = findType(catalog, column.type);
      return found !== null && types.has(found);
    }),
  );
}

/** A new rule for a domain is checked in every table that uses it (validateDomainConstraint in typecmds.c), for which it is locked. */
function alterDomainLocks({ type: name, action }: AlterDomain, catalog: Catalog): LockFacts {
  if (!/^(?:add-check|validate|set-not-null)$/.test(action)) return NOTHING;
  const type = findType(catalog, name);
  if (type === null) return UNSURE;
  const stored = tablesWith(catalog, type).filter(({ partitioned }) => !partitioned);
  const { everything, newObjects } = catalog.doubts;
  return {
    ...locking(namesOf(stored), 'ShareLock', `it has a column of "${type.name}"`),
    scans: effectOn(namesOf(stored), 'every value of the domain is checked'),
    certain: everything === null && newObjects === null,
  };
}

/** Tables OF the type are changed with it. */
function alterTypeLocks({ type: name, action, cascade }: AlterType, catalog: Catalog): LockFacts {
  if (!cascade) return NOTHING;
  const type = findType(catalog, name);
  if (type === null) return UNSURE;
  const tables = tablesOf(catalog).filter(({ ofType }) => ofType !== null && isSameName(ofType, type));
  const own = locking(namesOf(tables), 'AccessExclusiveLock', `it is made of "${type.name}"`);
  if (action.kind !== 'alter-attribute') return own;
  const old =
    type.kind === 'composite' ? type.attributes.find((one) => one.name === action.attribute.name) : undefined;
  const { rewrites, because } = typeChange(catalog, old?.type ?? null, action.type, false);
  if (rewrites === false) return own;
  return merge([own, rewriting(catalog, namesOf(tables), because), unless(rewrites !== 'unknown')]);
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

/** ALTER PUBLICATION … SET takes out those that it does not name (AlterPublicationTables in publicationcmds.c). */
function replacedTables({ publication, action }: ChangePublication, catalog: Catalog): LockFacts {
  if (action !== 'set') return NOTHING;
  const found = catalog.publications.get(publication);
  if (found === undefined) return UNSURE;
  const tables = found.tables.flatMap((id) => {
    const relation = catalog.relations.get(id);
    return relation?.kind === 'table' ? [nameOf(relation)] : [];
  });
  return locking(tables, 'ShareUpdateExclusiveLock', `"${publication}" publishes it`);
}

/** RemoveStatisticsById in src/backend/commands/statscmds.c opens the table. */
function droppedStatisticsLocks(names: readonly Reference[], catalog: Catalog): readonly LockFacts[] {
  return names.map((name) => {
    const found = findStatistics(catalog, name);
    const table = found === null ? undefined : catalog.relations.get(found.table);
    return table === undefined ? UNSURE : lockOn(catalog, table, 'ShareUpdateExclusiveLock');
  });
}
