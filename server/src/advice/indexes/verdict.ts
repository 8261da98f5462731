// What the trial of an index is worth: whether the plan uses it, and how much less the server expects to do then. Of several
// indexes that help the same query, one is advised and the others are told as alternatives.

import { nodesOf } from '../../plans/nodes.js';
import type { Plan } from '../../plans/plan.js';

/** How an index did with one query. */
export interface Outcome {
  /** Which of the queries. */
  readonly query: number;
  readonly before: Plan;
  readonly after: Plan;
}

/** An index that was tried. */
export interface Trial {
  /** Names by which plans tell of it: its own, and those of its parts on partitions. */
  readonly names: readonly string[];
  readonly bytes: number;
  /** Of the table's rows those that it holds, and all of them. */
  readonly rows: number;
  readonly tableRows: number;
  readonly partial: boolean;
  /** It has an expression of which the server knows nothing before ANALYZE has run over the index: then it guesses too many rows. */
  readonly guessed: boolean;
  readonly outcomes: readonly Outcome[];
}

export type Verdict =
  | { readonly kind: 'advised'; readonly helps: readonly Outcome[] }
  /** It helps, and another one does it as well or better. */
  | { readonly kind: 'alternative'; readonly helps: readonly Outcome[] }
  /** Used, for too little. */
  | { readonly kind: 'little'; readonly outcome: Outcome }
  /** Holds most rows of the table, so it may as well hold all. */
  | { readonly kind: 'not-partial' }
  | { readonly kind: 'unused' };

/** A plan that costs a fifth, or less, is worth an index, unless it was cheap: a page in the right place costs about 4. */
const WORTH_TIMES = 5;
const WORTH_SAVING = 50;
/** Half the cost is worth one too, from as much on as reading 10,000 pages in a row. */
const LARGE_TIMES = 2;
const LARGE_SAVING = 10_000;
/** A partial index is for few of a table's rows: more may as well be in an index that serves other values too. */
export const PARTIAL_SHARE = 0.2;
/** Of indexes that cost nearly the same, the one that serves more queries or is smaller. */
const NEARLY = 1.25;

export function costOf({ root }: Plan): number {
  return root.estimate?.totalCost ?? 0;
}

function isUsed({ names }: Trial, plan: Plan): boolean {
  return nodesOf(plan).some(({ index }) => index !== null && names.includes(index));
}

function isWorth({ guessed }: Trial, { before, after }: Outcome): boolean {
  const [was, is] = [costOf(before), costOf(after)];
  const [saving, times] = [was - is, is > 0 ? was / is : 0];
  const enough = guessed ? LARGE_TIMES : WORTH_TIMES;
  return (times >= enough && saving >= WORTH_SAVING) || (times >= LARGE_TIMES && saving >= LARGE_SAVING);
}

/** One for each trial, in their order. */
export function verdictsOn(trials: readonly Trial[]): readonly Verdict[] {
  const helps = trials.map((trial) =>
    isTooWide(trial)
      ? []
      : trial.outcomes.filter((outcome) => isUsed(trial, outcome.after) && isWorth(trial, outcome)),
  );
  const chosen = choose(trials, helps);
  return trials.map((trial, place): Verdict => {
    const own = helps[place] ?? [];
    if (own.length > 0) return { kind: chosen.has(place) ? 'advised' : 'alternative', helps: own };
    const used = trial.outcomes.filter(({ after }) => isUsed(trial, after));
    if (used.length > 0 && isTooWide(trial)) return { kind: 'not-partial' };
    const [most] = used.toSorted((a, b) => timesOf(b) - timesOf(a));
    return most === undefined ? { kind: 'unused' } : { kind: 'little', outcome: most };
  });
}

/** How many times as much it costs without the index. */
export function timesOf({ before, after }: Outcome): number {
  return costOf(before) / Math.max(costOf(after), 0.01);
}

function isTooWide({ partial, rows, tableRows }: Trial): boolean {
  return partial && rows > tableRows * PARTIAL_SHARE;
}

/** For each query the best index: nearly as cheap as the cheapest, then good for most queries, then small. */
function choose(trials: readonly Trial[], helps: readonly (readonly Outcome[])[]): ReadonlySet<number> {
  const chosen = new Set<number>();
  const queries = new Set(helps.flat().map(({ query }) => query));
  for (const query of queries) {
    const able = helps.flatMap((own, place) => {
      const outcome = own.find((one) => one.query === query);
      return outcome === undefined ? [] : [{ place, cost: costOf(outcome.after), serves: own.length }];
    });
    const cheapest = Math.min(...able.map(({ cost }) => cost));
    const [best] = able
      .filter(({ cost }) => cost <= cheapest * NEARLY)
      .toSorted(
        (a, b) =>
          b.serves - a.serves ||
          (trials[a.place]?.bytes ?? 0) - (trials[b.place]?.bytes ?? 0) ||
          a.place - b.place,
      );
    if (best !== undefined) chosen.add(best.place);
  }
  // One that another one stands in for, in all queries that it helps, is not needed beside it.
  const byGain = [...chosen].toSorted((a, b) => (helps[a]?.length ?? 0) - (helps[b]?.length ?? 0));
  for (const place of byGain) {
    const others = [...chosen].filter((other) => other !== place).flatMap((other) => helps[other] ?? []);
    const isReplaced = (helps[place] ?? []).every(({ query, after }) =>
      others.some((other) => other.query === query && costOf(other.after) <= costOf(after) * NEARLY),
    );
    if (isReplaced) chosen.delete(place);
  }
  return chosen;
}
