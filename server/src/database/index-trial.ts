// Tries an index on a server that has production's statistics and none of its rows: builds it on tables that are made as empty
// as they really are, gives it the size that it would have over production's rows, asks for plans, and drops it again.
// What surprises: building an index counts the rows of its table anew and finds none, so what was known of them is put back.
// Measured: same plans as with the real index on the real server, sizes of b-trees within a few per cent; those of
// GIN and GiST indexes are rough.

import { literal, quoted } from '../text/quoted.js';
import type { Explained, ExplainRequest, Failure, IndexTrial, SqlFailure, TriedIndex } from './database.js';
import { BLOCK } from './statistics/fake-sizes.js';
import { fakeIndex, setCounts } from './statistics/fakes.js';
import { estimateIndexSize } from './statistics/index-size.js';
import { forgetPages, qualified, rowsOf, type StatisticsReplica } from './statistics/replica.js';

interface Heap {
  readonly oid: number;
  /** `null` for a partitioned table. */
  readonly path: string | null;
  readonly blocks: number;
  readonly rows: number;
  /** As SET takes it, to be put back. */
  readonly counts: string;
}

/** @param explain how a plan is asked for otherwise */
export async function tryIndex(
  replica: StatisticsReplica,
  trial: IndexTrial,
  explain: (request: ExplainRequest) => Promise<Explained | Failure>,
): Promise<TriedIndex | SqlFailure> {
  const { session } = replica;
  for (const name of trial.extensions) {
    const known = await rowsOf(session, `SELECT 1 FROM pg_extension WHERE extname = ${literal(name)}`);
    if (known.length > 0) continue;
    replica.provideExtension(name);
    await session.query(`CREATE EXTENSION IF NOT EXISTS ${quoted(name)}`, 'simple');
  }
  const made: string[] = [];
  try {
    const first = await make(replica, trial, made);
    if (first.kind !== 'made') return first;
    for (const other of trial.beside ?? []) {
      const answer = await make(replica, other, made);
      if (answer.kind !== 'made') return answer;
    }
    const plans: (Explained | Failure)[] = [];
    for (const request of trial.requests) plans.push(await explain(request));
    return { ...first, kind: 'tried', plans };
  } finally {
    for (const index of made) await session.query(`DROP INDEX ${index}`, 'simple');
  }
}

type Made = Omit<TriedIndex, 'kind' | 'plans'> & { readonly kind: 'made' };

/** @param made what has to be dropped again is added to it */
async function make(
  replica: StatisticsReplica,
  { table, name, create }: Pick<IndexTrial, 'table' | 'name' | 'create'>,
  made: string[],
): Promise<Made | SqlFailure> {
  const heaps = await heapsOf(replica, table);
  if (heaps.length === 0) return refused('42P01', `There is no table "${table.name}".`);
  await shrink(replica, heaps);
  const answer = await replica.session.query(create, 'simple');
  await restore(replica, heaps);
  if (answer.kind !== 'rows') {
    return answer.kind === 'lost'
      ? refused('XX000', answer.message)
      : refused(answer.error.code, answer.error.message);
  }
  const index = qualified({ schema: table.schema, name });
  made.push(index);
  const size = await enlarge(replica, index, heaps);
  return { kind: 'made', ...size, tableRows: heaps.reduce((sum, heap) => sum + heap.rows, 0) };
}

function refused(code: string, message: string): SqlFailure {
  return { kind: 'sql-error', message, whatToDo: '', code, position: null, hint: null };
}

/** The table, and its partitions. */
async function heapsOf(
  { session, files }: StatisticsReplica,
  table: { readonly schema: string; readonly name: string },
): Promise<readonly Heap[]> {
  const name = literal(qualified(table));
  const rows = await rowsOf(
    session,
    `SELECT c.oid, pg_relation_filepath(c.oid) AS path, c.relpages, c.reltuples, c.relallvisible, c.relallfrozen
     FROM pg_class c
     WHERE c.oid = to_regclass(${name}) OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass(${name})))`,
  );
  return rows.map((row) => {
    const path = row.path === null ? null : String(row.path);
    const blocks = path === null ? 0 : files.blocks(path);
    const { relpages, reltuples, relallvisible, relallfrozen } = row;
    // As the planner does: as many on a page as were counted.
    const rows = Number(relpages) > 0 ? (Number(reltuples) / Number(relpages)) * blocks : Number(reltuples);
    return {
      oid: Number(row.oid),
      path,
      blocks,
      rows: path === null ? 0 : Math.max(0, rows),
      counts: `relpages = ${relpages}, reltuples = ${reltuples}, relallvisible = ${relallvisible}, relallfrozen = ${relallfrozen}`,
    };
  });
}

async function shrink(replica: StatisticsReplica, heaps: readonly Heap[]): Promise<void> {
  for (const { path } of heaps) {
    if (path !== null) replica.files.setBlocks(path, replica.files.realBlocks(path));
  }
  await forgetPages(replica);
}

async function restore({ session, files }: StatisticsReplica, heaps: readonly Heap[]): Promise<void> {
  for (const { oid, path, blocks, counts } of heaps) {
    if (path !== null) files.setBlocks(path, blocks);
    await rowsOf(session, `UPDATE pg_class SET ${counts} WHERE oid = ${oid}`);
  }
}

/** Makes an index, and its parts on partitions, as large as production's rows would. */
async function enlarge(replica: StatisticsReplica, index: string, heaps: readonly Heap[]) {
  const { session } = replica;
  const name = literal(index);
  const parts = await rowsOf(
    session,
    `SELECT c.oid, c.relname AS name, pg_relation_filepath(c.oid) AS path, m.amname AS method, i.indrelid AS table
     FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am m ON m.oid = c.relam
     WHERE c.oid = to_regclass(${name}) OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass(${name})))`,
  );
  await forgetPages(replica);
  const total = { names: parts.map((part) => String(part.name)), bytes: 0, rows: 0, height: 0 };
  for (const part of parts) {
    const heap = heaps.find(({ oid }) => oid === Number(part.table));
    if (part.path === null || heap === undefined) continue;
    const oid = Number(part.oid);
    const size = await estimateIndexSize(replica, oid, heap.blocks);
    fakeIndex(replica, { path: String(part.path), method: String(part.method) }, size, heap.blocks);
    await setCounts(replica, oid, { blocks: size.blocks, rows: size.tuples });
    total.bytes += size.blocks * BLOCK;
    total.rows += size.tuples;
    total.height = Math.max(total.height, size.height);
  }
  await forgetPages(replica);
  return total;
}
