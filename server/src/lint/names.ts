// What names in queries mean in a workspace: tables of the nearest history, Ecto schemas of all files.

import type { Catalog } from '../catalog/catalog.js';
import type { SchemaWrapper } from '../ecto/model.js';
import { type ResolvedSchema, resolveSchema } from '../ecto/resolve.js';
import { type Names, namesFrom } from '../queries/names.js';
import type { RepoHook } from '../queries/repo-hooks.js';
import type { Reading } from './reading.js';
import { catalogFor, type Workspace } from './workspace.js';

interface EctoWorld {
  readonly schemas: ReadonlyMap<string, ResolvedSchema>;
  readonly hooks: readonly RepoHook[];
}

const worlds = new WeakMap<Workspace['readings'], EctoWorld>();

/** What the Ecto code of the workspace says, all files together. */
export function ectoWorld({ readings }: Workspace): EctoWorld {
  let world = worlds.get(readings);
  if (world === undefined) {
    world = readWorld([...readings.values()]);
    worlds.set(readings, world);
  }
  return world;
}

function readWorld(readings: readonly Reading[]): EctoWorld {
  const elixir = readings.filter((reading) => reading.kind === 'elixir');
  const wrappers: readonly SchemaWrapper[] = elixir.flatMap((reading) => reading.wrappers);
  const schemas = new Map<string, ResolvedSchema>();
  for (const reading of elixir) {
    for (const schema of reading.schemas) {
      if (schema.table !== null) schemas.set(schema.module, resolveSchema(schema, wrappers));
    }
  }
  return { schemas, hooks: elixir.flatMap((reading) => reading.hooks) };
}

const known = new WeakMap<EctoWorld, WeakMap<Catalog, Names>>();

export function namesFor(workspace: Workspace, path: string): Names {
  const world = ectoWorld(workspace);
  const catalog = catalogFor(workspace, path);
  let byCatalog = known.get(world);
  if (byCatalog === undefined) {
    byCatalog = new WeakMap();
    known.set(world, byCatalog);
  }
  let names = byCatalog.get(catalog);
  if (names === undefined) {
    names = namesFrom(catalog, world.schemas);
    byCatalog.set(catalog, names);
  }
  return names;
}
