// Parse analysis: from an expression as written to one as the server keeps it, with the operators and functions chosen and every
// cast in its place. The rules are those of src/backend/parser/parse_expr.c. Whatever is not certain gives `null`.

import type { ExpressionTree, Literal, TreeType } from '../expression-tree.js';
import { columnKey, columnOf } from '../lookup.js';
import { analyseCall } from './calls.js';
import {
  ASSIGNMENT,
  coerceImplicitly,
  coerceTo,
  coerceToBoolean,
  commonType,
  EXPLICIT,
  isPolymorphic,
} from './coercion.js';
import { canonicalNumeric } from './literals.js';
import { chooseOperator } from './overloads.js';
import { bind } from './polymorphic.js';
import { arrayOf, BOOLEAN, elementOf, type FormName, type OfType, type Typed } from './typed.js';
import { baseOf, factsOf, resolveType, type World } from './world.js';

type Branch = Extract<ExpressionTree, { readonly args: unknown }>;
type Of<K extends ExpressionTree['kind']> = Extract<ExpressionTree, { readonly kind: K }>;

export function analyse(world: World, tree: ExpressionTree): Typed | null {
  switch (tree.kind) {
    case 'literal':
      return literal(tree);
    case 'column':
      return column(world, tree.name);
    case 'value':
      return sqlValue(tree);
    case 'cast':
      return cast(world, tree);
    case 'made-for':
      return madeFor(world, tree);
    case 'array':
      return array(world, tree, null);
    case 'in':
      return membership(world, tree);
    case 'between':
      return analyse(world, comparisonsOf(tree));
    case 'distinct':
      return distinct(world, tree);
    case 'case':
      return caseOf(world, tree);
    default:
      return branch(world, tree);
  }
}

/** Where all parts are read in the same way before it is asked what holds them together. */
function branch(
  world: World,
  tree: Exclude<
    Branch,
    { readonly kind: 'cast' | 'made-for' | 'array' | 'in' | 'between' | 'distinct' | 'case' }
  >,
): Typed | null {
  const args = all(tree.args.map((arg) => analyse(world, arg)));
  const [first, second] = args ?? [];
  if (args === null) return null;
  if (tree.kind === 'call') return analyseCall(world, tree, args);
  if (first === undefined) return null;
  switch (tree.kind) {
    case 'operator':
      return operator(world, tree.name, args);
    case 'quantified':
      return second === undefined ? null : quantified(world, tree.name, tree.all, first, second);
    case 'boolean': {
      const parts = all(args.map((arg) => coerceToBoolean(world, arg)));
      return parts === null ? null : { kind: 'boolean', name: tree.name, args: parts, ...BOOLEAN };
    }
    case 'test':
      return test(world, tree.name, first);
    case 'form':
      return tree.name === 'NULLIF' ? nullIf(world, args) : form(world, tree.name, args);
    case 'collate': {
      const collatable = first.type === 'unknown' || factsOf(world, first.type)?.collatable === true;
      const { type, modifier } = first;
      return collatable ? { kind: 'collate', name: tree.name, arg: first, type, modifier } : null;
    }
    case 'subscript':
      return subscript(world, first, args.slice(1));
  }
}

export function all<T>(parts: readonly (T | null)[]): readonly T[] | null {
  const whole = parts.filter((part) => part !== null);
  return whole.length === parts.length ? whole : null;
}

function literal({ type, value }: Literal): Typed | null {
  const constant = (of: string, text: string | null): Typed => ({
    kind: 'const',
    type: of,
    value: text,
    modifier: null,
  });
  switch (type) {
    case 'null':
      return constant('unknown', null);
    case 'string':
      return constant('unknown', value);
    case 'boolean':
      return constant('bool', value === 'true' ? 't' : 'f');
    case 'integer':
      return constant('int4', value);
    case 'bits':
      return /^b[01]*$/.test(value) ? constant('bit', value.slice(1)) : null;
    case 'decimal': {
      const limit = 1n << 63n;
      const whole = /^-?\d+$/.test(value) ? BigInt(value) : null;
      if (whole !== null && whole >= -limit && whole < limit) return constant('int8', String(whole));
      const exact = canonicalNumeric(value);
      return exact === null ? null : constant('numeric', exact);
    }
  }
}

