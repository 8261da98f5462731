// Which rows a query of the workspace can reach, as rules ask it.

import { type HookOnQuery, type QueryScoping, scopingOf, type WrapperOnQuery } from '../analysis/scoping.js';
import { settingOf } from '../analysis/setting.js';
import type { TenancyOptions, TenantModel } from '../analysis/tenancy.js';
import type { Names } from '../queries/names.js';
import { type Block, type Given, PRIMARY_KEY, type Query, type Sink } from '../queries/query.js';
import type { HookedCall } from '../queries/repo-hooks/guards.js';
import {
  alwaysComparing,
  columnsCompared,
  comparesColumn,
  hookedQuery,
  type RepoHook,
  skipOptionsOf,
} from '../queries/repo-hooks.js';
import { type StatementName, statementNamesIn } from '../queries/statement-names.js';
import { wrapped } from '../queries/wrappers.js';
import { relativePath } from '../text/source-file.js';
import { type EctoWorld, ectoWorld, namesFor } from './names.js';
import { factsOf, type SqlReading, usedBy } from './reading.js';
import { tenancyFor } from './tenancy.js';
import { configFor, type Workspace } from './workspace.js';

interface Cached {
  readonly model: TenantModel;
  readonly options: TenancyOptions;
  readonly names: Names;
  readonly scoping: QueryScoping;
}

const cache = new WeakMap<Query, Cached>();

/** `null` when there are no tenants. */
export function scopingFor(workspace: Workspace, path: string, query: Query): QueryScoping | null {
  const model = tenancyFor(workspace, path);
  if (model.root === null) return null;
  const names = namesFor(workspace, path);
  const options = configFor(workspace, path).tenancy;
  const cached = cache.get(query);
  const same = cached?.model === model && cached.names === names && cached.options === options;
  if (cached !== undefined && same) return cached.scoping;
  const world = ectoWorld(workspace);
  const { query: sent, hook } = hooked(query, world, model, options);
  const wrapper = wrapperOn(query, world, model, options);
  const named = nameOfSql(workspace, path, query);
  const place = {
    path: relativePath(workspace.root, path),
    module: query.module,
    uses: usedBy(workspace.readings.get(path), query.module),
    name: query.within?.name ?? named?.name ?? null,
    given: query.within?.params ?? [],
    says: named?.says ?? aboveFunction(workspace.files.get(path)?.text ?? '', query),
  };
  const scoping: QueryScoping = {
    ...scopingOf(wrapper?.effect === 'scoped' ? ofOneTenant(sent, world, model) : sent, model, names),
    setting: settingOf(place, model.column),
    name: place.name,
    single: named?.single ?? GIVEN_FOR_ONE.has(query.sink?.gives ?? 'many'),
    skipsHook: hook?.effect === 'skipped',
    hook,
    wrapper,
  };
  cache.set(query, { model, options, names, scoping });
  return scoping;
}

interface Hooked {
  /** As the Repo sends it. */
  readonly query: Query;
  readonly hook: HookOnQuery | null;
}

/**
 * A hook counts only where it compares the column of the tenants: a Repo may have one that only leaves out what is deleted.
 * Which Repo runs a query that is a part of an Ecto.Multi, or is run by a variable, is not known: any of them then.
 */
function hooked(
  query: Query,
  { hooks, schemas }: EctoWorld,
  { column }: TenantModel,
  options: TenancyOptions,
): Hooked {
  const { block, sink } = query;
  if (sink === null || column === null) return { query, hook: null };
  const configured = options.hook.map((module) => alwaysComparing(module, column, options.skipOptions));
  const candidates = [...configured, ...hooks.values()];
  const hook = candidates.find(
    (one) => one !== null && isOf(one, sink.repo, hooks) && comparesColumn(one, column),
  );
  if (hook == null) return { query, hook: null };
  const found = { effect: 'left-out', option: null, why: null, column, module: hook.module } as const;
  const passed = (names: readonly string[]) => names.find((name) => sink.options.includes(name)) ?? null;
  const skipping = () => passed([...options.skipOptions, ...skipOptionsOf(hook, column)]);
  if (query.language === 'sql') return { query, hook: { ...found, option: skipping(), why: 'raw-sql' } };
  if (block.insert !== null && block.insert.from === null) {
    return { query, hook: { ...found, why: 'insert' } };
  }
  const call = callOf(block.insert?.from ?? block, sink, schemas);
  const columns = passed(options.skipOptions) === null ? columnsCompared(hook, column, call) : null;
  if (columns !== null) return { query: hookedQuery(query, columns), hook: { ...found, effect: 'applied' } };
  const option = skipping();
  if (option !== null) return { query, hook: { ...found, effect: 'skipped', option } };
  return { query, hook: { ...found, why: call.subquery ? 'subquery' : 'other' } };
}

