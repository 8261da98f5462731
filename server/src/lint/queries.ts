// The Ecto queries of a file in its workspace. They rest on functions of other files: what a file has asked for is remembered, and
// it is read again when one of these functions is another one.

import type { Callers } from '../analysis/key-lookups.js';
import { isToldOfOne, settingOf } from '../analysis/setting.js';
import type { ModuleCode } from '../queries/from-ecto/code.js';
import { functionCalled, type Project } from '../queries/from-ecto/project.js';
import type { ProjectCall } from '../queries/from-ecto/scope.js';
import { type EctoQueries, ectoQueriesOf } from '../queries/from-ecto.js';
import type { Query } from '../queries/query.js';
import { variablesIn } from '../syntax/elixir/walk.js';
import { relativePath } from '../text/source-file.js';
import { changedSince } from './changes.js';
import { type ElixirReading, type Reading, usedBy } from './reading.js';
import type { Workspace } from './workspace.js';

/** The queries of a file, those of its strings left out; empty for a file that is no Elixir. */
export function queriesOf(workspace: Workspace, path: string): readonly Query[] {
  const world = worldOf(workspace);
  const reading = world.readings.get(path);
  return reading?.kind === 'elixir' ? readIn(world, workspace, reading).result.queries : [];
}

/**
 * Of the function that holds the query, tests and scripts left out; `null` when nothing in the workspace is seen to call it.
 *
 * @param column by which most tables name their tenant
 */
export function callersOf(
  workspace: Workspace,
  path: string,
  query: Query,
  column: string | null,
): Callers | null {
  const { within, module } = query;
  if (query.language !== 'ecto' || within === null || module === null) return null;
  const world = worldOf(workspace);
  const byFunction = callsIn(world, workspace);
  const name = `${module}.${within.name}`;
  const named = [...(byFunction.get(name)?.values() ?? [])].flat();
  if (named.length === 0) return isUnused(world.readings.get(path), query) ? nobody : null;
  const files = [...(byFunction.get(name)?.values() ?? [])].map((inFile) =>
    inFile.filter(({ captured }) => !captured),
  );
  const calls = files.flat();
  const parameters = parametersOf(world, path, query);
  const open = files.filter((inFile) => !inFile.some(isChecked)).flat();
  const given = (some: readonly ProjectCall[]) => some.filter(({ client }) => client.length > 0);
  const mostAreOpen = given(open).length * 2 > given(calls).length;
  const client = new Set(mostAreOpen ? open.flatMap((call) => call.client) : []);
  return {
    count: named.length,
    client: [...client].flatMap((position) => parameters[position] ?? []),
    compared: (calls[0]?.rows.compared ?? []).filter((compared) =>
      calls.every(({ rows }) => rows.compared.includes(compared)),
    ),
    authorized: named.every(({ rows }) => rows.authorizedBy.length > 0),
    sweep: isSwept(name, { byFunction, root: workspace.root, readings: world.readings, column }, new Set()),
  };
}

const nobody: Callers = { count: 0, client: [], compared: [], authorized: false, sweep: false };

/** A private function that its file names nowhere but where it is defined. */
function isUnused(reading: Reading | undefined, { within }: Query): boolean {
  if (reading === undefined || within?.isPrivate !== true) return false;
  const name = within.name.replace(/\/\d+$/, '').replace(/[?!]$/, '\\$&');
  const { text } = reading.file;
  const count = (pattern: string) => [...text.matchAll(new RegExp(pattern, 'g'))].length;
  return count(`(?<![\\w@])${name}(?!\\w)`) === count(`\\bdefp\\s+${name}(?!\\w)`);
}

interface Sweeping {
  readonly byFunction: Calls['byFunction'];
  readonly root: string;
  readonly readings: Workspace['readings'];
  readonly column: string | null;
}

/** How many functions may lie between a function and what is known to go over all tenants. */
const FARTHEST = 4;

/** Whether the function is called, and by nothing but code that goes over all tenants or is run once. */
function isSwept(name: string, sweeping: Sweeping, below: ReadonlySet<string>): boolean {
  const called = sweeping.byFunction.get(name);
  if (called === undefined || below.has(name) || below.size >= FARTHEST) return false;
  const calls = [...called].flatMap(([path, inFile]) => inFile.map((call) => ({ path, call })));
  const around = new Set([...below, name]);
  return (
    calls.length > 0 &&
    calls.every(({ path, call: { from } }) => {
      const uses = usedBy(sweeping.readings.get(path), from.module);
      const place = { ...from, uses, path: relativePath(sweeping.root, path), says: '' };
      if (settingOf(place, sweeping.column) !== 'application') return true;
      const isTold = isToldOfOne(from.given, sweeping.column);
      return !isTold && isSwept(`${from.module}.${from.name}`, sweeping, around);
    })
  );
}

