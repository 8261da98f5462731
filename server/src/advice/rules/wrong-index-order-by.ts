import { isIndexScan } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import type { SortKey } from '../../queries/plan-conditions.js';
import { countText } from '../../text/numbers.js';
import { keysText } from '../index-texts.js';
import { tableName } from '../moment.js';
import { throughGather } from '../order.js';
import { adviceRule } from '../rule.js';
import { wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'wrong-index-order-by',
  severity: 'warning',
  docs: {
    what: 'An index is read in the order that is asked for, and nearly all of its rows are thrown away until the LIMIT is reached.',
    why: 'The planner hopes to meet rows that fit early on. Where they are few, or all at the other end, it reads the whole index, each row from a block of its own.',
    instead:
      'Index the columns of the filter and then those of the order: it gives only rows that fit, and in order.',
    unless: 'Silent when the index is looked up by a condition, and where rows that fit are soon found.',
    references: ['https://www.postgresql.org/docs/current/indexes-ordering.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    times: { value: 1000, means: 'N times as many rows removed as the LIMIT gives' },
    removed: { value: 10_000, means: 'N rows removed' },
  },
  on: 'node',

  *check(scan, moment, limits) {
    const limit = moment.ancestorsOf(scan).find(({ type }) => type === 'Limit');
    if (!isIndexScan(scan) || limit === undefined) return;
    if (scan.conditions.some(({ kind }) => kind === 'Index Cond' || kind === 'Order By')) return;
    if (throughGather(limit.children[0]) !== scan) return;
    const removed = scan.removed?.byFilter ?? 0;
    const given = executed(limit)?.rows ?? 0;
    if (removed < limits.removed || removed < limits.times * given) return;
    const filtered = moment
      .comparisonsOf(scan, 'Filter')
      .filter(({ how }) => how === 'equality' || how === 'null');
    const order = (moment.indexOf(scan)?.keys ?? []).flatMap(({ column, descending }): SortKey[] =>
      column === null
        ? []
        : [{ column: { alias: null, name: column }, expression: column, descending, nulls: 'last' }],
    );
    // Only an order after columns that must be equal is of use.
    const index =
      filtered.length === 0 || order.length === 0 ? null : wishedIndex(moment, scan, filtered, order);
    yield {
      message: `${tableName(scan)} is read in the order of the index "${scan.index}": ${countText(removed)} rows are thrown away before ${countText(given)} that fit are found, ${moment.shareText(scan)}.`,
      whatToDo:
        index === null
          ? 'Index the columns of the filter, then those of the order.'
          : `An index on ${keysText(index)} gives only the rows that fit, in the same order.`,
      index,
      saves: 0.95,
    };
  },
});
