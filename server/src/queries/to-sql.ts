// The SQL that Ecto's adapter for PostgreSQL sends for a query, from its source alone: the letters of Ecto 3.13, or nothing. What
// depends on values that are known at run time only is unsupported, with the reason.
// `plans` puts the query together, `planned` does what Ecto's planner does, `print` what its adapter does.

import type { ResolvedSchema } from '../ecto/resolve.js';
import type { Expr, Pair } from '../syntax/elixir/nodes.js';
import { bug } from '../text/bug.js';
import type { Span } from '../text/span.js';
import { type Building, unknownBuilding } from './from-ecto/building.js';
import { entriesOf, keyOfPair, listOf, pairsIn } from './from-ecto/scope.js';
import type { Recorded, RecordedRun } from './from-ecto/steps.js';
import type { Query } from './query.js';
import type { SentCall } from './repo-hooks/sent.js';
import { keywordCondition, pinnedUpdates } from './to-sql/clauses.js';
import { type Context, knownPairs, nameIn, paramOf } from './to-sql/context.js';
import { call, fieldAt, type Node, type Plan, planFrom } from './to-sql/nodes.js';
import { childrenOf, type Operation, planned } from './to-sql/planned.js';
import { Plans } from './to-sql/plans.js';
import { type PrintedPlace, printed } from './to-sql/print.js';
import { refuseMissingWrapper, refuseUndecided } from './to-sql/tables.js';
import { base } from './to-sql/types.js';
import { Unsupported, unsupported } from './to-sql/unsupported.js';

export interface Surroundings {
  /** The text of the file, for the words of pins. */
  readonly text: string;
  /** By their modules. */
  readonly schemas: ReadonlyMap<string, ResolvedSchema>;
  /** `config :ecto_sql, postgres_map_type: …`; left out: `jsonb`. */
  readonly mapType?: string;
  /** Whether rows are in schemas of the database that are known at run time alone. Left out: they are not. */
  readonly rowsHavePrefixes?: boolean;
  /** Repos of other databases than PostgreSQL, with their adapters. Left out: there are none. */
  readonly otherDatabases?: ReadonlyMap<string, string>;
  /** What a Repo does to its queries before it sends them; `null` for nothing. Left out: no Repo does anything. */
  readonly hookOn?: (repo: string | null) => Hook | null;
}

/** Gives the query with what is added to it as its only steps, or the reason why that is not certain, as a clause. */
export type Hook = (query: Building, call: SentCall) => Building | string;

export interface TranslatedParameter {
  /** As it is written: `org.id`. */
  readonly text: string;
  /** `null` for what Ecto adds, and for what is written in another function. */
  readonly span: Span | null;
}

export interface TranslatedSql {
  readonly kind: 'translated';
  readonly sql: string;
  /** In the order of `$1`, `$2` and so on. */
  readonly parameters: readonly TranslatedParameter[];
  readonly writes: boolean;
  /** Where parts of the text stand in the file, in the order of the text. */
  readonly places: readonly PrintedPlace[];
}

export type Translation =
  | TranslatedSql
  | {
      readonly kind: 'unsupported';
      readonly reason: string;
      readonly at: Span | null;
      /** Where only that is not certain what the Repo adds to the query: the query without it. Left out: nothing is known. */
      readonly unhooked?: TranslatedSql;
    };

/** @param query one that was read with its steps: see `ectoQueriesOf` */
export function translated(query: Query, surroundings: Surroundings): Translation {
  const { recorded } = query;
  if (recorded === undefined) return { kind: 'unsupported', reason: 'it is no Ecto query', at: null };
  const repo = query.sink?.repo ?? null;
  const adapter = repo === null ? undefined : surroundings.otherDatabases?.get(repo);
  if (adapter !== undefined) {
    const reason = `${repo} sends it to another database than PostgreSQL (${adapter})`;
    return { kind: 'unsupported', reason, at: null };
  }
  const hook = recorded.run === null ? null : (surroundings.hookOn?.(repo) ?? null);
  const translation = attempt(recorded, surroundings, hook);
  if (hook === null || translation.kind === 'translated') return translation;
  const unhooked = attempt(recorded, surroundings, null);
  return unhooked.kind === 'translated' ? { ...translation, unhooked } : unhooked;
}

function attempt(recorded: Recorded, surroundings: Surroundings, hook: Hook | null): Translation {
  try {
    return translate(recorded, surroundings, hook);
  } catch (error) {
    if (error instanceof Unsupported) return { kind: 'unsupported', reason: error.reason, at: error.at };
    bug('a query could not be written as SQL', error);
    return { kind: 'unsupported', reason: 'Plumbline fails at it', at: null };
  }
}

