// Keyword and Map.

import { entryOf, listItems } from '../collections.js';
import { compared } from '../operators.js';
import { isAtom, type Located, NIL, truth } from '../values.js';
import { type Functions, type Library, list, listOrNull, mapOf } from './library.js';

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

/** Those pairs whose keys are among the given ones, or those whose keys are not. */
const chosen = (wanted: boolean): Library => {
  return (_run, [container, keys]) => {
    const pairs = listItems(container);
    const names = keys?.value.kind === 'list' ? keys.value.items : keys === undefined ? null : [keys];
    if (pairs === null || names === null) return null;
    const isNamed = (pair: Located) =>
      names.some((name) => compared(partsOf(pair)[0]?.value ?? NIL, name.value) === true);
    const items = pairs.filter((pair) => isNamed(pair) === wanted);
    return container?.value.kind === 'map' ? mapOf(items) : list(items);
  };
};

const hasKey: Library = (_run, [container, key]) => {
  const pairs = listItems(container);
  if (pairs === null || key === undefined) return null;
  return truth(pairs.some((pair) => compared(partsOf(pair)[0]?.value ?? NIL, key.value) === true));
};

/** Puts a value where the key has none yet. */
const putNew: Library = (run, args, at) => {
  const known = hasKey(run, args, at);
  if (known === null) return null;
  return isAtom(known, 'true') ? (args[0]?.value ?? null) : put(run, args, at);
};

const parts = (index: 0 | 1): Library => {
  return (_run, [container]) =>
    listOrNull(listItems(container)?.flatMap((pair) => partsOf(pair).slice(index, index + 1)));
};

export const KEYWORD_FUNCTIONS: Functions = {
  'Keyword.get': get,
  'Keyword.fetch!': get,
  'Keyword.merge': merge,
  'Keyword.put': put,
  'Keyword.put_new': putNew,
  'Keyword.take': chosen(true),
  'Keyword.drop': chosen(false),
  'Keyword.delete': chosen(false),
  'Keyword.has_key?': hasKey,
  'Keyword.new': (_run, [source]) => (source === undefined ? list([]) : listOrNull(listItems(source))),
  'Map.put_new': putNew,
  'Map.take': chosen(true),
  'Map.drop': chosen(false),
  'Map.delete': chosen(false),
  'Map.has_key?': hasKey,
  'Map.new': (_run, [source, work], at) => {
    if (source === undefined) return mapOf([]);
    if (work !== undefined && work.value.kind !== 'function') return null;
    const apply = work?.value.kind === 'function' ? work.value.apply : null;
    const items = listItems(source)?.map((item) =>
      apply === null ? item : { value: apply([item], at), span: item.span },
    );
    return items === undefined ? null : mapOf(items);
  },
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
