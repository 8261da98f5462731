// Reads the code of a function as it would run, as far as queries go: what variables hold, what branches give, what is piped
// into what. What it does not understand may have done anything to a query, so such a query is opaque from there on.

import { environmentAfter } from '../../syntax/elixir/aliases.js';
import type { Binary, Body, Call, Clause, Expr } from '../../syntax/elixir/nodes.js';
import { keywordsOf } from '../../syntax/elixir/nodes.js';
import { type Building, blockOf, buildingOf, either, withOpaque, withSpan } from './building.js';
import { applyMacro, isQueryMacro, readFrom } from './macros.js';
import {
  type CaptureValue,
  type FunctionValue,
  innerScope,
  keyOfPair,
  made,
  moduleName,
  type Scope,
  unknownValue,
  type Value,
} from './scope.js';
import { type Argument, emitPreload, isRepo, isSink, readMulti, readSink } from './sinks.js';
import { buildingOfValue } from './sources.js';
import { subqueryOfValue } from './subqueries.js';

/** The value of the last expression; all are read, in order. */
export function evaluateBody(items: readonly Expr[], scope: Scope): Value {
  let last: Value = unknownValue;
  for (const item of items) {
    if (item.kind === 'call' && item.receiver === null && /^(?:alias|require)$/.test(item.name)) {
      scope.environment = environmentAfter([item], scope.environment);
      continue;
    }
    last = evaluate(item, scope);
  }
  return last;
}

export function evaluate(expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'atom':
    case 'number':
    case 'alias':
      return { kind: 'written', expr };
    case 'text':
      for (const part of expr.interpolations) evaluate(part, scope);
      return { kind: 'written', expr };
    case 'variable':
      return scope.variables.get(expr.name) ?? unknownValue;
    case 'list':
      for (const item of expr.items) evaluate(item, scope);
      return { kind: 'written', expr };
    case 'tuple':
      return tupleValue(expr, scope);
    case 'map':
      if (expr.update !== null) evaluate(expr.update, scope);
      for (const entry of expr.entries) evaluate(entry, scope);
      return expr.struct === null ? { kind: 'written', expr } : unknownValue;
    case 'pair':
      evaluate(expr.key, scope);
      return evaluate(expr.value, scope);
    case 'call':
      return evaluateCall(expr, null, scope);
    case 'access':
      evaluate(expr.container, scope);
      evaluate(expr.key, scope);
      return unknownValue;
    case 'unary':
      if (expr.operator === '&') return captureValue(expr.operand, scope);
      evaluate(expr.operand, scope);
      return unknownValue;
    case 'binary':
      return evaluateBinary(expr, scope);
    case 'fn':
      return functionValue(expr.clauses, scope);
    case 'group':
      return evaluateBody(expr.items, scope);
    case 'attribute':
      if (expr.value !== null) evaluate(expr.value, scope);
      return unknownValue;
    case 'unreadable':
      return unknownValue;
  }
}

function tupleValue(expr: Expr & { kind: 'tuple' }, scope: Scope): Value {
  const items = expr.items.map((item) => evaluate(item, scope));
  return items.every(({ kind }) => kind === 'written') ? { kind: 'written', expr } : { kind: 'tuple', items };
}

function evaluateBinary(expr: Binary, scope: Scope): Value {
  const { operator, left, right } = expr;
  switch (operator) {
    case '=': {
      const value = evaluate(right, scope);
      bind(left, value, scope);
      return value;
    }
    case '|>': {
      const value = evaluate(left, scope);
      if (right.kind !== 'call') return evaluate(right, scope);
      return evaluateCall(right, { value, expr: left }, scope);
    }
    case '||':
    case 'or':
      return oneOf([evaluate(left, scope), evaluate(right, scope)], scope);
    default: {
      evaluate(left, scope);
      const value = evaluate(right, scope);
      return operator === '&&' || operator === 'and' ? value : unknownValue;
    }
  }
}

/** What a function does is read when it is called, or else at the end. */
function functionValue(clauses: readonly Clause[], scope: Scope): Value {
  const value: FunctionValue = { kind: 'function', clauses, scope: innerScope(scope) };
  scope.reader.uncalled.add(value);
  return value;
}

function captureValue(body: Expr, scope: Scope): Value {
  if (body.kind === 'number') return scope.variables.get(`&${body.value}`) ?? unknownValue;
  if (body.kind === 'binary' && body.operator === '/') return unknownValue;
  const inner = innerScope(scope);
  for (const name of [...inner.variables.keys()]) if (name.startsWith('&')) inner.variables.delete(name);
  const value: CaptureValue = { kind: 'capture', body, scope: inner };
  scope.reader.uncalled.add(value);
  return value;
}

