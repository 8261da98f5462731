// What names in queries mean in a workspace: tables of the nearest history, Ecto schemas of all files.

import { besideBodies } from '../catalog/bodies.js';
import type { Catalog, Table } from '../catalog/catalog.js';
import type { EctoSchema, SchemaWrapper } from '../ecto/model.js';
import { type ResolvedSchema, resolveSchema } from '../ecto/resolve.js';
import { type Names, namesFrom } from '../queries/names.js';
import { hooksOfRepos, type RepoHook, setsPrefix } from '../queries/repo-hooks.js';
import { tablesOfSchemas, withPrefixes } from '../queries/schema-tables.js';
import type { QueryWrapper } from '../queries/wrappers.js';
import { sameData } from '../text/same-data.js';
import { changedSince } from './changes.js';
import { projectAt } from './queries.js';
import { byPath, type Reading } from './reading.js';
import { catalogFor, type Workspace } from './workspace.js';

/** What the Ecto code of the workspace says, all files together. */
export interface EctoWorld {
  readonly schemas: ReadonlyMap<string, ResolvedSchema>;
  /** By Repo; `null` for one that has none. */
  readonly hooks: ReadonlyMap<string, RepoHook | null>;
  /** Why each tenant is taken to have a schema of the database to itself, as a sentence; `null` when nothing says so. */
  readonly prefixTenancy: string | null;
  readonly queryWrappers: readonly QueryWrapper[];
  /** What it was made from. */
  readonly parts: readonly unknown[];
}

const worlds = new WeakMap<Workspace['readings'], EctoWorld>();

interface Latest {
  readonly readings: Workspace['readings'];
  readonly world: EctoWorld;
}

/** The last one of each workspace: an edit that changes no schema gives the same again, so that what depends on it stays. */
const latest = new WeakMap<Workspace['options'], Latest>();

export function ectoWorld(workspace: Workspace): EctoWorld {
  const { readings, options } = workspace;
  let world = worlds.get(readings);
  if (world === undefined) {
    const before = latest.get(options) ?? null;
    world = before !== null && isUntouched(before, readings) ? before.world : readWorld(workspace);
    if (before !== null && sameData(before.world.parts, world.parts)) world = before.world;
    worlds.set(readings, world);
    latest.set(options, { readings, world });
  }
  return world;
}

/** Whether no file that has changed tells something else. What a hook does may be decided anywhere. */
function isUntouched({ readings: old, world }: Latest, now: Workspace['readings']): boolean {
  if (world.queryWrappers.length > 0 || [...world.hooks.values()].some((hook) => hook !== null)) return false;
  const paths = changedSince(now, old);
  if (paths === null) return false;
  return [...paths].every((path) => sameData(toldBy(old.get(path)), toldBy(now.get(path))));
}

function toldBy(reading: Reading | undefined): unknown {
  if (reading?.kind !== 'elixir') return null;
  const { schemas, wrappers, repoParts, queryWrappers, prefixes } = reading;
  const all = [schemas, wrappers, repoParts, queryWrappers];
  const isNothing = all.every(({ length }) => length === 0) && prefixes.run === 0 && !prefixes.library;
  return isNothing ? null : [...all, prefixes];
}

function readWorld(workspace: Workspace): EctoWorld {
  const readings = [...workspace.readings.values()];
  const project = projectAt(workspace, workspace.root);
  const { sql } = workspace.options.parsers;
  const telling = readings.filter(
    (reading) =>
      reading.kind === 'elixir' &&
      [reading.schemas, reading.wrappers, reading.repoParts, reading.queryWrappers].some(
        (all) => all.length > 0,
      ),
  );
  const elixir = telling.filter((reading) => reading.kind === 'elixir').sort(byPath);
  const wrappers: readonly SchemaWrapper[] = elixir.flatMap((reading) => reading.wrappers);
  const schemas = new Map<string, ResolvedSchema>();
  for (const reading of elixir) {
    for (const schema of reading.schemas) {
      if (schema.table !== null) schemas.set(schema.module, resolved(schema, wrappers));
    }
  }
  const hooks = hooksOfRepos(
    elixir.flatMap((reading) => reading.repoParts),
    project,
    sql,
  );
  const prefixTenancy = prefixTenancyIn(readings, hooks);
  const queryWrappers = elixir.flatMap((reading) => reading.queryWrappers);
  const parts = elixir.map(({ schemas: own, wrappers: used, repoParts }) => [own, used, repoParts]);
  return {
    schemas,
    hooks,
    prefixTenancy,
    queryWrappers,
    parts: [...parts, [...hooks.values()], prefixTenancy, queryWrappers.map(placeless)],
  };
}

interface Resolved {
  readonly wrappers: readonly SchemaWrapper[];
  readonly schema: ResolvedSchema;
}

const resolvedSchemas = new WeakMap<EctoSchema, Resolved>();

function resolved(schema: EctoSchema, wrappers: readonly SchemaWrapper[]): ResolvedSchema {
  let found = resolvedSchemas.get(schema);
  const isSame = found?.wrappers.length === wrappers.length;
  if (found === undefined || !isSame || !wrappers.every((one, index) => one === found?.wrappers[index])) {
    found = { wrappers, schema: resolveSchema(schema, wrappers) };
    resolvedSchemas.set(schema, found);
  }
  return found.schema;
}

/** Where its functions stand changes nothing for others. */
function placeless({ module, functions }: QueryWrapper): unknown {
  return [module, functions.map(({ name, runs }) => [name, runs.map((run) => [run.name, run.columns])])];
}

function prefixTenancyIn(
  readings: readonly Reading[],
  hooks: EctoWorld['hooks'],
): EctoWorld['prefixTenancy'] {
  for (const [repo, hook] of hooks) {
    if (hook !== null && setsPrefix(hook)) return `"${repo}" sets the schema of every query when it runs.`;
  }
  const elixir = readings.filter((reading) => reading.kind === 'elixir');
  if (elixir.some(({ prefixes }) => prefixes.library))
    return 'Triplex keeps tenants in schemas of their own.';
  const run = elixir.reduce((sum, { prefixes }) => sum + prefixes.run, 0);
  const prefixed = elixir.reduce((sum, { prefixes }) => sum + prefixes.prefixed, 0);
  if (prefixed < FEWEST_PREFIXED || prefixed * 2 < run) return null;
  return `${prefixed} of ${run} queries are sent with a schema ("prefix") of their own.`;
}

const FEWEST_PREFIXED = 8;

interface Known {
  readonly names: Names;
  /** Tables that schemas tell more of than migrations do. */
  readonly tables: readonly Table[];
}

const known = new WeakMap<EctoWorld, WeakMap<Catalog, Known>>();

function knownFor(workspace: Workspace, path: string): Known {
  const world = ectoWorld(workspace);
  const catalog = besideBodies(catalogFor(workspace, path));
  let byCatalog = known.get(world);
  if (byCatalog === undefined) {
    byCatalog = new WeakMap();
    known.set(world, byCatalog);
  }
  let found = byCatalog.get(catalog);
  if (found === undefined) {
    const schemas = withPrefixes(catalog, world.schemas);
    const tables = tablesOfSchemas(catalog, schemas);
    found = {
      names: namesFrom(catalog, schemas, tables, workspace.options.parsers.sql),
      tables: [...tables.values()],
    };
    byCatalog.set(catalog, found);
  }
  return found;
}

export function namesFor(workspace: Workspace, path: string): Names {
  return knownFor(workspace, path).names;
}

export function schemaTablesFor(workspace: Workspace, path: string): readonly Table[] {
  return knownFor(workspace, path).tables;
}
