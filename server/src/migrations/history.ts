// Replays migrations in order. What has not changed since the last replay is taken over, state by state:
// an edit to a statement costs that statement and those after it.

import { apply, type Context, endSession, endTransaction } from '../catalog/apply.js';
import { compareBesideBodies, isAlike, withBodiesOf } from '../catalog/bodies.js';
import { type Catalog, emptyCatalog } from '../catalog/catalog.js';
import type { Operation, Transaction } from '../catalog/operation.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { sameData } from '../text/same-data.js';
import { isSpan } from '../text/span.js';
import { holdsCode, withoutCode } from './code/statement.js';
import type { Migration, MigrationStatement } from './migration.js';

export interface History {
  readonly migrations: readonly ReplayedMigration[];
  /** After all of them. */
  readonly latest: Catalog;
  /** Major version of the server. */
  readonly postgres: number;
}

export interface ReplayedMigration {
  /** With what its code does (DO blocks, functions that it calls) in the place of that code. */
  readonly migration: Migration;
  /** As it was read. */
  readonly source: Migration;
  readonly before: Catalog;
  /** After each statement of the migration. */
  readonly states: readonly State[];
  readonly after: Catalog;
}

/** Where a replay stands between two statements. */
export interface State {
  readonly catalog: Catalog;
  /** The transaction that the script itself has opened, if any. */
  readonly transaction: OpenTransaction | null;
}

export interface OpenTransaction {
  /** What ROLLBACK goes back to. */
  readonly begun: Catalog;
  readonly savepoints: readonly Savepoint[];
  /** The search path that SET LOCAL hides until the transaction ends; `null` when none does. */
  readonly hiddenPath: Catalog['searchPath'] | null;
}

export interface Savepoint {
  readonly name: string;
  readonly catalog: Catalog;
  readonly hiddenPath: Catalog['searchPath'] | null;
}

export interface ReplayOptions {
  /** Major version of the server. */
  readonly postgres: number;
  /** What is there before the first of them. */
  readonly begin?: Catalog;
  /** Reads the code that migrations run; without one it stays unknown. */
  readonly sql?: SqlParser;
}

export function replay(
  migrations: readonly Migration[],
  previous: History | null,
  options: ReplayOptions,
): History {
  const old = new Map(previous?.migrations.map((step) => [step.migration.file.path, step]));
  const replayed: ReplayedMigration[] = [];
  let catalog = options.begin ?? emptyCatalog;
  for (const migration of migrations) {
    const step = replayMigration(migration, catalog, old.get(migration.file.path) ?? null, options);
    replayed.push(step);
    catalog = step.after;
  }
  return { migrations: replayed, latest: catalog, postgres: options.postgres };
}

function replayMigration(
  migration: Migration,
  before: Catalog,
  old: ReplayedMigration | null,
  options: ReplayOptions,
): ReplayedMigration {
  const known = old !== null && isAlike(old.before, before) ? old : null;
  if (known !== null && known.before === before && known.source === migration) return known;

  const states: State[] = [];
  const statements: MigrationStatement[] = [];
  let state: State = { catalog: before, transaction: null };
  for (const [index, statement] of migration.statements.entries()) {
    const was = known === null ? null : stateBefore(known, index);
    const became = known?.states[index] ?? null;
    const source = known?.source.statements[index]?.operations;
    const means = was !== null && sameMeaning(source ?? [], statement.operations);
    const same = means && sameState(was, state);
    const kept = same && source === statement.operations ? known?.migration.statements[index] : null;
    const place = { path: migration.file.path, statement: index, postgres: options.postgres };
    const operations = kept?.operations ?? withoutCode(statement, state.catalog, place, options.sql ?? null);
    const ran = operations === statement.operations ? statement : { ...statement, operations };
    statements.push(ran);
    const taken = same ? became : means ? withoutBodies(was, became, state, statement) : null;
    state = taken ?? run(state, ran, index, migration, options);
    if (became !== null) compareBesideBodies(became.catalog, state.catalog);
    states.push(state);
  }
  const isAsRead = statements.every((statement, index) => statement === migration.statements[index]);
  return {
    migration: isAsRead ? migration : { ...migration, statements },
    source: migration,
    before,
    states,
    // The connection closes with a transaction of the script's own still open.
    after: endSession(state.transaction?.begun ?? state.catalog),
  };
}

/**
 * What the statement gives where it met a schema with other bodies before, and has nothing to do with functions. `null` when
 * it may have.
 */
function withoutBodies(
  was: State,
  became: State | null,
  now: State,
  statement: MigrationStatement,
): State | null {
  if (became === null || was.catalog.functions !== became.catalog.functions) return null;
  if (!isAlike(was.catalog, now.catalog) || was.transaction !== now.transaction) return null;
  if (became.transaction !== was.transaction || holdsCode(statement)) return null;
  return { catalog: withBodiesOf(became.catalog, now.catalog), transaction: now.transaction };
}

