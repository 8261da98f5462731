// What a call is: a special form, a function of the file, a command of Ecto.Migration, the Repo, something of the standard library,
// or something that is not in this file and of which only the reach can be told.

import { resolveAlias } from '../../syntax/elixir/aliases.js';
import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import { type Body, type Call, type Expr, keyword } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import { entryOf } from './collections.js';
import { commandValue, isCommand } from './commands.js';
import { type Choice, choose, clauseFits, specialForm } from './control.js';
import { functionElsewhere, importedFunction, type OwnFunction } from './elsewhere.js';
import { evaluate, evaluateBody, evaluateItems, located } from './evaluate.js';
import { foreignCall, unknownCommand } from './foreign.js';
import { isKnownLibrary, libraryMigration } from './libraries.js';
import { placed } from './placed.js';
import { isQueryMacro, queryValue } from './queries.js';
import { isRepo, repositoryCall, sqlAdapterCall } from './repository.js';
import { asArgument, asBody, inner, type Run, type Scope } from './run.js';
import { textFrom } from './sql-text.js';
import { libraryValue } from './standard-library.js';
import { atom, type CallPlace, type Located, plainText, spanOfAll, unknown, type Value } from './values.js';

/** @param piped arguments that come before those that are written */
export function callValue(run: Run, scope: Scope, call: Call, piped: readonly Located[]): Value {
  const { receiver, name } = call;
  if (receiver === null) return localCall(run, scope, call, piped);
  if (name === '') {
    const target = evaluate(run, scope, receiver);
    const args = argumentsOf(run, scope, call, piped);
    return target.kind === 'function' ? target.apply(args, call.span) : unknown('it is computed');
  }
  if (receiver.kind === 'alias') {
    return remoteCall(run, scope, call, resolveAlias(receiver.name, scope.aliases), piped);
  }
  const target = evaluate(run, scope, receiver);
  if (target.kind === 'module') return remoteCall(run, scope, call, target.name, piped);
  if (target.kind === 'repo') {
    return repositoryCall(run, placeOf(call), name, argumentsOf(run, scope, call, piped));
  }
  const args = argumentsOf(run, scope, call, piped);
  if (args.length === 0 && !call.parenthesized) {
    return entryOf(run, target, { value: atom(name), span: call.nameSpan });
  }
  if (target.kind === 'atom') return erlangValue(run, `:${target.name}`, name, args, call.span);
  return foreignCall(run, scope, placeOf(call), null, name, args);
}

function localCall(run: Run, scope: Scope, call: Call, piped: readonly Located[]): Value {
  const { name } = call;
  const form = specialForm(name);
  if (form !== null) return form(run, scope, call, piped);
  if (name === '<<>>') return bitsOf(call);
  if (/^__(?:ENV|DIR|MODULE)__$/.test(name)) return placeValue(run, scope, call);
  if (name === 'apply' && countOf(call, piped.length) > 1) return applied(run, scope, call, piped);
  const own = namedFunction(run, scope, call, piped.length);
  if (own !== null) return callDefinition(run, scope, own, call, piped);
  if (isCommand(name)) return migrationCommand(run, scope, call, piped);
  if (isQueryMacro(scope, call, piped)) return queryValue(run, scope, call, piped);
  const args = argumentsOf(run, scope, call, piped);
  const value = libraryValue(run, 'Kernel', name, args, call.span);
  return value ?? unknownCommand(run, scope, placeOf(call), name, args);
}

function remoteCall(run: Run, scope: Scope, call: Call, module: string, piped: readonly Located[]): Value {
  const { name } = call;
  if (module === 'Ecto.Migration') return migrationCommand(run, scope, call, piped);
  if (module === 'Ecto.Query') return queryValue(run, scope, call, piped);
  const own = moduleFunction(run, scope, module, call, piped.length);
  if (own !== null) return callDefinition(run, scope, own, call, piped);
  const args = argumentsOf(run, scope, call, piped);
  const place = placeOf(call);
  if (module === 'Ecto.Adapters.SQL') return sqlAdapterCall(run, place, name, args);
  if (isRepo(module)) return repositoryCall(run, place, name, args);
  return (
    libraryValue(run, module, name, args, call.span) ??
    libraryMigration(run, place, module, name, args) ??
    foreignCall(run, scope, place, module, name, args)
  );
}

