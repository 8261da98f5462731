// The type of an expression in a query, as far as it follows from the catalog and from what every database has.

import { isBuiltIn, rangeElement, resultOfBuiltIn } from './built-in-functions.js';
import { resultOfOperator, type Typed } from './built-in-operators.js';
import type { Catalog, FunctionFacts } from './catalog.js';
import { functionsNamed } from './lookup.js';
import type { Reference } from './names.js';
import type { ValueShape } from './operation.js';
import { type Environment, rowsOf, together, typeOfColumn } from './query-columns.js';
import {
  attributesOf,
  baseType,
  isBuiltInType,
  relationOfType,
  resolveType,
  userTypeOf,
} from './type-lookup.js';
import { formatType, type TypeName, typeNamed } from './types.js';

/** `null` when it is not known. Everything inside is read, for what it rests on. */
export function typeOfValue(value: ValueShape, environment: Environment): Typed {
  const all = (values: readonly ValueShape[]) => values.map((one) => typeOfValue(one, environment));
  switch (value.kind) {
    case 'column':
      return typeOfColumn(value.parts, environment);
    case 'literal':
      return value.type === null ? 'literal' : named(value.type, environment);
    case 'cast':
      return castType(typeOfValue(value.value, environment), named(value.type, environment), environment);
    case 'typed':
      all(value.parts);
      return value.type;
    case 'common':
      all(value.parts);
      return together(all(value.branches), environment);
    case 'operator':
      return resultOfOperator(value.name, bases(all(value.args), environment));
    case 'call':
      return callType(value, environment);
    case 'scalar': {
      const rows = rowsOf(value.query, environment);
      const type = rows.complete ? (rows.columns[0]?.type ?? null) : null;
      return type === 'literal' ? typeNamed('text') : type;
    }
    case 'array-of':
      return arrayOf(rowsOf(value.query, environment).columns[0]?.type ?? null);
    case 'test':
      all(value.parts);
      rowsOf(value.query, environment);
      return typeNamed('bool');
    case 'array':
      return arrayOf(together(all(value.elements), environment));
    case 'element':
      all(value.parts);
      return elementType(typeOfValue(value.value, environment), value.slice);
    case 'field': {
      const type = typeOfValue(value.value, environment);
      const fields = type === null || type === 'literal' ? null : attributesOf(environment.catalog, type);
      return fields?.find(({ name }) => name === value.field)?.type ?? null;
    }
    case 'row':
      all(value.parts);
      return null;
    case 'opaque':
      if (value.parts.length === 0) environment.uses.certain.value = false;
      all(value.parts);
      return null;
  }
}

/** A type that is written; that of a user is noted. */
function named(type: TypeName, { catalog, uses }: Environment): TypeName {
  const resolved = resolveType(catalog, type);
  if (!isBuiltInType(resolved)) {
    const row = relationOfType(catalog, resolved);
    if (row !== null && userTypeOf(catalog, resolved) === null) uses.relations.add(row.id);
    else uses.types.set(formatType({ ...resolved, modifiers: [], arrayDimensions: 0 }), resolved);
  }
  return resolved;
}

/** Before version 14 a cast to the very type, without a length, was left out, and the length stayed. */
function castType(from: Typed, to: TypeName, { postgres }: Environment): TypeName {
  const isSame =
    from !== null &&
    from !== 'literal' &&
    to.modifiers.length === 0 &&
    formatType({ ...from, modifiers: [] }) === formatType(to);
  return isSame && postgres < 14 ? from : to;
}

function arrayOf(type: Typed): TypeName | null {
  if (type === null) return null;
  const element = type === 'literal' ? typeNamed('text') : type;
  return { ...element, arrayDimensions: 1 };
}

/** Of an array, or of a JSON by its keys. */
function elementType(type: Typed, slice: boolean): TypeName | null {
  if (type === null || type === 'literal') return null;
  if (type.schema === null && type.name === 'jsonb' && type.arrayDimensions === 0) return type;
  if (type.arrayDimensions === 0) return null;
  return slice ? type : { ...type, arrayDimensions: 0 };
}

/** Operators and most functions see the type under a domain. */
function bases(types: readonly Typed[], { catalog }: Environment): readonly Typed[] {
  return types.map((type) => (type === null || type === 'literal' ? type : baseType(catalog, type)));
}

type Call = Extract<ValueShape, { readonly kind: 'call' }>;

/** These take a domain as it is. */
const POLYMORPHIC = /^(?:array_agg|lag|lead|first_value|last_value|nth_value|any_value|mode)$/;

