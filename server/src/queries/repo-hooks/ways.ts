// The ways that the code of a hook can take: each with what has to hold for it and what becomes of the query.
// The hook's own functions are followed; what is asked of anything else than the call is not known.

import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import type { Binary, Body, Call, Clause, Expr, MapLiteral } from '../../syntax/elixir/nodes.js';
import { everythingIn, partsOf } from '../../syntax/elixir/walk.js';
import { type Building, unknownBuilding, withOpaque } from '../from-ecto/building.js';
import { isLibrary } from '../from-ecto/code.js';
import { applyMacro, isQueryMacro } from '../from-ecto/macros.js';
import { bind } from '../from-ecto/patterns.js';
import {
  innerScope,
  keyOfPair,
  moduleName,
  type Scope,
  unknownValue,
  type Value,
  Variables,
} from '../from-ecto/scope.js';
import type { Condition } from '../query.js';
import { allOf, anyOf, certainly, type Guard, negated, never, perhaps } from './guards.js';

export interface HookWay {
  readonly when: Guard;
  /** It raises, or compares these columns of the query's first relation with a value. */
  readonly raises: boolean;
  readonly columns: readonly string[];
  /** It sets the schema in which the query's tables are, to one that is known at run time alone. */
  readonly setsPrefix: boolean;
  /** Functions of other modules of the project through which the query goes: what they compare is not among the columns. */
  readonly passes: readonly Passing[];
}

/** One way for one query, as far as it is certain what becomes of it. */
export interface ExactWay {
  readonly when: Guard;
  readonly raises: boolean;
  /** The query, with what is added to it as its only steps; `null` where that is not seen. */
  readonly building: Building | null;
}

export interface Passing {
  readonly module: string;
  readonly name: string;
  /** With how many arguments it is called; the query is the first. */
  readonly count: number;
}

/**
 * @param definition `prepare_query/3`
 * @param functions all that stand beside it
 * @param scope one in which nothing is known yet
 */
export function waysOf(
  definition: FunctionDefinition,
  functions: readonly FunctionDefinition[],
  scope: Scope,
): readonly HookWay[] {
  const building = unknownBuilding('it is given by the caller', definition.nameSpan);
  return outcomesOf(definition, functions, scope, building, false).map(({ value, parts, state }) => {
    const result = parts?.[0]?.value ?? value;
    return {
      when: allOf(state.when),
      raises: state.raises,
      columns: result.kind === 'query' ? [...new Set(comparedIn(result.building.where))] : [],
      setsPrefix: state.setsPrefix,
      passes: state.passes,
    };
  });
}

/**
 * The ways of one query; what is known only by and large is not known here. `null` when there are too many of them.
 *
 * @param scope one in which nothing is known yet, of a reader that keeps steps
 */
export function exactWaysOf(
  definition: FunctionDefinition,
  functions: readonly FunctionDefinition[],
  scope: Scope,
  query: Building,
): readonly ExactWay[] | null {
  const outcomes = outcomesOf(definition, functions, scope, { ...query, steps: null }, true);
  if (outcomes.length >= MOST_WAYS) return null;
  return outcomes.map(({ parts, state }) => {
    const [result, options] = parts ?? [];
    const isSeen = parts?.length === 2 && options?.role?.kind === 'options' && !state.setsPrefix;
    const building = isSeen && result?.value.kind === 'query' ? result.value.building : null;
    return { when: allOf(state.when), raises: state.raises, building };
  });
}

function outcomesOf(
  definition: FunctionDefinition,
  functions: readonly FunctionDefinition[],
  scope: Scope,
  building: Building,
  exact: boolean,
): readonly Outcome[] {
  const args: readonly Held[] = [
    { value: unknownValue, role: { kind: 'operation' }, parts: null },
    { value: { kind: 'query', building }, role: null, parts: null },
    { value: unknownValue, role: { kind: 'options' }, parts: null },
  ];
  return calledWith(definition, args, {
    scope,
    roles: new Map(),
    when: [],
    setsPrefix: false,
    raises: false,
    passes: [],
    functions,
    depth: 0,
    exact,
  });
}

