// How a value of one type becomes one of another: the rules of src/backend/parser/parse_coerce.c, on types by name.
// https://www.postgresql.org/docs/current/typeconv.html tells them in prose.

import { canonicalLiteral } from './literals.js';
import { elementOf, type OfType, type Typed, type TypeId } from './typed.js';
import { baseOf, baseType, factsOf, type World } from './world.js';

/** 0: anywhere; 1: in assignments, too; 2: also casts that somebody wrote. */
export type CoercionContext = 0 | 1 | 2;
export const IMPLICIT = 0;
export const ASSIGNMENT = 1;
export const EXPLICIT = 2;

type Path =
  | { readonly via: 'relabel' | 'io' | 'array' }
  | { readonly via: 'function'; readonly parameters: number };

/** find_coercion_pathway. */
function pathway(world: World, source: TypeId, target: TypeId, context: CoercionContext): Path | null {
  const [from, to] = [baseType(world, source), baseType(world, target)];
  if (from === to) return { via: 'relabel' };
  const cast = world.tables.casts.get(`${from}>${to}`);
  if (cast !== undefined) {
    if (context < cast.context) return null;
    return cast.method === 'function'
      ? { via: 'function', parameters: cast.parameters }
      : { via: cast.method };
  }
  const [fromElement, toElement] = [elementOf(from), elementOf(to)];
  if (
    fromElement !== null &&
    toElement !== null &&
    pathway(world, fromElement, toElement, context) !== null
  ) {
    return { via: 'array' };
  }
  const isString = (type: TypeId) => factsOf(world, type)?.category === 'S';
  if (context >= ASSIGNMENT && isString(to)) return { via: 'io' };
  return context === EXPLICIT && isString(from) ? { via: 'io' } : null;
}

/** Whether a cast needs no function: the types are stored alike, or one is read from the text of the other. */
export function convertsPlainly(world: World, source: TypeId, target: TypeId): boolean {
  const path = pathway(world, source, target, EXPLICIT);
  return path?.via === 'relabel' || path?.via === 'io';
}

/** Of a single pair, and never to a polymorphic type: see polymorphic.ts for those. */
export function canCoerce(world: World, source: TypeId, target: TypeId, context: CoercionContext): boolean {
  return (
    source === target ||
    target === 'any' ||
    source === 'unknown' ||
    pathway(world, source, target, context) !== null
  );
}

const POLYMORPHIC = /^any/;

export function isPolymorphic(type: TypeId): boolean {
  return POLYMORPHIC.test(type) && type !== 'any';
}

/** coerce_type: to the type, not yet to its length or precision. `null` where there is no way, or none that we know. */
export function coerceType(
  world: World,
  node: Typed,
  target: OfType,
  context: CoercionContext,
  implicit: boolean,
): Typed | null {
  if (node.type === target.type || target.type === 'any') return node;
  if (isPolymorphic(target.type)) return coerceToPolymorphic(world, node, target.type);
  if (node.kind === 'const' && node.type === 'unknown') {
    return coerceLiteral(world, node.value, target, implicit);
  }
  if (node.kind === 'collate') {
    const arg = coerceType(world, node.arg, target, context, implicit);
    if (arg === null) return null;
    const { type, modifier } = arg;
    return factsOf(world, type)?.collatable === true ? { ...node, arg, type, modifier } : arg;
  }
  const path = pathway(world, node.type, target.type, context);
  const base = baseOf(world, target.type);
  if (path === null || base === null || node.type === 'unknown') return null;
  const isDomain = base.type !== target.type;
  if (path.via === 'relabel') {
    if (isDomain) return toDomain(world, node, target.type, context, implicit);
    return { kind: 'coercion', via: 'relabel', implicit, arg: node, type: target.type, modifier: null };
  }
  const modifier = isDomain ? base.modifier : target.modifier;
  const coerced = coercion(world, node, path, { type: base.type, modifier }, context, implicit || isDomain);
  return isDomain ? toDomain(world, coerced, target.type, context, implicit) : coerced;
}

function coerceToPolymorphic(world: World, node: Typed, target: TypeId): Typed | null {
  if (node.type === 'unknown') return null;
  if (/^any(element|nonarray|compatible|compatiblenonarray)$/.test(target)) return node;
  const base = baseType(world, node.type);
  return base === node.type
    ? node
    : { kind: 'coercion', via: 'relabel', implicit: true, arg: node, type: base, modifier: null };
}

/** A literal that nobody gave a type gets its value from the type's input function at once. */
function coerceLiteral(world: World, value: string | null, target: OfType, implicit: boolean): Typed | null {
  const base = baseOf(world, target.type);
  if (base === null) return null;
  const isDomain = base.type !== target.type;
  // Of intervals the input function takes the fields and the precision, too.
  const modifier = base.type === 'interval' ? (isDomain ? base.modifier : target.modifier) : null;
  if (modifier !== null && value !== null) return null;
  const text = value === null ? null : canonicalLiteral(world, base.type, value);
  if (value !== null && text === null) return null;
  const constant: Typed = { kind: 'const', value: text, type: base.type, modifier };
  return isDomain ? toDomain(world, constant, target.type, IMPLICIT, implicit) : constant;
}

