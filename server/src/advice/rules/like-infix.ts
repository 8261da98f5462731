import { readsRows } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import { countText } from '../../text/numbers.js';
import { doubtsAbout } from '../doubts.js';
import { tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { hasTrigram } from '../trigrams.js';
import { indexOn, isColumnAlone, trigramKey } from '../wish.js';

export default adviceRule({
  id: 'like-infix',
  severity: 'warning',
  otherwise: 'information where the planner has no statistics to tell how many rows fit',
  docs: {
    what: "A pattern that begins with a wildcard ('%x%'), or ILIKE, is compared row by row.",
    why: 'A b-tree finds only what begins with something known, in the same case. So each row is fetched and its whole text is searched.',
    instead: 'A GIN index of trigrams (extension pg_trgm), or full text search where words are looked for.',
    unless:
      'Silent for few rows, for scans that a join repeats, for patterns with fewer than three letters in a row, which have no trigram, and when there is such an index. A trigram index is large, and slows writes of the column. Of a plan that was not run it is information where the planner has no statistics of the column, and says so.',
    references: ['https://www.postgresql.org/docs/current/pgtrgm.html#PGTRGM-INDEX'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: { rows: { value: 10_000, means: 'N rows to compare' } },
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    const compared = moment.comparedRows(scan);
    if (!readsRows(scan) || compared === null || compared < limits.rows) return;
    const kept = actual?.rows ?? moment.expectedRows(scan) ?? 0;
    // What nearly all rows fit finds no index worth it.
    if (kept > compared / 10) return;
    const lookedUp = moment
      .comparisonsOf(scan, 'Index Cond', 'Recheck Cond')
      .map(({ column }) => column.name);
    const conditions = moment.conditionsOf(scan, 'Filter');
    for (const one of moment.comparisonsOf(scan, 'Filter')) {
      const { how, column, constant, operator } = one;
      if ((how !== 'infix' && how !== 'ilike') || one.with !== 'value' || lookedUp.includes(column.name))
        continue;
      if (!isColumnAlone(moment, scan, one) || (constant !== null && !hasTrigram(constant))) continue;
      const index = indexOn(moment, scan, 'gin', [trigramKey(column.name)]);
      if (index === null) continue;
      const others = conditions.comparisons.length + conditions.others.length > 1;
      const fit = `${countText(kept)} ${actual === null ? 'are expected to fit' : 'fit'}`;
      const doubts = doubtsAbout(moment, scan, [one], 'warning');
      const words = `${operator === '~~*' ? 'ILIKE' : 'LIKE'}${constant === null ? '' : ` '${constant}'`}`;
      yield {
        message: `${words} is compared with "${column.name}" of ${countText(compared)} rows of ${tableName(scan)}, of which ${fit}${others ? ', with the other conditions of the filter' : ''}: ${moment.shareText(scan)}.`,
        severity: doubts.severity,
        whatToDo: `A GIN index of trigrams on "${column.name}" finds ${others ? 'what fits the pattern' : 'them'}; it takes the extension pg_trgm, and room.${doubts.words}`,
        index,
        saves: 0.8,
      };
      return;
    }
  },
});