/** Columns that a condition compares with values from outside, in some of its cases at least. */
export function comparedIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'choice':
      return condition.of.flatMap(comparedIn);
    case 'equal': {
      const { left, right } = condition;
      if (left.kind === 'column' && right.kind === 'outer') return [left.column];
      return right.kind === 'column' && left.kind === 'outer' ? [right.column] : [];
    }
    case 'in': {
      const { left, values } = condition;
      return left.kind === 'column' && values.every(({ kind }) => kind === 'outer') ? [left.column] : [];
    }
    default:
      return [];
  }
}

/** What a variable or an expression stands for, where that is no value of the evaluator. */
type Role =
  | { readonly kind: 'operation' }
  | { readonly kind: 'options' }
  /** The module of the schema that the query reads first; that module's fields; the conditions of the query. */
  | { readonly kind: 'schema' | 'fields' | 'wheres' }
  /** It is true, or there, when the guard holds. */
  | { readonly kind: 'truth'; readonly guard: Guard };

interface Held {
  readonly value: Value;
  readonly role: Role | null;
  /** Of a tuple. */
  readonly parts: readonly Held[] | null;
}

interface State {
  readonly scope: Scope;
  readonly roles: ReadonlyMap<string, Role>;
  readonly when: readonly Guard[];
  readonly setsPrefix: boolean;
  readonly raises: boolean;
  readonly passes: readonly Passing[];
  readonly functions: readonly FunctionDefinition[];
  /** How many functions are being followed: ends what would go on for ever. */
  readonly depth: number;
  /** Whether what holds only as a rule counts as unknown. */
  readonly exact: boolean;
}

interface Outcome extends Held {
  readonly state: State;
}

const nothing: Held = { value: unknownValue, role: null, parts: null };

const MOST_WAYS = 64;
const DEEPEST = 6;

/** A state of its own from which code goes on under one more condition. */
function given(state: State, guard: Guard): State {
  return { ...state, scope: innerScope(state.scope), when: [...state.when, guard] };
}

function possible(state: State): boolean {
  const guard = allOf(state.when);
  return guard.kind !== 'constant' || guard.value;
}

function runItems(items: readonly Expr[], start: State): readonly Outcome[] {
  let outcomes: readonly Outcome[] = [{ ...nothing, state: start }];
  for (const item of items) {
    outcomes = outcomes
      .flatMap((before) => (before.state.raises ? [before] : run(item, before.state)))
      .slice(0, MOST_WAYS);
  }
  return outcomes;
}

function runBody(body: Body | undefined, state: State): readonly Outcome[] {
  return body === undefined ? [{ ...nothing, role: truth(never), state }] : runItems(body.items, state);
}

function run(expr: Expr, state: State): readonly Outcome[] {
  switch (expr.kind) {
    case 'variable': {
      const value = state.scope.variables.get(expr.name) ?? unknownValue;
      return [{ value, role: state.roles.get(expr.name) ?? null, parts: null, state }];
    }
    case 'binary':
      if (expr.operator === '=') return run(expr.right, state).map((outcome) => assigned(expr.left, outcome));
      if (expr.operator === '|>') return run(expr.left, state).flatMap((before) => piped(expr.right, before));
      break;
    case 'tuple':
      return runTuple(expr.items, state);
    case 'group':
      return runItems(expr.items, state);
    case 'call': {
      const found = runCall(expr, null, state);
      if (found !== null) return found;
    }
  }
  return [leaf(expr, state)];
}

/** An expression without a branch that matters. */
function leaf(expr: Expr, state: State): Outcome {
  const value = state.scope.reader.evaluate(expr, state.scope);
  const setsPrefix = state.setsPrefix || putsPrefix(expr);
  const [first] = expr.kind === 'call' ? expr.args : [];
  const given = first?.kind === 'variable' ? state.scope.variables.get(first.name) : undefined;
  const passes = expr.kind === 'call' ? passing(expr, given ?? unknownValue, expr.args.length, state) : [];
  const after = { ...state, setsPrefix, passes: [...state.passes, ...passes] };
  return { value, ...roleOf(expr, state), state: after };
}

/** A function of another module of the project that is given the query. */
function passing(
  { receiver, name }: Call,
  given: Value,
  count: number,
  { scope }: State,
): readonly Passing[] {
  if (given.kind !== 'query' || receiver?.kind !== 'alias') return [];
  const module = moduleName(scope, receiver.name);
  return isLibrary(module) ? [] : [{ module, name, count }];
}

