// What a server knew of its data when its statistics were exported: sizes, row counts and what ANALYZE found, as the file of
// statistics tells it. Names are as the server stores them, without quotes; a field is `null`, or a map empty, where nothing
// is known. The columns of pg_stats keep their names, so that the manual explains them:
// https://www.postgresql.org/docs/current/view-pg-stats.html

/** Which values were left out of the file: none, those of all but simple types, or all. */
export type Redaction = 'none' | 'text' | 'all';

export const REDACTIONS: readonly Redaction[] = ['none', 'text', 'all'];

export interface Statistics {
  /** ISO date or moment; `null` in a file that was written by hand, and when all is assumed by the configuration. */
  readonly exported: string | null;
  /** Whether there is a file at all. */
  readonly fromFile: boolean;
  readonly redacted: Redaction | null;
  /** `null` in a file that was written by hand. */
  readonly server: StatisticsServer | null;
  /** Planner settings by name, as SET takes them: `64MB`. The important ones always, the others where they are not the default. */
  readonly settings: ReadonlyMap<string, string>;
  /** By `schema.name`. */
  readonly tables: ReadonlyMap<string, TableStatistics>;
  readonly holds: StatisticsAccount;
}

/** What the file says that it holds. */
export interface StatisticsAccount {
  /** In sentences; empty in a file that was written by hand. */
  readonly summary: string;
  /** Columns that carry values of rows, by `schema.table`; an index's stand as `index.column`. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Columns of which values were left out. */
  readonly withheld: ReadonlyMap<string, readonly string[]>;
  /** Tables, columns and indexes whose statistics the role could not read: `public.users`, `public.users.email`. */
  readonly unreadable: readonly string[];
  /** Columns whose values were asked for and that are not there: `public.users.emial`. */
  readonly missing: readonly string[];
}

export const NO_STATISTICS: Statistics = {
  exported: null,
  fromFile: false,
  redacted: null,
  server: null,
  settings: new Map(),
  tables: new Map(),
  holds: { summary: '', values: new Map(), withheld: new Map(), unreadable: [], missing: [] },
};

export interface StatisticsServer {
  /** As the server says it, without its build: `18.1`. */
  readonly version: string;
  readonly major: number;
  /** `server_version_num`: 180001. */
  readonly number: number;
  readonly encoding: string;
  /** LC_COLLATE, or the locale of ICU or of the built-in provider: `en_US.UTF-8`. */
  readonly collate: string;
  readonly provider: 'libc' | 'icu' | 'builtin';
  /** Bytes of a page; 8192 on all but servers of somebody's own build. */
  readonly blockSize: number;
}

/** Numbers of pages have 32 bits (`MaxBlockNumber`): 32 TB. */
export const MOST_PAGES = 2 ** 32 - 2;

/** Of one table: a page has room for 291 rows without columns (`MaxHeapTuplesPerPage`). */
export const MOST_ROWS = MOST_PAGES * 291;

export type TableKind = 'table' | 'partitioned' | 'materialized-view';

export interface TableStatistics {
  readonly schema: string;
  readonly name: string;
  readonly kind: TableKind | null;
  /** What ANALYZE or VACUUM counted (`reltuples`) on {@link analyzedPages}; `null` when neither ever ran. */
  readonly rows: number | null;
  /** Of the table alone, now. */
  readonly pages: number | null;
  /** `relpages`: what {@link rows} belongs to; the planner scales the rows up to {@link pages}. */
  readonly analyzedPages: number | null;
  readonly allVisible: number | null;
  /** From 18 on. */
  readonly allFrozen: number | null;
  /** With its indexes and its toast. */
  readonly bytes: number | null;
  /** The moment of the last ANALYZE, by hand or automatic; `null` when unknown, as on a standby. */
  readonly analyzed: string | null;
  /** Rows changed since (`n_mod_since_analyze`). */
  readonly changedSince: number | null;
  readonly partition: PartitionPlace | null;
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
  /** Of the table with its children or partitions; the only ones of a partitioned table. */
  readonly inherited: ReadonlyMap<string, ColumnStatistics>;
  readonly extended: readonly ExtendedStatistics[];
  /** By name; an index is in the schema of its table. */
  readonly indexes: ReadonlyMap<string, IndexStatistics>;
}

/** What ANALYZE found of columns together, as CREATE STATISTICS asked it to. Without those that have expressions. */
export interface ExtendedStatistics {
  /** In whatever schema. */
  readonly name: string;
  /** Of the table with its children or partitions. */
  readonly inherited: boolean;
  readonly columns: readonly string[];
  /** How many different values some of the columns have together: of each combination of two and more, or empty. */
  readonly ndistinct: readonly { readonly columns: readonly string[]; readonly distinct: number }[];
  readonly dependencies: readonly Dependency[];
}

