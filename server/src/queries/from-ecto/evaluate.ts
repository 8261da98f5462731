// Reads the code of a function as it would run, as far as queries go: what variables hold, what branches give, what is piped
// into what. What it does not understand may have done anything to a query, so such a query is opaque from there on.

import { environmentAfter } from '../../syntax/elixir/aliases.js';
import type { Binary, Body, Call, Clause, Expr, Pair } from '../../syntax/elixir/nodes.js';
import { keywordsOf } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import { ALL_COLUMNS, type ColumnOperand } from '../query.js';
import { type Building, blockOf, buildingOf, withOpaque, withSpan, withWhere } from './building.js';
import {
  canFollow,
  follow,
  inAnyEnvironment,
  isWorthFollowing,
  noteCall,
  noteCapture,
  projectCallee,
  rowsFor,
} from './calls.js';
import { asksForRole, mayCheck, noteAuthorization, noteChecked } from './checks.js';
import { isLibrary } from './code.js';
import { givesWhatIsSent, isCalledOptions } from './code-names.js';
import { firstAlias } from './conditions.js';
import { givesPage, isOfLibrary, isRepoCall, runsGiven, sinkGiven } from './library-sinks.js';
import { elementOf, elementsOf, listOfOne, listsTogether } from './lists.js';
import { applyMacro, isQueryMacro, readFrom } from './macros.js';
import { heldBy, joined } from './origins.js';
import { oneOf, repeated } from './outcomes.js';
import { bind, compared, type Fit, fieldOf, fitOf, guardFit, keyIn, STRUCT } from './patterns.js';
import {
  type CaptureValue,
  type FunctionValue,
  innerScope,
  keyOfPair,
  listOf,
  made,
  moduleName,
  type NamedFunction,
  presentScope,
  type RecordValue,
  type Scope,
  TOO_DEEP,
  type UnknownValue,
  unknownValue,
  type Value,
  type WrittenValue,
} from './scope.js';
import {
  type Argument,
  emitPreload,
  isInsert,
  isRepo,
  isSink,
  readInsert,
  readMulti,
  readOtherSink,
  readSink,
} from './sinks.js';
import { buildingOfValue } from './sources.js';
import { type Step, withStep } from './steps.js';
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
      return { kind: 'written', expr };
    case 'alias':
      return { kind: 'written', expr: scope.frame.depth === 0 ? expr : inAnyEnvironment(scope, expr) };
    case 'text':
      for (const part of expr.interpolations) {
        const value = evaluate(part, scope);
        if (scope.frame.depth === 0) scope.reader.putIn?.set(part.span.start, value);
      }
      return { kind: 'written', expr };
    case 'variable':
      return scope.variables.get(expr.name) ?? heldBy(expr.name, unknownValue);
    case 'list':
      return { kind: 'written', expr, parts: expr.items.map((item) => evaluate(item, scope)) };
    case 'tuple':
      return tupleValue(expr, scope);
    case 'map':
      return mapValue(expr, scope);
    case 'pair':
      evaluate(expr.key, scope);
      return evaluate(expr.value, scope);
    case 'call':
      return evaluateCall(expr, null, scope);
    case 'access':
      evaluate(expr.key, scope);
      return fieldOf(evaluate(expr.container, scope), keyIn(expr.key), 'key');
    case 'unary':
      if (expr.operator === '&') return captureValue(expr.operand, scope);
      if (expr.operator === '^') return evaluate(expr.operand, scope);
      evaluate(expr.operand, scope);
      return unknownValue;
    case 'binary':
      return evaluateBinary(expr, scope);
    case 'fn':
      return functionValue(expr.clauses, scope);
    case 'group':
      return evaluateBody(expr.items, scope);
    case 'attribute': {
      const held = expr.value ?? scope.frame.module?.attributes.get(expr.name);
      if (held === undefined) return unknownValue;
      if (expr.value !== null) evaluate(held, scope);
      return expr.value === null ? evaluate(writtenAt(held, expr.span), scope) : unknownValue;
    }
    case 'unreadable':
      return { ...unknownValue, why: TOO_DEEP };
  }
}

/** What an attribute holds, as though it were written where it is used. */
function writtenAt(expr: Expr, span: Span): Expr {
  switch (expr.kind) {
    case 'list':
    case 'tuple':
      return { ...expr, span, items: expr.items.map((item) => writtenAt(item, span)) };
    case 'pair':
      return { ...expr, span, key: writtenAt(expr.key, span), value: writtenAt(expr.value, span) };
    default:
      return { ...expr, span };
  }
}

