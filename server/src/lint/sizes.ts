// How large tables are in production, by a file of statistics and by the configuration, and what that makes of a finding.

import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Reference } from '../catalog/lookup.js';
import { SEVERITIES, type Severity } from '../rules/rule.js';
import type { Problem } from '../syntax/problem.js';

/** `null` for what is not known. */
export interface TableSize {
  readonly rows: number | null;
  /** With its indexes and its toast. */
  readonly bytes: number | null;
}

interface KnownSize extends TableSize {
  /** The day of the statistics that tell, `2026-11-20`; `null` for what the configuration says itself. */
  readonly of: string | null;
}

/** By `schema.name`. */
export type Sizes = ReadonlyMap<string, KnownSize>;

export const NO_SIZES: Sizes = new Map();

/** A name without a schema is one of `public`. */
function keyOf(name: string): string {
  return name.includes('.') ? name : `public.${name}`;
}

/** A file of statistics. What is wrong in it is a problem at its place; the rest of it holds. */
export function readStatistics(text: string): {
  readonly sizes: Sizes;
  readonly problems: readonly Problem[];
} {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors);
  const problems: Problem[] = errors.map(({ offset, length }) => ({
    kind: 'problem',
    span: { start: offset, end: offset + Math.max(length, 1) },
    message: 'This is not JSON.',
  }));
  const wrong = (node: Node, message: string): void => {
    const span = { start: node.offset, end: node.offset + node.length };
    problems.push({ kind: 'problem', span, message });
  };
  if (tree === undefined) return { sizes: NO_SIZES, problems };
  const whole = entriesOf(tree);
  const version = whole.get('version');
  const listed = whole.get('tables');
  if (version?.value !== 1) {
    wrong(version ?? tree, 'These are no statistics of Plumbline: "version" must be 1.');
    return { sizes: NO_SIZES, problems };
  }
  const exported = whole.get('exported');
  const of = typeof exported?.value === 'string' ? exported.value.slice(0, 10) : null;
  if (exported !== undefined && (of === null || Number.isNaN(Date.parse(of)))) {
    wrong(exported, '"exported" must be a date, such as "2026-11-20".');
  }
  const sizes = new Map<string, KnownSize>();
  if (listed === undefined || listed.type !== 'object') {
    wrong(
      listed ?? tree,
      '"tables" must be an object with a table for each key: { "public.orders": { "rows": 1200 } }.',
    );
  } else {
    for (const [name, node] of entriesOf(listed)) {
      const size = { rows: sizeIn(node, 'rows', wrong), bytes: sizeIn(node, 'bytes', wrong) };
      if (size.rows !== null || size.bytes !== null) sizes.set(keyOf(name), { ...size, of });
    }
  }
  return { sizes, problems };
}

function entriesOf(node: Node): ReadonlyMap<string, Node> {
  const entries = node.type === 'object' ? (node.children ?? []) : [];
  return new Map(
    entries.flatMap(({ children: [key, value] = [] }) =>
      key === undefined || value === undefined ? [] : [[String(key.value), value] as const],
    ),
  );
}

function sizeIn(
  node: Node,
  key: 'rows' | 'bytes',
  wrong: (node: Node, message: string) => void,
): number | null {
  const found = entriesOf(node).get(key);
  if (found === undefined || found.value === null) return null;
  // The server has -1 for a table that was never analysed.
  if (found.value === -1) return null;
  if (Number.isFinite(found.value) && found.value >= 0) return found.value;
  wrong(found, `"${key}" must be a number that is not negative.`);
  return null;
}

/** What the configuration says itself wins over the statistics. */
export function sizesOf(statistics: Sizes, tables: Readonly<Record<string, TableSize>>): Sizes {
  const own = Object.entries(tables).map(([name, size]) => [keyOf(name), { ...size, of: null }] as const);
  return new Map([...statistics, ...own]);
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