/** Of which share of the rows the columns tell what another one holds. */
export interface Dependency {
  readonly columns: readonly string[];
  readonly determines: string;
  readonly degree: number;
}

export interface PartitionPlace {
  /** `schema.name` of the partitioned table. */
  readonly of: string;
  /** `FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`; `null` when its values are withheld. */
  readonly bound: string | null;
}

export interface IndexStatistics {
  /**
   * `pg_get_indexdef` under an empty search path. Unless nothing is redacted, constants are blanked by
   * {@link withoutConstants}; `null` when that was not safe.
   */
  readonly definition: string | null;
  readonly valid: boolean;
  readonly rows: number | null;
  readonly pages: number | null;
  readonly analyzedPages: number | null;
  /** Of its expressions, by the name of the index's column: `lower`, `expr`, `expr1`. */
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
}

/** A row of pg_stats. Values are in their text form, with ISO dates in UTC. What is `null` was not there, or withheld. */
export interface ColumnStatistics {
  /** `format_type` under an empty search path. */
  readonly type: string | null;
  readonly null_frac: number | null;
  /** Bytes. */
  readonly avg_width: number | null;
  /** Negative: minus the share of the rows. */
  readonly n_distinct: number | null;
  readonly correlation: number | null;
  readonly most_common_vals: readonly string[] | null;
  /** As many as {@link most_common_vals}. */
  readonly most_common_freqs: readonly number[] | null;
  readonly histogram_bounds: readonly string[] | null;
  readonly most_common_elems: readonly string[] | null;
  /** Two or three more than {@link most_common_elems}: the least and the greatest of them, and the share of NULL elements. */
  readonly most_common_elem_freqs: readonly number[] | null;
  readonly elem_count_histogram: readonly number[] | null;
  /** These three only from 17 on. */
  readonly range_length_histogram: readonly string[] | null;
  readonly range_empty_frac: number | null;
  readonly range_bounds_histogram: readonly string[] | null;
}

/** Whether they tell of values of any table, and not of sizes alone. */
export function tellsColumns({ tables }: Statistics): boolean {
  return [...tables.values()].some(({ columns, inherited }) => columns.size > 0 || inherited.size > 0);
}

/**
 * What is known of how the values of a column are spread: `measured` is all that ANALYZE found; `counted`, how many different
 * ones there are but not which, and how often each comes, because they were withheld; `guessed`, nothing, so that the planner
 * takes what it always takes.
 */
export type Distribution = 'measured' | 'counted' | 'guessed';

/** @param table a name without a schema is one of `public` */
export function distributionOf(
  statistics: Statistics,
  table: { readonly schema: string | null; readonly name: string },
  column: string,
): Distribution {
  const key = `${table.schema ?? 'public'}.${table.name}`;
  const known = statistics.tables.get(key);
  const found = known?.columns.get(column) ?? known?.inherited.get(column);
  if (found === undefined) return distributionInPartitions(statistics, key, column);
  const hasValues =
    (found.most_common_vals ?? found.histogram_bounds ?? found.most_common_elems) !== null ||
    found.range_bounds_histogram !== null;
  if (hasValues) return 'measured';
  // An export says what it left out; of any other column there are no more values to tell, as where all are NULL.
  const isWhole = statistics.redacted !== null && !statistics.holds.withheld.get(key)?.includes(column);
  if (isWhole) return 'measured';
  return found.n_distinct === null ? 'guessed' : 'counted';
}

/** Nobody but ANALYZE by hand looks at a partitioned table itself; then the first partition that tells anything tells. */
function distributionInPartitions(statistics: Statistics, key: string, column: string): Distribution {
  for (const { schema, name, partition } of statistics.tables.values()) {
    if (partition?.of !== key) continue;
    const found = distributionOf(statistics, { schema, name }, column);
    if (found !== 'guessed') return found;
  }
  return 'guessed';
}

/**
 * An index definition as the export writes it when something is redacted: `'…'` for each string, and where all is redacted
 * `0` for each number. Definitions of the replica are compared after the same.
 * @return `null` when a quoted name holds an apostrophe: then strings are not told apart from the rest
 */
export function withoutConstants(definition: string, redacted: Redaction): string | null {
  if (redacted === 'none') return definition;
  if (/"[^"]*'[^"]*"/.test(definition)) return null;
  const blanked = definition.replace(/'(?:[^']|'')*'/g, "'…'");
  return redacted === 'all' ? blanked.replace(/(?<![\w"$.])\d+(?:\.\d+)?/g, '0') : blanked;
}