/** Reads the functions that nothing has called, with arguments that are not known. */
export function readUncalled({ reader }: Scope): void {
  for (const value of reader.uncalled) {
    reader.uncalled.delete(value);
    if (value.kind === 'capture') evaluate(value.body, innerScope(value.scope));
    else for (const clause of value.clauses) evaluateClause(clause, [], innerScope(value.scope));
  }
}

function evaluateClause({ patterns, guard, items }: Clause, args: readonly Value[], scope: Scope): Value {
  patterns.forEach((pattern, index) => {
    bind(pattern, args[index] ?? unknownValue, scope);
  });
  if (guard !== null) evaluate(guard, scope);
  return evaluateBody(items, scope);
}

/** Applies a function to values; what it does is not known when we do not see it. */
export function callFunction(fn: Value, args: readonly Value[], scope: Scope, name: string): Value {
  const { reader } = scope;
  if ((fn.kind !== 'function' && fn.kind !== 'capture') || reader.depth > 8)
    return throughUnknown(args, name, scope);
  reader.depth += 1;
  reader.uncalled.delete(fn);
  const inner = innerScope(fn.scope);
  let value: Value;
  if (fn.kind === 'capture') {
    args.forEach((arg, index) => {
      inner.variables.set(`&${index + 1}`, arg);
    });
    value = evaluate(fn.body, inner);
  } else {
    value = oneOf(
      fn.clauses.map((clause) => evaluateClause(clause, args, innerScope(fn.scope))),
      scope,
    );
  }
  reader.depth -= 1;
  return value;
}

/** Gives the variables of a pattern their values, as far as the pattern is plain. */
export function bind(pattern: Expr, value: Value, scope: Scope): void {
  switch (pattern.kind) {
    case 'variable':
      if (pattern.name !== '_') scope.variables.set(pattern.name, value);
      break;
    case 'binary':
      if (pattern.operator === '=') {
        bind(pattern.left, value, scope);
        bind(pattern.right, value, scope);
      } else if (pattern.operator === '\\\\' || pattern.operator === '::' || pattern.operator === 'when') {
        bind(pattern.left, unknownValue, scope);
      } else {
        bind(pattern.left, unknownValue, scope);
        bind(pattern.right, unknownValue, scope);
      }
      break;
    case 'tuple':
      pattern.items.forEach((item, index) => {
        bind(item, value.kind === 'tuple' ? (value.items[index] ?? unknownValue) : unknownValue, scope);
      });
      break;
    case 'list':
      for (const item of pattern.items) bind(item, unknownValue, scope);
      break;
    case 'map':
      for (const entry of pattern.entries) bind(entry, unknownValue, scope);
      break;
    case 'pair':
      bind(pattern.value, unknownValue, scope);
      break;
  }
}

/** What comes out of code that gives one of these. What is no query (an error, `nil`) does not count. */
function oneOf(values: readonly Value[], scope: Scope): Value {
  const some = values.some(({ kind }) => kind === 'query');
  const queries = some ? values.flatMap((value) => buildingOfValue(scope, value) ?? []) : [];
  const [first, ...others] = queries;
  const [only] = values;
  if (first === undefined) return values.length === 1 && only !== undefined ? only : unknownValue;
  let building = first;
  for (const other of others) {
    const joined = either(building, other);
    // Queries of different tables stay queries of their own.
    if (joined === null) return unknownValue;
    building = joined;
  }
  const complete = values.every(({ kind }) => kind !== 'unknown');
  if (!complete) building = withOpaque(building, 'what it is, is decided at run time');
  return building === first ? { kind: 'query', building } : made(scope, building, queries);
}

function evaluateCall(call: Call, piped: Argument | null, scope: Scope): Value {
  const control = call.receiver === null ? controlFlow(call, piped, scope) : null;
  if (control !== null) return control;
  if (isCallOfQueryModule(call, scope)) {
    const value = queryCall(call, piped, scope);
    if (value !== null) return value;
  }
  return otherCall(call, piped, scope);
}

/** A local call, or one of `Ecto.Query` itself. */
function isCallOfQueryModule({ receiver }: Call, scope: Scope): boolean {
  if (receiver === null) return true;
  return receiver.kind === 'alias' && moduleName(scope, receiver.name) === 'Ecto.Query';
}

