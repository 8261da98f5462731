// The query that a Repo sends in place of one that it is given, where it is certain what its `prepare_query/3` makes of it. For
// tenancy it is enough what a hook does as a rule (`columnsCompared`); the text of a query must be right to the letter.

import { type FunctionDefinition, functionFor } from '../../syntax/elixir/functions.js';
import type { Expr, Pair } from '../../syntax/elixir/nodes.js';
import type { SqlParser } from '../../syntax/sql/parse.js';
import type { Building } from '../from-ecto/building.js';
import { clauseElsewhere } from '../from-ecto/elsewhere.js';
import { newScope } from '../from-ecto/functions.js';
import type { Project } from '../from-ecto/project.js';
import { keyOfPair } from '../from-ecto/scope.js';
import type { HookCode, RepoHook } from '../repo-hooks.js';
import { type HookedCall, holds } from './guards.js';
import { exactWaysOf } from './ways.js';

export interface SentCall extends Omit<HookedCall, 'options' | 'off' | 'maybe'> {
  /** Those that the call passes. */
  readonly given: readonly Pair[];
}

/**
 * The query with what the hook adds as its only steps; a reason, as a clause for people, where that is decided at run time. A way that
 * raises sends nothing.
 */
export function sentQuery(
  { module, code }: RepoHook,
  query: Building,
  { given, ...call }: SentCall,
  project: Project,
  sql: SqlParser,
): Building | string {
  const hook = code === null ? null : functionFor(code.functions, 'prepare_query', 3);
  if (code === null || hook === null) return `${module} changes it by prepare_query`;
  const options = optionsOf(given, defaultsOf(code));
  const functions = code.functions.map(elsewhere);
  const place = { module: code.module, within: null, project, records: true };
  const ways = exactWaysOf(elsewhere(hook), functions, newScope(sql, place, code.environment), query);
  const possible = ways?.filter(
    ({ when, raises }) => !raises && holds(when, { ...call, ...options }) !== false,
  );
  const [way, ...others] = possible ?? [];
  if (way === undefined) return `${module} lets nothing like it through (prepare_query)`;
  if (others.length > 0) return `${module} decides at run time what prepare_query adds to it`;
  return way.building ?? `${module} changes it by prepare_query`;
}

function elsewhere(definition: FunctionDefinition): FunctionDefinition {
  return { ...definition, clauses: definition.clauses.map(clauseElsewhere) };
}

/** Options by name; what is not a literal may be anything. */
type Options = ReadonlyMap<string, Expr>;

/** What `default_options/1` gives to every call; `null` where that is not one written list. */
function defaultsOf({ functions }: HookCode): Options | null {
  const definitions = functions.filter(({ name, arity }) => name === 'default_options' && arity === 1);
  const [clause, ...others] = definitions.flatMap(({ clauses }) => clauses);
  if (clause === undefined) return new Map();
  const [list, ...more] = clause.body?.items ?? [];
  if (list?.kind !== 'list' || others.length + more.length > 0) return null;
  const pairs = list.items.filter((item) => item.kind === 'pair');
  return pairs.length === list.items.length ? byName(pairs) : null;
}

function byName(pairs: readonly Pair[]): Options {
  // The first one counts.
  return new Map(pairs.toReversed().map((pair) => [keyOfPair(pair) ?? '', pair.value]));
}

/** Only what is certainly true or false is told; of the others it is said that they may be there. */
function optionsOf(
  given: readonly Pair[],
  defaults: Options | null,
): Pick<HookedCall, 'options' | 'off' | 'maybe'> {
  const all = new Map([...(defaults ?? []), ...byName(given)]);
  const names = (...values: readonly string[]) =>
    new Set(
      [...all].flatMap(([name, value]) =>
        value.kind === 'atom' && values.includes(value.value) ? [name] : [],
      ),
    );
  const [options, off] = [names('true'), names('false', 'nil')];
  const isKnown = (name: string) => options.has(name) || off.has(name);
  return { options, off, maybe: (name) => !isKnown(name) && (defaults === null || all.has(name)) };
}
