// What names mean to the server that reads and prints an expression: its types, and what the catalog adds to them.
// It prints for a session with the default search path, in which only `public` and what is built in need no qualification.

import { type Catalog, nameKey, type Relation, type Table, type UserType } from '../catalog.js';
import type { TreeType } from '../expression-tree.js';
import { quoteName } from '../keywords.js';
import { internalTypeName } from '../types.js';
import { type Tables, tablesFor } from './tables.js';
import { arrayOf, elementOf, type OfType, type TypeId } from './typed.js';

export interface World {
  readonly catalog: Catalog;
  /** Whose columns are read; `null` where none may be. */
  readonly table: Table | null;
  readonly postgres: number;
  readonly tables: Tables;
  /** What the one name of a sequence in a default means, whatever the sequence is called by now. */
  readonly drawsFrom: Relation | null;
}

export interface TypeFacts {
  readonly kind: 'base' | 'enum' | 'domain' | 'range' | 'multirange' | 'pseudo';
  readonly category: string;
  readonly preferred: boolean;
  readonly collatable: boolean;
}

export function worldOf(catalog: Catalog, table: Table | null, postgres: number): World {
  return { catalog, table, postgres, tables: tablesFor(postgres, catalog.extensions), drawsFrom: null };
}

/** `null` for a type that is not known, or that may be one of several. */
export function resolveType(world: World, written: TreeType): OfType | null {
  const type = resolveElement(world, written);
  if (type === null) return null;
  const modifier = modifierOf(type, written.modifiers);
  return { type: written.arrayDimensions > 0 ? arrayOf(type) : type, modifier };
}

function resolveElement(world: World, { schema, name: word }: TreeType): TypeId | null {
  const { tables, catalog } = world;
  const name = schema === null ? internalTypeName(word) : word;
  const owner = tables.types.has(name) ? (tables.ownerOfType.get(name) ?? '') : null;
  if (schema === null || schema === 'pg_catalog') {
    if (owner === '' && tables.types.get(name)?.kind !== 'pseudo') return name;
    if (schema !== null) return null;
  }
  const own = typesNamed(catalog, name).filter((type) => schema === null || type.schema === schema);
  const home = owner === null || owner === '' ? null : schemaOfExtension(catalog, owner);
  if (home !== null && (schema ?? home) === home) return own.length === 0 ? name : null;
  const [only] = own;
  if (only === undefined || own.length > 1) return null;
  const key = nameKey(only.schema, only.name);
  return catalog.doubts.types.has(key) ? null : key;
}

/** In whatever schema. */
export function typesNamed({ schemas, types }: Catalog, name: string): readonly UserType[] {
  return [...schemas].flatMap((schema) => types.get(nameKey(schema, name)) ?? []);
}

/** Where the objects of an extension are; `null` when no migration that we read says it. */
export function schemaOfExtension(catalog: Catalog, extension: string): string | null {
  return catalog.extensionSchemas.get(extension) ?? null;
}

/** As it is printed after the type's name. */
function modifierOf(type: TypeId, modifiers: readonly string[]): string | null {
  if (modifiers.length === 0) return null;
  switch (type) {
    case 'numeric':
      return `(${modifiers.length === 1 ? `${modifiers[0]},0` : modifiers.join(',')})`;
    case 'interval': {
      const fields = modifiers.find((one) => /[a-z]/.test(one));
      const precision = modifiers.find((one) => /^\d+$/.test(one));
      return `${fields === undefined ? '' : ` ${fields}`}${precision === undefined ? '' : `(${precision})`}`;
    }
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'timetz':
      return `(${Math.min(6, Number(modifiers[0]))})`;
    default:
      return `(${modifiers.join(',')})`;
  }
}

export function userType(world: World, type: TypeId): UserType | null {
  return world.catalog.types.get(type) ?? null;
}

/** `null` for composite types and others of which nothing is known. */
export function factsOf(world: World, type: TypeId): TypeFacts | null {
  const element = elementOf(type);
  if (element !== null) {
    const inside = factsOf(world, element);
    return inside === null
      ? null
      : { kind: 'base', category: 'A', preferred: false, collatable: inside.collatable };
  }
  const builtIn = world.tables.types.get(type);
  if (builtIn !== undefined) return builtIn.kind === 'domain' ? null : { ...builtIn, kind: builtIn.kind };
  const own = userType(world, type);
  switch (own?.kind) {
    case 'enum':
      return { kind: 'enum', category: 'E', preferred: false, collatable: false };
    case 'domain': {
      const base = baseOf(world, type);
      const facts = base === null ? null : factsOf(world, base.type);
      return facts === null ? null : { ...facts, kind: 'domain', preferred: false };
    }
    default:
      return null;
  }
}

/** Of a domain what it is made of, down to a type that is none; any other type itself, without modifier. */
export function baseOf(world: World, type: TypeId): OfType | null {
  const own = userType(world, type);
  if (own?.kind !== 'domain') return { type, modifier: null };
  const base = resolveType(world, own.base);
  if (base === null) return null;
  const further = baseOf(world, base.type);
  return further === null ? null : { type: further.type, modifier: base.modifier ?? further.modifier };
}

/** {@link baseOf}, its type alone; the type itself where that is not known. */
export function baseType(world: World, type: TypeId): TypeId {
  return baseOf(world, type)?.type ?? type;
}

/** Words that became keywords after PostgreSQL 12, with the version. */
const LATER_KEYWORDS: ReadonlyMap<string, number> = new Map([
  ['normalize', 13],
  ...['json_array', 'json_arrayagg', 'json_object', 'json_objectagg', 'system_user'].map(since(16)),
  ...['json', 'json_exists', 'json_query', 'json_scalar', 'json_serialize', 'json_table', 'json_value'].map(
    since(17),
  ),
  ['merge_action', 17],
]);

function since(version: number): (word: string) => [string, number] {
  return (word) => [word, version];
}

/** `quote_identifier()`. */
export function spellName({ postgres }: World, name: string): string {
  return (LATER_KEYWORDS.get(name) ?? 0) > postgres ? name : quoteName(name);
}

const SPELLED: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  numeric: 'numeric',
  interval: 'interval',
  json: 'json',
  varchar: 'character varying',
  char: '"char"',
  varbit: 'bit varying',
  bit: '"bit"',
  bpchar: 'bpchar',
};

/** As `format_type()` prints a type within an expression. */
export function spellType(world: World, { type, modifier }: OfType): string {
  const element = elementOf(type);
  if (element !== null) return `${spellType(world, { type: element, modifier })}[]`;
  const suffix = modifier ?? '';
  switch (type) {
    case 'timestamp':
    case 'time':
      return `${type}${suffix} without time zone`;
    case 'timestamptz':
    case 'timetz':
      return `${type.slice(0, -2)}${suffix} with time zone`;
    case 'bpchar':
    case 'bit':
      // Without a length they are not what CHARACTER and BIT mean, which have the length 1.
      if (modifier !== null) return `${type === 'bit' ? 'bit' : 'character'}${suffix}`;
      break;
  }
  const own = userType(world, type);
  if (own === null) {
    const owner = world.tables.ownerOfType.get(type);
    const home = owner === undefined ? 'public' : (schemaOfExtension(world.catalog, owner) ?? 'public');
    const schema = home === 'public' ? '' : `${spellName(world, home)}.`;
    return `${schema}${SPELLED[type] ?? spellName(world, type)}${suffix}`;
  }
  const hidden = own.schema !== 'public' || world.tables.types.has(own.name);
  return hidden
    ? `${spellName(world, own.schema)}.${spellName(world, own.name)}`
    : spellName(world, own.name);
}