function queryCall(call: Call, piped: Argument | null, scope: Scope): Value | null {
  const [first, ...rest] = call.args;
  switch (call.name) {
    case 'from':
      return piped === null ? readFrom(scope, call) : null;
    case 'dynamic': {
      const condition = call.args.at(-1);
      if (condition === undefined) return null;
      const bindings = call.args.length > 1 ? (first ?? null) : null;
      return { kind: 'dynamic', bindings, condition, scope: innerScope(scope) };
    }
    case 'subquery': {
      if (piped === null && first === undefined) return null;
      const value = piped?.value ?? (first === undefined ? unknownValue : evaluate(first, scope));
      const inner = subqueryOfValue(scope, value, call.span);
      const building = buildingOf({ kind: 'block', block: blockOf(inner, 'select') }, inner.keyword);
      return made(scope, withSpan(building, call.span), []);
    }
  }
  if (!isQueryMacro(call.name)) return null;
  if (piped !== null) return applyMacro(scope, call, piped.value, call.args);
  return first === undefined ? null : applyMacro(scope, call, evaluate(first, scope), rest);
}

function otherCall(call: Call, piped: Argument | null, scope: Scope): Value {
  const { receiver } = call;
  if (call.name === 'preload' && receiver !== null && isRepo(scope, receiver, piped)) {
    return preloadCall(call, piped, scope);
  }
  const values = call.args.map((arg) => evaluate(arg, scope));
  const given: Argument[] = [
    ...(piped === null ? [] : [piped]),
    ...call.args.map((expr, index): Argument => ({ expr, value: values[index] ?? unknownValue })),
  ];
  for (const { value } of call.keywords) evaluate(value, scope);
  const [first = null, ...more] = given;
  if (receiver !== null) {
    if (receiver.kind === 'alias') {
      const found = moduleCall(call, moduleName(scope, receiver.name), given, scope);
      if (found !== null) return found;
    }
    if (isSink(call.name) && isRepo(scope, receiver, first)) return readSink(scope, call, first, more);
    const callee = evaluate(receiver, scope);
    if (call.name === '') {
      return callFunction(
        callee,
        given.map(({ value }) => value),
        scope,
        'a function',
      );
    }
  }
  if (call.body !== null) evaluateBlock(call.body, scope);
  // A schema that is piped on is most likely a query.
  const started = piped?.value.kind === 'written' && piped.value.expr.kind === 'alias';
  const passed = given.map(({ value }, index) => (started && index === 0 ? asQuery(value, scope) : value));
  return throughUnknown(passed, call.name, scope);
}

/** `Repo.preload(posts, comments: from …)` gives back what it is given. */
function preloadCall({ args, keywords }: Call, piped: Argument | null, scope: Scope): Value {
  const [first, ...rest] = args;
  const given = piped?.value ?? (first === undefined ? unknownValue : evaluate(first, scope));
  for (const expr of [...(piped === null ? rest : args), ...keywords]) preload(expr, scope);
  return given;
}

function asQuery(value: Value, scope: Scope): Value {
  const building = buildingOfValue(scope, value);
  return building === null ? value : { kind: 'query', building };
}

/** A query that an unknown function was given may come back with anything added. */
function throughUnknown(args: readonly Value[], name: string, { reader }: Scope): Value {
  const passed = args.find((value) => value.kind === 'query');
  if (passed?.kind !== 'query') return unknownValue;
  const building: Building = withOpaque(passed.building, `it goes through "${name}"`);
  if (building !== passed.building) reader.origins.set(building, passed.building);
  return { kind: 'query', building };
}

/** Functions of modules whose effect on a query we know. */
function moduleCall(call: Call, module: string, given: readonly Argument[], scope: Scope): Value | null {
  const values = given.map(({ value }) => value);
  const [first, second, third] = values;
  switch (`${module}.${call.name}`) {
    case 'Ecto.assoc': {
      const name = given[1]?.expr;
      const at = given[0]?.expr?.span ?? call.span;
      const association = name?.kind === 'atom' ? name.value : '';
      const building = buildingOf({ kind: 'association', of: null, name: association }, at);
      return made(scope, withSpan(building, call.span), []);
    }
    case 'Enum.reduce':
    case 'List.foldl': {
      if (third === undefined || second === undefined) return null;
      const result = callFunction(third, [unknownValue, second], scope, 'a function');
      return second.kind === 'query' ? oneOf([second, result], scope) : unknownValue;
    }
    case 'Kernel.then':
      return first === undefined || second === undefined
        ? null
        : callFunction(second, [first], scope, 'then');
  }
  if (module === 'Ecto.Multi' && isSink(call.name)) {
    const [, , query, ...rest] = given;
    if (query === undefined) return unknownValue;
    readMulti(scope, call, query, rest);
    return unknownValue;
  }
  return null;
}

