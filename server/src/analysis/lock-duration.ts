// For how long a lock is held: by the longest work that its transaction does before it ends.

import type { MigrationStep, WholeMigration } from './whole-migration.js';

/** Kinds of work, shortest first. All but the first take as long as there are rows. */
export const WORK = ['instant', 'scan', 'index-build', 'rewrite'] as const;
export type Work = (typeof WORK)[number];

/** What a step does itself. Rows that it writes count as rows that it reads. */
function workOf({ facts, operation }: MigrationStep): Work {
  if (facts.rewrites.length > 0) return 'rewrite';
  if (facts.indexBuilds.length > 0) return 'index-build';
  return facts.scans.length > 0 || operation.kind === 'write-rows' ? 'scan' : 'instant';
}

/** The longest work that is done while what the step takes is held. */
export function workWhileHeld({ steps }: WholeMigration, index: number): Work {
  const step = steps[index];
  if (step === undefined) return 'instant';
  const meanwhile = steps.filter(
    ({ transaction }, at) =>
      at === index || (at > index && transaction !== null && transaction === step.transaction),
  );
  const longest = Math.max(...meanwhile.map((one) => WORK.indexOf(workOf(one))));
  return WORK[longest] ?? 'instant';
}
