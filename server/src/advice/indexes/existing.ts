// What the indexes of a table have in common with one that it might get.

import type { Index } from '../../catalog/catalog.js';
import type { IndexKey } from '../../catalog/operation.js';
import { quoteIdentifier } from '../../catalog/types.js';
import type { WishedIndex, WishedKey } from '../advice.js';
import { spelling } from '../wish.js';

/** The name of an index that does all that the wished one would; `null` when there is none. */
export function servedBy(indexes: readonly Index[], wish: WishedIndex): string | null {
  const serves = (index: Index) =>
    index.method === wish.method &&
    (index.where === null ? wish.where === null : sameText(index.where.text, wish.where)) &&
    wish.include.every((name) => holds(index, name)) &&
    (wish.method === 'gin'
      ? wish.keys.every((key) => index.keys.some((one) => isSame(one, key)))
      : beginsWith(index.keys, wish.keys));
  return indexes.find(serves)?.name ?? null;
}

/** Names of indexes that nobody needs beside the wished one: those that hold the beginning of its keys, and guard nothing. */
export function superfluousBeside(indexes: readonly Index[], wish: WishedIndex): readonly string[] {
  if (wish.method !== 'btree') return [];
  const isCovered = (index: Index) =>
    index.method === 'btree' &&
    !index.unique &&
    index.constraint === null &&
    index.keys.length <= wish.keys.length &&
    (wish.where === null || (index.where !== null && sameText(index.where.text, wish.where))) &&
    index.include.every(
      (name) => wish.include.includes(name) || wish.keys.some((key) => isColumn(key, name)),
    ) &&
    index.keys.every((key, place) => {
      const wished = wish.keys[place];
      return wished !== undefined && isSame(key, wished);
    });
  return indexes.filter(isCovered).map(({ name }) => name);
}

/** Forward or backward: an index is read both ways. */
function beginsWith(keys: readonly IndexKey[], wished: readonly WishedKey[]): boolean {
  if (keys.length < wished.length) return false;
  const same = (turned: boolean) =>
    wished.every((key, place) => {
      const own = keys[place];
      return own !== undefined && isSame(own, key, turned);
    });
  return same(false) || same(true);
}

function isSame(own: IndexKey, key: WishedKey, turned = false): boolean {
  const text = own.column === null ? (own.expression?.text ?? '') : quoteIdentifier(own.column);
  return (
    spelling(text) === spelling(key.expression) &&
    own.operatorClass === key.operatorClass &&
    (own.descending !== turned) === key.descending
  );
}

function holds(index: Index, name: string): boolean {
  return index.include.includes(name) || index.keys.some(({ column }) => column === name);
}

function isColumn(key: WishedKey, name: string): boolean {
  return key.isColumn && key.expression === quoteIdentifier(name);
}

function sameText(own: string, wished: string | null): boolean {
  return wished !== null && spelling(own) === spelling(wished);
}
