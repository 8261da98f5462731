// The pseudo-types of functions that take many types: what they stand for in a call.
// https://www.postgresql.org/docs/current/extend-type-system.html#EXTEND-TYPES-POLYMORPHIC

import { canCoerce, commonType, IMPLICIT, isPolymorphic } from './coercion.js';
import { arrayOf, elementOf, type TypeId } from './typed.js';
import { baseType, factsOf, type World } from './world.js';

export interface Bound {
  /** The parameters' types, with no pseudo-type left that an argument must be turned into. */
  readonly parameters: readonly TypeId[];
  readonly result: TypeId;
}

const RANGES: Readonly<Record<string, TypeId>> = {
  int4range: 'int4',
  int8range: 'int8',
  numrange: 'numeric',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
  daterange: 'date',
  int4multirange: 'int4',
  int8multirange: 'int8',
  nummultirange: 'numeric',
  tsmultirange: 'timestamp',
  tstzmultirange: 'timestamptz',
  datemultirange: 'date',
};

interface Meaning {
  readonly element: TypeId | null;
  readonly array: TypeId | null;
  readonly range: TypeId | null;
  readonly common: TypeId | null;
}

/** check_generic_type_consistency: whether the arguments agree on what the pseudo-types are. */
export function agree(world: World, actual: readonly TypeId[], declared: readonly TypeId[]): boolean {
  return !declared.some(isPolymorphic) || meaningOf(world, actual, declared) !== null;
}

/** enforce_generic_type_consistency; `null` where they do not agree, or only the context would tell. */
export function bind(
  world: World,
  actual: readonly TypeId[],
  declared: readonly TypeId[],
  result: TypeId,
): Bound | null {
  if (!declared.some(isPolymorphic)) {
    return isPolymorphic(result) ? null : { parameters: declared, result };
  }
  const meaning = meaningOf(world, actual, declared);
  if (meaning === null) return null;
  const parameters: TypeId[] = [];
  for (const [index, type] of declared.entries()) {
    const literal = actual[index] === 'unknown';
    const stays = !isPolymorphic(type) || (!literal && !type.startsWith('anycompatible'));
    const meant = stays ? type : standsFor(meaning, type);
    if (meant === null) return null;
    parameters.push(meant);
  }
  const made = isPolymorphic(result) ? standsFor(meaning, result) : result;
  return made === null ? null : { parameters, result: made };
}

function standsFor({ element, array, range, common }: Meaning, type: TypeId): TypeId | null {
  switch (type) {
    case 'anyelement':
    case 'anynonarray':
    case 'anyenum':
      return element;
    case 'anyarray':
      return array ?? (element === null ? null : arrayOf(element));
    case 'anyrange':
      return range?.endsWith('multirange') === false ? range : null;
    case 'anymultirange':
      return range?.endsWith('multirange') === true ? range : null;
    case 'anycompatible':
    case 'anycompatiblenonarray':
      return common;
    case 'anycompatiblearray':
      return common === null ? null : arrayOf(common);
    default:
      return null;
  }
}

function meaningOf(world: World, actual: readonly TypeId[], declared: readonly TypeId[]): Meaning | null {
  let element: TypeId | null = null;
  let array: TypeId | null = null;
  let range: TypeId | null = null;
  const compatible: TypeId[] = [];
  for (const [index, type] of declared.entries()) {
    const given = actual[index];
    if (!isPolymorphic(type) || given === undefined) continue;
    const base = baseType(world, given);
    if (given === 'unknown') {
      if (type.startsWith('anycompatible')) compatible.push('unknown');
      continue;
    }
    switch (type) {
      case 'anyelement':
      case 'anynonarray':
      case 'anyenum':
        if (element !== null && element !== given) return null;
        if (type === 'anyenum' && factsOf(world, given)?.kind !== 'enum') return null;
        if (type === 'anynonarray' && elementOf(base) !== null) return null;
        element = given;
        break;
      case 'anyarray':
        if (elementOf(base) === null || (array !== null && array !== base)) return null;
        array = base;
        break;
      case 'anyrange':
      case 'anymultirange':
        if (factsOf(world, base)?.kind !== type.slice(3) || (range !== null && range !== base)) return null;
        range = base;
        break;
      case 'anycompatible':
        compatible.push(given);
        break;
      case 'anycompatiblenonarray':
        if (elementOf(base) !== null) return null;
        compatible.push(given);
        break;
      case 'anycompatiblearray': {
        const inside = elementOf(base);
        if (inside === null) return null;
        compatible.push(inside);
        break;
      }
      default:
        return null;
    }
  }
  const inside: TypeId | null =
    array !== null ? elementOf(array) : range !== null ? (RANGES[range] ?? null) : element;
  if ((array !== null || range !== null) && (inside === null || (element !== null && element !== inside))) {
    return null;
  }
  const common = compatible.length === 0 ? null : commonType(world, compatible);
  if (compatible.length > 0 && common === null) return null;
  if (common !== null && !compatible.every((type) => canCoerce(world, type, common, IMPLICIT))) return null;
  return { element: inside, array, range, common };
}