function tupleValue(expr: Expr & { kind: 'tuple' }, scope: Scope): Value {
  const items = expr.items.map((item) => evaluate(item, scope));
  const plain = items.every(({ kind }) => kind === 'written');
  return plain ? { kind: 'written', expr, parts: items } : { kind: 'tuple', items };
}

/** A struct, and a map that holds a query, is known by its entries. */
function mapValue(expr: Expr & { kind: 'map' }, scope: Scope): Value {
  const before = expr.update === null ? null : evaluate(expr.update, scope);
  const entries = new Map<string, Value>(before?.kind === 'record' ? before.entries : []);
  const parts = expr.entries.map((entry) => evaluate(entry, scope));
  for (const [index, entry] of expr.entries.entries()) {
    const value = parts[index] ?? unknownValue;
    const key = entry.kind === 'pair' ? keyIn(entry.key) : null;
    if (key !== null) entries.set(key, value);
  }
  const holdsQuery = [...entries.values()].some(({ kind }) => kind === 'query');
  if (expr.struct === null && !holdsQuery) {
    return before === null
      ? { kind: 'written', expr, parts }
      : before.kind === 'unknown'
        ? before
        : unknownValue;
  }
  if (expr.struct !== null) {
    const name: Expr = { kind: 'alias', name: moduleName(scope, expr.struct), span: expr.span };
    entries.set(STRUCT, { kind: 'written', expr: name });
  }
  return { kind: 'record', entries };
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
    case '==':
    case '!=':
    case '===':
    case '!==':
    case 'in':
      noteComparison(expr, scope);
      return unknownValue;
    case '++':
      return listsTogether(evaluate(left, scope), evaluate(right, scope)) ?? unknownValue;
    default: {
      evaluate(left, scope);
      const value = evaluate(right, scope);
      return operator === '&&' || operator === 'and' ? value : unknownValue;
    }
  }
}

/** Notes columns of rows that are compared, and values of the client that are compared with those that the code vouches for. */
function noteComparison({ left, right }: Binary, scope: Scope): void {
  const given = [left, right].map((expr): Argument => ({ expr, value: evaluate(expr, scope) }));
  const [one, other] = given;
  if (one !== undefined && other !== undefined) compared(one.value, other.value);
  noteChecked(given, scope);
}

/** What a function does is read when it is called, or else at the end. */
function functionValue(clauses: readonly Clause[], scope: Scope): Value {
  const value: FunctionValue = { kind: 'function', clauses, scope: presentScope(scope) };
  scope.reader.uncalled.add(value);
  return value;
}

function captureValue(body: Expr, scope: Scope): Value {
  if (body.kind === 'number') return scope.variables.get(`&${body.value}`) ?? unknownValue;
  if (body.kind === 'binary' && body.operator === '/') {
    const count = body.right.kind === 'number' ? Number(body.right.value) : Number.NaN;
    const rows = Number.isInteger(count) ? noteCapture(scope, body.left, count) : undefined;
    return { kind: 'named-function', name: body.left, scope, ...(rows && { rows }) } satisfies NamedFunction;
  }
  const inner = presentScope(scope);
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

/** What those of the clauses give which the values may fit. */
function clauseValues(clauses: readonly Clause[], args: readonly Value[], scope: Scope): readonly Value[] {
  const values: Value[] = [];
  for (const clause of clauses) {
    const inner = innerScope(scope);
    const fits: Fit[] = clause.patterns.map((pattern, index) =>
      fitOf(pattern, args[index] ?? unknownValue, inner),
    );
    if (fits.includes('no')) continue;
    values.push(evaluateClause(clause, args, inner));
    const guard = guardFit(clause.guard, inner);
    if (guard === 'no') values.pop();
    // What cannot be reached is read all the same in the function itself: it may be half typed.
    if (guard === 'yes' && fits.every((fit) => fit === 'yes') && scope.frame.depth > 0) break;
  }
  return values;
}

/** Applies a function to values; what it does is not known when we do not see it. */
export function callFunction(fn: Value, args: readonly Value[], scope: Scope, name: string): Value {
  const { reader } = scope;
  if (fn.kind === 'named-function' && reader.depth <= 8) return callNamed(fn, args, scope, name);
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
    value = oneOf(clauseValues(fn.clauses, args, fn.scope), scope);
  }
  reader.depth -= 1;
  return value;
}

