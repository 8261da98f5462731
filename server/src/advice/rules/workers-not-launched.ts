import { countText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'workers-not-launched',
  severity: 'info',
  docs: {
    what: 'Fewer parallel workers came than were planned.',
    why: 'All of the server share max_parallel_workers. When they are taken, the plan runs with fewer, and takes longer than it was chosen for.',
    instead:
      'Raise max_parallel_workers (and max_worker_processes), or let small queries take fewer with max_parallel_workers_per_gather.',
    unless: 'Fine when it happens now and then.',
    references: ['https://www.postgresql.org/docs/current/how-parallel-query-works.html'],
  },
  needs: 'measured',
  gate: 'none',
  thresholds: { share: { value: 10, means: 'N of the time', unit: 'percent' } },
  on: 'node',

  *check(gather, moment, limits) {
    const planned = gather.workers?.planned ?? 0;
    const launched = gather.workers?.launched ?? null;
    const share = moment.shareWithin(gather);
    if (launched === null || launched >= planned || share < limits.share / 100) return;
    yield {
      message: `${countText(launched)} of ${countText(planned)} planned workers came: the server had no more to give.`,
      whatToDo:
        'If that is usual, raise max_parallel_workers and max_worker_processes, or plan fewer workers a query with max_parallel_workers_per_gather.',
      sql: 'SHOW max_parallel_workers;\nSHOW max_worker_processes;',
      share,
      saves: 0.5 * ((planned - launched) / (planned + 1)),
    };
  },
});
