// What a transaction means for an operation.

import { type ReplayedMigration, stateBefore } from '../migrations/history.js';

/** Whether the statement of that index runs in a transaction; `unknown` where the layout does not say what its runner does. */
export function isInTransaction(step: ReplayedMigration, statement: number): boolean | 'unknown' {
  if (stateBefore(step, statement).transaction !== null) return true;
  // What a DO block or a function does, it does in one.
  if (step.migration.statements[statement]?.operations.some(({ inBody }) => inBody === true)) return true;
  const { transaction } = step.migration;
  return transaction === 'unknown' ? 'unknown' : transaction === 'per-file';
}
