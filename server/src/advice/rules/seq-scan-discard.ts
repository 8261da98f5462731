import { executed } from '../../plans/nodes.js';
import { countText } from '../../text/numbers.js';
import { doubtsAbout } from '../doubts.js';
import { keysText } from '../index-texts.js';
import { sqlName, tableName } from '../moment.js';
import { limitedOrder } from '../order.js';
import { adviceRule } from '../rule.js';
import { containmentIndex, isColumnAlone, wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'seq-scan-discard',
  severity: 'warning',
  docs: {
    what: 'All of a table is read, and nearly all of it is thrown away.',
    why: 'Every row is fetched and compared, so the query gets slower as the table grows, however few rows it gives.',
    instead:
      'Index the columns that the filter compares: those that must be equal first, then those of the order where a LIMIT wants the first rows, then one that is compared with a range. For what documents, arrays and text search hold, a GIN index.',
    unless:
      'Silent when the filter keeps a tenth or more, since reading all of it is the best way then. Silent when no column of the filter can be looked up, such as where a subquery decides. Where an index on the columns is there already, its advice names it instead of another.',
    references: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    removed: { value: 10_000, means: 'N rows removed by the filter' },
    times: { value: 10, means: 'N times as many as are kept' },
  },
  betterSaidBy: ['like-prefix', 'like-infix', 'function-on-column', 'nested-loop-inner-seq'],
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    const removed = scan.removed?.byFilter ?? 0;
    if (scan.type !== 'Seq Scan' || actual === null) return;
    if (removed < limits.removed || removed < limits.times * actual.rows) return;
    const { others } = moment.conditionsOf(scan, 'Filter');
    const comparisons = moment.comparisonsOf(scan, 'Filter');
    const order = limitedOrder(moment, scan);
    const index =
      wishedIndex(moment, scan, comparisons, order) ?? containmentIndex(moment, scan, comparisons);
    const doubts = doubtsAbout(moment, scan, comparisons, 'warning').words;
    // A pattern in it needs an index of its own kind, or none serves it.
    const choice = others.find(({ kind, text }) => kind === 'or' && !text.includes('~')) ?? null;
    const lookedUp = comparisons.filter(
      (one) => (one.how === 'equality' || one.how === 'range') && isColumnAlone(moment, scan, one),
    );
    const finding = {
      message: `All of ${tableName(scan)} is read, ${moment.shareText(scan)}: ${countText(removed)} rows are thrown away for ${countText(actual.rows)} that are kept.`,
      saves: removed / (removed + actual.rows),
    };
    if (index !== null) {
      yield {
        ...finding,
        whatToDo: `An index on ${keysText(index)} lets the server read only the rows it needs.${doubts}`,
        index,
      };
    } else if (lookedUp.length > 0) {
      yield {
        ...finding,
        severity: 'info',
        whatToDo: `There is an index that begins with these columns, and the planner did not take it. Look at the expected rows: if they are far from the ${countText(actual.rows)} that came, run ANALYZE; if not, compare the plan with enable_seqscan = off, and look whether random_page_cost fits the disks.`,
        sql: `ANALYZE ${sqlName(scan)};`,
      };
    } else if (choice !== null && choice.columns.length > 0) {
      const names = [...new Set(choice.columns.map(({ name }) => `"${name}"`))].join(' and ');
      yield {
        ...finding,
        whatToDo: `The condition is an OR over ${names}: it can only be looked up when every side of it has an index. Index each, or write the sides as queries of their own joined by UNION.`,
      };
    }
  },
});
