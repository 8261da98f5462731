// What the trial of an index is worth: whether the plan uses it, and how much less the server expects to do then. Of several
// indexes that help the same query, one is advised and the others are told as alternatives.

import { isSort } from '../../plans/node-types.js';
import { nodesOf } from '../../plans/nodes.js';
import type { Plan, PlanNode } from '../../plans/plan.js';
import { throughGather } from '../order.js';

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
  /**
   * Helps the queries for which it is the best of all that are advised. `beside` is the place of another one without which it
   * helps none of them; `null` for one that helps alone.
   */
  | { readonly kind: 'advised'; readonly helps: readonly Outcome[]; readonly beside: number | null }
  /** It helps, and another one does it as well or better. */
  | { readonly kind: 'alternative'; readonly helps: readonly Outcome[] }
  /** Used, for too little. */
  | { readonly kind: 'little'; readonly outcome: Outcome }
  | { readonly kind: 'unused' };

/** Two indexes that were tried together, for a query that none helps alone. */
export interface PairTrial {
  /** Among the trials. */
  readonly places: readonly [number, number];
  readonly outcomes: readonly Outcome[];
}

/** A plan that costs a fifth, or less, is worth an index, unless it was cheap: a page in the right place costs about 4. */
const WORTH_TIMES = 5;
const WORTH_SAVING = 50;
/** Half the cost is worth one too, from as much on as reading 10,000 pages in a row. */
const LARGE_TIMES = 2;
const LARGE_SAVING = 10_000;
/** A partial index is for few of a table's rows: more may as well be in an index that serves other queries too. */
const PARTIAL_SHARE = 0.2;
/** Of indexes that cost nearly the same, the one that serves more queries or is smaller. */
const NEARLY = 1.25;

export function costOf({ root }: Plan): number {
  return root.estimate?.totalCost ?? 0;
}

