// What the server knows of the tables in a plan: how many rows they hold, and how old their statistics are.

import { rawRelationsIn } from '../plans/raw.js';
import { literal } from '../text/quoted.js';
import type { PlannedTable } from './database.js';
import { singleValue } from './session.js';

/** More partitions than that tell nothing new. */
const MOST_TABLES = 200;

/** Asks for one value, a JSON array. Empty when the plan reads no table. */
export function tablesQuery(plan: unknown): string {
  const rows = rawRelationsIn(plan).flatMap(({ schema, name }) =>
    schema === null ? [] : [`(${literal(schema)}, ${literal(name)})`],
  );
  const names = [...new Set(rows)].slice(0, MOST_TABLES);
  if (names.length === 0) return '';
  // Before PostgreSQL 14 a table that was never analysed has 0 rows on 0 pages, since then -1 rows.
  return `SELECT json_agg(json_build_object('schema', n.nspname, 'name', c.relname,
  'rows', CASE WHEN c.reltuples < 0 OR (c.reltuples = 0 AND c.relpages = 0) THEN NULL ELSE c.reltuples::bigint END,
  'bytes', pg_relation_size(c.oid), 'changedRows', s.n_mod_since_analyze,
  'analyzed', s.last_analyze IS NOT NULL OR s.last_autoanalyze IS NOT NULL OR (c.reltuples > 0)))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
WHERE (n.nspname, c.relname) IN (${names.join(', ')})`;
}

/** What {@link tablesQuery} gave. */
export function plannedTables(rows: Parameters<typeof singleValue>[0]): readonly PlannedTable[] {
  const value = singleValue(rows);
  const tables: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(tables) ? tables : [];
}
