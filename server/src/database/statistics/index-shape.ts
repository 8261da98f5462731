// How many blocks an index fills when it is built, from the number and the width of what it holds. Of a b-tree that is
// what PostgreSQL's own build does, page by page, within a few blocks; of other kinds only roughly.
// Source: src/backend/access/nbtree/nbtsort.c and nbtdedup.c of PostgreSQL 18.

import { BLOCK } from './fake-sizes.js';

export interface IndexShape {
  readonly method: string;
  readonly tuples: number;
  /** Different keys. */
  readonly distinct: number;
  readonly columns: readonly ShapeColumn[];
  /** Of the table that is indexed. */
  readonly tableBlocks: number;
  /** Between 0 and 1; `null` for the usual one. */
  readonly fillfactor: number | null;
  /** Of a BRIN index. */
  readonly pagesPerRange: number;
}

export interface ShapeColumn {
  /** Bytes, on average. */
  readonly width: number;
  /** Bytes: 1, 2, 4 or 8. Short values of variable length are not aligned. */
  readonly align: number;
  readonly isVariable: boolean;
  /** Whether it orders the index; else it is only included. */
  readonly isKey: boolean;
  /** Whether equal values are always the same bytes, so that a b-tree keeps a key once for many rows. */
  readonly isSameBytes: boolean;
  /** Whether a GIN index holds its trigrams. Left out: it does not. */
  readonly isTrigrams?: boolean;
}

const ITEM_POINTER = 4;
const TUPLE_HEADER = 8;
/** A block without the header of a page and what is special to a b-tree. */
const ROOM = BLOCK - 24 - 16;
const LEAF_FILL = 0.9;
const INNER_FILL = 0.7;
/** A key that many rows share is kept with a list of rows, six bytes each, up to this size. */
const LONGEST_LIST = Math.floor(BLOCK / 10) - ITEM_POINTER - 4;
const ROW_POINTER = 6;

export function sizeOfShape(shape: IndexShape): { readonly blocks: number; readonly height: number } {
  switch (shape.method) {
    case 'btree':
      return sizeOfBtree(shape);
    case 'hash': {
      const buckets = Math.max(2, shape.tuples / 307);
      const step = 2 ** Math.max(0, Math.ceil(Math.log2(buckets)) - (buckets > 1024 ? 3 : 0));
      return { blocks: 2 + Math.ceil((Math.ceil(buckets / step) * step * 9) / 8), height: 0 };
    }
    case 'brin': {
      const ranges = Math.ceil(shape.tableBlocks / shape.pagesPerRange);
      const width = shape.columns.reduce((sum, column) => sum + 2 * column.width, TUPLE_HEADER + 8);
      return { blocks: 2 + Math.ceil((ranges * width) / ROOM), height: 0 };
    }
    case 'gin': {
      // Elements are told by no width: one for each 16 bytes, some three bytes for each row that has it. Of trigrams there is one
      // for each letter, and few different ones, so the lists of their rows are dense.
      const bytes = shape.columns.reduce(
        (sum, { width, isTrigrams }) =>
          sum + (isTrigrams === true ? (width + 1) * 2.1 : (Math.max(1, width / 16) * 2.5) / INNER_FILL),
        0,
      );
      return { blocks: 2 + Math.ceil((shape.tuples * bytes) / ROOM), height: 0 };
    }
    default: {
      const bytes = shape.tuples * (tupleBytes(shape.columns) + ITEM_POINTER);
      return { blocks: 1 + Math.ceil(bytes / (ROOM * INNER_FILL)), height: 0 };
    }
  }
}

/**
 * Levels above the leaves of a b-tree of so many blocks.
 *
 * @param grown row by row, and not built over rows that were there: then a root is filled to its end before it is split
 */
export function btreeHeight(blocks: number, columns: readonly ShapeColumn[], grown: boolean): number {
  const fan = fanOf(columns, INNER_FILL);
  const fanOfRoot = grown ? fanOf(columns, 1) : fan;
  // Without the first block, and without the pages above the leaves.
  let pages = Math.floor((blocks - 1) * (1 - 1 / fan));
  let height = 0;
  for (; pages > 1; height++) pages = pages <= fanOfRoot ? 1 : Math.ceil(pages / fan);
  return height;
}

function sizeOfBtree({ tuples, distinct, columns, fillfactor }: IndexShape) {
  const tuple = tupleBytes(columns);
  const free = BLOCK * (1 - (fillfactor ?? LEAF_FILL));
  const perKey = tuples / Math.max(1, Math.min(distinct, tuples));
  const inList = Math.min(perKey, Math.floor((LONGEST_LIST - tuple) / ROW_POINTER));
  const mayShare = columns.every(({ isKey, isSameBytes }) => isKey && isSameBytes);
  let pages = tuples / onPage(tuple, 0, free);
  if (mayShare && inList >= 2) {
    const list = aligned(tuple + ROW_POINTER * inList, 8);
    const lists = (tuples / perKey) * Math.ceil(perKey / inList);
    pages = Math.min(pages, lists / onPage(list, list - tuple, free));
  }
  pages = Math.max(1, Math.ceil(pages));
  let blocks = 1 + pages;
  let height = 0;
  for (const fan = fanOf(columns, INNER_FILL); pages > 1; height++) {
    pages = Math.ceil(pages / fan);
    blocks += pages;
  }
  return { blocks, height };
}

/**
 * A page is full when it cannot take one more, or less than `free` would be left; the last one then goes on to the next page,
 * and leaves its key behind as the upper bound of this one.
 *
 * @param shed bytes that the last one loses when only its key remains
 */
function onPage(bytes: number, shed: number, free: number): number {
  const item = bytes + ITEM_POINTER;
  return Math.max(1, Math.floor((ROOM - ITEM_POINTER - Math.max(item, free - shed)) / item));
}

/** Links on a page above the leaves. */
function fanOf(columns: readonly ShapeColumn[], fill: number): number {
  return Math.max(2, onPage(tupleBytes(columns.filter(({ isKey }) => isKey)), 0, BLOCK * (1 - fill)));
}

function tupleBytes(columns: readonly ShapeColumn[]): number {
  let bytes = TUPLE_HEADER;
  for (const { width, align, isVariable } of columns) {
    bytes = aligned(bytes, isVariable && width < 127 ? 1 : align) + width;
  }
  return aligned(bytes, 8);
}

function aligned(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
