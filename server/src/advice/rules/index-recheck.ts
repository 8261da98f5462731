import { executed } from '../../plans/nodes.js';
import { countText, percentText } from '../../text/numbers.js';
import { tableName } from '../moment.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'index-recheck',
  severity: 'info',
  docs: {
    what: 'An index gives rows that turn out not to fit when they are looked at.',
    why: 'Such an index (trigrams, full text, geometry, jsonb_path_ops) keeps a simplified form of the values. Each row that it gives is fetched and compared again.',
    instead:
      'Ask for something more selective: a longer pattern, a rarer word. Or add another column to the condition that a b-tree finds.',
    unless: 'Silent when the bitmap had no room for single rows: lossy-bitmap says that.',
    references: ['https://www.postgresql.org/docs/current/gin.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    share: { value: 10, means: 'N of the rows that the index gives', unit: 'percent' },
    rows: { value: 1000, means: 'N rows' },
  },
  betterSaidBy: ['lossy-bitmap'],
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    const removed = scan.removed?.byRecheck ?? 0;
    if (actual === null || removed < limits.rows) return;
    const given = removed + actual.rows + (scan.removed?.byFilter ?? 0);
    if (removed / given < limits.share / 100) return;
    yield {
      message: `Of ${countText(given)} rows of ${tableName(scan)} that an index gave, ${countText(removed)} (${percentText(removed / given)}) did not fit when they were looked at: ${moment.shareText(scan)}.`,
      whatToDo:
        'Make the condition more selective (a longer pattern, a rarer word), or add one that a b-tree index finds.',
      saves: (removed / given) * 0.5,
    };
  },
});
