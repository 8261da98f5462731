// Whether sizes and heights that we make up are believed: they rest on how PGlite keeps its files and how PostgreSQL lays
// out its pages, and a new version of either may differ. On a table that is gone afterwards.

import { fakeBtree, pathOf, setCounts } from './fakes.js';
import { forgetPages, planOf, rowsOf, type StatisticsReplica } from './replica.js';

const BLOCKS = 1000;
const ROWS = 100_000;
const TABLE = 'plumbline_self_test';
const INDEX = 'plumbline_self_test_n';

/** A block costs 1, a row 0.01. */
const SCAN_COST = BLOCKS + ROWS * 0.01;
/** Descending to a leaf: 0.0025 for each of log2(rows) comparisons, and 50 of those for each of three pages. */
const DESCENT_COST = Math.ceil(Math.log2(ROWS)) * 0.0025 + 3 * 50 * 0.0025;
/** Costs are told with two digits. */
const ROUNDING = 0.0051;

/** Why they are not believed, or `null` when all is well. */
export async function selfTest(replica: StatisticsReplica): Promise<string | null> {
  const { session } = replica;
  try {
    await rowsOf(session, 'BEGIN');
    await rowsOf(session, `CREATE TABLE pg_catalog.${TABLE} (n int) WITH (autovacuum_enabled = off)`);
    await rowsOf(session, `CREATE INDEX ${INDEX} ON pg_catalog.${TABLE} (n)`);
    await rowsOf(
      session,
      'SET LOCAL seq_page_cost = 1; SET LOCAL cpu_tuple_cost = 0.01; SET LOCAL cpu_operator_cost = 0.0025',
    );
    return await differenceIn(replica);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await session.query('ROLLBACK', 'simple');
  }
}

async function differenceIn(replica: StatisticsReplica): Promise<string | null> {
  const { session } = replica;
  const [oids] = await rowsOf(
    session,
    `SELECT 'pg_catalog.${TABLE}'::regclass::oid AS table, 'pg_catalog.${INDEX}'::regclass::oid AS index`,
  );
  const [table, index] = [Number(oids?.table), Number(oids?.index)];
  await forgetPages(replica);
  const paths = { table: await pathOf(replica, table), index: await pathOf(replica, index) };
  if (paths.table === null || paths.index === null) return 'tables have no files';
  replica.files.setBlocks(paths.table, BLOCKS);
  await setCounts(replica, table, { blocks: BLOCKS, rows: ROWS });
  const isBtree = fakeBtree(replica, paths.index, { blocks: 276, height: 2 });
  await setCounts(replica, index, { blocks: 276, rows: ROWS });
  await forgetPages(replica);

  const [size] = await rowsOf(session, `SELECT pg_relation_size(${table}) AS bytes`);
  if (Number(size?.bytes) !== BLOCKS * 8192) return `a file of ${BLOCKS * 8192} bytes has ${size?.bytes}`;
  const [count] = await rowsOf(session, `SELECT count(*) AS rows FROM pg_catalog.${TABLE}`);
  if (count?.rows !== '0') return `a table without rows has ${count?.rows}`;
  const scan = await planOf(session, `SELECT * FROM pg_catalog.${TABLE}`);
  if (Math.abs(Number(scan?.['Total Cost']) - SCAN_COST) > ROUNDING) {
    return `a scan that costs ${SCAN_COST} is planned for ${scan?.['Total Cost']}`;
  }
  await rowsOf(session, 'SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
  const lookup = await planOf(session, `SELECT * FROM pg_catalog.${TABLE} WHERE n = 1`);
  if (!isBtree || Math.abs(Number(lookup?.['Startup Cost']) - DESCENT_COST) > ROUNDING) {
    return `a lookup that begins at ${DESCENT_COST} is planned for ${lookup?.['Startup Cost']}`;
  }
  return null;
}