/**
 * Whether what the function is given is checked before, or what it gives back is compared with what is not the client's or shown to
 * what decides who may have it.
 */
function isChecked({ checked, rows }: ProjectCall): boolean {
  return checked || rows.compared.length > 0 || rows.authorizedBy.length > 0;
}

/** The modules of the workspace, as code of that file sees them. */
export function projectAt(workspace: Workspace, path: string): Project {
  const world = worldOf(workspace);
  return askingProject(world, path, new Set());
}

interface World {
  readonly readings: Workspace['readings'];
  /** By name; several where applications of an umbrella, or tests, have modules of the same name. */
  readonly modules: ReadonlyMap<string, readonly PlacedModule[]>;
  /** What has been read in it so far, by path. */
  readonly files: Map<string, FileQueries>;
  /** By function and then by path, as far as it is known: see `stale`. */
  calls: Calls | null;
  /** Paths of files whose calls in `calls` may be others by now. */
  readonly stale: Set<string>;
}

interface Calls {
  readonly byFunction: Map<string, Map<string, readonly ProjectCall[]>>;
  /** Which functions a file calls. */
  readonly called: Map<string, ReadonlySet<string>>;
}

interface PlacedModule {
  readonly path: string;
  readonly code: ModuleCode;
}

interface FileQueries {
  readonly reading: ElixirReading;
  readonly result: EctoQueries;
  /** Modules and functions that it asked for: `Shop.Posts`, `Shop.Posts.for_org/2`. */
  readonly asked: ReadonlySet<string>;
}

const worlds = new WeakMap<Workspace['readings'], World>();
/** The last one of each workspace, which the next one starts from. */
const latest = new WeakMap<Workspace['options'], World>();

function worldOf({ readings, options }: Workspace): World {
  let world = worlds.get(readings);
  if (world === undefined) {
    world = nextWorld(readings, latest.get(options) ?? null);
    worlds.set(readings, world);
    latest.set(options, world);
  }
  return world;
}

function nextWorld(readings: Workspace['readings'], before: World | null): World {
  const modules = new Map(before?.modules);
  const files = new Map(before?.files);
  const changed = new Set<string>();
  const stale = new Set(before?.stale);
  const exchange = (path: string, old: Reading | undefined, now: Reading | undefined) => {
    const [codeBefore, codeNow] = [codeOf(old), codeOf(now)];
    if (codeBefore.length + codeNow.length === 0) return;
    for (const { name } of [...codeBefore, ...codeNow]) {
      const others = (modules.get(name) ?? []).filter((one) => one.path !== path);
      const own = codeNow.filter((code) => code.name === name).map((code) => ({ path, code }));
      if (others.length + own.length > 0) modules.set(name, [...others, ...own]);
      else modules.delete(name);
    }
    addChanges(codeBefore, codeNow, changed);
    files.delete(path);
    stale.add(path);
  };
  for (const path of pathsChanged(readings, before)) {
    const [old, now] = [before?.readings.get(path), readings.get(path)];
    if (old !== now) exchange(path, old, now);
  }
  if (changed.size > 0) {
    for (const [path, { asked }] of files) {
      if (![...changed].some((name) => asked.has(name))) continue;
      files.delete(path);
      stale.add(path);
    }
  }
  const calls = before?.calls ?? null;
  // The calls are those of the newest world alone: they are large, and change in place.
  if (before !== null) before.calls = null;
  return { readings, modules, files, calls, stale };
}

function pathsChanged(readings: Workspace['readings'], before: World | null): Iterable<string> {
  if (before === null) return readings.keys();
  return changedSince(readings, before.readings) ?? new Set([...before.readings.keys(), ...readings.keys()]);
}

function codeOf(reading: Reading | undefined): readonly ModuleCode[] {
  return reading?.kind === 'elixir' ? reading.modules : [];
}

/** Adds the names of all that is not the same in both. */
function addChanges(before: readonly ModuleCode[], now: readonly ModuleCode[], changed: Set<string>): void {
  const old = new Map(before.map((code) => [code.name, code]));
  for (const code of now) {
    const previous = old.get(code.name);
    old.delete(code.name);
    if (previous === undefined) changed.add(code.name);
    else addModuleChanges(previous, code, changed);
  }
  for (const name of old.keys()) changed.add(name);
}

