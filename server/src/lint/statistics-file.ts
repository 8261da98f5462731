// The file of statistics: read from its text, with what is wrong in it at its place. The only place that knows the format,
// besides the query that writes it. A file that somebody wrote by hand may hold sizes alone.

import { findNodeAtLocation, type ParseError, parse, parseTree } from 'jsonc-parser';
import { isPlannerSetting, wrongSettingValue } from '../catalog/planner-settings.js';
import {
  type ColumnStatistics,
  type Dependency,
  type ExtendedStatistics,
  type IndexStatistics,
  MOST_PAGES,
  MOST_ROWS,
  NO_STATISTICS,
  type PartitionPlace,
  REDACTIONS,
  type Statistics,
  type StatisticsAccount,
  type StatisticsServer,
  type TableKind,
  type TableStatistics,
} from '../catalog/statistics.js';
import type { Problem } from '../syntax/problem.js';
import { COUNT, DATE, numberBetween, Part, type Path, SHARE, TEXT, wholeUpTo } from './statistics-part.js';
import { isValueOf, outOfOrder } from './statistics-values.js';

/** What is wrong is a problem at its place and counts as not known; the rest holds. */
export function readStatistics(text: string): {
  readonly statistics: Statistics;
  readonly problems: readonly Problem[];
} {
  const errors: ParseError[] = [];
  const value = parsed(text, errors);
  const problems: Problem[] = errors.slice(0, 1).map(({ offset, length }) => ({
    kind: 'problem',
    span: { start: offset, end: offset + Math.max(length, 1) },
    message: 'This is not JSON.',
  }));
  const wrong: [Path, string][] = [];
  const statistics = value === undefined ? NO_STATISTICS : readWhole(new Part(value, [], wrong));
  // A tree with places takes much longer than the values alone, and a file is large.
  const tree = wrong.length === 0 ? undefined : parseTree(text);
  for (const [path, message] of wrong) {
    const node = tree && (findNodeAtLocation(tree, [...path]) ?? tree);
    const span = { start: node?.offset ?? 0, end: (node?.offset ?? 0) + (node?.length ?? 0) };
    problems.push({ kind: 'problem', span, message });
  }
  return { statistics, problems };
}

/** A name without a schema is one of `public`. */
export function tableKey(name: string): string {
  return name.includes('.') ? name : `public.${name}`;
}

/** A table of which nothing is known. */
export function unknownTable(key: string): TableStatistics {
  const dot = key.indexOf('.');
  return {
    schema: key.slice(0, dot),
    name: key.slice(dot + 1),
    kind: null,
    rows: null,
    pages: null,
    analyzedPages: null,
    allVisible: null,
    allFrozen: null,
    bytes: null,
    analyzed: null,
    changedSince: null,
    partition: null,
    columns: new Map(),
    inherited: new Map(),
    extended: [],
    indexes: new Map(),
  };
}

function parsed(text: string, errors: ParseError[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Comments may be there, and a comma too many; what else is wrong has its place in `errors`.
    return parse(text, errors, { allowTrailingComma: true });
  }
}

function readWhole(whole: Part): Statistics {
  if (whole.get('version').value !== 1) {
    const version = whole.get('version');
    (version.isThere ? version : whole).wrong('These are no statistics of Plumbline: "version" must be 1.');
    return NO_STATISTICS;
  }
  const tables = whole.get('tables');
  if (!tables.isObject) {
    (tables.isThere ? tables : whole).wrong(
      '"tables" must be an object with a table for each key: { "public.orders": { "rows": 1200 } }.',
    );
  }
  const account = whole.get('holds');
  return {
    exported: whole.get('exported').read(DATE),
    fromFile: true,
    redacted: REDACTIONS.find((one) => one === whole.get('redacted').read(TEXT)) ?? null,
    server: readServer(whole.get('server')),
    settings: readSettings(whole.get('settings')),
    tables: new Map(
      tables.isObject
        ? tables.entries().map(([name, part]) => [tableKey(name), readTable(tableKey(name), part)])
        : [],
    ),
    holds: readAccount(account),
  };
}

function readSettings(part: Part): ReadonlyMap<string, string> {
  return new Map(
    part.entries().flatMap(([name, one]) => {
      if (!isPlannerSetting(name)) {
        one.wrong(`"${name}" is no setting of the planner, so it is not used.`);
        return [];
      }
      const value = one.read(TEXT);
      const words = value === null ? null : wrongSettingValue(name, value);
      if (words !== null) one.wrong(`"${name}" must be ${words}.`);
      return value === null || words !== null ? [] : [[name, value] as const];
    }),
  );
}

function readAccount(account: Part): StatisticsAccount {
  return {
    summary: account.get('summary').read(TEXT) ?? '',
    values: account.get('values').map((part) => part.readList(TEXT)),
    withheld: account.get('withheld').map((part) => part.readList(TEXT)),
    unreadable: account.get('unreadable').readList(TEXT) ?? [],
    missing: account.get('missing').readList(TEXT) ?? [],
  };
}

