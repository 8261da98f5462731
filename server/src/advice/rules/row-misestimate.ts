import type { PlanNode } from '../../plans/plan.js';
import { comparisonsIn, isOff, misestimateWords, originOf, tableScanOf } from '../misestimates.js';
import type { Moment } from '../moment.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'row-misestimate',
  severity: 'info',
  docs: {
    what: 'Far more or far fewer rows came than the planner expected, and something above rests on it.',
    why: 'The planner chooses joins, their order and its memory by the rows that it expects.',
    instead:
      'Run ANALYZE. For one column with unevenly spread values, keep more of its statistics; for several columns that belong together, CREATE STATISTICS; for an expression, statistics of the expression.',
    unless:
      'Said of the lowest node where it begins, and not of those above it that repeat it. Silent when a LIMIT or a semi-join stopped asking, for lookups of what equals a value of another table, of which only the average is known, for a plan that takes less than 5 ms, and where nothing is joined, sorted or grouped above, since another estimate would rarely give another plan. A generic plan (with $1) cannot know the values: then the estimate is an average.',
    references: ['https://www.postgresql.org/docs/current/planner-stats.html'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    times: { value: 10, means: 'N times off' },
    rows: { value: 100, means: 'N rows on the larger side' },
    share: { value: 10, means: 'N of the time above it', unit: 'percent' },
    ms: { value: 5, means: 'a query of N', unit: 'ms' },
  },
  betterSaidBy: ['function-scan-estimate', 'nested-loop-underestimate', 'stale-stats'],
  on: 'plan',

  *check(_plan, moment, limits) {
    if (moment.hasTimes && moment.totalMs < limits.ms) return;
    const origins = new Set(
      moment.nodes
        .filter((node) => isOff(node, moment, limits))
        .map((node) => originOf(node, moment, limits)),
    );
    const found = [...origins]
      .filter((node) => node.type !== 'Function Scan' && !isLookup(node, moment))
      .map((node) => ({ node, share: restsOnIt(node, moment) }))
      .filter(({ share }) => share >= limits.share / 100)
      .sort((a, b) => (b.node.misestimate?.factor ?? 0) - (a.node.misestimate?.factor ?? 0));
    // Little can be done about joins and groups, and what follows from one mistake is told once.
    const scans = found.filter(
      ({ node }) => tableScanOf(node, moment) !== null && !isAboveOneOf(found, node, moment),
    );
    for (const { node, share } of scans.length > 0 ? scans.slice(0, 2) : found.slice(0, 1)) {
      yield {
        node,
        ...misestimateWords(node, moment),
        share,
        saves: 0.2,
      };
    }
  },
});

/** Whether it reads the rows that a bitmap of these finds. */
function isAboveOneOf(found: readonly { node: PlanNode }[], node: PlanNode, moment: Moment): boolean {
  return found.some((one) => one.node !== node && tableScanOf(one.node, moment) === node);
}

/** A lookup of what equals a value of another table: each value has its own number of rows, of which only the average is known. */
function isLookup(node: PlanNode, moment: Moment): boolean {
  const comparisons = comparisonsIn(node, tableScanOf(node, moment) ?? node, moment);
  return (
    comparisons.length > 0 && comparisons.every((one) => one.with === 'column' && one.how === 'equality')
  );
}

const RESTS = /Join|Nested Loop|Sort|Hash|Aggregate|Materialize|Memoize|Unique/;

/** The largest share of a node that was chosen by how many rows it would get from this one. */
function restsOnIt(node: PlanNode, moment: Moment): number {
  return Math.max(
    0,
    ...moment
      .ancestorsOf(node)
      .filter(({ type }) => RESTS.test(type))
      .flatMap((above) => [above, ...above.children.filter(({ role }) => role === 'inner')])
      .map((above) => moment.share(above)),
  );
}
