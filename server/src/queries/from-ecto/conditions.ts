// Expressions of Ecto queries as conditions and operands: https://hexdocs.pm/ecto/Ecto.Query.API.html

import type { Binary, Call, Expr, Pair } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import {
  always,
  type Block,
  both,
  type ColumnOperand,
  type Condition,
  type OpaqueCondition,
  type Operand,
  type OuterOperand,
} from '../query.js';
import { blocksInOperand, columnsInCondition, columnsInOperand, textsInOperand } from '../walk.js';
import { aliasNamed, type Bindings, bindingsOf } from './bindings.js';
import { fragmentCondition, fragmentOperand } from './fragments.js';
import { joined } from './origins.js';
import { runtimeIn } from './outcomes.js';
import {
  atomIn,
  type Entry,
  entriesOf,
  isChecked,
  isPinned,
  keyOfPair,
  mayBeOfClient,
  pairsIn,
  type Scope,
  textOf,
  type UnknownValue,
  unknownValue,
  type Value,
} from './scope.js';
import { subqueryBlock } from './subqueries.js';

/** What `where`, `on` and `having` are given: an expression, a keyword list, or something pinned. */
export function conditionOfArgument(bindings: Bindings, expr: Expr, alias: string | null): Condition {
  if (isPinned(expr)) return pinnedCondition(bindings, expr.operand, alias);
  const pairs = pairsIn(expr);
  return pairs === null ? conditionOf(bindings, expr) : keywordCondition(bindings, pairs, alias);
}

/** `[org_id: ^id, state: "open"]` compares fields of one relation. */
function keywordCondition(bindings: Bindings, pairs: readonly Pair[], alias: string | null): Condition {
  return {
    kind: 'and',
    of: pairs.map((pair) => pairCondition(pair, alias, operandOf(bindings, pair.value))),
  };
}

/** A keyword list of plain values, as `Repo.get_by` and `where: ^list` take it. */
export function valuesCondition(scope: Scope, entries: readonly Entry[], alias: string | null): Condition {
  return {
    kind: 'and',
    of: entries.map(({ pair, value }) => pairCondition(pair, alias, outerValue(scope, pair.value, value))),
  };
}

function pairCondition(pair: Pair, alias: string | null, right: Operand): Condition {
  const name = keyOfPair(pair);
  if (name === null) return runtime(pair.span);
  const left: ColumnOperand = { kind: 'column', alias, column: name, span: pair.key.span };
  return { kind: 'equal', left, right, span: pair.span };
}

/** A keyword list or a `dynamic` that we have seen is read; anything else may be any condition. */
function pinnedCondition(bindings: Bindings, expr: Expr, alias: string | null): Condition {
  const value = bindings.scope.reader.evaluate(expr, bindings.scope);
  return conditionOfValue(bindings, value, expr.span, alias);
}

function conditionOfValue(bindings: Bindings, value: Value, span: Span, alias: string | null): Condition {
  if (value.kind === 'dynamic') return dynamicCondition(bindings, value);
  if (value.kind === 'dynamics') {
    const of = value.of.map((one) => conditionOfValue(bindings, one, span, alias));
    if (value.start === null) return { kind: 'choice', of };
    const columns = of.flatMap(columnsInCondition);
    const what = of.some((one) => runtimeIn(one).length > 0) ? 'runtime' : 'expression';
    const added: OpaqueCondition = { kind: 'opaque', what, columns, blocks: [], span };
    return both(conditionOfValue(bindings, value.start, span, alias), added);
  }
  if (value.kind === 'written') {
    const entries = value.expr.kind === 'list' ? entriesOf(value) : null;
    if (entries !== null) return valuesCondition(bindings.scope, entries, alias);
    if (value.expr.kind === 'atom' && value.expr.value === 'true') return always;
    if (value.expr.kind === 'atom' && value.expr.value === 'false') return { kind: 'or', of: [] };
  }
  return runtime(span);
}

function dynamicCondition(
  { building }: Bindings,
  { bindings, condition, scope }: Value & { kind: 'dynamic' },
): Condition {
  if (scope.reader.depth > 20) return runtime(condition.span);
  scope.reader.depth += 1;
  const inside: Bindings = { ...bindingsOf(scope, building, bindings), inDynamic: true };
  const found = conditionOfArgument(inside, condition, firstAlias(building));
  scope.reader.depth -= 1;
  return found;
}

export function firstAlias({ relations }: Bindings['building']): string | null {
  return relations[0]?.alias ?? null;
}