function roleOf(expr: Expr, state: State): Pick<Held, 'role' | 'parts'> {
  if (isFieldsOfSchema(expr, state)) return { role: { kind: 'fields' }, parts: null };
  if (isOptions(expr, state)) return { role: { kind: 'options' }, parts: null };
  if (expr.kind === 'call' && expr.name === 'pop') {
    const guard = ofKeyword(expr, null, state);
    const rest: Held = { ...nothing, role: { kind: 'options' } };
    if (guard !== null) return { role: null, parts: [{ ...nothing, role: truth(guard) }, rest] };
  }
  const guard = guardOf(expr, state);
  return { role: guard.kind === 'unknown' ? null : truth(guard), parts: null };
}

/** `schema.__schema__(:fields)` */
function isFieldsOfSchema(expr: Expr, state: State): boolean {
  if (expr.kind !== 'call' || expr.name !== '__schema__' || expr.receiver === null) return false;
  const [what] = expr.args;
  return hasRole(expr.receiver, 'schema', state) && what?.kind === 'atom' && what.value === 'fields';
}

function hasRole(expr: Expr | undefined, kind: Role['kind'], { roles }: State): boolean {
  return expr?.kind === 'variable' && roles.get(expr.name)?.kind === kind;
}

function truth(guard: Guard): Role {
  return { kind: 'truth', guard };
}

function runTuple(items: readonly Expr[], state: State): readonly Outcome[] {
  let partial: readonly { readonly parts: readonly Held[]; readonly state: State }[] = [{ parts: [], state }];
  for (const item of items) {
    partial = partial
      .flatMap(({ parts, state: before }) =>
        run(item, before).map(({ state: after, ...held }) => ({ parts: [...parts, held], state: after })),
      )
      .slice(0, MOST_WAYS);
  }
  return partial.map(({ parts, state: after }) => ({ ...nothing, parts, state: after }));
}

function assigned(pattern: Expr, outcome: Outcome): Outcome {
  const { state } = bound(pattern, outcome, outcome.state);
  return { ...outcome, state };
}

function piped(expr: Expr, before: Outcome): readonly Outcome[] {
  if (before.state.raises) return [before];
  const { state } = before;
  if (expr.kind !== 'call') return [leaf(expr, state)];
  const found = runCall(expr, before, state);
  if (found !== null) return found;
  const macro = isOfQueryModule(expr, state) && isQueryMacro(expr.name);
  const value = macro ? applyMacro(state.scope, expr, before.value, expr.args) : null;
  const setsPrefix = state.setsPrefix || putsPrefix(expr);
  const guard = ofKeyword(expr, before, state);
  return [
    {
      // What another function does to a query is not known; that it takes conditions away is not assumed.
      value: value ?? (state.exact ? unseen(before.value) : before.value),
      role: guard !== null ? truth(guard) : before.role?.kind === 'options' ? before.role : null,
      parts: null,
      state: {
        ...state,
        setsPrefix,
        passes: [...state.passes, ...passing(expr, before.value, expr.args.length + 1, state)],
      },
    },
  ];
}

function unseen(value: Value): Value {
  if (value.kind !== 'query') return value;
  return { kind: 'query', building: withOpaque(value.building, 'it goes through a function') };
}

function isOfQueryModule({ receiver }: Call, { scope }: State): boolean {
  return (
    receiver === null || (receiver.kind === 'alias' && moduleName(scope, receiver.name) === 'Ecto.Query')
  );
}

