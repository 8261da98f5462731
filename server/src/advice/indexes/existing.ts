// What the indexes of a table have in common with one that it might get.

import type { Index } from '../../catalog/catalog.js';
import { type IndexShape, serves, shapeOf, type WantedIndex } from '../../catalog/serving-index.js';
import type { WishedIndex } from '../advice.js';

/** The name of an index that does all that the wished one would; `null` when there is none. */
export function servedBy(indexes: readonly Index[], wish: WishedIndex): string | null {
  const wanted = wantedBy(wish);
  return indexes.find((index) => serves(shapeOf(index), wanted))?.name ?? null;
}

/** Whether a wished index would do all that another one would. */
export function doesAllOf(wish: WishedIndex, other: WishedIndex): boolean {
  return serves(shapeIn(wish), wantedBy(other));
}

/** Names of indexes that nobody needs beside the wished one: b-trees that it begins like, and that guard nothing. */
export function superfluousBeside(indexes: readonly Index[], wish: WishedIndex): readonly string[] {
  const shape = shapeIn(wish);
  return indexes
    .filter((index) => index.method === 'btree' && !index.unique && index.constraint === null)
    .filter((index) => serves(shape, inItsOrder(shapeOf(index))))
    .map(({ name }) => name);
}

/** Whatever it is there for: nobody knows who reads it in its order. */
function inItsOrder(index: IndexShape): WantedIndex {
  return { ...index, keys: index.keys.map((key) => ({ ...key, use: 'order' })) };
}

function shapeIn(wish: WishedIndex): IndexShape {
  return { ...wantedBy(wish), present: [] };
}

function wantedBy({ method, keys, include, where }: WishedIndex): WantedIndex {
  return {
    method,
    keys: keys.map(({ expression, isColumn, operatorClass, descending, nulls, use }) => ({
      text: expression,
      isColumn,
      operatorClass,
      descending,
      nullsFirst: nulls === null ? descending : nulls === 'first',
      use,
    })),
    include,
    where,
  };
}
