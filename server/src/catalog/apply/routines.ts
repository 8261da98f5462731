// What operations do to functions, procedures and aggregates. Those of one name are told apart by the types of their inputs.

import {
  type Catalog,
  type Dependencies,
  emptyCatalog,
  type FunctionFacts,
  NO_DEPENDENCIES,
  nameKey,
} from '../catalog.js';
import { quoteName } from '../keywords.js';
import { findRelation, functionsNamed, functionsOf } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { AlterFunction, CreateFunction, Parameter, RoutineReference } from '../operation.js';
import { isBuiltInType, relationOfType, resolveType, userTypeOf } from '../type-lookup.js';
import { formatBareType, type TypeName, typeNamed } from '../types.js';
import { type Context, creationSchema } from './relations.js';

/** The types by which functions of one name differ. */
function inputTypes({ parameters }: Pick<FunctionFacts, 'parameters'>): readonly TypeName[] {
  return parameters
    .filter(({ mode }) => mode === 'in' || mode === 'inout' || mode === 'variadic')
    .map(({ type }) => type);
}

/** What tells two functions of one name apart: `integer,text`. */
function signatureOf(routine: Pick<FunctionFacts, 'parameters'>): string {
  return inputTypes(routine).map(formatBareType).join(',');
}

/** As `pg_get_function_identity_arguments` prints it. */
export function identityArguments({ parameters, routine }: FunctionFacts, postgres: number): string {
  return parameters
    .filter(({ mode }) => mode !== 'table')
    .map(({ name, mode, type }) => {
      const word =
        mode === 'in' ? (routine === 'procedure' && postgres >= 14 ? 'IN ' : '') : `${mode.toUpperCase()} `;
      return `${word}${name === null ? '' : `${quoteName(name)} `}${formatBareType(type)}`;
    })
    .join(', ');
}

export function createFunction(catalog: Catalog, operation: CreateFunction, { origin }: Context): Catalog {
  const schema = creationSchema(catalog, operation.function.schema);
  const name = truncateIdentifier(operation.function.name);
  const resolve = (type: TypeName) => ({ ...resolveType(catalog, type), modifiers: [] });
  const parameters = operation.parameters.map(
    (parameter): Parameter => ({ ...parameter, type: resolve(parameter.type) }),
  );
  const { routine, volatility, strict, securityDefiner, leakproof, parallel, language, body } = operation;
  const returns = returnedBy(catalog, operation);
  const made: FunctionFacts = {
    id: catalog.sequence,
    schema,
    name,
    routine,
    parameters,
    returns: returns === null ? null : resolve(returns),
    returnsSet: operation.returnsSet,
    language,
    body,
    volatility,
    strict,
    securityDefiner,
    leakproof,
    parallel,
    settings: sorted(operation.settings.map((setting) => currentValue(catalog, setting))),
    dependsOn: NO_DEPENDENCIES,
    extensions: [],
    origin,
  };
  const resting = { ...made, dependsOn: restsOn(catalog, made, operation) };
  const named = catalog.functions.get(nameKey(schema, name)) ?? [];
  const same = named.find((one) => signatureOf(one) === signatureOf(made));
  if (same !== undefined) {
    if (!operation.orReplace) return catalog;
    // What is not said again is as if it never was; what depends on the function stays.
    const replaced = { ...resting, id: same.id, extensions: same.extensions };
    return putFunctions(
      catalog,
      named.map((one) => (one === same ? replaced : one)),
      { schema, name },
    );
  }
  return putFunctions({ ...catalog, sequence: catalog.sequence + 1 }, [...named, resting], { schema, name });
}

function putFunctions(
  catalog: Catalog,
  functions: readonly FunctionFacts[],
  { schema, name }: { readonly schema: string; readonly name: string },
): Catalog {
  const key = nameKey(schema, name);
  return {
    ...catalog,
    functions: functions.length === 0 ? catalog.functions.delete(key) : catalog.functions.set(key, functions),
  };
}

/** Of an aggregate with a final function what that returns. */
function returnedBy(catalog: Catalog, { returns, finalFunction }: CreateFunction): TypeName | null {
  if (finalFunction === null) return returns;
  const [only, ...others] = functionsNamed(catalog, finalFunction);
  return only === undefined || others.length > 0 ? typeNamed('unknown') : only.returns;
}

/** `FROM CURRENT` takes what is set just now, which is followed for the search path alone. */
function currentValue(
  { searchPath }: Pick<Catalog, 'searchPath'>,
  { name, value }: CreateFunction['settings'][number],
): CreateFunction['settings'][number] {
  if (value !== null || name !== 'search_path') return { name, value };
  // What a session begins with, unless the server is told otherwise.
  if (searchPath === emptyCatalog.searchPath) return { name, value: '"$user", public' };
  return { name, value: searchPath.map(quoteName).join(', ') };
}