/** Control flow, and functions that stand beside the hook; `null` for any other call. */
function runCall(call: Call, before: Held | null, state: State): readonly Outcome[] | null {
  const { body } = call;
  if (call.receiver === null) {
    switch (call.name) {
      case 'if':
      case 'unless':
        return body === null ? null : runIf(call, body, state);
      case 'cond':
        return body === null ? null : runClauses(body.clauses, null, state);
      case 'case': {
        const [subject] = call.args;
        if (body === null) return null;
        if (before !== null) return runClauses(body.clauses, before, state);
        if (subject === undefined) return null;
        return run(subject, state).flatMap((outcome) => runClauses(body.clauses, outcome, outcome.state));
      }
      case 'with':
        return body === null ? null : runWith(call, body, state);
      case 'raise':
      case 'reraise':
      case 'throw':
      case 'exit':
        return [{ ...nothing, state: { ...state, raises: true } }];
      case 'then': {
        const [fn] = call.args;
        if (before === null || fn === undefined) return null;
        const { reader } = state.scope;
        const value = reader.call(reader.evaluate(fn, state.scope), [before.value]);
        const parts =
          value.kind === 'tuple' ? value.items.map((item) => ({ ...nothing, value: item })) : null;
        return [{ value, role: null, parts, state }];
      }
    }
  }
  const definition = ownFunction(call, before, state);
  if (definition === null || state.depth >= DEEPEST) return null;
  let called: readonly { readonly args: readonly Held[]; readonly state: State }[] = [
    { args: before === null ? [] : [before], state },
  ];
  for (const arg of call.args) {
    called = called.flatMap(({ args, state: now }) =>
      run(arg, now).map(({ state: after, ...held }) => ({ args: [...args, held], state: after })),
    );
  }
  return called.flatMap(({ args, state: now }) => calledWith(definition, args, now)).slice(0, MOST_WAYS);
}

function ownFunction(
  call: Call,
  before: Held | null,
  { scope, functions }: State,
): FunctionDefinition | null {
  const { receiver } = call;
  const own =
    receiver === null ||
    (receiver.kind === 'alias' && moduleName(scope, receiver.name) === scope.environment.module);
  if (!own || call.name === '') return null;
  return functionFor(functions, call.name, call.args.length + (before === null ? 0 : 1));
}

/** Each clause that may be the one, as if no clause before it were. */
function calledWith(
  { clauses }: FunctionDefinition,
  args: readonly Held[],
  state: State,
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const earlier: Guard[] = [];
  for (const { params, guard, body } of clauses) {
    if (body === null) continue;
    const scope: Scope = { ...state.scope, variables: new Variables() };
    let inner: State = { ...state, scope, roles: new Map(), depth: state.depth + 1 };
    const asked: Guard[] = [];
    params.forEach((param, index) => {
      const taken = bound(param, args[index] ?? nothing, inner);
      inner = taken.state;
      asked.push(taken.guard);
    });
    if (guard !== null) asked.push(guardOf(guard, inner));
    const taken = allOf(asked);
    inner = { ...inner, when: [...inner.when, ...earlier.map(negated), taken] };
    if (possible(inner)) {
      for (const { state: after, ...held } of runItems(body.items, inner)) {
        const { when, setsPrefix, raises, passes } = after;
        outcomes.push({ ...held, state: { ...state, when, setsPrefix, raises, passes } });
      }
    }
    earlier.push(taken);
  }
  return outcomes.slice(0, MOST_WAYS);
}

function runIf(call: Call, body: Body, state: State): readonly Outcome[] {
  const [condition] = call.args;
  if (condition === undefined) return [{ ...nothing, state }];
  const guard = guardOf(condition, state);
  const asked = afterwards(condition, state);
  const met = call.name === 'if' ? guard : negated(guard);
  const otherwise = body.sections.find(({ keyword }) => keyword === 'else')?.body;
  return [
    ...onlyIf(given(asked, met), (inner) => runBody(body, inner)),
    ...onlyIf(given(asked, negated(met)), (inner) => runBody(otherwise, inner)),
  ].map((outcome) => ({ ...outcome, state: outside(outcome.state, state) }));
}

/** What an expression that is asked binds is known behind it. */
function afterwards(condition: Expr, state: State): State {
  const assignments = [...everythingIn(condition)].filter(
    (inner): inner is Binary => inner.kind === 'binary' && inner.operator === '=',
  );
  return assignments.reduce((now, { left, right }) => {
    const held = run(right, now)[0] ?? nothing;
    return bound(left, held, now).state;
  }, state);
}

function onlyIf(state: State, go: (state: State) => readonly Outcome[]): readonly Outcome[] {
  return possible(state) ? go(state) : [];
}

/** What a block binds is not seen outside of it. */
function outside({ when, setsPrefix, raises, passes }: State, around: State): State {
  return { ...around, scope: innerScope(around.scope), when, setsPrefix, raises, passes };
}

