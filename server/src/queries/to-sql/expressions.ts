// Expressions of Ecto.Query.API as nodes, with the type that is expected of each literal.
// Source: `escape` and `quoted_type` of Ecto.Query.Builder

import type { Binary, Call, Expr, Pair } from '../../syntax/elixir/nodes.js';
import { keywordsOf } from '../../syntax/elixir/nodes.js';
import type { StaticValue } from '../../syntax/elixir/static.js';
import { isPinned, keyOfPair, TOO_DEEP, textOf } from '../from-ecto/scope.js';
import { buildingOfValue } from '../from-ecto/sources.js';
import { windowSpec } from './clauses.js';
import {
  type Context,
  contextOfDynamic,
  fieldIn,
  knownValue,
  nameIn,
  paramOf,
  positionOf,
  typeIn,
  worthOf,
} from './context.js';
import { fragmentNode } from './fragments.js';
import { call, type Literal, type Node, type Plan, type Quoted } from './nodes.js';
import { anyType, base, isBase } from './types.js';
import { atRuntime, unsupported } from './unsupported.js';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>=']);
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/']);

/** Functions by how many arguments they take, and what type they give. Source: `@dynamic_aggregates`, `@static_aggregates` */
const FUNCTIONS: Readonly<Record<string, readonly [counts: readonly number[], gives: string]>> = {
  is_nil: [[1], 'boolean'],
  like: [[2], 'boolean'],
  ilike: [[2], 'boolean'],
  count: [[0, 1], 'integer'],
  avg: [[1], 'any'],
  sum: [[1], 'any'],
  max: [[1], 'argument'],
  min: [[1], 'argument'],
  first_value: [[1], 'argument'],
  last_value: [[1], 'argument'],
  nth_value: [[2], 'argument'],
  lag: [[1, 2, 3], 'argument'],
  lead: [[1, 2, 3], 'argument'],
  row_number: [[0], 'integer'],
  rank: [[0], 'integer'],
  dense_rank: [[0], 'integer'],
  percent_rank: [[0], 'any'],
  cume_dist: [[0], 'any'],
  ntile: [[1], 'integer'],
};

const bool = base('boolean');

/** @param expected the type that a literal in this place is of */
export function expression(context: Context, expr: Expr, expected: Quoted = anyType): Node {
  switch (expr.kind) {
    case 'unary':
      return unaryNode(context, expr, expected);
    case 'binary':
      return binaryNode(context, expr, expected);
    case 'call':
      return callNode(context, expr, expected);
    case 'access':
      return jsonNode(context, expr);
    case 'variable':
      return { kind: 'source', index: positionOf(context, expr.name, expr), span: expr.span };
    case 'atom':
    case 'number':
      return literalNode(expr, expected);
    case 'text':
      return expr.sigil !== null && /^[wW]$/.test(expr.sigil)
        ? listNode(context, wordsIn(context, expr), expected)
        : literalNode(expr, expected);
    case 'list':
      return listNode(context, expr.items, expected);
    case 'tuple': {
      const types =
        expected.kind === 'tuple' && expected.of.length === expr.items.length ? expected.of : null;
      return {
        kind: 'tuple',
        items: expr.items.map((item, index) => expression(context, item, types?.[index] ?? anyType)),
      };
    }
    case 'group': {
      const [only] = expr.items;
      if (only !== undefined && expr.items.length === 1) return expression(context, only, expected);
      break;
    }
    case 'attribute': {
      const value = knownValue(context, expr);
      if (value !== null) return staticNode(value, expr, expected);
      return unsupported(`what @${expr.name} holds is not known`, expr.span);
    }
  }
  const isCut = expr.kind === 'unreadable' || (expr.kind === 'group' && expr.items.length === 0);
  if (isCut) return unsupported(TOO_DEEP, expr.span);
  return unsupported(`the expression ${textOf(expr)} is not read`, expr.span);
}

/** The words of `~w(a b)a` as expressions. */
function wordsIn(context: Context, expr: Expr & { kind: 'text' }): readonly Expr[] {
  const value = knownValue(context, expr);
  if (value?.kind !== 'list') return unsupported('a list of words is put together at run time', expr.span);
  return value.items.map((item): Expr => {
    const text = item.kind === 'atom' ? item.name : item.kind === 'string' ? item.text : '';
    if (item.kind === 'atom') return { kind: 'atom', value: text, span: expr.span };
    return Object.create(expr, { sigil: { value: null }, value: { value: text }, modifiers: { value: '' } });
  });
}