function translate(
  { building, run }: Recorded,
  surroundings: Surroundings,
  hook: Hook | null,
): TranslatedSql {
  const { schemas, text, mapType = 'jsonb', rowsHavePrefixes = false } = surroundings;
  const plans = new Plans(text, schemas, rowsHavePrefixes);
  const plan = plans.planOf(building);
  const done =
    run === null
      ? { plan, operation: operationOf(plan), options: [] }
      : asRun(plan, run, plans.looseContext(run.scope, building));
  if (run !== null && hook !== null) {
    // What is around an aggregate or a query of groups is another query, which has one source.
    const query = done.plan === plan ? building : unknownBuilding('it is around another one', building.span);
    const changed = hook(query, sentCall(done, run));
    if (typeof changed === 'string') return unsupported(changed, plan.span);
    plans.apply(done.plan, changed);
  }
  const whole = planned(done.plan, {
    schemas,
    operation: done.operation,
    parent: null,
    cteNames: new Set(),
    select: 'plain',
  });
  const { sql, params, places } = printed(whole, mapType);
  if (run === null && done.operation === 'update_all' && /\bexcluded\./i.test(sql)) {
    unsupported('it is what an upsert does with a row that is there, and is not sent by itself', plan.span);
  }
  return {
    kind: 'translated',
    sql,
    parameters: params.map(({ text: words, span }) => ({ text: words, span })),
    places,
    writes: done.operation !== 'all' || plan.ctes.some(({ operation: inner }) => inner !== 'all'),
  };
}

/** What a hook can see of it. Source: Ecto.Repo.Queryable.execute */
function sentCall({ plan, operation, options }: Done, run: RecordedRun): SentCall {
  const { source, sourcePrefix, prefix } = plan;
  if (prefix !== null) return unsupported('its prefix may mean something to prepare_query', plan.span);
  return {
    given: options,
    operation: run.function === 'stream' ? 'stream' : operation,
    prefix: sourcePrefix,
    subquery: source.kind === 'subquery',
    table: source.kind === 'schema' || source.kind === 'table' ? source.table : null,
    schema: schemaOf(source),
    asked: new Set(plan.wheres.flatMap(({ condition }) => fieldsIn(condition))),
  };
}

function schemaOf(source: Plan['source']): SentCall['schema'] {
  if (source.kind === 'table') return null;
  if (source.kind !== 'schema' || !hasKnownFields(source.schema)) return undefined;
  const { module, fields } = source.schema;
  return { module, fields: new Set(fields.filter(({ virtual }) => !virtual).map(({ name }) => name)) };
}

function hasKnownFields({ unread, missingWrapper }: ResolvedSchema): boolean {
  return unread === undefined && missingWrapper === undefined;
}

function fieldsIn(node: Node): readonly string[] {
  return [...(node.kind === 'field' ? [node.field] : []), ...childrenOf(node).flatMap(fieldsIn)];
}

/** Of a query that nothing here runs. */
function operationOf({ updates }: Plan): Operation {
  return updates.length > 0 ? 'update_all' : 'all';
}

interface Done {
  readonly plan: Plan;
  readonly operation: Operation;
  /** Those of the call. */
  readonly options: readonly Pair[];
}

/** What the function of the Repo makes of the query. Source: Ecto.Repo.Queryable */
function asRun(plan: Plan, run: RecordedRun, context: Context): Done {
  const { args, keywords } = run;
  const name = run.function;
  const [first, second] = args;
  let options: readonly Pair[] = [];
  const given = (found: readonly Pair[]): void => {
    options = found;
    attachPrefix(plan, found, context);
  };
  const all = (of: Plan): Done => ({ plan: of, operation: 'all', options });
  switch (name) {
    case 'all':
    case 'one':
    case 'one!':
    case 'stream':
      given(optionsIn(args, keywords));
      return all(plan);
    case 'get':
    case 'get!': {
      given(optionsIn(args.slice(1), keywords));
      const key = first?.expr ?? unsupported('the key is not seen', plan.span);
      const field = fieldAt(0, keyNameOf(plan));
      addCondition(plan, call('==', field, { kind: 'param', param: paramOf(context, key, field) }));
      return all(plan);
    }
    case 'get_by':
    case 'get_by!':
    case 'all_by': {
      const clauses =
        first?.expr ?? listOf(keywords) ?? unsupported('what is asked for is not seen', plan.span);
      given(first === undefined ? [] : optionsIn(args.slice(1), keywords));
      const entries = clauses.kind === 'map' ? mapEntries(first, clauses) : knownPairs(context, clauses);
      if (entries === null) return unsupported('what is asked for is decided at run time', clauses.span);
      addCondition(plan, keywordCondition(context, entries, 0));
      return all(plan);
    }
    case 'exists?':
      given(optionsIn(args, keywords));
      if (plan.combinations.length > 0) unsupported('exists? of combined queries is not read', plan.span);
      return all(asExists(plan));
    case 'aggregate': {
      const aggregate = first?.expr == null ? null : nameIn(context, first.expr, 'the aggregate');
      if (aggregate === null) return unsupported('the aggregate is not seen', plan.span);
      const isField = second?.expr?.kind === 'atom';
      if (second !== undefined && !isField && second.expr?.kind !== 'list') {
        unsupported('the field is decided at run time', second.expr?.span ?? null);
      }
      const field = isField && second?.expr != null ? nameIn(context, second.expr, 'the field') : null;
      given(optionsIn(args.slice(field === null ? 1 : 2), keywords));
      return all(asAggregate(plan, aggregate, field));
    }
    case 'update_all': {
      const update = first?.expr ?? listOf(keywords);
      given(first === undefined ? [] : optionsIn(args.slice(1), keywords));
      if (update === null) return unsupported('the update is not seen', plan.span);
      if (!(update.kind === 'list' && update.items.length === 0))
        plan.updates.push(...pinnedUpdates(context, update));
      return { plan, operation: 'update_all', options };
    }
    case 'delete_all':
      given(optionsIn(args, keywords));
      return { plan, operation: 'delete_all', options };
    case 'insert_all':
      return unsupported(
        'the columns of insert_all are those of its rows, which are made at run time',
        plan.span,
      );
    case 'insert':
    case 'insert!':
    case 'insert_or_update':
    case 'insert_or_update!':
      return unsupported(
        'the columns of an insert are those of its changeset, which is made at run time',
        plan.span,
      );
    case 'preload':
      return unsupported(
        'a preload asks for the rows that hang on others, whose keys Ecto adds at run time',
        plan.span,
      );
    default:
      return unsupported(`${run.shown} is no function of Ecto.Repo: it may change the query`, plan.span);
  }
}

