// What an advice does not know: how many rows fit where the planner has no statistics, and of which type a column is. It says so,
// and is quieter; what would rest on a guess alone is not said at all.

import type { PlanNode } from '../plans/plan.js';
import type { Comparison } from '../queries/plan-conditions.js';
import { compares } from './casts.js';
import type { Moment } from './moment.js';
import type { Finding } from './rule.js';

export interface Doubts {
  /** Sentences behind what to do, with a blank before them; empty when there is no doubt. */
  readonly words: string;
  /** `info` where how many rows fit is not known, else what was given. */
  readonly severity: NonNullable<Finding['severity']>;
}

/** @param severity of the same without doubts */
export function doubtsAbout(
  moment: Moment,
  scan: PlanNode,
  comparisons: readonly Comparison[],
  severity: Doubts['severity'],
): Doubts {
  // What was counted is no guess.
  const estimated = moment.plan.analyzed ? [] : comparisons;
  const isMade = (one: Comparison) => compares(moment, scan, one) === 'made';
  const unsure = estimated.filter((one) => knownOf(moment, scan, one) !== 'enough');
  const guessed = listed(
    unsure
      .filter((one) => knownOf(moment, scan, one) === 'nothing')
      .map((one) => (isMade(one) ? one.expression : `"${one.column.name}"`)),
  );
  const average = columnsIn(unsure.filter((one) => knownOf(moment, scan, one) === 'average'));
  const unknown = columnsIn(comparisons.filter((one) => compares(moment, scan, one) === 'unknown'));
  // Of what is made of a column the planner usually has no statistics: then they are not what is missing here.
  const isLess = unsure.some(
    (one) => !isMade(one) || moment.distributionOf(scan, one.column.name) !== 'measured',
  );
  const sentences = [
    ...(guessed === null
      ? []
      : [`How many rows fit is a guess of the planner, which has no statistics of ${guessed}.`]),
    ...(average === null
      ? []
      : [
          `The statistics do not tell which values of ${average} are frequent, so the planner takes the average of all.`,
        ]),
    ...(unknown === null
      ? []
      : [
          `The type of ${unknown} is not known: this is for character varying. Of another type, such as a number or a uuid, compare the column as what it is, without the cast.`,
        ]),
  ];
  return {
    words: sentences.map((sentence) => ` ${sentence}`).join(''),
    severity: isLess ? 'info' : severity,
  };
}

/**
 * What the planner has to tell how many rows fit a comparison: all that it can have (`enough`, also where nobody knows what it
 * had), how many have any one value (`average`), or `nothing`, so that it takes what it always takes.
 */
export function knownOf(moment: Moment, scan: PlanNode, one: Comparison): 'enough' | 'average' | 'nothing' {
  const { how, column, constant } = one;
  const distribution = moment.distributionOf(scan, column.name);
  if (distribution === null) return 'enough';
  if (compares(moment, scan, one) === 'made') return 'nothing';
  if (distribution === 'measured' || (how === 'equality' && moment.isUnique(scan, column.name)))
    return 'enough';
  if (distribution === 'guessed') return 'nothing';
  if (how === 'null' || how === 'not-null') return 'enough';
  if (how !== 'equality') return 'nothing';
  return constant === null ? 'enough' : 'average';
}

/** The share of rows that the planner takes to be NULL in a column without statistics: DEFAULT_UNK_SEL of selfuncs.h. */
export const GUESSED_NULLS = 0.005;

/** Without those that rest on a guess alone: IS NULL of a column without statistics, which may hold for nearly all rows. */
export function wellGrounded(
  moment: Moment,
  scan: PlanNode,
  comparisons: readonly Comparison[],
): readonly Comparison[] {
  if (moment.plan.analyzed) return comparisons;
  return comparisons.filter((one) => one.how !== 'null' || knownOf(moment, scan, one) !== 'nothing');
}

function columnsIn(comparisons: readonly Comparison[]): string | null {
  return listed(comparisons.map(({ column }) => `"${column.name}"`));
}

/** `null` for none. */
function listed(all: readonly string[]): string | null {
  const names = [...new Set(all)];
  if (names.length === 0) return null;
  return names.length === 1 ? (names[0] ?? null) : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