/** What a module attribute holds. */
function staticNode(value: StaticValue, expr: Expr, expected: Quoted): Node {
  const { span } = expr;
  switch (value.kind) {
    case 'string':
      return { kind: 'literal', literal: { type: 'string', value: value.text }, expected, span };
    case 'atom':
      return literalNode({ kind: 'atom', value: value.name, span }, expected);
    case 'number':
      if (!Number.isSafeInteger(value.value)) break;
      return { kind: 'literal', literal: { type: 'integer', value: String(value.value) }, expected, span };
    case 'list':
      return {
        kind: 'list',
        items: value.items.map((item) => staticNode(item, expr, elementOf(expected))),
      };
  }
  return unsupported(`the value of ${textOf(expr)} is not read`, span);
}

function literalNode(expr: Expr, expected: Quoted): Node {
  if (expr.kind === 'atom' && expr.value === 'nil') return { kind: 'null' };
  return { kind: 'literal', literal: literalOf(expr), expected, span: expr.span };
}

function literalOf(expr: Expr): Literal {
  switch (expr.kind) {
    case 'atom':
      if (expr.value === 'true' || expr.value === 'false') {
        return { type: 'boolean', value: expr.value === 'true' };
      }
      return { type: 'atom', value: expr.value };
    case 'number':
      return numberOf(expr.value, expr);
    case 'text':
      if (expr.charlist || (expr.sigil !== null && !/^[sS]$/.test(expr.sigil))) break;
      if (expr.value === null) return unsupported('a text with something interpolated needs ^', expr.span);
      return { type: 'string', value: expr.value };
  }
  return unsupported(`the literal ${textOf(expr)} is not read`, expr.span);
}

function numberOf(text: string, { span }: Expr): Literal {
  if (/^-?\d+$/.test(text)) return { type: 'integer', value: String(BigInt(text)) };
  // Elixir prints others with an exponent.
  const simple = /^(-?)(\d{1,15})\.(\d{1,15})$/.exec(text);
  const value = Number(text);
  const plain = String(value);
  if (simple !== null && Math.abs(value) < 1e6 && (value === 0 || Math.abs(value) >= 0.1)) {
    return { type: 'float', value: plain.includes('.') ? plain : `${plain}.0` };
  }
  if (/^0[xob]/.test(text)) return { type: 'integer', value: String(BigInt(text)) };
  return unsupported(`the number ${text} is not read`, span);
}

/** The type of what stands in a list of that type. */
function elementOf(expected: Quoted): Quoted {
  if (expected.kind === 'list-of') return { kind: 'element-of', of: expected };
  if (expected.kind === 'array') return { kind: 'element-of', of: expected };
  return anyType;
}

function listNode(context: Context, items: readonly Expr[], expected: Quoted): Node {
  const of = elementOf(expected);
  return { kind: 'list', items: items.map((item) => expression(context, item, of)) };
}

function unaryNode(context: Context, expr: Expr & { kind: 'unary' }, expected: Quoted): Node {
  const { operator, operand, span } = expr;
  switch (operator) {
    case '^':
      return pinNode(context, operand, expected);
    case 'not':
      return call('not', expression(context, operand, bool));
    case '-':
      if (operand.kind === 'number') {
        return { kind: 'literal', literal: numberOf(`-${operand.value}`, expr), expected, span };
      }
      return call('-', expression(context, operand, expected));
    default:
      return unsupported(`"${operator}" is no operator of queries`, span);
  }
}

function pinNode(context: Context, operand: Expr, expected: Quoted): Node {
  if (context.nests) {
    const value = worthOf(context, operand);
    if (value.kind === 'dynamic') return dynamicNode(context, value);
    const isCondition = expected.kind === 'base' && expected.name === 'boolean';
    if (value.kind === 'dynamics' || (value.kind === 'unknown' && isCondition)) {
      atRuntime('a condition', operand);
    }
  }
  const param = paramOf(context, operand, expected);
  return { kind: 'param', param };
}

/** The expression of a `dynamic`, put into the query. */
export function dynamicNode(
  context: Context,
  dynamic: ReturnType<typeof worthOf> & { kind: 'dynamic' },
): Node {
  const { reader } = context.scope;
  if (reader.depth > 20) return unsupported('a dynamic holds itself');
  reader.depth += 1;
  try {
    const { condition } = dynamic;
    return expression(contextOfDynamic(context, dynamic), condition, isPinned(condition) ? bool : anyType);
  } finally {
    reader.depth -= 1;
  }
}