export function runtime(span: Span): OpaqueCondition {
  return { kind: 'opaque', what: 'runtime', columns: [], blocks: [], span };
}

function conditionOf(bindings: Bindings, expr: Expr): Condition {
  switch (expr.kind) {
    case 'binary':
      return binaryCondition(bindings, expr);
    case 'unary':
      if (expr.operator === '^') return pinnedInside(bindings, expr.operand);
      if (expr.operator === 'not') return { kind: 'not', of: conditionOf(bindings, expr.operand) };
      break;
    case 'call':
      return callCondition(bindings, expr);
    case 'atom':
      if (expr.value === 'true') return always;
      if (expr.value === 'false') return { kind: 'or', of: [] };
      break;
    case 'variable':
      // No binding is true or false: it is half typed, or a macro puts something in its place.
      return runtime(expr.span);
    case 'group': {
      const [only] = expr.items;
      if (only !== undefined && expr.items.length === 1) return conditionOf(bindings, only);
    }
  }
  return opaque(bindings, [expr], 'expression', expr.span);
}

/**
 * What is pinned inside an expression is `true` or `false` for all rows alike: `n.org_id == ^id or ^is_nil(id)`. Only in a `dynamic` may it
 * be another condition.
 */
function pinnedInside(bindings: Bindings, expr: Expr): Condition {
  const { scope, inDynamic = false } = bindings;
  const value = scope.reader.evaluate(expr, scope);
  const isBoolean = tests(expr) || (value.kind === 'unknown' && !inDynamic);
  if (!isBoolean) return conditionOfValue(bindings, value, expr.span, null);
  return { kind: 'opaque', what: 'comparison', columns: [], blocks: [], span: expr.span };
}

function tests(expr: Expr): boolean {
  return (
    (expr.kind === 'call' && /^is_\w+$|\?$/.test(expr.name)) ||
    (expr.kind === 'binary' && /^(?:[!=]==?|[<>]=?|in|and|or|&&|\|\|)$/.test(expr.operator)) ||
    (expr.kind === 'unary' && /^(?:not|!)$/.test(expr.operator))
  );
}

function binaryCondition(bindings: Bindings, expr: Binary): Condition {
  const { operator, left, right, span } = expr;
  switch (operator) {
    case 'and':
      return { kind: 'and', of: [conditionOf(bindings, left), conditionOf(bindings, right)] };
    case 'or':
      return { kind: 'or', of: [conditionOf(bindings, left), conditionOf(bindings, right)] };
    case '==':
      return equality(bindings, expr);
    case 'in':
      return membership(bindings, expr);
    case 'not in':
      return { kind: 'not', of: membership(bindings, expr) };
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      return opaque(bindings, [left, right], 'comparison', span);
    default:
      return opaque(bindings, [left, right], 'expression', span);
  }
}

function equality(bindings: Bindings, { left, right, span }: Binary): Condition {
  const any = anyOf(bindings, right);
  if (any !== null) {
    const values: Operand[] = [{ kind: 'block', block: any, span: right.span }];
    return { kind: 'in', left: operandOf(bindings, left), values, span };
  }
  if (isCallTo(right, 'all')) return opaque(bindings, [left, right], 'comparison', span);
  const operands = [operandOf(bindings, left), operandOf(bindings, right)] as const;
  // A field whose name is decided at run time may be any.
  if ([left, right].some((side) => isComputedField(bindings, side))) return runtime(span);
  return { kind: 'equal', left: operands[0], right: operands[1], span };
}

function anyOf(bindings: Bindings, expr: Expr): Block | null {
  const [query] = isCallTo(expr, 'any') ? expr.args : [];
  return query === undefined ? null : subqueryBlock(bindings.scope, query);
}

function isCallTo(expr: Expr, name: string): expr is Call {
  return expr.kind === 'call' && expr.receiver === null && expr.name === name;
}

function isComputedField(bindings: Bindings, expr: Expr): boolean {
  if (!isCallTo(expr, 'field')) return false;
  const [, name] = expr.args;
  return name !== undefined && nameOfField(bindings, name) === null;
}

/** The name that `field` is given, as far as it is known. */
function nameOfField({ scope }: Bindings, name: Expr): string | null {
  return name.kind === 'text' ? name.value : atomIn(scope, name);
}

