// A migration as one thing: what its runner sends, in order, with the locks that gather until each transaction ends.

import type { Catalog } from '../catalog/catalog.js';
import { type LockMode, strongest } from '../catalog/lock-modes.js';
import { findRelation, type Reference } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { catalogsWithin, type ReplayedMigration, stateBefore } from '../migrations/history.js';
import type { RunnerTransaction } from '../migrations/migration.js';
import { type Lock, type LockFacts, locksOf } from './locks.js';
import { isMadeBy } from './statement-locks.js';

export interface WholeMigration {
  readonly kind: 'migration';
  readonly transaction: RunnerTransaction;
  /** In the order in which they run. */
  readonly steps: readonly MigrationStep[];
}

/** An operation in its migration. */
export interface MigrationStep {
  readonly operation: Operation;
  /** Index of its statement, which may hold several operations. */
  readonly statement: number;
  /** Where in the file the operation's spans count from. */
  readonly start: number;
  /** The schema just before it. */
  readonly before: Catalog;
  /** What it does to relations that others can see: those that the migration makes itself are left out. */
  readonly facts: LockFacts;
  /** Which transaction of the file it runs in, counted from 0; `null` outside of any. Where it is not known whether the runner opens one, it does. */
  readonly transaction: number | null;
  /** What earlier statements of its transaction took and still hold. */
  readonly held: readonly HeldLock[];
}

export interface HeldLock extends Lock {
  /** The step that took it, in `steps`. */
  readonly by: number;
}

const known = new WeakMap<ReplayedMigration, { readonly postgres: number; readonly whole: WholeMigration }>();

/** The same object as long as neither the migration nor what comes before it has changed. */
export function wholeMigration(step: ReplayedMigration, postgres: number): WholeMigration {
  const found = known.get(step);
  if (found?.postgres === postgres) return found.whole;
  let steps: readonly MigrationStep[] | null = null;
  const whole: WholeMigration = {
    kind: 'migration',
    transaction: step.migration.transaction,
    get steps() {
      steps ??= stepsOf(step, postgres);
      return steps;
    },
  };
  known.set(step, { postgres, whole });
  return whole;
}

function stepsOf(replayed: ReplayedMigration, postgres: number): readonly MigrationStep[] {
  const { path } = replayed.migration.file;
  const byRunner = replayed.migration.transaction !== 'none';
  const steps: MigrationStep[] = [];
  let count = 0;
  let isOpen = byRunner;
  let held: readonly HeldLock[] = [];
  for (const [statement, { operations, start }] of replayed.migration.statements.entries()) {
    const state = stateBefore(replayed, statement);
    const catalogs = catalogsWithin(operations, state.catalog, { path, statement, postgres });
    const now = byRunner || state.transaction !== null || operations.some(({ inBody }) => inBody === true);
    if (isOpen && !now) held = [];
    if (!isOpen && now) count += 1;
    isOpen = now;
    const taken: HeldLock[] = [];
    for (const [index, operation] of operations.entries()) {
      const before = catalogs[index] ?? state.catalog;
      const all = locksOf(operation, before, postgres);
      const facts = seenByOthers(
        operation.maybe === undefined ? all : { ...all, certain: false },
        before,
        path,
      );
      taken.push(...facts.locks.map((lock) => ({ ...lock, by: steps.length })));
      steps.push({ operation, statement, start, before, facts, transaction: now ? count : null, held });
      if (operation.kind === 'transaction' && endsTransaction(operation.action)) {
        held = [];
        taken.length = 0;
        if (now) count += 1;
      }
    }
    if (now) held = [...held, ...taken];
  }
  return steps;
}

function endsTransaction(action: string): boolean {
  return action === 'commit' || action === 'rollback';
}

function seenByOthers(facts: LockFacts, before: Catalog, path: string): LockFacts {
  const isSeen = ({ relation }: { readonly relation: Reference }) =>
    !isMadeBy(findRelation(before, relation), path);
  return {
    ...facts,
    locks: facts.locks.filter(isSeen),
    rewrites: facts.rewrites.filter(isSeen),
    scans: facts.scans.filter(isSeen),
    indexBuilds: facts.indexBuilds.filter(isSeen),
  };
}

/** The strongest mode in which each relation is held. */
export function strongestHeld(held: readonly HeldLock[]): readonly HeldLock[] {
  const byRelation = new Map<string, HeldLock>();
  for (const lock of held) {
    const key = `${lock.relation.schema}\0${lock.relation.name}`;
    const other = byRelation.get(key);
    const mode: LockMode | null = other === undefined ? lock.mode : strongest([other.mode, lock.mode]);
    if (other === undefined || mode !== other.mode) byRelation.set(key, lock);
  }
  return [...byRelation.values()];
}