function binaryNode(context: Context, expr: Binary, expected: Quoted): Node {
  const { operator, left, right, span } = expr;
  if (COMPARISONS.has(operator)) {
    if (isNil(left) || isNil(right)) {
      unsupported('Ecto refuses a comparison with nil: is_nil() is for that', span);
    }
    return call(
      operator,
      expression(context, left, typeOfExpression(context, right)),
      expression(context, right, typeOfExpression(context, left)),
    );
  }
  if (ARITHMETIC.has(operator)) {
    return call(operator, expression(context, left, expected), expression(context, right, expected));
  }
  switch (operator) {
    case 'and':
    case 'or':
      return call(operator, expression(context, left, bool), expression(context, right, bool));
    case 'in':
      return inNode(context, left, right);
    case 'not in':
      return call('not', inNode(context, left, right));
    case '|>':
      if (right.kind === 'call') {
        return callNode(context, { ...right, args: [left, ...right.args], parenthesized: true }, expected);
      }
  }
  return unsupported(`"${operator}" is no operator of queries`, span);
}

function isNil(expr: Expr): boolean {
  return expr.kind === 'atom' && expr.value === 'nil';
}

function inNode(context: Context, left: Expr, right: Expr): Node {
  const of = typeOfExpression(context, left);
  const isWords = right.kind === 'text' && /^[wW]$/.test(right.sigil ?? '');
  if (right.kind === 'list' || right.kind === 'attribute' || isWords) {
    const [first, ...others] = right.kind === 'list' ? right.items : [];
    const types = [first, ...others].map((item) =>
      item === undefined ? anyType : typeOfExpression(context, item),
    );
    const one = types.every((type) => sameType(type, types[0] ?? anyType)) ? (types[0] ?? anyType) : anyType;
    return {
      kind: 'in',
      left: expression(context, left, right.kind === 'list' ? one : anyType),
      right: expression(context, right, { kind: 'list-of', of }),
    };
  }
  const found = expression(context, right, { kind: 'list-of', of });
  return {
    kind: 'in',
    left: expression(context, left, { kind: 'element-of', of: typeOfExpression(context, right) }),
    right: found.kind === 'typed' ? found.value : found,
  };
}

function sameType(a: Quoted, b: Quoted): boolean {
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
}

/** Source: `quoted_type` of Ecto.Query.Builder */
function typeOfExpression(context: Context, expr: Expr): Quoted {
  switch (expr.kind) {
    case 'number':
      return base(/^\d+$|^0[xob]/.test(expr.value) ? 'integer' : 'float');
    case 'text':
      if (/^[wW]$/.test(expr.sigil ?? '')) return { kind: 'list-of', of: base('string') };
      return expr.sigil === null || /^[sS]$/.test(expr.sigil) ? base('string') : anyType;
    case 'atom':
      if (expr.value === 'nil') return anyType;
      return base(expr.value === 'true' || expr.value === 'false' ? 'boolean' : 'atom');
    case 'unary':
      if (expr.operator === 'not') return bool;
      return expr.operator === '-' && expr.operand.kind === 'number'
        ? typeOfExpression(context, expr.operand)
        : anyType;
    case 'binary':
      return COMPARISONS.has(expr.operator) || /^(?:and|or|not in)$/.test(expr.operator) ? bool : anyType;
    case 'list': {
      const types = expr.items.map((item) => typeOfExpression(context, item));
      const [first = anyType] = types;
      return { kind: 'list-of', of: types.every((type) => sameType(type, first)) ? first : anyType };
    }
    case 'tuple':
      return { kind: 'tuple', of: expr.items.map((item) => typeOfExpression(context, item)) };
    case 'call':
      return typeOfCall(context, expr);
    default:
      return anyType;
  }
}

function typeOfCall(context: Context, expr: Call): Quoted {
  const field = fieldIn(context, expr);
  if (field !== null) return field;
  if (expr.receiver !== null) return anyType;
  const { name, args } = expr;
  const [first, second] = args;
  if (name === '<<>>') return base('binary');
  if (name === 'type' && second !== undefined) return typeIn(context, second);
  if (name === 'datetime_add') return base('naive_datetime');
  if (name === 'date_add') return base('date');
  if (name === 'count') return base('integer');
  const gives = FUNCTIONS[name];
  if (gives === undefined || !gives[0].includes(args.length)) return anyType;
  if (gives[1] === 'argument') return first === undefined ? anyType : typeOfExpression(context, first);
  return gives[1] === 'any' ? anyType : base(gives[1]);
}

