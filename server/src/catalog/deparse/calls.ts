// Calls of functions: which function is meant, what becomes of its arguments, and what it is called when it is printed.

import { type FunctionFacts, nameKey } from '../catalog.js';
import type { ExpressionTree } from '../expression-tree.js';
import { all, sharedModifier } from './analyse.js';
import { coerceImplicitly, coerceType, convertsPlainly, EXPLICIT, isPolymorphic } from './coercion.js';
import { type Candidate, chooseFunction, hasExact } from './overloads.js';
import { bind } from './polymorphic.js';
import type { Signature } from './tables.js';
import { elementOf, type OfType, type Typed, type TypeId } from './typed.js';
import { factsOf, resolveType, schemaOfExtension, typesNamed, type World } from './world.js';

type CallTree = Extract<ExpressionTree, { readonly kind: 'call' }>;

/** Those that have words of the standard, and are printed in them since PostgreSQL 14 when they were written in them. */
const WITH_SYNTAX: ReadonlySet<string> = new Set([
  'timezone',
  'extract',
  'substring',
  'btrim',
  'ltrim',
  'rtrim',
  'position',
  'overlay',
]);

export function analyseCall(world: World, tree: CallTree, args: readonly Typed[]): Typed | null {
  const { syntax } = tree;
  if (syntax && !WITH_SYNTAX.has(tree.name)) return null;
  const spoken = syntax && world.postgres >= 14;
  // Until PostgreSQL 13 the grammar made a plain call of it.
  const name = syntax && !spoken && tree.name === 'extract' ? 'date_part' : tree.name;
  const types = args.map(({ type }) => type);
  const signatures = signaturesFor(world, tree.schema, name, types);
  if (signatures === null) return null;
  const type = hasExact(signatures, types) ? null : conversion(world, tree.schema, name, types);
  const [only] = args;
  if (type !== null && only !== undefined) return coerceType(world, only, type, EXPLICIT, false);
  const chosen = chooseFunction(world, signatures, types);
  if (chosen === null || chosen.signature.returnsSet || !isCertain(world, chosen, types)) return null;
  const bound = bind(world, types, chosen.parameters, chosen.signature.result);
  if (bound === null || factsOf(world, bound.result) === null) return null;
  const given = all(args.map((arg, index) => coerceImplicitly(world, arg, bound.parameters[index] ?? '')));
  if (given === null) return null;
  const spread = spreadArguments(chosen, given);
  if (spread === null) return null;
  const { args: printed, variadic } = spread;
  return {
    kind: 'call',
    schema: printedSchema(world, chosen.signature),
    name,
    syntax: spoken,
    variadic,
    args: printed,
    type: bound.result,
    modifier: null,
  };
}

/** A type's name around one value is a cast to it where no function fits exactly. `null` when it is none. */
function conversion(
  world: World,
  schema: string | null,
  name: string,
  types: readonly TypeId[],
): OfType | null {
  const [from] = types;
  if (from === undefined || types.length > 1) return null;
  const own = typesNamed(world.catalog, name).length > 0;
  if (!world.tables.types.has(name) && !own) return null;
  const to = resolveType(world, { schema, name, modifiers: [], arrayDimensions: 0 });
  return to !== null && (from === 'unknown' || convertsPlainly(world, from, to.type)) ? to : null;
}

/** What an extension of which we know nothing may bring could fit better than what does not fit exactly. */
function isCertain(world: World, { parameters }: Candidate, types: readonly string[]): boolean {
  return world.tables.strangers.length === 0 || parameters.every((type, index) => type === types[index]);
}

/** Every function of that name; `null` when it is not known which there are. */
function signaturesFor(
  world: World,
  schema: string | null,
  name: string,
  types: readonly TypeId[],
): readonly Signature[] | null {
  const { catalog, tables } = world;
  const shipped = (tables.functions.get(name) ?? []).filter(({ owner }) => {
    const home = owner === '' ? 'pg_catalog' : schemaOfExtension(catalog, owner);
    return schema === null || home === schema;
  });
  const own = [...catalog.schemas]
    .filter((one) => schema === null || one === schema)
    .flatMap((one) => catalog.functions.get(nameKey(one, name)) ?? []);
  if (own.length === 0) return shipped;
  // Which of several schemas the search path named first is not kept.
  if (new Set(own.map((one) => one.schema)).size > 1) return null;
  if (shipped.some(({ owner }) => owner !== '')) return null;
  const declared = all(own.map((one) => declaration(world, one)));
  if (declared === null) return null;
  // Which of them were there when the expression was made is not kept either: then only a perfect fit is certain.
  const every = [...shipped, ...declared];
  return every.length === 1 || hasExact(every, types) ? every : null;
}

/** The schema of the migrations' own function stands where an extension's name would. */
const OWN = '\0';

function declaration(world: World, facts: FunctionFacts): Signature | null {
  if (facts.routine !== 'function' || facts.returns === null) return null;
  const inputs = facts.parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table');
  if (inputs.some(({ mode }) => mode !== 'in') || inputs.length !== facts.parameters.length) return null;
  const types = all(inputs.map(({ type }) => resolveType(world, type)));
  const result = resolveType(world, facts.returns);
  if (types === null || result === null || types.some(({ type }) => isPolymorphic(type))) return null;
  return {
    owner: `${OWN}${facts.schema}`,
    parameters: types.map(({ type }) => type),
    result: result.type,
    variadic: false,
    defaults: inputs.filter((parameter) => parameter.default !== null).length,
    returnsSet: facts.returnsSet,
  };
}

/** `null` where the default search path finds it. */
function printedSchema({ catalog }: World, { owner }: Signature): string | null {
  if (owner === '') return null;
  const schema = owner.startsWith(OWN) ? owner.slice(1) : schemaOfExtension(catalog, owner);
  return schema === 'public' ? null : schema;
}

/** What goes into a VARIADIC is kept as an array, but for `VARIADIC "any"`. */
function spreadArguments(
  { signature }: Candidate,
  args: readonly Typed[],
): { readonly args: readonly Typed[]; readonly variadic: boolean } | null {
  const rest = signature.variadic ? (signature.parameters.at(-1) ?? 'any') : 'any';
  if (rest === 'any') return { args, variadic: false };
  if (elementOf(rest) === null) return null;
  const fixed = signature.parameters.length - 1;
  const items = args.slice(fixed);
  const array: Typed = { kind: 'array', args: items, type: rest, modifier: sharedModifier(items) };
  return { args: [...args.slice(0, fixed), array], variadic: true };
}
