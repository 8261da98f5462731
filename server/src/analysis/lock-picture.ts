// What each statement of a migration does to those who use its tables meanwhile: what it locks and for how long in kind, what is
// held by then until the transaction ends, and why. Hovers and the command line show it.

import type { Catalog } from '../catalog/catalog.js';
import { blocks, LOCK_MODES, type LockMode, lockName, strongest } from '../catalog/lock-modes.js';
import { findRelation } from '../catalog/lookup.js';
import { type RelationName, sameRelation } from '../catalog/names.js';
import type { Operation } from '../catalog/operation.js';
import { refusesTransaction } from '../catalog/refusals/transaction.js';
import type { ReplayedMigration } from '../migrations/history.js';
import { unique } from '../text/unique.js';
import { type Duration, durationOf, durationWords } from './lock-duration.js';
import { whySafe } from './lock-reasons.js';
import { type LockSource, sourceOf } from './lock-sources.js';
import type { Lock, LockFacts } from './locks.js';
import { factsOfSteps, type MigrationStep, strongestHeld, wholeMigration } from './whole-migration.js';

export interface StatementPicture {
  readonly facts: LockFacts;
  readonly duration: Duration;
  /** What earlier statements of its transaction took and still hold, each relation in its strongest mode. */
  readonly held: readonly HeldSince[];
  /** What goes with the transaction that ends with this statement; empty when it held nothing but what this one took. */
  readonly released: readonly Released[];
  /** The server runs it outside a transaction only. */
  readonly outsideOnly: boolean;
  /** False where the facts cannot be read from inside while it runs; tests then look on from another session. */
  readonly traced: boolean;
  /** Sentences: why it costs no more. */
  readonly why: readonly string[];
  readonly sources: readonly LockSource[];
}

export interface HeldSince {
  readonly relation: RelationName;
  readonly mode: LockMode;
  /** Index of the statement that took it. */
  readonly statement: number;
}

export interface Released extends HeldSince {
  /** Of all statements through which it was held; never empty. */
  readonly through: readonly Duration[];
}

/** @param migrations all of its history, in order */
export function lockPicture(
  step: ReplayedMigration,
  migrations: readonly ReplayedMigration[],
  postgres: number,
): readonly StatementPicture[] {
  const { steps } = wholeMigration(step, postgres);
  const byStatement = step.migration.statements.map((_, index) =>
    steps.filter(({ statement }) => statement === index),
  );
  const facts = byStatement.map(factsOfSteps);
  const durations = byStatement.map((own, index) =>
    durationOf(
      facts[index],
      own.map(({ operation }) => operation),
    ),
  );
  const last = new Map<number, number>();
  for (const { transaction, statement } of steps) if (transaction !== null) last.set(transaction, statement);
  return byStatement.map((own, index) => {
    const held = heldBefore(steps, own);
    const [first] = own;
    const isLast = first !== undefined && first.transaction !== null && last.get(first.transaction) === index;
    const operations = own.map(({ operation }) => operation);
    const outsideOnly = own.some(({ operation, before }) => runsOutsideOnly(operation, before));
    return {
      facts: facts[index] ?? factsOfSteps(own),
      duration: durations[index] ?? 'unknown',
      held,
      released:
        isLast && held.length > 0 ? releasedBy(held, facts[index]?.locks ?? [], index, durations) : [],
      outsideOnly,
      traced: !outsideOnly,
      why: unique(
        own.flatMap(({ operation, before }) => whySafe(operation, { before, step, migrations }) ?? []),
      ),
      sources: unique(operations.map(sourceOf), ({ manual, code }) => `${manual} ${code}`),
    };
  });
}

/** Of a partitioned table REINDEX commits after each partition: ReindexPartitions in indexcmds.c. */
function runsOutsideOnly(operation: Operation, before: Catalog): boolean {
  if (refusesTransaction(operation)) return true;
  if (operation.kind !== 'maintenance' || operation.action !== 'reindex' || operation.relation === null)
    return false;
  const relation = findRelation(before, operation.relation);
  const owner = relation?.kind === 'index' ? before.relations.get(relation.table) : relation;
  return owner?.kind === 'table' && owner.partitioned;
}

function heldBefore(steps: readonly MigrationStep[], own: readonly MigrationStep[]): readonly HeldSince[] {
  return strongestHeld(own[0]?.held ?? []).flatMap(({ relation, mode, by }) => {
    const statement = steps[by]?.statement;
    return statement === undefined ? [] : [{ relation, mode, statement }];
  });
}

function releasedBy(
  held: readonly HeldSince[],
  own: readonly Lock[],
  index: number,
  durations: readonly Duration[],
): readonly Released[] {
  const isHeld = (lock: Lock) => held.some((one) => sameRelation(one.relation, lock.relation));
  const taken = own
    .filter((lock) => !isHeld(lock))
    .map(({ relation, mode }) => ({ relation, mode, statement: index }));
  return [...held, ...taken].map((one) => {
    const now = own.find(({ relation }) => sameRelation(relation, one.relation));
    const through = unique(durations.slice(one.statement, index + 1));
    const long = through.filter((duration) => duration !== 'instant');
    return {
      ...one,
      mode: now === undefined ? one.mode : (strongest([one.mode, now.mode]) ?? one.mode),
      through: long.length === 0 ? ['instant'] : long,
    };
  });
}

/** Who waits for a lock: `reads and writes wait`. */
export function waitWords(mode: LockMode): string {
  const waiting = blocks(mode);
  return waiting === null ? 'reads and writes go on' : `${waiting} wait`;
}

/** What is read, built and written, each with its reason; relations are spelled by the caller. */
export function effectWords(
  { rewrites, scans, indexBuilds }: LockFacts,
  spell: (relation: RelationName) => string,
): readonly string[] {
  return [
    ...rewrites.map(({ relation, because }) => `writes ${spell(relation)} anew: ${because}`),
    ...scans.map(({ relation, because }) => `reads all of ${spell(relation)}: ${because}`),
    ...indexBuilds.map(({ relation, index, because }) =>
      index === null
        ? `builds an index of ${spell(relation)}: ${because}`
        : `builds the index ${index} of ${spell(relation)} again: ${because}`,
    ),
  ];
}

const MOST = 4;

/**
 * `ACCESS EXCLUSIVE on public.users (since line 3), SHARE on public.posts (since line 4) and 2 more`, strongest first.
 * @param lineOf of a statement, from 1
 */
export function heldWords(
  held: readonly HeldSince[],
  lineOf: (statement: number) => number,
  spell: (relation: RelationName) => string,
): string {
  const sorted = [...held].sort((a, b) => LOCK_MODES.indexOf(b.mode) - LOCK_MODES.indexOf(a.mode));
  const named = sorted
    .slice(0, MOST)
    .map(
      ({ relation, mode, statement }) =>
        `${lockName(mode)} on ${spell(relation)} (since line ${lineOf(statement)})`,
    );
  const more = held.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** What a transaction gives back: `ACCESS EXCLUSIVE on public.users (since line 3, for a scan and a rewrite)`. */
export function releasedWords(
  { relation, mode, through }: Released,
  line: number,
  spell: (relation: RelationName) => string,
): string {
  const long = through.map(durationWords);
  const all = [long.slice(0, -1).join(', '), ...long.slice(-1)].filter((words) => words !== '').join(' and ');
  return `${lockName(mode)} on ${spell(relation)} (since line ${line}, for ${all})`;
}
