// Functions of the project, followed with the values that a call gives them: what a scoping function adds to a query, and which
// query a function of the project runs in the end. What stands in them counts as standing at the call, whose place it gets.

import { type Environment, resolveAlias } from '../../syntax/elixir/aliases.js';
import type { FunctionClause, FunctionDefinition } from '../../syntax/elixir/functions.js';
import type { Body, Call, Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import type { Building } from './building.js';
import { isLibrary } from './code.js';
import { clauseElsewhere } from './elsewhere.js';
import { isQueryMacro } from './macros.js';
import { bind, fitOf, guardFit } from './patterns.js';
import { placedAt } from './places.js';
import { type Callee, calleeOf, type Project } from './project.js';
import {
  type Frame,
  isChecked,
  moduleName,
  newRows,
  type ProjectCall,
  type Rows,
  type Scope,
  textOf,
  type Value,
  Variables,
} from './scope.js';
import type { Argument } from './sinks.js';
import { buildingOfValue } from './sources.js';

/** What follows a call more deeply is not looked into. */
const DEEPEST = 4;
/** How many calls are followed for one function. */
const MOST_FOLLOWED = 200;

/** The function of the project that a call calls; `null` when it is none, or has nothing to do with queries. */
export function projectCallee(
  scope: Scope,
  call: Pick<Call, 'receiver' | 'name'>,
  count: number,
): Callee | null {
  const { receiver, name } = call;
  if (name === '' || (receiver !== null && receiver.kind !== 'alias')) return null;
  const module = receiver === null ? null : moduleName(scope, receiver.name);
  if (module !== null && isLibrary(module)) return null;
  return calleeOf(scope.reader.project, scope.frame.module, { module, name, count });
}

/** Notes the call for those who want to know of a function's callers. */
export function noteCall(scope: Scope, call: Call, callee: Callee, given: readonly Argument[]): Rows {
  const rows = rowsFor(given);
  if (scope.frame.depth > 0) return rows;
  const positions = parametersGiven(callee.definition, given.length);
  const ofClient = given.flatMap(({ value, expr }, index) => {
    const position = positions[index];
    const isClient = value.kind === 'unknown' && value.origin === 'client' && position !== undefined;
    return isClient ? [{ position, value, text: value.text ?? (expr === null ? '' : textOf(expr)) }] : [];
  });
  const client = ofClient.map(({ position }) => position);
  const checked =
    client.length > 0 && ofClient.every(({ text, value }) => isChecked(scope.reader, text, value));
  addCall(scope, call, callee, { client, checked, rows, captured: false });
  return rows;
}

function addCall(
  { reader }: Scope,
  { nameSpan }: Pick<Call, 'nameSpan'>,
  { definition, module }: Callee,
  about: Pick<ProjectCall, 'client' | 'checked' | 'rows' | 'captured'>,
): void {
  const callee = `${module.name}.${definition.name}/${definition.arity}`;
  const { within } = reader;
  const from = { module: reader.module, name: within?.name ?? null, given: within?.params ?? [] };
  reader.calls.set(`${nameSpan.start} ${callee}`, { callee, ...about, from });
}

/** Notes that a function is named for others to call; `undefined` when it is none of the project. */
export function noteCapture(scope: Scope, name: Expr, count: number): Rows | undefined {
  if (scope.frame.depth > 0 || (name.kind !== 'call' && name.kind !== 'variable')) return undefined;
  const { span } = name;
  const call: Pick<Call, 'receiver' | 'name' | 'nameSpan'> =
    name.kind === 'call' ? name : { receiver: null, name: name.name, nameSpan: span };
  const callee = projectCallee(scope, call, count);
  if (callee === null) return undefined;
  const rows = newRows(false);
  addCall(scope, call, callee, { client: [], checked: false, rows, captured: true });
  return rows;
}

/** Rows that a function gives for these arguments. */
export function rowsFor(given: readonly Argument[]): Rows {
  const byClient = given.some(({ value }) => value.kind === 'unknown' && value.origin === 'client');
  const madeOf = given.flatMap(({ value }) => (value.kind === 'unknown' ? (value.rows ?? []) : []));
  const sent = given.flatMap(({ value }) => (value.kind === 'unknown' ? (value.sent ?? []) : []));
  return newRows(byClient, madeOf, sent);
}

/** By the place of an argument, the position of its parameter: defaults are filled from the left. */
function parametersGiven(definition: FunctionDefinition, count: number): readonly number[] {
  const { arity } = definition;
  const defaults = defaultsOf(definition, definition.clauses);
  let extra = count - (arity - defaults.size);
  const positions: number[] = [];
  for (let position = 0; position < arity; position++) {
    if (!defaults.has(position)) positions.push(position);
    else if (extra > 0) {
      extra -= 1;
      positions.push(position);
    }
  }
  return positions;
}

const noDefaults: ReadonlyMap<number, Expr> = new Map();

/** Default values by the position of their parameter; they stand in one of the clauses, or in a head without a body. */
function defaultsOf(
  definition: FunctionDefinition,
  clauses: readonly FunctionClause[],
): ReadonlyMap<number, Expr> {
  if (definition.defaults === 0) return noDefaults;
  const defaults = new Map<number, Expr>();
  for (const { params } of clauses) {
    params.forEach((param, index) => {
      if (param.kind === 'binary' && param.operator === '\\\\') defaults.set(index, param.right);
    });
  }
  return defaults;
}

/** Whether it ends: calls are followed to a depth, and so many of them. */
export function canFollow({ frame, reader }: Scope, callee: Callee): boolean {
  if (frame.depth >= DEEPEST || reader.followed >= MOST_FOLLOWED) return false;
  if (callee.definition.kind !== 'def' && callee.definition.kind !== 'defp') return false;
  // A function may call itself with other arguments, which another of its clauses takes.
  return frame.callers.filter((caller) => caller === keyOf(callee)).length <= 1;
}

/** Whether following the call can tell anything: it is given a query, or may give one. */
export function isWorthFollowing(scope: Scope, callee: Callee, given: readonly Argument[]): boolean {
  if (!canFollow(scope, callee)) return false;
  const { reader } = scope;
  const { definition } = callee;
  if (given.some(({ value }) => mayHoldQuery(value)) || mayGiveQuery(reader.project, callee, 0)) return true;
  if (definition.defaults === 0) return false;
  const filled = new Set(parametersGiven(definition, given.length));
  const giver = { project: reader.project, callee, depth: 0 };
  return [...defaultsOf(definition, definition.clauses)].some(
    ([position, expr]) => !filled.has(position) && gives(expr, giver, []),
  );
}

function keyOf({ module, definition }: Callee): string {
  return `${module.name}.${definition.name}/${definition.arity}`;
}

function mayHoldQuery(value: Value): boolean {
  switch (value.kind) {
    case 'query':
    case 'dynamic':
    case 'dynamics':
      return true;
    case 'written':
      return value.expr.kind === 'alias' || value.expr.kind === 'tuple';
    case 'tuple':
      return value.items.some(mayHoldQuery);
    case 'record':
      return true;
    default:
      return false;
  }
}

const giving = new WeakMap<Project, Map<FunctionDefinition, boolean>>();

/** Whether a function may give a query when it is given none. */
function mayGiveQuery(project: Project, callee: Callee, depth: number): boolean {
  let known = giving.get(project);
  if (known === undefined) {
    known = new Map();
    giving.set(project, known);
  }
  const { definition } = callee;
  let found = known.get(definition);
  if (found === undefined) {
    // A function that calls itself gives what its other ways give.
    known.set(definition, false);
    found = definition.clauses.some(
      ({ body }) => body !== null && bodyGives(body, { project, callee, depth }, []),
    );
    known.set(definition, found);
  }
  return found;
}

interface Giving {
  readonly project: Project;
  readonly callee: Callee;
  readonly depth: number;
}

/** @param before what stands before it, in which variables get their values */
function bodyGives({ items, clauses, sections }: Body, giver: Giving, before: readonly Expr[]): boolean {
  return (
    itemsGive(items, giver, before) ||
    clauses.some((clause) => itemsGive(clause.items, giver, before)) ||
    sections.some(({ body }) => bodyGives(body, giver, before))
  );
}

function itemsGive(items: readonly Expr[], giver: Giving, before: readonly Expr[]): boolean {
  const last = items.at(-1);
  return last !== undefined && gives(last, giver, [...before, ...items.slice(0, -1)]);
}

function gives(expr: Expr, giver: Giving, before: readonly Expr[]): boolean {
  switch (expr.kind) {
    case 'alias':
      return true;
    case 'variable': {
      const index = before.findLastIndex((item) => assigns(item, expr.name));
      const found = before[index];
      return found?.kind === 'binary' && gives(found.right, giver, before.slice(0, index));
    }
    case 'map':
      return expr.struct !== null && expr.entries.length > 0;
    case 'tuple':
      return expr.items.some((item) => item.kind !== 'alias' && gives(item, giver, before));
    case 'binary':
      if (expr.operator === '||') return gives(expr.left, giver, before) || gives(expr.right, giver, before);
      if (expr.operator === '|>' && expr.right.kind === 'call')
        return callGives(expr.right, expr.left, giver, before);
      return (expr.operator === '=' || expr.operator === '&&') && gives(expr.right, giver, before);
    case 'call':
      return callGives(expr, null, giver, before);
    case 'group':
      return itemsGive(expr.items, giver, before);
    default:
      return false;
  }
}

function assigns(item: Expr, name: string): boolean {
  return (
    item.kind === 'binary' &&
    item.operator === '=' &&
    item.left.kind === 'variable' &&
    item.left.name === name
  );
}

function callGives(call: Call, piped: Expr | null, giver: Giving, before: readonly Expr[]): boolean {
  const { receiver, name, body, args, keywords } = call;
  if (receiver === null && (name === 'from' || name === 'dynamic' || isQueryMacro(name))) return true;
  if (receiver === null && body !== null) return bodyGives(body, giver, before);
  if (receiver !== null && receiver.kind !== 'alias') return false;
  const { project, callee, depth } = giver;
  const module = receiver === null ? null : resolveAlias(receiver.name, callee.environment);
  if (module === 'Ecto.Query' || module === 'Ecto') return true;
  const given = piped === null ? args : [piped, ...args];
  if (receiver === null ? name === 'then' : /^(?:Enum|List)$/.test(module ?? '')) {
    return given.some((arg) => arg.kind !== 'alias' && gives(arg, giver, before));
  }
  if (module !== null && isLibrary(module)) return false;
  if (depth >= DEEPEST) return true;
  const count = given.length + (keywords.length > 0 ? 1 : 0);
  const next = calleeOf(project, callee.module, { module, name, count });
  if (next === null) return false;
  return (
    given.some((arg) => arg.kind !== 'variable' && gives(arg, giver, before)) ||
    mayGiveQuery(project, next, depth + 1)
  );
}

/** What the function gives; all of its clauses that the values may fit are followed. */
export function follow(
  scope: Scope,
  call: Call,
  callee: Callee,
  given: readonly Argument[],
): readonly Value[] {
  const { definition } = callee;
  const { reader } = scope;
  reader.followed += 1;
  const frame = frameOf(scope, call, callee);
  const environment: Environment = callee.environment;
  const newScope = (): Scope => ({ variables: new Variables(), environment, reader, frame });
  const positions = parametersGiven(definition, given.length);
  const values: (Value | undefined)[] = new Array(definition.arity).fill(undefined);
  given.forEach((argument, index) => {
    const position = positions[index];
    if (position !== undefined) values[position] = passed(scope, argument.value, argument.expr);
  });
  const clauses = definition.clauses.map(clauseElsewhere);
  for (const [position, expr] of defaultsOf(definition, clauses)) {
    // What the caller leaves out counts as written by it.
    const asCaller: Scope = { ...newScope(), frame: { ...frame, depth: scope.frame.depth } };
    const value = (): Value => passed(asCaller, reader.evaluate(expr, asCaller), null);
    values[position] ??= value();
  }
  const results: Value[] = [];
  for (const { params, guard: condition, body } of clauses) {
    if (body === null) continue;
    const inner = newScope();
    const fits = params.map((param, index) => {
      const value = values[index];
      return value === undefined ? 'maybe' : fitOf(param, value, inner);
    });
    if (fits.includes('no')) continue;
    params.forEach((param, index) => {
      const value = values[index];
      if (value !== undefined) bind(param, value, inner);
    });
    const guard = guardFit(condition, inner);
    if (guard === 'no') continue;
    results.push(reader.body(body, inner));
    if (guard === 'yes' && fits.every((fit) => fit === 'yes')) break;
  }
  return results.map((value) => returned(scope, value, call, given[0]?.value ?? null));
}

function frameOf(scope: Scope, call: Call, callee: Callee): Frame {
  const { frame } = scope;
  const { receiver, name } = call;
  const written = receiver === null ? name : `${textOf(receiver)}.${name}`;
  return {
    depth: frame.depth + 1,
    call: frame.call ?? {
      name: written,
      span: spanOfCall(call),
      module: receiver?.kind === 'alias' ? moduleName(scope, receiver.name) : null,
    },
    module: callee.module,
    callers: [...frame.callers, keyOf(callee)],
  };
}

/** Of the name of what is called, with its module. */
function spanOfCall({ receiver, nameSpan }: Call): Span {
  return { start: receiver?.span.start ?? nameSpan.start, end: nameSpan.end };
}

/** A value as the function that is called sees it. */
function passed(scope: Scope, value: Value, expr: Expr | null): Value {
  switch (value.kind) {
    case 'written': {
      const items = partsIn(value.expr);
      return {
        ...value,
        expr: inAnyEnvironment(scope, value.expr),
        ...(value.parts === undefined
          ? {}
          : { parts: value.parts.map((part, index) => passed(scope, part, items[index] ?? null)) }),
        depth: value.depth ?? scope.frame.depth,
      };
    }
    case 'tuple': {
      const items = expr?.kind === 'tuple' ? expr.items : [];
      return {
        kind: 'tuple',
        items: value.items.map((item, index) => passed(scope, item, items[index] ?? null)),
      };
    }
    case 'unknown':
      return value.text !== undefined || expr === null ? value : { ...value, text: textOf(expr) };
    default:
      return value;
  }
}

/** The expressions whose values are the parts of a written one. */
function partsIn(expr: Expr): readonly Expr[] {
  const items =
    expr.kind === 'list' || expr.kind === 'tuple' ? expr.items : expr.kind === 'map' ? expr.entries : [];
  return items.map((item) => (item.kind === 'pair' ? item.value : item));
}

/** A module's name that means the same everywhere. */
export function inAnyEnvironment(scope: Scope, expr: Expr): Expr {
  if (expr.kind === 'alias') return { ...expr, name: `Elixir.${moduleName(scope, expr.name)}` };
  if (expr.kind === 'tuple')
    return { ...expr, items: expr.items.map((item) => inAnyEnvironment(scope, item)) };
  return expr;
}

/**
 * A value as the caller sees it.
 *
 * @param first what the caller gave first
 */
function returned(scope: Scope, value: Value, call: Call, first: Value | null): Value {
  const { receiver, name } = call;
  const { depth } = scope.frame;
  if (value.kind === 'query') {
    const before = value.building;
    const module = receiver?.kind === 'alias' ? moduleName(scope, receiver.name) : null;
    const through = module === null ? before.through : { module, name };
    const own: Building = { ...before, depth: Math.min(before.depth, depth), through };
    const building = depth === 0 ? placedAt(own, spanOfCall(call)) : own;
    scope.reader.origins.set(building, before);
    return { kind: 'query', building };
  }
  if (value.kind === 'written' && value.expr.kind === 'alias') {
    return { kind: 'written', expr: value.expr };
  }
  const items = itemsOf(value);
  if (items !== null) {
    const own = items.map((item) => handedOn(scope, returned(scope, item, call, first), call, first));
    return { kind: 'tuple', items: own };
  }
  if (value.kind === 'record') {
    const entries = [...value.entries].map(
      ([key, item]) => [key, handedOn(scope, item, call, first)] as const,
    );
    return { kind: 'record', entries: new Map(entries) };
  }
  return value;
}

/** The items of a tuple; `null` for any other value. */
function itemsOf(value: Value): readonly Value[] | null {
  if (value.kind === 'tuple') return value.items;
  return value.kind === 'written' && value.expr.kind === 'tuple' ? (value.parts ?? []) : null;
}

/** A query that a struct or tuple holds stands where it stood; a schema that was given is one. */
function handedOn(scope: Scope, value: Value, { receiver, name }: Call, first: Value | null): Value {
  if (receiver?.kind !== 'alias') return value;
  const isFirst = first !== null && isSameModule(scope, value, first);
  const before = value.kind === 'query' ? value.building : isFirst ? buildingOfValue(scope, first) : null;
  if (before === null) return value;
  const building: Building = { ...before, through: { module: moduleName(scope, receiver.name), name } };
  scope.reader.origins.set(building, before);
  return { kind: 'query', building };
}

function isSameModule(scope: Scope, a: Value, b: Value): boolean {
  if (a.kind !== 'written' || b.kind !== 'written') return false;
  if (a.expr.kind !== 'alias' || b.expr.kind !== 'alias') return false;
  return moduleName(scope, a.expr.name) === moduleName(scope, b.expr.name);
}
