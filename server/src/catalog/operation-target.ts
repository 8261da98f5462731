// What an operation is about, and what becomes of the schema when that cannot be told.

import type { Name } from './names.js';
import type { Operation, OperationKind, Touch, Unknown } from './operation.js';

/** What the operation names: a table before all else; `null` when it names nothing, or only what is local to a schema. */
export function targetOf(operation: Operation): Name | null {
  if ('table' in operation) return operation.table;
  if (
    operation.kind === 'drop-index' ||
    operation.kind === 'rename-index' ||
    operation.kind === 'alter-index'
  )
    return operation.index;
  if ('type' in operation) return operation.type;
  if ('view' in operation) return operation.view;
  if ('sequence' in operation) return operation.sequence;
  if ('function' in operation) return operation.function;
  return 'relation' in operation ? operation.relation : null;
}

const CHANGES_NOTHING: ReadonlySet<OperationKind> = new Set([
  'write-rows',
  'prepare',
  'set-parameter',
  'transaction',
  'maintenance',
  'comment',
  'other',
]);

/** Whether it leaves the schema as it is. An operation that could not be read may change it. */
export function changesNoSchema({ kind }: Operation): boolean {
  return CHANGES_NOTHING.has(kind);
}

const MAKES_NEW: ReadonlySet<OperationKind> = new Set([
  'create-table',
  'create-view',
  'create-enum',
  'create-type',
  'create-schema',
  'create-sequence',
  'create-extension',
]);

/** Of functions the catalog holds how volatile they are, of triggers their names: nothing that a rule would miss. */
const TOUCHES_NO_TABLE: ReadonlySet<OperationKind> = new Set([
  'add-enum-value',
  'rename-enum-value',
  'rename-type',
  'set-type-schema',
  'alter-domain',
  'alter-sequence',
  'alter-type',
  'create-function',
  'alter-function',
  'change-event-trigger',
  'change-rule',
  'drop-function',
  'create-trigger',
  'rename-trigger',
  'drop-trigger',
]);

/** What an operation on an object of unknown name may change. */
export function touchOfUnnamed({ kind }: Operation): Touch {
  if (MAKES_NEW.has(kind)) return { kind: 'new-objects' };
  return { kind: TOUCHES_NO_TABLE.has(kind) ? 'rows' : 'everything' };
}

/** The same operation on an object of unknown name, for one that changes no schema. */
export function withoutTarget(operation: Operation, reason: string): Operation {
  if (operation.kind === 'write-rows') return { ...operation, table: null };
  if (operation.kind === 'maintenance') return { ...operation, relation: null };
  return unknownFrom(operation, reason, { kind: 'rows' });
}

/** Stands for an operation that cannot be read. */
export function unknownFrom({ span, keyword }: Operation, reason: string, touches: Touch): Unknown {
  return { kind: 'unknown', span, keyword, reason, touches };
}
