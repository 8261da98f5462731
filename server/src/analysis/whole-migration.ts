// A migration as one thing: what its runner sends, in order, with the locks that gather until each transaction ends.

import { isAlike } from '../catalog/bodies.js';
import type { Catalog, Relation } from '../catalog/catalog.js';
import { type LockMode, strongest } from '../catalog/lock-modes.js';
import { findRelation, type Reference } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import {
  catalogsWithin,
  type ReplayedMigration,
  type State,
  sameMeaning,
  stateBefore,
} from '../migrations/history.js';
import { layoutNamed } from '../migrations/layouts/index.js';
import type { RunnerTransaction } from '../migrations/migration.js';
import { unique } from '../text/unique.js';
import { type Effect, type Lock, type LockFacts, locksOf, merge } from './locks.js';

export interface WholeMigration {
  readonly kind: 'migration';
  readonly transaction: RunnerTransaction;
  /** `per-file` is a transaction until the script begins its own. See `Layout`. */
  readonly transactionIsImplicit: boolean;
  /** In the order in which they run. */
  readonly steps: readonly MigrationStep[];
}

/** An operation in its migration. */
export interface MigrationStep {
  readonly operation: Operation;
  /** Index of its statement, which may hold several operations. */
  readonly statement: number;
  /** Index of the first statement that the same code makes: in a loop it makes several. Of a SQL script, the statement itself. */
  readonly code: number;
  /** The schema just before it. */
  readonly before: Catalog;
  /** What it does to relations that others use, not to those that the migration makes itself, or that nobody uses yet. */
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

/** What a whole migration is made of, and by which it is known again: spans do not count from the file. */
interface Known {
  readonly whole: WholeMigration;
  readonly path: string;
  readonly key: string;
  readonly operations: readonly (readonly Operation[])[];
  readonly states: readonly State[];
}

/** Kept as long as the replay that it was last asked of. */
const known = new WeakMap<ReplayedMigration, Map<string, Known>>();

/** The last one that began with these operations, if it is still kept: after an edit it may be the same again. */
const lastOf = new WeakMap<readonly Operation[], WeakRef<Known>>();

const NONE: ReadonlySet<number> = new Set();

/**
 * The same object as long as its operations, and what was there before each of them, are the same ones: also when an edit has
 * moved them.
 *
 * @param unused ids of relations of earlier migrations that nobody uses yet
 */
export function wholeMigration(
  step: ReplayedMigration,
  postgres: number,
  unused: ReadonlySet<number> = NONE,
): WholeMigration {
  const { file, layout, transaction, statements } = step.migration;
  const key = [postgres, layout, transaction, ...unused].join(' ');
  const own = known.get(step) ?? new Map<string, Known>();
  known.set(step, own);
  const [first] = statements;
  const last = first === undefined ? undefined : lastOf.get(first.operations)?.deref();
  const moved = last?.key === key && last.path === file.path ? movedStatements(last, step) : null;
  const found = own.get(key) ?? (moved?.size === 0 ? last : undefined) ?? make(step, postgres, unused, key);
  own.set(key, found);
  if (first !== undefined && found !== last) {
    lastOf.set(first.operations, new WeakRef(found));
    if (last !== undefined && moved !== null) {
      forerunners.set(found.whole, { whole: new WeakRef(last.whole), moved });
    }
  }
  return found.whole;
}

interface Forerunner {
  readonly whole: WeakRef<WholeMigration>;
  readonly moved: ReadonlySet<number>;
}

const forerunners = new WeakMap<WholeMigration, Forerunner>();

/**
 * The migration as it was before an edit that changed nothing of what it does, and the indexes of those statements in which
 * something stands elsewhere now. `null` when there was none, or nothing remembers it.
 */
export function forerunnerOf(
  whole: WholeMigration,
): { readonly whole: WholeMigration; readonly moved: ReadonlySet<number> } | null {
  const found = forerunners.get(whole);
  const before = found?.whole.deref();
  return found === undefined || before === undefined ? null : { whole: before, moved: found.moved };
}

function make(step: ReplayedMigration, postgres: number, unused: ReadonlySet<number>, key: string): Known {
  const { file, layout, transaction, statements } = step.migration;
  let steps: readonly MigrationStep[] | null = null;
  const whole: WholeMigration = {
    kind: 'migration',
    transaction,
    transactionIsImplicit: layoutNamed(layout).transactionIsImplicit,
    get steps() {
      steps ??= stepsOf(step, postgres, unused);
      return steps;
    },
  };
  return {
    whole,
    path: file.path,
    key,
    operations: statements.map(({ operations }) => operations),
    states: statements.map((_, index) => stateBefore(step, index)),
  };
}

/** Statements that are written in another way and mean the same; `null` when something means something else. */
function movedStatements({ operations, states }: Known, step: ReplayedMigration): ReadonlySet<number> | null {
  const { statements } = step.migration;
  if (statements.length !== operations.length) return null;
  const moved = new Set<number>();
  for (const [index, statement] of statements.entries()) {
    const [was, is] = [states[index], stateBefore(step, index)];
    if (was === undefined || !isAlike(was.catalog, is.catalog) || was.transaction !== is.transaction) {
      return null;
    }
    if (statement.operations === operations[index]) continue;
    if (!sameMeaning(operations[index] ?? [], statement.operations)) return null;
    moved.add(index);
  }
  return moved;
}

function stepsOf(
  replayed: ReplayedMigration,
  postgres: number,
  unused: ReadonlySet<number>,
): readonly MigrationStep[] {
  const { path } = replayed.migration.file;
  const byRunner = replayed.migration.transaction !== 'none';
  const steps: MigrationStep[] = [];
  let count = 0;
  let isOpen = byRunner;
  // What is held by a step is a piece of this: in a long script most steps see most of it.
  const gathered: HeldLock[] = [];
  let since = 0;
  const codes = new Map<number, number>();
  for (const [statement, { operations, start }] of replayed.migration.statements.entries()) {
    const code = codes.get(start) ?? statement;
    codes.set(start, code);
    const state = stateBefore(replayed, statement);
    const catalogs = catalogsWithin(operations, state.catalog, { path, statement, postgres });
    const now = byRunner || state.transaction !== null || operations.some(({ inBody }) => inBody === true);
    if (isOpen && !now) since = gathered.length;
    if (!isOpen && now) count += 1;
    isOpen = now;
    const taken: HeldLock[] = [];
    for (const [index, operation] of operations.entries()) {
      const before = catalogs[index] ?? state.catalog;
      const all = locksOf(operation, before, postgres);
      const facts = seenByOthers(
        operation.maybe === undefined ? all : { ...all, certain: false },
        before,
        (relation) => isMadeBy(relation, path) || unused.has(relation.id),
      );
      taken.push(...facts.locks.map((lock) => ({ ...lock, by: steps.length })));
      const [from, to] = [since, gathered.length];
      steps.push({
        operation,
        statement,
        code,
        before,
        facts,
        transaction: now ? count : null,
        get held() {
          return gathered.slice(from, to);
        },
      });
      if (operation.kind === 'transaction' && endsTransaction(operation.action)) {
        since = gathered.length;
        taken.length = 0;
        if (now) count += 1;
      }
    }
    if (now) gathered.push(...taken);
  }
  return steps;
}

/**
 * Whether the migration of that path made the relation, or it is for this session alone: nobody else can see it yet.
 * A materialized view counts like a table.
 */
export function isMadeBy(relation: Relation | null, path: string): boolean {
  if (relation === null || relation.kind === 'index') return false;
  return relation.origin?.path === path || (relation.kind === 'table' && relation.temporary);
}

/** The facts of several steps together, such as those of one statement. */
export function factsOfSteps(steps: readonly MigrationStep[]): LockFacts {
  const facts = merge(steps.map((step) => step.facts));
  return { ...facts, rewrites: unique(facts.rewrites, keyOf), scans: unique(facts.scans, keyOf) };
}

function keyOf({ relation }: Effect): string {
  return `${relation.schema}\0${relation.name}`;
}

function endsTransaction(action: string): boolean {
  return action === 'commit' || action === 'rollback';
}

function seenByOthers(
  facts: LockFacts,
  before: Catalog,
  isUnseen: (relation: Relation) => boolean,
): LockFacts {
  const isSeen = ({ relation }: { readonly relation: Reference }) => {
    const found = findRelation(before, relation);
    return found === null || !isUnseen(found);
  };
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
