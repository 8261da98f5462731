// Gives relations of the replica the sizes that they have in production, and its indexes their heights.
// Each of these changes files behind the server's back: `forgetPages` follows, once for all.

import { MOST_PAGES, MOST_ROWS } from '../../catalog/statistics.js';
import { brinFirstPage, btreePages } from './fake-pages.js';
import { rowsOf, type StatisticsReplica } from './replica.js';

/** The file of a table or an index, or `null` when it has none. */
export async function pathOf({ session }: StatisticsReplica, oid: number): Promise<string | null> {
  const [row] = await rowsOf(session, `SELECT pg_relation_filepath(${oid}) AS path`);
  return row?.path == null ? null : String(row.path);
}

/**
 * An empty b-tree as if it had so many blocks, and `height` levels above its leaves.
 *
 * @param path as {@link pathOf} gives it
 * @returns false when it is none, or its pages are not as we know them
 */
export function fakeBtree(
  { files }: StatisticsReplica,
  path: string,
  size: { readonly blocks: number; readonly height: number },
): boolean {
  const first = files.firstPage(path);
  const pages = first === null ? null : btreePages(first, size.height);
  if (pages === null) return false;
  files.writeFirstPages(path, pages);
  files.setBlocks(path, Math.max(size.blocks, pages.length));
  return true;
}

/** An index of whatever kind, over a table of so many blocks. */
export function fakeIndex(
  replica: StatisticsReplica,
  { path, method }: { readonly path: string | null; readonly method: string },
  size: { readonly blocks: number; readonly height: number },
  tableBlocks: number,
): void {
  if (path === null || (method === 'btree' && fakeBtree(replica, path, size))) return;
  const { files } = replica;
  const first = method === 'brin' ? files.firstPage(path) : null;
  const page = first === null ? null : brinFirstPage(first, tableBlocks);
  if (page !== null) files.writeFirstPages(path, [page]);
  // The planner reads the first page of most kinds, so there is always one.
  files.setBlocks(path, Math.max(1, size.blocks));
}

/** What pg_class says, as VACUUM or ANALYZE would have left it. */
export async function setCounts(
  { session }: StatisticsReplica,
  oid: number,
  { blocks, rows }: { readonly blocks: number; readonly rows: number },
): Promise<void> {
  await rowsOf(
    session,
    `UPDATE pg_class SET relpages = ${signedPages(blocks)}, reltuples = ${Math.min(rows, MOST_ROWS)} WHERE oid = ${oid}`,
  );
}

/** As the server keeps a number of pages: 32 bits in a type with a sign. */
export function signedPages(pages: number): number {
  return Math.min(MOST_PAGES, Math.round(pages)) | 0;
}