function membership(bindings: Bindings, { left, right, span }: Binary): Condition {
  const operand = operandOf(bindings, left);
  if (isComputedField(bindings, left)) return runtime(span);
  if (isCallTo(right, 'subquery') && right.args[0] !== undefined) {
    const block = subqueryBlock(bindings.scope, right.args[0]);
    return { kind: 'in', left: operand, values: [{ kind: 'block', block, span: right.span }], span };
  }
  if (right.kind === 'list') {
    const values = right.items.map((item) => operandOf(bindings, item));
    return values.length === 0 ? { kind: 'or', of: [] } : { kind: 'in', left: operand, values, span };
  }
  const value = operandOf(bindings, right);
  if (value.kind === 'outer') return { kind: 'in', left: operand, values: [value], span };
  return opaqueOf([operand, value], 'expression', span);
}

function callCondition(bindings: Bindings, call: Call): Condition {
  const { name, args, span } = call;
  const [first] = args;
  if (call.receiver !== null || first === undefined) {
    const alone = columnOf(bindings, call) !== null;
    return { ...opaque(bindings, [call], alone ? 'comparison' : 'expression', span), alone };
  }
  switch (name) {
    case 'is_nil':
      return { kind: 'null', operand: operandOf(bindings, first), negated: false, span };
    case 'exists':
      return { kind: 'exists', block: subqueryBlock(bindings.scope, unwrapped(first)), span };
    case 'like':
    case 'ilike':
      return opaque(bindings, args, 'comparison', span);
    case 'fragment':
      return fragmentCondition(bindings, call, operandOf) ?? opaque(bindings, args, 'expression', span);
    case 'type': {
      const inner = conditionOf(bindings, first);
      return inner.kind === 'opaque' ? { ...inner, alone: false } : inner;
    }
    case 'field':
      if (isComputedField(bindings, call)) return runtime(span);
      return { ...opaque(bindings, [call], 'comparison', span), alone: true };
    default:
      // A macro of the project may stand for any expression.
      return opaque(bindings, [call], 'expression', span);
  }
}

/** `exists(subquery(q))` means `exists(q)`. */
function unwrapped(expr: Expr): Expr {
  const [inner] = isCallTo(expr, 'subquery') ? expr.args : [];
  return inner ?? expr;
}

function opaque(
  bindings: Bindings,
  parts: readonly Expr[],
  what: OpaqueCondition['what'],
  span: Span,
): OpaqueCondition {
  return opaqueOf(
    parts.map((part) => operandOf(bindings, part)),
    what,
    span,
  );
}

function opaqueOf(operands: readonly Operand[], what: OpaqueCondition['what'], span: Span): OpaqueCondition {
  const plain = operands.every(({ kind }) => kind === 'column' || kind === 'outer');
  return {
    kind: 'opaque',
    what: what === 'comparison' && !plain ? 'expression' : what,
    columns: operands.flatMap(columnsInOperand),
    blocks: operands.flatMap(blocksInOperand),
    texts: operands.flatMap(textsInOperand),
    span,
  };
}

export function operandOf(bindings: Bindings, expr: Expr): Operand {
  switch (expr.kind) {
    case 'atom':
    case 'number':
    case 'text':
    case 'attribute':
      return outerOf(bindings.scope, expr);
    case 'call':
      return callOperand(bindings, expr);
    case 'unary':
      if (expr.operator === '^') return outerOf(bindings.scope, expr.operand);
      return combined(bindings, [expr.operand], expr);
    case 'binary':
      return combined(bindings, [expr.left, expr.right], expr);
    case 'access':
      return combined(bindings, [expr.container, ...(isLiteral(expr.key) ? [expr.key] : [])], expr);
    case 'list':
    case 'tuple':
      return combined(bindings, expr.items, expr);
    case 'map':
      return combined(bindings, expr.entries, expr);
    case 'pair':
      return combined(bindings, [expr.value], expr);
    default:
      return { kind: 'opaque', columns: [], blocks: [], span: expr.span };
  }
}

/** A value of the program. */
export function outerOf(scope: Scope, expr: Expr): OuterOperand {
  return outerValue(scope, expr, isLiteral(expr) ? unknownValue : scope.reader.evaluate(expr, scope));
}

