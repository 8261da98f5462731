// Modules through which a project runs its queries: one function takes a query and whose it is, and gives both on in a struct;
// others take that struct, add the tenant, and run the query. `query |> Safe.scoped(subject) |> Safe.all()`
//
// Their own code is run with a query that nobody knows, to see what each of them adds.

import type { FunctionClause, FunctionDefinition } from '../syntax/elixir/functions.js';
import { everythingIn, variablesIn } from '../syntax/elixir/walk.js';
import type { SqlParser } from '../syntax/sql/parse.js';
import type { Span } from '../text/span.js';
import { buildingOf } from './from-ecto/building.js';
import type { ModuleCode } from './from-ecto/code.js';
import { evaluateItems, newScope } from './from-ecto/functions.js';
import { projectOf } from './from-ecto/project.js';
import { isSink } from './from-ecto/sinks.js';
import type { Condition, Query, Sink } from './query.js';
import { callOn, callWithQuery } from './repo-hooks/made-calls.js';
import { comparedIn } from './repo-hooks/ways.js';

export interface QueryWrapper {
  readonly kind: 'query-wrapper';
  /** Of the first function that runs what it is handed. */
  readonly span: Span;
  readonly module: string;
  readonly functions: readonly WrapperFunction[];
}

/** One that takes a query and gives it on. */
export interface WrapperFunction {
  readonly name: string;
  readonly runs: readonly WrappedRun[];
}

/** One that runs what such a function gave. */
export interface WrappedRun {
  readonly name: string;
  /** Columns of the query's first relation that it compares, also where it does so for some tables alone. */
  readonly columns: readonly string[];
  /** Its name where it is defined. */
  readonly nameSpan: Span;
}

export function queryWrappersIn(code: readonly ModuleCode[], sql: SqlParser): readonly QueryWrapper[] {
  return code.flatMap((module) => {
    const open = module.functions.filter(({ kind }) => kind === 'def');
    const handing = open.filter(handsOn);
    const running = open.filter(({ name }) => isSink(name));
    if (handing.length === 0 || running.length === 0) return [];
    const functions = [...new Set(handing.map(({ name }) => name))].map((name): WrapperFunction => {
      const runs = running.flatMap((run) => {
        const columns = handing
          .filter((definition) => definition.name === name)
          .flatMap((definition) => columnsAdded(module, code, definition, run, sql) ?? []);
        return columns.length === 0 ? [] : [...columns];
      });
      return { name, runs: merged(runs) };
    });
    const wrapping = functions.filter(({ runs }) => runs.length > 0);
    const span = wrapping[0]?.runs[0]?.nameSpan;
    if (span === undefined) return [];
    return [{ kind: 'query-wrapper' as const, span, module: module.name, functions: wrapping }];
  });
}

/** Some clause gives a struct, map or tuple that holds its first parameter. */
function handsOn({ clauses }: FunctionDefinition): boolean {
  return clauses.some(({ params, body }) => {
    const last = body?.items.at(-1);
    if (last === undefined || (last.kind !== 'map' && last.kind !== 'tuple')) return false;
    const given = new Set(params.slice(0, 1).flatMap(variablesIn));
    return [...everythingIn(last)].some((inner) => inner.kind === 'variable' && given.has(inner.name));
  });
}

/** What is compared when `run` is given what `handing` gives for a query; `null` when no query is run then. */
function columnsAdded(
  module: ModuleCode,
  code: readonly ModuleCode[],
  handing: FunctionDefinition,
  run: FunctionDefinition,
  sql: SqlParser,
): WrappedRun | null {
  const found = run.clauses
    .filter((clause) => !isForNobody(clause))
    .flatMap((clause) => runsIn(module, code, handing, { ...run, clauses: [clause] }, sql));
  if (found.length === 0) return null;
  const strict = !handsMore(handing);
  const columns = found.map(({ block }) =>
    strict ? surelyComparedIn(block.where) : comparedIn(block.where),
  );
  return {
    name: run.name,
    nameSpan: run.nameSpan,
    columns: [...new Set(columns.flat())].filter((column) => columns.every((all) => all.includes(column))),
  };
}

