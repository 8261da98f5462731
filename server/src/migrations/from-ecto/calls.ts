// What a call is: a special form, a function of the file, a command of Ecto.Migration, the Repo, something of the standard library,
// or something that is not in this file and of which only the reach can be told.

import { resolveAlias } from '../../syntax/elixir/aliases.js';
import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import type { ElixirModule } from '../../syntax/elixir/modules.js';
import type { Body, Call, Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import { entryOf } from './collections.js';
import { commandValue, isCommand } from './commands.js';
import { type Choice, choose, clauseFits, specialForm } from './control.js';
import { evaluate, evaluateBody, evaluateItems, located } from './evaluate.js';
import { foreignCall, unknownCommand } from './foreign.js';
import { isQueryMacro, queryValue } from './queries.js';
import { isRepo, repositoryCall, sqlAdapterCall } from './repository.js';
import { asArgument, asBody, inner, type Run, type Scope } from './run.js';
import { libraryValue } from './standard-library.js';
import { atom, type CallPlace, type Located, spanOfAll, unknown, type Value } from './values.js';

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
  const own = namedFunction(scope, call, piped.length);
  if (own !== null) return callFunction(run, own, argumentsOf(run, scope, call, piped), call.span);
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
  const args = argumentsOf(run, scope, call, piped);
  const place = placeOf(call);
  const own = run.modules.find((candidate) => candidate.name === module);
  const definition = own === undefined ? null : functionFor(own.functions, name, args.length);
  if (own !== undefined && definition !== null) {
    return callFunction(run, { module: own, definition }, args, call.span);
  }
  if (module === 'Ecto.Adapters.SQL') return sqlAdapterCall(run, place, name, args);
  if (isRepo(module)) return repositoryCall(run, place, name, args);
  return (
    libraryValue(run, module, name, args, call.span) ?? foreignCall(run, scope, place, module, name, args)
  );
}

function erlangValue(run: Run, module: string, name: string, args: readonly Located[], at: Span): Value {
  return (
    libraryValue(run, module, name, args, at) ??
    unknown(`what ${module}.${name} gives is known at run time alone`)
  );
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

interface OwnFunction {
  readonly module: ElixirModule;
  readonly definition: FunctionDefinition;
}

/** The function of the module that a local call calls. */
export function namedFunction({ module }: Scope, call: Call, piped = 0): OwnFunction | null {
  const count = piped + call.args.length + (call.keywords.length > 0 ? 1 : 0);
  const definition = functionFor(module.functions, call.name, count);
  return definition === null || !/^defp?$/.test(definition.kind) ? null : { module, definition };
}

/** Runs a function of the file with these arguments. */
export function callFunction(
  run: Run,
  { module, definition }: OwnFunction,
  args: readonly Located[],
  at: Span,
): Value {
  run.depth++;
  const result = asBody(run, () => clauseValue(run, module, definition, args, at));
  run.depth--;
  return result;
}

function clauseValue(
  run: Run,
  module: ElixirModule,
  { clauses }: FunctionDefinition,
  args: readonly Located[],
  at: Span,
): Value {
  const choices = clauses.flatMap(({ params, guard, body }): Choice[] => {
    if (body === null) return [];
    const scope: Scope = { module, aliases: module.environment, variables: new Map() };
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
