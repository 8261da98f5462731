// What a transaction means for an operation.

import type { Operation } from '../catalog/operation.js';
import { type ReplayedMigration, stateBefore } from '../migrations/history.js';

/** True for what the server refuses inside a transaction block (error 25001). */
export function refusesTransaction(operation: Operation): boolean {
  switch (operation.kind) {
    case 'create-index':
    case 'drop-index':
    case 'detach-partition':
      return operation.concurrently !== null;
    case 'maintenance':
      return (
        operation.action === 'vacuum' ||
        operation.action === 'vacuum-full' ||
        (operation.action === 'reindex' && operation.concurrently !== null)
      );
    default:
      return false;
  }
}

/** Whether the statement of that index runs in a transaction; `unknown` where the layout does not say what its runner does. */
export function isInTransaction(step: ReplayedMigration, statement: number): boolean | 'unknown' {
  if (stateBefore(step, statement).transaction !== null) return true;
  const { transaction } = step.migration;
  return transaction === 'unknown' ? 'unknown' : transaction === 'per-file';
}
