import { executed } from '../../plans/nodes.js';
import { bytesText, countText } from '../../text/numbers.js';
import { detail } from '../moment.js';
import { adviceRule } from '../rule.js';
import { workMem } from '../work-mem.js';

export default adviceRule({
  id: 'hashagg-spill',
  severity: 'warning',
  docs: {
    what: 'The groups of an aggregate did not fit into memory, and went through files.',
    why: 'Rows whose group has no room are written to temporary files and grouped later.',
    instead:
      'Raise work_mem, or hash_mem_multiplier, for this query. When there were far more groups than expected, the statistics of the columns are off.',
    unless: 'Silent when all groups fit. Servers before 13 never write them to files: they take the memory.',
    references: [
      'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-HASH-MEM-MULTIPLIER',
    ],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: { disk: { value: 1024, means: 'N in files', unit: 'bytes' } },
  on: 'node',

  *check(aggregate, moment, limits) {
    const processes = [aggregate.details, ...(aggregate.workers?.each ?? []).map(({ details }) => details)];
    const disk = Math.max(...processes.map((process) => Number(process['Disk Usage'] ?? 0) * 1024));
    if (aggregate.type !== 'Aggregate' || disk < limits.disk) return;
    const memory = Math.max(detail(aggregate, 'Peak Memory Usage') * 1024, disk);
    const needed = workMem((memory + disk) / 2);
    // HAVING throws groups away that were made; how many were expected before it nobody tells.
    const refused = aggregate.removed?.byFilter ?? 0;
    const off = refused > 0 ? null : aggregate.misestimate;
    const groups = (executed(aggregate)?.rows ?? 0) + refused;
    yield {
      message: `${countText(groups)} groups by ${aggregate.groupKey.join(', ')} did not fit into memory: ${bytesText(disk)} went through files, ${moment.shareText(aggregate)}.`,
      whatToDo: `${off !== null && off.direction === 'under' && off.factor >= 10 ? `Only ${countText(aggregate.estimate?.rows ?? 0)} groups were expected: give the server statistics of these columns together. ` : ''}${needed === null ? 'That is too much for work_mem: group fewer rows.' : `Raise work_mem for this query to about ${needed.size}.`}`,
      sql: needed?.sql ?? null,
      ecto: needed?.ecto ?? null,
      saves: 0.4,
    };
  },
});
