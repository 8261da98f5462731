// The answers to what a rule asks (rules/rule.ts, `Moment`), from the replayed history and the readings of the workspace.

import { descendants } from '../analysis/locks/family.js';
import { type LockFacts, locksOf } from '../analysis/locks.js';
import { keepsToTenant } from '../analysis/policies.js';
import { tenantKey } from '../analysis/tenancy.js';
import { isInTransaction } from '../analysis/transactions.js';
import { isMadeBy } from '../analysis/whole-migration.js';
import type { Catalog, Relation } from '../catalog/catalog.js';
import { absent, known, unknown } from '../catalog/knowledge.js';
import {
  columnOf,
  constraintOf,
  doubtAbout,
  findIndex,
  findRelation,
  findTable,
  findType,
  functionsNamed,
  knowColumn,
  knowTable,
  type Reference,
  tableById,
} from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { type ReplayedMigration, stateBefore } from '../migrations/history.js';
import type { Query } from '../queries/query.js';
import type { MigrationFacts, Moment, RefusedOperation, Schema } from '../rules/rule.js';
import { bug } from '../text/bug.js';
import { fileName } from '../text/source-file.js';
import { lookupHabitFor, scopedTwinOf } from './lookups.js';
import { protectedTables } from './protection.js';
import { callersOf } from './queries.js';
import { refusedAt } from './refused.js';
import { isNewInRelease } from './released.js';
import { scopingFor } from './scoping.js';
import { tenancyFor } from './tenancy.js';
import { usesAreKnown, usesOf } from './uses.js';
import { catalogFor, configFor, type Workspace, type WorkspaceHistory } from './workspace.js';

const schemas = new WeakMap<Catalog, Schema>();

function schemaOf(catalog: Catalog): Schema {
  let schema = schemas.get(catalog);
  if (schema === undefined) {
    schema = {
      table: (name) => knowTable(catalog, name),
      column: (table, column) => knowColumn(catalog, table, column),
      tableById: (id) => tableById(catalog, id),
      tableOfIndex(index) {
        const found = findIndex(catalog, index);
        if (found !== null) {
          const doubt = doubtAbout(catalog, found.table);
          return doubt === null ? known(found.table) : unknown(doubt, found.table);
        }
        const doubt = catalog.doubts.everything ?? catalog.doubts.newObjects;
        return doubt === null ? absent : unknown(doubt.reason);
      },
      whole: () => catalog,
    };
    schemas.set(catalog, schema);
  }
  return schema;
}

/** The moment of a query, a schema or a syntax problem: the end of the history that its file works with. */
export function momentOfFile(workspace: Workspace, path: string): Moment {
  const latest = schemaOf(catalogFor(workspace, path));
  return onTopOf(common(workspace, path, latest.whole(), latest.whole()), {
    before: latest,
    afterMigration: latest,
    latest,
    migration: null,
    tableIsNew: () => false,
    typeIsNew: () => false,
    functionIsNew: () => false,
    schemaIsNew: () => false,
    columnIsNew: () => false,
    constraintIsNew: () => false,
    constraintIsHeld: () => false,
    inTransaction: () => 'unknown',
    refusalOf: () => null,
  });
}

/** The moment just before an operation of a migration. */
export function momentOfOperation(
  workspace: Workspace,
  { step, history }: { readonly step: ReplayedMigration; readonly history: WorkspaceHistory },
  statement: number,
  before: Catalog,
): Moment {
  const { migration } = step;
  const { latest } = history.history;
  const { path } = migration.file;
  // Several rules ask for the same.
  let refused: { readonly operation: Operation; readonly found: RefusedOperation | null } | null = null;
  return onTopOf(common(workspace, path, before, latest), {
    before: schemaOf(before),
    afterMigration: schemaOf(step.after),
    latest: schemaOf(latest),
    migration: factsOfMigration(workspace, step, history),
    tableIsNew(name) {
      const relation = findRelation(before, name);
      const isNew = (one: Relation | null) =>
        isMadeBy(one, path) ||
        (one?.kind === 'table' && isNewInRelease(workspace, history.history, one, path));
      // What is done to a table is done to those below it, which may be older.
      return isNew(relation) && (relation?.kind !== 'table' || descendants(before, relation).every(isNew));
    },
    typeIsNew: (name) => findType(before, name) !== null && findType(step.before, name) === null,
    functionIsNew: (name) =>
      functionsNamed(before, name).length > 0 && functionsNamed(step.before, name).length === 0,
    schemaIsNew: (name) => before.schemas.has(name) && !step.before.schemas.has(name),
    constraintIsHeld(name, constraint) {
      const begun = stateBefore(step, statement).transaction?.begun;
      const table = begun === undefined ? null : findTable(begun, name);
      return table === null || constraintOf(table, constraint) === null;
    },
    columnIsNew(name, column) {
      const table = findTable(before, name);
      return table !== null && columnOf(table, column)?.origin?.path === path;
    },
    constraintIsNew(name, constraint) {
      const table = findTable(before, name);
      return table !== null && constraintOf(table, constraint)?.origin?.path === path;
    },
    refusalOf(operation) {
      if (refused?.operation !== operation) {
        const found = refusedAt(workspace, history, step, statement, before, operation);
        refused = { operation, found };
      }
      return refused.found;
    },
    inTransaction: () => isInTransaction(step, statement),
  });
}