function mapEntries(argument: RecordedRun['args'][number] | undefined, map: Expr) {
  // A map has its keys in order.
  const entries = argument === undefined ? null : entriesOf(argument.value);
  if (entries === null || map.kind !== 'map') return null;
  return [...entries].sort((a, b) => ((keyOfPair(a.pair) ?? '') < (keyOfPair(b.pair) ?? '') ? -1 : 1));
}

function addCondition(plan: Plan, condition: Node | null): void {
  if (condition !== null) plan.wheres.push({ operator: 'and', condition });
}

function keyNameOf({ source, span }: Plan): string {
  if (source.kind !== 'schema') return unsupported('without a schema there is no primary key', span);
  const { schema } = source;
  refuseMissingWrapper(schema);
  refuseUndecided(schema, 'primary_key');
  const [key, ...others] = schema.fields.filter(({ primaryKey }) => primaryKey);
  if (key === undefined || others.length > 0)
    return unsupported('Ecto wants a primary key of one field', span);
  return key.name;
}

function optionsIn(args: RecordedRun['args'], keywords: readonly Pair[]): readonly Pair[] {
  const given = args.flatMap(({ value, expr }) => {
    if (value.kind === 'unknown') {
      return unsupported('the options of the call are decided at run time', expr?.span ?? null);
    }
    return pairsIn(value.kind === 'written' ? value.expr : (expr ?? undefined)) ?? [];
  });
  return [...given, ...keywords];
}

/** The option counts where the query has no prefix of its own. */
function attachPrefix(plan: Plan, options: readonly Pair[], context: Context): void {
  const prefix = options.find((pair) => keyOfPair(pair) === 'prefix');
  if (prefix === undefined || plan.prefix !== null) return;
  const { value } = prefix;
  if (value.kind === 'atom' && value.value === 'nil') return;
  plan.prefix = nameIn(
    context,
    { kind: 'unary', operator: '^', operand: value, span: value.span },
    'the prefix',
  );
}

function asExists(plan: Plan): Plan {
  plan.preloads = false;
  plan.preloadedJoins = [];
  plan.orderBys = [];
  plan.distinct = null;
  plan.select = { expr: one, take: new Map() };
  plan.limit = one;
  plan.withTies = false;
  return plan;
}

const one: Node = {
  kind: 'literal',
  literal: { type: 'integer', value: '1' },
  expected: base('integer'),
  span: null,
};

function asAggregate(plan: Plan, aggregate: string, field: string | null): Plan {
  if (plan.groupBys.length > 0) unsupported('Ecto refuses an aggregate of groups', plan.span);
  plan.preloads = false;
  plan.preloadedJoins = [];
  const value = field === null ? null : fieldAt(0, field);
  const select = (of: Plan): Plan => {
    const args = value === null ? [] : [value];
    of.select = { expr: { kind: 'call', name: aggregate, args }, take: new Map() };
    return of;
  };
  const { distinct, limit, offset, combinations, prefix } = plan;
  if (distinct === null && limit === null && offset === null && combinations.length === 0) {
    plan.orderBys = [];
    return select(plan);
  }
  if (value !== null) plan.select = { expr: value, take: new Map() };
  const around = planFrom({ kind: 'subquery', plan }, null, plan.span);
  around.prefix = prefix;
  return select(around);
}
