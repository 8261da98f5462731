// Enum, Stream and List.

import type { Span } from '../../../text/span.js';
import { listItems } from '../collections.js';
import { HOW_OFTEN } from '../doubt.js';
import { compared, joinedTexts, number } from '../operators.js';
import { inDoubt, type Run } from '../run.js';
import { textFrom } from '../sql-text.js';
import { atom, isAtom, isTrue, type Located, plainText, truth, unknown, type Value } from '../values.js';
import { type Functions, type Library, list, listOrNull } from './library.js';

/** Calls the function for each item; of an unknown list once, in doubt. */
function mapped(
  run: Run,
  source: Located | undefined,
  work: Located | undefined,
  at: Span,
): readonly Located[] | null {
  if (work?.value.kind !== 'function') return null;
  const { apply } = work.value;
  const items = listItems(source);
  if (items === null) {
    inDoubt(run, HOW_OFTEN, () => apply([someItem(at)], at));
    return null;
  }
  return items.map((item) => ({ value: apply([item], at), span: item.span }));
}

function someItem(at: Span): Located {
  return { value: unknown('it is an item of a list that is computed'), span: at };
}

const map: Library = (run, [source, work], at) => listOrNull(mapped(run, source, work, at));

const each: Library = (run, [source, work], at) => {
  mapped(run, source, work, at);
  return atom('ok');
};

const flatMap: Library = (run, [source, work], at) => {
  const results = mapped(run, source, work, at)?.map((item) => listItems(item));
  return results === undefined || results.includes(null)
    ? null
    : list(results.flatMap((items) => items ?? []));
};

const filtered = (wanted: boolean): Library => {
  return (run, [source, work], at) => {
    const items = listItems(source);
    const answers = mapped(run, source, work, at)?.map(({ value }) => isTrue(value));
    if (items === null || answers === undefined || answers.includes(null)) return null;
    return list(items.filter((_item, index) => answers[index] === wanted));
  };
};

const reduce: Library = (run, [source, start, work], at) => {
  if (work?.value.kind !== 'function' || start === undefined) return null;
  const { apply } = work.value;
  const items = listItems(source);
  if (items === null) {
    inDoubt(run, HOW_OFTEN, () => apply([someItem(at), someItem(at)], at));
    return null;
  }
  return items.reduce<Value>((value, item) => apply([item, { value, span: at }], at), start.value);
};

/** Texts with another between them. */
function joined(items: readonly Located[] | null, separator: Located | undefined, at: Span): Value | null {
  if (items === null) return null;
  const empty: Value = { kind: 'text', text: textFrom(at, '') };
  const between = separator ?? { value: empty, span: at };
  const parts = items.flatMap((item, index) => (index === 0 ? [asText(item)] : [between, asText(item)]));
  return parts.length === 0 ? empty : joinedTexts(parts);
}

function asText(item: Located): Located {
  const text = item.value.kind === 'text' ? null : plainText(item.value);
  return text === null ? item : { value: { kind: 'text', text: textFrom(item.span, text) }, span: item.span };
}

const mapJoin: Library = (run, [source, second, third], at) => {
  const work = third ?? second;
  const separator = third === undefined ? undefined : second;
  return joined(mapped(run, source, work, at), separator, at);
};

const withIndex: Library = (_run, [source], at) => {
  const items = listItems(source)?.map((item, index): Located => {
    const position: Located = { value: number(index), span: at };
    return { value: { kind: 'tuple', items: [item, position] }, span: item.span };
  });
  return listOrNull(items);
};

const zip: Library = (_run, [first, second], at) => {
  const right = listItems(second);
  if (right === null) return null;
  const pairs = listItems(first)?.flatMap((item, index): Located[] => {
    const other = right[index];
    return other === undefined ? [] : [{ value: { kind: 'tuple', items: [item, other] }, span: at }];
  });
  return listOrNull(pairs);
};

const concat: Library = (_run, args) => {
  const lists = args.length === 1 ? listItems(args[0])?.map((item) => listItems(item)) : args.map(listItems);
  return lists === undefined || lists.includes(null) ? null : list(lists.flatMap((items) => items ?? []));
};

const uniq: Library = (_run, [source]) => {
  const items = listItems(source);
  const isNew = (item: Located, index: number) =>
    !items?.slice(0, index).some((other) => compared(item.value, other.value) === true);
  return listOrNull(items?.filter(isNew));
};

const isMember: Library = (_run, [source, item]) => {
  const items = listItems(source);
  if (items === null || item === undefined) return null;
  const answers = items.map((other) => compared(item.value, other.value));
  return answers.includes(true) ? truth(true) : answers.includes(null) ? null : truth(false);
};

const length: Library = (_run, [source]) => {
  const items = listItems(source);
  return items === null ? null : number(items.length);
};

const isEmpty: Library = (_run, [source]) => {
  const items = listItems(source);
  return items === null ? null : truth(items.length === 0);
};

const wrap: Library = (_run, [first]) => {
  if (first === undefined || first.value.kind === 'unknown') return null;
  if (isAtom(first.value, 'nil')) return list([]);
  return first.value.kind === 'list' ? first.value : list([first]);
};

function flattened(source: Located | undefined): readonly Located[] | null {
  const items = listItems(source);
  if (items === null) return null;
  return items.flatMap((item) => (item.value.kind === 'list' ? (flattened(item) ?? []) : [item]));
}

export const LIST_FUNCTIONS: Functions = {
  'Enum.each': each,
  'Enum.map': map,
  'Enum.flat_map': flatMap,
  'Enum.filter': filtered(true),
  'Enum.reject': filtered(false),
  'Enum.reduce': reduce,
  'Enum.join': (_run, [source, separator], at) => joined(listItems(source), separator, at),
  'Enum.map_join': mapJoin,
  'Enum.with_index': withIndex,
  'Enum.zip': zip,
  'Enum.concat': concat,
  'Enum.reverse': (_run, [source]) => listOrNull(listItems(source)?.toReversed()),
  'Enum.to_list': (_run, [source]) => listOrNull(listItems(source)),
  'Enum.uniq': uniq,
  'Enum.count': length,
  'Enum.empty?': isEmpty,
  'Enum.member?': isMember,
  'Kernel.length': length,
  'List.wrap': wrap,
  'List.flatten': (_run, [first]) => listOrNull(flattened(first)),
  'Stream.map': map,
  'Stream.each': each,
  'Stream.run': () => atom('ok'),
  'Task.async_stream': each,
};
