// The Ecto queries of a file with the SQL that Ecto sends for them. Nothing of it is computed before somebody asks: reading with
// all that is needed for it costs more than a check does.

import { isOtherDatabase } from '../ecto/repos.js';
import { ectoQueriesOf } from '../queries/from-ecto.js';
import type { Query } from '../queries/query.js';
import { sentQuery } from '../queries/repo-hooks/sent.js';
import type { RepoHook } from '../queries/repo-hooks.js';
import { type Hook, type Translation, translated } from '../queries/to-sql.js';
import { type EctoWorld, ectoWorld } from './names.js';
import { projectAt } from './queries.js';
import type { ElixirReading } from './reading.js';
import type { Workspace } from './workspace.js';

export interface TranslatedQuery {
  readonly query: Query;
  readonly translation: Translation;
}

const known = new WeakMap<Workspace['readings'], Map<string, readonly TranslatedQuery[]>>();

/** In the order of the file; empty for a file that is no Elixir. */
export function translationsOf(workspace: Workspace, path: string): readonly TranslatedQuery[] {
  const { readings } = workspace;
  const reading = readings.get(path);
  if (reading?.kind !== 'elixir') return [];
  const byPath = known.get(readings) ?? new Map<string, readonly TranslatedQuery[]>();
  known.set(readings, byPath);
  let found = byPath.get(path);
  if (found === undefined) {
    found = translate(workspace, reading);
    byPath.set(path, found);
  }
  return found;
}

function translate(workspace: Workspace, reading: ElixirReading): readonly TranslatedQuery[] {
  const { file, modules } = reading;
  const { parsers } = workspace.options;
  const project = projectAt(workspace, file.path);
  const { queries } = ectoQueriesOf(modules, project, parsers.sql, true);
  const { schemas, hooks, prefixTenancy } = ectoWorld(workspace);
  const surroundings = {
    text: file.text,
    schemas,
    mapType: mapTypeIn(workspace),
    rowsHavePrefixes: prefixTenancy !== null,
    otherDatabases: otherDatabasesIn(workspace),
    hookOn: (repo: string | null): Hook | null => {
      const hook = hookOn(repo, hooks);
      if (hook === null) return null;
      if (hook.defaults.includes('prefix')) {
        return () => `${hook.module} gives it a prefix by default_options`;
      }
      if (hook.ways.length === 0) return null;
      return (query, call) => sentQuery(hook, query, call, project, parsers.sql);
    },
  };
  return queries.map((query) => ({ query, translation: translated(query, surroundings) }));
}

/** A Repo that is not known may be any of them. */
function hookOn(repo: string | null, hooks: EctoWorld['hooks']): RepoHook | null {
  if (repo !== null && hooks.has(repo)) return hooks.get(repo) ?? null;
  const found = new Map([...hooks.values()].map((hook) => [hook?.module ?? null, hook]));
  const hook = [...found.values()].find((one) => one !== null) ?? null;
  return hook === null || found.size === 1 ? hook : { ...hook, code: null };
}

/** Repos of other databases than PostgreSQL, with their adapters. */
function otherDatabasesIn({ readings }: Workspace): ReadonlyMap<string, string> {
  const repos = [...readings.values()].flatMap((reading) =>
    reading.kind === 'elixir' ? reading.repos.filter(isOtherDatabase) : [],
  );
  return new Map(repos.map(({ module, adapter }) => [module, adapter ?? '']));
}

/** `config :ecto_sql, postgres_map_type: …` */
function mapTypeIn({ readings }: Workspace): string {
  for (const reading of readings.values()) {
    const mapType =
      reading.kind === 'elixir' ? reading.configs.find((one) => one.mapType !== null)?.mapType : null;
    if (mapType != null) return mapType;
  }
  return 'jsonb';
}
