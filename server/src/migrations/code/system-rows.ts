// Rows of the server's system tables, and how the server names objects in them.

import type { Catalog, Relation, UserType } from '../../catalog/catalog.js';
import { quoteName } from '../../catalog/keywords.js';
import { findRelation } from '../../catalog/lookup.js';
import { formatType, type TypeName } from '../../catalog/types.js';
import { type ObjectId, unknown, type Value } from './values.js';

export interface SystemRow {
  readonly values: Readonly<Record<string, Value>>;
  /** Why it may not be there; `null` when it surely is. */
  readonly doubt: string | null;
}

export type Reader = (catalog: Catalog) => readonly SystemRow[];

/** The database has a name that nobody writes. */
export const DATABASE = 'current_database';

export function relationId(catalog: Catalog, relation: Relation): ObjectId {
  const { schema, name } = relation;
  const isVisible = findRelation(catalog, { schema: null, name })?.id === relation.id;
  const text = isVisible ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
  return { kind: 'oid', key: `relation ${relation.id}`, text, name };
}

export function schemaId(name: string): ObjectId {
  return { kind: 'oid', key: `schema ${name}`, text: quoteName(name), name };
}

export function typeId(catalog: Catalog, type: TypeName | UserType): ObjectId {
  if ('kind' in type) {
    const isVisible = catalog.searchPath.includes(type.schema);
    const text = isVisible ? quoteName(type.name) : `${quoteName(type.schema)}.${quoteName(type.name)}`;
    return { kind: 'oid', key: `type ${type.schema}.${type.name}`, text, name: type.name };
  }
  const found =
    type.schema === null
      ? catalog.searchPath.flatMap((schema) => catalog.types.get(`${schema}\0${type.name}`) ?? [])[0]
      : catalog.types.get(`${type.schema}\0${type.name}`);
  if (found !== undefined && type.arrayDimensions === 0) return typeId(catalog, found);
  const text = formatType({ ...type, modifiers: [] });
  return { kind: 'oid', key: `type ${text}`, text, name: type.name };
}

export function sure(values: SystemRow['values']): SystemRow {
  return { values, doubt: null };
}

/** Objects may be there that the catalog does not hold. */
function unseen(catalog: Catalog): string | null {
  return (catalog.doubts.everything ?? catalog.doubts.newObjects)?.reason ?? null;
}

/** A row of which nothing is known but, perhaps, what its name is not. */
export function anyRow(reason: string, names: readonly string[], taken: Iterable<string>): SystemRow {
  const value = unknown(reason, new Set(taken));
  return { values: Object.fromEntries(names.map((name) => [name, value])), doubt: reason };
}

export function relationsOf(catalog: Catalog): readonly Relation[] {
  return [...catalog.relations.values()];
}

export function relationNames(catalog: Catalog): readonly string[] {
  return relationsOf(catalog).map(({ name }) => name);
}

/** Why it may not be there. */
export function doubtOf(catalog: Catalog, relation: Relation): string | null {
  const { everything, relations } = catalog.doubts;
  const owner = relation.kind === 'index' ? relation.table : relation.id;
  if (everything !== null && everything.since > relation.madeAt) return everything.reason;
  return relations.get(owner)?.reason ?? null;
}

export function schemaName({ schema }: { readonly schema: string }): string {
  return schema === 'pg_temp' ? 'pg_temp_1' : schema;
}

export function withUnseen(
  catalog: Catalog,
  rows: readonly SystemRow[],
  names: readonly string[],
  taken: Iterable<string>,
): readonly SystemRow[] {
  const reason = unseen(catalog);
  return reason === null ? rows : [...rows, anyRow(reason, names, taken)];
}
