import { executed } from '../../plans/nodes.js';
import { bytesText, countText } from '../../text/numbers.js';
import { detail } from '../moment.js';
import { adviceRule } from '../rule.js';
import { workMem } from '../work-mem.js';

export default adviceRule({
  id: 'hash-spill',
  severity: 'warning',
  otherwise: 'an error from many batches on',
  docs: {
    what: 'The hash table of a join did not fit into memory, so both sides went through files in batches.',
    why: 'All but the first batch of both sides is written to temporary files and read back.',
    instead:
      'Raise work_mem, or hash_mem_multiplier, for this query. When there were far more rows than the planner expected, mend the estimate first.',
    unless: 'Silent when all of it was one batch.',
    references: [
      'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-HASH-MEM-MULTIPLIER',
    ],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: {
    batches: { value: 2, means: 'N batches' },
    share: { value: 5, means: 'N of the time or cost', unit: 'percent' },
    error: { value: 32, means: 'an error at N batches' },
  },
  on: 'node',

  *check(hash, moment, limits) {
    const batches = detail(hash, 'Hash Batches');
    const join = moment.parentOf(hash);
    if (hash.type !== 'Hash' || join === null || batches < limits.batches) return;
    // Files of the outer side are written and read by the join.
    const share = moment.share(hash) + moment.share(join);
    if (share < limits.share / 100) return;
    const planned = detail(hash, 'Original Hash Batches');
    const memory = detail(hash, 'Peak Memory Usage') * 1024;
    const needed = workMem((memory * batches) / HASH_MEM_MULTIPLIER);
    const width = hash.estimate?.width ?? 0;
    yield {
      severity: batches >= limits.error ? 'error' : 'warning',
      message: `The hash table of ${countText(executed(hash)?.rows ?? 0)} rows did not fit into memory (${bytesText(memory)}): it was made in ${countText(batches)} batches${planned > 0 && batches > planned ? `, of which ${countText(planned)} were planned` : ''}. The join takes ${moment.shareText(join, share)}.`,
      whatToDo: `${batches > planned && planned > 0 ? 'More rows came than were expected: run ANALYZE first. ' : ''}${width >= 1024 ? `Each row is ${bytesText(width)} wide: select fewer columns. ` : ''}${needed === null ? 'It is too large for work_mem: join fewer or narrower rows.' : `Raise work_mem for this query to about ${needed.size}.`}`,
      sql: needed?.sql ?? null,
      ecto: needed?.ecto ?? null,
      share,
      saves: 0.5,
    };
  },
});

/** Hash tables may take that many times work_mem: the default since PostgreSQL 15. */
const HASH_MEM_MULTIPLIER = 2;
