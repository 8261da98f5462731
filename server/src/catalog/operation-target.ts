// What an operation is about, how far it reaches, and what becomes of the schema when that cannot be told.

import type { Name } from './names.js';
import type { Operation, OperationKind, OperationOf, Touch, Unknown } from './operation.js';

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

/** How far an operation reaches, at most. */
type Reach =
  /** Rows, the session, or what hangs on objects (comments, owners, rights): no table and no type. */
  | 'nothing'
  | 'new-objects'
  | 'column'
  /** The table: its columns, constraints, triggers, rules and policies. */
  | 'table'
  /** The table, which gets a name that may be anything. */
  | 'moved-table'
  | 'view'
  | 'sequence'
  | 'partition'
  /** The table of an index, which the operation does not name. */
  | 'index'
  | 'moved-index'
  | 'type'
  | 'moved-type'
  | 'routine'
  | 'event-trigger'
  | 'everything';

const REACH: Readonly<Record<OperationKind, Reach>> = {
  'write-rows': 'nothing',
  prepare: 'nothing',
  'set-parameter': 'nothing',
  transaction: 'nothing',
  maintenance: 'nothing',
  comment: 'nothing',
  other: 'nothing',
  'create-table': 'new-objects',
  'create-view': 'new-objects',
  'create-enum': 'new-objects',
  'create-type': 'new-objects',
  'create-schema': 'new-objects',
  'create-sequence': 'new-objects',
  'create-extension': 'new-objects',
  'add-column': 'column',
  'drop-column': 'column',
  'rename-column': 'column',
  'alter-column-type': 'column',
  'set-default': 'column',
  'drop-default': 'column',
  'set-not-null': 'column',
  'drop-not-null': 'column',
  'add-constraint': 'table',
  'validate-constraint': 'table',
  'drop-constraint': 'table',
  'rename-constraint': 'table',
  'alter-constraint': 'table',
  'set-row-level-security': 'table',
  'create-policy': 'table',
  'alter-policy': 'table',
  'drop-policy': 'table',
  'create-trigger': 'table',
  'rename-trigger': 'table',
  'drop-trigger': 'table',
  'change-rule': 'table',
  'alter-table-other': 'table',
  'create-index': 'table',
  'drop-table': 'table',
  'rename-table': 'moved-table',
  'set-schema': 'moved-table',
  'attach-partition': 'partition',
  'detach-partition': 'partition',
  'drop-index': 'index',
  'alter-index': 'index',
  'rename-index': 'moved-index',
  'alter-view': 'view',
  'drop-view': 'view',
  'alter-sequence': 'sequence',
  'drop-sequence': 'sequence',
  'add-enum-value': 'type',
  'rename-enum-value': 'type',
  'alter-domain': 'type',
  'alter-type': 'type',
  'drop-type': 'type',
  'rename-type': 'moved-type',
  'set-type-schema': 'moved-type',
  'create-function': 'routine',
  'alter-function': 'routine',
  'drop-function': 'routine',
  'change-event-trigger': 'event-trigger',
  'rename-schema': 'everything',
  'drop-schema': 'everything',
  'drop-extension': 'everything',
  unknown: 'everything',
};

/**
 * Whether it changes no table or type. It may still change what hangs on objects (a comment, an owner, rights) or the session
 * (the search path, what is prepared). An operation that could not be read may change any.
 */
export function changesNoSchema({ kind }: Operation): boolean {
  return REACH[kind] === 'nothing';
}

/** What an operation on an object of unknown name may change. */
export function touchOfUnnamed(operation: Operation): Touch {
  switch (REACH[operation.kind]) {
    case 'nothing':
    case 'event-trigger':
      return { kind: 'rows' };
    case 'new-objects':
    case 'routine':
    case 'moved-type':
      return { kind: 'new-objects' };
    // What rows it has may be any: which type it is about makes no table another one.
    case 'type':
      return { kind: operation.kind === 'drop-type' ? 'everything' : 'rows' };
    case 'sequence':
      return { kind: operation.kind === 'drop-sequence' ? 'everything' : 'rows' };
    default:
      return { kind: 'everything' };
  }
}

/**
 * What the operation may change, each as narrow as can be.
 *
 * @param owner the table of an index, where it is known
 */
export function touchesOf(operation: Operation, owner: Name | null): readonly Touch[] {
  const target = targetOf(operation);
  const reach = REACH[operation.kind];
  const wide: Touch = { kind: 'everything' };
  const ofTarget: Touch = target === null ? wide : { kind: 'relation', relation: target };
  const ofOwner: Touch = owner === null ? wide : { kind: 'relation', relation: owner };
  const ofType: Touch = target === null ? wide : { kind: 'type', type: target };
  switch (reach) {
    case 'nothing':
    case 'event-trigger':
      return [{ kind: 'rows' }];
    case 'new-objects':
    case 'routine':
      return [{ kind: 'new-objects' }];
    case 'column':
      return columnsOf(operation).map((column) =>
        target === null ? wide : { kind: 'column', relation: target, column },
      );
    case 'table':
      return operation.kind === 'alter-table-other' ? [touchOfOther(operation)] : [ofTarget];
    case 'view':
    case 'sequence':
      return [ofTarget];
    case 'moved-table':
      return [ofTarget, { kind: 'new-objects' }];
    case 'partition':
      return 'partition' in operation
        ? [ofTarget, { kind: 'relation', relation: operation.partition }]
        : [wide];
    case 'index':
      return [ofOwner];
    case 'moved-index':
      return [ofOwner, { kind: 'new-objects' }];
    case 'type':
      return 'cascade' in operation && operation.cascade ? [wide] : [ofType];
    case 'moved-type':
      return [ofType, { kind: 'new-objects' }];
    case 'everything':
      // Its types and functions alone, unless tables fall with them.
      return operation.kind === 'drop-extension' && !operation.cascade ? [{ kind: 'rows' }] : [wide];
  }
}

function columnsOf(operation: Operation): readonly string[] {
  if (operation.kind === 'add-column') return [operation.column.name.name];
  if (operation.kind === 'rename-column') return [operation.column.name, operation.to.name];
  return 'column' in operation ? [operation.column.name] : [];
}

function touchOfOther({ table, onColumn, action }: OperationOf<'alter-table-other'>): Touch {
  if (onColumn !== null) return { kind: 'column', relation: table, column: onColumn.name };
  const changes = /^(?:SetLogged|SetUnLogged|AddInherit|DropInherit)$/.test(action);
  return changes ? { kind: 'relation', relation: table } : { kind: 'rows' };
}

/** The same operation on an object of unknown name, for one that changes no table or type. */
export function withoutTarget(operation: Operation, reason: string): Operation {
  if (operation.kind === 'write-rows') return { ...operation, table: null };
  if (operation.kind === 'maintenance') return { ...operation, relation: null };
  return unknownFrom(operation, reason, { kind: 'rows' });
}

/** Stands for an operation that cannot be read. */
export function unknownFrom({ span, keyword }: Operation, reason: string, touches: Touch): Unknown {
  return { kind: 'unknown', span, keyword, reason, touches };
}
