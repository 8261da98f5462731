// How large an index is over a table of so many rows, where nobody measured: of an index that production does not have yet,
// or whose table is only assumed. Rows, distinct keys and widths are the planner's own estimates, so column statistics count.

import type { EmbeddedSession } from '../pglite-session.js';
import { btreeHeight, type IndexShape, type ShapeColumn, sizeOfShape } from './index-shape.js';
import { planOf, rowsOf, type StatisticsReplica } from './replica.js';

export interface IndexSize {
  readonly tuples: number;
  readonly blocks: number;
  /** Levels above the leaves of a b-tree; 0 for other kinds. */
  readonly height: number;
}

interface Part extends ShapeColumn {
  /** As `pg_get_indexdef` gives it. */
  readonly expression: string;
}

/** What ANALYZE measured of an index's columns or of the table's, in order; what is unknown is `null`. */
const PARTS = (oids: readonly number[]) => `
SELECT i.indexrelid AS oid, k.n <= i.indnkeyatts AS is_key, t.typlen AS length,
  CASE a.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END AS align,
  t.typcategory NOT IN ('A', 'R', 'C') AND t.typname NOT IN ('numeric', 'float4', 'float8', 'jsonb') AS same_bytes,
  pg_get_indexdef(i.indexrelid, k.n, false) AS expression,
  (SELECT opcname FROM pg_opclass o WHERE o.oid = i.indclass[k.n - 1]) AS operator_class,
  (SELECT max(s.stawidth) FROM pg_statistic s
   WHERE (s.starelid = i.indrelid AND s.staattnum = i.indkey[k.n - 1])
      OR (s.starelid = i.indexrelid AND s.staattnum = k.n)) AS width
FROM pg_index i CROSS JOIN LATERAL generate_series(1, i.indnatts) AS k(n), pg_attribute a, pg_type t
WHERE i.indexrelid IN (${oids.join(', ')}) AND a.attrelid = i.indexrelid AND a.attnum = k.n AND t.oid = a.atttypid
ORDER BY i.indexrelid, k.n`;

const INDEX = (oid: number) => `
SELECT m.amname AS method, i.indrelid::regclass AS table, i.indisunique AS is_unique, i.indisprimary AS is_primary,
  pg_get_expr(i.indpred, i.indrelid) AS predicate,
  (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor') AS fillfactor,
  (SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'pages_per_range') AS range
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
WHERE i.indexrelid = ${oid}`;

/** What the planner guesses for values of variable length. */
const GUESSED_WIDTH = 32;
/** PostgreSQL's own choice. */
const PAGES_PER_RANGE = 128;

/**
 * @param oid of an index of the replica, whose table has its statistics and its size
 * @param tableBlocks as large as the table is made to look
 */
export async function estimateIndexSize(
  { session }: StatisticsReplica,
  oid: number,
  tableBlocks: number,
): Promise<IndexSize> {
  const columns = (await partsOf(session, [oid])).get(oid) ?? [];
  const { shape } = await shapeOf(session, oid, columns, tableBlocks);
  return { tuples: shape.tuples, ...sizeOfShape(shape) };
}

/** A tree that grew row by row has more pages than one that was built, but for rows that came in order. */
const SPARSE = 1.05;

/** The heights of b-trees that are known to have so many blocks, by oid. */
export async function estimateHeights(
  { session }: StatisticsReplica,
  indexes: readonly { readonly oid: number; readonly blocks: number }[],
): Promise<ReadonlyMap<number, number>> {
  const parts = await partsOf(
    session,
    indexes.map(({ oid }) => oid),
  );
  const heights = new Map<number, number>();
  for (const { oid, blocks } of indexes) {
    const columns = parts.get(oid) ?? [];
    const [built, grown] = [btreeHeight(blocks, columns, false), btreeHeight(blocks, columns, true)];
    heights.set(oid, built === grown || (await hasGrown(session, oid, blocks, columns)) ? grown : built);
  }
  return heights;
}

async function hasGrown(
  session: EmbeddedSession,
  oid: number,
  blocks: number,
  columns: readonly Part[],
): Promise<boolean> {
  const { shape, isPrimaryKey } = await shapeOf(session, oid, columns, 0);
  const built = sizeOfShape(shape).blocks;
  // A primary key is nearly always there before its rows. And building never needs fewer pages: its upper ones are less full.
  return isPrimaryKey || blocks > built * SPARSE || blocks < built;
}

async function shapeOf(session: EmbeddedSession, oid: number, columns: readonly Part[], tableBlocks: number) {
  const [index] = await rowsOf(session, INDEX(oid));
  const where = index?.predicate == null ? '' : ` WHERE ${index.predicate}`;
  const planned = async (what: string) => {
    const plan = await planOf(session, `SELECT ${what} FROM ONLY ${index?.table}${where}`);
    return plan === null ? null : Number(plan['Plan Rows']);
  };
  const tuples = (await planned('1')) ?? 0;
  const keys = columns.filter(({ isKey }) => isKey).map(({ expression }) => expression);
  // What has no order cannot be told apart: then no key is shared.
  const distinct =
    index?.is_unique === 't' ? tuples : ((await planned(`DISTINCT ${keys.join(', ')}`)) ?? tuples);
  const shape: IndexShape = {
    method: String(index?.method),
    tuples,
    distinct,
    columns,
    tableBlocks,
    fillfactor: index?.fillfactor == null ? null : Number(index.fillfactor) / 100,
    pagesPerRange: Number(index?.range ?? PAGES_PER_RANGE),
  };
  return { shape, isPrimaryKey: index?.is_primary === 't' };
}

async function partsOf(
  session: EmbeddedSession,
  oids: readonly number[],
): Promise<ReadonlyMap<number, readonly Part[]>> {
  const parts = new Map<number, Part[]>();
  for (const row of oids.length === 0 ? [] : await rowsOf(session, PARTS(oids))) {
    const oid = Number(row.oid);
    const part: Part = {
      expression: String(row.expression),
      width: Number(row.width ?? (Number(row.length) > 0 ? row.length : GUESSED_WIDTH)),
      align: Number(row.align),
      isVariable: Number(row.length) < 0,
      isKey: row.is_key === 't',
      isSameBytes: row.same_bytes === 't',
      isTrigrams: row.operator_class === 'gin_trgm_ops',
    };
    parts.set(oid, [...(parts.get(oid) ?? []), part]);
  }
  return parts;
}
