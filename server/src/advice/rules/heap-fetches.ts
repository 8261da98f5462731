import { executed } from '../../plans/nodes.js';
import { countText, percentText } from '../../text/numbers.js';
import { detail, sqlName, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'heap-fetches',
  severity: 'warning',
  docs: {
    what: 'An index-only scan looks into the table for many of its rows.',
    why: 'Only VACUUM marks blocks as visible to all. Rows of other blocks are fetched from the table to see whether they may be seen.',
    instead: 'VACUUM the table, and let autovacuum come to it more often.',
    unless: 'Silent for a few rows, and a tenth of them. Fine right after a large change.',
    references: ['https://www.postgresql.org/docs/current/indexes-index-only-scans.html'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    share: { value: 10, means: 'N of the rows', unit: 'percent' },
    fetches: { value: 1000, means: 'N fetches' },
  },
  on: 'node',

  *check(scan, moment, limits) {
    const fetches = detail(scan, 'Heap Fetches');
    const rows = (executed(scan)?.rows ?? 0) + (scan.removed?.byFilter ?? 0);
    if (fetches < limits.fetches || fetches / Math.max(1, rows) < limits.share / 100) return;
    const part = Math.min(1, fetches / Math.max(1, rows));
    const name = sqlName(scan);
    yield {
      message: `The index alone should have answered for ${countText(rows)} rows of ${tableName(scan)}, but the table was asked ${countText(fetches)} times whether they may be seen (${percentText(part)}): ${moment.shareText(scan)}.`,
      whatToDo: 'VACUUM the table now, and let autovacuum come earlier.',
      sql: `VACUUM (ANALYZE) ${name};\nALTER TABLE ${name} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);`,
      ecto: `def change do\n  execute "ALTER TABLE ${name} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)",\n          "ALTER TABLE ${name} RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)"\nend`,
      saves: part * 0.7,
    };
  },
});