const NO_LOCKS: LockFacts = { locks: [], rewrites: [], scans: [], indexBuilds: [], certain: false };

/** The moment just before a migration as one thing. What depends on a statement is not to be asked: its steps tell. */
export function momentOfMigration(
  workspace: Workspace,
  found: { readonly step: ReplayedMigration; readonly history: WorkspaceHistory },
): Moment {
  const ofNoStatement =
    <A>(question: keyof Moment, answer: A) =>
    (): A => {
      bug(`${question} is asked of a whole migration`);
      return answer;
    };
  return onTopOf(momentOfOperation(workspace, found, 0, found.step.before), {
    tableIsNew: ofNoStatement('tableIsNew', false),
    typeIsNew: ofNoStatement('typeIsNew', false),
    functionIsNew: ofNoStatement('functionIsNew', false),
    schemaIsNew: ofNoStatement('schemaIsNew', false),
    columnIsNew: ofNoStatement('columnIsNew', false),
    constraintIsNew: ofNoStatement('constraintIsNew', false),
    constraintIsHeld: ofNoStatement('constraintIsHeld', false),
    inTransaction: ofNoStatement('inTransaction', 'unknown'),
    refusalOf: ofNoStatement('refusalOf', null),
    locksOf: ofNoStatement('locksOf', NO_LOCKS),
  });
}

const facts = new WeakMap<ReplayedMigration, MigrationFacts>();

function factsOfMigration(
  workspace: Workspace,
  step: ReplayedMigration,
  { repo }: WorkspaceHistory,
): MigrationFacts {
  const { layout, folder, holdsMigrationLock, file } = step.migration;
  const lockTimeoutIsSet =
    configFor(workspace, file.path).timeouts === 'runner' || repo?.setsLockTimeout === true;
  let found = facts.get(step);
  if (found?.lockTimeoutIsSet !== lockTimeoutIsSet) {
    found = {
      layout,
      folder: fileName(folder),
      holdsMigrationLock,
      lockTimeoutIsSet,
    };
    facts.set(step, found);
  }
  return found;
}

/** Both together. What `base` works out when it is asked is not asked for here, as it would be if it were copied. */
function onTopOf(base: Shared, more: Omit<Moment, keyof Shared>): Moment;
function onTopOf(base: Moment, more: Partial<Moment>): Moment;
function onTopOf(base: object, more: object): object {
  return Object.assign(Object.create(base), more);
}

/** The answers that are the same wherever in a file one asks. */
type Shared = ReturnType<typeof common>;

function common(workspace: Workspace, path: string, before: Catalog, latest: Catalog) {
  const { postgres } = configFor(workspace, path);
  return {
    postgres,
    get tenancy() {
      return tenancyFor(workspace, path);
    },
    scoping: (query: Query) => scopingFor(workspace, path, query),
    callersOf: (query: Query) => callersOf(workspace, path, query, tenancyFor(workspace, path).column),
    scopedTwin: (query: Query) => scopedTwinOf(workspace, path, query),
    lookupHabit: () => lookupHabitFor(workspace, path),
    get usesAreKnown() {
      return usesAreKnown(workspace, path);
    },
    locksOf: (operation: Parameters<typeof locksOf>[0]): LockFacts => locksOf(operation, before, postgres),
    usesOf: (table: Reference, column?: string) =>
      usesOf(workspace, path, { before, latest }, table, column ?? null),
    keepsToTenant(name: Reference, command: 'select' | 'insert' | 'update' | 'delete') {
      const table = findTable(latest, name);
      const tenant = table === null ? undefined : tenancyFor(workspace, path).tables.get(tenantKey(table));
      return table !== null && tenant !== undefined && keepsToTenant(latest, table, tenant, command);
    },
    protectedTables: (schema: string) => protectedTables(latest, tenancyFor(workspace, path), schema),
  };
}
