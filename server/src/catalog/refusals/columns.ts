// What ALTER TABLE does to columns.

import type { Catalog, Column, Table } from '../catalog.js';
import { columnOf } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type {
  AddColumn,
  AlterColumnType,
  DropColumn,
  DropDefault,
  DropNotNull,
  Operation,
  RenameColumn,
  SetDefault,
  SetNotNull,
} from '../operation.js';
import { certainRelation, hasColumn, isSystemColumn, isWhole, lacksColumn, lacksTable } from './certainty.js';
import { refusedConstraints, shapeOf, withSiblings } from './constraints.js';
import { exists, firstOf, type Refusal, type RefusalContext, refusal } from './refusal.js';
import { lacksTypeOf } from './types.js';

function tableFor(catalog: Catalog, name: AddColumn['table']): Table | Refusal | null {
  const lacks = lacksTable(catalog, name);
  if (lacks !== null) return lacks;
  const relation = certainRelation(catalog, name);
  return relation?.kind === 'table' ? relation : null;
}

function isTable(found: Table | Refusal): found is Table {
  return found.kind === 'table';
}

/** Whether another action of the same statement adds or drops the column: the server has an order of its own for them. */
function elsewhere(
  statement: readonly Operation[],
  operation: Operation,
  kind: 'add-column' | 'drop-column',
  name: string,
): boolean {
  return statement.some((other) => {
    if (other === operation || other.kind !== kind) return false;
    const column = other.kind === 'add-column' ? other.column.name : other.column;
    return truncateIdentifier(column.name) === name;
  });
}

export function refusedNewColumn(
  catalog: Catalog,
  operation: AddColumn,
  context: RefusalContext,
): Refusal | null {
  const table = tableFor(catalog, operation.table);
  if (table === null || !isTable(table)) return table;
  const { name: given, type, constraints } = operation.column;
  const name = truncateIdentifier(given.name);
  const object = { kind: 'column', schema: null, name } as const;
  const of = ` in table "${table.name}"`;
  if (isSystemColumn(name)) {
    const message = `"${name}" is a column that the server gives to every table`;
    return refusal('exists', '42701', message, object, given.span);
  }
  if (hasColumn(catalog, table, name) === true) {
    if (operation.ifNotExists || elsewhere(context.statement, operation, 'drop-column', name)) return null;
    return exists('42701', object, given.span, of);
  }
  const shape = shapeOf(catalog, table);
  const widened = { ...shape, columns: new Set([...shape.columns, name]) };
  return firstOf(
    () => {
      if (table.partitionOf === null || !isWhole(catalog, table)) return null;
      const message = `table "${table.name}" is a partition, and columns are added to its parent alone`;
      return refusal('not-allowed', '42809', message, object, given.span);
    },
    () => lacksTypeOf(catalog, type),
    () => refusedConstraints(catalog, withSiblings(widened, context.statement), constraints, context),
  );
}

export function refusedDropColumn(
  catalog: Catalog,
  operation: DropColumn,
  context: RefusalContext,
  dependents: (table: Table, column: string) => Refusal | null,
): Refusal | null {
  const table = tableFor(catalog, operation.table);
  if (table === null || !isTable(table)) return table;
  const name = truncateIdentifier(operation.column.name);
  const there = hasColumn(catalog, table, name);
  if (there === 'unknown') return null;
  if (!there) {
    if (operation.ifExists || elsewhere(context.statement, operation, 'add-column', name)) return null;
    return lacksColumn(catalog, table, operation.column);
  }
  return operation.cascade ? null : dependents(table, name);
}

export function refusedRenameColumn(catalog: Catalog, operation: RenameColumn): Refusal | null {
  const { table: named, column, to } = operation;
  const relation = certainRelation(catalog, named);
  // ALTER TABLE also renames columns of views.
  if (relation !== null && relation.kind !== 'table') return null;
  const table = tableFor(catalog, named);
  if (table === null || !isTable(table)) return table;
  const lacks = lacksColumn(catalog, table, column);
  if (lacks !== null) return lacks;
  const name = truncateIdentifier(to.name);
  if (hasColumn(catalog, table, name) !== true && !isSystemColumn(name)) return null;
  return exists('42701', { kind: 'column', schema: null, name }, to.span, ` in table "${table.name}"`);
}

export function refusedColumnChange(
  catalog: Catalog,
  operation: AlterColumnType | SetDefault | DropDefault | SetNotNull | DropNotNull,
  context: RefusalContext,
  dependents: (table: Table, column: string) => Refusal | null,
): Refusal | null {
  const { column, kind } = operation;
  const relation = certainRelation(catalog, operation.table);
  // A view's column may have a default.
  if (relation?.kind === 'view' && (kind === 'set-default' || kind === 'drop-default')) return null;
  const table = tableFor(catalog, operation.table);
  if (table === null || !isTable(table)) return table;
  const name = truncateIdentifier(column.name);
  if (elsewhere(context.statement, operation, 'add-column', name)) return null;
  const lacks = lacksColumn(catalog, table, column);
  if (lacks !== null) return lacks;
  const found = columnOf(table, name);
  if (found === null || hasColumn(catalog, table, name) !== true) return null;
  if (kind === 'alter-column-type') {
    return firstOf(
      () => lacksTypeOf(catalog, operation.type),
      () => dependents(table, name),
    );
  }
  return context.statement.length > 1 ? null : notAllowed(table, found, operation);
}

/** What identity, generated and key columns do not take. */
function notAllowed(
  table: Table,
  column: Column,
  { kind, column: { span } }: SetDefault | DropDefault | SetNotNull | DropNotNull,
): Refusal | null {
  const object = { kind: 'column', schema: null, name: column.name } as const;
  const refuse = (code: string, why: string) =>
    refusal('not-allowed', code, `column "${column.name}" of table "${table.name}" ${why}`, object, span);
  switch (kind) {
    case 'set-not-null':
      return null;
    case 'drop-not-null': {
      const isKey = table.constraints.some(
        (one) => one.kind === 'primary-key' && one.columns.includes(column.name),
      );
      if (column.identity !== null) return refuse('42601', 'is an identity column, which is never NULL');
      return isKey ? refuse('42P16', 'is in the primary key, which is never NULL') : null;
    }
    case 'set-default':
    case 'drop-default':
      if (column.identity !== null)
        return refuse('42601', 'is an identity column, which has no default of its own');
      return column.generated === null || (kind === 'drop-default' && column.generated === 'stored')
        ? null
        : refuse('42601', 'is a generated column, which has no default of its own');
  }
}
