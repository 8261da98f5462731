// Locks that a transaction holds on tables which others use, when a later statement of it runs.

import type { Catalog } from '../catalog/catalog.js';
import { type LockMode, strongest } from '../catalog/lock-modes.js';
import { findRelation, relationName } from '../catalog/lookup.js';
import { sameRelation } from '../catalog/names.js';
import { targetOf } from '../catalog/operation-target.js';
import type { Lock } from './locks.js';
import { type HeldLock, type MigrationStep, strongestHeld, type WholeMigration } from './whole-migration.js';

/** The weakest lock that makes writers wait. */
const BLOCKS_WRITES: LockMode = 'ShareLock';

/** The strongest lock on each table of which writes wait, or reads as well. */
export function heldAgainstOthers(
  whole: WholeMigration,
  { held, before }: MigrationStep,
): readonly HeldLock[] {
  const strong = held.filter(({ mode }) => isAtLeast(mode, BLOCKS_WRITES));
  return strongestHeld(strong).filter(
    ({ relation, by }) => isTable(whole, before, by, relation) && !isDropped(whole, by, relation),
  );
}

/** Relations that no migration makes count as tables. */
function isTable(whole: WholeMigration, now: Catalog, by: number, name: HeldLock['relation']): boolean {
  const then = whole.steps[by]?.before ?? now;
  const relation = findRelation(now, name) ?? findRelation(then, name);
  return relation === null || relation.kind === 'table';
}

/** The locks that a step takes but those that its transaction holds already, as strong or stronger. */
export function takenAnew({ facts, held }: MigrationStep): readonly Lock[] {
  return facts.locks.filter(
    ({ relation, mode }) =>
      !held.some((other) => sameRelation(other.relation, relation) && isAtLeast(other.mode, mode)),
  );
}

/** Of those the ones that no earlier part of its own statement takes. */
export function takenFirst({ steps }: WholeMigration, step: MigrationStep): readonly Lock[] {
  const siblings = steps
    .slice(0, steps.indexOf(step))
    .filter(({ statement }) => statement === step.statement);
  return takenAnew(step).filter(
    ({ relation, mode }) =>
      !siblings.some(({ facts }) =>
        facts.locks.some((other) => sameRelation(other.relation, relation) && isAtLeast(other.mode, mode)),
      ),
  );
}

/**
 * The strongest lock that a step may have to wait for, with reads or writes of a table waiting behind it; `null` when there is
 * none. What a library sends is its own.
 */
export function waitedFor(step: MigrationStep): Lock | null {
  const { operation, before } = step;
  if (operation.ofLibrary === true || operation.maybe !== undefined) return null;
  if (operation.kind === 'maintenance' && operation.nowait) return null;
  const strong = takenAnew(step).filter(({ mode, relation }) => {
    // What is dropped nobody waits for; a foreign key of it locks others.
    if (operation.kind === 'drop-table' && sameRelation(relation, relationName(before, operation.table)))
      return false;
    return isAtLeast(mode, BLOCKS_WRITES) && (findRelation(before, relation)?.kind ?? 'table') === 'table';
  });
  return strong.find(({ mode }) => mode === 'AccessExclusiveLock') ?? strong[0] ?? null;
}

export function isAtLeast(mode: LockMode, weakest: LockMode): boolean {
  return strongest([mode, weakest]) === mode;
}

/** What is dropped nobody waits for. */
function isDropped(whole: WholeMigration, by: number, relation: HeldLock['relation']): boolean {
  const next = whole.steps[by + 1];
  return (
    whole.steps[by]?.operation.kind === 'drop-table' &&
    next !== undefined &&
    findRelation(next.before, relation) === null
  );
}

/** A table that a statement changes, and for which it takes a lock that makes others wait. */
export interface LockedTable {
  readonly step: MigrationStep;
  readonly lock: Lock;
}

/**
 * For each transaction of the migration the tables that it changes under SHARE ROW EXCLUSIVE or more, each where that happens
 * first. Only the tables that statements are about count, not those that come along with them.
 */
export function lockedTables(whole: WholeMigration): readonly (readonly LockedTable[])[] {
  const transactions = new Map<number, LockedTable[]>();
  for (const [index, step] of whole.steps.entries()) {
    const lock = lockOfChange(whole, step, index);
    if (lock === null || step.transaction === null) continue;
    const all = transactions.get(step.transaction) ?? [];
    transactions.set(step.transaction, all);
    const id = idOf({ step, lock });
    // A table that is renamed is still the same.
    const isSame = (one: LockedTable) =>
      id === null ? sameRelation(one.lock.relation, lock.relation) : idOf(one) === id;
    if (!all.some(isSame)) all.push({ step, lock });
  }
  return [...transactions.values()];
}

function idOf({ step, lock }: LockedTable) {
  return findRelation(step.before, lock.relation)?.id ?? null;
}

function lockOfChange(whole: WholeMigration, step: MigrationStep, index: number): Lock | null {
  const { operation, facts, before } = step;
  // What is locked for its own sake is locked in the order that its author wants.
  if (operation.ofLibrary === true || operation.kind === 'maintenance') return null;
  if (operation.kind === 'create-table' || operation.kind === 'drop-table') return null;
  const target = targetOf(operation);
  if (target === null) return null;
  const ofIndex = operation.kind === 'drop-index';
  const found = facts.locks.find(
    ({ relation, mode }) =>
      isAtLeast(mode, 'ShareRowExclusiveLock') &&
      (ofIndex || sameRelation(relation, relationName(before, target))) &&
      isTable(whole, before, index, relation),
  );
  return found ?? null;
}
