// What operations do to types.

import {
  type Catalog,
  type CompositeType,
  type DomainConstraint,
  type DomainType,
  type FunctionFacts,
  nameKey,
  type Relation,
  type UserType,
} from '../catalog.js';
import { findType } from '../lookup.js';
import { type Reference, truncateIdentifier } from '../names.js';
import type {
  AddEnumValue,
  AlterDomain,
  AlterType,
  CreateEnum,
  CreateType,
  DomainConstraintDefinition,
  RenameEnumValue,
  RenameType,
  SetTypeSchema,
} from '../operation.js';
import { objectName } from '../server-names.js';
import { isSameName, resolveType } from '../type-lookup.js';
import type { TypeName } from '../types.js';
import { alterColumn } from './alter-column.js';
import { addColumn, keptDefault } from './columns.js';
import { dropColumn } from './drop-column.js';
import { type Context, constraintNameTaken, creationSchema, putRelation } from './relations.js';
import { renameColumn } from './rename-column.js';

function putType(catalog: Catalog, type: UserType): Catalog {
  return { ...catalog, types: catalog.types.set(nameKey(type.schema, type.name), type) };
}

/** Whether a type, an array type or the rows of a relation go by the name. */
function typeNameTaken(catalog: Catalog, schema: string, name: string): boolean {
  const key = nameKey(schema, name);
  const id = catalog.names.get(key);
  const relation = id === undefined ? undefined : catalog.relations.get(id);
  if (catalog.types.has(key) || (relation !== undefined && relation.kind !== 'index')) return true;
  if (!name.startsWith('_')) return false;
  const row = catalog.names.get(nameKey(schema, name.slice(1)));
  const kind = row === undefined ? undefined : catalog.relations.get(row)?.kind;
  return kind === 'table' || kind === 'view' || isArrayName(catalog, schema, name);
}

function isArrayName(catalog: Catalog, schema: string, name: string): boolean {
  for (const type of catalog.types.values()) {
    if (type.arrayName === name && type.schema === schema) return true;
  }
  return false;
}

/** `_name`, and `_name_1` and so on where that is taken; before PostgreSQL 16 with ever more underscores in front. */
function chooseArrayName(catalog: Catalog, schema: string, name: string, { postgres }: Context): string {
  for (let pass = 0; ; pass += 1) {
    const candidate =
      postgres >= 16
        ? `_${objectName(name, '', pass === 0 ? '' : String(pass))}`
        : truncateIdentifier(`${'_'.repeat(pass + 1)}${name}`);
    const cut = truncateIdentifier(candidate);
    if (!typeNameTaken(catalog, schema, cut)) return cut;
  }
}

export function createType(catalog: Catalog, operation: CreateEnum | CreateType, context: Context): Catalog {
  const schema = creationSchema(catalog, operation.type.schema);
  const name = truncateIdentifier(operation.type.name);
  const free = makeRoom(catalog, schema, name, context);
  const arrayName = chooseArrayName(free, schema, name, context);
  const base = { schema, name, arrayName };
  if (operation.kind === 'create-enum') {
    return putType(free, { ...base, kind: 'enum', values: operation.values });
  }
  const { definition } = operation;
  switch (definition.kind) {
    case 'domain': {
      const constraints: DomainConstraint[] = [];
      for (const one of definition.constraints) {
        constraints.push(domainConstraint(free, { schema, name }, constraints, one));
      }
      const type = resolveType(free, definition.base);
      return putType(
        free,
        domain({
          ...base,
          kind: 'domain',
          base: type,
          default: keptDefault(definition.default, type),
          constraints,
        }),
      );
    }
    case 'composite': {
      const attributes = definition.attributes.map((attribute) => ({
        ...attribute,
        type: resolveType(free, attribute.type),
      }));
      return putType(free, { ...base, kind: 'composite', attributes });
    }
    case 'range':
      return createRange(
        free,
        { ...base, subtype: resolveType(free, definition.subtype) },
        definition.multirange,
        context,
      );
    case 'base': {
      // A shell has no array type.
      return putType(free, {
        ...base,
        arrayName: definition.shell ? null : arrayName,
        kind: 'other',
        rangeName: null,
      });
    }
  }
}