/** The function of a module that is in the file or elsewhere in the workspace. */
function moduleFunction(
  run: Run,
  scope: Scope,
  module: string,
  call: Call,
  piped: number,
): OwnFunction | null {
  const count = countOf(call, piped);
  const own = run.modules.find((candidate) => candidate.name === module);
  const definition = own === undefined ? null : functionFor(own.functions, call.name, count);
  if (own !== undefined && definition !== null) return { module: own, definition, away: scope.away };
  if (isKnownLibrary(module)) return null;
  return functionElsewhere(run, scope, module, call.name, count, call.span);
}

function erlangValue(run: Run, module: string, name: string, args: readonly Located[], at: Span): Value {
  return (
    libraryValue(run, module, name, args, at) ??
    unknown(`what ${module}.${name} gives is known at run time alone`)
  );
}

/** `__DIR__`, and `__ENV__` for `__ENV__.file`. */
function placeValue(run: Run, { module, away }: Scope, { name, span }: Call): Value {
  const { path } = run.around;
  if (path === null || away !== null) return unknown(`${name} is known at run time alone`);
  const text = (value: string): Located => ({ value: { kind: 'text', text: textFrom(span, value) }, span });
  if (name === '__DIR__') return text(path.slice(0, path.lastIndexOf('/'))).value;
  const entry = (key: string, value: Located) => ({ key: { value: atom(key), span }, value });
  const own: Located = { value: { kind: 'module', name: module.name }, span };
  return { kind: 'map', entries: [entry('file', text(path)), entry('module', own)] };
}

/** `apply(fun, args)` and `apply(Module, :name, args)`. */
function applied(run: Run, scope: Scope, call: Call, piped: readonly Located[]): Value {
  const [first, ...rest] = argumentsOf(run, scope, call, piped);
  const args = rest.at(-1)?.value;
  if (first === undefined || args?.kind !== 'list') return unknown('it is computed what it is applied to');
  if (first.value.kind === 'function') return first.value.apply(args.items, call.span);
  const name = rest.length === 2 && rest[0] !== undefined ? plainText(rest[0].value) : null;
  if (first.value.kind !== 'module' || name === null) return unknown('it is computed what is applied');
  const receiver: Expr = { kind: 'alias', name: `Elixir.${first.value.name}`, span: call.span };
  const direct: Call = { ...call, receiver, name, args: [], keywords: [], body: null };
  return remoteCall(run, scope, direct, first.value.name, args.items);
}

/** A command of Ecto.Migration; its `do` block is read when the command asks for it. */
function migrationCommand(run: Run, scope: Scope, call: Call, piped: readonly Located[]): Value {
  const args = argumentsOf(run, scope, call, piped);
  const { body } = call;
  const block = body === null ? null : () => evaluateBody(run, inner(scope), body);
  return commandValue(run, placeOf(call), call.name, args, block);
}

function placeOf(call: Call): CallPlace {
  const { receiver, nameSpan, span } = call;
  const word = receiver?.kind === 'alias' ? { start: receiver.span.start, end: nameSpan.end } : nameSpan;
  return { span, word };
}

/** All arguments, with the trailing pairs as one list, as Elixir passes them. */
function argumentsOf(run: Run, scope: Scope, call: Call, piped: readonly Located[]): readonly Located[] {
  const read = (parts: readonly Expr[]) => parts.map((part) => located(run, scope, part));
  const args = [...piped, ...asArgument(run, () => read(call.args))];
  if (call.keywords.length === 0) return args;
  const items = asArgument(run, () => read(call.keywords));
  const span = spanOfAll(
    items.map((item) => item.span),
    call.span,
  );
  return [...args, { value: { kind: 'list', items }, span }];
}

function countOf({ args, keywords, body }: Call, piped: number): number {
  return piped + args.length + (keywords.length > 0 || body !== null ? 1 : 0);
}

/** The function that a local call calls: of the module, or imported into it. */
export function namedFunction(run: Run, scope: Scope, call: Call, piped = 0): OwnFunction | null {
  const { module } = scope;
  const count = countOf(call, piped);
  const definition = functionFor(module.functions, call.name, count);
  if (definition === null) {
    return isCommand(call.name) ? null : importedFunction(run, scope, call.name, count, call.span);
  }
  if (!/^def(?:macro|delegate)?p?$/.test(definition.kind)) return null;
  return { module, definition, away: scope.away ?? run.broughtBy.get(definition) ?? null };
}

