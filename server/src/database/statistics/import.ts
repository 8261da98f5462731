// Makes the replica plan as the server would that statistics came from: what ANALYZE found there, sizes, heights of indexes,
// planner settings. What does not fit is left out and told; the rest holds. Afterwards the replica can only plan: a scan
// would read pages that are not there, and ANALYZE would overwrite what was put in.

import type {
  ColumnStatistics,
  IndexStatistics,
  Statistics,
  TableStatistics,
} from '../../catalog/statistics.js';
import { tellsColumns, withoutConstants } from '../../catalog/statistics.js';
import { literal } from '../../text/quoted.js';
import { assumedPages } from './assumed-pages.js';
import { importExtended } from './extended.js';
import { fakeIndex, setCounts, signedPages } from './fakes.js';
import { estimateHeights, estimateIndexSize } from './index-size.js';
import {
  forgetPages,
  qualified,
  type ReplicaIndex,
  type ReplicaTable,
  rowsOf,
  type StatisticsReplica,
  tablesOf,
} from './replica.js';
import { selfTest } from './self-test.js';

/** What a reader of plans should know, by `schema.name` of the table. */
export interface Imported {
  /** Why sizes could not be applied, so that plans are worth little; `null` when they were. */
  readonly sizesFailed: string | null;
  readonly tables: ReadonlyMap<string, ImportedTable>;
  /** Settings that this server does not take. */
  readonly settings: readonly string[];
}

export interface ImportedTable {
  /** Whether the statistics have it; a table that they lack is empty here. */
  readonly isKnown: boolean;
  /** Tables that it is a partition of, nearest first, `schema.name`. */
  readonly parents: readonly string[];
  /** In sentences for people. */
  readonly differences: readonly string[];
}

/** What the planner of every server has before anybody sets anything; the embedded server itself never plans in parallel. */
const PARALLEL = [
  'SET max_parallel_workers = 8',
  'SET max_parallel_workers_per_gather = 2',
  'SET max_parallel_maintenance_workers = 2',
];

/** Arguments of pg_restore_attribute_stats and their types, besides those that name the column. */
const COLUMN_ARGUMENTS = {
  null_frac: 'real',
  avg_width: 'integer',
  n_distinct: 'real',
  correlation: 'real',
  most_common_vals: 'text',
  most_common_freqs: 'real[]',
  histogram_bounds: 'text',
  most_common_elems: 'text',
  most_common_elem_freqs: 'real[]',
  elem_count_histogram: 'real[]',
  range_length_histogram: 'text',
  range_empty_frac: 'real',
  range_bounds_histogram: 'text',
} as const satisfies Partial<Record<keyof ColumnStatistics, string>>;

/**
 * @throws Error when the server is lost, or refuses what has nothing to do with the statistics
 */
export async function importStatistics(
  replica: StatisticsReplica,
  statistics: Statistics,
): Promise<Imported> {
  const { session } = replica;
  const sizesFailed = await selfTest(replica);
  if (sizesFailed !== null) return { sizesFailed, tables: new Map(), settings: [] };

  // As the values were printed.
  await rowsOf(
    session,
    `SET DateStyle = ISO; SET IntervalStyle = postgres; SET TimeZone = UTC; SET search_path = ''`,
  );
  const differences = new Differences();
  await makePartitions(replica, statistics, differences);
  const tables = await tablesOf(replica);
  await forgetPages(replica);
  const importer = new Importer(replica, spread(statistics, tables), differences);
  for (const table of tables.values()) await importer.attempt(table, () => importer.importTable(table));
  await importExtended(replica, statistics, tables.values(), (table, difference) =>
    differences.add(table, difference),
  );
  await importer.estimateTheRest();
  await forgetPages(replica);
  for (const [key, { schema, name }] of statistics.tables) {
    if (!tables.has(key))
      differences.add(
        parentKeyOf(statistics, key),
        `Table ${schema}.${name} is in the statistics, but not in the schema here.`,
      );
  }
  await rowsOf(session, `RESET DateStyle; RESET IntervalStyle; RESET TimeZone; RESET search_path`);
  const settings = await applySettings(replica, statistics);
  return {
    sizesFailed: null,
    settings,
    tables: new Map(
      [...tables.values()].map((table) => [
        table.key,
        {
          isKnown: importer.knows(table.key),
          parents: parentsOf(table, tables),
          differences: differences.of(table.key),
        },
      ]),
    ),
  };
}

class Differences {
  private readonly byTable = new Map<string, string[]>();