/** Whether there is enough to be saved. */
export function isDear(plan: Plan): boolean {
  return costOf(plan) > WORTH_SAVING;
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
export function verdictsOn(trials: readonly Trial[], pairs: readonly PairTrial[] = []): readonly Verdict[] {
  const alone = verdictsAlone(trials);
  const verdicts = [...alone];
  for (const { places, outcome } of pairsWorth(trials, pairs)) {
    for (const [place, beside] of [places, [places[1], places[0]] as const]) {
      const { kind } = verdicts[place] ?? { kind: 'advised' };
      if (kind !== 'advised' && kind !== 'alternative') {
        verdicts[place] = { kind: 'advised', helps: [outcome], beside };
      }
    }
  }
  return verdicts;
}

/** For each query the pair that makes it cheapest, where that uses both and is worth it. */
function pairsWorth(trials: readonly Trial[], pairs: readonly PairTrial[]) {
  const best = new Map<number, { readonly places: PairTrial['places']; readonly outcome: Outcome }>();
  for (const { places, outcomes } of pairs) {
    const both = places.flatMap((place) => trials[place] ?? []);
    for (const outcome of outcomes) {
      if (!both.every((trial) => isUsed(trial, outcome.after) && isWorth(trial, outcome))) continue;
      const known = best.get(outcome.query);
      if (known === undefined || costOf(outcome.after) < costOf(known.outcome.after)) {
        best.set(outcome.query, { places, outcome });
      }
    }
  }
  return [...best.values()];
}

function verdictsAlone(trials: readonly Trial[]): readonly Verdict[] {
  const helps = trials.map((trial) =>
    trial.outcomes.filter((outcome) => isUsed(trial, outcome.after) && isWorth(trial, outcome)),
  );
  const chosen = choose(trials, helps);
  return trials.map((trial, place): Verdict => {
    const own = helps[place] ?? [];
    if (own.length > 0) {
      const best = own.filter(({ query }) => chosen.get(query) === place);
      return best.length > 0
        ? { kind: 'advised', helps: best, beside: null }
        : { kind: 'alternative', helps: own };
    }
    const used = trial.outcomes.filter(({ after }) => isUsed(trial, after));
    const [most] = used.toSorted((a, b) => timesOf(b) - timesOf(a));
    return most === undefined ? { kind: 'unused' } : { kind: 'little', outcome: most };
  });
}

/** How many times as much it costs without the index. */
export function timesOf({ before, after }: Outcome): number {
  return costOf(before) / Math.max(costOf(after), 0.01);
}

/**
 * Whether more rows are sorted than a LIMIT wants of them: the more there are, the longer it takes, where an index in that order
 * reads the first ones alone.
 */
function sortsForLimit(plan: Plan): boolean {
  return nodesOf(plan).some((limit) => {
    const sort = limit.type === 'Limit' ? throughGather(limit.children[0]) : null;
    const [input] = sort?.children ?? [];
    return sort !== null && isSort(sort) && rowsOf(input) > rowsOf(limit);
  });
}

function rowsOf(node: PlanNode | undefined): number {
  return node?.estimate?.rows ?? 0;
}

/** What a plan costs whose LIMIT does not find what it wants before all is read. */
function wholeCost(plan: Plan): number {
  const limited = nodesOf(plan).filter(({ type }) => type === 'Limit');
  const wholes = limited.flatMap(({ children }) => children[0]?.estimate?.totalCost ?? []);
  return Math.max(costOf(plan), ...wholes);
}

/** Whether an index is read in the order that a LIMIT wants, and what does not fit is left out on the way. */
function leavesOut({ names }: Trial, plan: Plan): boolean {
  return nodesOf(plan).some(
    (limit) =>
      limit.type === 'Limit' &&
      nodesOf({ root: limit }).some(
        ({ index, conditions }) =>
          index !== null && names.includes(index) && conditions.some(({ kind }) => kind === 'Filter'),
      ),
  );
}

/** An index that helps a query. */
interface Helper {
  readonly place: number;
  readonly cost: number;
  readonly sorts: boolean;
  /**
   * Cheap only where the rows that fit are spread evenly over those that are read: else it costs more than without the index,
   * and than with another one.
   */
  readonly lucky: boolean;
  /** So many queries it helps. */
  readonly serves: number;
  readonly bytes: number;
  /** Partial, and holds most rows all the same. */
  readonly wide: boolean;
}

/** For each query that any of them helps the place of the one that is advised for it. */
function choose(
  trials: readonly Trial[],
  helps: readonly (readonly Outcome[])[],
): ReadonlyMap<number, number> {
  const helpers = new Map<number, readonly Helper[]>();
  for (const query of new Set(helps.flat().map((outcome) => outcome.query))) {
    const able = trials.flatMap((trial, place) =>
      (helps[place] ?? []).filter((one) => one.query === query).map((outcome) => ({ trial, place, outcome })),
    );
    const least = Math.min(...able.map(({ outcome }) => wholeCost(outcome.after)));
    helpers.set(
      query,
      able.map(({ trial, place, outcome: { before, after } }) => ({
        place,
        cost: costOf(after),
        sorts: sortsForLimit(after),
        lucky: leavesOut(trial, after) && wholeCost(after) > Math.max(costOf(before), least * NEARLY),
        serves: helps[place]?.length ?? 0,
        bytes: trial.bytes,
        wide: trial.partial && trial.rows > trial.tableRows * PARTIAL_SHARE,
      })),
    );
  }
  const bestAmong = (left: (place: number) => boolean) =>
    new Map(
      [...helpers].flatMap(([query, able]) => {
        const best = bestOf(able.filter(({ place }) => left(place)));
        return best === null ? [] : [[query, best.place] as const];
      }),
    );
  const first = [...bestAmong(() => true).values()];
  const left = new Set(first);
  // One that others stand in for, in all queries that it helps, is not needed beside them.
  const wanted = (place: number) => first.filter((one) => one === place).length;
  for (const place of [...left].toSorted((a, b) => wanted(a) - wanted(b))) {
    const others = new Set([...left].filter((other) => other !== place));
    const isReplaced = [...helpers.values()].every((all) => {
      const own = all.find((one) => one.place === place);
      return own === undefined || all.some((one) => others.has(one.place) && standsIn(one, own));
    });
    if (isReplaced) left.delete(place);
  }
  return bestAmong((place) => left.has(place));
}

/**
 * Nearly as cheap as the cheapest of those that do not rest on luck, then one that gives the order of which a LIMIT wants the
 * first rows where others sort more, then good for most queries, then small. `null` for none.
 */
function bestOf(able: readonly Helper[]): Helper | null {
  const sure = able.filter(({ lucky }) => !lucky);
  const among = sure.length > 0 ? sure : able;
  const cheapest = Math.min(...among.map(({ cost }) => cost));
  const [best] = among
    .filter(({ cost }) => cost <= cheapest * NEARLY)
    .toSorted(
      (a, b) =>
        Number(a.sorts) - Number(b.sorts) ||
        b.serves - a.serves ||
        Number(a.wide) - Number(b.wide) ||
        a.bytes - b.bytes ||
        a.place - b.place,
    );
  return best ?? null;
}

/** Whether one is as good as another one, or so nearly that the other one is not worth an index. */
function standsIn(one: Helper, other: Helper): boolean {
  return (
    (one.cost <= other.cost * NEARLY || one.cost - other.cost < WORTH_SAVING) &&
    (other.sorts || !one.sorts) &&
    (other.lucky || !one.lucky)
  );
}