/** Calls `&filter/2`, as though it were written out. */
function callNamed(fn: NamedFunction, args: readonly Value[], scope: Scope, name: string): Value {
  const { reader } = scope;
  const { name: called } = fn;
  const target =
    called.kind === 'call'
      ? called
      : called.kind === 'variable'
        ? { receiver: null, name: called.name, nameSpan: called.span }
        : null;
  if (target === null) return throughUnknown(args, name, scope);
  const { receiver, nameSpan } = target;
  const call: Call = {
    kind: 'call',
    span: called.span,
    receiver,
    name: target.name,
    nameSpan,
    args: [],
    keywords: [],
    parenthesized: true,
    body: null,
  };
  reader.depth += 1;
  const given = args.map((value): Argument => ({ value, expr: null }));
  const value = functionCall(call, given, [], fn.scope);
  reader.depth -= 1;
  return value;
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
      return readFrom(scope, call, piped?.value ?? null);
    case 'dynamic': {
      const condition = call.args.at(-1);
      if (condition === undefined) return null;
      const bindings = call.args.length > 1 ? (first ?? null) : null;
      return { kind: 'dynamic', bindings, condition, scope: presentScope(scope) };
    }
    case 'subquery': {
      if (piped === null && first === undefined) return null;
      const value = piped?.value ?? (first === undefined ? unknownValue : evaluate(first, scope));
      const inner = subqueryOfValue(scope, value, call.span);
      const building = buildingOf(
        { kind: 'block', block: blockOf(inner, 'select') },
        inner.keyword,
        inner.depth,
      );
      const options = keywordsOf(call);
      const recorded = withStep(scope, building, () => ({
        kind: 'subquery',
        inner,
        options,
        scope: presentScope(scope),
      }));
      return made(scope, withSpan(recorded, call.span), []);
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
  const given: Argument[] = [
    ...(piped === null ? [] : [piped]),
    ...call.args.map((expr): Argument => ({ expr, value: evaluate(expr, scope) })),
  ];
  const keywords = keywordArgument(call, scope);
  if (
    receiver !== null &&
    receiver.kind !== 'alias' &&
    !(isSink(call.name) && isRepo(scope, receiver, null))
  ) {
    const callee = evaluate(receiver, scope);
    const values = given.map(({ value }) => value);
    if (call.name === '') return callFunction(callee, values, scope, 'a function');
    if (given.length + call.keywords.length === 0 && !call.parenthesized) {
      return fieldOf(callee, call.name, 'dot');
    }
  }
  const value = functionCall(call, given, keywords, scope);
  if (call.body !== null) evaluateBlock(call.body, scope);
  return value;
}

/** A call of a function by its name. What it makes of a struct is one of the same schema, or a changeset of it. */
function functionCall(
  call: Call,
  given: readonly Argument[],
  keywords: readonly Argument[],
  scope: Scope,
): Value {
  const value = resultOfCall(call, given, keywords, scope);
  if (value.kind !== 'unknown' || value.struct !== undefined) return value;
  const struct = structMade(call, given[0]?.value, scope);
  return struct === null ? value : { ...value, struct };
}

function structMade({ receiver, name }: Call, first: Value | undefined, scope: Scope): RecordValue | null {
  if (first?.kind === 'record' && first.entries.has(STRUCT)) return first;
  if (first?.kind === 'unknown' && first.struct !== undefined) return first.struct;
  // `Post.changeset(post, attrs)`
  if (!/changeset$/.test(name)) return null;
  const { module } = scope.frame;
  const of = receiver?.kind === 'alias' ? moduleName(scope, receiver.name) : null;
  const schema = of ?? (receiver === null ? (module?.name ?? null) : null);
  if (schema === null || isLibrary(schema)) return null;
  const expr: Expr = { kind: 'alias', name: schema, span: { start: 0, end: 0 } };
  return { kind: 'record', entries: new Map([[STRUCT, { kind: 'written', expr }]]) };
}

/** One that we know, one of the project, one of a Repo, or any other. */
function resultOfCall(
  call: Call,
  given: readonly Argument[],
  keywords: readonly Argument[],
  scope: Scope,
): Value {
  const { receiver } = call;
  const [first = null, ...more] = given;
  const applied = receiver === null && call.name === 'apply' ? appliedCall(call, given) : null;
  if (applied !== null) return resultOfCall(applied.call, applied.given, [], scope);
  if (receiver?.kind === 'alias') {
    const found = moduleCall(call, moduleName(scope, receiver.name), given, keywords, scope);
    if (found !== null) return found;
  }
  const all = [...given, ...keywords];
  if (givesWhatIsSent(call.name) && !isPlug(scope)) return { kind: 'unknown', origin: 'client' };
  const callee = projectCallee(scope, call, all.length);
  if (callee !== null) {
    const rows = noteCall(scope, call, callee, all);
    noteAuthorization(call, all, scope);
    if (isWorthFollowing(scope, callee, all)) {
      const before = scope.reader.run;
      const value = oneOf(follow(scope, call, callee, all), scope);
      if (value.kind !== 'unknown') return value;
      if (scope.reader.run > before) return { kind: 'unknown', rows };
    } else if (mayCheck(all) && canFollow(scope, callee)) {
      const value = joined(follow(scope, call, callee, all));
      // It gives what the client says only to who may say it.
      if (value.origin !== 'client') return { kind: 'unknown', rows };
    }
    const values = all.map(({ value }) => value);
    const through = throughUnknown(asQueries(call, values, scope), call.name, scope);
    if (through.kind === 'query') return throughModule(through, call, scope);
    return { kind: 'unknown', rows, ...(rows.byClient ? { origin: 'client' as const } : {}) };
  }
  if (first !== null && isRepoCall(scope, call, first)) {
    if (isSink(call.name)) return readSink(scope, call, first, more);
    if (isInsert(call.name)) readInsert(scope, call, first, more);
    if ((first.value.kind === 'query' || givesPage(call)) && isOfLibrary(scope, call)) {
      return readOtherSink(scope, call, first);
    }
  }
  if (first !== null && runsGiven(call, scope)) return readOtherSink(scope, call, first);
  noteAuthorization(call, all, scope);
  // Imported from Ecto.
  if (receiver === null && call.name === 'assoc' && given[1]?.expr?.kind === 'atom') {
    return associationValue(call, given, scope);
  }
  const runs = first?.value.kind === 'query' ? sinkGiven(scope, call, all) : null;
  if (first !== null && runs !== null) return readSink(scope, runs, first, [], call);
  const values = given.map(({ value }) => value);
  const through = throughUnknown(asQueries(call, values, scope), call.name, scope);
  if (through.kind === 'query') return throughModule(through, call, scope);
  const isElsewhere = receiver?.kind === 'alias' && !isLibrary(moduleName(scope, receiver.name));
  if (!isElsewhere) return joined(values);
  const rows = rowsFor(given);
  return { kind: 'unknown', rows, ...(rows.byClient ? { origin: 'client' as const } : {}) };
}

/** `apply(Repo, :all, [query])` as the call that it is; `null` where what is called is decided at run time. */
function appliedCall(
  call: Call,
  given: readonly Argument[],
): { readonly call: Call; readonly given: readonly Argument[] } | null {
  const [module, name, list] = given.map(({ expr }) => expr);
  if (module?.kind !== 'alias' || name?.kind !== 'atom' || list?.kind !== 'list') return null;
  if (list.items.some(({ kind }) => kind === 'pair')) return null;
  const worth = given[2]?.value;
  const parts = worth?.kind === 'written' ? (worth.parts ?? []) : [];
  const receiver: Expr = { ...module, span: call.nameSpan };
  return {
    call: { ...call, receiver, name: name.value, args: list.items, keywords: [] },
    given: list.items.map((expr, index) => ({ expr, value: parts[index] ?? unknownValue })),
  };
}

/** Whether the function is a plug. What it finds by a header is there for the plugs behind it, which check it. */
function isPlug({ reader: { within } }: Scope): boolean {
  if (within === null || !within.name.endsWith('/2')) return false;
  return within.params.some(isCalledOptions);
}

/** Trailing pairs are one argument, a list. */
function keywordArgument(call: Call, scope: Scope): readonly Argument[] {
  const expr = listOf(call.keywords);
  return expr === null ? [] : [{ expr, value: evaluate(expr, scope) }];
}

/** A schema that is piped on is most likely a query. */
function asQueries(call: Call, values: readonly Value[], scope: Scope): readonly Value[] {
  const [first, ...rest] = values;
  const started =
    values.length > call.args.length && first?.kind === 'written' && first.expr.kind === 'alias';
  return started ? [asQuery(first, scope), ...rest] : values;
}

function throughModule(value: Value & { kind: 'query' }, { receiver, name }: Call, scope: Scope): Value {
  if (receiver?.kind !== 'alias') return value;
  const through = { module: moduleName(scope, receiver.name), name };
  const building: Building = { ...value.building, through };
  const { origins } = scope.reader;
  const origin = origins.get(value.building);
  origins.set(building, origin ?? value.building);
  return { kind: 'query', building };
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
function throughUnknown(
  args: readonly Value[],
  name: string,
  { reader }: Scope,
): (Value & { kind: 'query' }) | UnknownValue {
  const passed = args.find((value) => value.kind === 'query');
  if (passed?.kind !== 'query') return unknownValue;
  const building: Building = withOpaque(passed.building, `it goes through "${name}"`);
  if (building !== passed.building) reader.origins.set(building, passed.building);
  return { kind: 'query', building };
}

/** Functions of modules whose effect on a query we know. */
function moduleCall(
  call: Call,
  module: string,
  given: readonly Argument[],
  keywords: readonly Argument[],
  scope: Scope,
): Value | null {
  const values = given.map(({ value }) => value);
  const [first, second, third] = values;
  switch (`${module}.${call.name}`) {
    case 'Ecto.assoc':
      return associationValue(call, given, scope);
    case 'Ecto.Queryable.to_query':
      return first === undefined ? null : asQuery(first, scope);
    case 'Enum.reduce':
    case 'List.foldl': {
      if (third === undefined || second === undefined) return null;
      const start = asQuery(second, scope);
      const elements = first === undefined ? null : elementsOf(first);
      if (elements !== null) {
        return elements.reduce(
          (result, element) => callFunction(third, [element, result], scope, 'a function'),
          start,
        );
      }
      const result = callFunction(third, [elementOf(first), start], scope, 'a function');
      return repeated(start, [result], scope);
    }
    case 'Enum.any?':
    case 'Enum.find': {
      if (first?.kind !== 'unknown' || second === undefined) return null;
      callFunction(second, [elementOf(first)], scope, 'a function');
      return null;
    }
    case 'Enum.map':
    case 'Enum.flat_map':
    case 'Enum.each': {
      if (first?.kind !== 'unknown' || second === undefined) return null;
      const element = callFunction(second, [elementOf(first)], scope, 'a function');
      return listOfOne(element) ?? joined([first]);
    }
    case 'Map.get':
    case 'Map.fetch':
    case 'Map.fetch!':
    case 'Keyword.get':
    case 'Keyword.fetch':
    case 'Keyword.fetch!':
    case 'Access.get': {
      const key = given[1]?.expr;
      if (first === undefined || key == null) return null;
      const found = fieldOf(first, keyIn(key), 'key');
      const missing = found.kind === 'written' && found.expr.kind === 'atom' && found.expr.value === 'nil';
      return missing && third !== undefined ? third : found;
    }
    case 'Keyword.put':
    case 'Keyword.put_new': {
      const [, key, value] = given;
      if (key?.expr?.kind !== 'atom' || value?.expr == null) return null;
      const { span } = value.expr;
      const items: Pair[] = [{ kind: 'pair', key: key.expr, value: value.expr, span }];
      const one: WrittenValue = {
        kind: 'written',
        expr: { kind: 'list', span, items },
        parts: [value.value],
      };
      return listsTogether(first, one);
    }
    case 'Keyword.merge':
      return listsTogether(first, second ?? keywords[0]?.value);
    case 'Kernel.then':
      return first === undefined || second === undefined
        ? null
        : callFunction(second, [first], scope, 'then');
  }
  if (module === 'Ecto.Multi' && (isSink(call.name) || isInsert(call.name))) {
    const [, , query, ...rest] = given;
    if (query === undefined) return unknownValue;
    readMulti(scope, call, query, rest);
    return unknownValue;
  }
  return null;
}

/** `Ecto.assoc(post, :comments)`: a query for rows that hang on one that is loaded. */
function associationValue(call: Call, given: readonly Argument[], scope: Scope): Value {
  const name = given[1]?.expr;
  const at = given[0]?.expr?.span ?? call.span;
  const association = name?.kind === 'atom' ? name.value : '';
  const building = buildingOf({ kind: 'association', of: null, name: association }, at, scope.frame.depth);
  const { span } = call;
  const alias = firstAlias(building);
  const columns: readonly ColumnOperand[] = [{ kind: 'column', alias, column: ALL_COLUMNS, span }];
  const tied = withWhere(building, { kind: 'opaque', what: 'loaded', columns, blocks: [], span });
  const isPlain = given.length === 2 && call.keywords.length === 0 && name?.kind === 'atom';
  const step = (): Step => ({
    kind: 'loaded',
    row: given[0] ?? { value: unknownValue, expr: null },
    association: isPlain ? association : null,
    scope: presentScope(scope),
  });
  return made(scope, withStep(scope, withSpan(tied, span), step), []);
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
      return caseValue(call, body, piped, scope);
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
      return nilAt(call.span);
    case 'quote':
      return unknownValue;
    default:
      return null;
  }
}

function ifValue(call: Call, body: Body, scope: Scope): Value {
  const inner = innerScope(scope);
  const [condition] = call.args;
  for (const arg of call.args) evaluate(arg, inner);
  // Only where a call has given what it asks for: in the function itself both are read.
  const holds = condition === undefined || scope.frame.depth === 0 ? 'maybe' : truthOf(condition, inner);
  const [then, otherwise] = call.name === 'if' ? ['no', 'yes'] : ['yes', 'no'];
  const values: Value[] = [];
  const value = holds === then ? null : evaluateBody(body.items, innerScope(inner));
  if (value !== null) {
    const isAsked = call.name === 'if' && condition !== undefined && asksForRole(condition);
    values.push(isAsked ? allowed(value) : value);
  }
  if (holds !== otherwise) {
    for (const section of body.sections) values.push(evaluateBody(section.body.items, innerScope(inner)));
    if (body.sections.length === 0) values.push(nilAt(call.span));
  }
  return oneOf(values, scope);
}

/** What a client may name after it was asked what it may do. */
function allowed(value: Value): Value {
  return value.kind === 'unknown' && value.origin === 'client' ? unknownValue : value;
}

/** Whether an expression is neither `nil` nor `false`. */
function truthOf(condition: Expr, scope: Scope): Fit {
  const tested = guardFit(condition, scope);
  if (tested !== 'maybe') return tested;
  if (condition.kind !== 'variable' && condition.kind !== 'access' && condition.kind !== 'call')
    return 'maybe';
  const value = evaluate(condition, scope);
  if (value.kind === 'unknown') return value.present === true && !scope.reader.records ? 'yes' : 'maybe';
  if (value.kind !== 'written' || value.expr.kind !== 'atom') return 'yes';
  return value.expr.value === 'nil' || value.expr.value === 'false' ? 'no' : 'yes';
}

function nilAt(span: Span): Value {
  return { kind: 'written', expr: { kind: 'atom', value: 'nil', span } };
}

function caseValue(call: Call, body: Body, piped: Argument | null, scope: Scope): Value {
  const values = call.args.map((arg) => evaluate(arg, scope));
  const subject = piped?.value ?? values[0];
  if (call.name !== 'case' || subject === undefined || body.clauses.length === 0) {
    return blockValue(body, scope, call.name === 'cond');
  }
  return oneOf(clauseValues(body.clauses, [subject], scope), scope);
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
  const from: Value[] = [];
  for (const arg of call.args) {
    const isGenerator = arg.kind === 'binary' && arg.operator === '<-';
    const value = evaluate(isGenerator ? arg.right : arg, inner);
    if (!isGenerator) continue;
    bind(arg.left, elementOf(value), inner);
    from.push(elementOf(value));
  }
  const start = keywordsOf(call).find((pair) => keyOfPair(pair) === 'reduce')?.value;
  const before = start === undefined ? unknownValue : asQuery(evaluate(start, inner), inner);
  if (call.body === null) return unknownValue;
  if (start === undefined) {
    const element = blockValue(call.body, inner, false);
    return listOfOne(element) ?? joined(from);
  }
  const results = call.body.clauses.map((clause) => evaluateClause(clause, [before], innerScope(inner)));
  return repeated(before, results, scope);
}

function thenValue(call: Call, piped: Argument | null, scope: Scope): Value | null {
  const [given, fn] = piped === null ? call.args : [null, call.args[0]];
  const value = piped?.value ?? (given == null ? unknownValue : evaluate(given, scope));
  if (fn === undefined) return null;
  const result = callFunction(evaluate(fn, scope), [value], scope, call.name);
  return call.name === 'tap' ? value : result;
}