function column(world: World, name: string): Typed | null {
  const { table, catalog } = world;
  const found = table === null ? null : columnOf(table, name);
  if (table === null || found === null || catalog.doubts.columns.has(columnKey(table.id, name))) return null;
  const type = resolveType(world, found.type);
  return type === null || factsOf(world, type.type) === null ? null : { kind: 'column', name, ...type };
}

/** SQLValueFunction: https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT */
const SQL_VALUES: Readonly<Record<string, string>> = {
  current_date: 'date',
  current_time: 'timetz',
  current_timestamp: 'timestamptz',
  localtime: 'time',
  localtimestamp: 'timestamp',
  current_role: 'name',
  current_user: 'name',
  user: 'name',
  session_user: 'name',
  current_catalog: 'name',
  current_schema: 'name',
};

function sqlValue({ name, precision }: Of<'value'>): Typed | null {
  const type = SQL_VALUES[name];
  if (type === undefined || (precision !== null && precision > 6)) return null;
  return { kind: 'value', name, precision, type, modifier: precision === null ? null : `(${precision})` };
}

function target(world: World, type: TreeType): OfType | null {
  const found = resolveType(world, type);
  return found === null || factsOf(world, found.type) === null ? null : found;
}

function cast(world: World, tree: Of<'cast'>): Typed | null {
  const to = target(world, tree.type);
  const [written] = tree.args;
  if (to === null || written === undefined) return null;
  const base = written.kind === 'array' ? baseOf(world, to.type) : null;
  const isArray = base !== null && elementOf(base.type) !== null;
  const modifier = base !== null && base.type !== to.type ? base.modifier : to.modifier;
  const arg =
    isArray && written.kind === 'array'
      ? array(world, written, { type: base.type, modifier })
      : analyse(world, written);
  return arg === null ? null : coerceTo(world, arg, to, EXPLICIT, false);
}

/** ATExecAlterColumnType: the default as it was, without the casts that its old type needed. */
function madeFor(world: World, tree: Of<'made-for'>): Typed | null {
  const to = target(world, tree.type);
  const [written] = tree.args;
  const arg = written === undefined ? null : analyse(world, written);
  let made = to === null || arg === null ? null : coerceTo(world, arg, to, ASSIGNMENT, true);
  while (made?.kind === 'coercion' && made.implicit) made = made.arg;
  return made;
}

/** transformArrayExpr. @param to the array's type when it stands in a cast */
function array(world: World, tree: Of<'array'>, to: OfType | null): Typed | null {
  const element = to === null ? null : elementOf(to.type);
  const nested = tree.args.some(({ kind }) => kind === 'array');
  const args = all(
    tree.args.map((arg) => (arg.kind === 'array' ? array(world, arg, to) : analyse(world, arg))),
  );
  if (args === null || (nested && tree.args.some(({ kind }) => kind !== 'array'))) return null;
  if (to !== null && element !== null) {
    const each = nested ? to : { type: element, modifier: to.modifier };
    const items = all(args.map((arg) => coerceTo(world, arg, each, EXPLICIT, false)));
    return items === null
      ? null
      : { kind: 'array', args: items, type: to.type, modifier: sharedModifier(items) };
  }
  const common =
    args.length === 0
      ? null
      : commonType(
          world,
          args.map(({ type }) => type),
        );
  if (common === null) return null;
  const items = all(args.map((arg) => coerceImplicitly(world, arg, common)));
  // Elements that are arrays without being written so make an array of more dimensions, too.
  const type = elementOf(common) === null ? arrayOf(common) : common;
  return items === null ? null : { kind: 'array', args: items, type, modifier: sharedModifier(items) };
}

/** exprTypmod of what has several values: the one that all have. */
export function sharedModifier(parts: readonly Typed[]): string | null {
  const [first] = parts;
  return first !== undefined && parts.every(({ modifier }) => modifier === first.modifier)
    ? first.modifier
    : null;
}

/** make_op. */
function operator(world: World, name: string, args: readonly Typed[]): Typed | null {
  const types = args.map(({ type }) => type);
  const chosen = chooseOperator(world, name, types);
  const bound = chosen === null ? null : bind(world, types, chosen.parameters, chosen.result);
  if (bound === null) return null;
  const given = all(args.map((arg, index) => coerceImplicitly(world, arg, bound.parameters[index] ?? '')));
  return given === null ? null : { kind: 'operator', name, args: given, type: bound.result, modifier: null };
}

