// Whether an operation that has run before can run again: what a migration that stopped half way does, without a transaction.

import type { Operation } from '../catalog/operation.js';

/** True for what changes the schema. */
export function changesSchema({ kind }: Operation): boolean {
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
export function isRepeatable(operation: Operation): boolean {
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
