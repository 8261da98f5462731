// How many blocks and rows a table has of which only the rows are known, or only the bytes with its indexes and its toast:
// sizes that the configuration assumes.

import { MOST_PAGES, type TableStatistics } from '../../catalog/statistics.js';
import { BLOCK } from './fake-sizes.js';
import { planOf, qualified, type ReplicaTable, type StatisticsReplica } from './replica.js';

const PAGE_HEADER = 24;
/** Header and pointer of a row. */
const ROW_HEADER = 24 + 4;
/** Of an index, for each row: header, pointer, the free room of a page, and a key of eight bytes. */
const INDEX_BYTES = 23;
/** Values are moved out of a row that is longer than a quarter of a page. */
const ROWS_IN_PAGE = 4;

/** Both are 0 for a table without a size. */
export async function assumedPages(
  { session }: StatisticsReplica,
  table: ReplicaTable,
  { rows, bytes }: Pick<TableStatistics, 'rows' | 'bytes'>,
): Promise<{ readonly pages: number; readonly rows: number }> {
  const plan = await planOf(session, `SELECT * FROM ONLY ${qualified(table)}`);
  const rowBytes = ROW_HEADER + Math.ceil(Number(plan?.['Plan Width'] ?? 0) / 8) * 8;
  const indexBytes = table.indexes.length * INDEX_BYTES;
  const count = rows ?? (bytes === null ? 0 : Math.floor(bytes / (rowBytes + indexBytes)));
  const byWidth = Math.min(MOST_PAGES, Math.ceil((count * rowBytes) / (BLOCK - PAGE_HEADER)));
  if (rows === null || bytes === null) return { pages: byWidth, rows: count };
  // What is left after the indexes may be rows that are wider than we think, or toast.
  const byBytes = Math.ceil(Math.max(0, bytes - count * indexBytes) / BLOCK);
  const most = Math.ceil(count / ROWS_IN_PAGE);
  const least = Math.ceil((count * ROW_HEADER) / (BLOCK - PAGE_HEADER));
  return { pages: Math.min(MOST_PAGES, Math.max(least, Math.min(most, byBytes))), rows: count };
}
