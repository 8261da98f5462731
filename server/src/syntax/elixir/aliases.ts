// What short module names mean: `alias`, `require … as:` and nested modules, in the order in which they are written.

import { type Call, type Expr, keyword } from './nodes.js';

export interface Environment {
  /** The module that the code stands in, by its full name; `null` outside. */
  readonly module: string | null;
  /** Full names by their short ones. */
  readonly aliases: ReadonlyMap<string, string>;
}

export const noAliases: Environment = { module: null, aliases: new Map() };

/** A module named by `use`, `import`, `alias` or `require`; `alias A.{B, C}` gives two. */
export interface ModuleReference {
  readonly kind: 'use' | 'import' | 'alias' | 'require';
  /** The full name. */
  readonly module: string;
  /** The short name that it brings; `null` for `use`, `import` and a plain `require`. */
  readonly as: string | null;
  /** With its options: {@link keyword} finds them. */
  readonly call: Call;
}

/** The full name of a module as written in code of that environment. Other names stay as they are. */
export function resolveAlias(name: string, { module, aliases }: Environment): string {
  const dot = name.indexOf('.');
  const first = dot < 0 ? name : name.slice(0, dot);
  const rest = dot < 0 ? '' : name.slice(dot);
  if (first === 'Elixir' && rest !== '') return rest.slice(1);
  if (first === '__MODULE__') return module === null ? name : module + rest;
  const full = aliases.get(first);
  return full === undefined ? name : full + rest;
}

/** The environment after these expressions, for code that follows them. What is inside their blocks does not count. */
export function environmentAfter(items: readonly Expr[], before: Environment): Environment {
  let environment = before;
  for (const item of items) {
    if (item.kind !== 'call' || item.receiver !== null) continue;
    for (const reference of moduleReferences(item, environment)) {
      if (reference.as !== null) environment = withAlias(environment, reference.as, reference.module);
    }
  }
  return environment;
}

export function withAlias(environment: Environment, name: string, module: string): Environment {
  return { ...environment, aliases: new Map(environment.aliases).set(name, module) };
}

/** What a call of `use`, `import`, `alias` or `require` names; empty for other calls. */
export function moduleReferences(call: Call, environment: Environment): readonly ModuleReference[] {
  const kind = referenceKind(call);
  const [named] = call.args;
  if (kind === null || named === undefined) return [];
  if (named.kind === 'alias') {
    const module = resolveAlias(named.name, environment);
    return [{ kind, module, as: shortName(kind, module, call), call }];
  }
  if (named.kind !== 'call' || named.name !== '{}' || named.receiver?.kind !== 'alias') return [];
  const prefix = resolveAlias(named.receiver.name, environment);
  return named.args.flatMap((part): ModuleReference[] => {
    if (part.kind !== 'alias') return [];
    const module = `${prefix}.${part.name}`;
    return [{ kind, module, as: kind === 'alias' ? lastPart(module) : null, call }];
  });
}

function referenceKind(call: Call): ModuleReference['kind'] | null {
  if (call.receiver !== null) return null;
  const { name } = call;
  return name === 'use' || name === 'import' || name === 'alias' || name === 'require' ? name : null;
}

function shortName(kind: ModuleReference['kind'], module: string, call: Call): string | null {
  if (kind !== 'alias' && kind !== 'require') return null;
  const as = keyword(call, 'as');
  if (as?.kind === 'alias') return as.name;
  return kind === 'alias' ? lastPart(module) : null;
}

function lastPart(module: string): string {
  return module.slice(module.lastIndexOf('.') + 1);
}
