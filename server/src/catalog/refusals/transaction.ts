// What runs outside a transaction only.

import type { Operation } from '../operation.js';

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