function callNode(context: Context, expr: Call, expected: Quoted): Node {
  const field = fieldIn(context, expr);
  if (field !== null) return field;
  const { receiver, name, args, span } = expr;
  if (receiver !== null) return unsupported(`${textOf(expr)} is a macro that is not read`, span);
  const [first, second] = args;
  switch (name) {
    case 'fragment':
      return fragmentNode(context, expr);
    case 'type':
      if (first !== undefined && second !== undefined) return typedNode(context, first, second);
      break;
    case 'subquery':
    case 'exists':
    case 'any':
    case 'all':
      return quantifiedNode(context, expr);
    case 'ago':
    case 'from_now':
    case 'datetime_add':
    case 'date_add':
      return intervalNode(context, expr);
    case 'json_extract_path':
      return jsonNode(context, expr);
    case 'count': {
      const isDistinct = second?.kind === 'atom' && second.value === 'distinct';
      if (!isDistinct || first === undefined) return plainCall(context, expr);
      return { kind: 'call', name, args: [expression(context, first, expected)], distinct: true };
    }
    case 'filter':
      if (first !== undefined && second !== undefined) {
        const of = expression(context, first, expected);
        return { kind: 'filter', call: of, condition: expression(context, second, bool) };
      }
      break;
    case 'coalesce':
      if (first !== undefined && second !== undefined) {
        return call(name, expression(context, first, expected), expression(context, second, expected));
      }
      break;
    case 'over':
      if (first !== undefined) return overNode(context, expr, first, expected);
      break;
    case 'selected_as':
      if (first !== undefined && args.length === 1) {
        return { kind: 'selected-as', name: nameIn(context, first, 'the name') };
      }
      return unsupported('selected_as/2 stands outside of a select', span);
    case 'not':
      if (first !== undefined) return call('not', expression(context, first, bool));
      break;
    case '<<>>':
      return bytesNode(expr);
    case 'parent_as':
    case 'as':
      return unsupported(`${name}() stands without a field`, span);
    default:
      return plainCall(context, expr);
  }
  return notAFunction(expr);
}

/** A function whose arguments all count alike. */
function plainCall(context: Context, expr: Call): Node {
  const { name, args } = expr;
  if (FUNCTIONS[name]?.[0].includes(args.length) !== true) return notAFunction(expr);
  const of = name === 'like' || name === 'ilike' ? base('string') : anyType;
  return { kind: 'call', name, args: args.map((arg) => expression(context, arg, of)) };
}

function notAFunction({ name, args, span }: Call): never {
  unsupported(
    `${name}/${args.length} is no function of Ecto.Query: macros of the project are not read`,
    span,
  );
}

/** Source: `escape` of `type/2`, which takes only some expressions */
function typedNode(context: Context, value: Expr, written: Expr): Node {
  const type = typeIn(context, written);
  const isLiteral = value.kind === 'text' || value.kind === 'number' || value.kind === 'atom';
  if (isLiteral) unsupported('type/2 takes no literal', value.span);
  const isPinnedType = written.kind === 'unary';
  const node = isPinned(value)
    ? pinNode(context, value.operand, type)
    : expression(context, value, isPinnedType ? anyType : type);
  return { kind: 'typed', value: node, type, span: written.span };
}

function quantifiedNode(context: Context, { name, args, keywords, span }: Call): Node {
  const [given] = args;
  if (given === undefined || args.length > 1) return unsupported(`${name}() is not read`, span);
  if (name !== 'subquery' && keywords.length > 0)
    return unsupported(`${name}() with options is not read`, span);
  const of = queryGiven(context, given);
  const prefix = keywords.find((pair) => keyOfPair(pair) === 'prefix');
  if (prefix !== undefined) of.prefix = nameIn(context, prefix.value, 'the prefix');
  const node: Node = { kind: 'subquery', plan: of };
  return name === 'subquery' ? node : call(name, node);
}

/** The query that a subquery is made of. */
export function queryGiven(context: Context, expr: Expr): Plan {
  const plain = isPinned(expr) ? expr.operand : expr;
  const building = buildingOfValue(context.scope, worthOf(context, plain));
  if (building === null) return atRuntime('the query', plain);
  const steps = building.steps;
  if (steps?.step.kind !== 'subquery' || steps.before !== null) return context.world.planOf(building);
  // A subquery of a subquery is the same one.
  return context.world.planOf(building.steps?.step.kind === 'subquery' ? steps.step.inner : building);
}

