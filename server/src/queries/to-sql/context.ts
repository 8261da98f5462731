// What an expression of a query can see: the bindings, and the code around, whose values pins name.

import type { Expr, Pair } from '../../syntax/elixir/nodes.js';
import { type StaticValue, staticValue } from '../../syntax/elixir/static.js';
import { type Bindings, bindingsOf } from '../from-ecto/bindings.js';
import type { Building } from '../from-ecto/building.js';
import { isElsewhere } from '../from-ecto/elsewhere.js';
import {
  entriesOf,
  keyOfPair,
  moduleName,
  pairsIn,
  type Scope,
  textOf,
  type Value,
} from '../from-ecto/scope.js';
import { type FieldRef, fieldAt, type Param, type Plan, type Quoted, type SourceRef } from './nodes.js';
import { anyType, base } from './types.js';
import { atRuntime, unsupported } from './unsupported.js';

/** What is asked of the code around. */
export interface World {
  /** The text of the file that is read, for the words of pins. */
  readonly text: string;
  /** The plan of a query that a value is. */
  planOf(building: Building): Plan;
}

export interface Context {
  readonly world: World;
  readonly scope: Scope;
  /** Positions by variable; `null` where the binding is not there, or its name is known at run time alone. */
  readonly variables: ReadonlyMap<string, number | null>;
  /** The query that the expression is for: a `dynamic` finds its bindings in it. */
  readonly building: Building;
  /** Whether a pin may be a `dynamic`: inside of another one. */
  readonly nests: boolean;
}

export function contextOf(world: World, bindings: Bindings): Context {
  const { building, scope } = bindings;
  const positions = new Map(building.relations.map(({ alias }, index) => [alias, index]));
  const variables = new Map(
    [...bindings.variables].map(([name, alias]) => [
      name,
      alias === null ? null : (positions.get(alias) ?? null),
    ]),
  );
  return { world, scope, variables, building, nests: false };
}

/** Where the expression of a `dynamic` is put into the query. */
export function contextOfDynamic(
  { world, building }: Context,
  dynamic: Value & { kind: 'dynamic' },
): Context {
  return {
    ...contextOf(world, bindingsOf(dynamic.scope, building, dynamic.bindings)),
    nests: true,
  };
}

export function worthOf({ scope }: Context, expr: Expr): Value {
  return scope.reader.evaluate(expr, scope);
}

/** A value that can be told without running anything; `null` where it cannot. */
export function knownValue(context: Context, expr: Expr): StaticValue | null {
  const { scope } = context;
  if (expr.kind === 'attribute') {
    const held = scope.frame.module?.attributes.get(expr.name);
    return held === undefined ? null : knownValue(context, held);
  }
  const plain = staticValue(expr, { aliases: scope.environment });
  if (plain.kind === 'known') return plain.value;
  if (expr.kind === 'list') return knownAll(context, expr.items);
  if (expr.kind !== 'variable' && expr.kind !== 'call' && expr.kind !== 'access') return null;
  const value = worthOf(context, expr);
  if (value.kind !== 'written') return null;
  const { parts } = value;
  if (parts?.some(({ kind }) => kind !== 'written')) return null;
  const written = staticValue(value.expr, { aliases: scope.environment });
  return written.kind === 'known' ? written.value : null;
}

function knownAll(context: Context, items: readonly Expr[]): StaticValue | null {
  const values = items.map((item) => knownValue(context, item));
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? { kind: 'list', items: known } : null;
}

/** The atom or text that names a field: as it stands, or pinned. */
export function nameIn(context: Context, expr: Expr, what: string): string {
  const pinned = expr.kind === 'unary' && expr.operator === '^' ? expr.operand : null;
  const value = knownValue(context, pinned ?? expr);
  if (value?.kind === 'atom') return value.name;
  if (value?.kind === 'string') return value.text;
  return atRuntime(what, pinned ?? expr);
}

