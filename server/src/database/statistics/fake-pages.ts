// Pages of indexes made by hand, for what the planner reads in an index besides its length: how high a b-tree is, and how
// long the map of a BRIN index. Layouts: src/include/access/nbtree.h, brin_page.h and storage/bufpage.h of PostgreSQL 18.
// The server must not use page checksums.

import { BLOCK } from './fake-sizes.js';

const PAGE_HEADER = 24;
/** `pd_pagesize_version`: the size and the version of the layout. */
const SIZE_AND_VERSION = BLOCK | 4;

const BTREE_MAGIC = 0x053162;
const BTREE_SPECIAL = 16;
const BTREE_LEAF = 1;
const BTREE_ROOT = 2;
/** An index tuple without a key: its size in the lower bits, and the mark of pivots. */
const PIVOT_SIZE = 8;
const PIVOT_MARK = 0x2000;

/**
 * The first pages of an empty b-tree: its meta page, and from its root down to an empty leaf one page a level.
 *
 * @param meta the index's first page as the server made it
 * @param height levels above the leaves: 0 when the root is a leaf
 * @returns `null` when `meta` is not the first page of a b-tree
 */
export function btreePages(meta: Uint8Array, height: number): readonly Uint8Array[] | null {
  const first = new DataView(meta.slice().buffer);
  if (first.getUint32(PAGE_HEADER, true) !== BTREE_MAGIC) return null;
  // BTMetaPageData: btm_magic, btm_version, btm_root, btm_level, btm_fastroot, btm_fastlevel.
  for (const [field, value] of [1, height, 1, height].entries()) {
    first.setUint32(PAGE_HEADER + 8 + 4 * field, value, true);
  }
  forgetWritePosition(first);
  const levels = Array.from({ length: height + 1 }, (_, depth) => btreePage(height - depth, depth));
  return [new Uint8Array(first.buffer), ...levels];
}

/** A page with one link to the page after it, or none where it is a leaf. */
function btreePage(level: number, depth: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(BLOCK));
  const isLeaf = level === 0;
  const special = BLOCK - BTREE_SPECIAL;
  const upper = isLeaf ? special : special - PIVOT_SIZE;
  view.setUint16(12, isLeaf ? PAGE_HEADER : PAGE_HEADER + 4, true);
  view.setUint16(14, upper, true);
  view.setUint16(16, special, true);
  view.setUint16(18, SIZE_AND_VERSION, true);
  if (!isLeaf) {
    // ItemIdData: 15 bits of offset, LP_NORMAL, 15 bits of length.
    view.setUint32(PAGE_HEADER, (upper | (1 << 15) | (PIVOT_SIZE << 17)) >>> 0, true);
    // IndexTupleData: the block below in two halves, the number of attributes, size and flags.
    view.setUint16(upper + 2, depth + 2, true);
    view.setUint16(upper + 6, PIVOT_SIZE | PIVOT_MARK, true);
  }
  // BTPageOpaqueData: btpo_prev, btpo_next, btpo_level, btpo_flags.
  view.setUint32(special + 8, level, true);
  view.setUint16(special + 12, (isLeaf ? BTREE_LEAF : 0) | (depth === 0 ? BTREE_ROOT : 0), true);
  return new Uint8Array(view.buffer);
}

const BRIN_MAGIC = 0xa8109cfa;
/** Ranges that a page of the map has room for: item pointers of six bytes after the header and eight bytes at the end. */
const RANGES_IN_PAGE = Math.floor((BLOCK - PAGE_HEADER - 8) / 6);

/**
 * The first page of a BRIN index as it is over a table of so many blocks.
 *
 * @returns `null` when `meta` is not the first page of a BRIN index
 */
export function brinFirstPage(meta: Uint8Array, tableBlocks: number): Uint8Array | null {
  const page = new DataView(meta.slice().buffer);
  if (page.getUint32(PAGE_HEADER, true) !== BRIN_MAGIC) return null;
  // BrinMetaPageData: magic, version, pagesPerRange, lastRevmapPage.
  const ranges = Math.ceil(tableBlocks / Math.max(1, page.getUint32(PAGE_HEADER + 8, true)));
  page.setUint32(PAGE_HEADER + 12, Math.max(1, Math.ceil(ranges / RANGES_IN_PAGE)), true);
  forgetWritePosition(page);
  return new Uint8Array(page.buffer);
}

/** `pd_lsn` of zero and `pd_checksum` of zero: no log has to be written before the page. */
function forgetWritePosition(page: DataView): void {
  page.setBigUint64(0, 0n, true);
  page.setUint16(8, 0, true);
}
