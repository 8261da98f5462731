// Functions and procedures, by their names and the types of their arguments.

import builtin from '../builtin-functions.json' with { type: 'json' };
import type { Catalog, FunctionFacts } from '../catalog.js';
import { functionsNamed } from '../lookup.js';
import { type Name, truncateIdentifier } from '../names.js';
import type { AlterFunction, CreateFunction, DropFunction, Parameter } from '../operation.js';
import { formatType, type TypeName } from '../types.js';
import { asLookedUp, homeOf, isAbsent } from './certainty.js';
import { exists, firstOf, missing, type Refusal, refusal } from './refusal.js';
import { lacksSchema } from './schemas.js';

const BUILT_IN: ReadonlySet<string> = new Set(
  [builtin.immutable, builtin.stable, builtin.volatile].flatMap((names) => names.split(' ')),
);

export function refusedRoutine(
  catalog: Catalog,
  operation: CreateFunction | AlterFunction | DropFunction,
  dependents: (facts: FunctionFacts, name: Name) => Refusal | null,
): Refusal | null {
  const name = operation.function;
  if (operation.kind === 'create-function') return refusedNew(catalog, operation);
  const all = functionsNamed(catalog, asLookedUp(name));
  if (all.length === 0) {
    return operation.kind === 'drop-function' && operation.ifExists ? null : lacksRoutine(catalog, name);
  }
  if (operation.kind === 'alter-function' || catalog.doubts.everything !== null) return null;
  const [only] = all;
  const meant =
    operation.arguments === null
      ? all.length === 1
        ? only
        : undefined
      : all.find((one) => sameTypes(inputs(one.parameters), operation.arguments ?? []));
  return meant === undefined || operation.cascade ? null : dependents(meant, name);
}

/** Of a routine that an operation needs. Which ones extensions bring is not known well enough. */
export function lacksRoutine(catalog: Catalog, name: Name): Refusal | null {
  const has = (schema: string, one: string) => functionsNamed(catalog, { schema, name: one }).length > 0;
  const isExtended = catalog.extensions.some((extension) => extension !== 'plpgsql');
  if (isExtended || BUILT_IN.has(name.name) || !isAbsent(catalog, name, has)) return null;
  const object = { kind: 'function', schema: homeOf(catalog, name), name: name.name } as const;
  const known = [...catalog.functions.values()].flat().map((one) => one.name);
  return missing('missing-object', '42883', object, name.span, known, { restsOnAbsence: true });
}

function refusedNew(catalog: Catalog, operation: CreateFunction): Refusal | null {
  const { function: name, orReplace, parameters } = operation;
  const schema = homeOf(catalog, name);
  if (schema === null) return null;
  return firstOf(
    () => lacksSchema(catalog, name),
    () => {
      if (catalog.doubts.everything !== null) return null;
      const same = functionsNamed(catalog, { schema, name: truncateIdentifier(name.name) }).find((one) =>
        sameTypes(inputs(one.parameters), inputs(parameters)),
      );
      if (same === undefined) return null;
      const object = { kind: 'function', schema, name: same.name } as const;
      if (!orReplace) return exists('42723', object, name.span, ' with these arguments');
      if (same.routine !== operation.routine) {
        const message = `"${same.name}" is a ${same.routine}, and cannot be replaced by a ${operation.routine}`;
        return refusal('wrong-kind', '42809', message, object, name.span);
      }
      return null;
    },
  );
}

function inputs(parameters: readonly Parameter[]): readonly TypeName[] {
  return parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table').map(({ type }) => type);
}

/** Without lengths, which are no part of a signature. */
function sameTypes(a: readonly TypeName[], b: readonly TypeName[]): boolean {
  const bare = (type: TypeName) => formatType({ ...type, modifiers: [] });
  return a.length === b.length && a.every((type, index) => bare(type) === bare(b[index] ?? type));
}
