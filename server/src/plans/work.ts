// What a node works by and what it did, in lines as EXPLAIN's text format has them: conditions and keys, rows thrown away,
// memory and files, workers. Numbers of EXPLAIN that are per loop are given for all loops, and say so.

import { bytesText, countText } from '../text/numbers.js';
import { conditionText } from './names.js';
import { executed } from './nodes.js';
import type { PlanNode } from './plan.js';

/** Of a text that is shown to people: a list of a hundred thousand values says no more than its beginning. */
const LONGEST = 1000;

/** `id = ANY ('{1,2,3 … (588,000 more characters)`; short texts as they are. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)} … (${countText(text.length - LONGEST)} more characters)`;
}

export interface WorkLine {
  readonly name: string;
  readonly value: string;
}

/** What stands below the name of a node: by what it works, then what it did; long lines are shortened. */
export function workLines(node: PlanNode): readonly string[] {
  return [...purposeLines(node), ...outcomeLines(node).map(({ name, value }) => `${name}: ${value}`)].map(
    shortened,
  );
}

/** By what it works; output lists are left out. */
export function purposeLines({ conditions, sortKey, groupKey }: PlanNode): readonly string[] {
  return [
    ...conditions.map(conditionText),
    ...(sortKey.length === 0 ? [] : [`Sort Key: ${sortKey.join(', ')}`]),
    ...(groupKey.length === 0 ? [] : [`Group Key: ${groupKey.join(', ')}`]),
  ];
}

/** What it did; empty for what was not run. */
function outcomeLines(node: PlanNode): readonly WorkLine[] {
  const actual = executed(node);
  if (actual === null) return [];
  const { details, workers } = node;
  const lines = [
    ...removedLines(node),
    ...sortLine(details),
    ...hashLine(details),
    ...counts(details, ['Heap Fetches', 'Lossy Heap Blocks', 'Subplans Removed']),
    ...cacheLine(details),
    ...(workers?.planned == null
      ? []
      : [line('Workers', `${workers.launched ?? 0} of ${workers.planned} planned`)]),
  ];
  return lines;
}

/** Over all loops. */
export function removedLines(node: PlanNode): readonly WorkLine[] {
  const { removed } = node;
  if (removed === null) return [];
  const { loops } = executed(node) ?? { loops: 1 };
  const unit = loops > 1 ? ' in all loops' : '';
  return [
    ['Rows Removed by Filter', removed.byFilter] as const,
    ['Rows Removed by Join Filter', removed.byJoinFilter] as const,
    ['Rows Removed by Index Recheck', removed.byRecheck] as const,
  ].flatMap(([name, rows]) => (rows === 0 ? [] : [line(name, countText(rows) + unit)]));
}

type Details = PlanNode['details'];

function sortLine(details: Details): readonly WorkLine[] {
  const { 'Sort Method': method, 'Sort Space Used': used, 'Sort Space Type': kind } = details;
  if (typeof method !== 'string') return [];
  const space =
    typeof used === 'number' ? [`${kibibytes(used)} ${kind === 'Disk' ? 'on disk' : 'of memory'}`] : [];
  return [line('Sort Method', [method, ...space].join(', '))];
}

/** Of a hash table, and of groups that are hashed. */
function hashLine(details: Details): readonly WorkLine[] {
  const batches = details['Hash Batches'] ?? details['HashAgg Batches'];
  const { 'Peak Memory Usage': peak, 'Disk Usage': disk } = details;
  if (typeof batches !== 'number' && typeof peak !== 'number') return [];
  const parts = [
    ...(typeof peak === 'number' ? [`${kibibytes(peak)} of memory`] : []),
    ...(typeof disk === 'number' && disk > 0 ? [`${kibibytes(disk)} on disk`] : []),
    ...(typeof batches === 'number' && batches > 1 ? [`${countText(batches)} batches`] : []),
  ];
  return parts.length === 0 ? [] : [line('Hash Table', parts.join(', '))];
}

/** Of Memoize. */
function cacheLine({ 'Cache Hits': hits, 'Cache Misses': misses, 'Cache Evictions': evictions }: Details) {
  if (typeof hits !== 'number' || typeof misses !== 'number') return [];
  const evicted = typeof evictions === 'number' && evictions > 0 ? `, ${countText(evictions)} evictions` : '';
  return [line('Cache', `${countText(hits)} hits, ${countText(misses)} misses${evicted}`)];
}

function counts(details: Details, names: readonly string[]): readonly WorkLine[] {
  return names.flatMap((name) => {
    const count = details[name];
    return typeof count === 'number' && count > 0 ? [line(name, countText(count))] : [];
  });
}

function kibibytes(count: number): string {
  return bytesText(count * 1024);
}

function line(name: string, value: string): WorkLine {
  return { name, value };
}
