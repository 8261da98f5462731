import { blocksText, percentText, timeText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'cold-cache',
  severity: 'info',
  docs: {
    what: 'Most blocks were not in the memory of the server.',
    why: 'The first run reads from the disk, or from the memory of the operating system; the next finds much of it in shared_buffers. Times of such a run say little about the usual one.',
    instead:
      'Run it again before you judge by its times. If it stays so, the query touches more than shared_buffers holds: read less.',
    unless:
      'Silent for few blocks. Sequential scans do not count: those of large tables use a small ring of buffers on purpose, and are cold every time.',
    references: ['https://www.postgresql.org/docs/current/using-explain.html'],
  },
  needs: 'buffers',
  gate: 'none',
  thresholds: {
    share: { value: 50, means: 'N of the blocks read', unit: 'percent' },
    blocks: { value: 1000, means: 'N read', unit: 'blocks' },
  },
  on: 'plan',

  *check({ root }, moment, limits) {
    // A sequential scan of a large table uses a few buffers again and again, so it is never warm.
    const own = moment.nodes.filter(({ type }) => type !== 'Seq Scan').map(({ ownBuffers }) => ownBuffers);
    const sharedHit = own.reduce((sum, buffers) => sum + (buffers?.sharedHit ?? 0), 0);
    const sharedRead = own.reduce((sum, buffers) => sum + (buffers?.sharedRead ?? 0), 0);
    const readMs = root.buffers?.readMs ?? null;
    const share = sharedRead / Math.max(1, sharedHit + sharedRead);
    if (!moment.plan.analyzed || sharedRead <= limits.blocks || share <= limits.share / 100) return;
    yield {
      message: `${blocksText(sharedRead)}, ${percentText(share)} of those that indexes led to, were not in the memory of the server${readMs === null || readMs === 0 ? '' : `, and took ${timeText(readMs)} to read`}.`,
      whatToDo: 'Run it again before you judge by these times.',
      share: readMs !== null && moment.totalMs > 0 ? Math.min(1, readMs / moment.totalMs) : 0.1,
      saves: 0.2,
    };
  },
});
