// The file of statistics: read from its text, with what is wrong in it at its place. The only place that knows the format,
// besides the query that writes it. A file that somebody wrote by hand may hold sizes alone.

import { findNodeAtLocation, type ParseError, parse, parseTree } from 'jsonc-parser';
import {
  type ColumnStatistics,
  type IndexStatistics,
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
    redacted: REDACTIONS.find((one) => one === whole.get('redacted').read(TEXT)) ?? null,
    server: readServer(whole.get('server')),
    settings: whole.get('settings').map((part) => part.read(TEXT)),
    tables: new Map(
      tables.isObject
        ? tables.entries().map(([name, part]) => [tableKey(name), readTable(tableKey(name), part)])
        : [],
    ),
    holds: readAccount(account),
  };
}

function readAccount(account: Part): StatisticsAccount {
  return {
    summary: account.get('summary').read(TEXT) ?? '',
    values: account.get('values').map((part) => part.read(TEXTS)),
    withheld: account.get('withheld').map((part) => part.read(TEXTS)),
    unreadable: account.get('unreadable').read(TEXTS) ?? [],
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

function readTable(key: string, part: Part): TableStatistics {
  if (!part.isObject) {
    part.wrong('A table must be an object such as { "rows": 1200 }.');
    return unknownTable(key);
  }
  const rows = part.get('rows');
  return {
    ...unknownTable(key),
    kind: KINDS.find((one) => one === part.get('kind').value) ?? null,
    // The server has -1 for a table that was never analysed.
    rows: rows.value === -1 ? null : rows.read(COUNT),
    pages: part.get('pages').read(COUNT),
    analyzedPages: part.get('analyzedPages').read(COUNT),
    allVisible: part.get('allVisible').read(COUNT),
    allFrozen: part.get('allFrozen').read(COUNT),
    bytes: part.get('bytes').read(COUNT),
    analyzed: part.get('analyzed').read(DATE),
    changedSince: part.get('changedSince').read(COUNT),
    partition: readPartition(part.get('partition')),
    columns: part.get('columns').map(readColumn),
    inherited: part.get('inherited').map(readColumn),
    indexes: part.get('indexes').map(readIndex),
  };
}

function readPartition(part: Part): PartitionPlace | null {
  const of = part.get('of').read(TEXT);
  return of === null ? null : { of: tableKey(of), bound: part.get('bound').read(TEXT) };
}

function readIndex(part: Part): IndexStatistics {
  return {
    definition: part.get('definition').read(TEXT),
    valid: part.get('valid').value !== false,
    rows: part.get('rows').read(COUNT),
    pages: part.get('pages').read(COUNT),
    analyzedPages: part.get('analyzedPages').read(COUNT),
    columns: part.get('columns').map(readColumn),
  };
}

function readColumn(part: Part): ColumnStatistics {
  const common = readPair(part, 'most_common_vals', 'most_common_freqs', (values) => values);
  const elements = readPair(part, 'most_common_elems', 'most_common_elem_freqs', (values) => values + 2);
  return {
    type: part.get('type').read(TEXT),
    null_frac: part.get('null_frac').read(COUNT),
    avg_width: part.get('avg_width').read(COUNT),
    n_distinct: part.get('n_distinct').read(NUMBER),
    correlation: part.get('correlation').read(NUMBER),
    most_common_vals: common.values,
    most_common_freqs: common.frequencies,
    histogram_bounds: part.get('histogram_bounds').read(TEXTS),
    most_common_elems: elements.values,
    most_common_elem_freqs: elements.frequencies,
    elem_count_histogram: part.get('elem_count_histogram').read(NUMBERS),
    range_length_histogram: part.get('range_length_histogram').read(TEXTS),
    range_empty_frac: part.get('range_empty_frac').read(COUNT),
    range_bounds_histogram: part.get('range_bounds_histogram').read(TEXTS),
  };
}

/** Values and how often each comes: one without the other says nothing, and a server takes neither. */
function readPair(
  part: Part,
  valuesKey: string,
  frequenciesKey: string,
  atLeast: (values: number) => number,
) {
  const values = part.get(valuesKey).read(TEXTS);
  const frequencies = part.get(frequenciesKey).read(NUMBERS);
  if (values !== null && frequencies !== null && frequencies.length >= atLeast(values.length)) {
    return { values, frequencies };
  }
  if (values !== null || frequencies !== null) {
    const there = part.get(values === null ? frequenciesKey : valuesKey);
    there.wrong(`"${valuesKey}" and "${frequenciesKey}" belong together, with a frequency for each value.`);
  }
  return { values: null, frequencies: null };
}

type Path = readonly string[];

interface Shape<T> {
  holds(value: unknown): value is T;
  readonly words: string;
}

const TEXT: Shape<string> = { holds: (value) => typeof value === 'string', words: 'a text' };
const NUMBER: Shape<number> = {
  holds: (value): value is number => Number.isFinite(value),
  words: 'a number',
};
const COUNT: Shape<number> = {
  holds: (value): value is number => NUMBER.holds(value) && value >= 0,
  words: 'a number that is not negative',
};
const TEXTS: Shape<readonly string[]> = {
  holds: (value) => Array.isArray(value) && value.every(TEXT.holds),
  words: 'a list of texts',
};
const NUMBERS: Shape<readonly number[]> = {
  holds: (value) => Array.isArray(value) && value.every(NUMBER.holds),
  words: 'a list of numbers',
};
const DATE: Shape<string> = {
  holds: (value): value is string => TEXT.holds(value) && !Number.isNaN(Date.parse(value.slice(0, 10))),
  words: 'a date, such as "2026-11-20"',
};

/** A value of the file and where it is. */
class Part {
  constructor(
    readonly value: unknown,
    private readonly path: Path,
    private readonly problems: [Path, string][],
  ) {}

  /** JSON has null for what is not there. */
  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.isThere && !Array.isArray(this.value);
  }

  get(key: string): Part {
    const { value } = this;
    const found = this.isObject ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
    return new Part(found, [...this.path, key], this.problems);
  }

  entries(): readonly (readonly [string, Part])[] {
    if (!this.isThere) return [];
    if (!this.isObject) {
      this.wrong(`"${this.path.at(-1)}" must be an object.`);
      return [];
    }
    return Object.keys(Object(this.value)).map((key) => [key, this.get(key)]);
  }

  map<T>(of: (part: Part) => T | null): ReadonlyMap<string, T> {
    return new Map(
      this.entries().flatMap(([key, part]) => {
        const read = of(part);
        return read === null ? [] : [[key, read] as const];
      }),
    );
  }

  /** `null` when it is not there, or not of that shape, which is a problem. */
  read<T>({ holds, words }: Shape<T>): T | null {
    if (!this.isThere) return null;
    if (holds(this.value)) return this.value;
    this.wrong(`"${this.path.at(-1)}" must be ${words}.`);
    return null;
  }

  wrong(message: string): void {
    this.problems.push([this.path, message]);
  }
}