  add(table: string, difference: string): void {
    const known = this.byTable.get(table);
    if (known === undefined) this.byTable.set(table, [difference]);
    else known.push(difference);
  }

  of(table: string): readonly string[] {
    return this.byTable.get(table) ?? [];
  }
}

/** A call of a function that gives false after a warning. */
interface Restoring {
  readonly call: string;
  /** Told when it fails. */
  readonly difference: string;
}

class Importer {
  private readonly blocks = new Map<string, number>();
  private readonly unsized: { readonly table: ReplicaTable; readonly known: TableStatistics }[] = [];
  private readonly sized: {
    readonly index: ReplicaIndex;
    readonly blocks: number;
    readonly tableBlocks: number;
  }[] = [];
  private readonly unsizedIndexes: { readonly table: ReplicaTable; readonly index: ReplicaIndex }[] = [];

  constructor(
    private readonly replica: StatisticsReplica,
    private readonly statistics: Statistics,
    private readonly differences: Differences,
  ) {}

  /** What the server refuses is told of its table; a server that is lost refuses all that follows, too. */
  async attempt(table: ReplicaTable, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.differences.add(table.key, `The statistics of ${table.key} cannot be taken: ${reason}.`);
    }
  }

  knows(key: string): boolean {
    return this.statistics.tables.has(key);
  }

  async importTable(table: ReplicaTable): Promise<void> {
    const known = this.statistics.tables.get(table.key);
    if (known === undefined) return;
    const restoring = [
      ...this.columnsOf(table, known.columns, false),
      ...this.columnsOf(table, known.inherited, true),
    ];
    this.tellUnknownColumns(table, known);
    if (known.pages === null && known.kind !== 'partitioned') {
      this.unsized.push({ table, known });
    } else {
      restoring.push(...this.countsOf(table, known));
      if (table.path !== null) this.replica.files.setBlocks(table.path, known.pages ?? 0);
      this.blocks.set(table.key, known.pages ?? 0);
    }
    restoring.push(...(await this.indexesOf(table, known)));
    await this.restore(table, restoring);
  }

  /** What depends on statistics that are there by now: sizes of tables, sizes and heights of indexes. */
  async estimateTheRest(): Promise<void> {
    for (const { table, known } of this.unsized) {
      await this.attempt(table, async () => {
        const { pages, rows } = await assumedPages(this.replica, table, known);
        await setCounts(this.replica, table.oid, { blocks: pages, rows });
        if (table.path !== null) this.replica.files.setBlocks(table.path, pages);
        this.blocks.set(table.key, pages);
      });
    }
    const heights = await estimateHeights(
      this.replica,
      this.sized.flatMap(({ index, blocks }) =>
        index.method === 'btree' ? [{ oid: index.oid, blocks }] : [],
      ),
    );
    for (const { index, blocks, tableBlocks } of this.sized) {
      fakeIndex(this.replica, index, { blocks, height: heights.get(index.oid) ?? 0 }, tableBlocks);
    }
    for (const { table, index } of this.unsizedIndexes) {
      await this.attempt(table, async () => {
        const tableBlocks = this.blocks.get(table.key) ?? 0;
        const size = await estimateIndexSize(this.replica, index.oid, tableBlocks);
        await setCounts(this.replica, index.oid, { blocks: size.blocks, rows: size.tuples });
        fakeIndex(this.replica, index, size, tableBlocks);
      });
    }
  }

  private async indexesOf(table: ReplicaTable, known: TableStatistics): Promise<readonly Restoring[]> {
    const restoring: Restoring[] = [];
    for (const { index, theirs } of pairIndexes(
      table.indexes,
      known.indexes,
      this.statistics.redacted ?? 'none',
    )) {
      if (index === null) {
        this.differences.add(
          table.key,
          `Index ${theirs?.name} on ${table.key} is in the statistics, but not in the schema here.`,
        );
        continue;
      }
      if (theirs === null || theirs.statistics.pages === null) {
        if (index.path !== null) this.unsizedIndexes.push({ table, index });
        // Where all is assumed there is nothing that it could be missing from.
        if (theirs === null && known.indexes.size > 0) {
          this.differences.add(
            table.key,
            `Index ${index.name} on ${table.key} is not in the statistics: its size is estimated.`,
          );
        }
        continue;
      }
      restoring.push(
        ...this.columnsOf(index, theirs.statistics.columns, false),
        ...this.countsOf(index, theirs.statistics),
      );
      this.sized.push({ index, blocks: theirs.statistics.pages, tableBlocks: known.pages ?? 0 });
      if (!theirs.statistics.valid) {
        await rowsOf(
          this.replica.session,
          `UPDATE pg_index SET indisvalid = false WHERE indexrelid = ${index.oid}`,
        );
        this.differences.add(
          table.key,
          `Index ${index.name} on ${table.key} is invalid there, so it is not used.`,
        );
      }
    }
    return restoring;
  }

  private countsOf(
    { schema, name }: ReplicaTable | ReplicaIndex,
    counts: Pick<TableStatistics, 'rows' | 'analyzedPages'> & Partial<TableStatistics>,
  ): readonly Restoring[] {
    if (counts.rows === null) return [];
    const values = [
      ...argument('relpages', pagesOrNull(counts.analyzedPages), 'integer'),
      ...argument('reltuples', counts.rows, 'real'),
      ...argument('relallvisible', pagesOrNull(counts.allVisible), 'integer'),
      ...argument('relallfrozen', pagesOrNull(counts.allFrozen), 'integer'),
    ];
    const call = `pg_restore_relation_stats(${[...this.named(schema, name), ...values].join(', ')})`;
    return [{ call, difference: `The counts of ${schema}.${name} in the statistics cannot be right.` }];
  }

  private columnsOf(
    relation: ReplicaTable | ReplicaIndex,
    columns: ReadonlyMap<string, ColumnStatistics>,
    inherited: boolean,
  ): readonly Restoring[] {
    const { schema, name: of } = relation;
    return [...columns].flatMap(([name, column]) => {
      if (!relation.columns.has(name)) return [];
      const values = Object.entries(COLUMN_ARGUMENTS).flatMap(([key, type]) => {
        const value = column[key as keyof typeof COLUMN_ARGUMENTS];
        const text = typeof value === 'object' && value !== null ? arrayText(value) : value;
        return argument(key, text, type);
      });
      const place = [
        ...this.named(schema, of),
        `'attname', ${literal(name)}::text`,
        `'inherited', ${inherited}`,
      ];
      return [
        {
          call: `pg_restore_attribute_stats(${[...place, ...values].join(', ')})`,
          difference: `Values of ${schema}.${of}.${name} in the statistics do not fit its type here.`,
        },
      ];
    });
  }

  private named(schema: string, name: string): readonly string[] {
    const { server } = this.statistics;
    return [
      `'schemaname', ${literal(schema)}::text`,
      `'relname', ${literal(name)}::text`,
      ...(server === null ? [] : [`'version', ${server.number}`]),
    ];
  }

  /** All in one statement, which is several times as fast; one by one where that fails. */
  private async restore(table: ReplicaTable, restoring: readonly Restoring[]): Promise<void> {
    if (restoring.length === 0) return;
    const calls = restoring.map(({ call }, index) => `${call} AS "${index}"`);
    const answer = await this.replica.session.query(`SELECT ${calls.join(', ')}`, 'simple');
    if (answer.kind === 'lost') throw new Error(answer.message);
    if (answer.kind === 'error' && restoring.length > 1) {
      for (const one of restoring) await this.restore(table, [one]);
      return;
    }
    const [row] = answer.kind === 'rows' ? answer.rows : [];
    for (const [index, { difference }] of restoring.entries()) {
      if (row?.[index] !== 't') this.differences.add(table.key, difference);
    }
  }

  private tellUnknownColumns(table: ReplicaTable, known: TableStatistics): void {
    const theirs = new Set([...known.columns.keys(), ...known.inherited.keys()]);
    for (const name of theirs) {
      if (table.columns.has(name)) continue;
      this.differences.add(
        table.key,
        `Column ${table.key}.${name} is in the statistics, but not in the schema here.`,
      );
    }
    if (theirs.size === 0) {
      // Where nothing tells of any value that is said anyway; and only ANALYZE by hand looks at a partitioned table.
      const { exported } = this.statistics;
      if (
        (exported === null && !tellsColumns(this.statistics)) ||
        known.kind === 'partitioned' ||
        known.rows === 0
      )
        return;
      this.differences.add(
        table.key,
        `The statistics do not tell what the columns of ${table.key} hold: how many rows match is guessed.`,
      );
      return;
    }
    for (const name of table.columns) {
      if (theirs.has(name) || this.statistics.holds.unreadable.includes(`${table.key}.${name}`)) continue;
      this.differences.add(
        table.key,
        `Column ${table.key}.${name} is not in the statistics: what it holds is guessed.`,
      );
    }
  }
}