/** Pairs of a keyword list that stands there or that a variable holds. */
export function knownPairs(
  context: Context,
  expr: Expr,
): readonly { readonly pair: Pair; readonly value: Value }[] | null {
  const pairs = pairsIn(expr);
  if (pairs !== null && expr.kind === 'list') {
    return pairs.map((pair) => ({ pair, value: worthOf(context, pair.value) }));
  }
  return entriesOf(worthOf(context, expr));
}

export function keyIn(pair: Pair): string {
  return keyOfPair(pair) ?? unsupported('a key of a keyword list is decided at run time', pair.span);
}

export function paramOf(context: Context, expr: Expr, type: Quoted): Param {
  return { text: wordsOf(context, expr), span: isElsewhere(expr.span) ? null : expr.span, type };
}

/** As the function that is read has it. */
export function wordsOf(context: Context, expr: Expr): string {
  const { scope, world } = context;
  if (expr.kind === 'variable' && scope.frame.depth > 0) {
    const value = worthOf(context, expr);
    if (value.kind === 'unknown' && value.text !== undefined) return value.text;
    if (value.kind === 'written') return writtenText(world, value.expr);
  }
  return writtenText(world, expr);
}

function writtenText({ text }: World, expr: Expr): string {
  return isElsewhere(expr.span) ? textOf(expr) : text.slice(expr.span.start, expr.span.end);
}

/** `p` of `p.title`; `null` for anything else. */
function sourceOf(context: Context, expr: Expr): SourceRef | null {
  if (expr.kind === 'variable') return { kind: 'at', index: positionOf(context, expr.name, expr) };
  if (expr.kind !== 'call' || expr.receiver !== null || !/^(?:as|parent_as)$/.test(expr.name)) return null;
  const [name] = expr.args;
  if (name === undefined) return null;
  const found = nameIn(context, name, 'the name of a binding');
  return { kind: expr.name === 'as' ? 'as' : 'parent-as', name: found };
}

export function positionOf({ variables }: Context, name: string, { span }: Expr): number {
  const position = variables.get(name);
  if (position === undefined) {
    unsupported(`"${name}" is no binding of the query: a value of the program needs ^`, span);
  }
  return position ?? unsupported(`the binding "${name}" is not there, or is named at run time`, span);
}

/** `p.title`, `field(p, :title)`; `null` for anything else. */
export function fieldIn(context: Context, expr: Expr): FieldRef | null {
  if (expr.kind !== 'call') return null;
  const { receiver, name, args, keywords, span } = expr;
  if (receiver !== null) {
    if (args.length + keywords.length > 0 || receiver.kind === 'alias') return null;
    const of = sourceOf(context, receiver);
    return of === null ? null : { kind: 'field', of, field: name, span };
  }
  const [source, field] = args;
  if (name !== 'field' || source === undefined || field === undefined) return null;
  const of = sourceOf(context, source);
  return of === null ? null : { kind: 'field', of, field: nameIn(context, field, 'the field'), span };
}

/** The type that `type/2` is given. */
export function typeIn(context: Context, expr: Expr): Quoted {
  switch (expr.kind) {
    case 'atom':
      return expr.value === 'any' ? anyType : base(expr.value);
    case 'alias':
      return { kind: 'module', name: moduleName(context.scope, expr.name) };
    case 'tuple': {
      const [kind, of] = expr.items;
      if (kind?.kind === 'atom' && of !== undefined && expr.items.length === 2) {
        if (kind.value === 'array') return { kind: 'list-of', of: typeIn(context, of) };
        if (kind.value === 'map') return base('map');
      }
      break;
    }
    case 'unary': {
      if (expr.operator !== '^') break;
      const value = knownValue(context, expr.operand);
      if (value?.kind === 'atom') return base(value.name);
      if (value?.kind === 'module') return { kind: 'module', name: value.name };
      return atRuntime('the type', expr.operand);
    }
    case 'call': {
      const field = fieldIn(context, expr);
      if (field !== null) return field;
    }
  }
  return unsupported(`the type ${textOf(expr)} is not read`, expr.span);
}

/** The first source's field of that name. */
export function firstField(name: string, expr: Expr): FieldRef {
  return fieldAt(0, name, isElsewhere(expr.span) ? null : expr.span);
}
