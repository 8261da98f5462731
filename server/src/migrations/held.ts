// What the server would hold: a migration that it refuses is undone as far as its transaction goes, the rest of its file is not
// run, and later files go on. The replay of history.ts takes every migration as it is meant, for those who read and mend them.

import { endSession } from '../catalog/apply.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Operation } from '../catalog/operation.js';
import { refusal } from '../catalog/refusals/refusal.js';
import { isRefusedInTransaction, refusesTransaction } from '../catalog/refusals/transaction.js';
import { type Refusal, refusalOf } from '../catalog/refusals.js';
import { verdictOn } from './beginning.js';
import { type History, opened, type ReplayedMigration, type State, stateAfter } from './history.js';
import type { Migration } from './migration.js';
import { refusalsIn } from './refusals-in.js';

export interface Held {
  /** The same as the history's latest when the server refuses nothing. */
  readonly catalog: Catalog;
  readonly refused: readonly RefusedMigration[];
}

export interface RefusedMigration {
  readonly path: string;
  /** Index of the statement at which it stops. */
  readonly statement: number;
  readonly operation: number;
  readonly refusal: Refusal;
}

const known = new WeakMap<History, Held>();

export function heldBy(history: History): Held {
  let held = known.get(history);
  if (held === undefined) {
    held = strictReplay(history);
    known.set(history, held);
  }
  return held;
}

/** The same just before one of the migrations: after so many of them. */
export function heldAfter(history: History, migrations: number): Held {
  return migrations >= history.migrations.length ? heldBy(history) : strictReplay(history, migrations);
}

/**
 * Whether the runner's transaction is around the file. Of a runner that is not known we take it that it opens one, unless the
 * file has transactions of its own or something that refuses one.
 */
export function runsInTransaction({ transaction, statements }: Migration): boolean {
  if (transaction !== 'unknown') return transaction === 'per-file';
  return !statements.some(({ operations }) =>
    operations.some((operation) => operation.kind === 'transaction' || refusesTransaction(operation)),
  );
}

function strictReplay(history: History, end = history.migrations.length): Held {
  const meant = history.migrations[end]?.before ?? history.latest;
  const first = history.migrations.slice(0, end).findIndex((step) => mayBeRefused(history, step));
  const start = history.migrations[first];
  if (start === undefined) return { catalog: meant, refused: [] };
  const refused: RefusedMigration[] = [];
  let catalog = start.before;
  for (const step of history.migrations.slice(first, end)) {
    // Nothing has been refused so far, so what is held is what was meant.
    if (catalog === step.before && !mayBeRefused(history, step)) {
      catalog = step.after;
      continue;
    }
    const { after, stopped } = runStrictly(history, step, catalog);
    if (stopped !== null) refused.push(stopped);
    catalog = stopped === null && catalog === step.before ? step.after : after;
  }
  return { catalog: refused.length === 0 ? meant : catalog, refused };
}

function mayBeRefused(history: History, step: ReplayedMigration): boolean {
  return (
    refusalsIn(step, history.postgres).length > 0 ||
    step.migration.statements.some(({ operations }) =>
      operations.some((operation) => isRefusedInTransaction(operation, step.after)),
    )
  );
}

function runStrictly(
  history: History,
  step: ReplayedMigration,
  before: Catalog,
): { readonly after: Catalog; readonly stopped: RefusedMigration | null } {
  const { migration } = step;
  const { path } = migration.file;
  let state: State = runsInTransaction(migration) ? opened(before) : { catalog: before, transaction: null };
  for (const [statement, { operations }] of migration.statements.entries()) {
    const atStart = state;
    for (const [index, operation] of operations.entries()) {
      const found = refusedNow(history, step, state, operation, operations);
      if (found !== null) {
        const undone = atStart.transaction?.begun ?? atStart.catalog;
        return { after: endSession(undone), stopped: { path, statement, operation: index, refusal: found } };
      }
      const origin = { path, statement, operation: index, constraint: null };
      state = stateAfter(state, operation, { origin, postgres: history.postgres });
    }
  }
  return { after: endSession(state.catalog), stopped: null };
}

function refusedNow(
  history: History,
  step: ReplayedMigration,
  { catalog, transaction }: State,
  operation: Operation,
  statement: readonly Operation[],
): Refusal | null {
  if (isRefusedInTransaction(operation, catalog) && (transaction !== null || operation.inBody === true)) {
    const object = { kind: 'table', schema: null, name: '' } as const;
    return refusal('in-transaction', '25001', 'it cannot run in a transaction', object, operation.keyword);
  }
  const found = refusalOf(catalog, operation, { postgres: history.postgres, statement });
  return found === null || verdictOn(history, step, operation, found) === null ? null : found;
}
