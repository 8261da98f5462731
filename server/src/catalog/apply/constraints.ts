// What operations do to the constraints of a table, and the indexes that stand behind keys.

import type { Catalog, Constraint, Index, KeyConstraint, Table } from '../catalog.js';
import { constraintOf, primaryKeyOf } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type {
  AddConstraint,
  ConstraintDefinition,
  DropConstraint,
  ForeignKeyDefinition,
  PrimaryKeyDefinition,
  RenameConstraint,
  UniqueDefinition,
  ValidateConstraint,
} from '../operation.js';
import { chooseName, columnsPart } from '../server-names.js';
import { dropForeignKeysTo, removeIndexEntry } from './columns.js';
import {
  addIndexName,
  type Context,
  changeTable,
  existingTable,
  putRelation,
  relationNameTaken,
} from './relations.js';

export function addConstraint(catalog: Catalog, operation: AddConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  return table === null ? present : applyConstraints(present, table.id, [operation.constraint], 0, context);
}

/** @param first the number of constraints that the operation has made before */
export function applyConstraints(
  catalog: Catalog,
  id: number,
  definitions: readonly ConstraintDefinition[],
  first: number,
  context: Context,
): Catalog {
  let next = catalog;
  for (const [index, definition] of definitions.entries()) {
    const origin = { ...context.origin, constraint: first + index };
    next = applyConstraint(next, id, definition, { ...context, origin });
  }
  return next;
}

/** Adds the constraint to the table of that id, with its index and the name that the server would choose. */
function applyConstraint(
  catalog: Catalog,
  id: number,
  definition: ConstraintDefinition,
  context: Context,
): Catalog {
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table') return catalog;
  switch (definition.kind) {
    case 'primary-key':
    case 'unique':
      return addKey(catalog, table, definition, context);
    case 'foreign-key':
      return addForeignKey(catalog, table, definition, context);
    case 'check': {
      const [only, ...others] = definition.expression.columns;
      const column = only !== undefined && others.length === 0 ? only : '';
      return putConstraint(catalog, table, {
        kind: 'check',
        name: constraintName(catalog, table, definition, column, 'check'),
        expression: definition.expression,
        validated: definition.validated && definition.enforced,
        origin: context.origin,
      });
    }
    case 'exclusion': {
      const name = constraintName(catalog, table, definition, '', 'excl');
      const constraint: Constraint = {
        kind: 'exclusion',
        name,
        origin: context.origin,
      };
      return addIndexName(putConstraint(catalog, table, constraint), table, name);
    }
    case 'not-null': {
      const constraint: Constraint = {
        kind: 'not-null',
        name: constraintName(catalog, table, definition, definition.column, 'not_null'),
        column: definition.column,
        validated: definition.validated,
        origin: context.origin,
      };
      // A NOT NULL that is not yet validated is enforced for new rows, and pg_attribute.attnotnull is set.
      return putConstraint(catalog, requireColumns(table, [definition.column]), constraint);
    }
  }
}

function putConstraint(catalog: Catalog, table: Table, constraint: Constraint): Catalog {
  return putRelation(catalog, { ...table, constraints: [...table.constraints, constraint] });
}

function constraintName(
  catalog: Catalog,
  table: Table,
  definition: ConstraintDefinition,
  columns: string,
  label: string,
): string {
  if (definition.name !== null) return truncateIdentifier(definition.name.name);
  const taken = (name: string) =>
    constraintOf(table, name) !== null ||
    (label === 'excl' && relationNameTaken(catalog, table.schema, name));
  return chooseName(table.name, columns, label, taken);
}

function requireColumns(table: Table, names: readonly string[]): Table {
  return {
    ...table,
    columns: table.columns.map((column) =>
      names.includes(column.name) && !column.notNull ? { ...column, notNull: true } : column,
    ),
  };
}