function isOf(hook: RepoHook, repo: string | null, hooks: EctoWorld['hooks']): boolean {
  return repo === null || hook.module === repo || hooks.get(repo) === hook;
}

/** The wrapper that the query went through: as it is configured, or as its code shows it. */
function wrapperOn(
  { sink }: Query,
  { queryWrappers }: EctoWorld,
  { column }: TenantModel,
  options: TenancyOptions,
): WrapperOnQuery | null {
  const through = sink?.through ?? null;
  if (through === null || column === null) return null;
  const { module, name } = through;
  const configured = options.wrappers.find((wrapper) => wrapper.module === module);
  if (configured?.scoped.includes(name)) return { effect: 'scoped', module, name };
  if (configured?.unscoped.includes(name)) return { effect: 'unscoped', module, name };
  const effect = wrapped(queryWrappers, through, column);
  return effect === null ? null : { effect, module, name };
}

/** Which column a wrapper compares may depend on the table: of the tenant itself, it is the key. */
function ofOneTenant(query: Query, { schemas }: EctoWorld, { root, column }: TenantModel): Query {
  const source = query.block.relations[0]?.source;
  const schema = source?.kind === 'schema' ? schemas.get(source.module) : undefined;
  const isRoot = schema !== undefined && schema.table?.name === root;
  return hookedQuery(query, isRoot ? [PRIMARY_KEY] : [column ?? PRIMARY_KEY]);
}

function callOf({ verb, relations }: Block, sink: Sink, schemas: EctoWorld['schemas']): HookedCall {
  const source = relations[0]?.source;
  const schema = source?.kind === 'schema' ? schemas.get(source.module) : undefined;
  const table = source?.kind === 'table' ? source.table.name : schema?.table?.name;
  return {
    operation: OPERATIONS.get(verb) ?? (sink.gives === 'stream' ? 'stream' : 'all'),
    options: new Set(sink.options),
    off: new Set(sink.off),
    prefix: schema?.prefix ?? null,
    subquery: source?.kind === 'block',
    table: table ?? null,
  };
}

const OPERATIONS: ReadonlyMap<Block['verb'], string> = new Map([
  ['insert', 'insert_all'],
  ['update', 'update_all'],
  ['delete', 'delete_all'],
]);

/** What is given of one row that is asked for; of a row by its key, the key says so. */
const GIVEN_FOR_ONE: ReadonlySet<Given> = new Set(['one', 'whether']);

const FARTHEST = 2000;

/** The comments and attributes right above the function that holds the query, its documentation among them. */
function aboveFunction(text: string, { within }: Query): string {
  if (within === null) return '';
  const { start } = within.head;
  const lines = text
    .slice(Math.max(0, start - FARTHEST), start)
    .split('\n')
    .slice(0, -1);
  let from = lines.length;
  let inHeredoc = false;
  while (from > 0) {
    const line = lines[from - 1]?.trim() ?? '';
    const delimits = line.endsWith('"""');
    if (!inHeredoc && !delimits && !/^[#@]/.test(line)) break;
    if (delimits) inHeredoc = !inHeredoc;
    from--;
  }
  return lines.slice(from).join('\n');
}

const sqlNames = new WeakMap<SqlReading, ReadonlyMap<Query, StatementName>>();

/** What the comments before its statement say; `null` where there are none. */
function nameOfSql(workspace: Workspace, path: string, query: Query): StatementName | null {
  const reading = workspace.readings.get(path);
  if (reading?.kind !== 'sql') return null;
  let names = sqlNames.get(reading);
  if (names === undefined) {
    const byStatement = [...statementNamesIn(reading.sql)];
    names = new Map(
      byStatement.flatMap(([statement, name]) =>
        factsOf(statement).queries.map((query) => [query, name] as const),
      ),
    );
    sqlNames.set(reading, names);
  }
  return names.get(query) ?? null;
}
