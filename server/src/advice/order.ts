// Orders that a scan could give by an index: what stands between a LIMIT and the rows that it wants in order.

import { isSort, isTableScan } from '../plans/node-types.js';
import type { PlanNode } from '../plans/plan.js';
import type { SortKey } from '../queries/plan-conditions.js';
import { isOf, type Moment } from './moment.js';

const PASSES: ReadonlySet<string> = new Set(['Gather', 'Gather Merge', 'Result']);

/** The node below what only collects rows of several processes. */
export function throughGather(node: PlanNode | undefined): PlanNode | null {
  if (node === undefined) return null;
  return PASSES.has(node.type) ? throughGather(node.children.find(({ role }) => role === 'outer')) : node;
}

/** The scan of one table that a sort reads; `null` when more than one is joined, or something is worked out before. */
export function sortedScan(sort: PlanNode): PlanNode | null {
  const scan = throughGather(sort.children.find(({ role }) => role === 'outer'));
  return scan !== null && isTableScan(scan) ? scan : null;
}

/** `null` when something else than columns of the scan, or what is made of them, is sorted by. */
export function orderOf(sort: PlanNode, scan: PlanNode, moment: Moment): readonly SortKey[] | null {
  const keys = moment.sortKeysOf(sort);
  const own = keys.filter((key): key is SortKey => key?.column != null && isOf(scan, key.column.alias));
  return own.length === keys.length && own.length > 0 ? own : null;
}

/** What min() and max() without groups ask for: the first row of an order. Of several workers each asks for its own. */
export function extremesOf({ type, groupKey, output }: PlanNode): readonly string[] {
  if (type !== 'Aggregate' || groupKey.length > 0) return [];
  return output.flatMap(
    (text) => /^(?:PARTIAL )?(?:min|max)\(((?:[^()]|\([^()]*\))+)\)$/.exec(text)?.[1] ?? [],
  );
}

/** The one that is all that is asked for; empty where there is more. */
function extremeOf(aggregate: PlanNode): readonly string[] {
  const asked = [...new Set(extremesOf(aggregate))];
  return asked.length === 1 && extremesOf(aggregate).length === aggregate.output.length ? asked : [];
}

/** The order of which only the first rows are wanted of a scan, or the least or greatest; empty when there is none, or it is in part that of something else. */
export function limitedOrder(moment: Moment, scan: PlanNode): readonly SortKey[] {
  const above = moment.ancestorsOf(scan).filter(({ type }) => !PASSES.has(type));
  const [sort, limit] = above;
  if (sort?.type === 'Aggregate') return orderOf({ ...sort, sortKey: extremeOf(sort) }, scan, moment) ?? [];
  if (sort === undefined || !isSort(sort) || limit?.type !== 'Limit') return [];
  return orderOf(sort, scan, moment) ?? [];
}
