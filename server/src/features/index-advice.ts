// What is said of each index that was tried for some queries: whether it is advised, with the numbers, and what it costs.

import type { WishedIndex } from '../advice/advice.js';
import { indexInEcto, indexInSql, indexTitle, missingExtension } from '../advice/index-texts.js';
import { superfluousBeside } from '../advice/indexes/existing.js';
import {
  costOf,
  type Outcome,
  type PairTrial,
  type Trial,
  timesOf,
  type Verdict,
  verdictsOn,
} from '../advice/indexes/verdict.js';
import { findTable } from '../catalog/lookup.js';
import type { TriedIndex } from '../database/database.js';
import { historyFor, type Workspace } from '../lint/workspace.js';
import { parsePlan } from '../plans/plan.js';
import { costText, factorText } from '../text/numbers.js';
import { count } from '../text/words.js';
import { remarksOn, updatedColumns } from './index-remarks.js';
import type { IndexToTry, PlannedQuery } from './indexes-to-try.js';

export interface AdvisedIndex {
  readonly verdict: Verdict['kind'] | 'refused';
  /** Why it is advised, or is not, with the numbers. */
  readonly message: string;
  readonly name: string;
  readonly index: WishedIndex;
  /** The statement that makes it, with what it needs before it. */
  readonly sql: string;
  /** The same as the body of a migration of Ecto. */
  readonly ecto: string;
  /** `orders (status, placed_at)` */
  readonly title: string;
  /** `null` when the server does not make it. */
  readonly bytes: number | null;
  /** What it costs, and what else is to be known: sentences. */
  readonly remarks: readonly string[];
  /** Names of indexes that nobody needs beside it. */
  readonly superfluous: readonly string[];
  /** The queries that it helps, best first. */
  readonly helps: readonly IndexHelp[];
  /** The same with their plans; where it helps none, all that it could have helped. */
  readonly plans: readonly IndexedPlan[];
}

export interface IndexHelp {
  /** Which of the queries. */
  readonly query: number;
  /** Estimated costs. */
  readonly before: number;
  readonly after: number;
}

export interface IndexedPlan {
  /** Which of the queries. */
  readonly query: number;
  /** With the index: as EXPLAIN (FORMAT JSON) gave it. */
  readonly plan: unknown;
}

/** What came of a trial; `refused` tells why the server does not make the index. */
export type TriedOrNot = TriedIndex | { readonly kind: 'refused'; readonly message: string };

export type TriedIndexes = readonly (IndexToTry & { readonly tried: TriedOrNot })[];

/** As the verdict wants them. */
export function trialsOf(queries: readonly PlannedQuery[], tries: TriedIndexes): readonly Trial[] {
  return tries.map(({ candidate, queries: able, tried }): Trial => {
    const isTried = tried.kind === 'tried';
    return {
      names: isTried ? tried.names : [],
      bytes: isTried ? tried.bytes : 0,
      rows: isTried ? tried.rows : 0,
      tableRows: isTried ? tried.tableRows : 0,
      partial: candidate.index.where !== null,
      guessed: candidate.index.method === 'btree' && candidate.index.keys.some(({ isColumn }) => !isColumn),
      outcomes: isTried ? outcomesOf(queries, able, tried) : [],
    };
  });
}

/** Two of the indexes that were tried together for a query. */
export interface TriedPair {
  readonly places: PairTrial['places'];
  readonly query: number;
  readonly tried: TriedIndex;
}

