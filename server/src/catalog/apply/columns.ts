// Columns that are added, with all that comes with them; and what every change of columns shares.
// Source: ATExecAddColumn in tablecmds.c.

import type { Catalog, Column, RelationId } from '../catalog.js';
import type { Expression } from '../expression.js';
import { childrenOf, columnOf, tableById } from '../lookup.js';
import type { AddColumn, ColumnDefinition } from '../operation.js';
import { resolveType } from '../type-lookup.js';
import type { TypeName } from '../types.js';
import { addConstraints, numberedConstraints } from './constraints.js';
import { below } from './inheritance.js';
import { addNotNull, type NotNullPlan, namesNotNull } from './not-null.js';
import { type Context, changeTable, existingTable, putRelation } from './relations.js';
import { addOwnedSequence, sequenceDrawnFrom } from './sequences.js';

/** @param sequence the one behind a serial or identity column */
export function columnFrom(
  catalog: Catalog,
  definition: ColumnDefinition,
  sequence: RelationId | null,
  { origin }: Context,
): Column {
  const { generated, identity, name, storage, compression } = definition;
  const type = resolveType(catalog, definition.type);
  const value = keptDefault(definition.default, type);
  return {
    name: name.name,
    type,
    collation: definition.collation,
    // https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL and identity columns are NOT NULL.
    notNull: definition.notNull || type.serial || identity !== null,
    default: generated?.expression ?? value,
    generated: generated?.kind ?? null,
    identity,
    serial: type.serial,
    sequence: sequence ?? (value === null ? null : sequenceDrawnFrom(catalog, value)),
    storage: keptStorage(storage, type),
    compression: keptSetting(compression),
    local: true,
    inherited: 0,
    origin,
  };
}

/** `DEFAULT` is the one of the type. */
export function keptSetting(value: string | null): string | null {
  return value === null || value.toLowerCase() === 'default' ? null : value.toLowerCase();
}

/** The one that the type has anyway (`pg_type.typstorage`) says nothing. */
export function keptStorage(value: string | null, type: TypeName): string | null {
  const kept = keptSetting(value);
  return kept === storageOf(type) ? null : kept;
}

function storageOf({ name, schema, arrayDimensions }: TypeName): string {
  if (schema !== null || arrayDimensions > 0) return 'extended';
  if (/^(?:numeric|inet|cidr)$/.test(name)) return 'main';
  return FIXED.test(name) ? 'plain' : 'extended';
}

/** Types whose values all have the same length. */
const FIXED =
  /^(?:int[248]|float[48]|bool|char|name|date|time|timetz|timestamp|timestamptz|interval|uuid|money|oid|macaddr8?|point|lseg|box|line|circle|pg_lsn|tid|xid8?|cid|reg\w+)$/;

/** A plain NULL is not kept (AddRelationNewConstraints in heap.c), unless a length or precision makes it a cast. */
export function keptDefault(value: Expression | null, type: TypeName): Expression | null {
  return value !== null && type.modifiers.length === 0 && isPlainNull(value, type) ? null : value;
}

function isPlainNull({ text, tree }: Expression, { name, arrayDimensions }: TypeName): boolean {
  if (tree?.kind !== 'cast') return /^null$/i.test(text.trim());
  const { type, args } = tree;
  const same = type.name === name && type.modifiers.length === 0;
  const isNull = args[0]?.kind === 'literal' && args[0].type === 'null';
  return isNull && same && type.arrayDimensions > 0 === arrayDimensions > 0;
}

export function drawsFromSequence({ identity, type }: ColumnDefinition): boolean {
  return type.serial || identity !== null;
}

/** What the NOT NULL of a column says; `null` when it has none. */
export function notNullPlan(definition: ColumnDefinition, { origin }: Context): NotNullPlan | null {
  if (!definition.notNull && !drawsFromSequence(definition)) return null;
  const written = definition.notNullConstraint;
  return {
    column: definition.name.name,
    name: written?.name?.name ?? null,
    validated: written?.validated ?? true,
    noInherit: written?.noInherit ?? false,
    origin: { ...origin, constraint: null },
  };
}

export function addColumn(catalog: Catalog, operation: AddColumn, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const definition = operation.column;
  if (columnOf(table, definition.name.name) !== null) return present;
  const recurse = !operation.only;
  const draws = drawsFromSequence(definition);
  const place = { name: definition.name.name, type: definition.type };
  const drawn = draws ? addOwnedSequence(present, table, place, definition.sequence, context) : present;
  const column = columnFrom(present, definition, draws ? present.sequence : null, context);
  const required = notNullPlan(definition, context);
  const named = namesNotNull(context);
  const bare = required !== null && named ? { ...column, notNull: false } : column;
  let next = putRelation(drawn, { ...table, columns: [...table.columns, bare] });
  if (recurse) next = addBelow(next, table.id, bare, table.partitioned);
  if (required !== null && named) next = addNotNull(next, table.id, required, recurse, context);
  const written = numberedConstraints(definition.constraints, 0, context.origin);
  return addConstraints(next, table.id, written, { recurse, isNew: true }, context);
}

/** The tables below get the column, too; one that has it already has it from there as well. */
function addBelow(catalog: Catalog, id: RelationId, column: Column, isPartition: boolean): Catalog {
  let next = catalog;
  for (const child of childrenOf(catalog, id)) {
    if (columnOf(child, column.name) !== null) {
      next = changeColumn(next, child.id, column.name, (one) => ({ ...one, inherited: one.inherited + 1 }));
      continue;
    }
    const taken = below(column, isPartition);
    next = changeTable(next, child.id, (table) => ({ ...table, columns: [...table.columns, taken] }));
    next = addBelow(next, child.id, taken, isPartition);
  }
  return next;
}

export function changeColumn(
  catalog: Catalog,
  id: RelationId,
  name: string,
  change: (column: Column) => Column,
): Catalog {
  return changeTable(catalog, id, (table) => ({
    ...table,
    columns: table.columns.map((column) => (column.name === name ? change(column) : column)),
  }));
}

/** The same change in the tables below, too. */
export function changeColumns(
  catalog: Catalog,
  id: RelationId,
  name: string,
  recurse: boolean,
  change: (column: Column) => Column,
): Catalog {
  let next = changeColumn(catalog, id, name, change);
  if (!recurse || tableById(next, id) === null) return next;
  for (const child of childrenOf(next, id)) next = changeColumns(next, child.id, name, true, change);
  return next;
}