/** @param subject what `case` looks at; `null` for `cond`, whose clauses are conditions */
function runClauses(clauses: readonly Clause[], subject: Held | null, state: State): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const earlier: Guard[] = [];
  for (const { patterns, guard, items } of clauses) {
    const [pattern] = patterns;
    if (pattern === undefined) continue;
    const taken =
      subject === null
        ? { guard: guardOf(pattern, state), state: afterwards(pattern, state) }
        : bound(pattern, subject, state);
    const asked = guard === null ? taken.guard : allOf([taken.guard, guardOf(guard, taken.state)]);
    const inner = given(taken.state, allOf([...earlier.map(negated), asked]));
    outcomes.push(...onlyIf(inner, (from) => runItems(items, from)));
    earlier.push(asked);
  }
  return outcomes.map((outcome) => ({ ...outcome, state: outside(outcome.state, state) }));
}

function runWith(call: Call, body: Body, state: State): readonly Outcome[] {
  const asked: Guard[] = [];
  let inner = state;
  for (const arg of call.args) {
    if (arg.kind !== 'binary' || arg.operator !== '<-') {
      inner = afterwards(arg, inner);
      continue;
    }
    const { left, right } = arg;
    const when = left.kind === 'binary' && left.operator === 'when' ? left : null;
    const taken = bound(when?.left ?? left, run(right, inner)[0] ?? nothing, inner);
    inner = taken.state;
    asked.push(taken.guard);
    if (when !== null) asked.push(guardOf(when.right, inner));
  }
  const all = allOf(asked);
  const otherwise = body.sections.find(({ keyword }) => keyword === 'else')?.body;
  return [
    ...onlyIf(given(inner, all), (from) => runBody(body, from)),
    ...onlyIf(given(state, negated(all)), (from) => runClauses(otherwise?.clauses ?? [], nothing, from)),
  ].map((outcome) => ({ ...outcome, state: outside(outcome.state, state) }));
}

/** Gives the variables of a pattern what they stand for, and says when it matches. */
function bound(pattern: Expr, held: Held, state: State): { readonly guard: Guard; readonly state: State } {
  const { role, parts } = held;
  const same = { guard: certainly, state };
  switch (pattern.kind) {
    case 'variable': {
      state.scope.variables.set(pattern.name, held.value);
      const roles = new Map(state.roles);
      roles.delete(pattern.name);
      if (role !== null) roles.set(pattern.name, role);
      return { guard: certainly, state: { ...state, roles } };
    }
    case 'binary': {
      if (pattern.operator === '\\\\') return bound(pattern.left, held, state);
      if (pattern.operator !== '=') break;
      const left = bound(pattern.left, held, state);
      const right = bound(pattern.right, held, left.state);
      return { guard: allOf([left.guard, right.guard]), state: right.state };
    }
    case 'atom':
      return { guard: matchesAtom(pattern.value, held, state), state };
    case 'tuple': {
      if (parts === null) break;
      if (parts.length !== pattern.items.length) return { guard: never, state };
      return pattern.items.reduce((before, item, index) => {
        const after = bound(item, parts[index] ?? nothing, before.state);
        return { guard: allOf([before.guard, after.guard]), state: after.state };
      }, same);
    }
    case 'list':
      if (role?.kind !== 'options' || state.exact) break;
      bind(pattern, unknownValue, state.scope);
      return { guard: allOf(pattern.items.flatMap(optionAsked)), state };
    case 'map':
      if (held.value.kind !== 'query') break;
      bind(pattern, unknownValue, state.scope);
      return {
        guard: matchesQuery(pattern, state),
        state: { ...state, roles: new Map([...state.roles, ...rolesIn(pattern)]) },
      };
  }
  bind(pattern, unknownValue, state.scope);
  // `{:ok, tenant}` of `Keyword.fetch`.
  const [first] = pattern.kind === 'tuple' ? pattern.items : [];
  if (!state.exact && role?.kind === 'truth' && first?.kind === 'atom' && first.value === 'ok') {
    return { guard: role.guard, state };
  }
  return { guard: perhaps, state };
}

function matchesAtom(atom: string, { role, value }: Held, { exact }: State): Guard {
  if (role?.kind === 'operation') return { kind: 'operation', name: atom };
  if (exact && role?.kind === 'truth' && !/^(?:true|nil)$/.test(atom)) return perhaps;
  if (role?.kind === 'truth') return /^(?:false|nil|error)$/.test(atom) ? negated(role.guard) : role.guard;
  if (value.kind !== 'written' || value.expr.kind !== 'atom') return perhaps;
  return value.expr.value === atom ? certainly : never;
}

