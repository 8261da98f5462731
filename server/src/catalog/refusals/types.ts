// Types: those that exist nowhere, and those that are there already.

import type { Catalog, UserType } from '../catalog.js';
import { nameKey } from '../catalog.js';
import { findType } from '../lookup.js';
import { type LocalName, type Name, type Reference, truncateIdentifier } from '../names.js';
import type {
  AddEnumValue,
  AlterDomain,
  AlterType,
  CreateEnum,
  CreateType,
  DropType,
  RenameEnumValue,
  RenameType,
  SetTypeSchema,
} from '../operation.js';
import type { TypeName } from '../types.js';
import { asLookedUp, certainRelation, homeOf, isAbsent } from './certainty.js';
import { isOfAnExtension, mayBringTypes } from './extension-types.js';
import { exists, firstOf, missing, type Refusal, type RefusalContext, refusal } from './refusal.js';
import { lacksSchema } from './schemas.js';

/** pg_type of PostgreSQL 18 without row types of the catalogs and arrays; what older servers had besides. */
const BUILT_IN: ReadonlySet<string> = new Set(
  (
    'abstime aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray ' +
    'anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid cidr ' +
    'circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector index_am_handler inet ' +
    'int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal interval json jsonb jsonpath ' +
    'language_handler line lseg macaddr macaddr8 money name numeric nummultirange numrange oid oidvector opaque path point ' +
    'polygon record refcursor regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc ' +
    'regprocedure regrole regtype reltime smgr table_am_handler text tid time timestamp timestamptz timetz tinterval trigger ' +
    'tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar ' +
    'void xid xid8 xml'
  ).split(' '),
);

/** Words that people write for a type of another name. */
const MEANT: Readonly<Record<string, string>> = {
  datetime: 'timestamp',
  string: 'text',
  int64: 'bigint',
  int32: 'integer',
  double: 'double precision',
  blob: 'bytea',
  tinyint: 'smallint',
  mediumtext: 'text',
  longtext: 'text',
  uint: 'bigint',
};

/** Of a type that a column is to have. */
export function lacksTypeOf(catalog: Catalog, type: TypeName): Refusal | null {
  if (type.serial) return null;
  const { schema } = type;
  // Arrays are also found by the name of their own type, `_text`.
  const name = type.name.replace(/^_+(?=.)/, '');
  if (schema === null && (BUILT_IN.has(name) || isOfAnExtension(name))) return null;
  return lacksType(catalog, { schema, name, span: type.span });
}

/** Of a type that is named for its own sake. */
export function lacksTypeNamed(catalog: Catalog, { schema, name, span }: Name): Refusal | null {
  if (schema === null && (BUILT_IN.has(name) || isOfAnExtension(name))) return null;
  return lacksType(catalog, { schema, name, span });
}

/** @param code ALTER TYPE … ATTRIBUTE looks for a relation */
function lacksType(catalog: Catalog, given: Name, code = '42704'): Refusal | null {
  const name = asLookedUp(given);
  if (mayBringTypes(catalog)) return null;
  const has = (schema: string, one: string) =>
    catalog.types.has(nameKey(schema, one)) || catalog.names.has(nameKey(schema, one));
  if (!isAbsent(catalog, name, has)) return null;
  const object = { kind: 'type', schema: homeOf(catalog, name), name: name.name } as const;
  const known = [...catalog.types.values()].map((type) => type.name);
  const meant = name.schema === null ? MEANT[name.name] : undefined;
  const found = missing('missing-object', code, object, given.span, [...known, ...BUILT_IN], {
    restsOnAbsence: true,
  });
  return meant === undefined ? found : { ...found, candidates: [meant, ...found.candidates] };
}

/** The type, when it is certain that it is there. */
function certainType(catalog: Catalog, name: Reference): UserType | null {
  const type = findType(catalog, asLookedUp(name));
  if (type === null || catalog.doubts.everything !== null) return null;
  return catalog.doubts.types.has(nameKey(type.schema, type.name)) ? null : type;
}

function isTaken(catalog: Catalog, name: Name, schema: string | null): Refusal | null {
  if (schema === null) return null;
  const type = certainType(catalog, { schema, name: name.name });
  if (type !== null) return exists('42710', { kind: 'type', schema, name: type.name }, name.span);
  const relation = certainRelation(catalog, { schema, name: name.name });
  // The rows of a table have a type of its name.
  if (relation === null || relation.kind === 'index' || relation.kind === 'sequence') return null;
  return exists('42710', { kind: relation.kind, schema, name: relation.name }, name.span);
}

/** Rows of a new table or view have a type of its name. */
export function typeIsTaken(catalog: Catalog, name: Name, schema: string): Refusal | null {
  const type = certainType(catalog, { schema, name: name.name });
  return type === null ? null : exists('42710', { kind: 'type', schema, name: type.name }, name.span);
}