/** An array type gives its name up to a type that somebody asked for. */
function makeRoom(catalog: Catalog, schema: string, name: string, context: Context): Catalog {
  let next = catalog;
  for (const type of catalog.types.values()) {
    if (type.schema !== schema || type.arrayName !== name) continue;
    const without = putType(next, { ...type, arrayName: null });
    const taken = putType(without, { kind: 'other', schema, name, arrayName: null, rangeName: null });
    // The new name is made from the one that it gives up.
    next = putType(without, { ...type, arrayName: chooseArrayName(taken, schema, name, context) });
  }
  return next;
}

interface RangeParts {
  readonly schema: string;
  readonly name: string;
  readonly arrayName: string;
  readonly subtype: TypeName;
}

/** Since PostgreSQL 14 a multirange comes with it. */
function createRange(
  catalog: Catalog,
  range: RangeParts,
  given: Reference | null,
  context: Context,
): Catalog {
  if (context.postgres < 14) return putType(catalog, { ...range, kind: 'range', multirange: null });
  const schema = given?.schema ?? range.schema;
  const name = given === null ? multirangeName(range.name) : truncateIdentifier(given.name);
  const made = putType(catalog, { ...range, kind: 'range', multirange: { schema, name } });
  const arrayName = chooseArrayName(made, schema, name, context);
  return putType(made, { kind: 'other', schema, name, arrayName, rangeName: range.name });
}

/** makeMultirangeTypeName in pg_type.c. */
function multirangeName(name: string): string {
  return name.includes('range')
    ? truncateIdentifier(name.replace('range', 'multirange'))
    : objectName(name, '', 'multirange');
}

/** Sets what follows from the constraints. */
function domain(type: Omit<DomainType, 'checks' | 'constrained' | 'notNull'>): DomainType {
  const notNull = type.constraints.some(({ kind }) => kind === 'not-null');
  const checks = type.constraints.filter(({ kind }) => kind === 'check').length;
  return { ...type, notNull, checks, constrained: notNull || checks > 0 };
}

function domainConstraint(
  catalog: Catalog,
  type: { readonly schema: string; readonly name: string },
  others: readonly DomainConstraint[],
  { kind, name, expression, validated }: DomainConstraintDefinition,
): DomainConstraint {
  const label = kind === 'check' ? 'check' : 'not_null';
  const taken = (candidate: string) =>
    others.some((one) => one.name === candidate) ||
    constraintNameTaken(catalog, type.schema, candidate) ||
    domainsHave(catalog, type.schema, candidate);
  return {
    kind,
    name: name === null ? freeName(type.name, label, taken) : truncateIdentifier(name.name),
    expression,
    validated,
  };
}

function freeName(first: string, label: string, taken: (name: string) => boolean): string {
  for (let pass = 0; ; pass += 1) {
    const name = objectName(first, '', pass === 0 ? label : `${label}${pass}`);
    if (!taken(name)) return name;
  }
}

function domainsHave(catalog: Catalog, schema: string, name: string): boolean {
  for (const type of catalog.types.values()) {
    if (
      type.kind === 'domain' &&
      type.schema === schema &&
      type.constraints.some((one) => one.name === name)
    ) {
      return true;
    }
  }
  return false;
}

