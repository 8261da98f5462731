import { quoteName, quoteReference } from '../../catalog/keywords.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { countText } from '../../text/numbers.js';
import { keysText } from '../index-texts.js';
import { type Moment, sqlName, tableName } from '../moment.js';
import { adviceRule, type Finding } from '../rule.js';
import { wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'correlated-subplan',
  severity: 'warning',
  otherwise: 'an error where an index is missing',
  docs: {
    what: 'A subquery runs anew for each row.',
    why: 'The planner does not turn a subquery in the SELECT list, or one below an OR, into a join: it runs as often as there are rows.',
    instead:
      'Join what the subquery gives for all rows at once: a LEFT JOIN of a grouped subquery, or LATERAL.',
    unless:
      'Silent below a thousand runs, and when they take little time together. Fine with a LIMIT that keeps the rows few.',
    references: ['https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    loops: { value: 1000, means: 'N runs' },
    share: { value: 10, means: 'N of the time', unit: 'percent' },
  },
  betterSaidBy: ['not-in-subplan'],
  on: 'node',

  *check(root, moment, limits) {
    const loops = executed(root)?.loops ?? 0;
    const share = moment.shareWithin(root);
    if (root.role !== 'sub-plan' || loops < limits.loops || share < limits.share / 100) return;
    const scans = [root, ...moment.below(root)].filter(({ type }) => type === 'Seq Scan');
    const scan =
      scans.find((one) => moment.comparisonsOf(one, 'Filter').some((it) => it.with === 'column')) ?? null;
    const index = scan === null ? null : wishedIndex(moment, scan, moment.comparisonsOf(scan, 'Filter'));
    yield {
      severity: index === null ? 'warning' : 'error',
      message: `${root.subplan ?? 'A subquery'} runs ${countText(loops)} times, once for each row: ${moment.shareText(root, share)}.${index === null || scan === null ? '' : ` Each time all of ${tableName(scan)} is read.`}`,
      whatToDo: `${index === null ? '' : `At the least, an index on ${keysText(index)} finds the rows of each run. `}Join what it gives for all rows at once, with count(*) standing for what it works out.`,
      ...joinInstead(root, moment),
      index,
      share,
      saves: 0.8,
    };
  },
});

/** What joins it for all rows at once, where the plan tells by which column. */
function joinInstead(root: PlanNode, moment: Moment): Pick<Finding, 'sql' | 'ecto'> {
  for (const scan of [root, ...moment.below(root)]) {
    const by = moment
      .comparisonsOf(scan, 'Filter', 'Index Cond', 'Recheck Cond')
      .find(
        ({ how, with: against, through }) => how === 'equality' && against === 'column' && through === null,
      );
    if (by === undefined || by.other === null || scan.relation === null) continue;
    const { name } = by.column;
    const column = quoteName(name);
    const outer = quoteReference({ schema: by.other.alias, name: by.other.name });
    return {
      sql: `LEFT JOIN (SELECT ${column}, count(*) AS n FROM ${sqlName(scan)} GROUP BY ${column}) s ON s.${column} = ${outer}`,
      ecto: `each = from x in "${scan.relation.name}", group_by: x.${name}, select: %{${name}: x.${name}, n: count()}\n\nfrom o in query, left_join: s in subquery(each), on: s.${name} == o.${by.other.name}, select: {o, s.n}`,
    };
  }
  return {};
}
