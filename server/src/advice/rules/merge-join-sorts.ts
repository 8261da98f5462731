import { executed } from '../../plans/nodes.js';
import { countText } from '../../text/numbers.js';
import { keysText } from '../index-texts.js';
import { tableName } from '../moment.js';
import { orderOf, sortedScan } from '../order.js';
import { adviceRule } from '../rule.js';
import { wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'merge-join-sorts',
  severity: 'info',
  docs: {
    what: 'A merge join sorts a large side first.',
    why: 'An index on the columns of the join gives the rows in order, without a sort.',
    instead: 'Index the columns by which the side is joined.',
    unless:
      'Silent for few rows, and when the side is itself a join, or filtered to little of its table, since its rows would then be read in a random order.',
    references: ['https://www.postgresql.org/docs/current/planner-optimizer.html'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: {
    rows: { value: 10_000, means: 'N rows sorted' },
    share: { value: 10, means: 'N of the time or cost', unit: 'percent' },
  },
  betterSaidBy: ['sort-spill'],
  on: 'node',

  *check(sort, moment, limits) {
    const parent = moment.parentOf(sort);
    const join = parent?.type === 'Materialize' ? moment.parentOf(parent) : parent;
    if (sort.type !== 'Sort' || join?.type !== 'Merge Join') return;
    const rows = executed(sort)?.rows ?? moment.expectedRows(sort) ?? 0;
    const scan = sortedScan(sort);
    if (
      rows < limits.rows ||
      moment.share(sort) < limits.share / 100 ||
      scan === null ||
      scan.type !== 'Seq Scan'
    )
      return;
    if ((scan.removed?.byFilter ?? 0) > rows) return;
    const order = orderOf(sort, scan, moment);
    const index = order === null ? null : wishedIndex(moment, scan, [], order);
    if (index === null) return;
    yield {
      message: `${countText(rows)} rows of ${tableName(scan)} are sorted to be merged: ${moment.shareText(sort)}.`,
      whatToDo: `An index on ${keysText(index)} gives them in order. Whether the planner takes it depends on how much of the table it would read in a random order: try it.`,
      index,
      saves: 0.2,
    };
  },
});
