import { quoteReference } from '../../catalog/keywords.js';
import { isTableScan } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { blocksText, countText } from '../../text/numbers.js';
import { sqlName, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'buffers-per-row',
  severity: 'info',
  docs: {
    what: 'A scan touches many blocks for each row that it looks at.',
    why: 'A row is in one block, and an index has a few levels. More than that is dead rows that VACUUM has not taken away, or an index or table that is mostly empty.',
    instead:
      'VACUUM; where that does not help, build the index again concurrently, or pack the table (pg_repack, pg_squeeze).',
    unless: 'Rows that a filter removes count as looked at. Silent for few blocks.',
    references: ['https://www.postgresql.org/docs/current/routine-vacuuming.html'],
  },
  needs: 'buffers',
  gate: 'own',
  thresholds: {
    each: { value: 10, means: 'N blocks a row' },
    blocks: { value: 10_000, means: 'N', unit: 'blocks' },
  },
  on: 'node',

  *check(scan, moment, limits) {
    const actual = executed(scan);
    if (!isTableScan(scan) || actual === null) return;
    const { sharedHit = 0, sharedRead = 0 } = scan.ownBuffers ?? {};
    const blocks = sharedHit + sharedRead;
    const { byFilter = 0, byRecheck = 0 } = scan.removed ?? {};
    // A lookup that finds nothing goes down the index all the same.
    const looks = Math.max(actual.rows + byFilter + byRecheck, actual.loops);
    if (blocks <= limits.blocks || blocks / looks <= limits.each) return;
    const name = sqlName(scan);
    yield {
      message: `${blocksText(blocks)} of ${tableName(scan)} were touched for ${countText(looks)} rows, ${countText(blocks / looks)} each: ${moment.shareText(scan)}.`,
      whatToDo: `Most of them hold dead rows or nothing. VACUUM; if it stays so, ${scan.index === null ? 'pack the table with pg_repack' : 'build the index again concurrently'}, and look for transactions that stay open for long.`,
      sql: `VACUUM (VERBOSE) ${name};${scan.index === null ? '' : `\nREINDEX INDEX CONCURRENTLY ${indexName(scan)};`}`,
      saves: 0.7,
    };
  },
});

/** As SQL writes it: an index is in the schema of its table. */
function indexName({ relation, index }: PlanNode): string {
  const schema = relation === null || relation.schema === 'public' ? null : relation.schema;
  return quoteReference({ schema, name: index ?? '' });
}