export function refusedType(catalog: Catalog, operation: CreateEnum | CreateType): Refusal | null {
  const { type } = operation;
  // A shell waits to be defined.
  const there = findType(catalog, asLookedUp({ ...type, schema: homeOf(catalog, type) }));
  if (there?.kind === 'other' && operation.kind === 'create-type' && operation.definition.kind === 'base')
    return null;
  return firstOf(
    () => lacksSchema(catalog, type),
    () => isTaken(catalog, type, homeOf(catalog, type)),
    () =>
      operation.kind === 'create-type' && operation.definition.kind === 'domain'
        ? lacksTypeOf(catalog, operation.definition.base)
        : null,
    () => {
      if (operation.kind !== 'create-enum') return null;
      const repeated = operation.values.find((value, index) => operation.values.indexOf(value) < index);
      if (repeated === undefined) return null;
      const object = { kind: 'value', schema: null, name: repeated } as const;
      const message = `the type "${type.name}" names the value "${repeated}" twice`;
      return refusal('exists', '23505', message, object, type.span);
    },
  );
}

export function refusedEnumChange(
  catalog: Catalog,
  operation: AddEnumValue | RenameEnumValue,
): Refusal | null {
  const { type: name } = operation;
  const type = certainType(catalog, name);
  if (type === null) return lacksType(catalog, name);
  if (type.kind !== 'enum') {
    const object = { kind: 'type', schema: type.schema, name: type.name } as const;
    return type.kind === 'other'
      ? null
      : refusal('wrong-kind', '42809', `"${type.name}" is not an enum`, object, name.span);
  }
  const value = (one: string, at = operation.keyword) => {
    const object = { kind: 'value', schema: null, name: one } as const;
    return { object, at, of: ` in the enum "${type.name}"` };
  };
  const lacks = (one: string) => {
    const { object, at, of } = value(one);
    return type.values.includes(one)
      ? null
      : missing('missing-object', '22023', object, at, type.values, { of });
  };
  const has = (one: string) => {
    const { object, at, of } = value(one);
    return type.values.includes(one) ? exists('42710', object, at, of) : null;
  };
  if (operation.kind === 'rename-enum-value') {
    return firstOf(
      () => lacks(operation.from),
      () => has(operation.to),
    );
  }
  const taken = has(operation.value.name);
  if (taken !== null) return operation.ifNotExists ? null : taken;
  return operation.position === null ? null : lacks(operation.position.value);
}

/** DROP TYPE, and ALTER TYPE that gives another name or schema. */
export function refusedTypeChange(
  catalog: Catalog,
  operation: DropType | RenameType | SetTypeSchema,
  dependents: (type: UserType) => Refusal | null,
): Refusal | null {
  const type = certainType(catalog, operation.type);
  if (type === null) {
    return operation.kind === 'drop-type' && operation.ifExists ? null : lacksType(catalog, operation.type);
  }
  switch (operation.kind) {
    case 'drop-type':
      return operation.cascade ? null : dependents(type);
    case 'rename-type':
      return isTaken(catalog, { ...operation.to, schema: type.schema }, type.schema);
    case 'set-type-schema': {
      const to = { schema: operation.to.name, name: type.name, span: operation.to.span };
      if (to.schema === type.schema) return null;
      return firstOf(
        () => lacksSchema(catalog, to),
        () => isTaken(catalog, to, to.schema),
      );
    }
  }
}

export function refusedDomainChange(catalog: Catalog, { type: name }: AlterDomain): Refusal | null {
  const type = certainType(catalog, name);
  if (type === null) return lacksType(catalog, name);
  if (type.kind === 'domain' || type.kind === 'other') return null;
  const object = { kind: 'type', schema: type.schema, name: type.name } as const;
  return refusal(
    'wrong-kind',
    '42809',
    `"${truncateIdentifier(name.name)}" is not a domain`,
    object,
    name.span,
  );
}

/** ALTER TYPE … ATTRIBUTE. Another action of the same statement may add or drop what this one names. */
export function refusedAttributeChange(
  catalog: Catalog,
  { type: name, action, keyword }: AlterType,
  { statement }: RefusalContext,
): Refusal | null {
  const type = certainType(catalog, name);
  // The rows of a table have a type that ALTER TYPE does not take, with an error of its own.
  if (type === null) {
    return certainRelation(catalog, name) === null ? lacksType(catalog, name, '42P01') : null;
  }
  if (type.kind !== 'composite' || statement.length > 1) return null;
  const known = type.attributes.map((attribute) => attribute.name);
  const of = ` in the type "${type.name}"`;
  const lacks = ({ name: given, span }: LocalName) => {
    const object = { kind: 'attribute', schema: null, name: truncateIdentifier(given) } as const;
    return known.includes(object.name)
      ? null
      : missing('missing-object', '42703', object, span, known, { of });
  };
  const taken = ({ name: given, span }: LocalName) => {
    const object = { kind: 'attribute', schema: null, name: truncateIdentifier(given) } as const;
    return known.includes(object.name) ? exists('42701', object, span, of) : null;
  };
  switch (action.kind) {
    case 'add-attribute':
      return firstOf(
        () => taken({ name: action.attribute.name, span: keyword }),
        () => lacksTypeOf(catalog, action.attribute.type),
      );
    case 'drop-attribute':
      return action.ifExists ? null : lacks(action.attribute);
    case 'alter-attribute':
      return firstOf(
        () => lacks(action.attribute),
        () => lacksTypeOf(catalog, action.type),
      );
    case 'rename-attribute':
      return firstOf(
        () => lacks(action.attribute),
        () => taken(action.to),
      );
  }
}
