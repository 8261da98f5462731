// Changes of rows in a migration: whose rows, how many, and whether locks of schema changes are held meanwhile.

import type { Table } from '../catalog/catalog.js';
import { findRelation } from '../catalog/lookup.js';
import type { RelationName } from '../catalog/names.js';
import type { Unknown, WriteRows } from '../catalog/operation.js';
import { heldAgainstOthers } from './held-locks.js';
import type { HeldLock, MigrationStep, WholeMigration } from './whole-migration.js';

export interface DataChange {
  readonly step: MigrationStep;
  /** In `steps`. */
  readonly index: number;
  readonly verb: WriteRows['verb'];
  /** The table, which others can see; `null` where it is not known which it is. */
  readonly table: RelationName | null;
  /**
   * `given`: those that it writes out, or names by a key; `narrowed`: those that a value or a LIMIT leaves; `open`: as many as there happen to be;
   * `all`: every row.
   */
  readonly rows: 'given' | 'narrowed' | 'open' | 'all';
  /** What schema changes earlier in its transaction took and hold while the rows are written: locks that others wait for. */
  readonly whileHeld: readonly HeldLock[];
}

const known = new WeakMap<WholeMigration, readonly DataChange[]>();

/** INSERT, UPDATE, DELETE and MERGE on tables that the migration does not make itself. TRUNCATE and COPY are others' concern. */
export function dataChanges(whole: WholeMigration): readonly DataChange[] {
  let found = known.get(whole);
  if (found === undefined) {
    found = whole.steps.flatMap((step, index) => dataChangeAt(whole, step, index) ?? []);
    known.set(whole, found);
  }
  return found;
}

function dataChangeAt(whole: WholeMigration, step: MigrationStep, index: number): DataChange | null {
  const { operation, before, facts } = step;
  if (operation.ofLibrary === true) return null;
  const written = writtenBy(operation);
  if (written === null) return null;
  const name = operation.kind === 'write-rows' ? operation.table : null;
  // A table of the migration's own is nobody else's yet, and neither is what is dropped here.
  const table = facts.locks.find(({ mode }) => mode === 'RowExclusiveLock')?.relation ?? null;
  if (name !== null && table === null) return null;
  const target = table === null ? null : findRelation(before, table);
  if (target !== null && target.kind !== 'table') return null;
  // The server's own tables are nobody's data.
  if (target === null && table?.name.startsWith('pg_') === true) return null;
  return {
    step,
    index,
    ...written,
    ...(operation.kind === 'write-rows' && target !== null && isOfOneRow(operation, target)
      ? { rows: 'given' }
      : {}),
    table,
    whileHeld: heldAgainstOthers(whole, step).filter(({ by }) => !changesRows(whole, by)),
  };
}

/** A value for each column of a key finds one row at most. */
function isOfOneRow({ pinned = [] }: WriteRows, { indexes }: Table): boolean {
  return indexes.some(
    ({ unique, valid, where, keys }) =>
      unique &&
      valid &&
      where === null &&
      keys.every(({ column }) => column !== null && pinned.includes(column)),
  );
}

function writtenBy(
  operation: MigrationStep['operation'],
): { readonly verb: WriteRows['verb']; readonly rows: DataChange['rows'] } | null {
  if (operation.kind === 'unknown') return writtenByUnknown(operation);
  if (operation.kind !== 'write-rows' || operation.maybe !== undefined) return null;
  const { verb, rows, narrowed } = operation;
  if (verb === 'truncate' || verb === 'copy') return null;
  if (rows === 'given') return { verb, rows };
  if (narrowed === true) return { verb, rows: verb === 'insert' ? 'given' : 'narrowed' };
  if (rows === 'all') return { verb, rows };
  // Code knows variables, and goes on in batches by them.
  return { verb, rows: operation.inBody === true ? 'narrowed' : 'open' };
}

function writtenByUnknown({ touches }: Unknown): ReturnType<typeof writtenBy> {
  if (touches.kind !== 'rows' || touches.writes === undefined) return null;
  // One row, or rows that are written out.
  return { verb: touches.writes, rows: touches.writes === 'insert' ? 'given' : 'open' };
}

/**
 * What is to be said of it, first of all: one change is one finding.
 *
 * - `held-up`: others wait for a schema change until the rows are done.
 * - `without-where`: every row of the table.
 * - `unbatched`: as many rows as there happen to be, in one transaction.
 */
export function concernOf({
  verb,
  rows,
  whileHeld,
  table,
}: DataChange): 'held-up' | 'without-where' | 'unbatched' | null {
  if (rows !== 'given' && whileHeld.length > 0) return 'held-up';
  if (table === null || (verb !== 'update' && verb !== 'delete')) return null;
  if (rows === 'all') return 'without-where';
  return rows === 'open' ? 'unbatched' : null;
}

/** LOCK TABLE before a change of rows belongs to it; so does TRUNCATE. */
function changesRows({ steps }: WholeMigration, index: number): boolean {
  const operation = steps[index]?.operation;
  return (
    operation?.kind === 'write-rows' ||
    (operation?.kind === 'maintenance' && operation.action === 'lock-table')
  );
}