/** Calls a function, or a macro with what it is given as values; a block that is given to it is read where the macro has it. */
function callDefinition(
  run: Run,
  scope: Scope,
  own: OwnFunction,
  call: Call,
  piped: readonly Located[],
): Value {
  const args = argumentsOf(run, scope, call, piped);
  const { body } = call;
  if (body === null) return callFunction(run, own, args, call.span);
  const block: Value = { kind: 'code', read: () => evaluateBody(run, inner(scope), body) };
  const key: Located = { value: atom('do'), span: body.span };
  const pair: Located = {
    value: { kind: 'tuple', items: [key, { value: block, span: body.span }] },
    span: body.span,
  };
  const last = call.keywords.length > 0 ? args.at(-1) : undefined;
  const others = last?.value.kind === 'list' ? last.value.items : [];
  const options: Located = { value: { kind: 'list', items: [...others, pair] }, span: call.span };
  return callFunction(run, own, [...(last === undefined ? args : args.slice(0, -1)), options], call.span);
}

/** Runs a function with these arguments. */
export function callFunction(
  run: Run,
  { module, definition, away }: OwnFunction,
  args: readonly Located[],
  at: Span,
): Value {
  const { clauses } = away === null ? definition : placed(definition, away);
  const start: Scope = { module, aliases: module.environment, variables: new Map(), away };
  run.depth++;
  const result = asBody(run, () =>
    definition.kind === 'defdelegate'
      ? delegated(run, start, definition, args, at)
      : clauseValue(run, start, clauses, args, at),
  );
  run.depth--;
  return result;
}

/** `defdelegate up, to: Library.Migration`. */
function delegated(
  run: Run,
  scope: Scope,
  { clauses: [clause], name }: FunctionDefinition,
  args: readonly Located[],
  at: Span,
): Value {
  const to = clause === undefined ? null : keyword(clause.call, 'to');
  const as = clause === undefined ? null : keyword(clause.call, 'as');
  if (clause === undefined || to?.kind !== 'alias')
    return unknown(`where ${name} is delegated to is computed`);
  const target = as?.kind === 'atom' ? as.value : name;
  const direct: Call = {
    ...clause.call,
    span: at,
    receiver: to,
    name: target,
    args: [],
    keywords: [],
    body: null,
  };
  return remoteCall(run, scope, direct, resolveAlias(to.name, scope.aliases), args);
}

function clauseValue(
  run: Run,
  start: Scope,
  clauses: FunctionDefinition['clauses'],
  args: readonly Located[],
  at: Span,
): Value {
  const choices = clauses.flatMap(({ params, guard, body }): Choice[] => {
    if (body === null) return [];
    const scope = inner(start);
    return [
      {
        fits: () => clauseFits(run, scope, params, guard, withDefaults(run, scope, params, args), at),
        read: () => functionBody(run, scope, body),
      },
    ];
  });
  return choose(run, choices);
}

/** `rescue` and its like run when something fails, `after` always. */
function functionBody(run: Run, scope: Scope, body: Body): Value {
  const value = evaluateItems(run, scope, body.items);
  for (const { keyword, body: section } of body.sections) {
    if (keyword === 'after') evaluateBody(run, scope, section);
  }
  return value;
}

/** Arguments beyond the required ones go to the parameters with a default, first to last; the others take their default. */
function withDefaults(
  run: Run,
  scope: Scope,
  params: readonly Expr[],
  args: readonly Located[],
): readonly Located[] {
  let spare = args.length - params.filter((param) => defaultOf(param) === null).length;
  let next = 0;
  return params.map((param) => {
    const fallback = defaultOf(param);
    if (fallback !== null && spare <= 0) return located(run, scope, fallback);
    if (fallback !== null) spare--;
    return args[next++] ?? { value: unknown('it is not given'), span: param.span };
  });
}

function defaultOf(param: Expr): Expr | null {
  return param.kind === 'binary' && param.operator === '\\\\' ? param.right : null;
}

/** `<<5::3>>`, as `101`. */
function bitsOf({ args }: Call): Value {
  let bits = '';
  for (const segment of args) {
    if (segment.kind !== 'binary' || segment.operator !== '::') return unknown('bits are computed');
    const { left, right } = segment;
    if (left.kind !== 'number' || right.kind !== 'number') return unknown('bits are computed');
    bits += Number(left.value).toString(2).padStart(Number(right.value), '0');
  }
  return { kind: 'bits', bits };
}