/** Source: `escape_interval` and what comes before it */
function intervalNode(context: Context, { name, args, span }: Call): Node {
  const now = name === 'ago' || name === 'from_now';
  const [baseExpr, countExpr, unitExpr] = now ? [null, ...args] : args;
  if (baseExpr === undefined || countExpr == null || unitExpr == null)
    return unsupported(`${name}() is not read`, span);
  const unit = nameIn(context, unitExpr, 'the unit of time');
  const to = name === 'date_add' ? 'date' : 'timestamp';
  const from: Node =
    baseExpr === null
      ? {
          kind: 'param',
          param: { text: 'DateTime.utc_now()', span: null, type: base('utc_datetime_usec') },
        }
      : expression(context, baseExpr, base(to === 'date' ? 'date' : 'naive_datetime'));
  if (baseExpr !== null && from.kind === 'literal') unsupported('a literal is no date for Ecto', span);
  return { kind: 'interval', to, base: from, count: countNode(context, countExpr, name === 'ago'), unit };
}

function countNode(context: Context, expr: Expr, negated: boolean): Node {
  if (!negated) {
    const isNumber = expr.kind === 'number';
    return expression(context, expr, isNumber ? typeOfExpression(context, expr) : base('decimal'));
  }
  if (isPinned(expr)) {
    const param = paramOf(context, expr.operand, base('decimal'));
    return { kind: 'param', param: { ...param, text: `-${param.text}` } };
  }
  const minus: Expr = { kind: 'unary', operator: '-', operand: expr, span: expr.span };
  return expression(context, minus, base('decimal'));
}

/** `p.meta["a"][0]` and `json_extract_path(p.meta, ["a", 0])`. */
function jsonNode(context: Context, expr: Expr): Node {
  const path: Expr[] = [];
  let at = expr;
  while (at.kind === 'access') {
    path.unshift(at.key);
    at = at.container;
  }
  if (at.kind === 'call' && at.receiver === null && at.name === 'json_extract_path') {
    const [of, given] = at.args;
    if (of === undefined || given === undefined)
      return unsupported('json_extract_path() is not read', expr.span);
    at = of;
    path.unshift(...(given.kind === 'list' ? given.items : []));
    if (given.kind !== 'list') return jsonOf(context, of, pinnedPath(context, given), expr);
  }
  return jsonOf(
    context,
    at,
    path.map((key) => pathElement(context, key)),
    expr,
  );
}

type PathElement = (Node & { kind: 'json' })['path'][number];

function jsonOf(context: Context, of: Expr, path: readonly PathElement[], { span }: Expr): Node {
  const field = fieldIn(context, of);
  return field === null
    ? unsupported('only a field can be asked for a path', span)
    : { kind: 'json', field, path };
}

function pinnedPath(context: Context, expr: Expr): readonly PathElement[] {
  const value = isPinned(expr) ? knownValue(context, expr.operand) : null;
  if (value?.kind !== 'list') return atRuntime('the path', isPinned(expr) ? expr.operand : expr);
  return value.items.map((item) => {
    if (item.kind === 'string') return item.text;
    if (item.kind === 'number') return item.value;
    return atRuntime('the path', expr);
  });
}

function pathElement(context: Context, key: Expr): PathElement {
  const field = fieldIn(context, key);
  if (field !== null) return field;
  const value = knownValue(context, isPinned(key) ? key.operand : key);
  if (value?.kind === 'string') return value.text;
  if (value?.kind === 'number' && Number.isInteger(value.value)) return value.value;
  return atRuntime('the path', isPinned(key) ? key.operand : key);
}

function overNode(context: Context, expr: Call, of: Expr, expected: Quoted): Node {
  const node = expression(context, of, expected);
  const [, window] = expr.args;
  if (window?.kind === 'atom') return { kind: 'over', call: node, window: window.value };
  const pairs: readonly Pair[] = keywordsOf(expr);
  if (window !== undefined && window.kind !== 'list')
    return unsupported('the window of over() is not read', window.span);
  return { kind: 'over', call: node, window: windowSpec(context, pairs) };
}

/** `<<1, 2>>` of bytes and texts. */
function bytesNode({ args, span }: Call): Node {
  const bytes = args.flatMap((part) => {
    if (part.kind === 'number' && /^\d+$/.test(part.value) && Number(part.value) < 256)
      return [Number(part.value)];
    if (part.kind === 'text' && part.value !== null) return [...new TextEncoder().encode(part.value)];
    return unsupported('a part of the bytes is not read', span);
  });
  return { kind: 'bytes', hex: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** Whether a literal of a base type is written with a cast to another one. */
export function isCast(literal: Literal, expected: Quoted): boolean {
  return expected.kind === 'base' && isBase(expected.name) && expected.name !== literal.type;
}
