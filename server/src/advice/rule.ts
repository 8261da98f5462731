// The contract of an advice rule. A rule looks at one node of a plan, or at the whole plan, and yields what is slow about it,
// with the numbers. It knows no parser, no server and no file, and keeps nothing between calls.
// What surprises: whether a node matters at all is decided before a rule is asked (see `gate`); rules look at kinds and counts.

import type { Plan, PlanNode } from '../plans/plan.js';
import type { WishedIndex } from './advice.js';
import type { Moment } from './moment.js';

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  /** Where another node than the one looked at is to be shown. */
  readonly node?: PlanNode;
  /** When this case is louder or quieter than the rule usually is. */
  readonly severity?: Severity;
  /** What is slow, with the numbers: a sentence or two. */
  readonly message: string;
  readonly whatToDo: string;
  readonly sql?: string | null;
  readonly ecto?: string | null;
  /** Writes `sql` and `ecto` where these are absent. */
  readonly index?: WishedIndex | null;
  /** The share of the whole time or cost that it is about, 0 to 1; absent: the node's own. */
  readonly share?: number;
  /** The part of that share that would go, 0 to 1. */
  readonly saves: number;
}

export interface AdviceDocs {
  /** What it finds, in one sentence. */
  readonly what: string;
  readonly why: string;
  readonly instead: string;
  /** When it is silent, and when it is fine. */
  readonly unless: string;
  readonly references: readonly string[];
}

export interface Threshold {
  readonly value: number;
  /** What it is of, with `N` where the number stands: `N rows removed`. All of a rule's are said with every advice, in a row. */
  readonly means: string;
  /** How people read the number; absent: as a count. */
  readonly unit?: 'percent' | 'ms' | 'bytes' | 'blocks';
}

export type Limits<T extends string> = Readonly<Record<T, number>>;

export interface AdviceSpec<On extends 'node' | 'plan', T extends string> {
  /** Also the name of its file, page, fixture and setting. */
  readonly id: string;
  readonly severity: Severity;
  /** When a finding is louder or quieter than that: the rest of a sentence, for its page. */
  readonly otherwise?: string;
  readonly docs: AdviceDocs;
  /** Rules that ask for what was measured are not asked of an estimate. `times`: measured with times. */
  readonly needs: 'estimates' | 'measured' | 'times' | 'buffers';
  /**
   * `own`: asked only of nodes that take a share of the time or cost that matters. `none`: the rule itself asks how much is at
   * stake.
   */
  readonly gate: 'own' | 'none';
  /** Settings, each with its default. Said with every advice. */
  readonly thresholds: Readonly<Record<T, Threshold>>;
  /** Rules that say it better: where one of them speaks of the same node, this one is silent. */
  readonly betterSaidBy?: readonly string[];
  readonly on: On;
  check(subject: On extends 'node' ? PlanNode : Plan, moment: Moment, limits: Limits<T>): Iterable<Finding>;
}

export type AdviceRule = AdviceSpec<'node', string> | AdviceSpec<'plan', string>;

/** Gives `check` the types of its subject and of its thresholds. */
export function adviceRule<const On extends 'node' | 'plan', const T extends string>(
  spec: AdviceSpec<On, T>,
): AdviceRule {
  return spec as unknown as AdviceRule;
}
