import { countText, percentText } from '../../text/numbers.js';
import { doubtsAbout, GUESSED_NULLS, wellGrounded } from '../doubts.js';
import { keysText } from '../index-texts.js';
import { tableName } from '../moment.js';
import { limitedOrder } from '../order.js';
import { adviceRule } from '../rule.js';
import { containmentIndex, wishedIndex } from '../wish.js';

export default adviceRule({
  id: 'seq-scan-estimate',
  severity: 'warning',
  otherwise: 'information where the planner has no statistics to tell how many rows fit',
  docs: {
    what: 'The plan reads all of a large table, and expects to keep few of its rows. Said of a plan that was not run.',
    why: 'Every row is fetched and compared, so the query gets slower as the table grows, however few rows it gives.',
    instead:
      'Index the columns that the filter compares: those that must be equal first, then those of the order where a LIMIT wants the first rows, then one that is compared with a range. For what documents, arrays and text search hold, a GIN index.',
    unless:
      'Silent where it is not known how many rows the table holds: on the embedded PostgreSQL without statistics. Silent when an index that begins with the columns is there already. Where there are no statistics of a column (sizes alone are known, or no ANALYZE has run, or its values were withheld), the planner takes the same small share of the rows whatever they hold: then this says so, as information, and is silent where nothing but IS NULL is asked.',
    references: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: {
    rows: { value: 10_000, means: 'N rows in the table' },
    share: { value: 5, means: 'less than N of them kept', unit: 'percent' },
  },
  betterSaidBy: ['like-prefix', 'like-infix', 'function-on-column'],
  on: 'node',

  *check(scan, moment, limits) {
    if (scan.type !== 'Seq Scan' || moment.plan.analyzed) return;
    const rows = moment.tableRows(scan);
    const kept = moment.expectedRows(scan);
    if (rows === null || kept === null || rows < limits.rows) return;
    const all = moment.comparisonsOf(scan, 'Filter');
    const comparisons = wellGrounded(moment, scan, all);
    // As many as there would be without what is a guess alone.
    const grounded = kept / GUESSED_NULLS ** (all.length - comparisons.length);
    if (grounded / rows >= limits.share / 100) return;
    const order = limitedOrder(moment, scan);
    const index =
      wishedIndex(moment, scan, comparisons, order) ?? containmentIndex(moment, scan, comparisons);
    if (index === null || comparisons.length === 0) return;
    const doubts = doubtsAbout(moment, scan, comparisons, 'warning');
    yield {
      severity: doubts.severity,
      message: `All of ${tableName(scan)}, ${countText(rows)} rows, would be read for about ${countText(kept)} (${percentText(kept / rows)}): ${moment.shareText(scan)}.`,
      whatToDo: `An index on ${keysText(index)} lets the server read only the rows it needs. This is an estimate: nothing was run.${doubts.words}`,
      index,
      saves: 1 - kept / rows,
    };
  },
});
