// Which of several operators or functions of one name is meant: the rules of src/backend/parser/parse_oper.c and parse_func.c.
// https://www.postgresql.org/docs/current/typeconv-oper.html and typeconv-func.html tell them in prose.

import { canCoerce, IMPLICIT, isPolymorphic } from './coercion.js';
import { agree } from './polymorphic.js';
import type { Signature } from './tables.js';
import type { TypeId } from './typed.js';
import { baseType, factsOf, schemaOfExtension, type World } from './world.js';

/** A signature for as many arguments as there are. */
export interface Candidate {
  readonly signature: Signature;
  /** Of the arguments given: defaults are left out, a VARIADIC is spread. */
  readonly parameters: readonly TypeId[];
}

/** oper() and left_oper(); `null` where there is none, or the choice is not certain. */
export function chooseOperator(world: World, name: string, types: readonly TypeId[]): Signature | null {
  const candidates = (world.tables.operators.get(name) ?? [])
    .filter(({ parameters }) => parameters.length === types.length)
    .map((signature) => ({ signature, parameters: signature.parameters }));
  const chosen = exactOperator(candidates, types, world) ?? chooseCandidate(world, candidates, types);
  const owner = chosen?.signature.owner ?? '';
  // Outside the search path an operator is written with its schema, and may not have been in sight.
  const inSight = owner === '' || schemaOfExtension(world.catalog, owner) === 'public';
  return inSight ? (chosen?.signature ?? null) : null;
}

/** binary_oper_exact: a literal is taken to be of the other side's type. */
function exactOperator(
  candidates: readonly Candidate[],
  types: readonly TypeId[],
  world: World,
): Candidate | null {
  const known = types.find((type) => type !== 'unknown');
  if (known === undefined) return null;
  const resolved = types.map((type) => (type === 'unknown' ? known : type));
  const exact = candidates.find((candidate) => same(candidate.parameters, resolved));
  if (exact !== undefined || !types.includes('unknown')) return exact ?? null;
  const base = types.map(() => baseType(world, known));
  return candidates.find((candidate) => same(candidate.parameters, base)) ?? null;
}

/** func_get_detail, where the name is that of a function alone. */
export function chooseFunction(
  world: World,
  signatures: readonly Signature[],
  types: readonly TypeId[],
): Candidate | null {
  const candidates = signatures.flatMap((signature) => candidateFor(signature, types.length));
  const exact = candidates.filter((candidate) => same(candidate.parameters, types));
  if (exact.length > 0) return exact.length === 1 ? (exact[0] ?? null) : null;
  // Two that differ in what they have beyond the arguments: the server has further rules for those.
  const distinct = new Set(candidates.map(({ parameters }) => parameters.join()));
  if (distinct.size < candidates.length) return null;
  return chooseCandidate(world, candidates, types);
}

/** Whether one of them takes just these types. */
export function hasExact(signatures: readonly Signature[], types: readonly TypeId[]): boolean {
  return signatures
    .flatMap((signature) => candidateFor(signature, types.length))
    .some(({ parameters }) => same(parameters, types));
}

function candidateFor(signature: Signature, count: number): readonly Candidate[] {
  const { parameters, variadic, defaults } = signature;
  if (variadic) {
    const fixed = parameters.slice(0, -1);
    const rest = parameters.at(-1) ?? 'any';
    const each = rest === 'any' ? 'any' : rest === 'anyarray' ? 'anyelement' : rest.replace(/\[\]$/, '');
    if (count < parameters.length) return [];
    return [
      { signature, parameters: [...fixed, ...Array.from({ length: count - fixed.length }, () => each)] },
    ];
  }
  const fits = count <= parameters.length && count >= parameters.length - defaults;
  return fits ? [{ signature, parameters: parameters.slice(0, count) }] : [];
}

/** func_match_argtypes and func_select_candidate. */
function chooseCandidate(
  world: World,
  all: readonly Candidate[],
  types: readonly TypeId[],
): Candidate | null {
  const fitting = all.filter(({ parameters }) => fits(world, types, parameters));
  if (fitting.length < 2) return fitting[0] ?? null;
  const bases = types.map((type) => (type === 'unknown' ? type : baseType(world, type)));
  const known = bases.map((type) => type !== 'unknown');
  const facts = (type: TypeId) => factsOf(world, type);

  let left = best(fitting, ({ parameters }) =>
    count(parameters, (type, at) => known[at] === true && type === bases[at]),
  );
  if (left.length === 1) return left[0] ?? null;

  const categories = bases.map((type) => facts(type)?.category);
  const preferredIn = (type: TypeId, category: string | undefined) =>
    facts(type)?.category === category && facts(type)?.preferred === true;
  left = best(left, ({ parameters }) =>
    count(
      parameters,
      (type, at) => known[at] === true && (type === bases[at] || preferredIn(type, categories[at])),
    ),
  );
  if (left.length === 1) return left[0] ?? null;
  if (!known.includes(false)) return null;

  left = fittingLiterals(world, left, known);
  if (left.length === 1) return left[0] ?? null;
  return likeTheKnown(world, left, bases);
}

function fits(world: World, types: readonly TypeId[], parameters: readonly TypeId[]): boolean {
  const each = types.every((type, at) => {
    const parameter = parameters[at] ?? '';
    return isPolymorphic(parameter) || canCoerce(world, type, parameter, IMPLICIT);
  });
  return each && agree(world, types, parameters);
}

/** For a literal the category is taken that all agree on, or else that of strings; then those with its preferred type. */
function fittingLiterals(
  world: World,
  candidates: readonly Candidate[],
  known: readonly boolean[],
): readonly Candidate[] {
  const wanted: ({ readonly category: string; readonly preferred: boolean } | null)[] = [];
  for (const [at, isKnown] of known.entries()) {
    const wish = isKnown ? null : wishAt(world, candidates, at);
    if (!isKnown && wish === null) return candidates;
    wanted.push(wish);
  }
  const kept = candidates.filter(({ parameters }) =>
    wanted.every((wish, at) => {
      if (wish === null) return true;
      const facts = factsOf(world, parameters[at] ?? '');
      return facts?.category === wish.category && (!wish.preferred || facts.preferred);
    }),
  );
  return kept.length > 0 ? kept : candidates;
}

function wishAt(world: World, candidates: readonly Candidate[], at: number) {
  const facts = candidates.map(({ parameters }) => factsOf(world, parameters[at] ?? ''));
  const categories = new Set(facts.map((one) => one?.category ?? ''));
  const [first = ''] = categories;
  const category = categories.has('S') ? 'S' : first;
  if (categories.size > 1 && category !== 'S') return null;
  return { category, preferred: facts.some((one) => one?.category === category && one.preferred) };
}

/** The last resort: literals are taken to be of the type that all other arguments have. */
function likeTheKnown(
  world: World,
  candidates: readonly Candidate[],
  bases: readonly TypeId[],
): Candidate | null {
  const types = new Set(bases.filter((type) => type !== 'unknown'));
  const [type] = types;
  if (type === undefined || types.size > 1) return null;
  const fitting = candidates.filter(({ parameters }) =>
    fits(
      world,
      bases.map(() => type),
      parameters,
    ),
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

function best(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => number,
): readonly Candidate[] {
  const scores = candidates.map(score);
  const highest = Math.max(...scores);
  return candidates.filter((_, index) => scores[index] === highest);
}

function count(types: readonly TypeId[], test: (type: TypeId, at: number) => boolean): number {
  return types.filter(test).length;
}

function same(a: readonly TypeId[], b: readonly TypeId[]): boolean {
  return a.length === b.length && a.every((type, index) => type === b[index]);
}
