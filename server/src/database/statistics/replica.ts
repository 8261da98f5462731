// The embedded server as those see it who put statistics into it: its session, its files, and which tables, columns and
// indexes it has.

import { quoted } from '../../text/quoted.js';
import type { EmbeddedSession } from '../pglite-session.js';
import { type Row, singleValue } from '../session.js';
import type { RelationFiles } from './fake-sizes.js';

export interface StatisticsReplica {
  readonly session: EmbeddedSession;
  readonly files: RelationFiles;
  /** Makes the files of an extension available. */
  provideExtension(name: string): void;
}

export interface ReplicaTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `schema.name`, as statistics name it. */
  readonly key: string;
  /** As `pg_relation_filepath` says; `null` for a partitioned table, which has no file. */
  readonly path: string | null;
  /** `schema.name` of the table that it is a partition or a child of. */
  readonly parent: string | null;
  readonly columns: ReadonlySet<string>;
  readonly indexes: readonly ReplicaIndex[];
}

export interface ReplicaIndex {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly path: string | null;
  /** `btree`, `gin`, … */
  readonly method: string;
  /** `pg_get_indexdef` under an empty search path. */
  readonly definition: string;
  /** Of its expressions, `null` where it has a column of the table. */
  readonly columns: ReadonlySet<string>;
}

const RELATIONS = `
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, pg_relation_filepath(c.oid) AS path,
  i.indrelid AS table, m.amname AS method,
  CASE WHEN i.indexrelid IS NOT NULL THEN pg_get_indexdef(c.oid) END AS definition,
  (SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
  (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1) AS parent
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND c.relpersistence <> 't'
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname`;

/** All tables by `schema.name`, materialized views among them. Under an empty search path. */
export async function tablesOf({ session }: StatisticsReplica): Promise<ReadonlyMap<string, ReplicaTable>> {
  const rows = await rowsOf(session, RELATIONS);
  const keyByOid = new Map(rows.map((row) => [row.oid, `${row.schema}.${row.name}`]));
  const indexes = new Map<unknown, ReplicaIndex[]>();
  for (const row of rows) {
    if (row.table === null) continue;
    const index: ReplicaIndex = {
      oid: Number(row.oid),
      schema: String(row.schema),
      name: String(row.name),
      path: textOrNull(row.path),
      method: String(row.method),
      definition: String(row.definition),
      columns: namesOf(row.columns),
    };
    const known = indexes.get(row.table);
    if (known === undefined) indexes.set(row.table, [index]);
    else known.push(index);
  }
  const tables = rows.filter(({ table }) => table === null);
  return new Map(
    tables.map((row) => {
      const table: ReplicaTable = {
        oid: Number(row.oid),
        schema: String(row.schema),
        name: String(row.name),
        key: `${row.schema}.${row.name}`,
        path: textOrNull(row.path),
        parent: keyByOid.get(row.parent) ?? null,
        columns: namesOf(row.columns),
        indexes: indexes.get(row.oid) ?? [],
      };
      return [table.key, table];
    }),
  );
}

/** @throws Error when the server refuses or is lost: what is asked here is our own */
export async function rowsOf(session: EmbeddedSession, sql: string): Promise<readonly Row[]> {
  const answer = await session.query(sql, 'simple');
  if (answer.kind === 'rows') return answer.rows;
  throw new Error(answer.kind === 'lost' ? answer.message : answer.error.message);
}

/** The root of the plan of a statement of ours, or `null` when it cannot be planned. */
export async function planOf(
  session: EmbeddedSession,
  sql: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const answer = await session.query(`EXPLAIN (FORMAT JSON) ${sql}`, 'simple');
  if (answer.kind !== 'rows') return null;
  const [first] = JSON.parse(String(singleValue(answer.rows)));
  return first.Plan;
}

/**
 * Lets the server read pages and sizes anew that it keeps in memory. To be called after files were changed; what is
 * written goes to the files first, so it is to be called before, too, where the server itself may have changed pages.
 */
export async function forgetPages(replica: StatisticsReplica): Promise<void> {
  const { session } = replica;
  await rowsOf(session, 'CHECKPOINT');
  const known = await rowsOf(session, `SELECT 1 FROM pg_extension WHERE extname = 'pg_buffercache'`);
  if (known.length === 0) replica.provideExtension('pg_buffercache');
  // In a schema that is certainly there; what the migrations made of public is not known.
  if (known.length === 0) await rowsOf(session, 'CREATE EXTENSION pg_buffercache SCHEMA pg_catalog');
  const [where] = await rowsOf(
    session,
    `SELECT extnamespace::regnamespace AS schema FROM pg_extension WHERE extname = 'pg_buffercache'`,
  );
  await rowsOf(session, `SELECT ${where?.schema}.pg_buffercache_evict_all()`);
  // An index remembers its first page until its row in pg_class changes.
  await rowsOf(session, `UPDATE pg_class SET relname = relname WHERE relkind = 'i' AND oid >= 16384`);
  if (known.length === 0) await rowsOf(session, 'DROP EXTENSION pg_buffercache');
}

export function qualified({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

function namesOf(columns: unknown): ReadonlySet<string> {
  return new Set(columns === null ? [] : JSON.parse(String(columns)));
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}
