import { nodeTitle } from '../../plans/names.js';
import { blocksText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';
import { workMem } from '../work-mem.js';

/** Those that say themselves how much they wrote. */
const SAID: ReadonlySet<string> = new Set(['Sort', 'Incremental Sort', 'Hash', 'Hash Join', 'Aggregate']);

export default adviceRule({
  id: 'temp-io',
  severity: 'info',
  docs: {
    what: 'A node other than a sort, a hash or an aggregate keeps its rows in temporary files.',
    why: 'Rows that are read more than once (a CTE, a materialised inner side, a function that returns a set, a window) are kept in work_mem, and in files when they do not fit.',
    instead: 'Keep fewer or narrower rows, or raise work_mem for this query.',
    unless: 'Silent for sorts, hashes and aggregates, which have rules of their own.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM'],
  },
  needs: 'buffers',
  gate: 'own',
  thresholds: { blocks: { value: 256, means: 'N written or read', unit: 'blocks' } },
  betterSaidBy: ['cte-materialized', 'not-in-subplan'],
  on: 'node',

  *check(node, moment, limits) {
    const { tempRead = 0, tempWritten = 0 } = node.ownBuffers ?? {};
    const blocks = Math.max(tempRead, tempWritten);
    if (blocks < limits.blocks || SAID.has(node.type)) return;
    // Of a CTE that is read twice the reader that filled the file speaks.
    if (node.type === 'CTE Scan' && tempWritten < limits.blocks) return;
    const memory = workMem(blocks * 8192 * 2);
    yield {
      message: `${nodeTitle(node)} keeps its rows in temporary files: ${blocksText(tempWritten)} written, ${blocksText(tempRead)} read, ${moment.shareText(node)}.`,
      whatToDo: `Keep fewer or narrower rows${memory === null ? '' : `, or raise work_mem for this query to about ${memory.size}`}.`,
      sql: memory?.sql ?? null,
      ecto: memory?.ecto ?? null,
      saves: 0.4,
    };
  },
});
