// Tables as Ecto schemas know them, where no migration that we read makes them: columns from fields, keys from associations.
// They are never complete: of indexes and constraints a schema says nothing.

import {
  bareTable,
  type Catalog,
  type Column,
  type Constraint,
  OWN,
  PLAIN_COLUMN,
  type RelationId,
  type Table,
} from '../catalog/catalog.js';
import { columnOf, findRelation, findTable, foreignKeysOf, primaryKeyOf } from '../catalog/lookup.js';
import type { EctoSchema } from '../ecto/model.js';

/**
 * The schemas with the prefix that they have where theirs is not read (a value of the configuration, an option of the Repo): when
 * no table of the search path is called so, and just one of another schema is.
 */
export function withPrefixes<S extends EctoSchema>(
  catalog: Catalog,
  schemas: ReadonlyMap<string, S>,
): ReadonlyMap<string, S> {
  const elsewhere = new Map<string, string | null>();
  for (const { schema, name } of catalog.relations.values()) {
    elsewhere.set(name, elsewhere.has(name) ? null : schema);
  }
  let changed = false;
  const settled = new Map<string, S>();
  for (const [module, schema] of schemas) {
    const name = schema.prefix === null ? (schema.table?.name ?? null) : null;
    const isFound = name === null || findRelation(catalog, { schema: null, name }) !== null;
    const prefix = isFound ? null : (elsewhere.get(name) ?? null);
    settled.set(module, prefix === null ? schema : { ...schema, prefix });
    if (prefix !== null) changed = true;
  }
  return changed ? settled : schemas;
}

/** By module: the table of each schema that the catalog does not know, or not wholly. */
export function tablesOfSchemas(
  catalog: Catalog,
  schemas: ReadonlyMap<string, EctoSchema>,
): ReadonlyMap<string, Table> {
  const known = new Map<string, Table>();
  const ids = new Map<string, RelationId>();
  let next = 0;
  for (const schema of schemas.values()) {
    if (schema.table === null) continue;
    const table = findTable(catalog, { schema: schema.prefix, name: schema.table.name });
    if (table !== null) known.set(schema.module, table);
    // Ids of the catalog are positive.
    next -= 1;
    ids.set(schema.module, table?.id ?? next);
  }
  const tables = new Map<string, Table>();
  for (const schema of schemas.values()) {
    const table = known.get(schema.module) ?? null;
    if (schema.table !== null && !(table?.complete ?? false)) {
      tables.set(schema.module, completed(table ?? emptyTable(schema, ids), schema, ids));
    }
  }
  return tables;
}

function emptyTable({ module, prefix, table }: EctoSchema, ids: ReadonlyMap<string, RelationId>): Table {
  return bareTable(ids.get(module) ?? 0, prefix ?? 'public', table?.name ?? '');
}

/** The table with what the schema says of it besides. */
function completed(table: Table, schema: EctoSchema, ids: ReadonlyMap<string, RelationId>): Table {
  const fields = schema.fields.filter(({ virtual, column }) => !virtual && columnOf(table, column) === null);
  const keys = schema.fields
    .filter(({ primaryKey, virtual }) => primaryKey && !virtual)
    .map(({ column }) => column);
  const constraints: Constraint[] = [...table.constraints];
  if (keys.length > 0 && primaryKeyOf(table) === null) {
    constraints.push({
      kind: 'primary-key',
      name: `${table.name}_pkey`,
      columns: keys,
      temporal: false,
      deferrable: false,
      deferred: false,
      ...OWN,
      origin: null,
    });
  }
  const declared = foreignKeysOf(table).flatMap(({ columns }) => columns);
  for (const { kind, name, foreignKey, module, references } of schema.associations) {
    const field = foreignKey ?? `${name}_id`;
    const column = schema.fields.find((candidate) => candidate.name === field)?.column ?? field;
    if (kind !== 'belongs_to' || module === null || declared.includes(column)) continue;
    constraints.push({
      kind: 'foreign-key',
      index: null,
      name: `${table.name}_${column}_fkey`,
      columns: [column],
      references: ids.get(module) ?? null,
      referencedColumns: [references ?? 'id'],
      onDelete: 'NO ACTION',
      onUpdate: 'NO ACTION',
      onDeleteColumns: [],
      matchFull: false,
      temporal: false,
      deferrable: false,
      deferred: false,
      validated: true,
      enforced: true,
      parent: null,
      ...OWN,
      origin: null,
    });
  }
  return {
    ...table,
    columns: [...table.columns, ...fields.map(({ column }) => columnNamed(column, keys))],
    constraints,
  };
}

function columnNamed(name: string, keys: readonly string[]): Column {
  const span = { start: 0, end: 0 };
  return {
    name,
    type: { schema: null, name: 'unknown', modifiers: [], arrayDimensions: 0, serial: false, span },
    ...PLAIN_COLUMN,
    notNull: keys.includes(name),
    origin: null,
  };
}