/** The state just before the statement of that index. */
export function stateBefore(step: ReplayedMigration, index: number): State {
  return step.states[index - 1] ?? { catalog: step.before, transaction: null };
}

/** Which statement operations belong to. */
export interface StatementPlace {
  readonly path: string;
  /** Its index in the file. */
  readonly statement: number;
  /** Major version of the server. */
  readonly postgres: number;
}

const within = new WeakMap<readonly Operation[], readonly Catalog[]>();

/** The catalog before each operation of a statement. */
export function catalogsWithin(
  operations: readonly Operation[],
  first: Catalog,
  { path, statement, postgres }: StatementPlace,
): readonly Catalog[] {
  const known = within.get(operations);
  if (known !== undefined && known[0] === first) return known;
  const catalogs = [first];
  let catalog = first;
  for (const [index, operation] of operations.slice(0, -1).entries()) {
    const origin = { path, statement, operation: index, constraint: null };
    catalog = apply(catalog, operation, { origin, postgres });
    catalogs.push(catalog);
  }
  within.set(operations, catalogs);
  return catalogs;
}

/** Whether the operations do the same, wherever they are written. */
export function sameMeaning(a: readonly Operation[], b: readonly Operation[]): boolean {
  return a === b || sameData(a, b, PLACES, isSpan);
}

/** What of an operation says where it stands. Of any other span it matters only whether it is there. */
const PLACES: ReadonlySet<string> = new Set(['span', 'keyword', 'mentions']);

function sameState(a: State, b: State): boolean {
  return a.catalog === b.catalog && a.transaction === b.transaction;
}

function run(
  state: State,
  statement: MigrationStatement,
  index: number,
  { file }: Migration,
  { postgres }: ReplayOptions,
): State {
  let next = state;
  for (const [operationIndex, operation] of statement.operations.entries()) {
    const origin = { path: file.path, statement: index, operation: operationIndex, constraint: null };
    next = stateAfter(next, operation, { origin, postgres });
  }
  return next;
}

/** The same object when nothing changes. */
export function stateAfter(state: State, operation: Operation, context: Context): State {
  if (operation.kind === 'transaction') return runTransaction(state, operation);
  const catalog = apply(state.catalog, operation, context);
  const transaction = hidingPath(state, operation);
  return catalog === state.catalog && transaction === state.transaction ? state : { catalog, transaction };
}

/** SET LOCAL hides the session's search path until the transaction ends; SET takes the place of both. */
function hidingPath({ catalog, transaction }: State, operation: Operation): OpenTransaction | null {
  if (transaction === null || operation.kind !== 'set-parameter') return transaction;
  if (operation.parameter !== 'search_path' && operation.parameter !== 'all') return transaction;
  const hiddenPath = operation.local ? (transaction.hiddenPath ?? catalog.searchPath) : null;
  return hiddenPath === transaction.hiddenPath ? transaction : { ...transaction, hiddenPath };
}

/** https://www.postgresql.org/docs/current/sql-savepoint.html and its neighbours. */
function runTransaction(state: State, { action, savepoint, chain }: Transaction): State {
  const { catalog, transaction } = state;
  switch (action) {
    case 'begin':
      return transaction === null ? opened(catalog) : state;
    case 'commit':
    case 'rollback': {
      const ended = action === 'commit' ? committed(state) : (transaction?.begun ?? catalog);
      return chain === true && transaction !== null ? opened(ended) : { catalog: ended, transaction: null };
    }
    case 'savepoint': {
      if (transaction === null) return state;
      const mark = { name: savepoint ?? '', catalog, hiddenPath: transaction.hiddenPath };
      return {
        catalog,
        transaction: { ...transaction, savepoints: [...transaction.savepoints, mark] },
      };
    }
    case 'rollback-to':
    case 'release': {
      const at = transaction?.savepoints.findLastIndex(({ name }) => name === savepoint) ?? -1;
      const mark = transaction?.savepoints[at];
      if (transaction === null || mark === undefined) return state;
      if (action === 'release') {
        return { catalog, transaction: { ...transaction, savepoints: transaction.savepoints.slice(0, at) } };
      }
      const { hiddenPath } = mark;
      const savepoints = transaction.savepoints.slice(0, at + 1);
      return { catalog: mark.catalog, transaction: { ...transaction, savepoints, hiddenPath } };
    }
  }
}

/** In a transaction that has just begun. */
export function opened(catalog: Catalog): State {
  return { catalog, transaction: { begun: catalog, savepoints: [], hiddenPath: null } };
}

function committed({ catalog, transaction }: State): Catalog {
  const hidden = transaction?.hiddenPath ?? null;
  const ended = endTransaction(catalog);
  return hidden === null ? ended : { ...ended, searchPath: hidden };
}
