// Types by name, as the server resolves them when an object is made: what a column holds does not change with the search path.

import type { Catalog, Relation, UserType } from './catalog.js';
import { nameKey } from './catalog.js';
import { extensionObjects } from './extension-objects.js';
import { columnOf, findRelation, findType } from './lookup.js';
import type { Reference } from './names.js';
import { type TypeName, typeNamed, UNKNOWN_TYPE } from './types.js';

/** The same type with the schema that it is in; none for what is built in or in `public`. */
export function resolveType(catalog: Catalog, type: TypeName): TypeName {
  if (type.copies !== undefined) return copiedType(catalog, type.copies);
  // pg_catalog comes first on every search path.
  if (type.schema === null && isCommon(type.name)) return type;
  const user = findType(catalog, type);
  if (user !== null) return { ...type, schema: shown(user.schema, user.name), name: user.name };
  const row = rowType(catalog, type);
  if (row !== null) return { ...type, schema: shown(row.schema, row.name), name: row.name };
  const inArray = elementOf(catalog, type);
  if (inArray !== null) return { ...inArray, arrayDimensions: 1, span: type.span };
  const schema = type.schema ?? extensionSchema(catalog, type.name);
  return { ...type, schema: schema === null ? null : shown(schema, type.name) };
}

/** Where an extension put the type; `null` when none that we know brings it. */
function extensionSchema(catalog: Catalog, name: string): string | null {
  for (const [extension, schema] of catalog.extensionSchemas) {
    if (extensionObjects(extension)?.types.includes(name) === true) return schema;
  }
  return null;
}

/** What hides behind a built-in type keeps its schema. */
function shown(schema: string, name: string): string | null {
  return schema === 'public' && !isCommon(name) ? null : schema;
}

/** The table, view or sequence whose rows the type is of. Only tables have one that anybody uses. */
function rowType(catalog: Catalog, { schema, name, arrayDimensions }: TypeName): Relation | null {
  if (schema === null && isCommon(name)) return null;
  const relation = findRelation(catalog, { schema, name });
  return relation === null ||
    relation.kind === 'index' ||
    (relation.kind === 'sequence' && arrayDimensions === 0)
    ? null
    : relation;
}

/** Words that are types before they are anything else. */
function isCommon(name: string): boolean {
  return COMMON.has(name);
}

const COMMON: ReadonlySet<string> = new Set(
  (
    'int2 int4 int8 float4 float8 numeric money bool text varchar bpchar char name bytea date time timetz timestamp ' +
    'timestamptz interval uuid json jsonb jsonpath xml inet cidr macaddr macaddr8 bit varbit oid regclass regproc ' +
    'regprocedure regtype regrole regnamespace regconfig regdictionary regoper regoperator point line lseg box path ' +
    'polygon circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange int4multirange ' +
    'int8multirange nummultirange tsmultirange tstzmultirange datemultirange void trigger event_trigger record any ' +
    'anyelement anyarray anynonarray anyenum anyrange anymultirange anycompatible anycompatiblearray ' +
    'anycompatiblenonarray anycompatiblerange anycompatiblemultirange cstring internal language_handler ' +
    'fdw_handler table_am_handler index_am_handler tsm_handler pg_ddl_command tid xid xid8 cid pg_lsn pg_snapshot ' +
    'txid_snapshot refcursor int2vector oidvector aclitem unknown'
  ).split(' '),
);

export function isBuiltInType({ schema, name }: Reference): boolean {
  return schema === null && COMMON.has(name);
}

/** The element of an array type that goes by its own name: `_text`. */
function elementOf(catalog: Catalog, { schema, name }: TypeName): TypeName | null {
  if (!name.startsWith('_')) return null;
  const inner = name.slice(1);
  if (schema === null && isCommon(inner)) return typeNamed(inner);
  for (const type of catalog.types.values()) {
    if (type.arrayName === name && (schema === null || schema === type.schema)) {
      return { ...typeNamed(type.name), schema: shown(type.schema, type.name) };
    }
  }
  return null;
}

/** `table.column%TYPE`. */
function copiedType(catalog: Catalog, parts: readonly string[]): TypeName {
  const column = parts.at(-1) ?? '';
  const relation = findRelation(catalog, { schema: parts.at(-3) ?? null, name: parts.at(-2) ?? '' });
  if (relation?.kind === 'table') return columnOf(relation, column)?.type ?? UNKNOWN_TYPE;
  if (relation?.kind === 'view')
    return relation.columns.find(({ name }) => name === column)?.type ?? UNKNOWN_TYPE;
  return UNKNOWN_TYPE;
}

/** The user's type behind a resolved name. */
export function userTypeOf(catalog: Catalog, { schema, name }: Reference): UserType | null {
  return catalog.types.get(nameKey(schema ?? 'public', name)) ?? null;
}

/** The relation whose row type a resolved name is. */
export function relationOfType(catalog: Catalog, { schema, name }: Reference): Relation | null {
  if (schema === null && isCommon(name)) return null;
  const id = catalog.names.get(nameKey(schema ?? 'public', name));
  const relation = id === undefined ? undefined : catalog.relations.get(id);
  return relation === undefined || relation.kind === 'index' ? null : relation;
}

/** Whether two resolved names are the same type, arrays or not. */
export function isSameName(a: Reference, b: Reference): boolean {
  return a.name === b.name && (a.schema ?? 'public') === (b.schema ?? 'public');
}

/** The type under a domain, with the domain's length; any other type itself. */
export function baseType(catalog: Catalog, type: TypeName): TypeName {
  if (type.arrayDimensions > 0) return type;
  const user = userTypeOf(catalog, type);
  return user?.kind === 'domain' ? baseType(catalog, user.base) : type;
}

/** The attributes of a composite type or of a table's rows; `null` when it is neither, or they are not known. */
export function attributesOf(
  catalog: Catalog,
  type: TypeName,
): readonly { readonly name: string; readonly type: TypeName }[] | null {
  if (type.arrayDimensions > 0) return null;
  const user = userTypeOf(catalog, type);
  if (user !== null) return user.kind === 'composite' ? user.attributes : null;
  const relation = relationOfType(catalog, type);
  return (relation?.kind === 'table' || relation?.kind === 'view') && relation.complete
    ? relation.columns
    : null;
}
