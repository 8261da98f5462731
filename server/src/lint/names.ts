// What names in queries mean in a workspace: tables of the nearest history, Ecto schemas of all files.

import type { Catalog, Table } from '../catalog/catalog.js';
import type { SchemaWrapper } from '../ecto/model.js';
import { type ResolvedSchema, resolveSchema } from '../ecto/resolve.js';
import { type Names, namesFrom } from '../queries/names.js';
import type { RepoHook } from '../queries/repo-hooks.js';
import { tablesOfSchemas } from '../queries/schema-tables.js';
import { sameData } from '../text/same-data.js';
import { byPath, type Reading } from './reading.js';
import { catalogFor, type Workspace } from './workspace.js';

/** What the Ecto code of the workspace says, all files together. */
interface EctoWorld {
  readonly schemas: ReadonlyMap<string, ResolvedSchema>;
  readonly hooks: readonly RepoHook[];
  /** What it was made from. */
  readonly parts: readonly unknown[];
}

const worlds = new WeakMap<Workspace['readings'], EctoWorld>();
/** The last one of each workspace: an edit that changes no schema gives the same again, so that what depends on it stays. */
const latest = new WeakMap<Workspace['options'], EctoWorld>();

export function ectoWorld({ readings, options }: Workspace): EctoWorld {
  let world = worlds.get(readings);
  if (world === undefined) {
    const before = latest.get(options);
    world = readWorld([...readings.values()]);
    if (before !== undefined && sameData(before.parts, world.parts)) world = before;
    worlds.set(readings, world);
    latest.set(options, world);
  }
  return world;
}

function readWorld(readings: readonly Reading[]): EctoWorld {
  const telling = readings.filter(
    (reading) =>
      reading.kind === 'elixir' &&
      reading.schemas.length + reading.wrappers.length + reading.hooks.length > 0,
  );
  const elixir = telling.filter((reading) => reading.kind === 'elixir').sort(byPath);
  const wrappers: readonly SchemaWrapper[] = elixir.flatMap((reading) => reading.wrappers);
  const schemas = new Map<string, ResolvedSchema>();
  for (const reading of elixir) {
    for (const schema of reading.schemas) {
      if (schema.table !== null) schemas.set(schema.module, resolveSchema(schema, wrappers));
    }
  }
  const parts = elixir.map((reading) => [reading.schemas, reading.wrappers, reading.hooks]);
  return { schemas, hooks: elixir.flatMap((reading) => reading.hooks), parts };
}

interface Known {
  readonly names: Names;
  /** Tables that schemas tell more of than migrations do. */
  readonly tables: readonly Table[];
}

const known = new WeakMap<EctoWorld, WeakMap<Catalog, Known>>();

function knownFor(workspace: Workspace, path: string): Known {
  const world = ectoWorld(workspace);
  const catalog = catalogFor(workspace, path);
  let byCatalog = known.get(world);
  if (byCatalog === undefined) {
    byCatalog = new WeakMap();
    known.set(world, byCatalog);
  }
  let found = byCatalog.get(catalog);
  if (found === undefined) {
    const tables = tablesOfSchemas(catalog, world.schemas);
    found = { names: namesFrom(catalog, world.schemas, tables), tables: [...tables.values()] };
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