/** make_scalar_array_op: `left operator ANY (right)`. */
function quantified(world: World, name: string, every: boolean, left: Typed, right: Typed): Typed | null {
  const element = right.type === 'unknown' ? 'unknown' : elementOf(baseOf(world, right.type)?.type ?? '');
  if (element === null) return null;
  const types = [left.type, element];
  const chosen = chooseOperator(world, name, types);
  const bound = chosen === null ? null : bind(world, types, chosen.parameters, chosen.result);
  const [first = '', second = ''] = bound?.parameters ?? [];
  if (bound === null || bound.result !== 'bool') return null;
  const one = coerceImplicitly(world, left, first);
  const many = isPolymorphic(second) ? right : coerceImplicitly(world, right, arrayOf(second));
  if (one === null || many === null || many.type === 'unknown') return null;
  return { kind: 'quantified', name, all: every, left: one, right: many, ...BOOLEAN };
}

/** transformAExprIn: constants become an array, what reads columns is compared one by one. */
function membership(world: World, tree: Of<'in'>): Typed | null {
  const [left, ...list] = all(tree.args.map((arg) => analyse(world, arg))) ?? [];
  if (left === undefined) return null;
  const name = tree.negated ? '<>' : '=';
  const written = tree.args.slice(1);
  const constants = list.filter((_, index) => !readsColumn(written[index]));
  const others = list.filter((_, index) => readsColumn(written[index]));
  const asArray = constants.length > 1;
  const tests: (Typed | null)[] = [];
  if (asArray) {
    const common = commonType(
      world,
      [left, ...constants].map(({ type }) => type),
    );
    if (common === null || elementOf(common) !== null) return null;
    const args = all(constants.map((item) => coerceImplicitly(world, item, common)));
    if (args === null) return null;
    const items: Typed = { kind: 'array', args, type: arrayOf(common), modifier: sharedModifier(args) };
    tests.push(quantified(world, name, tree.negated, left, items));
  }
  tests.push(...(asArray ? others : list).map((item) => operator(world, name, [left, item])));
  return joined(tests, tree.negated ? 'AND' : 'OR');
}

/** As the grammar of the server does not: each further part takes all before it as its left side. */
function joined(tests: readonly (Typed | null)[], name: 'AND' | 'OR'): Typed | null {
  const [first = null, ...others] = tests;
  return others.reduce<Typed | null>(
    (left, right) =>
      left === null || right === null ? null : { kind: 'boolean', name, args: [left, right], ...BOOLEAN },
    first,
  );
}

function readsColumn(tree: ExpressionTree | undefined): boolean {
  if (tree === undefined) return false;
  return tree.kind === 'column' || ('args' in tree && tree.args.some(readsColumn));
}

/** transformAExprBetween. */
function comparisonsOf({ args, negated, symmetric }: Of<'between'>): ExpressionTree {
  const [value, low, high] = args;
  if (value === undefined || low === undefined || high === undefined) return { kind: 'array', args: [] };
  const [from, to] = negated ? ['<', '>'] : ['>=', '<='];
  const within = (a: ExpressionTree, b: ExpressionTree): ExpressionTree => ({
    kind: 'boolean',
    name: negated ? 'OR' : 'AND',
    args: [
      { kind: 'operator', name: from ?? '', args: [value, a] },
      { kind: 'operator', name: to ?? '', args: [value, b] },
    ],
  });
  if (!symmetric) return within(low, high);
  return { kind: 'boolean', name: negated ? 'AND' : 'OR', args: [within(low, high), within(high, low)] };
}

function distinct(world: World, { args, negated }: Of<'distinct'>): Typed | null {
  const isNull = (tree: ExpressionTree | undefined) => tree?.kind === 'literal' && tree.type === 'null';
  const [left, right] = args;
  if (left === undefined || right === undefined) return null;
  if (isNull(left) || isNull(right)) {
    const name = negated ? 'NULL' : 'NOT NULL';
    return analyse(world, { kind: 'test', name, args: [isNull(right) ? left : right] });
  }
  const sides = all([analyse(world, left), analyse(world, right)]);
  const equality = sides === null ? null : operator(world, '=', sides);
  if (equality?.kind !== 'operator' || equality.type !== 'bool') return null;
  const [one, other] = equality.args;
  if (one === undefined || other === undefined) return null;
  const test: Typed = { kind: 'distinct', left: one, right: other, ...BOOLEAN };
  return negated ? { kind: 'boolean', name: 'NOT', args: [test], ...BOOLEAN } : test;
}

