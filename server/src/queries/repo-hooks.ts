// `prepare_query/3` of a Repo, which changes every query that goes through it: https://hexdocs.pm/ecto/Ecto.Repo.html#c:prepare_query/3
// That a Repo has one proves nothing by itself; what it does is read: when it compares which column, and when it does not.

import { quotedItems } from '../ecto/schemas.js';
import { type Environment, type ModuleReference, moduleReferences } from '../syntax/elixir/aliases.js';
import { type FunctionDefinition, functionsIn } from '../syntax/elixir/functions.js';
import { type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import type { ElixirFile } from '../syntax/elixir/nodes.js';
import { everythingIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import { buildingOf } from './from-ecto/building.js';
import { newScope } from './from-ecto/functions.js';
import type { Project } from './from-ecto/project.js';
import { keyOfPair } from './from-ecto/scope.js';
import { type Block, both, type Condition, type Operand, type Query } from './query.js';
import {
  anyOf,
  type Guard,
  type HookedCall,
  holds,
  negated,
  optionsOf,
  perhaps,
} from './repo-hooks/guards.js';
import { callWithQuery } from './repo-hooks/made-calls.js';
import { comparedIn, type HookWay, isComputed, type Passing, waysOf } from './repo-hooks/ways.js';

export interface RepoHook {
  /** The Repo, or the module that puts it into those that use it. */
  readonly module: string;
  /** Empty without a `prepare_query/3`. */
  readonly ways: readonly HookWay[];
  /** Options that `default_options/1` gives to every call. */
  readonly defaults: readonly string[];
  /** `null` without code. */
  readonly code: HookCode | null;
}

/** What a hook is read from. It is the same only as itself. */
export class HookCode {
  constructor(
    readonly module: string,
    readonly environment: Environment,
    readonly functions: readonly FunctionDefinition[],
  ) {}
}

/** A module from which a Repo may have its hook, as its file shows it. */
export interface RepoPart {
  readonly module: string;
  /** It does `use Ecto.Repo`. */
  readonly isRepo: boolean;
  /** What stands in the module itself, and what it puts into modules that use it; `null` for nothing. */
  readonly own: RepoHook | null;
  readonly shared: RepoHook | null;
  /** Modules that it uses, and those that modules which use it then use too. */
  readonly uses: readonly string[];
  readonly passesOn: readonly string[];
}

export function repoPartsIn(elixir: ElixirFile, sql: SqlParser): readonly RepoPart[] {
  return modulesIn(elixir).flatMap((module) => {
    const { name, functions, references, environment } = module;
    const quoted = functions
      .filter((definition) => definition.name === '__using__')
      .flatMap(({ clauses }) => clauses.flatMap(({ body }) => quotedItems(body?.items ?? [])));
    const own = hookAmong(module, functions, sql);
    const shared = hookAmong(module, functionsIn(quoted), sql);
    const uses = usedIn(references);
    const passesOn = usedIn(
      quoted.flatMap((item) => (item.kind === 'call' ? moduleReferences(item, environment) : [])),
    );
    const isRepo = uses.includes('Ecto.Repo');
    const matters = isRepo || own !== null || shared !== null || passesOn.some(isCalledRepo);
    if (!matters && !(isCalledRepo(name) && uses.length > 0)) return [];
    return [{ module: name, isRepo, own, shared, uses, passesOn }];
  });
}

function usedIn(references: readonly ModuleReference[]): readonly string[] {
  return references.filter(({ kind }) => kind === 'use').map(({ module }) => module);
}

function isCalledRepo(module: string): boolean {
  return /Repo(?![a-z])/.test(module.split('.').at(-1) ?? '');
}

/**
 * The hook of each Repo of a project; `null` for one that has none.
 *
 * @param project whose functions hooks may call
 */
export function hooksOfRepos(
  parts: readonly RepoPart[],
  project: Project,
  sql: SqlParser,
): ReadonlyMap<string, RepoHook | null> {
  const byName = new Map(parts.map((part) => [part.module, part]));
  const hooks = new Map<string, RepoHook | null>();
  for (const { module, isRepo, own, shared, uses } of parts) {
    const used = usedThrough(uses, byName);
    const repo = isRepo || used.has('Ecto.Repo');
    const taken = [...used].flatMap((name) => libraryHook(name) ?? byName.get(name)?.shared ?? []);
    // What is shared runs in its own module, too, as far as we look at its code.
    const found = [own, ...taken, shared].filter((hook) => hook !== null);
    if (repo || found.length > 0) hooks.set(module, followed(merged(module, found), project, sql));
  }
  return hooks;
}

/** Of libraries whose Repos leave out rows that count as deleted. */
function libraryHook(module: string): RepoHook | null {
  if (module !== 'Ecto.SoftDelete.Repo') return null;
  const way: HookWay = { when: perhaps, columns: [], raises: false, setsPrefix: false, passes: [] };
  return { module, ways: [way], defaults: [], code: null };
}

/** All that is used, also by what is used. */
function usedThrough(uses: readonly string[], parts: ReadonlyMap<string, RepoPart>): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (module: string): void => {
    if (found.has(module)) return;
    found.add(module);
    parts.get(module)?.passesOn.forEach(add);
  };
  uses.forEach(add);
  return found;
}

/** With what functions of other modules compare, which are called by the hook. */
function followed(hook: RepoHook | null, project: Project, sql: SqlParser): RepoHook | null {
  if (hook === null || hook.ways.every(({ passes }) => passes.length === 0)) return hook;
  const ways = hook.ways.map((way) => {
    const more = way.passes.flatMap((passing) => columnsComparedBy(passing, project, sql));
    return more.length === 0 ? way : { ...way, columns: [...new Set([...way.columns, ...more])] };
  });
  return { ...hook, ways };
}

function columnsComparedBy(
  { module, name, count }: Passing,
  project: Project,
  sql: SqlParser,
): readonly string[] {
  const environment = { module: null, aliases: new Map<string, string>() };
  const scope = newScope(sql, { module: null, within: null, project }, environment);
  const span = { start: 0, end: 0 };
  const building = buildingOf(
    { kind: 'schema', module: name, table: null },
    span,
    0,
    'it is given by the caller',
  );
  scope.variables.set('query', { kind: 'query', building });
  const result = scope.reader.evaluate(callWithQuery(module, name, count, span), scope);
  return result.kind === 'query' ? comparedIn(result.building.where) : [];
}

/** The first `prepare_query/3` is that of the Repo itself, which overrides others. */
function merged(module: string, hooks: readonly RepoHook[]): RepoHook | null {
  const preparing = hooks.find(({ ways }) => ways.length > 0);
  if (hooks.length === 0) return null;
  return {
    module: preparing?.module ?? module,
    ways: preparing?.ways ?? [],
    defaults: hooks.flatMap(({ defaults }) => defaults),
    code: hooks.length === 1 ? (preparing?.code ?? null) : null,
  };
}

function hookAmong(
  { name: module, environment }: ElixirModule,
  functions: readonly FunctionDefinition[],
  sql: SqlParser,
): RepoHook | null {
  const hook = functions.find(({ name, arity }) => name === 'prepare_query' && arity === 3);
  const defaults = functions.filter(({ name, arity }) => name === 'default_options' && arity === 1);
  if (hook === undefined && defaults.length === 0) return null;
  const scope = newScope(sql, { module, within: null }, environment);
  return {
    module,
    ways: hook === undefined ? [] : waysOf(hook, functions, scope),
    defaults: defaults.flatMap(optionsGiven),
    code: new HookCode(module, environment, functions),
  };
}

/** Those whose value is not written there: `skip: true` in a branch is no default of every call. */
function optionsGiven({ clauses }: FunctionDefinition): readonly string[] {
  const pairs = clauses
    .flatMap(({ body }) => body?.items ?? [])
    .flatMap((item) => [...everythingIn(item)])
    .filter((expr) => expr.kind === 'pair');
  return pairs.flatMap((pair) => (isComputed(pair.value) ? (keyOfPair(pair) ?? []) : []));
}

/**
 * The columns that a hook which compares that one compares for a call, in the first relation of its query and behind all of its
 * conditions; `null` when it leaves such a query as it is.
 */
export function columnsCompared(
  { ways, defaults }: RepoHook,
  column: string,
  call: HookedCall,
): readonly string[] | null {
  const options = new Set([...call.options, ...defaults.filter((name) => !call.off.has(name))]);
  const possible = ways.filter(({ when }) => holds(when, { ...call, options }) !== false);
  const comparing = possible.filter(({ columns }) => columns.includes(column));
  if (comparing.length > 0) return [...new Set(comparing.flatMap(({ columns }) => columns))];
  // A call that always raises reaches no row.
  return possible.every(({ raises }) => raises) ? [column] : null;
}

export function comparesColumn({ ways }: RepoHook, column: string): boolean {
  return ways.some(({ columns }) => columns.includes(column));
}

/** Options with which it leaves out what it compares: `skip_tenant`. */
export function skipOptionsOf(hook: RepoHook, column: string): readonly string[] {
  const asked = new Set(hook.ways.flatMap(({ when }) => optionsOf(when)));
  const compares = (...options: readonly string[]) =>
    columnsCompared(hook, column, { ...PLAIN, options: new Set(options) }) !== null;
  const bases = [[], ...[...asked].map((option) => [option])].filter((base) => compares(...base));
  return [...asked].filter(
    // Another schema of the database is chosen for other reasons.
    (option) => option !== 'prefix' && bases.some((base) => !compares(...base, option)),
  );
}

const PLAIN = { operation: 'all', off: new Set<string>(), prefix: null, subquery: false, table: null };

/** One that compares the column in every query that does not ask it not to. */
export function alwaysComparing(module: string, column: string, skipping: readonly string[]): RepoHook {
  const skips = anyOf(skipping.map((name): Guard => ({ kind: 'option', name, byDefault: false })));
  const way: HookWay = {
    when: negated(skips),
    columns: [column],
    raises: false,
    setsPrefix: false,
    passes: [],
  };
  return { module, code: null, defaults: [], ways: [way, { ...way, when: skips, columns: [] }] };
}

/** The query as the Repo sends it, with the columns compared behind all of its own conditions. */
export function hookedQuery(query: Query, columns: readonly string[]): Query {
  const { block } = query;
  const { insert } = block;
  if (insert?.from != null) {
    return { ...query, block: { ...block, insert: { ...insert, from: comparing(insert.from, columns) } } };
  }
  return { ...query, block: comparing(block, columns) };
}

function comparing(block: Block, columns: readonly string[]): Block {
  const [first] = block.relations;
  if (first === undefined) return block;
  const { alias, span } = first;
  const conditions = columns.map((column): Condition => {
    const left: Operand = { kind: 'column', alias, column, span };
    return { kind: 'equal', left, right: { kind: 'outer', source: 'session', text: column, span }, span };
  });
  return { ...block, where: conditions.reduce(both, block.where) };
}

/** It puts every query into a schema of the database that is known at run time alone: that of the tenant. */
export function setsPrefix({ ways, defaults }: RepoHook): boolean {
  return defaults.includes('prefix') || ways.some((way) => way.setsPrefix && !way.raises);
}
