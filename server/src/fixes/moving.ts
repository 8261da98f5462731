// Whether a statement may leave its transaction, or its place: to run last, in a migration after all that are there, what it
// needs must still be there then, and nothing that runs before may need it.

import { findRelation, findTable } from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { indexLasts, isNamedAfter, staysDropped } from './lasting.js';
import type { Site, Undoes } from './place.js';

/** True for what is as good outside a transaction as in one. */
export function isAsGoodOutside(operation: Operation): boolean {
  const { kind } = operation;
  if (kind === 'set-parameter') return !operation.local;
  return kind === 'create-index' || kind === 'drop-index' || kind === 'comment';
}

/** True for what the server refuses outside a transaction, or what then does nothing. */
export function needsTransaction(operation: Operation): boolean {
  switch (operation.kind) {
    case 'maintenance':
      return operation.action === 'lock-table';
    case 'set-parameter':
      return operation.local;
    case 'transaction':
      return operation.action !== 'begin' && operation.action !== 'commit';
    default:
      return false;
  }
}

/** Whether a statement that refuses a transaction may run after all migrations that are there. */
export function mayRunLast(site: Site, operation: Operation): boolean {
  switch (operation.kind) {
    case 'create-index':
      return indexLasts(site, operation);
    case 'drop-index':
      return staysDropped(site, operation);
    case 'detach-partition': {
      const { table, partition } = operation;
      return [table, partition].every(
        (one) => findTable(site.latest, one) !== null && !isNamedAfter(site, operation, one.name),
      );
    }
    case 'maintenance':
      return operation.relation === null || findRelation(site.latest, operation.relation) !== null;
    default:
      return false;
  }
}

/** What undoes a statement that refuses a transaction. */
export function undoingOf(operation: Operation): Undoes {
  switch (operation.kind) {
    case 'create-index':
      return (other) => other.kind === 'drop-index' && other.index.name === operation.index?.name;
    case 'drop-index':
      return (other) => other.kind === 'create-index' && other.index?.name === operation.index.name;
    case 'detach-partition':
      return (other) =>
        other.kind === 'attach-partition' && other.partition.name === operation.partition.name;
    default:
      return () => false;
  }
}
