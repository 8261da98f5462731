import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { bytesText } from '../../text/numbers.js';
import { type Moment, tableName } from '../moment.js';
import { adviceRule } from '../rule.js';

const BLOCK = 8192;
const MB = 1024 * 1024;

export default adviceRule({
  id: 'parallel-not-used',
  severity: 'info',
  docs: {
    what: 'A large table is read by one process alone.',
    why: 'From 8 MB on (min_parallel_table_scan_size) the planner thinks of workers. Where it does not take them, something forbids it: a setting, a function that is not parallel safe, a statement that changes or locks rows.',
    instead: 'Mark functions as PARALLEL SAFE where they are, allow workers, or read less of the table.',
    unless:
      'Silent below eight times that size, where another node is parallel, where an index would be the better advice, and on the embedded PostgreSQL, whose settings are not those of your server. Fine where the server has many queries at once and no processor to spare.',
    references: ['https://www.postgresql.org/docs/current/when-can-parallel-query-be-used.html'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: { bytes: { value: 64 * MB, means: 'N read', unit: 'bytes' } },
  betterSaidBy: [
    'seq-scan-discard',
    'seq-scan-estimate',
    'function-on-column',
    'like-prefix',
    'like-infix',
    'nested-loop-inner-seq',
    'buffers-per-row',
  ],
  on: 'node',

  *check(scan, moment, limits) {
    if (scan.type !== 'Seq Scan' || scan.parallelAware || moment.source.kind === 'embedded') return;
    if (moment.nodes.some(({ type }) => type.startsWith('Gather'))) return;
    const { sharedHit, sharedRead } = scan.ownBuffers ?? { sharedHit: 0, sharedRead: 0 };
    const read =
      scan.ownBuffers === null ? null : ((sharedHit + sharedRead) * BLOCK) / (executed(scan)?.loops ?? 1);
    const bytes = read ?? moment.factsOf(scan)?.bytes ?? 0;
    const cause = causeOf(scan, moment);
    if (bytes < limits.bytes || cause === null) return;
    yield {
      message: `${tableName(scan)} (${bytesText(bytes)}) is read by one process: ${cause.why}. It takes ${moment.shareText(scan)}.`,
      whatToDo: cause.whatToDo,
      sql: cause.sql,
      saves: 0.4,
    };
  },
});

interface Cause {
  readonly why: string;
  readonly whatToDo: string;
  readonly sql: string | null;
}

/** `null` where it may be the planner's choice. */
function causeOf(scan: PlanNode, moment: Moment): Cause | null {
  const { settings } = moment.plan;
  for (const name of ['max_parallel_workers_per_gather', 'max_parallel_workers']) {
    if (settings[name] === '0') {
      return { why: `${name} is 0`, whatToDo: 'Allow workers.', sql: `SET ${name} = 2;` };
    }
  }
  const above = moment.ancestorsOf(scan);
  if (above.some(({ operation }) => operation !== null)) {
    return {
      why: 'a statement that changes rows has no workers',
      whatToDo: 'Find the rows in a query of their own first, or change them in batches.',
      sql: null,
    };
  }
  if (above.some(({ type }) => type === 'LockRows')) {
    return {
      why: 'FOR UPDATE and its like have no workers',
      whatToDo: 'Lock only rows that are found by a key.',
      sql: null,
    };
  }
  return null;
}