interface PairedIndex {
  readonly index: ReplicaIndex | null;
  readonly theirs: { readonly name: string; readonly statistics: IndexStatistics } | null;
}

/** By name, and where that fails by definition: names of indexes of partitions are made up by the server. */
function pairIndexes(
  ours: readonly ReplicaIndex[],
  theirs: ReadonlyMap<string, IndexStatistics>,
  redacted: NonNullable<Statistics['redacted']>,
): readonly PairedIndex[] {
  const left = new Map(theirs);
  const take = (name: string | undefined) => {
    const statistics = name === undefined ? undefined : left.get(name);
    if (name === undefined || statistics === undefined) return null;
    left.delete(name);
    return { name, statistics };
  };
  const byName = new Map(ours.map((index) => [index, take(index.name)]));
  const pairs = ours.map((index) => {
    const named = byName.get(index) ?? null;
    if (named !== null) return { index, theirs: named };
    const definition = withoutName(withoutConstants(index.definition, redacted));
    const same = [...left].find(
      ([, other]) => definition !== null && withoutName(other.definition) === definition,
    );
    return { index, theirs: take(same?.[0]) };
  });
  return [
    ...pairs,
    ...[...left].map(([name, statistics]) => ({ index: null, theirs: { name, statistics } })),
  ];
}