/** coerce_to_domain: first to the length of what the domain is made of. */
function toDomain(
  world: World,
  node: Typed,
  domain: TypeId,
  context: CoercionContext,
  implicit: boolean,
): Typed | null {
  const base = baseOf(world, domain);
  if (base === null) return null;
  const arg = base.modifier === null ? node : coerceModifier(world, node, base, context, true, false);
  return { kind: 'coercion', via: 'domain', implicit, arg, type: domain, modifier: null };
}

/** build_coercion_expression. */
function coercion(
  world: World,
  arg: Typed,
  path: Path,
  { type, modifier }: OfType,
  context: CoercionContext,
  implicit: boolean,
): Typed {
  const made = { kind: 'coercion', via: path.via, implicit, arg, type } as const;
  switch (path.via) {
    case 'function':
      return { ...made, modifier: path.parameters > 1 ? modifier : null };
    case 'array':
      return { ...made, modifier: elementModifier(world, arg, { type, modifier }, context) };
    default:
      return { ...made, modifier: null };
  }
}

/** An array's elements are made into what they become one by one; the array is labelled as they are. */
function elementModifier(world: World, arg: Typed, { type, modifier }: OfType, context: CoercionContext) {
  const [from, to] = [elementOf(arg.type), elementOf(type)];
  if (from === null || to === null) return null;
  const element: Typed = { kind: 'column', name: '', type: from, modifier: arg.modifier };
  return coerceTo(world, element, { type: to, modifier }, context, true)?.modifier ?? null;
}

/** coerce_type_typmod: to the length or precision. */
function coerceModifier(
  world: World,
  node: Typed,
  { type, modifier }: OfType,
  context: CoercionContext,
  implicit: boolean,
  hideInner: boolean,
): Typed {
  if (node.modifier === modifier) return node;
  const arg: Typed = hideInner && node.kind === 'coercion' ? { ...node, implicit: true } : node;
  const path = modifier === null ? null : modifierPath(world, type);
  if (path !== null) return coercion(world, arg, path, { type, modifier }, context, implicit);
  return { kind: 'coercion', via: 'relabel', implicit, arg, type, modifier };
}

/** find_typmod_coercion_function. */
function modifierPath(world: World, type: TypeId): Path | null {
  const element = elementOf(type);
  const cast = world.tables.casts.get(`${element ?? type}>${element ?? type}`);
  if (cast?.method !== 'function') return null;
  return element === null ? { via: 'function', parameters: cast.parameters } : { via: 'array' };
}

/** coerce_to_target_type: what a cast and an assignment do. */
export function coerceTo(
  world: World,
  node: Typed,
  target: OfType,
  context: CoercionContext,
  implicit: boolean,
): Typed | null {
  if (!canCoerce(world, node.type, target.type, context)) return null;
  if (node.kind === 'collate') {
    const arg = coerceTo(world, node.arg, target, context, implicit);
    if (arg === null) return null;
    const { type, modifier } = arg;
    return factsOf(world, type)?.collatable === true ? { ...node, arg, type, modifier } : arg;
  }
  const made = coerceType(world, node, target, context, implicit);
  if (made === null) return null;
  const hideInner = made !== node && made.kind !== 'const';
  return coerceModifier(world, made, target, context, implicit, hideInner);
}

/** coerce_to_common_type and the arguments of functions and operators. */
export function coerceImplicitly(world: World, node: Typed, target: TypeId): Typed | null {
  return canCoerce(world, node.type, target, IMPLICIT) || isPolymorphic(target)
    ? coerceType(world, node, { type: target, modifier: null }, IMPLICIT, true)
    : null;
}

/** coerce_to_boolean. */
export function coerceToBoolean(world: World, node: Typed): Typed | null {
  return coerceTo(world, node, { type: 'bool', modifier: null }, ASSIGNMENT, true);
}

/** select_common_type: of the arms of CASE, the elements of an array and so on. `null` where they do not fit together. */
export function commonType(world: World, types: readonly TypeId[]): TypeId | null {
  const [first] = types;
  if (first === undefined) return null;
  if (first !== 'unknown' && types.every((type) => type === first)) return first;
  let chosen = baseType(world, first);
  for (const type of types.slice(1)) {
    const next = baseType(world, type);
    if (next === 'unknown' || next === chosen) continue;
    if (chosen === 'unknown') {
      chosen = next;
      continue;
    }
    const [here, there] = [factsOf(world, chosen), factsOf(world, next)];
    if (here === null || there === null || here.category !== there.category) return null;
    const wider =
      !here.preferred &&
      canCoerce(world, chosen, next, IMPLICIT) &&
      !canCoerce(world, next, chosen, IMPLICIT);
    if (wider) chosen = next;
  }
  return chosen === 'unknown' ? 'text' : chosen;
}