function addKey(
  catalog: Catalog,
  table: Table,
  definition: PrimaryKeyDefinition | UniqueDefinition,
  context: Context,
): Catalog {
  const { origin } = context;
  const adopted =
    definition.usingIndex === null
      ? undefined
      : table.indexes.find((index) => index.name === definition.usingIndex);
  const columns =
    adopted === undefined
      ? definition.columns
      : adopted.keys.flatMap((key) => (key.column === null ? [] : [key.column]));
  const name =
    definition.name !== null
      ? truncateIdentifier(definition.name.name)
      : (adopted?.name ??
        chooseName(
          table.name,
          definition.kind === 'primary-key' ? '' : columnsPart([...columns, ...definition.include]),
          definition.kind === 'primary-key' ? 'pkey' : 'key',
          (candidate) =>
            relationNameTaken(catalog, table.schema, candidate) || constraintOf(table, candidate) !== null,
        ));
  const constraint: KeyConstraint = { kind: definition.kind, name, columns, origin };
  const index: Index = {
    name,
    keys:
      adopted?.keys ??
      columns.map((column) => ({
        column,
        expression: null,
        descending: false,
        nullsFirst: false,
        label: column,
        operatorClass: null,
        collation: null,
      })),
    include: adopted?.include ?? definition.include,
    unique: true,
    method: 'btree',
    where: null,
    nullsNotDistinct:
      definition.kind === 'unique' && (definition.nullsNotDistinct || (adopted?.nullsNotDistinct ?? false)),
    constraint: name,
    origin,
  };
  const required = definition.kind === 'primary-key' ? requireColumns(table, columns) : table;
  const keyed: Table = {
    ...required,
    constraints: [...table.constraints, constraint],
    indexes: [...table.indexes.filter((other) => other !== adopted), index],
  };
  const released = adopted === undefined ? catalog : removeIndexEntry(catalog, table, adopted.name);
  return addIndexName(putRelation(released, keyed), keyed, name);
}

function addForeignKey(
  catalog: Catalog,
  table: Table,
  definition: ForeignKeyDefinition,
  context: Context,
): Catalog {
  // A reference to a table that no migration makes says that the base of the history is missing.
  const [present, referenced] = existingTable(catalog, definition.references, context);
  const current = present.relations.get(table.id);
  if (current?.kind !== 'table') return present;
  const referencedColumns =
    definition.referencedColumns.length > 0
      ? definition.referencedColumns
      : referenced === null
        ? []
        : (primaryKeyOf(referenced) ?? []);
  return putConstraint(present, current, {
    kind: 'foreign-key',
    name: constraintName(present, current, definition, columnsPart(definition.columns), 'fkey'),
    columns: definition.columns,
    references: referenced?.id ?? null,
    referencedColumns,
    onDelete: definition.onDelete,
    onUpdate: definition.onUpdate,
    validated: definition.validated,
    origin: context.origin,
  });
}

export function dropConstraint(catalog: Catalog, operation: DropConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const name = operation.constraint.name;
  const constraint = constraintOf(table, name);
  if (constraint === null) return present;
  const without: Table = {
    ...table,
    constraints: table.constraints.filter((other) => other !== constraint),
    indexes: table.indexes.filter((index) => index.constraint !== name),
    columns:
      constraint.kind === 'not-null'
        ? table.columns.map((column) =>
            column.name === constraint.column ? { ...column, notNull: false } : column,
          )
        : table.columns,
  };
  let next = putRelation(present, without);
  if (constraint.kind === 'primary-key' || constraint.kind === 'unique' || constraint.kind === 'exclusion') {
    next = removeIndexEntry(next, table, name);
  }
  if (constraint.kind === 'primary-key' || constraint.kind === 'unique') {
    // Foreign keys lean on the key that they point at. Without CASCADE the server would have refused.
    const key = [...constraint.columns].sort().join();
    next = dropForeignKeysTo(next, table.id, (columns) => [...columns].sort().join() === key);
  }
  return next;
}

export function validateConstraint(
  catalog: Catalog,
  operation: ValidateConstraint,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  return changeTable(present, table.id, (current) => ({
    ...current,
    constraints: current.constraints.map((constraint) =>
      constraint.name === operation.constraint.name && 'validated' in constraint
        ? { ...constraint, validated: true }
        : constraint,
    ),
  }));
}

/** The index behind a key is renamed with it. */
export function renameConstraint(catalog: Catalog, operation: RenameConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const from = operation.constraint.name;
  const to = operation.to.name;
  const backed = table.indexes.some((index) => index.constraint === from);
  const renamed: Table = {
    ...table,
    constraints: table.constraints.map((constraint) =>
      constraint.name === from ? { ...constraint, name: to } : constraint,
    ),
    indexes: table.indexes.map((index) =>
      index.constraint === from ? { ...index, name: to, constraint: to } : index,
    ),
  };
  const next = putRelation(present, renamed);
  if (!backed) return next;
  return addIndexName(removeIndexEntry(next, table, from), renamed, to);
}