function withoutName(definition: string | null): string | null {
  return definition?.replace(/ INDEX (?:"(?:[^"]|"")*"|\S+) ON /, ' INDEX ON ') ?? null;
}

/** Partitions are often made by jobs and not by migrations; a plan without them would be about an empty table. */
async function makePartitions(
  replica: StatisticsReplica,
  { tables }: Statistics,
  differences: Differences,
): Promise<void> {
  const there = await tablesOf(replica);
  for (const [key, table] of tables) {
    const { partition } = table;
    if (partition?.bound == null || there.has(key) || table.kind === 'partitioned') continue;
    const parent = there.get(partition.of);
    if (parent === undefined) continue;
    const answer = await replica.session.query(
      `CREATE TABLE ${qualified(table)} PARTITION OF ${qualified(parent)} ${partition.bound}`,
      'extended',
    );
    if (answer.kind === 'lost') throw new Error(answer.message);
    if (answer.kind === 'rows') {
      differences.add(key, `Partition ${key} is made as the statistics tell: no migration makes it.`);
    }
  }
}

/** A size that is assumed of a partitioned table is that of its partitions together; each gets as much as any other. */
function spread(statistics: Statistics, replica: ReadonlyMap<string, ReplicaTable>): Statistics {
  const tables = new Map(statistics.tables);
  // A map gives what is added while it is gone through: partitions of partitions.
  for (const [key, whole] of tables) {
    if (whole.pages !== null || whole.kind !== null || replica.get(key)?.path !== null) continue;
    const parts = [...replica.values()].filter((table) => table.parent === key && !tables.has(table.key));
    for (const { schema, name, key: part } of parts) {
      const share = (size: number | null) => (size === null ? null : Math.ceil(size / parts.length));
      tables.set(part, { ...whole, schema, name, rows: share(whole.rows), bytes: share(whole.bytes) });
    }
  }
  return { ...statistics, tables };
}

/** @returns those that this server does not take */
async function applySettings(
  { session }: StatisticsReplica,
  { settings }: Statistics,
): Promise<readonly string[]> {
  for (const setting of PARALLEL) await rowsOf(session, setting);
  const refused: string[] = [];
  for (const [name, value] of settings) {
    const answer = await session.query(
      `SELECT set_config(${literal(name)}, ${literal(value)}, false)`,
      'extended',
    );
    if (answer.kind === 'lost') throw new Error(answer.message);
    if (answer.kind === 'error') refused.push(name);
  }
  return refused;
}

/** Where a reader of plans comes across a table that is not here: at the table that it is a partition of, else nowhere. */
function parentKeyOf({ tables }: Statistics, key: string): string {
  return tables.get(key)?.partition?.of ?? key;
}

function parentsOf(table: ReplicaTable, tables: ReadonlyMap<string, ReplicaTable>): readonly string[] {
  const parents: string[] = [];
  for (
    let key = table.parent;
    key !== null && !parents.includes(key);
    key = tables.get(key)?.parent ?? null
  ) {
    parents.push(key);
  }
  return parents;
}

function pagesOrNull(pages: number | null | undefined): number | null {
  return pages == null ? null : signedPages(pages);
}

function argument(name: string, value: string | number | null | undefined, type: string): readonly string[] {
  if (value === null || value === undefined) return [];
  return [`'${name}', ${literal(String(value))}::${type}`];
}

/** `{…}` with every value in quotes, so that none is taken for NULL or for two. */
function arrayText(values: readonly (string | number)[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