/** What `preload` is given: every query in it. */
export function preload(expr: Expr, scope: Scope): void {
  const items = expr.kind === 'list' ? expr.items : expr.kind === 'tuple' ? expr.items : [expr];
  for (const item of items) {
    if (item.kind === 'pair') preload(item.value, scope);
    else if (item.kind === 'list' || item.kind === 'tuple') preload(item, scope);
    else {
      const plain = item.kind === 'unary' && item.operator === '^' ? item.operand : item;
      const value = evaluate(plain, scope);
      if (value.kind === 'query') emitPreload(scope, value.building, plain.span);
    }
  }
}

/** Conditionals and loops; `null` for any other call. */
function controlFlow(call: Call, piped: Argument | null, scope: Scope): Value | null {
  const { body } = call;
  switch (call.name) {
    case 'if':
    case 'unless':
      return body === null ? null : ifValue(call, body, scope);
    case 'case':
    case 'cond':
    case 'receive':
    case 'try':
      if (body === null) return null;
      for (const arg of call.args) evaluate(arg, scope);
      return blockValue(body, scope, call.name === 'cond');
    case 'with': {
      const inner = innerScope(scope);
      for (const arg of call.args) {
        if (arg.kind === 'binary' && (arg.operator === '<-' || arg.operator === '=')) {
          bind(arg.left, evaluate(arg.right, inner), inner);
        } else evaluate(arg, inner);
      }
      return body === null ? unknownValue : blockValue(body, inner, false);
    }
    case 'for':
      return forValue(call, scope);
    case 'then':
    case 'tap':
      return thenValue(call, piped, scope);
    case 'raise':
    case 'reraise':
    case 'throw':
    case 'exit':
      for (const arg of call.args) evaluate(arg, scope);
      return { kind: 'written', expr: { kind: 'atom', value: 'nil', span: call.span } };
    case 'quote':
      return unknownValue;
    default:
      return null;
  }
}

function ifValue(call: Call, body: Body, scope: Scope): Value {
  const inner = innerScope(scope);
  for (const arg of call.args) evaluate(arg, inner);
  const values = [evaluateBody(body.items, innerScope(inner))];
  for (const section of body.sections) values.push(evaluateBody(section.body.items, innerScope(inner)));
  return oneOf(values, scope);
}

/** @param conditions whether what stands before `->` is a condition rather than a pattern */
function blockValue(body: Body, scope: Scope, conditions: boolean): Value {
  const values: Value[] = [];
  if (body.items.length > 0) values.push(evaluateBody(body.items, innerScope(scope)));
  for (const clause of body.clauses) {
    const inner = innerScope(scope);
    if (conditions) for (const pattern of clause.patterns) evaluate(pattern, inner);
    values.push(evaluateClause(conditions ? { ...clause, patterns: [] } : clause, [], inner));
  }
  for (const section of body.sections) values.push(blockValue(section.body, scope, false));
  return oneOf(values, scope);
}

/** The body of a macro that we do not know. */
export function evaluateBlock(body: Body, scope: Scope): void {
  blockValue(body, scope, false);
}

/** `for x <- xs, reduce: query do q -> … end` builds a query; any other `for` gives a list. */
function forValue(call: Call, scope: Scope): Value {
  const inner = innerScope(scope);
  for (const arg of call.args) {
    evaluate(arg.kind === 'binary' && arg.operator === '<-' ? arg.right : arg, inner);
    if (arg.kind === 'binary' && arg.operator === '<-') bind(arg.left, unknownValue, inner);
  }
  const start = keywordsOf(call).find((pair) => keyOfPair(pair) === 'reduce')?.value;
  const before = start === undefined ? unknownValue : evaluate(start, inner);
  if (call.body === null) return unknownValue;
  if (before.kind !== 'query') {
    evaluateBlock(call.body, inner);
    return unknownValue;
  }
  const results = call.body.clauses.map((clause) => evaluateClause(clause, [before], innerScope(inner)));
  return oneOf([before, ...results], scope);
}

function thenValue(call: Call, piped: Argument | null, scope: Scope): Value | null {
  const [given, fn] = piped === null ? call.args : [null, call.args[0]];
  const value = piped?.value ?? (given == null ? unknownValue : evaluate(given, scope));
  if (fn === undefined) return null;
  const result = callFunction(evaluate(fn, scope), [value], scope, call.name);
  return call.name === 'tap' ? value : result;
}