/** What is advised first, then alternatives, then the rest. */
export function indexAdvice(
  workspace: Workspace,
  path: string,
  queries: readonly PlannedQuery[],
  tries: TriedIndexes,
  pairs: readonly TriedPair[],
): readonly AdvisedIndex[] {
  const trials = trialsOf(queries, tries);
  const together = pairs.map(
    ({ places, query, tried }): PairTrial => ({ places, outcomes: outcomesOf(queries, [query], tried) }),
  );
  const updates = updatedColumns(workspace);
  const catalog = historyFor(workspace, path)?.history.latest ?? null;
  const verdicts = verdictsOn(trials, together);
  const best = tries.flatMap(({ candidate }, place) =>
    verdicts[place]?.kind === 'advised' ? [candidate.index] : [],
  );
  const advised = verdicts.map((verdict, place): AdvisedIndex[] => {
    const [one, trial] = [tries[place], trials[place]];
    if (one === undefined || trial === undefined) return [];
    const { candidate, tried } = one;
    const { index } = candidate;
    const extension = missingExtension(catalog, index);
    const table = catalog === null ? null : findTable(catalog, index.table);
    const indexes = table?.indexes ?? [];
    const superfluous = superfluousBeside(indexes, index);
    const helps = 'helps' in verdict ? verdict.helps.toSorted((a, b) => timesOf(b) - timesOf(a)) : [];
    const isRefused = tried.kind === 'refused';
    return [
      {
        verdict: isRefused ? 'refused' : verdict.kind,
        message: isRefused
          ? `The server does not make it: ${tried.message}.`
          : messageOf(verdict, queries, tries),
        name: one.trial.name,
        index,
        sql: indexInSql(index, extension, one.trial.name),
        ecto: indexInEcto(index, extension),
        title: indexTitle(index),
        bytes: isRefused ? null : trial.bytes,
        remarks:
          helps.length === 0
            ? []
            : remarksOn(candidate, trial, {
                catalog,
                indexes,
                superfluous,
                updates,
                together: verdict.kind === 'advised' ? best : [],
              }),
        superfluous: helps.length === 0 ? [] : superfluous,
        helps: helps.map((outcome) => ({
          query: outcome.query,
          before: costOf(outcome.before),
          after: costOf(outcome.after),
        })),
        plans: (helps.length === 0 ? trial.outcomes : helps).map((outcome) => ({
          query: outcome.query,
          plan: jsonOf(verdict, place, one, pairs, outcome),
        })),
      },
    ];
  });
  return advised
    .flat()
    .toSorted((a, b) => RANKS.indexOf(a.verdict) - RANKS.indexOf(b.verdict) || gain(b) - gain(a));
}

const RANKS: readonly AdvisedIndex['verdict'][] = ['advised', 'alternative', 'little', 'unused', 'refused'];

function gain({ helps }: AdvisedIndex): number {
  return helps.reduce((sum, { before, after }) => sum + before - after, 0);
}

function outcomesOf(
  queries: readonly PlannedQuery[],
  able: readonly number[],
  { plans }: TriedIndex,
): readonly Outcome[] {
  return able.flatMap((query, place) => {
    const answer = plans[place];
    const after = answer?.kind === 'explained' ? parsePlan(answer.plan) : null;
    const before = queries[query]?.plan;
    return after?.kind === 'plan' && before !== undefined ? [{ query, before, after }] : [];
  });
}

function jsonOf(
  verdict: Verdict,
  place: number,
  { queries: able, tried }: TriedIndexes[number],
  pairs: readonly TriedPair[],
  { query }: Outcome,
): unknown {
  const beside = verdict.kind === 'advised' ? verdict.beside : null;
  const pair = pairs.find(
    ({ places, query: of }) =>
      beside !== null && of === query && places.includes(place) && places.includes(beside),
  );
  const answer =
    pair !== undefined
      ? pair.tried.plans[0]
      : tried.kind === 'tried'
        ? tried.plans[able.indexOf(query)]
        : undefined;
  return answer?.kind === 'explained' ? answer.plan : null;
}

function messageOf(verdict: Verdict, queries: readonly PlannedQuery[], tries: TriedIndexes): string {
  switch (verdict.kind) {
    case 'advised':
    case 'alternative': {
      const [most] = verdict.helps.toSorted((a, b) => timesOf(b) - timesOf(a));
      const which =
        queries.length === 1
          ? 'The estimated cost falls'
          : `It helps ${count(verdict.helps.length, 'query', 'queries')}; at best the estimated cost falls`;
      const beside = verdict.kind === 'advised' ? '' : ' Another index does that as well, or better.';
      const other = verdict.kind === 'advised' && verdict.beside !== null ? tries[verdict.beside] : undefined;
      const only =
        other === undefined
          ? ''
          : ` Only together with one on ${indexTitle(other.candidate.index)}: neither helps alone.`;
      return most === undefined ? '' : `${which} ${fallText(most)}.${beside}${only}`;
    }
    case 'little':
      return `It would be used, for too little: the estimated cost falls ${fallText(verdict.outcome)}.`;
    case 'unused':
      return 'The planner does not use it.';
  }
}

function fallText(outcome: Outcome): string {
  return `from ${costText(costOf(outcome.before))} to ${costText(costOf(outcome.after))} (${factorText(timesOf(outcome))})`;
}
