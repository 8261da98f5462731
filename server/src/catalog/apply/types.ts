// What operations do to types, functions, schemas and extensions.

import { Map as ImmutableMap } from 'immutable';
import type { Catalog, UserType } from '../catalog.js';
import { nameKey } from '../catalog.js';
import { findType } from '../lookup.js';
import type {
  AddEnumValue,
  AlterDomain,
  CreateEnum,
  CreateFunction,
  CreateType,
  DropFunction,
  DropSchema,
  DropType,
  RenameEnumValue,
  RenameSchema,
  RenameType,
  SetTypeSchema,
} from '../operation.js';
import type { TypeName } from '../types.js';
import { creationSchema, moveRelation, putRelation, removeRelation } from './relations.js';

function putType(catalog: Catalog, type: UserType): Catalog {
  return { ...catalog, types: catalog.types.set(nameKey(type.schema, type.name), type) };
}

export function createType(catalog: Catalog, operation: CreateEnum | CreateType): Catalog {
  const schema = creationSchema(catalog, operation.type.schema);
  const { name } = operation.type;
  if (operation.kind === 'create-enum') {
    return putType(catalog, { kind: 'enum', schema, name, values: operation.values });
  }
  const { definition } = operation;
  if (definition.kind !== 'domain') return putType(catalog, { kind: 'other', schema, name });
  const { base, notNull, checks } = definition;
  return putType(
    catalog,
    domain({ kind: 'domain', schema, name, base, notNull, checks, constrained: false }),
  );
}

type Domain = Extract<UserType, { readonly kind: 'domain' }>;

function domain(type: Domain): Domain {
  return { ...type, constrained: type.notNull || type.checks > 0 };
}

export function alterDomain(catalog: Catalog, { type: name, action }: AlterDomain): Catalog {
  const type = findType(catalog, name);
  if (type?.kind !== 'domain') return catalog;
  switch (action) {
    case 'add-check':
    case 'add-check-not-valid':
      return putType(catalog, domain({ ...type, checks: type.checks + 1 }));
    case 'drop-constraint':
      return putType(catalog, domain({ ...type, checks: Math.max(0, type.checks - 1) }));
    case 'set-not-null':
    case 'drop-not-null':
      return putType(catalog, domain({ ...type, notNull: action === 'set-not-null' }));
    case 'validate':
      return catalog;
  }
}

export function changeEnum(catalog: Catalog, operation: AddEnumValue | RenameEnumValue): Catalog {
  const type = findType(catalog, operation.type);
  if (type?.kind !== 'enum') return catalog;
  if (operation.kind === 'rename-enum-value') {
    const { from, to } = operation;
    return putType(catalog, { ...type, values: type.values.map((value) => (value === from ? to : value)) });
  }
  const { name } = operation.value;
  if (type.values.includes(name)) return catalog;
  const neighbour = operation.position === null ? -1 : type.values.indexOf(operation.position.value);
  const at =
    neighbour < 0 ? type.values.length : operation.position?.side === 'before' ? neighbour : neighbour + 1;
  return putType(catalog, { ...type, values: [...type.values.slice(0, at), name, ...type.values.slice(at)] });
}

export function dropType(catalog: Catalog, operation: DropType): Catalog {
  const type = findType(catalog, operation.type);
  if (type === null) return catalog;
  return { ...catalog, types: catalog.types.delete(nameKey(type.schema, type.name)) };
}

/** Gives a type another name, or another schema. */
export function moveType(catalog: Catalog, operation: RenameType | SetTypeSchema): Catalog {
  const type = findType(catalog, operation.type);
  if (type === null) return catalog;
  const to = operation.kind === 'rename-type' ? { name: operation.to.name } : { schema: operation.to.name };
  const without = { ...catalog, types: catalog.types.delete(nameKey(type.schema, type.name)) };
  const renamed = putType(without, { ...type, ...to });
  const isIt = ({ schema, name }: TypeName) =>
    name === type.name && (schema ?? catalog.searchPath.find((one) => one === type.schema)) === type.schema;
  let next = renamed;
  for (const relation of renamed.relations.values()) {
    if (relation.kind !== 'table' || !relation.columns.some((column) => isIt(column.type))) continue;
    next = putRelation(next, {
      ...relation,
      columns: relation.columns.map((column) =>
        isIt(column.type) ? { ...column, type: { ...column.type, ...to } } : column,
      ),
    });
  }
  return next;
}

export function changeFunction(catalog: Catalog, operation: CreateFunction | DropFunction): Catalog {
  const schema = creationSchema(catalog, operation.function.schema);
  const { name } = operation.function;
  const key = nameKey(schema, name);
  if (operation.kind === 'drop-function') return { ...catalog, functions: catalog.functions.delete(key) };
  const { volatility } = operation;
  return { ...catalog, functions: catalog.functions.set(key, { schema, name, volatility }) };
}

export function dropSchema(catalog: Catalog, operation: DropSchema): Catalog {
  const schema = operation.schema.name;
  let next: Catalog = {
    ...catalog,
    schemas: catalog.schemas.delete(schema),
    types: catalog.types.filter((type) => type.schema !== schema),
    functions: catalog.functions.filter((facts) => facts.schema !== schema),
  };
  for (const relation of catalog.relations.values()) {
    if (relation.schema === schema) next = removeRelation(next, relation);
  }
  return next;
}

export function renameSchema(catalog: Catalog, operation: RenameSchema): Catalog {
  const from = operation.schema.name;
  const to = operation.to.name;
  const moved = <T extends { readonly schema: string; readonly name: string }>(all: Iterable<T>) =>
    [...all].map((one): [string, T] => {
      const it = one.schema === from ? { ...one, schema: to } : one;
      return [nameKey(it.schema, it.name), it];
    });
  let next: Catalog = {
    ...catalog,
    schemas: catalog.schemas.delete(from).add(to),
    types: ImmutableMap(moved(catalog.types.values())),
    functions: ImmutableMap(moved(catalog.functions.values())),
  };
  for (const id of catalog.relations.keys()) {
    // Indexes and sequences have moved with their table by then.
    const relation = next.relations.get(id);
    if (relation?.schema === from) next = moveRelation(next, relation, { schema: to, name: relation.name });
  }
  return next;
}
