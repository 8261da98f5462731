// Code that other files of the workspace give to a migration: modules whose functions it calls or imports, and what a module that it
// uses puts into it.

import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import { type ElixirModule, isImported, modulesIn } from '../../syntax/elixir/modules.js';
import type { Call, Expr } from '../../syntax/elixir/nodes.js';
import type { Span } from '../../text/span.js';
import type { Run, Scope } from './run.js';
import type { Surroundings } from './surroundings.js';

/** A function, and the module that it is of. */
export interface OwnFunction {
  readonly module: ElixirModule;
  readonly definition: FunctionDefinition;
  /** See `Scope.away`. */
  readonly away: Span | null;
}

/** The function that a call of another module's calls; `null` when the workspace has none, or what it does is no part of the schema. */
export function functionElsewhere(
  run: Run,
  scope: Scope,
  module: string,
  name: string,
  count: number,
  at: Span,
): OwnFunction | null {
  const other = run.around.module(module);
  if (other === null || !(other.changesSchema || run.inArgument)) return null;
  const definition = functionFor(other.module.functions, name, count);
  if (definition === null || !/^def(?:macro)?$/.test(definition.kind)) return null;
  return { module: withUsed(run, other.module), definition, away: scope.away ?? at };
}

/** The function that a local call gets from an `import` of the module. */
export function importedFunction(
  run: Run,
  scope: Scope,
  name: string,
  count: number,
  at: Span,
): OwnFunction | null {
  for (const { kind, module, call } of scope.module.references) {
    if (kind !== 'import' || !isImported(call, name)) continue;
    const own = run.modules.find((candidate) => candidate.name === module);
    const ownDefinition = own === undefined ? null : functionFor(own.functions, name, count);
    if (own !== undefined && ownDefinition !== null) {
      return { module: own, definition: ownDefinition, away: scope.away };
    }
    const other = run.around.module(module);
    const definition = other === null ? null : functionFor(other.module.functions, name, count);
    if (other !== null && definition !== null && /^def(?:macro)?$/.test(definition.kind)) {
      return { module: withUsed(run, other.module), definition, away: scope.away ?? at };
    }
  }
  return null;
}

const MOST_WRAPPERS = 5;

/** The module with what the modules that it uses put into it. */
export function withUsed(run: Run, module: ElixirModule, depth = 0): ElixirModule {
  let whole = module;
  for (const { kind, module: used, call } of module.references) {
    if (kind !== 'use' || used === 'Ecto.Migration' || depth > MOST_WRAPPERS) continue;
    const given = quotedBy(run.around, run.modules, used, call, module.name);
    if (given === null) continue;
    const brought = withUsed(run, given, depth + 1);
    for (const part of [...brought.functions, ...brought.attributes]) run.broughtBy.set(part, call.span);
    whole = {
      ...whole,
      references: [...whole.references, ...brought.references],
      functions: [...whole.functions, ...brought.functions],
      attributes: [...brought.attributes, ...whole.attributes],
    };
  }
  return whole;
}

/** Whether a module uses something that may put callbacks into it, and what that is we cannot see. */
export function usesUnknown(run: Pick<Run, 'around' | 'modules'>, module: ElixirModule): boolean {
  return module.references.some(
    ({ kind, module: used, call }) =>
      kind === 'use' &&
      used !== 'Ecto.Migration' &&
      quotedBy(run.around, run.modules, used, call, module.name) === null,
  );
}

/** Whether a module is a migration: it uses Ecto.Migration itself, or by way of a module that does. */
export function usesMigration(
  around: Surroundings,
  modules: readonly ElixirModule[],
  module: ElixirModule,
  depth = 0,
): boolean {
  return module.references.some(({ kind, module: used, call }) => {
    if (kind !== 'use') return false;
    if (used === 'Ecto.Migration') return true;
    const given = depth > MOST_WRAPPERS ? null : quotedBy(around, modules, used, call, module.name);
    // One that we do not have is known by its name.
    if (given === null) return /(?:^|\.)\w*Migration$/.test(used);
    return usesMigration(around, modules, given, depth + 1);
  });
}

/** What \`__using__\` of a module quotes, as a module of that name; `null` when it is not known. */
function quotedBy(
  around: Surroundings,
  modules: readonly ElixirModule[],
  used: string,
  call: Call,
  name: string,
): ElixirModule | null {
  const other = modules.find((one) => one.name === used) ?? around.module(used)?.module;
  const using = other?.functions.find((one) => one.name === '__using__' && one.kind === 'defmacro');
  const items = (using?.clauses ?? []).flatMap(({ body }) => quoted(body?.items ?? []));
  if (using === undefined || other === undefined) return null;
  const head: Expr = { kind: 'alias', name, span: call.span };
  const body = { items, clauses: [], sections: [], closed: true, span: call.span };
  const definition: Call = {
    ...call,
    receiver: null,
    name: 'defmodule',
    args: [head],
    keywords: [],
    body,
  };
  const [given] = modulesIn({ items: [definition], comments: [], problems: [] });
  // Short names in it are those of the file where it stands.
  const aliases = new Map([...other.environment.aliases, ...(given?.environment.aliases ?? [])]);
  return given === undefined ? null : { ...given, environment: { module: name, aliases } };
}

function quoted(items: readonly Expr[]): readonly Expr[] {
  return items.flatMap((item) => {
    if (item.kind === 'list') return quoted(item.items);
    return item.kind === 'call' && item.name === 'quote' ? (item.body?.items ?? []) : [];
  });
}
