import { countText, percentText } from '../../text/numbers.js';
import { detail, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';
import { workMem } from '../work-mem.js';

/** What one block takes in a bitmap that remembers single rows (PagetableEntry and its place in the hash table). */
const BYTES_A_BLOCK = 64;

export default adviceRule({
  id: 'lossy-bitmap',
  severity: 'warning',
  docs: {
    what: 'A bitmap of rows did not fit into work_mem, so it remembers whole blocks.',
    why: 'Every row of such a block is looked at again, also those that the index would have left out.',
    instead: 'Raise work_mem for this query.',
    unless: 'Silent while only a few blocks are remembered so.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: {
    share: { value: 10, means: 'N of the blocks', unit: 'percent' },
    blocks: { value: 100, means: 'N blocks' },
  },
  on: 'node',

  *check(scan, moment, limits) {
    const lossy = detail(scan, 'Lossy Heap Blocks');
    const all = lossy + detail(scan, 'Exact Heap Blocks');
    if (lossy < limits.blocks || lossy / all < limits.share / 100) return;
    const again = scan.removed?.byRecheck ?? 0;
    const memory = workMem(all * BYTES_A_BLOCK * 2);
    yield {
      message: `The bitmap of ${tableName(scan)} had no room for single rows in ${countText(lossy)} of ${countText(all)} blocks (${percentText(lossy / all)}), so ${countText(again)} rows were looked at in vain: ${moment.shareText(scan)}.`,
      whatToDo: `Raise work_mem for this query${memory === null ? '' : `; about ${memory.size} should do`}.`,
      sql: memory?.sql ?? null,
      ecto: memory?.ecto ?? null,
      saves: 0.5 * (lossy / all),
    };
  },
});
