// What operations do to indexes.

import type { Catalog, Index, Table } from '../catalog.js';
import { findIndex } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { CreateIndex, DropIndex, RenameIndex } from '../operation.js';
import { chooseName, columnsPart } from '../server-names.js';
import { removeIndexEntry } from './columns.js';
import { addIndexName, type Context, existingTable, putRelation, relationNameTaken } from './relations.js';

export function createIndex(catalog: Catalog, operation: CreateIndex, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const taken = (name: string) => relationNameTaken(present, table.schema, name);
  const name =
    operation.index === null
      ? chooseName(table.name, columnsPart(distinct(operation.keys.map(({ label }) => label))), 'idx', taken)
      : truncateIdentifier(operation.index.name);
  // IF NOT EXISTS goes by the name alone; without it the server would have refused.
  if (taken(name)) return present;
  const index: Index = {
    name,
    keys: operation.keys,
    include: operation.include,
    unique: operation.unique,
    method: operation.method,
    where: operation.where,
    nullsNotDistinct: operation.nullsNotDistinct,
    constraint: null,
    origin: context.origin,
  };
  return addIndexName(putRelation(present, { ...table, indexes: [...table.indexes, index] }), table, name);
}

/** ChooseIndexColumnNames: what is called as one before it gets a number, as in `expr`, `expr1`, `expr2`. */
function distinct(labels: readonly string[]): readonly string[] {
  const taken: string[] = [];
  for (const label of labels) {
    let name = label;
    for (let number = 1; taken.includes(name); number++) name = `${label}${number}`;
    taken.push(name);
  }
  return taken;
}

export function dropIndex(catalog: Catalog, operation: DropIndex): Catalog {
  const found = findIndex(catalog, operation.index);
  if (found === null) return catalog;
  const { table, index } = found;
  const without: Table = { ...table, indexes: table.indexes.filter((other) => other !== index) };
  return removeIndexEntry(putRelation(catalog, without), table, index.name);
}

/** A constraint takes the new name of its index. */
export function renameIndex(catalog: Catalog, operation: RenameIndex): Catalog {
  const found = findIndex(catalog, operation.index);
  if (found === null) return catalog;
  const { table, index } = found;
  const to = operation.to.name;
  const renamed: Table = {
    ...table,
    indexes: table.indexes.map((other) =>
      other === index ? { ...other, name: to, constraint: other.constraint === null ? null : to } : other,
    ),
    constraints: table.constraints.map((constraint) =>
      constraint.name === index.constraint ? { ...constraint, name: to } : constraint,
    ),
  };
  return addIndexName(removeIndexEntry(putRelation(catalog, renamed), table, index.name), renamed, to);
}
