// Keyword and Map.

import { entryOf, listItems } from '../collections.js';
import { compared } from '../operators.js';
import { isAtom, type Located, type Value } from '../values.js';
import { type Functions, type Library, list, listOrNull } from './library.js';

const get: Library = (run, [container, key, fallback]) => {
  if (container === undefined || key === undefined) return null;
  const found = entryOf(run, container.value, key);
  return isAtom(found, 'nil') && fallback !== undefined ? fallback.value : found;
};

const merge: Library = (_run, [first, second]) => {
  const base = listItems(first);
  const over = listItems(second);
  if (base === null || over === null) return null;
  const items = [...base.filter((item) => !over.some((other) => sameKey(item, other))), ...over];
  return first?.value.kind === 'map' ? mapOf(items) : list(items);
};

const put: Library = (run, [container, key, value], at) => {
  if (container === undefined || key === undefined || value === undefined) return null;
  const pair: Located = { value: { kind: 'tuple', items: [key, value] }, span: at };
  return merge(run, [container, { value: list([pair]), span: at }], at);
};

function sameKey(a: Located, b: Located): boolean {
  const [left] = partsOf(a);
  const [right] = partsOf(b);
  return left !== undefined && right !== undefined && compared(left.value, right.value) === true;
}

/** Key and value of a pair. */
function partsOf({ value }: Located): readonly Located[] {
  return value.kind === 'tuple' ? value.items : [];
}

function mapOf(pairs: readonly Located[]): Value {
  const entries = pairs.flatMap((pair) => {
    const [key, value] = partsOf(pair);
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
  return { kind: 'map', entries };
}

const parts = (index: 0 | 1): Library => {
  return (_run, [container]) =>
    listOrNull(listItems(container)?.flatMap((pair) => partsOf(pair).slice(index, index + 1)));
};

export const KEYWORD_FUNCTIONS: Functions = {
  'Keyword.get': get,
  'Keyword.fetch!': get,
  'Keyword.merge': merge,
  'Keyword.put': put,
  'Keyword.keys': parts(0),
  'Keyword.values': parts(1),
  'Map.get': get,
  'Map.fetch!': get,
  'Map.merge': merge,
  'Map.put': put,
  'Map.keys': parts(0),
  'Map.values': parts(1),
  'Map.to_list': (_run, [source]) => listOrNull(listItems(source)),
};
