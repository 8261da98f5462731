// Indexes that may help only together: the two sides of a join, and of an OR. Pairs are tried for queries that no index helps
// alone, and only a few.

import type { PairTrial, Trial } from '../advice/indexes/verdict.js';
import { isDear, verdictsOn } from '../advice/indexes/verdict.js';
import type { IndexTrial } from '../database/database.js';
import type { TriedIndexes } from './index-advice.js';
import type { PlannedQuery } from './indexes-to-try.js';

export interface PairToTry {
  readonly places: PairTrial['places'];
  readonly trial: IndexTrial;
  readonly query: number;
}

const MOST_OF_A_QUERY = 6;
const MOST = 12;

/** Best first. */
export function pairsToTry(
  queries: readonly PlannedQuery[],
  tries: TriedIndexes,
  trials: readonly Trial[],
): readonly PairToTry[] {
  const helped = new Set(
    verdictsOn(trials).flatMap((verdict) =>
      'helps' in verdict ? verdict.helps.map(({ query }) => query) : [],
    ),
  );
  const pairs = queries.flatMap(({ request, plan }, query) => {
    if (helped.has(query) || !isDear(plan)) return [];
    const able = tries.flatMap((one, place) =>
      one.tried.kind === 'tried' && one.queries.includes(query) && one.candidate.index.where === null
        ? [{ ...one, place }]
        : [],
    );
    return able
      .flatMap((one, at) => able.slice(at + 1).map((other) => [one, other] as const))
      .filter(([one, other]) => mayHelpTogether(one, other))
      .slice(0, MOST_OF_A_QUERY)
      .map(
        ([one, other]): PairToTry => ({
          places: [one.place, other.place],
          trial: {
            ...one.trial,
            extensions: [...one.trial.extensions, ...other.trial.extensions],
            beside: [other.trial],
            requests: [request],
          },
          query,
        }),
      );
  });
  return pairs.slice(0, MOST);
}

/** Of different tables, or each a key of its own, as the sides of an OR are looked up by. */
function mayHelpTogether(one: TriedIndexes[number], other: TriedIndexes[number]): boolean {
  const [a, b] = [one.candidate.index, other.candidate.index];
  if (one.trial.name === other.trial.name) return false;
  if (a.table.name !== b.table.name || a.table.schema !== b.table.schema) return true;
  const isSimple = ({ keys, include }: typeof a) => keys.length === 1 && include.length === 0;
  return isSimple(a) && isSimple(b) && a.keys[0]?.expression !== b.keys[0]?.expression;
}
