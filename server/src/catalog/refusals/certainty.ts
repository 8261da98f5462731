// What is certainly there and what is certainly not, so that nothing is called refused that the server may take.

import type { Catalog, Relation, Table, View } from '../catalog.js';
import { columnKey, columnOf, findRelation, type Reference } from '../lookup.js';
import { type LocalName, type Name, truncateIdentifier } from '../names.js';
import { isRelationOfAnExtension, mayBringRelations } from './extension-types.js';
import { article, missing, type ObjectKind, type Refusal, refusal } from './refusal.js';

/** The name as the server looks it up. */
export function asLookedUp<T extends Reference>(name: T): T {
  const cut = truncateIdentifier(name.name);
  return cut === name.name ? name : { ...name, name: cut };
}

/** The relation of that name, if it is certain that there is one just now. */
export function certainRelation(catalog: Catalog, name: Reference): Relation | null {
  const relation = findRelation(catalog, asLookedUp(name));
  return relation !== null && isCertain(catalog, relation) ? relation : null;
}

/** Whether the relation surely exists. What was made up because it is used may be anything. */
export function isCertain(catalog: Catalog, relation: Relation): boolean {
  const { everything, relations } = catalog.doubts;
  if (everything !== null && everything.since > relation.madeAt) return false;
  if (relations.has(relation.id)) return false;
  if (relation.kind === 'index') {
    const owner = catalog.relations.get(relation.table);
    return owner !== undefined && isCertain(catalog, owner);
  }
  return relation.kind !== 'table' || relation.complete || relation.origin !== null;
}

/** Whether all of the table's columns, constraints, indexes, policies and triggers are held. */
export function isWhole(catalog: Catalog, table: Table): boolean {
  return table.complete && isCertain(catalog, table);
}

/** Something unread may have made objects. That a history lacks its beginning does not count here. */
export function mayHoldMore({ doubts }: Catalog): boolean {
  return (
    doubts.everything !== null || (doubts.newObjects !== null && doubts.newObjects.baseIsMissing !== true)
  );
}

/** Schemas whose objects we hold: those that the history made. */
export function holdsSchema(catalog: Catalog, schema: string): boolean {
  return catalog.schemas.has(schema) && !/^pg_|^information_schema$/.test(schema);
}

/** Where a name without a schema is looked for; `null` when that is not certain. */
function pathOf(catalog: Catalog): readonly string[] | null {
  const { searchPath } = catalog;
  return searchPath.length > 0 && searchPath.every((schema) => holdsSchema(catalog, schema))
    ? searchPath
    : null;
}

/**
 * Whether it is certain that no operation has made an object of that name. In a database that had a schema before these
 * migrations it may be there all the same.
 */
export function isAbsent(
  catalog: Catalog,
  { schema, name }: Reference,
  has: (schema: string, name: string) => boolean,
): boolean {
  if (name === '' || mayHoldMore(catalog)) return false;
  const cut = truncateIdentifier(name);
  if (schema !== null) return holdsSchema(catalog, schema) && !has(schema, cut);
  // Names of the server's own objects begin so, and those are found without a schema.
  if (/^pg_/.test(name) || pathOf(catalog) === null) return false;
  // A role or a database may have a search path of its own.
  return ![...catalog.schemas].some((one) => has(one, cut));
}

/** The first schema in which the name is looked for. */
export function homeOf(catalog: Catalog, { schema }: Reference): string | null {
  return schema ?? catalog.searchPath[0] ?? null;
}

/**
 * Of a relation that an operation needs, whatever its kind: the refusal when it is certain that there is none.
 * @param code DROP INDEX has another than what looks for an index as for any relation
 */
