// How large tables are in production, by a file of statistics and by the configuration, and what that makes of a finding.

import type { Reference } from '../catalog/lookup.js';
import { NO_STATISTICS, type Statistics } from '../catalog/statistics.js';
import { SEVERITIES, type Severity } from '../rules/rule.js';
import type { TableSize } from './config.js';
import { tableKey, unknownTable } from './statistics-file.js';

interface KnownSize extends TableSize {
  /** The day of the statistics that tell, `2026-11-20`; `null` for what the configuration says itself. */
  readonly of: string | null;
}

/** By `schema.name`. */
export type Sizes = ReadonlyMap<string, KnownSize>;

export const NO_SIZES: Sizes = new Map();

/** What the configuration says itself wins over the statistics. */
export function sizesOf(statistics: Statistics | null, tables: Readonly<Record<string, TableSize>>): Sizes {
  const of = statistics?.exported?.slice(0, 10) ?? null;
  const told = [...(statistics?.tables ?? [])].filter(
    ([, { rows, bytes }]) => rows !== null || bytes !== null,
  );
  const own = Object.entries(tables).map(([name, size]) => [tableKey(name), { ...size, of: null }] as const);
  return new Map([...told.map(([key, { rows, bytes }]) => [key, { rows, bytes, of }] as const), ...own]);
}

/** The statistics with the sizes that the configuration assumes for tables of which they tell nothing; `null` without both. */
export function withAssumedSizes(
  statistics: Statistics | null,
  tables: Readonly<Record<string, TableSize>>,
): Statistics | null {
  const all = new Map(statistics?.tables);
  for (const [name, size] of Object.entries(tables)) {
    const key = tableKey(name);
    const told = all.get(key) ?? unknownTable(key);
    if (told.rows === null && told.bytes === null) all.set(key, { ...told, ...size });
  }
  return all.size === 0 ? statistics : { ...(statistics ?? NO_STATISTICS), tables: all };
}

/** `null` when nothing is known of the table. */
export function sizeOf(sizes: Sizes, { schema, name }: Reference): KnownSize | null {
  return sizes.get(`${schema ?? 'public'}.${name}`) ?? null;
}

const [SMALL_ROWS, LARGE_ROWS, HUGE_ROWS] = [10_000, 1_000_000, 10_000_000];
const MB = 1024 * 1024;
const [SMALL_BYTES, LARGE_BYTES, HUGE_BYTES] = [16 * MB, 1024 * MB, 10 * 1024 * MB];

/**
 * Work on a small table is done before anybody notices, that on a huge one takes minutes. Small is below 10,000 rows and 16 MB:
 * a hint remains. Below a million rows and 1 GB a finding is one step quieter; from 10 million rows or 10 GB on one louder.
 */
export function weigh(severity: Severity, { rows, bytes }: TableSize): Severity {
  const isBelow = (row: number, byte: number) => (rows ?? 0) < row && (bytes ?? 0) < byte;
  if (isBelow(SMALL_ROWS, SMALL_BYTES)) return 'hint';
  if (isBelow(LARGE_ROWS, LARGE_BYTES)) return SEVERITIES[SEVERITIES.indexOf(severity) + 1] ?? severity;
  if (isBelow(HUGE_ROWS, HUGE_BYTES) || severity === 'hint') return severity;
  return SEVERITIES[SEVERITIES.indexOf(severity) - 1] ?? severity;
}

/** Tables grow: what is older than that makes no finding quieter. */
const STALE_DAYS = 90;

/** Whether it is told by statistics that are too old to be relied on. */
export function isStale({ of }: KnownSize, now: Date): boolean {
  return of !== null && now.getTime() - Date.parse(of) > STALE_DAYS * 24 * 60 * 60 * 1000;
}

/** As a sentence: `"orders" holds 120 million rows, 41 GB (statistics of 2026-11-20).` */
export function sizeInWords(name: string, { rows, bytes, of }: KnownSize): string {
  const parts = [
    ...(rows === null ? [] : [`${roughly(rows)} ${rows === 1 ? 'row' : 'rows'}`]),
    ...(bytes === null ? [] : [bytesInWords(bytes)]),
  ];
  return `"${name}" holds ${parts.join(', ')}${of === null ? '' : ` (statistics of ${of})`}.`;
}

function roughly(count: number): string {
  if (count >= 1e9) return `${twoDigits(count / 1e9)} billion`;
  if (count >= 1e6) return `${twoDigits(count / 1e6)} million`;
  return Math.round(count).toLocaleString('en-US');
}

function bytesInWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : twoDigits(value)} ${units[unit]}`;
}

function twoDigits(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
