// Plans of two servers, side by side.

import assert from 'node:assert/strict';
import type { Redaction, Statistics } from '../../../server/src/catalog/statistics.js';
import { EXPORT_SETTINGS, statisticsQuery } from '../../../server/src/database/statistics/query.js';
import { readStatistics } from '../../../server/src/lint/statistics-file.js';
import type { PlanNode } from '../../../server/src/plans/plan.js';
import type { RealServer } from './real-server.js';

export async function exportedFrom(
  server: RealServer,
  database: string,
  redacted: Redaction = 'none',
): Promise<Statistics> {
  const rows = await server.run(
    database,
    'BEGIN',
    ...EXPORT_SETTINGS,
    statisticsQuery({ redacted, keep: [] }),
  );
  const { statistics, problems } = readStatistics(String(Object.values(rows[0] ?? {})[0]));
  assert.deepEqual(problems, []);
  return statistics;
}

/** What is done with what, without numbers. */
export function treeOf({
  type,
  joinType,
  strategy,
  index,
  relation,
  children,
  parallelAware,
}: PlanNode): string {
  const words = [
    parallelAware ? 'Parallel' : '',
    joinType ?? '',
    strategy ?? '',
    type,
    index ?? relation?.name ?? '',
  ];
  const below = children.length === 0 ? '' : ` (${children.map(treeOf).join(', ')})`;
  return words.filter((word) => word !== '').join(' ') + below;
}
