// The constraints that an operation makes, wherever the author wrote them.

import type { Name } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
} from '../catalog/operation.js';

export interface MadeConstraint {
  readonly table: Name;
  readonly constraint: ConstraintDefinition;
  /** The columns that it is about; for a CHECK those that its expression reads. */
  readonly columns: readonly string[];
  /** The column on which it is written, or which the same statement makes for it alone. */
  readonly column: ColumnDefinition | null;
  /** Whether the server checks rows that are there already. */
  readonly validates: boolean;
}

type Making = CreateTable | AddColumn | AddConstraint;

const known = new WeakMap<Making, readonly MadeConstraint[]>();

/** In the order in which they are written. */
export function constraintsMadeBy(operation: Making): readonly MadeConstraint[] {
  let constraints = known.get(operation);
  if (constraints === undefined) {
    constraints = readConstraints(operation);
    known.set(operation, constraints);
  }
  return constraints;
}

function readConstraints(operation: Making): readonly MadeConstraint[] {
  const { table } = operation;
  switch (operation.kind) {
    case 'create-table':
      return [
        ...operation.columns.flatMap((column) => onColumn(table, column)),
        ...operation.constraints.map((constraint) => made(table, constraint, null)),
      ];
    case 'add-column':
      return onColumn(table, operation.column);
    case 'add-constraint':
      return [made(table, operation.constraint, null)];
  }
}

function onColumn(table: Name, column: ColumnDefinition): readonly MadeConstraint[] {
  return column.constraints.map((constraint) => made(table, constraint, column));
}

function made(
  table: Name,
  constraint: ConstraintDefinition,
  column: ColumnDefinition | null,
): MadeConstraint {
  return {
    table,
    constraint,
    columns: columnsOf(constraint),
    column,
    validates: validates(constraint, column),
  };
}

function columnsOf(constraint: ConstraintDefinition): readonly string[] {
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'foreign-key':
      return constraint.columns;
    case 'check':
      return constraint.expression.columns;
    case 'not-null':
      return [constraint.column];
    case 'exclusion':
      return [];
  }
}

function validates(constraint: ConstraintDefinition, column: ColumnDefinition | null): boolean {
  switch (constraint.kind) {
    case 'foreign-key':
      // A foreign key written on a new column without a default has nothing to check: transformFKConstraints in
      // parse_utilcmd.c sets skip_validation. A default, even NULL, makes it check (measured on 15 and 18).
      return constraint.validated && !(column !== null && column.default === null);
    case 'check':
      return constraint.validated && constraint.enforced;
    case 'not-null':
      return constraint.validated;
    default:
      return true;
  }
}
