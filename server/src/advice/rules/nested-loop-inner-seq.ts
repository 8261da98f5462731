import { executed } from '../../plans/nodes.js';
import { countText } from '../../text/numbers.js';
import { keysText } from '../index-texts.js';
import { isOf, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'nested-loop-inner-seq',
  severity: 'error',
  otherwise: 'a warning where it takes less than 20 %',
  docs: {
    what: 'All of a table is read again for each row of another.',
    why: 'The work is the product of both: a thousand rows outside read the table inside a thousand times.',
    instead:
      'Index the columns by which the inner table is joined. Neither PostgreSQL nor Ecto indexes a foreign key by itself.',
    unless: 'Silent below a thousand times, and when the inner table is so small that it takes no time.',
    references: ['https://www.postgresql.org/docs/current/planner-optimizer.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: { loops: { value: 1000, means: 'N times' } },
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    const join = moment.parentOf(scan);
    if (scan.type !== 'Seq Scan' || scan.role !== 'inner' || join?.type !== 'Nested Loop') return;
    if (actual === null || actual.loops < limits.loops) return;
    const conditions = [
      ...moment.conditionsOf(scan, 'Filter').comparisons,
      ...moment.conditionsOf(join, 'Join Filter').comparisons,
    ];
    const joined = conditions.filter(({ column }) => isOf(scan, column.alias));
    const index = wishedIndex(moment, scan, joined);
    const removed = (scan.removed?.byFilter ?? 0) + (join.removed?.byJoinFilter ?? 0);
    const isLookedUp = joined.some(({ how, with: against }) => how === 'equality' && against === 'column');
    const outer = join.children.find(({ role }) => role === 'outer');
    // Then the estimate is what is wrong, and nested-loop-underestimate says so.
    if (index === null && isLookedUp && outer?.misestimate?.direction === 'under') return;
    yield {
      severity: moment.share(scan) >= 0.2 ? 'error' : 'warning',
      message: `All of ${tableName(scan)} is read ${countText(actual.loops)} times, once for each row that it is joined with: ${countText(actual.rows + (scan.removed?.byFilter ?? 0))} rows are looked at, ${moment.shareText(scan)}.`,
      whatToDo:
        index === null
          ? isLookedUp
            ? 'There is an index for it that the planner did not take: run ANALYZE, and see whether the types of both sides are the same.'
            : 'No index can look up this condition: give the join one that is an equality, so that it can be hashed, or join fewer rows.'
          : `An index on ${keysText(index)} finds the rows of each one.`,
      index,
      saves: index === null ? 0.2 : Math.max(0.5, removed / Math.max(1, removed + actual.rows)),
    };
  },
});