export function alterDomain(catalog: Catalog, operation: AlterDomain): Catalog {
  const type = findType(catalog, operation.type);
  if (type?.kind !== 'domain') return catalog;
  const put = (constraints: readonly DomainConstraint[]) =>
    putType(catalog, domain({ ...type, constraints }));
  const added = (definition: DomainConstraintDefinition) =>
    put([...type.constraints, domainConstraint(catalog, type, type.constraints, definition)]);
  const name = operation.name?.name ?? '';
  switch (operation.action) {
    case 'add-check':
    case 'add-check-not-valid':
      return operation.constraint === null ? catalog : added(operation.constraint);
    case 'set-not-null':
      if (type.notNull) return catalog;
      return added(
        operation.constraint ?? { kind: 'not-null', name: null, expression: null, validated: true },
      );
    case 'drop-not-null':
      return put(type.constraints.filter(({ kind }) => kind !== 'not-null'));
    case 'drop-constraint':
      return put(type.constraints.filter((one) => one.name !== name));
    case 'rename-constraint': {
      const to = truncateIdentifier(operation.to?.name ?? '');
      return put(type.constraints.map((one) => (one.name === name ? { ...one, name: to } : one)));
    }
    case 'validate':
      return put(type.constraints.map((one) => (one.name === name ? { ...one, validated: true } : one)));
    case 'set-default':
      return putType(catalog, {
        ...type,
        default: operation.default === null ? null : keptDefault(operation.default, type.base),
      });
    case 'drop-default':
      return putType(catalog, { ...type, default: null });
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

/** Gives a type another name, or another schema. */
export function moveType(catalog: Catalog, operation: RenameType | SetTypeSchema, context: Context): Catalog {
  const type = findType(catalog, operation.type);
  if (type === null) return catalog;
  const name = operation.kind === 'rename-type' ? truncateIdentifier(operation.to.name) : type.name;
  const schema = operation.kind === 'rename-type' ? type.schema : operation.to.name;
  const without = { ...catalog, types: catalog.types.delete(nameKey(type.schema, type.name)) };
  const free = makeRoom(without, schema, name, context);
  const arrayName = type.arrayName === null ? null : chooseArrayName(free, schema, name, context);
  let next = typeRenamed(putType(free, { ...type, schema, name, arrayName }), type, { schema, name });
  // The multirange goes into the new schema with its range, and keeps its name.
  if (type.kind === 'range' && type.multirange !== null && schema !== type.schema) {
    const multirange = { schema, name: type.multirange.name };
    const old = next.types.get(nameKey(type.multirange.schema ?? type.schema, type.multirange.name));
    if (old !== undefined) {
      next = { ...next, types: next.types.delete(nameKey(old.schema, old.name)) };
      next = typeRenamed(putType(next, { ...old, schema }), old, multirange);
      next = putType(next, { ...type, schema, name, arrayName, multirange });
    }
  }
  return next;
}

/** Everything that is of the type says its new name. */
export function typeRenamed(catalog: Catalog, from: Reference, to: Reference): Catalog {
  const shown = to.schema === 'public' ? null : to.schema;
  const one = (type: TypeName): TypeName =>
    isSameName(type, from) ? { ...type, schema: shown, name: to.name } : type;
  let next = catalog;
  for (const relation of catalog.relations.values()) {
    const changed = relationWith(relation, one, from, to);
    if (changed !== relation) next = putRelation(next, changed);
  }
  const types = next.types.map((type) => typeWith(type, one));
  const functions = next.functions.map((named) => {
    const changed = named.map((routine) => routineWith(routine, one));
    return changed.every((routine, index) => routine === named[index]) ? named : changed;
  });
  return { ...next, types, functions };
}

type Change = (type: TypeName) => TypeName;

function all<T extends { readonly type: TypeName }>(items: readonly T[], one: Change): readonly T[] {
  if (items.every(({ type }) => one(type) === type)) return items;
  return items.map((item) => ({ ...item, type: one(item.type) }));
}

function relationWith(relation: Relation, one: Change, from: Reference, to: Reference): Relation {
  if (relation.kind === 'table') {
    const columns = all(relation.columns, one);
    const isOf = relation.ofType !== null && isSameName(relation.ofType, from);
    if (columns === relation.columns && !isOf) return relation;
    return { ...relation, columns, ofType: isOf ? to : relation.ofType };
  }
  if (relation.kind === 'view') {
    const columns = all(relation.columns, one);
    const types = relation.dependsOn.types.map(one);
    const same =
      columns === relation.columns && types.every((type, index) => type === relation.dependsOn.types[index]);
    return same ? relation : { ...relation, columns, dependsOn: { ...relation.dependsOn, types } };
  }
  return relation;
}

function typeWith(type: UserType, one: Change): UserType {
  switch (type.kind) {
    case 'domain':
      return one(type.base) === type.base ? type : { ...type, base: one(type.base) };
    case 'range':
      return one(type.subtype) === type.subtype ? type : { ...type, subtype: one(type.subtype) };
    case 'composite': {
      const attributes = all(type.attributes, one);
      return attributes === type.attributes ? type : { ...type, attributes };
    }
    default:
      return type;
  }
}

function routineWith(routine: FunctionFacts, one: Change): FunctionFacts {
  const parameters = all(routine.parameters, one);
  const returns = routine.returns === null ? null : one(routine.returns);
  const types = routine.dependsOn.types.map(one);
  const same =
    parameters === routine.parameters &&
    returns === routine.returns &&
    types.every((type, index) => type === routine.dependsOn.types[index]);
  return same ? routine : { ...routine, parameters, returns, dependsOn: { ...routine.dependsOn, types } };
}

/** Attributes of a composite type; with CASCADE the tables OF it follow. */
export function alterType(catalog: Catalog, operation: AlterType, context: Context): Catalog {
  const type = findType(catalog, operation.type);
  if (type?.kind !== 'composite') return catalog;
  const attributes = changedAttributes(catalog, type, operation.action);
  let next = putType(catalog, { ...type, attributes });
  for (const table of catalog.relations.values()) {
    if (table.kind !== 'table' || table.ofType === null || !isSameName(table.ofType, type)) continue;
    next = followType(next, table, operation.action, context);
  }
  return next;
}

function changedAttributes(
  catalog: Catalog,
  { attributes }: CompositeType,
  action: AlterType['action'],
): CompositeType['attributes'] {
  switch (action.kind) {
    case 'add-attribute': {
      const { name, type } = action.attribute;
      return [...attributes, { name: truncateIdentifier(name), type: resolveType(catalog, type) }];
    }
    case 'drop-attribute':
      return attributes.filter(({ name }) => name !== action.attribute.name);
    case 'alter-attribute': {
      const type = resolveType(catalog, action.type);
      return attributes.map((one) => (one.name === action.attribute.name ? { ...one, type } : one));
    }
    case 'rename-attribute': {
      const to = truncateIdentifier(action.to.name);
      return attributes.map((one) => (one.name === action.attribute.name ? { ...one, name: to } : one));
    }
  }
}

function followType(
  catalog: Catalog,
  table: { readonly schema: string; readonly name: string },
  action: AlterType['action'],
  context: Context,
): Catalog {
  const span = { start: 0, end: 0 };
  const { schema, name } = table;
  const on = { span, keyword: span, table: { schema, name, span }, only: false };
  switch (action.kind) {
    case 'add-attribute': {
      const column = {
        name: { name: action.attribute.name, span },
        type: action.attribute.type,
        notNull: false,
        default: null,
        generated: null,
        identity: null,
        collation: null,
        sequence: null,
        storage: null,
        compression: null,
        notNullConstraint: null,
        constraints: [],
        span,
      };
      return addColumn(catalog, { ...on, kind: 'add-column', column, ifNotExists: false }, context);
    }
    case 'drop-attribute':
      return dropColumn(
        catalog,
        { ...on, kind: 'drop-column', column: action.attribute, ifExists: true, cascade: true },
        context,
      );
    case 'alter-attribute':
      return alterColumn(
        catalog,
        {
          ...on,
          kind: 'alter-column-type',
          column: action.attribute,
          type: action.type,
          using: null,
          collation: null,
          withForeignKey: false,
        },
        context,
      );
    case 'rename-attribute':
      return renameColumn(
        catalog,
        { ...on, kind: 'rename-column', column: action.attribute, to: action.to },
        context,
      );
  }
}
