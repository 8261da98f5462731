// What operations do to the columns of a table.

import type { Catalog, Column, Constraint, Index, Table } from '../catalog.js';
import { type Expression, renameColumnIn } from '../expression.js';
import { columnOf, findRelation, sequencesOwnedBy } from '../lookup.js';
import type {
  AddColumn,
  AlterColumnType,
  ColumnDefinition,
  DropColumn,
  DropDefault,
  DropNotNull,
  RenameColumn,
  SetDefault,
  SetNotNull,
} from '../operation.js';
import { chooseName } from '../server-names.js';
import type { TypeName } from '../types.js';
import { applyConstraints } from './constraints.js';
import {
  addRelation,
  type Context,
  changeTable,
  existingTable,
  putRelation,
  relationNameTaken,
  removeRelation,
} from './relations.js';

export function columnFrom(definition: ColumnDefinition, { origin }: Context): Column {
  return {
    name: definition.name.name,
    type: definition.type,
    // https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL and identity columns are NOT NULL.
    notNull: definition.notNull || definition.type.serial || definition.identity !== null,
    default: keptDefault(definition.default, definition.type),
    generated: definition.generated?.kind ?? null,
    identity: definition.identity,
    serial: definition.type.serial,
    origin,
  };
}

/** A plain NULL is not kept (AddRelationNewConstraints in heap.c), unless a length or precision makes it a cast. */
function keptDefault(value: Expression | null, { modifiers }: TypeName): Expression | null {
  return value !== null && modifiers.length === 0 && /^null$/i.test(value.text.trim()) ? null : value;
}

export function addColumn(catalog: Catalog, operation: AddColumn, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const definition = operation.column;
  if (columnOf(table, definition.name.name) !== null) return present;
  const widened = putRelation(present, {
    ...table,
    columns: [...table.columns, columnFrom(definition, context)],
  });
  return finishColumns(widened, table.id, [definition], context);
}

/** What comes with columns just made: sequences behind serial and identity, constraints written on the column. */
export function finishColumns(
  catalog: Catalog,
  table: number,
  definitions: readonly ColumnDefinition[],
  context: Context,
): Catalog {
  let next = catalog;
  for (const definition of definitions) {
    if (definition.type.serial || definition.identity !== null) {
      next = addOwnedSequence(next, table, definition.name.name, context);
    }
  }
  return applyConstraints(
    next,
    table,
    definitions.flatMap(({ constraints }) => constraints),
    0,
    context,
  );
}

export function addOwnedSequence(catalog: Catalog, id: number, column: string, { origin }: Context): Catalog {
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table') return catalog;
  const taken = (name: string) => relationNameTaken(catalog, table.schema, name);
  return addRelation(catalog, {
    kind: 'sequence',
    id: catalog.sequence,
    schema: table.schema,
    name: chooseName(table.name, column, 'seq', taken),
    ownedBy: id,
    ownerColumn: column,
    origin,
    madeAt: catalog.sequence,
  });
}

/** The column goes, and with it every index and constraint that uses it, also foreign keys that point at it. */
export function dropColumn(catalog: Catalog, operation: DropColumn, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const name = operation.column.name;
  const lostIndexes = table.indexes.filter((index) => indexUses(index, name));
  const kept: Table = {
    ...table,
    columns: table.columns.filter((column) => column.name !== name),
    constraints: table.constraints.filter((constraint) => !constraintUses(constraint, name)),
    indexes: table.indexes.filter((index) => !lostIndexes.includes(index)),
  };
  let next = putRelation(present, kept);
  for (const index of lostIndexes) next = removeIndexEntry(next, table, index.name);
  for (const sequence of sequencesOwnedBy(next, table, name)) next = removeRelation(next, sequence);
  return dropForeignKeysTo(next, table.id, (columns) => columns.includes(name));
}

/** Takes the index out of the namespace; its definition is taken out of the table by the caller. */
export function removeIndexEntry(catalog: Catalog, table: Table, index: string): Catalog {
  const entry = findRelation(catalog, { schema: table.schema, name: index });
  return entry?.kind === 'index' && entry.table === table.id ? removeRelation(catalog, entry) : catalog;
}

