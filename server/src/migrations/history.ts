// Replays migrations in order. What has not changed since the last replay is taken over, state by state:
// an edit to a statement costs that statement and those after it.

import { apply, endSession } from '../catalog/apply.js';
import { type Catalog, emptyCatalog } from '../catalog/catalog.js';
import type { Operation, Transaction } from '../catalog/operation.js';
import { sameData } from '../text/same-data.js';
import type { Migration, MigrationStatement } from './migration.js';

export interface History {
  readonly migrations: readonly ReplayedMigration[];
  /** After all of them. */
  readonly latest: Catalog;
}

export interface ReplayedMigration {
  readonly migration: Migration;
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
  readonly savepoints: readonly { readonly name: string; readonly catalog: Catalog }[];
}

export interface ReplayOptions {
  /** Major version of the server. */
  readonly postgres: number;
}

export function replay(
  migrations: readonly Migration[],
  previous: History | null,
  options: ReplayOptions,
): History {
  const old = new Map(previous?.migrations.map((step) => [step.migration.file.path, step]));
  const replayed: ReplayedMigration[] = [];
  let catalog = emptyCatalog;
  for (const migration of migrations) {
    const step = replayMigration(migration, catalog, old.get(migration.file.path) ?? null, options);
    replayed.push(step);
    catalog = step.after;
  }
  return { migrations: replayed, latest: catalog };
}

function replayMigration(
  migration: Migration,
  before: Catalog,
  old: ReplayedMigration | null,
  options: ReplayOptions,
): ReplayedMigration {
  const known = old !== null && old.before === before ? old : null;
  if (known !== null && known.migration === migration) return known;

  const states: State[] = [];
  let state: State = { catalog: before, transaction: null };
  for (const [index, statement] of migration.statements.entries()) {
    const same =
      known !== null &&
      sameState(stateBefore(known, index), state) &&
      sameMeaning(known.migration.statements[index]?.operations ?? [], statement.operations);
    state = (same ? known.states[index] : undefined) ?? run(state, statement, index, migration, options);
    states.push(state);
  }
  return { migration, before, states, after: endSession(state.catalog) };
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
function sameMeaning(a: readonly Operation[], b: readonly Operation[]): boolean {
  return a === b || sameData(a, b, PLACES);
}

/** What of an operation says where it stands; of `concurrently` it matters whether it is there. */
const PLACES: ReadonlySet<string> = new Set([
  'span',
  'keyword',
  'mentions',
  'concurrently.start',
  'concurrently.end',
]);

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
    if (operation.kind === 'transaction') {
      next = runTransaction(next, operation);
      continue;
    }
    const origin = { path: file.path, statement: index, operation: operationIndex, constraint: null };
    const catalog = apply(next.catalog, operation, { origin, postgres });
    if (catalog !== next.catalog) next = { ...next, catalog };
  }
  return next;
}

function runTransaction(state: State, { action, savepoint }: Transaction): State {
  const { catalog, transaction } = state;
  switch (action) {
    case 'begin':
      return transaction === null ? { catalog, transaction: { begun: catalog, savepoints: [] } } : state;
    case 'commit':
      return { catalog, transaction: null };
    case 'rollback':
      return { catalog: transaction?.begun ?? catalog, transaction: null };
    case 'savepoint':
      return transaction === null
        ? state
        : {
            catalog,
            transaction: {
              ...transaction,
              savepoints: [...transaction.savepoints, { name: savepoint ?? '', catalog }],
            },
          };
    case 'rollback-to': {
      const mark = transaction?.savepoints.findLast((candidate) => candidate.name === savepoint);
      return mark === undefined ? state : { catalog: mark.catalog, transaction };
    }
    case 'release':
      return state;
  }
}