/** `[skip_tenant: true]` and `[{:skip_tenant, true} | _]` as patterns. */
function optionAsked(item: Expr): readonly Guard[] {
  if (item.kind === 'binary' && item.operator === '|') return optionAsked(item.left);
  const [key, value] =
    item.kind === 'pair' ? [item.key, item.value] : item.kind === 'tuple' ? item.items : [];
  if (key?.kind !== 'atom') return [perhaps];
  const off = value?.kind === 'atom' && /^(?:false|nil)$/.test(value.value);
  const option: Guard = { kind: 'option', name: key.value, byDefault: false };
  return [off ? negated(option) : option];
}

/** `%{from: %{source: …, prefix: …}}` and `%{prefix: …}`, as the structs of Ecto.Query have them. */
function matchesQuery({ entries }: MapLiteral, state: State): Guard {
  return allOf(
    entries.map((entry): Guard => {
      if (entry.kind !== 'pair') return perhaps;
      const { value } = entry;
      if (value.kind === 'variable') return certainly;
      switch (keyOfPair(entry)) {
        case 'from':
          return value.kind === 'map' ? matchesQuery(value, state) : perhaps;
        case 'prefix':
          return value.kind === 'text' && value.value !== null
            ? { kind: 'prefix', value: value.value }
            : perhaps;
        case 'source':
          return matchesSource(value, state);
        default:
          return perhaps;
      }
    }),
  );
}

/** Variables of such a pattern that are parts of the query. */
function rolesIn({ entries }: MapLiteral): readonly (readonly [string, Role])[] {
  return entries.flatMap((entry): readonly (readonly [string, Role])[] => {
    if (entry.kind !== 'pair') return [];
    const { value } = entry;
    switch (keyOfPair(entry)) {
      case 'from':
        return value.kind === 'map' ? rolesIn(value) : [];
      case 'wheres':
        return value.kind === 'variable' ? [[value.name, { kind: 'wheres' }]] : [];
      case 'source': {
        const [, schema] = value.kind === 'tuple' && value.items.length === 2 ? value.items : [];
        return schema?.kind === 'variable' ? [[schema.name, { kind: 'schema' }]] : [];
      }
      default:
        return [];
    }
  });
}

function matchesSource(pattern: Expr, { scope, exact }: State): Guard {
  if (pattern.kind === 'map')
    return /(?:^|\.)SubQuery$/.test(pattern.struct ?? '') ? { kind: 'subquery' } : perhaps;
  if (pattern.kind !== 'tuple') return perhaps;
  const [table, schema] = pattern.items;
  if (table?.kind === 'text' && table.value !== null) {
    const module = schema?.kind === 'alias' ? moduleName(scope, schema.name) : null;
    if (exact && module === null && schema?.kind !== 'variable') return perhaps;
    return { kind: 'table', name: table.value, schema: module };
  }
  return table?.kind === 'variable' && schema?.kind === 'variable' ? negated({ kind: 'subquery' }) : perhaps;
}

/** When a condition of the code is true. */
function guardOf(expr: Expr, state: State): Guard {
  switch (expr.kind) {
    case 'atom':
      return expr.value === 'false' || expr.value === 'nil' ? never : certainly;
    case 'variable': {
      const role = state.roles.get(expr.name);
      if (role?.kind === 'truth') return role.guard;
      if (role?.kind === 'schema') return { kind: 'schema' };
      const value = state.scope.variables.get(expr.name);
      return value?.kind === 'written' && value.expr.kind === 'atom' ? guardOf(value.expr, state) : perhaps;
    }
    case 'access':
      return expr.key.kind === 'atom' && isOptions(expr.container, state) ? option(expr.key.value) : perhaps;
    case 'unary':
      return expr.operator === '!' || expr.operator === 'not'
        ? negated(guardOf(expr.operand, state))
        : perhaps;
    case 'group':
      return expr.items.length === 1 && expr.items[0] !== undefined ? guardOf(expr.items[0], state) : perhaps;
    case 'binary':
      return ofBinary(expr, state);
    case 'call':
      return ofCall(expr, state);
    default:
      return perhaps;
  }
}

