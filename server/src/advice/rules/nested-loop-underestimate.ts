import { executed } from '../../plans/nodes.js';
import { countText, rowsText } from '../../text/numbers.js';
import { misestimateWords, originOf } from '../misestimates.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'nested-loop-underestimate',
  severity: 'warning',
  docs: {
    what: 'A nested loop was chosen for a few rows, and got many.',
    why: 'It does for each row what a hash join does once. With the rows that came, the planner would have chosen otherwise.',
    instead:
      'Mend the estimate of the side that comes first: ANALYZE, more statistics of a column, CREATE STATISTICS of several. Switching off nested loops hits all others too.',
    unless: 'Silent while the inner side takes little of the time: then the loop was no bad choice.',
    references: ['https://www.postgresql.org/docs/current/planner-stats.html'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    times: { value: 10, means: 'N times as many rows as expected' },
    loops: { value: 1000, means: 'N loops' },
    share: { value: 20, means: 'N of the time in the loop', unit: 'percent' },
  },
  betterSaidBy: ['function-scan-estimate'],
  on: 'node',

  *check(join, moment, limits) {
    if (join.type !== 'Nested Loop') return;
    const outer = join.children.find(({ role }) => role === 'outer');
    const inner = join.children.find(({ role }) => role === 'inner');
    const off = outer?.misestimate ?? null;
    if (outer === undefined || inner === undefined || off?.direction !== 'under') return;
    const loops = executed(inner)?.loops ?? 0;
    if (off.factor < limits.times || loops < limits.loops) return;
    const share = moment.share(join) + moment.shareWithin(inner);
    if (share < limits.share / 100) return;
    const origin = originOf(outer, moment, { times: limits.times, rows: 1 });
    const { message, whatToDo, ...how } = misestimateWords(origin, moment);
    yield {
      node: origin,
      message: `The nested loop was chosen for ${rowsText(outer.estimate?.rows ?? 0)} ${outer.estimate?.rows === 1 ? 'row' : 'rows'} and ran ${countText(loops)} times: ${moment.shareText(join, share)}. ${message}`,
      whatToDo: `Mend that estimate before anything else; do not switch off nested loops. ${whatToDo}`,
      ...how,
      share,
      saves: 0.5,
    };
  },
});