function addModuleChanges(before: ModuleCode, now: ModuleCode, changed: Set<string>): void {
  if (before.text !== now.text) {
    changed.add(now.name);
    return;
  }
  const old = new Map(before.functions.map((one) => [`${one.name}/${one.arity}`, one]));
  for (const one of now.functions) {
    const key = `${one.name}/${one.arity}`;
    const previous = old.get(key);
    old.delete(key);
    if (previous?.text === one.text) continue;
    for (const called of [previous, one]) addArities(now.name, called, changed);
  }
  for (const one of old.values()) addArities(now.name, one, changed);
}

/** A function can be called with as many arguments as it has parameters, or fewer by its defaults. */
function addArities(
  module: string,
  called: ModuleCode['functions'][number] | undefined,
  changed: Set<string>,
): void {
  if (called === undefined) return;
  for (let count = called.arity - called.defaults; count <= called.arity; count++) {
    changed.add(`${module}.${called.name}/${count}`);
  }
}

function readIn(world: World, { options }: Workspace, reading: ElixirReading): FileQueries {
  const { path } = reading.file;
  let found = world.files.get(path);
  if (found === undefined) {
    const asked = new Set<string>();
    const project = askingProject(world, path, asked);
    const result = ectoQueriesOf(reading.modules, project, options.parsers.sql);
    found = { reading, result, asked };
    world.files.set(path, found);
  }
  return found;
}

/** @param asked gets the names of all that is asked for */
function askingProject({ modules }: World, path: string, asked: Set<string>): Project {
  const known = new Map<string, ModuleCode | null>();
  return {
    module(name) {
      let found = known.get(name);
      if (found === undefined) {
        asked.add(name);
        found = nearest(modules.get(name) ?? [], path)?.code ?? null;
        known.set(name, found);
      }
      return found;
    },
    functionOf(module, name, count) {
      asked.add(`${module.name}.${name}/${count}`);
      return functionCalled(module, name, count);
    },
  };
}

/** The module in the same application: its path has the most in common. */
function nearest(modules: readonly PlacedModule[], path: string): PlacedModule | null {
  const [first = null, ...others] = modules;
  let best = first;
  for (const other of others) {
    const [more, less] = [inCommon(other.path, path), best === null ? -1 : inCommon(best.path, path)];
    if (best === null || more > less || (more === less && other.path < best.path)) best = other;
  }
  return best;
}

function inCommon(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Who calls which function of the project. */
function callsIn(world: World, workspace: Workspace): Calls['byFunction'] {
  if (world.calls === null) {
    world.calls = { byFunction: new Map(), called: new Map() };
    for (const path of world.readings.keys()) world.stale.add(path);
  }
  const { calls, stale } = world;
  const { byFunction, called } = calls;
  for (const path of stale) {
    for (const name of called.get(path) ?? []) byFunction.get(name)?.delete(path);
    called.delete(path);
    const reading = world.readings.get(path);
    if (reading?.kind !== 'elixir' || reading.modules.length === 0 || isScript(path)) continue;
    const { result } = readIn(world, workspace, reading);
    for (const call of result.calls) {
      const byPath = byFunction.get(call.callee) ?? new Map<string, readonly ProjectCall[]>();
      byPath.set(path, [...(byPath.get(path) ?? []), call]);
      byFunction.set(call.callee, byPath);
    }
    called.set(path, new Set(result.calls.map(({ callee }) => callee)));
  }
  stale.clear();
  return byFunction;
}

/** Tests, seeds and migrations. */
function isScript(path: string): boolean {
  return path.endsWith('.exs') || /\/test\//.test(path);
}

/** Names of the variables of each parameter of the clause that holds the query. */
function parametersOf(
  world: World,
  path: string,
  { module, within, span }: Query,
): readonly (readonly string[])[] {
  const code = codeOf(world.readings.get(path)).find(({ name }) => name === module);
  const own = code?.functions.find(({ name, arity }) => `${name}/${arity}` === within?.name);
  const clauses = own?.clauses ?? [];
  const clause = clauses.find((one) => one.span.start <= span.start && span.end <= one.span.end);
  return (clause ?? clauses[0])?.params.map((param) => [...variablesIn(param)]) ?? [];
}