function readServer(part: Part): StatisticsServer | null {
  const number = part.get('number').read(COUNT);
  if (number === null) return null;
  const provider = part.get('provider').value;
  return {
    version: part.get('version').read(TEXT) ?? String(number),
    major: part.get('major').read(COUNT) ?? Math.floor(number / 10000),
    number,
    encoding: part.get('encoding').read(TEXT) ?? 'UTF8',
    collate: part.get('collate').read(TEXT) ?? 'C',
    provider: provider === 'icu' || provider === 'builtin' ? provider : 'libc',
    blockSize: part.get('blockSize').read(COUNT) ?? 8192,
  };
}

const KINDS: readonly TableKind[] = ['table', 'partitioned', 'materialized-view'];

const ROWS = wholeUpTo(MOST_ROWS, 'which is what a table can hold');
const PAGES = wholeUpTo(MOST_PAGES, 'which is what a table can hold');
/** Bytes; no value is larger. */
const WIDTH = wholeUpTo(2 ** 30, 'a gigabyte');
/** Below 0 it is minus the share of the rows that are different. */
const DISTINCT = numberBetween(-1, null);
const CORRELATION = numberBetween(-1, 1);

function readTable(key: string, part: Part): TableStatistics {
  if (!part.isObject) {
    part.wrong('A table must be an object such as { "rows": 1200 }.');
    return unknownTable(key);
  }
  const kind = KINDS.find((one) => one === part.get('kind').value) ?? null;
  return {
    ...unknownTable(key),
    kind,
    // Those of a partitioned table are the rows of all its partitions.
    rows: readRows(part, kind === 'partitioned' ? COUNT : ROWS),
    pages: part.get('pages').read(PAGES),
    analyzedPages: part.get('analyzedPages').read(PAGES),
    allVisible: part.get('allVisible').read(PAGES),
    allFrozen: part.get('allFrozen').read(PAGES),
    bytes: part.get('bytes').read(COUNT),
    analyzed: part.get('analyzed').read(DATE),
    changedSince: part.get('changedSince').read(COUNT),
    partition: readPartition(part.get('partition')),
    columns: part.get('columns').map(readColumn),
    inherited: part.get('inherited').map(readColumn),
    extended: part.get('extended').each(readExtended),
    indexes: part.get('indexes').map(readIndex),
  };
}

/** The server has -1 for a table that was never analysed. */
function readRows(part: Part, shape: typeof COUNT): number | null {
  const rows = part.get('rows');
  return rows.value === -1 ? null : rows.read(shape);
}

function readPartition(part: Part): PartitionPlace | null {
  const of = part.get('of').read(TEXT);
  return of === null ? null : { of: tableKey(of), bound: part.get('bound').read(TEXT) };
}

function readIndex(part: Part): IndexStatistics {
  return {
    definition: part.get('definition').read(TEXT),
    valid: part.get('valid').value !== false,
    rows: readRows(part, COUNT),
    pages: part.get('pages').read(PAGES),
    analyzedPages: part.get('analyzedPages').read(PAGES),
    columns: part.get('columns').map(readColumn),
  };
}

function readColumn(part: Part): ColumnStatistics {
  const type = part.get('type').read(TEXT);
  const nulls = part.get('null_frac').read(SHARE);
  const common = readMostCommon(part, type, nulls ?? 0);
  const elements = readPair(part, 'most_common_elems', 'most_common_elem_freqs', (values) => values + 2);
  return {
    type,
    null_frac: nulls,
    avg_width: part.get('avg_width').read(WIDTH),
    n_distinct: part.get('n_distinct').read(DISTINCT),
    correlation: part.get('correlation').read(CORRELATION),
    most_common_vals: common.values,
    most_common_freqs: common.frequencies,
    histogram_bounds: readBounds(part.get('histogram_bounds'), type),
    most_common_elems: elements.values,
    most_common_elem_freqs: elements.frequencies,
    elem_count_histogram: readElementCounts(part.get('elem_count_histogram')),
    ...readRangeLengths(part),
    range_bounds_histogram: part.get('range_bounds_histogram').readList(TEXT),
  };
}

function readExtended(part: Part): ExtendedStatistics | null {
  const name = part.get('name').read(TEXT);
  const columns = part.get('columns').readList(TEXT);
  if (name === null || columns === null) {
    if (!part.get('name').isThere || !part.get('columns').isThere) {
      part.wrong('Extended statistics must say "name" and "columns".');
    }
    return null;
  }
  return {
    name,
    inherited: part.get('inherited').value === true,
    columns,
    ndistinct: readCombinations(part.get('ndistinct'), columns),
    dependencies: part.get('dependencies').each((one) => readDependency(one, columns)),
  };
}

/** A server asks for whichever combination it needs, and fails where one is not there. */
function readCombinations(part: Part, columns: readonly string[]): ExtendedStatistics['ndistinct'] {
  const read = part.each((one) => {
    const [of, distinct] = [readAmong(one.get('columns'), columns), one.get('distinct').read(COUNT)];
    return of === null || distinct === null ? null : { columns: of, distinct };
  });
  const combinations = new Set(read.map((one) => JSON.stringify([...new Set(one.columns)].sort())));
  if (!part.isThere || combinations.size === 2 ** columns.length - columns.length - 1) return read;
  // One that is wrong has been told.
  if (!Array.isArray(part.value) || part.value.length > read.length) return [];
  part.wrong('"ndistinct" must tell of each combination of two and more of the columns.');
  return [];
}

