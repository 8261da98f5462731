// Which rows a query of the workspace can reach, as rules ask it.

import { type QueryScoping, scopingOf } from '../analysis/scoping.js';
import { settingOf } from '../analysis/setting.js';
import type { TenantModel } from '../analysis/tenancy.js';
import type { Names } from '../queries/names.js';
import type { Query } from '../queries/query.js';
import type { RepoHook } from '../queries/repo-hooks.js';
import { relativePath } from '../text/source-file.js';
import { ectoWorld, namesFor } from './names.js';
import { factsOf, type SqlReading } from './reading.js';
import { tenancyFor } from './tenancy.js';
import type { Workspace } from './workspace.js';

interface Cached {
  readonly model: TenantModel;
  readonly names: Names;
  readonly scoping: QueryScoping;
}

const cache = new WeakMap<Query, Cached>();

/** `null` when there are no tenants. */
export function scopingFor(workspace: Workspace, path: string, query: Query): QueryScoping | null {
  const model = tenancyFor(workspace, path);
  if (model.root === null) return null;
  const names = namesFor(workspace, path);
  const cached = cache.get(query);
  if (cached !== undefined && cached.model === model && cached.names === names) return cached.scoping;
  const hook = hookOn(query, ectoWorld(workspace).hooks, model);
  const named = nameOfSql(workspace, path, query);
  const place = {
    path: relativePath(workspace.root, path),
    module: query.module,
    name: query.within?.name ?? named?.name ?? null,
    given: query.within?.params ?? [],
  };
  const scoping: QueryScoping = {
    ...scopingOf(query, model, names, { hooked: hook.columns }),
    setting: settingOf(place, model.column),
    single: named?.single ?? SINGLE.test(query.sink?.name ?? ''),
    skipsHook: hook.skipped,
  };
  cache.set(query, { model, names, scoping });
  return scoping;
}

/**
 * A hook is taken to be that of every Repo. It counts only where it compares the column of the tenants: a Repo may have one
 * that only leaves out what is deleted.
 */
function hookOn(
  query: Query,
  hooks: readonly RepoHook[],
  model: TenantModel,
): { readonly columns: readonly string[]; readonly skipped: boolean } {
  const off = { columns: [], skipped: false };
  if (query.language !== 'ecto' || query.sink === null || query.block.verb === 'insert') return off;
  const ofTenants = hooks.filter(({ columns }) => columns.some((column) => column === model.column));
  if (ofTenants.length === 0) return off;
  const { options } = query.sink;
  const skipped = ofTenants.some((hook) =>
    hook.options.some((option) => SKIPS.test(option) && options.includes(option)),
  );
  return skipped
    ? { columns: [], skipped }
    : { columns: ofTenants.flatMap(({ columns }) => columns), skipped };
}

const SKIPS = /^(?:skip|ignore|without|bypass|no|unscoped|disable)(?:_|$)/;

const SINGLE = /\.(?:one!?|get_by!?|exists\?)$/;

interface QueryName {
  readonly name: string;
  readonly single: boolean;
}

const sqlNames = new WeakMap<SqlReading, ReadonlyMap<Query, QueryName>>();

/** The name that a comment right before the query gives it: `-- name: ListPosts :many`, as sqlc and others have it. */
function nameOfSql(workspace: Workspace, path: string, query: Query): QueryName | null {
  const reading = workspace.readings.get(path);
  if (reading?.kind !== 'sql') return null;
  let names = sqlNames.get(reading);
  if (names === undefined) {
    names = namesOfQueries(reading);
    sqlNames.set(reading, names);
  }
  return names.get(query) ?? null;
}

function namesOfQueries({ sql }: SqlReading): ReadonlyMap<Query, QueryName> {
  const names = new Map<Query, QueryName>();
  let before = 0;
  for (const { statement, start } of sql.statements) {
    const named = sql.comments
      .filter(({ span }) => span.start >= before && span.end <= start)
      .flatMap(({ text }) => /^\s*name:\s*(\w+)\s*(:one)?/i.exec(text) ?? []);
    const [, name, one] = named.slice(-3);
    if (name !== undefined) {
      for (const query of factsOf(statement).queries) names.set(query, { name, single: one !== undefined });
    }
    before = start + statement.text.length;
  }
  return names;
}
