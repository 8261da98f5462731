import { quoteName } from '../../catalog/keywords.js';
import { executed } from '../../plans/nodes.js';
import { countText, percentText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'cte-materialized',
  severity: 'warning',
  docs: {
    what: 'A CTE is worked out in full, and a filter then throws most of it away.',
    why: 'A materialized CTE knows nothing of the conditions outside: no index serves them, and all rows are kept in memory or in files.',
    instead: 'NOT MATERIALIZED, so that the conditions reach into it, or write the condition into the CTE.',
    unless:
      'Silent for recursive CTEs and those that change rows, which are always worked out in full. A CTE that is read more than once is materialized unless it says NOT MATERIALIZED; then it is worked out anew each time.',
    references: [
      'https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION',
    ],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    share: { value: 50, means: 'N of its rows removed', unit: 'percent' },
    removed: { value: 1000, means: 'N rows removed' },
    time: { value: 10, means: 'N of the time', unit: 'percent' },
  },
  on: 'node',

  *check(scan, moment, limits) {
    const removed = scan.removed?.byFilter ?? 0;
    const kept = executed(scan)?.rows ?? 0;
    if (scan.type !== 'CTE Scan' || removed < limits.removed) return;
    if (removed / (removed + kept) < limits.share / 100) return;
    const cte = moment.nodes.find(({ subplan }) => subplan === `CTE ${scan.cte}`);
    if (cte === undefined || cte.operation !== null || cte.type === 'Recursive Union') return;
    const share = Math.min(1, moment.shareWithin(cte) + moment.share(scan));
    const readers = moment.nodes.filter(
      ({ type, cte: name }) => type === 'CTE Scan' && name === scan.cte,
    ).length;
    // For a few rows less it is not worth working it out twice.
    const least = readers > 1 ? 0.9 : 0;
    if (share < limits.time / 100 || removed / (removed + kept) < least) return;
    yield {
      message: `The CTE "${scan.cte}" is worked out in full, ${moment.shareText(scan, share)}, and ${countText(removed)} of its ${countText(removed + kept)} rows (${percentText(removed / (removed + kept))}) are thrown away by a filter outside.`,
      whatToDo:
        readers > 1
          ? `It is read ${countText(readers)} times. Write the condition into it where all readers want the same; else try NOT MATERIALIZED, with which it is worked out for each reader.`
          : 'Write NOT MATERIALIZED, so that the condition reaches into it, or write the condition into it.',
      sql: `WITH ${quoteName(scan.cte ?? '')} AS NOT MATERIALIZED (…)`,
      ecto: `with_cte(query, ${JSON.stringify(scan.cte)}, as: ^${scan.cte}, materialized: false)`,
      share,
      saves: readers > 1 ? 0.3 : 0.6,
    };
  },
});
