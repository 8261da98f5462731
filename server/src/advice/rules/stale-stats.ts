import { countText, percentText } from '../../text/numbers.js';
import { sqlName, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'stale-stats',
  severity: 'warning',
  docs: {
    what: 'The statistics of a table are older than much of its rows, or there are none.',
    why: 'The planner chooses by them. Autovacuum makes them anew after a tenth of the rows has changed, when it comes to it.',
    instead:
      'ANALYZE, also at the end of whatever loads or changes many rows. Let autovacuum come earlier to large tables.',
    unless:
      'Known of a configured database only. Silent for small tables, and while the statistics are new enough.',
    references: ['https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS'],
  },
  needs: 'estimates',
  gate: 'none',
  thresholds: {
    share: { value: 10, means: 'N of the rows changed', unit: 'percent' },
    rows: { value: 1000, means: 'N rows' },
  },
  on: 'plan',

  *check(_plan, moment, limits) {
    const seen = new Set<string>();
    for (const scan of moment.nodes) {
      const facts = moment.factsOf(scan);
      if (facts === null || scan.relation === null || seen.has(tableName(scan))) continue;
      seen.add(tableName(scan));
      const changed = facts.changedRows ?? 0;
      const rows = facts.rows ?? 0;
      const never = facts.analyzed === false && Math.max(rows, changed) >= limits.rows;
      if (!never && (changed < limits.rows || changed <= (limits.share / 100) * rows)) continue;
      const name = sqlName(scan);
      yield {
        node: scan,
        message: never
          ? `${tableName(scan)} was never analysed: the planner guesses. ${countText(changed)} rows were changed since it was made.`
          : `${countText(changed)} rows of ${tableName(scan)} were changed since it was last analysed, ${percentText(changed / Math.max(1, rows))} of ${countText(rows)}.`,
        whatToDo: 'Run ANALYZE, then explain the query again before you follow other advice.',
        sql: `ANALYZE ${name};`,
        ecto: `Repo.query!("ANALYZE ${name}")`,
        share: moment.shareWithin(scan),
        saves: 0.3,
      };
    }
  },
});
