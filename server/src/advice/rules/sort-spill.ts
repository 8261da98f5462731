import { isSort } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import type { PlanNode } from '../../plans/plan.js';
import { isRecord } from '../../text/is-record.js';
import { bytesText, countText } from '../../text/numbers.js';
import { orderOf, sortedScan } from '../order.js';
import { adviceRule } from '../rule.js';
import { workMem } from '../work-mem.js';

export default adviceRule({
  id: 'sort-spill',
  severity: 'warning',
  docs: {
    what: 'A sort did not fit into work_mem, and went through files.',
    why: 'What is sorted is written to temporary files and read back, often several times. Each process of a parallel plan does so for itself.',
    instead:
      'Sort less: fewer rows, narrower ones, or an index that gives the order. Else raise work_mem for this query; in memory the same rows take about three times what they take in a file.',
    unless: 'Silent for sorts in memory, however large. Fine for a report that runs at night.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-WORK-MEM'],
  },
  needs: 'measured',
  gate: 'own',
  thresholds: { disk: { value: 1024, means: 'N in a file', unit: 'bytes' } },
  betterSaidBy: ['top-n-index'],
  on: 'node',

  *check(sort, moment, limits) {
    const disk = Math.max(0, ...spills(sort));
    if (!isSort(sort) || disk < limits.disk) return;
    const processes = spills(sort).filter((bytes) => bytes > 0).length;
    const memory = workMem(disk * 3);
    const width = sort.estimate?.width ?? 0;
    const scan = sortedScan(sort);
    const index =
      scan === null || orderOf(sort, scan, moment) === null ? '' : ', or make an index that gives this order';
    // A LIMIT above may take fewer than were sorted.
    const read = sort.children.find(({ role }) => role === 'outer') ?? sort;
    const files =
      processes > 1
        ? `temporary files of up to ${bytesText(disk)} in each of ${processes} processes`
        : `${bytesText(disk)} in a temporary file`;
    yield {
      message: `Sorting ${countText(executed(read)?.rows ?? 0)} rows by ${sort.sortKey.join(', ')} took ${files}: ${moment.shareText(sort)}.`,
      whatToDo: `${width >= 1024 ? `Each row is ${bytesText(width)} wide: select fewer columns. ` : ''}${memory === null ? `That is too much for work_mem: sort fewer or narrower rows${index}.` : `Raise work_mem for this query to about ${memory.size} (three times the file)${index}.`}`,
      sql: memory?.sql ?? null,
      ecto: memory?.ecto ?? null,
      saves: 0.5,
    };
  },
});

/** Bytes in files: of the leader, and of each worker. */
function spills({ details, workers }: PlanNode): readonly number[] {
  return [details, ...(workers?.each ?? []).map((worker) => worker.details)].map((process) => {
    if (process['Sort Space Type'] === 'Disk') return kilobytes(process['Sort Space Used']);
    const groups = [process['Full-sort Groups'], process['Pre-sorted Groups']].filter(isRecord);
    const disks = groups.map((group) => group['Sort Space Disk']).filter(isRecord);
    return Math.max(0, ...disks.map((disk) => kilobytes(disk['Peak Sort Space Used'])));
  });
}

function kilobytes(value: unknown): number {
  return typeof value === 'number' ? value * 1024 : 0;
}