export function lacksRelation(
  catalog: Catalog,
  name: Name,
  kind: ObjectKind = 'table',
  code = '42P01',
): Refusal | null {
  const asked = asLookedUp(name);
  if (findRelation(catalog, asked) !== null) return null;
  const has = (schema: string, one: string) => findRelation(catalog, { schema, name: one }) !== null;
  if (RUNNERS_OWN.test(asked.name) || isRelationOfAnExtension(catalog, asked.name)) return null;
  if (!isAbsent(catalog, asked, has)) return null;
  const object = { kind, schema: homeOf(catalog, asked), name: asked.name };
  const known = [...catalog.relations.values()].flatMap((relation) =>
    relation.schema === object.schema && isLike(relation, kind) ? relation.name : [],
  );
  return missing('missing-relation', code, object, name.span, known, {
    restsOnAbsence: true,
    mayBeBrought: mayBringRelations(catalog),
  });
}

/** Tables in which runners keep what they have run. */
export const RUNNERS_OWN =
  /^_*(?:diesel_)?schema_(?:migrations|revisions|version|info|lock)$|^flyway_schema_history$|^goose_db_version$|^_?(?:sqlx|prisma|drizzle|knex)_*migrations(?:_lock)?$|^__drizzle_migrations$|^(?:pg|node_pg|gorp|goose|atlas|rails|hdb|ar)_?(?:migrations|schema_revisions|internal_metadata)$|^ar_internal_metadata$|^databasechangelog(?:lock)?$|^migrations?$/i;

function isLike(relation: Relation, kind: ObjectKind): boolean {
  if (kind === 'index') return relation.kind === 'index';
  if (kind === 'sequence') return relation.kind === 'sequence';
  if (kind === 'view') return relation.kind === 'view' && !relation.materialized;
  if (kind === 'materialized view') return relation.kind === 'view' && relation.materialized;
  return relation.kind === 'table' || relation.kind === 'view';
}

/** Of a table that an operation needs: also when there is something else of that name. */
export function lacksTable(catalog: Catalog, name: Name): Refusal | null {
  const relation = certainRelation(catalog, name);
  if (relation === null) return lacksRelation(catalog, name);
  return relation.kind === 'table' ? null : isOtherKind(relation, name, 'table');
}

export function isOtherKind(relation: Relation, { span }: Name, wanted: ObjectKind): Refusal {
  const kind = kindOf(relation);
  const object = { kind, schema: relation.schema, name: relation.name };
  const message = `"${relation.name}" is ${article(kind)} ${kind}, not ${article(wanted)} ${wanted}`;
  return refusal('wrong-kind', '42809', message, object, span);
}

export function kindOf(relation: Relation): ObjectKind {
  if (relation.kind === 'view') return relation.materialized ? 'materialized view' : 'view';
  return relation.kind;
}

/** Columns that every table has. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

export function isSystemColumn(name: string): boolean {
  return SYSTEM_COLUMNS.has(name);
}

export function hasColumn(catalog: Catalog, table: Table, name: string): boolean | 'unknown' {
  if (columnOf(table, name) !== null) {
    return isCertain(catalog, table) && !catalog.doubts.columns.has(columnKey(table.id, name))
      ? true
      : 'unknown';
  }
  return isWhole(catalog, table) && !catalog.doubts.columns.has(columnKey(table.id, name))
    ? false
    : 'unknown';
}

/** Of a column that an operation needs. */
export function lacksColumn(
  catalog: Catalog,
  table: Table,
  column: LocalName,
  code = '42703',
): Refusal | null {
  const name = truncateIdentifier(column.name);
  if (name === '' || isSystemColumn(name) || hasColumn(catalog, table, name) !== false) return null;
  const object = { kind: 'column', schema: null, name } as const;
  const known = table.columns.map((one) => one.name);
  return missing('missing-column', code, object, column.span, known, { of: ` in table "${table.name}"` });
}

/** Of a column of a view that an operation needs. */
export function lacksColumnOfView(
  catalog: Catalog,
  view: View,
  { name: given, span }: LocalName,
): Refusal | null {
  const name = truncateIdentifier(given);
  const isHeld = view.complete && isCertain(catalog, view);
  if (name === '' || !isHeld || view.columns.some((column) => column.name === name)) return null;
  const object = { kind: 'column', schema: null, name } as const;
  const known = view.columns.map((column) => column.name);
  return missing('missing-column', '42703', object, span, known, {
    of: ` in ${kindOf(view)} "${view.name}"`,
  });
}