function callType(call: Call, environment: Environment): Typed {
  const args = call.args.map((arg) => typeOfValue(arg, environment));
  const routine = chosen(call, args, environment);
  if (routine !== null) {
    environment.uses.functions.add(routine.id);
    return returnedBy(routine, args, environment.catalog);
  }
  const reference = referenceOf(call);
  if (mayBeOurs(reference, environment.catalog)) {
    environment.uses.certain.value = false;
    return null;
  }
  environment.uses.calls.add(reference.name);
  const seen = POLYMORPHIC.test(reference.name) ? args : bases(args, environment);
  const [first] = seen;
  if (
    first !== undefined &&
    first !== null &&
    first !== 'literal' &&
    /^(?:lower|upper)$/.test(reference.name)
  ) {
    const user = userTypeOf(environment.catalog, first);
    if (user?.kind === 'range') return user.subtype;
    const element = rangeElement(first);
    if (element !== null) return element;
  }
  return resultOfBuiltIn(reference.name, seen, environment.postgres);
}

function referenceOf({ name }: Call): Reference {
  return { schema: name.at(-2) ?? null, name: name.at(-1) ?? '' };
}

/** One of several functions of that name, of which we could not say which. */
function mayBeOurs(reference: Reference, catalog: Catalog): boolean {
  return reference.schema !== 'pg_catalog' && functionsNamed(catalog, reference).length > 0;
}

/** The function of a migration that is called; `null` for what is built in, and when it cannot be told. */
export function routineCalled(call: ValueShape, environment: Environment): FunctionFacts | null {
  if (call.kind !== 'call') return null;
  return chosen(
    call,
    call.args.map((arg) => typeOfValue(arg, environment)),
    environment,
  );
}

function chosen(call: Call, args: readonly Typed[], { catalog }: Environment): FunctionFacts | null {
  const reference = referenceOf(call);
  if (reference.schema === 'pg_catalog') return null;
  const fitting = functionsNamed(catalog, reference).filter((routine) => takes(routine, args.length));
  if (fitting.length === 0) return null;
  const exact = fitting.filter((routine) =>
    inputs(routine).every(({ type }, index) => {
      const arg = args[index];
      return arg === undefined || arg === 'literal' || (arg !== null && bare(arg) === bare(type));
    }),
  );
  const [only] = exact.length === 1 ? exact : fitting;
  if (exact.length !== 1 && fitting.length !== 1) return null;
  // pg_catalog comes first: what is built in is taken where the arguments fit no better.
  return isBuiltIn(reference.name) && reference.schema === null && exact.length !== 1 ? null : (only ?? null);
}

function bare(type: TypeName): string {
  return formatType({ ...type, modifiers: [] });
}

function inputs({ parameters }: FunctionFacts) {
  return parameters.filter(({ mode }) => mode === 'in' || mode === 'inout' || mode === 'variadic');
}

function takes(routine: FunctionFacts, count: number): boolean {
  const wanted = inputs(routine);
  if (wanted.at(-1)?.mode === 'variadic') return count >= wanted.length - 1;
  const required = wanted.filter((parameter) => parameter.default === null).length;
  return count >= required && count <= wanted.length;
}

function returnedBy(routine: FunctionFacts, args: readonly Typed[], catalog: Catalog): TypeName | null {
  const given = routine.parameters.filter(
    ({ mode }) => mode === 'out' || mode === 'inout' || mode === 'table',
  );
  if (given.length > 1) return null;
  const type = given[0]?.type ?? routine.returns;
  if (type === null || type === undefined || type.name === 'record') return null;
  if (!/^any/.test(type.name) || type.schema !== null) return { ...type, modifiers: [] };
  return polymorphic(type.name, routine, args, catalog);
}

/** `anyelement` and `anyarray` are what the arguments are. */
function polymorphic(
  name: string,
  routine: FunctionFacts,
  args: readonly Typed[],
  catalog: Catalog,
): TypeName | null {
  for (const [index, { type }] of inputs(routine).entries()) {
    const arg = args[index];
    if (arg === undefined || arg === null || arg === 'literal' || type.schema !== null) continue;
    const known = { ...baseType(catalog, arg), modifiers: [] };
    const isElement = /^any(?:element|nonarray|enum)$/.test(type.name);
    if (!isElement && type.name !== 'anyarray') continue;
    const wantsElement = /^any(?:element|nonarray|enum)$/.test(name);
    if (isElement === wantsElement) return known;
    return { ...known, arrayDimensions: wantsElement ? 0 : 1 };
  }
  return null;
}
