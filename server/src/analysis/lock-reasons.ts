// Why a statement costs no more than it does, in words: which rows are not read, and who need not wait.

import type { Catalog, Table } from '../catalog/catalog.js';
import { columnOf, constraintOf, findRelation, findTable, type Reference } from '../catalog/lookup.js';
import type {
  AddColumn,
  AddConstraint,
  AlterColumnType,
  Operation,
  SetNotNull,
} from '../catalog/operation.js';
import { proofOfNotNull } from '../catalog/proofs.js';
import type { ReplayedMigration } from '../migrations/history.js';
import { rewriteOfNewColumn } from './new-columns.js';
import { proofOfBounds } from './partition-bounds.js';
import { rebuiltIndexes, recheckedConstraints } from './retyped-columns.js';
import { typeChange } from './type-changes.js';
import { isMadeBy } from './whole-migration.js';

/** What is known of the moment just before the operation. */
export interface LockMoment {
  readonly before: Catalog;
  /** The migration that it stands in. */
  readonly step: ReplayedMigration;
  /** All of its history, in order. */
  readonly migrations: readonly ReplayedMigration[];
}

/** A sentence; `null` where nothing is there to be said. */
export function whySafe(operation: Operation, moment: LockMoment): string | null {
  const { before, step } = moment;
  const table = 'table' in operation ? operation.table : null;
  const relation = table === null ? null : findRelation(before, table);
  if (relation !== null && isMadeBy(relation, step.migration.file.path)) {
    return relation.kind === 'table' && relation.temporary
      ? `"${relation.name}" is temporary: no other session sees it.`
      : `"${relation.name}" is new in this migration: nobody else sees it.`;
  }
  switch (operation.kind) {
    case 'create-table':
      return operation.fromQuery ? null : 'The table is new: nobody sees it before this is committed.';
    case 'create-index':
      return operation.concurrently === null
        ? null
        : 'Reads and writes go on while the index is built (CONCURRENTLY); it waits for transactions that are older.';
    case 'drop-index':
      return operation.concurrently === null
        ? null
        : 'Reads and writes go on (CONCURRENTLY); it waits for transactions that use the table.';
    case 'detach-partition':
      return operation.concurrently === null
        ? null
        : 'Reads and writes of the parent go on (CONCURRENTLY); it waits for transactions that use it.';
    case 'attach-partition':
      return proofOfBounds(before, operation) === 'proven'
        ? 'A CHECK of the partition proves its bounds: none of its rows is read.'
        : null;
    case 'validate-constraint':
      return validated(before, operation.table, operation.constraint.name);
    case 'set-not-null':
      return notNull(operation, moment);
    case 'add-column':
      return newColumn(operation, before);
    case 'drop-column':
      return 'The column is only marked as dropped: no row is written.';
    case 'add-constraint':
      return unchecked(operation);
    case 'alter-column-type':
      return retyped(operation, before);
    case 'rename-table':
    case 'rename-column':
    case 'rename-constraint':
    case 'set-default':
    case 'drop-default':
    case 'drop-not-null':
    case 'set-schema':
    case 'create-trigger':
    case 'set-row-level-security':
      return 'Only the system catalogs change: no row is read or written.';
    case 'rename-index':
    case 'alter-index':
      return 'The index alone is locked: queries that use the table already go on.';
    case 'add-enum-value':
    case 'rename-enum-value':
      return 'Only the type changes: no table is locked.';
    case 'maintenance':
      return maintenance(operation);
    case 'comment':
      return 'Reads and writes go on.';
    default:
      return null;
  }
}

function validated(before: Catalog, name: Reference, named: string): string | null {
  const table = findTable(before, name);
  const constraint = table === null ? null : constraintOf(table, named);
  if (constraint !== null && 'validated' in constraint && constraint.validated) {
    return `"${named}" is valid already: no row is read.`;
  }
  return 'VALIDATE reads every row, but reads and writes go on (SHARE UPDATE EXCLUSIVE).';
}

function notNull({ table: name, column, withType }: SetNotNull, moment: LockMoment): string | null {
  const { before } = moment;
  const table = findTable(before, name);
  if (table === null || proofOfNotNull(before, name, column.name, withType) === null) return null;
  if (columnOf(table, column.name)?.notNull === true) {
    return `"${column.name}" is NOT NULL already: no row is read.`;
  }
  const check = table.constraints.find(
    (one) => one.kind === 'check' && one.validated && one.expression.provesNotNull.includes(column.name),
  );
  if (check === undefined) return null;
  const where = validatedIn(moment, table, check.name);
  return `CHECK "${check.name}"${where === null ? '' : `, validated in ${where},`} proves it: no row is read.`;
}

/** The file whose migration made sure of the constraint: by VALIDATE, or when it made it. */
function validatedIn({ step, migrations }: LockMoment, table: Table, constraint: string): string | null {
  const before = migrations.slice(0, migrations.indexOf(step) + 1).reverse();
  const found = before.find(({ migration, before: state }) =>
    migration.statements.some(({ operations }) =>
      operations.some(
        (operation) =>
          operation.kind === 'validate-constraint' &&
          operation.constraint.name === constraint &&
          (findTable(state, operation.table)?.id ?? table.id) === table.id,
      ),
    ),
  );
  const path = found?.migration.file.path ?? constraintOf(table, constraint)?.origin?.path ?? null;
  return path === null ? null : (path.split('/').at(-1) ?? path);
}

function newColumn(operation: AddColumn, before: Catalog): string | null {
  const { column } = operation;
  if (rewriteOfNewColumn(operation, before) !== null) return null;
  if (column.generated?.kind === 'virtual') {
    return 'A virtual column is computed when it is read: no row is written.';
  }
  // Of rows that are there the server would refuse it.
  if (column.default === null && column.notNull) return null;
  return column.default === null
    ? 'Rows that are there have NULL in it without being written.'
    : 'The default is computed once and kept in the catalog for the rows that are there: none is written.';
}

function unchecked({ constraint }: AddConstraint): string | null {
  if ('usingIndex' in constraint && constraint.usingIndex !== null) {
    return `The index "${constraint.usingIndex}" is there already: none is built.`;
  }
  if ('enforced' in constraint && !constraint.enforced) return 'NOT ENFORCED: no row is ever checked.';
  return 'validated' in constraint && !constraint.validated
    ? 'NOT VALID: the rows that are there are not checked. VALIDATE CONSTRAINT does that, and writes go on meanwhile.'
    : null;
}

function retyped(operation: AlterColumnType, before: Catalog): string | null {
  const table = findTable(before, operation.table);
  const column = table === null ? null : columnOf(table, operation.column.name);
  if (table === null || column === null) return null;
  const { rewrites, because } = typeChange(before, column.type, operation.type, operation.using !== null);
  if (rewrites !== false) return null;
  const isRead =
    rebuiltIndexes(before, table, column, operation).length > 0 ||
    recheckedConstraints(table, column.name).length > 0;
  return `No row is written: ${because}.${isRead ? ' But all are read.' : ''}`;
}

function maintenance({
  action,
  concurrently,
}: Extract<Operation, { readonly kind: 'maintenance' }>): string | null {
  switch (action) {
    case 'vacuum':
    case 'analyze':
      return 'Reads and writes go on.';
    case 'reindex':
      return concurrently === null
        ? null
        : 'Reads and writes go on while the indexes are built (CONCURRENTLY).';
    case 'refresh':
      return concurrently === null ? null : 'Reads of the view go on (CONCURRENTLY).';
    default:
      return null;
  }
}