/** It hands on something besides the query: whose rows are meant. Else only what is compared on every way is compared for it. */
function handsMore({ clauses }: FunctionDefinition): boolean {
  return clauses.some(({ params, body }) => {
    const last = body?.items.at(-1);
    const given = new Set(params.slice(0, 1).flatMap(variablesIn));
    return (
      last !== undefined &&
      [...everythingIn(last)].some(
        (inner) => inner.kind === 'call' || (inner.kind === 'variable' && !given.has(inner.name)),
      )
    );
  });
}

function surelyComparedIn(condition: Condition): readonly string[] {
  if (condition.kind === 'and') return condition.of.flatMap(surelyComparedIn);
  if (condition.kind !== 'choice') return comparedIn(condition);
  const [first = [], ...others] = condition.of.map(surelyComparedIn);
  return first.filter((column) => others.every((columns) => columns.includes(column)));
}

/** It takes what was handed over without a tenant, on purpose: `%Scoped{subject: %{account: nil}}`. */
function isForNobody({ params, guard }: FunctionClause): boolean {
  const asked = guard === null ? [] : [...everythingIn(guard)];
  const isNil = asked.some((inner) => inner.kind === 'call' && inner.name === 'is_nil');
  const isNegated = asked.some((inner) => inner.kind === 'unary');
  const hasNil = params.some((param) =>
    [...everythingIn(param)].some((inner) => inner.kind === 'atom' && inner.value === 'nil'),
  );
  return hasNil || (isNil && !isNegated);
}

/** The queries that `run` runs when it is given what `handing` gives for a query. */
function runsIn(
  module: ModuleCode,
  code: readonly ModuleCode[],
  handing: FunctionDefinition,
  run: FunctionDefinition,
  sql: SqlParser,
): readonly Query[] {
  const span = run.nameSpan;
  const functions = module.functions.map((one) =>
    one.nameSpan.start === span.start ? { ...one, clauses: run.clauses } : one,
  );
  const project = projectOf(code.map((one) => (one === module ? { ...module, functions } : one)));
  const scope = newScope(sql, { module: null, within: null, project }, { module: null, aliases: new Map() });
  const source = { kind: 'schema', module: QUERY, table: null } as const;
  const building = buildingOf(source, span, 0, 'it is given by the caller');
  scope.variables.set(QUERY, { kind: 'query', building });
  const handed = callWithQuery(module.name, handing.name, handing.arity - handing.defaults, span);
  evaluateItems([callOn(module.name, run.name, handed, run.arity - run.defaults)], scope);
  return [...scope.reader.found.values()];
}

const QUERY = 'query';

/** Functions of one name and several arities, or several ways to hand a query on, count as one. */
function merged(runs: readonly WrappedRun[]): readonly WrappedRun[] {
  const byName = new Map<string, WrappedRun>();
  for (const run of runs) {
    const before = byName.get(run.name);
    const columns = new Set([...(before?.columns ?? []), ...run.columns]);
    byName.set(run.name, { ...(before ?? run), columns: [...columns] });
  }
  return [...byName.values()];
}

/**
 * Whether a query that was handed on by that function and then run by the other is compared by the column; `null` when the
 * function is none that hands queries on to be scoped or left alone.
 */
export function wrapped(
  wrappers: readonly QueryWrapper[],
  { module, name, run }: NonNullable<Sink['through']>,
  column: string,
): 'scoped' | 'unscoped' | null {
  const functions = wrappers.find((wrapper) => wrapper.module === module)?.functions ?? [];
  const adds = ({ runs }: WrapperFunction) => runs.some(({ columns }) => columns.includes(column));
  const handing = functions.find((one) => one.name === name);
  if (handing === undefined || !functions.some(adds)) return null;
  if (!adds(handing)) return 'unscoped';
  const own = handing.runs.find((one) => one.name === run);
  return own === undefined || own.columns.includes(column) ? 'scoped' : null;
}