function option(name: string, byDefault = false): Guard {
  return { kind: 'option', name, byDefault };
}

function ofBinary({ operator, left, right }: Binary, state: State): Guard {
  switch (operator) {
    case '||':
    case 'or':
      return anyOf([guardOf(left, state), guardOf(right, state)]);
    case '&&':
    case 'and':
      return allOf([guardOf(left, state), guardOf(right, state)]);
    case '=':
      return guardOf(right, state);
    case '==':
    case '===':
      return isEqual(left, right, state);
    case '!=':
    case '!==':
      return negated(isEqual(left, right, state));
    case 'in': {
      if (left.kind === 'atom') return isField(right, left.value, state);
      if (right.kind !== 'list') return perhaps;
      return anyOf(right.items.map((item) => isEqual(left, item, state)));
    }
    case '|>': {
      const [before] = run(left, state);
      return right.kind === 'call' && before !== undefined
        ? (ofKeyword(right, before, state) ?? perhaps)
        : perhaps;
    }
    default:
      return perhaps;
  }
}

function isEqual(left: Expr, right: Expr, state: State): Guard {
  if (right.kind === 'atom') {
    const role = left.kind === 'variable' ? state.roles.get(left.name) : undefined;
    if (role?.kind === 'operation') return { kind: 'operation', name: right.value };
    const guard = guardOf(left, state);
    // What is not given is not `false`; what is given as an atom is rarely compared with another one.
    if (state.exact && !/^(?:true|nil)$/.test(right.value)) return perhaps;
    return right.value === 'false' || right.value === 'nil' ? negated(guard) : guard;
  }
  if (right.kind !== 'text') return perhaps;
  const ofSource = left.kind === 'call' && left.name === 'prefix' && left.receiver !== null;
  if (ofSource && state.exact && !isOfQuery(left.receiver, state)) return perhaps;
  if (ofSource && right.value !== null && !isOptions(left.receiver, state))
    return { kind: 'prefix', value: right.value };
  // An option that has another value than this one is rare, and one that is not there has none.
  return guardOf(left, state);
}

/** `query`, `query.from` */
function isOfQuery(expr: Expr, state: State): boolean {
  const of = expr.kind === 'call' && expr.name === 'from' && expr.receiver !== null ? expr.receiver : expr;
  return of.kind === 'variable' && state.scope.variables.get(of.name)?.kind === 'query';
}

function ofCall(call: Call, state: State): Guard {
  const ofOption = ofKeyword(call, null, state);
  if (ofOption !== null) return ofOption;
  const [first, second] = call.args;
  if (call.receiver === null && first !== undefined) {
    if (call.name === 'is_nil') return negated(guardOf(first, state));
    if (call.name === 'match?' && second !== undefined) {
      const inner = { ...state, scope: innerScope(state.scope) };
      return bound(first, run(second, inner)[0] ?? nothing, inner).guard;
    }
  }
  if (call.receiver?.kind === 'alias' && call.receiver.name === 'Enum' && first !== undefined) {
    if (call.name === 'member?' && second?.kind === 'atom') return isField(first, second.value, state);
    if (call.name === 'any?' && hasRole(first, 'wheres', state)) return looksFor(second);
  }
  const outcomes = runCall(call, null, state);
  if (outcomes === null) return perhaps;
  return anyOf(
    outcomes.map(({ role, value, state: { when } }) => {
      const gives =
        role?.kind === 'truth'
          ? role.guard
          : value.kind === 'written' && value.expr.kind === 'atom'
            ? guardOf(value.expr, state)
            : perhaps;
      return allOf([...when.slice(state.when.length), gives]);
    }),
  );
}

/** Whether a list, which may be that of the schema's fields, has that field. */
function isField(list: Expr, name: string, state: State): Guard {
  if (hasRole(list, 'fields', state) || isFieldsOfSchema(list, state)) return { kind: 'field', name };
  const value = list.kind === 'variable' ? state.scope.variables.get(list.name) : null;
  const isNone = value?.kind === 'written' && value.expr.kind === 'list' && value.expr.items.length === 0;
  return isNone ? never : perhaps;
}

