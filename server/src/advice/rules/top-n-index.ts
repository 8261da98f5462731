import { executed } from '../../plans/nodes.js';
import { countText } from '../../text/numbers.js';
import { keysText } from '../index-texts.js';
import { tableName } from '../moment.js';
import { orderOf, sortedScan, throughGather } from '../order.js';
import { adviceRule } from '../rule.js';
import { wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'top-n-index',
  severity: 'info',
  otherwise: 'a warning where it takes half of the time or more',
  docs: {
    what: 'A few rows at the top of an order are wanted, and all rows are read and sorted for them.',
    why: 'An index in this order gives the first rows without the rest, however large the table is.',
    instead: 'Index the columns that must be equal, then those of the order, in its directions.',
    unless:
      'Silent when several tables are joined before the sort, or the order is that of something worked out, such as a count.',
    references: ['https://www.postgresql.org/docs/current/indexes-ordering.html'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    rows: { value: 10_000, means: 'N rows sorted' },
    share: { value: 10, means: 'N of the time or cost', unit: 'percent' },
  },
  on: 'node',

  *check(limit, moment, limits) {
    if (limit.type !== 'Limit') return;
    const sort = throughGather(limit.children[0]);
    const scan = sort?.type === 'Sort' ? sortedScan(sort) : null;
    if (sort === null || scan === null) return;
    const rows = executed(scan)?.rows ?? 0;
    // With those that an OFFSET skips.
    const wanted = executed(limit.children[0] ?? limit)?.rows ?? 0;
    const share = moment.shareWithin(sort);
    if (rows < limits.rows || rows < wanted * 2 || share < limits.share / 100) return;
    const order = orderOf(sort, scan, moment);
    const comparisons = moment
      .comparisonsOf(scan, 'Filter', 'Index Cond', 'Recheck Cond')
      // Rows of several values are not in order together.
      .filter(({ how, several }) => (how === 'equality' && !several) || how === 'null');
    const index = order === null ? null : wishedIndex(moment, scan, comparisons, order);
    if (index === null) return;
    yield {
      node: sort,
      severity: share >= 0.5 ? 'warning' : 'info',
      message: `${countText(rows)} rows of ${tableName(scan)} are read and sorted for the first ${countText(wanted)}: ${moment.shareText(sort, share)}.`,
      whatToDo: `An index on ${keysText(index)} gives them in order.`,
      index,
      share,
      saves: 0.9,
    };
  },
});