export function dropForeignKeysTo(
  catalog: Catalog,
  id: number,
  lost: (referencedColumns: readonly string[]) => boolean,
): Catalog {
  let next = catalog;
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'table') continue;
    const points = (constraint: Constraint) =>
      constraint.kind === 'foreign-key' && constraint.references === id && lost(constraint.referencedColumns);
    if (!relation.constraints.some(points)) continue;
    next = changeTable(next, relation.id, (table) => ({
      ...table,
      constraints: table.constraints.filter((constraint) => !points(constraint)),
    }));
  }
  return next;
}

function indexUses(index: Index, column: string): boolean {
  return (
    index.include.includes(column) ||
    (index.where?.columns.includes(column) ?? false) ||
    index.keys.some((key) => key.column === column || (key.expression?.columns.includes(column) ?? false))
  );
}

function constraintUses(constraint: Constraint, column: string): boolean {
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'foreign-key':
      return constraint.columns.includes(column);
    case 'check':
      return constraint.expression.columns.includes(column);
    case 'not-null':
      return constraint.column === column;
    case 'exclusion':
      return false;
  }
}

export function renameColumn(catalog: Catalog, operation: RenameColumn, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const from = operation.column.name;
  const to = operation.to.name;
  const one = (name: string) => (name === from ? to : name);
  const all = (names: readonly string[]) => names.map(one);
  const inside = (expression: Expression) => renameColumnIn(expression, from, to);

  const renamed: Table = {
    ...table,
    columns: table.columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
    constraints: table.constraints.map((constraint) => renameInConstraint(constraint, one, inside)),
    indexes: table.indexes.map((index) => ({
      ...index,
      include: all(index.include),
      where: index.where === null ? null : inside(index.where),
      keys: index.keys.map((key) => ({
        ...key,
        column: key.column === null ? null : one(key.column),
        expression: key.expression === null ? null : inside(key.expression),
      })),
    })),
    policies: table.policies.map((policy) => ({
      ...policy,
      using: policy.using === null ? null : inside(policy.using),
      check: policy.check === null ? null : inside(policy.check),
    })),
  };
  return renameInForeignKeysTo(putRelation(present, renamed), table.id, one);
}

function renameInConstraint(
  constraint: Constraint,
  one: (name: string) => string,
  inside: (expression: Expression) => Expression,
): Constraint {
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
    case 'foreign-key':
      return { ...constraint, columns: constraint.columns.map(one) };
    case 'check':
      return { ...constraint, expression: inside(constraint.expression) };
    case 'not-null':
      return { ...constraint, column: one(constraint.column) };
    case 'exclusion':
      return constraint;
  }
}

function renameInForeignKeysTo(catalog: Catalog, id: number, one: (name: string) => string): Catalog {
  let next = catalog;
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'table') continue;
    if (!relation.constraints.some((c) => c.kind === 'foreign-key' && c.references === id)) continue;
    next = changeTable(next, relation.id, (table) => ({
      ...table,
      constraints: table.constraints.map((constraint) =>
        constraint.kind === 'foreign-key' && constraint.references === id
          ? { ...constraint, referencedColumns: constraint.referencedColumns.map(one) }
          : constraint,
      ),
    }));
  }
  return next;
}

export function alterColumn(
  catalog: Catalog,
  operation: AlterColumnType | SetDefault | DropDefault | SetNotNull | DropNotNull,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const change = (column: Column): Column => {
    switch (operation.kind) {
      case 'alter-column-type':
        return { ...column, type: operation.type };
      case 'set-default':
        return { ...column, default: keptDefault(operation.value, column.type), serial: false };
      case 'drop-default':
        return { ...column, default: null, serial: false };
      case 'set-not-null':
        return { ...column, notNull: true };
      case 'drop-not-null':
        return { ...column, notNull: false };
    }
  };
  const name = operation.column.name;
  return changeTable(present, table.id, (current) => ({
    ...current,
    columns: current.columns.map((column) => (column.name === name ? change(column) : column)),
  }));
}