/** The server keeps them in the order in which they were set; a name that is set again keeps its place. */
function sorted(settings: CreateFunction['settings']): CreateFunction['settings'] {
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  return [...byName.values()];
}

/** Types of its signature, and what a body in SQL reads; a body in quotes is only text to the server. */
function restsOn(catalog: Catalog, made: FunctionFacts, { reads, calls }: CreateFunction): Dependencies {
  const types = [
    ...made.parameters.map(({ type }) => type),
    ...(made.returns === null ? [] : [made.returns]),
  ];
  const rows = types.flatMap((type) =>
    userTypeOf(catalog, type) === null ? (relationOfType(catalog, type)?.id ?? []) : [],
  );
  const defaults = made.parameters.flatMap((parameter) => parameter.default?.functions ?? []);
  return {
    ...NO_DEPENDENCIES,
    types: types.filter((type) => !isBuiltInType(type)),
    relations: [...rows, ...reads.flatMap(({ relation }) => findRelation(catalog, relation)?.id ?? [])],
    columns: reads.flatMap(({ relation, columns }) => {
      const found = findRelation(catalog, relation);
      return found === null ? [] : columns.map((column) => ({ relation: found.id, column }));
    }),
    functions: [
      ...calls.flatMap((name) => functionsNamed(catalog, name).map(({ id }) => id)),
      ...defaults.flatMap((name) => functionsCalled(catalog, name).map(({ id }) => id)),
    ],
  };
}

/** @param name as an expression calls it: `f`, `schema.f` */
export function functionsCalled(catalog: Catalog, name: string): readonly FunctionFacts[] {
  const [last = name, schema = null] = name.split('.').reverse();
  return functionsNamed(catalog, { schema, name: last });
}

/** The routine that is meant; without arguments the only one of its name. */
export function findRoutine(
  catalog: Catalog,
  { function: name, arguments: types, routine }: RoutineReference,
): FunctionFacts | null {
  const isKind = (one: FunctionFacts) => routine === 'routine' || one.routine === routine;
  const found = functionsNamed(catalog, name).filter(isKind);
  if (types === null) return found.length === 1 ? (found[0] ?? null) : null;
  const wanted = types.map((type) => formatBareType(resolveType(catalog, type))).join(',');
  return found.find((one) => signatureOf(one) === wanted) ?? null;
}

export function functionById(catalog: Catalog, id: number): FunctionFacts | null {
  return functionsOf(catalog).find((one) => one.id === id) ?? null;
}

export function alterFunction(catalog: Catalog, operation: AlterFunction): Catalog {
  const found = findRoutine(catalog, operation);
  if (found === null) return catalog;
  const { action } = operation;
  switch (action.kind) {
    case 'rename':
      return moveFunction(catalog, found, { name: truncateIdentifier(action.to.name) });
    case 'set-schema':
      return moveFunction(catalog, found, { schema: action.to.name });
    case 'traits': {
      const kept =
        action.reset === null ? [] : found.settings.filter(({ name }) => !action.reset?.includes(name));
      const set = action.set.map((setting) => currentValue(catalog, setting));
      return putFunction(catalog, { ...found, ...action.traits, settings: sorted([...kept, ...set]) });
    }
    case 'depends-on-extension': {
      const others = found.extensions.filter((name) => name !== action.extension);
      return putFunction(catalog, {
        ...found,
        extensions: action.depends ? [...others, action.extension] : others,
      });
    }
  }
}

/** The same function with other facts. Its name must not have changed. */
function putFunction(catalog: Catalog, changed: FunctionFacts): Catalog {
  const named = catalog.functions.get(nameKey(changed.schema, changed.name)) ?? [];
  return putFunctions(
    catalog,
    named.map((one) => (one.id === changed.id ? changed : one)),
    changed,
  );
}

function moveFunction(
  catalog: Catalog,
  routine: FunctionFacts,
  to: Partial<Pick<FunctionFacts, 'name' | 'schema'>>,
): Catalog {
  const without = removeFunction(catalog, routine);
  const moved = { ...routine, ...to };
  const there = without.functions.get(nameKey(moved.schema, moved.name)) ?? [];
  return putFunctions(without, [...there, moved], moved);
}

export function removeFunction(catalog: Catalog, routine: FunctionFacts): Catalog {
  const named = catalog.functions.get(nameKey(routine.schema, routine.name)) ?? [];
  return putFunctions(
    catalog,
    named.filter(({ id }) => id !== routine.id),
    routine,
  );
}