/** `fn %{expr: expr} -> expr == {:not, [], …} end`, with the syntax of a condition about one field of the first source. */
function looksFor(fn: Expr | undefined): Guard {
  const [clause, ...others] = fn?.kind === 'fn' ? fn.clauses : [];
  const [item, ...more] = clause?.items ?? [];
  if (item?.kind !== 'binary' || item.operator !== '==' || others.length + more.length > 0) return perhaps;
  for (const inner of everythingIn(item.right)) {
    const [dot, , of] = inner.kind === 'tuple' ? inner.items : [];
    const field = of?.kind === 'list' ? of.items[1] : undefined;
    if (dot?.kind === 'atom' && dot.value === '.' && field?.kind === 'atom') {
      return { kind: 'asks', name: field.value };
    }
  }
  return perhaps;
}

/** `Keyword.get(opts, :skip_tenant)` and its like; `null` for any other call. */
function ofKeyword(call: Call, before: Held | null, state: State): Guard | null {
  const { receiver, name, args } = call;
  if (receiver?.kind !== 'alias' || receiver.name !== 'Keyword') return null;
  if (!/^(?:get|get_lazy|has_key\?|fetch!?|pop|pop!)$/.test(name)) return null;
  const [options, ...rest] = before === null ? args : [null, ...args];
  const asked =
    options == null ? before?.role?.kind === 'options' : options !== undefined && isOptions(options, state);
  const [key, fallback] = rest;
  // What is there may be `false`.
  if (state.exact && /^(?:has_key\?|fetch!?)$/.test(name)) return perhaps;
  if (!asked || key?.kind !== 'atom') return null;
  if (state.exact && fallback != null && fallback.kind !== 'atom') return perhaps;
  return option(key.value, fallback?.kind === 'atom' && fallback.value === 'true');
}

/** The options of the call, also with more among them. */
function isOptions(expr: Expr | null, state: State): boolean {
  switch (expr?.kind) {
    case 'variable':
      return hasRole(expr, 'options', state);
    case 'binary':
      return (
        !state.exact &&
        (expr.operator === '++' || expr.operator === '|') &&
        (isOptions(expr.left, state) || isOptions(expr.right, state))
      );
    case 'list':
      return expr.items.some((item) => item.kind === 'binary' && isOptions(item, state));
    case 'call': {
      const { receiver, name, args } = expr;
      if (state.exact) return false;
      if (receiver?.kind !== 'alias' || receiver.name !== 'Keyword') return false;
      return /^(?:put|merge|delete|drop|update)/.test(name) && args.some((arg) => isOptions(arg, state));
    }
    default:
      return false;
  }
}

/** Whether the code sets the schema of the query's tables; one of its columns may be called so, too. */
function putsPrefix(expr: Expr): boolean {
  if (isPrefixSet(expr)) return true;
  const ofColumns = expr.kind === 'call' && isQueryMacro(expr.name);
  return !ofColumns && partsOf(expr).some(putsPrefix);
}

/** To a value that is not written here: `%{query | prefix: tenant}`. */
function isPrefixSet(expr: Expr): boolean {
  switch (expr.kind) {
    case 'pair':
      return keyOfPair(expr) === 'prefix' && isComputed(expr.value);
    case 'tuple': {
      const [key, value, ...more] = expr.items;
      return (
        key?.kind === 'atom' &&
        key.value === 'prefix' &&
        value !== undefined &&
        more.length === 0 &&
        isComputed(value)
      );
    }
    case 'call': {
      const last = expr.args.at(-1);
      if (last === undefined || !isComputed(last)) return false;
      if (expr.name === 'put_query_prefix') return true;
      const key = expr.args.at(-2);
      return /^put(?:_new(?:_lazy)?)?$/.test(expr.name) && key?.kind === 'atom' && key.value === 'prefix';
    }
    default:
      return false;
  }
}

/** Known when a query runs, and not before: no literal, no setting of the application. */
export function isComputed(expr: Expr): boolean {
  const plain = expr.kind === 'unary' && expr.operator === '^' ? expr.operand : expr;
  switch (plain.kind) {
    case 'variable':
    case 'fn':
    case 'access':
      return true;
    case 'text':
      return plain.value === null;
    case 'call':
      return !(plain.receiver?.kind === 'alias' && /^(?:Application|System)$/.test(plain.receiver.name));
    default:
      return false;
  }
}