/** The same, where it is known what the expression is worth. */
export function outerValue(scope: Scope, expr: Expr, value: Value): OuterOperand {
  const { span } = expr;
  if (isLiteral(expr)) return { kind: 'outer', source: 'literal', text: textOf(expr), span };
  // What a function is called with is a value to it; to its caller it may be written out.
  if (value.kind === 'written' && scope.frame.depth > 0 && isLiteral(value.expr)) {
    return { kind: 'outer', source: 'literal', text: textOf(value.expr), span };
  }
  const known = value.kind === 'unknown' ? value : unknownValue;
  const { text = textOf(expr) } = known;
  const isSafe = mayBeOfClient(known) && isChecked(scope.reader, text, known);
  const { origin, param, sent } = isSafe ? unknownValue : known;
  return {
    kind: 'outer',
    source: 'parameter',
    text,
    span,
    ...(origin === undefined ? {} : { origin }),
    ...(param === undefined ? {} : { param }),
    ...(sent === undefined ? {} : { sent }),
    ...(isOfRow(known) ? { ofRow: true as const } : {}),
  };
}

/** `post.id`, and what a query has selected. */
function isOfRow({ origin, rows, column }: UnknownValue): boolean {
  return origin !== 'client' && (rows ?? column) !== undefined;
}

function isLiteral({ kind }: Expr): boolean {
  return kind === 'atom' || kind === 'number' || kind === 'text';
}

function callOperand(bindings: Bindings, call: Call): Operand {
  const column = columnOf(bindings, call);
  if (column !== null) return column;
  const { name, args, receiver, span } = call;
  const [first] = args;
  if (receiver === null && first !== undefined) {
    if (name === 'type') return operandOf(bindings, first);
    if (name === 'subquery') return { kind: 'block', block: subqueryBlock(bindings.scope, first), span };
    if (name === 'exists' || name === 'all' || name === 'any') {
      const block = subqueryBlock(bindings.scope, unwrapped(first));
      return { kind: 'opaque', columns: [], blocks: [block], span };
    }
    if (name === 'fragment') {
      return fragmentOperand(bindings, call, operandOf) ?? combined(bindings, args, call);
    }
  }
  const parts = [...(receiver === null ? [] : [receiver]), ...args, ...call.keywords];
  return combined(bindings, parts, call);
}

/** An expression over these parts: a value from outside when all of them are. */
function combined(bindings: Bindings, parts: readonly Expr[], whole: Expr): Operand {
  const operands = parts.map((part) => operandOf(bindings, part));
  const outside = operands.length > 0 && operands.every(({ kind }) => kind === 'outer');
  if (outside) return { ...computedOutside(operands), text: textOf(whole), span: whole.span };
  return {
    kind: 'opaque',
    columns: operands.flatMap(columnsInOperand),
    blocks: operands.flatMap(blocksInOperand),
    texts: operands.flatMap(textsInOperand),
    span: whole.span,
  };
}

/** What is computed from values of the program alone. */
function computedOutside(operands: readonly Operand[]): OuterOperand {
  const values = operands.flatMap((operand) =>
    operand.kind === 'outer' && operand.source !== 'literal' ? [valueOfOperand(operand)] : [],
  );
  const { origin, param } = joined(values);
  return {
    kind: 'outer',
    source: 'parameter',
    text: '',
    span: { start: 0, end: 0 },
    ...(origin === undefined ? {} : { origin }),
    ...(param === undefined ? {} : { param }),
  };
}

function valueOfOperand({ origin, param }: OuterOperand): UnknownValue {
  return {
    kind: 'unknown',
    ...(origin === undefined ? {} : { origin }),
    ...(param === undefined ? {} : { param }),
  };
}

/** `p.title`, `field(p, :title)`, `as(:post).title`, `parent_as(:post).title`. */
function columnOf(bindings: Bindings, call: Call): ColumnOperand | null {
  if (call.receiver === null) {
    const [of, field] = call.args;
    if (call.name !== 'field' || of === undefined || field === undefined) return null;
    const name = nameOfField(bindings, field);
    return name === null ? null : columnNamed(aliasOf(bindings, of), name, call.span);
  }
  if (call.args.length > 0 || call.parenthesized || call.name === '') return null;
  return columnNamed(aliasOf(bindings, call.receiver), call.name, call.span);
}

function columnNamed(alias: string | null, column: string, span: Span): ColumnOperand | null {
  return alias === null ? null : { kind: 'column', alias, column, span };
}

/** The alias of what stands before the dot; `null` when it is no binding, or known at run time alone. */
export function aliasOf({ variables, building }: Bindings, expr: Expr): string | null {
  if (expr.kind === 'variable') return variables.get(expr.name) ?? null;
  if (expr.kind !== 'call' || expr.receiver !== null) return null;
  const [name] = expr.args;
  if (name?.kind !== 'atom') return null;
  if (expr.name === 'as') return aliasNamed(building, name.value);
  return expr.name === 'parent_as' ? name.value : null;
}
