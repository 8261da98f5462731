// For how long a lock is held, in kind: by the longest work that is done before it goes.

import type { Operation, OperationKind } from '../catalog/operation.js';
import type { LockFacts } from './locks.js';
import type { WholeMigration } from './whole-migration.js';

/** Shortest first. `rows` grows with the rows that it finds; all from there on take as long as there are rows. */
export const DURATIONS = ['instant', 'rows', 'scan', 'index-build', 'rewrite', 'unknown'] as const;
export type Duration = (typeof DURATIONS)[number];

/** Whose work grows with rows even where no table is read in full: by an index, by a query. */
const BY_ROWS: ReadonlySet<OperationKind> = new Set([
  'write-rows',
  'maintenance',
  'create-table',
  'create-view',
]);
const BY_SCRIPT: ReadonlySet<OperationKind> = new Set(['create-extension', 'unknown']);

/**
 * What operations take themselves.
 * @param facts of all of them together
 */
export function durationOf(
  facts: Pick<LockFacts, 'rewrites' | 'indexBuilds' | 'scans'> | undefined,
  operations: readonly Operation[],
): Duration {
  if (facts === undefined || operations.some(({ kind }) => BY_SCRIPT.has(kind))) return 'unknown';
  if (facts.rewrites.length > 0) return operations.every(isTruncate) ? 'instant' : 'rewrite';
  if (facts.indexBuilds.length > 0) return 'index-build';
  if (facts.scans.length > 0) return 'scan';
  return operations.some(takesByRows) ? 'rows' : 'instant';
}

function isTruncate(operation: Operation): boolean {
  return operation.kind === 'write-rows' && operation.verb === 'truncate';
}

function takesByRows(operation: Operation): boolean {
  switch (operation.kind) {
    case 'maintenance':
      // ANALYZE reads a sample that does not grow with the table: acquire_sample_rows in analyze.c.
      return operation.action !== 'lock-table' && operation.action !== 'analyze';
    case 'create-table':
      return operation.fromQuery && operation.withData;
    case 'create-view':
      return operation.materialized && operation.populated;
    default:
      return BY_ROWS.has(operation.kind) && !isTruncate(operation);
  }
}

const WORDS: Readonly<Record<Duration, string>> = {
  instant: 'an instant',
  rows: 'as long as its rows take',
  scan: 'a scan',
  'index-build': 'an index build',
  rewrite: 'a rewrite',
  unknown: 'a time that is not known',
};

/** As words after "for": `a scan`. */
export function durationWords(duration: Duration): string {
  return WORDS[duration];
}

/** The longest work that is done while what the step takes is held. */
export function workWhileHeld({ steps }: WholeMigration, index: number): Duration {
  const step = steps[index];
  if (step === undefined) return 'instant';
  const meanwhile = steps.filter(
    ({ transaction }, at) =>
      at === index || (at > index && transaction !== null && transaction === step.transaction),
  );
  const longest = Math.max(
    ...meanwhile.map(({ facts, operation }) => DURATIONS.indexOf(durationOf(facts, [operation]))),
  );
  return DURATIONS[longest] ?? 'instant';
}