function test(world: World, name: string, arg: Typed): Typed | null {
  if (name.endsWith('NULL')) return { kind: 'test', name, arg, ...BOOLEAN };
  const condition = coerceToBoolean(world, arg);
  return condition === null ? null : { kind: 'test', name, arg: condition, ...BOOLEAN };
}

/** COALESCE, GREATEST and LEAST. */
function form(world: World, name: FormName, args: readonly Typed[]): Typed | null {
  const type = commonType(
    world,
    args.map((arg) => arg.type),
  );
  const given = type === null ? null : all(args.map((arg) => coerceImplicitly(world, arg, type)));
  return type === null || given === null
    ? null
    : { kind: 'form', name, args: given, type, modifier: sharedModifier(given) };
}

function nullIf(world: World, args: readonly Typed[]): Typed | null {
  const equality = operator(world, '=', args);
  const first = equality?.kind === 'operator' ? equality.args[0] : undefined;
  if (equality?.kind !== 'operator' || first === undefined || equality.type !== 'bool') return null;
  return { kind: 'form', name: 'NULLIF', args: equality.args, type: first.type, modifier: first.modifier };
}

/** transformCaseExpr. */
function caseOf(world: World, tree: Of<'case'>): Typed | null {
  const args = all(tree.args.map((arg) => analyse(world, arg)));
  if (args === null) return null;
  const subject = tree.subject ? caseSubject(world, args[0]) : null;
  const pairs = args.slice(tree.subject ? 1 : 0, tree.otherwise ? -1 : undefined);
  const last = tree.otherwise ? args.at(-1) : literal({ kind: 'literal', type: 'null', value: '' });
  if ((tree.subject && subject === null) || last === undefined || last === null) return null;
  const whens: { when: Typed; then: Typed }[] = [];
  // The ELSE counts first: https://www.postgresql.org/docs/current/typeconv-union-case.html
  const results = [last, ...pairs.filter((_, index) => index % 2 === 1)];
  const type = commonType(
    world,
    results.map((result) => result.type),
  );
  if (type === null) return null;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const [condition, result] = pairs.slice(at, at + 2);
    const when = condition === undefined ? null : whenOf(world, subject, condition);
    const then = result === undefined ? null : coerceImplicitly(world, result, type);
    if (when === null || then === null) return null;
    whens.push({ when, then });
  }
  const otherwise = coerceImplicitly(world, last, type);
  if (otherwise === null) return null;
  const modifier = sharedModifier([otherwise, ...whens.map(({ then }) => then)]);
  return { kind: 'case', subject, whens, otherwise, type, modifier };
}

function caseSubject(world: World, arg: Typed | undefined): Typed | null {
  if (arg === undefined) return null;
  return arg.type === 'unknown' ? coerceImplicitly(world, arg, 'text') : arg;
}

/** After a subject WHEN is the right side of a comparison with it. */
function whenOf(world: World, subject: Typed | null, condition: Typed): Typed | null {
  if (subject === null) return coerceToBoolean(world, condition);
  const { type, modifier } = subject;
  const equality = operator(world, '=', [{ kind: 'column', name: '', type, modifier }, condition]);
  return equality?.kind === 'operator' && equality.type === 'bool' ? (equality.args[1] ?? null) : null;
}

function subscript(world: World, arg: Typed, written: readonly Typed[]): Typed | null {
  const element = elementOf(baseOf(world, arg.type)?.type ?? '');
  if (element === null || baseOf(world, arg.type)?.type !== arg.type || written.length === 0) return null;
  const indexes = all(
    written.map((index) => coerceTo(world, index, { type: 'int4', modifier: null }, ASSIGNMENT, true)),
  );
  return indexes === null ? null : { kind: 'subscript', arg, indexes, type: element, modifier: arg.modifier };
}
