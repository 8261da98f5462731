// The functions that code of a project calls, wherever they stand: in its module, in what the module uses and imports, or in a
// module that the call names.

import { type Environment, type ModuleReference, resolveAlias } from '../../syntax/elixir/aliases.js';
import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import { isImported } from '../../syntax/elixir/modules.js';
import { keyword } from '../../syntax/elixir/nodes.js';
import type { Brought, FunctionCode, ModuleCode } from './code.js';

/** The modules around the code that is read. */
export interface Project {
  /** What is kept of a module's code; `null` when it is none of the project. */
  module(name: string): ModuleCode | null;
  /** The function of that module which is called with that many arguments; `null` when what is kept has none. */
  functionOf(module: ModuleCode, name: string, count: number): FunctionCode | null;
}

/** A project of these modules. */
export function projectOf(modules: readonly ModuleCode[]): Project {
  const byName = new Map(modules.map((module) => [module.name, module]));
  return {
    module: (name) => byName.get(name) ?? null,
    functionOf: (module, name, count) => functionCalled(module, name, count),
  };
}

export function functionCalled(module: ModuleCode, name: string, count: number): FunctionCode | null {
  // What it finds is one of those that it is given.
  return functionFor(module.functions, name, count) as FunctionCode | null;
}

/** A function of the project, where its code is understood. */
export interface Callee {
  readonly definition: FunctionDefinition;
  readonly module: ModuleCode;
  readonly environment: Environment;
}

const MOST_STEPS = 5;

/** What has been found out about a project so far. */
interface Found {
  readonly brought: Map<ModuleCode, readonly Brought[]>;
  readonly environments: Map<ModuleCode, Environment>;
  readonly repos: Map<string, boolean | null>;
  /** By the module that the call stands in, and what it calls. */
  readonly callees: Map<ModuleCode | null, Map<string, Callee | null>>;
}

const known = new WeakMap<Project, Found>();

function foundIn(project: Project): Found {
  let found = known.get(project);
  if (found === undefined) {
    found = { brought: new Map(), environments: new Map(), repos: new Map(), callees: new Map() };
    known.set(project, found);
  }
  return found;
}

interface Called {
  /** `null` for a local call. */
  readonly module: string | null;
  readonly name: string;
  readonly count: number;
}

/** `null` when nothing of the project is called, or what is called has nothing to do with queries. */
export function calleeOf(project: Project, inside: ModuleCode | null, called: Called): Callee | null {
  const { callees } = foundIn(project);
  let fromHere = callees.get(inside);
  if (fromHere === undefined) {
    fromHere = new Map();
    callees.set(inside, fromHere);
  }
  const key = `${called.module ?? ''}.${called.name}/${called.count}`;
  let callee = fromHere.get(key);
  if (callee === undefined) {
    callee = findCallee(project, inside, called);
    fromHere.set(key, callee);
  }
  return callee;
}

function findCallee(
  project: Project,
  inside: ModuleCode | null,
  { module, name, count }: Called,
): Callee | null {
  if (module === null) return inside === null ? null : localCallee(project, inside, name, count);
  if (inside !== null && module === inside.name) return ownCallee(project, inside, name, count, 0);
  const other = project.module(module);
  const found = other === null ? null : ownCallee(project, other, name, count, 0);
  return found === null || isPrivate(found) ? null : found;
}

function isPrivate({ definition }: Callee): boolean {
  return definition.kind === 'defp';
}

function localCallee(project: Project, inside: ModuleCode, name: string, count: number): Callee | null {
  const own = ownCallee(project, inside, name, count, 0);
  if (own !== null) return own;
  for (const { kind, module, call } of allReferences(project, inside)) {
    if (kind !== 'import' || !isImported(call, name)) continue;
    const imported = calleeOf(project, null, { module, name, count });
    if (imported !== null) return imported;
  }
  return null;
}

/** Of the module itself, or put into it by what it uses; where it delegates, the function that it delegates to. */
function ownCallee(
  project: Project,
  module: ModuleCode,
  name: string,
  count: number,
  steps: number,
): Callee | null {
  const own = project.functionOf(module, name, count);
  if (own !== null) {
    if (own.kind === 'defdelegate') return delegate(project, module, own, count, steps);
    return { definition: own, module, environment: environmentOf(project, module) };
  }
  for (const { functions, environment } of broughtInto(project, module)) {
    const definition = functionFor(functions, name, count);
    if (definition !== null) {
      return { definition, module, environment: { ...environment, module: module.name } };
    }
  }
  return null;
}

function delegate(
  project: Project,
  module: ModuleCode,
  { clauses, name }: FunctionDefinition,
  count: number,
  steps: number,
): Callee | null {
  const call = clauses[0]?.call;
  const to = call === undefined ? null : keyword(call, 'to');
  if (call === undefined || to?.kind !== 'alias' || steps >= MOST_STEPS) return null;
  const as = keyword(call, 'as');
  const target = project.module(resolveAlias(to.name, module.environment));
  if (target === null) return null;
  return ownCallee(project, target, as?.kind === 'atom' ? as.value : name, count, steps + 1);
}

/** What `use` puts into the module, as far as that is written in the project. */
function broughtInto(project: Project, module: ModuleCode): readonly Brought[] {
  const { brought } = foundIn(project);
  let found = brought.get(module);
  if (found === undefined) {
    found = broughtBy(project, module.references, 0);
    brought.set(module, found);
  }
  return found;
}

function broughtBy(
  project: Project,
  references: readonly ModuleReference[],
  steps: number,
): readonly Brought[] {
  return references.flatMap(({ kind, module: used, call }) => {
    if (kind !== 'use' || steps >= MOST_STEPS) return [];
    const using = project.module(used)?.using;
    if (using === undefined || using.size === 0) return [];
    const [, which] = call.args;
    const brought = [using.get(''), which?.kind === 'atom' ? using.get(which.value) : undefined];
    return brought.flatMap((one) =>
      one === undefined ? [] : [one, ...broughtBy(project, one.references, steps + 1)],
    );
  });
}

function allReferences(project: Project, module: ModuleCode): readonly ModuleReference[] {
  return [...module.references, ...broughtInto(project, module).flatMap(({ references }) => references)];
}

/** What names mean in the module's functions, aliases counted that come by `use`. */
export function environmentOf(project: Project, module: ModuleCode): Environment {
  const { environments } = foundIn(project);
  let found = environments.get(module);
  if (found === undefined) {
    const { environment } = module;
    const brought = broughtInto(project, module).flatMap(({ aliases }) => [...aliases]);
    found =
      brought.length === 0
        ? environment
        : { ...environment, aliases: new Map([...brought, ...environment.aliases]) };
    environments.set(module, found);
  }
  return found;
}

/** Whether the module itself, or what it uses in the project, defines a function of that name. */
export function isDefined(project: Project, module: string, name: string): boolean {
  const found = project.module(module);
  if (found === null) return false;
  return found.defined.has(name) || broughtInto(project, found).some(({ defined }) => defined.has(name));
}

/** Whether a module is a Repo: it uses Ecto.Repo, itself or by a macro of the project; `null` for a module that is not known. */
export function isRepoModule(project: Project, name: string): boolean | null {
  const { repos } = foundIn(project);
  let isRepo = repos.get(name);
  if (isRepo === undefined) {
    const module = project.module(name);
    isRepo = module === null ? null : allReferences(project, module).some(usesRepo);
    repos.set(name, isRepo);
  }
  return isRepo;
}

function usesRepo({ kind, module }: ModuleReference): boolean {
  return kind === 'use' && module === 'Ecto.Repo';
}
