// Whether an operation that has run before can run again: what a migration that stopped half way does, without a transaction.

import type { Operation } from '../catalog/operation.js';
import { refusesTransaction } from '../catalog/refusals/transaction.js';
import type { MigrationStep, WholeMigration } from './whole-migration.js';

/** True for what changes the schema. */
function changesSchema({ kind }: Operation): boolean {
  switch (kind) {
    case 'write-rows':
    case 'prepare':
    case 'set-parameter':
    case 'transaction':
    case 'maintenance':
    case 'comment':
    case 'unknown':
    case 'other':
      return false;
    default:
      return true;
  }
}

/** True for what the server takes a second time, and then leaves as it is. */
function isRepeatable(operation: Operation): boolean {
  switch (operation.kind) {
    case 'alter-column-type':
    case 'set-default':
    case 'drop-default':
    case 'set-not-null':
    case 'drop-not-null':
    case 'validate-constraint':
    case 'alter-constraint':
    case 'alter-sequence':
    case 'set-row-level-security':
    case 'alter-table-other':
      return true;
    default: {
      const says = operation as { ifExists?: boolean; ifNotExists?: boolean; orReplace?: boolean };
      return (
        !changesSchema(operation) ||
        says.ifExists === true ||
        says.ifNotExists === true ||
        says.orReplace === true
      );
    }
  }
}

/**
 * A migration that runs outside a transaction for the sake of some statements, while others would rather have one: those that
 * refuse it, and the first of the others that cannot run again. `null` where nothing is left behind that the next run stops at.
 */
export function mixedOutside({ transaction, steps }: WholeMigration): {
  readonly refusing: readonly MigrationStep[];
  readonly found: MigrationStep;
} | null {
  if (transaction !== 'none') return null;
  const outside = steps.filter(
    (step) =>
      step.transaction === null && (changesSchema(step.operation) || refusesTransaction(step.operation)),
  );
  const refusing = outside.filter(({ operation }) => refusesTransaction(operation));
  const found = outside.find(({ operation }) => !refusesTransaction(operation) && !isRepeatable(operation));
  if (refusing.length === 0 || found === undefined) return null;
  return outside.slice(0, -1).every(({ operation }) => isRepeatable(operation)) ? null : { refusing, found };
}