function readDependency(part: Part, columns: readonly string[]): Dependency | null {
  const of = readAmong(part.get('columns'), columns);
  const determines = part.get('determines').read(TEXT);
  const degree = part.get('degree').read(SHARE);
  if (of === null || determines === null || degree === null) return null;
  if (columns.includes(determines) && !of.includes(determines)) return { columns: of, determines, degree };
  part.get('determines').wrong('"determines" must be another one of the columns.');
  return null;
}

function readAmong(part: Part, columns: readonly string[]): readonly string[] | null {
  const read = part.readList(TEXT);
  const other = read?.findIndex((name) => !columns.includes(name)) ?? -1;
  if (other >= 0) part.at(other).wrong(`These are statistics of ${columns.join(', ')} alone.`);
  return other >= 0 ? null : read;
}

interface Pair {
  readonly values: readonly string[] | null;
  readonly frequencies: readonly number[] | null;
}

const NO_PAIR: Pair = { values: null, frequencies: null };

/** Values and how often each comes: one without the other says nothing, and a server takes neither. */
function readPair(
  part: Part,
  valuesKey: string,
  frequenciesKey: string,
  atLeast: (values: number) => number,
): Pair {
  const [there, shares] = [part.get(valuesKey), part.get(frequenciesKey)];
  const [values, frequencies] = [there.readList(TEXT), shares.readList(SHARE)];
  if (values !== null && frequencies !== null && frequencies.length >= atLeast(values.length)) {
    return { values, frequencies };
  }
  // Where one of them is wrong that has been told.
  const isTold = (there.isThere && values === null) || (shares.isThere && frequencies === null);
  if ((there.isThere || shares.isThere) && !isTold) {
    (there.isThere ? there : shares).wrong(
      `"${valuesKey}" and "${frequenciesKey}" belong together, with a frequency for each value.`,
    );
  }
  return NO_PAIR;
}

/** Shares have seven digits each, and there are up to 10,000. */
const ROUNDING = 0.001;

function readMostCommon(part: Part, type: string | null, nulls: number): Pair {
  const pair = readPair(part, 'most_common_vals', 'most_common_freqs', (count) => count);
  const { values, frequencies } = pair;
  if (values === null || frequencies === null) return NO_PAIR;
  const [there, shares] = [part.get('most_common_vals'), part.get('most_common_freqs')];
  const seen = new Set<string>();
  const again = values.findIndex((value) => seen.size === seen.add(value).size);
  const rising = frequencies.findIndex((share, index) => share > (frequencies[index - 1] ?? 1));
  if (!areOfType(there, values, type)) return NO_PAIR;
  if (again >= 0) there.at(again).wrong('"most_common_vals" has this value twice.');
  else if (rising >= 0) {
    shares.at(rising).wrong('The value before it is less common: the most common one comes first.');
  } else if (frequencies.reduce((sum, share) => sum + share, nulls) > 1 + ROUNDING) {
    const beside = nulls > 0 ? ', together with "null_frac",' : '';
    shares.wrong(`"most_common_freqs" are shares of all rows: their sum${beside} is at most 1.`);
  } else return pair;
  return NO_PAIR;
}

function readBounds(part: Part, type: string | null): readonly string[] | null {
  const bounds = part.readList(TEXT);
  if (bounds === null || !areOfType(part, bounds, type)) return null;
  const place = outOfOrder(bounds, type);
  if (bounds.length < 2) part.wrong('"histogram_bounds" must be at least two, the least and the greatest.');
  else if (place !== null)
    part.at(place).wrong('"histogram_bounds" must be in order: the one before is greater.');
  else return bounds;
  return null;
}

function areOfType(part: Part, values: readonly string[], type: string | null): boolean {
  const other = values.findIndex((value) => !isValueOf(type, value));
  if (other >= 0) part.at(other).wrong(`This is no value of the type ${type}.`);
  return other < 0;
}

/** How many elements arrays have, in order; the last is the average. */
function readElementCounts(part: Part): readonly number[] | null {
  const counts = part.readList(numberBetween(0, null));
  const place = counts?.findIndex((count, index) => count < (counts[index - 1] ?? 0)) ?? -1;
  if (counts === null || place < 0 || place === counts.length - 1) return counts;
  part.at(place).wrong('"elem_count_histogram" must be in order, with the average behind it.');
  return null;
}

/** A server takes both or neither. */
function readRangeLengths(part: Part): Pick<ColumnStatistics, 'range_length_histogram' | 'range_empty_frac'> {
  const lengths = part.get('range_length_histogram').readList(TEXT);
  const empty = part.get('range_empty_frac').read(SHARE);
  return lengths === null || empty === null
    ? { range_length_histogram: null, range_empty_frac: null }
    : { range_length_histogram: lengths, range_empty_frac: empty };
}
