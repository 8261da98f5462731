// Asks the index advisor: plans of some queries on the embedded server as things are, then with each index that may help.
// For the editor and the command line alike.

import type { WishedIndex } from '../advice/advice.js';
import { type Statistics, tellsColumns } from '../catalog/statistics.js';
import type { ExplainRequest, Failure, ReplayedDatabase } from '../database/database.js';
import { refusalOf } from '../database/explain.js';
import { failure } from '../database/failure.js';
import {
  type AdvisedIndex,
  indexAdvice,
  type TriedOrNot,
  type TriedPair,
  trialsOf,
} from '../features/index-advice.js';
import { pairsToTry } from '../features/index-pairs.js';
import { type IndexToTry, indexesToTry, type PlannedQuery } from '../features/index-trials.js';
import type { Workspace } from '../lint/workspace.js';
import { type Plan, parsePlan } from '../plans/plan.js';
import { count } from '../text/words.js';

export interface Advised {
  readonly kind: 'advised';
  /** As the source of a plan says it: the date of the statistics, or `assumed`. */
  readonly statistics: string;
  readonly postgres: string;
  /** One for each request; what could not be planned says why. */
  readonly queries: readonly (AdvisedQuery | Failure)[];
  readonly indexes: readonly AdvisedIndex[];
  /** Names of indexes that do already what others would. */
  readonly served: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}

export interface AdvisedQuery {
  readonly kind: 'planned';
  readonly plan: Plan;
  /** As EXPLAIN (FORMAT JSON) gave it. */
  readonly json: unknown;
  readonly tables: PlannedQuery['tables'];
  /** As `format_type` prints them, `$1` first. */
  readonly parameterTypes: readonly string[];
}

/**
 * @param path of the file with the queries, whose schema and configuration hold
 * @param database with statistics, else the answer is what to do to get some
 * @param production the statistics that the database has
 * @param report told in words what is being done
 * @param only to be tried; absent: all that may help
 */
export async function adviseIndexes(
  workspace: Workspace,
  path: string,
  requests: readonly ExplainRequest[],
  database: ReplayedDatabase,
  production: Statistics | null,
  signal: AbortSignal,
  report: (message: string) => void,
  only: WishedIndex | null = null,
): Promise<Advised | Failure> {
  const queries: (AdvisedQuery | Failure)[] = [];
  const planned: PlannedQuery[] = [];
  /** Place among the requests of each that was planned. */
  const places: number[] = [];
  const notes = new Set<string>();
  let [statistics, postgres] = ['none', ''];
  for (const [place, request] of requests.entries()) {
    report(requests.length === 1 ? 'Planning…' : `Planning query ${place + 1} of ${requests.length}`);
    const answer = refusalOf(request) ?? (await database.explain(request, signal));
    if (answer.kind !== 'explained') {
      if (answer.kind !== 'sql-error' || requests.length === 1) return answer;
      queries.push(answer);
      continue;
    }
    const plan = parsePlan(answer.plan);
    if (plan.kind === 'unreadable') return failure('not-explainable', plan.reason, '');
    statistics = answer.source.statistics;
    postgres = answer.source.postgres;
    for (const note of answer.notes) notes.add(note);
    queries.push({
      kind: 'planned',
      plan,
      json: answer.plan,
      tables: answer.tables,
      parameterTypes: answer.parameterTypes,
    });
    planned.push({ request, plan, tables: answer.tables });
    places.push(place);
  }
  if (planned.length > 0 && statistics === 'none') return withoutSizes();
  const { tries, served } = indexesToTry(
    workspace,
    path,
    planned,
    { source: { kind: 'embedded', statistics }, production },
    only,
  );
  const tried: (IndexToTry & { readonly tried: TriedOrNot })[] = [];
  for (const [at, one] of tries.entries()) {
    report(`Trying index ${at + 1} of ${tries.length}: ${one.trial.name}`);
    const answer = await database.tryIndex(one.trial, signal);
    if (answer.kind === 'tried') tried.push({ ...one, tried: answer });
    else if (answer.kind === 'sql-error') {
      tried.push({ ...one, tried: { kind: 'refused', message: answer.message } });
    } else if (answer.kind === 'timeout') {
      tried.push({ ...one, tried: { kind: 'refused', message: answer.message } });
      notes.add(`The trial of ${one.trial.name} took too long and was left out.`);
    } else return answer;
  }
  const pairs: TriedPair[] = [];
  const wanted = only === null ? pairsToTry(planned, tried, trialsOf(planned, tried)) : [];
  for (const [at, { trial, places: of, query }] of wanted.entries()) {
    report(`Trying pair ${at + 1} of ${wanted.length}: ${trial.name} and another one`);
    const answer = await database.tryIndex(trial, signal);
    if (answer.kind === 'tried') pairs.push({ places: of, query, tried: answer });
    else if (answer.kind !== 'sql-error' && answer.kind !== 'timeout') return answer;
  }
  const indexes = indexAdvice(workspace, path, planned, tried, pairs).map((index) => ({
    ...index,
    helps: index.helps.map((help) => ({ ...help, query: places[help.query] ?? help.query })),
    plans: index.plans.map((plan) => ({ ...plan, query: places[plan.query] ?? plan.query })),
  }));
  if (production === null || !tellsColumns(production)) {
    notes.add(
      'What values the columns hold is not known, so the costs are guesses, and neither partial indexes nor lookups of NULL are tried: export the statistics of production.',
    );
  }
  if (only !== null) {
    notes.add(
      'Both plans are those of the embedded PostgreSQL, also where the plan that the index was proposed for came from a database of yours: there nothing was made or asked.',
    );
  } else if (tries.length > 0) {
    const two = wanted.length === 0 ? '' : `, and ${count(wanted.length, 'pair')} where none helps alone`;
    const alone = tries.length === 1 ? '' : ', each alone';
    notes.add(`${count(tries.length, 'index', 'indexes')} tried${alone}${two}.`);
  }
  return { kind: 'advised', statistics, postgres, queries, indexes, served, notes: [...notes] };
}

/** The reader of a file with statistics finds out only by a plan whether they could be applied. */
function withoutSizes(): Failure {
  return failure(
    'not-allowed',
    'The sizes of the tables are not known, so trying an index tells nothing: on empty tables none is worth it.',
    'Export the statistics of the database with "Plumbline: Export Statistics…" (plumbline statistics export), or state rows and bytes of its tables in the configuration.',
  );
}
