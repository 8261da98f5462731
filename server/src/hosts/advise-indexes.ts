// Asks the index advisor: plans of some queries on the embedded server as things are, then with each index that may help.
// For the editor and the command line alike.

import type { WishedIndex } from '../advice/advice.js';
import { type Statistics, tellsColumns } from '../catalog/statistics.js';
import type { Explained, Failure, ReplayedDatabase } from '../database/database.js';
import { failure } from '../database/failure.js';
import { withoutSizes } from '../database/pglite.js';
import { type ExplainTarget, explainRequestOf } from '../features/explain-target.js';
import {
  type AdvisedIndex,
  indexAdvice,
  type TriedOrNot,
  type TriedPair,
  trialsOf,
} from '../features/index-advice.js';
import { pairsToTry } from '../features/index-pairs.js';
import { type IndexToTry, indexesToTry, type PlannedQuery } from '../features/indexes-to-try.js';
import type { Workspace } from '../lint/workspace.js';
import { type Plan, parsePlan } from '../plans/plan.js';
import type { DatabaseSource } from '../plans/source.js';
import { count } from '../text/words.js';

export interface Advised {
  readonly kind: 'advised';
  readonly source: DatabaseSource;
  /** One for each target; what could not be planned says why. */
  readonly queries: readonly (AdvisedQuery | Failure)[];
  readonly indexes: readonly AdvisedIndex[];
  /** Names of indexes that do already what others would. */
  readonly served: readonly string[];
  /** What a reader should know of the trials and of all plans together. */
  readonly notes: readonly string[];
}

export interface AdvisedQuery {
  readonly kind: 'planned';
  readonly plan: Plan;
  readonly explained: Explained;
}

/**
 * @param path of the file with the queries, whose schema and configuration hold
 * @param targets at least one
 * @param database with the statistics
 * @param report told in words what is being done
 * @param only to be tried; absent: all that may help
 */
export async function adviseIndexes(
  workspace: Workspace,
  path: string,
  targets: readonly ExplainTarget[],
  database: ReplayedDatabase,
  statistics: Statistics,
  signal: AbortSignal,
  report: (message: string) => void,
  only: WishedIndex | null = null,
): Promise<Advised | Failure> {
  const queries: (AdvisedQuery | Failure)[] = [];
  const planned: PlannedQuery[] = [];
  /** Place among the targets of each that was planned. */
  const places: number[] = [];
  const notes = new Set<string>();
  let source: DatabaseSource | null = null;
  for (const [place, target] of targets.entries()) {
    report(targets.length === 1 ? 'Planning…' : `Planning query ${place + 1} of ${targets.length}`);
    const request = explainRequestOf(target);
    const explained = await database.explain(request, signal);
    if (explained.kind === 'sql-error') {
      queries.push(explained);
      continue;
    }
    if (explained.kind !== 'explained') return explained;
    // Whether those of a file could be applied is only found out by a plan.
    if (explained.source.statistics === 'none') return withoutSizes();
    const plan = parsePlan(explained.plan);
    if (plan.kind === 'unreadable') return failure('not-explainable', plan.reason);
    source = explained.source;
    for (const note of explained.notes) notes.add(note);
    queries.push({ kind: 'planned', plan, explained });
    planned.push({ request, plan, tables: explained.tables });
    places.push(place);
  }
  if (source === null) return nonePlanned(queries.filter((query) => query.kind !== 'planned'));
  const { tries, served } = indexesToTry(workspace, path, planned, { source, statistics }, only);
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
  if (!tellsColumns(statistics)) {
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
  return { kind: 'advised', source, queries, indexes, served, notes: [...notes] };
}

function nonePlanned([first, ...others]: readonly Failure[]): Failure {
  if (first === undefined) return failure('not-explainable', 'There is no query that can be explained.');
  if (others.length === 0) return first;
  return {
    ...first,
    message: `None of the ${others.length + 1} queries can be planned. The first: ${first.message}`,
  };
}
