// Enum, Stream and List.

import type { Span } from '../../../text/span.js';
import { HOW_OFTEN } from '../../holes.js';
import { listItems } from '../collections.js';
import { compared, joinedTexts, number } from '../operators.js';
import { inDoubt, type Run } from '../run.js';
import { textFrom } from '../sql-text.js';
import { atom, isAtom, isTrue, type Located, NIL, plainText, truth, unknown, type Value } from '../values.js';
import { type Functions, type Library, list, listOrNull, mapOf } from './library.js';

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

const reduce: Library = (run, args, at) => {
  const [source, start, work] = args.length === 2 ? headAndTail(args) : args;
  if (work?.value.kind !== 'function' || start === undefined) return null;
  const { apply } = work.value;
  const items = listItems(source);
  if (items === null) {
    inDoubt(run, HOW_OFTEN, () => apply([someItem(at), someItem(at)], at));
    return null;
  }
  return items.reduce<Value>((value, item) => apply([item, { value, span: at }], at), start.value);
};

/** `Enum.reduce(list, f)` starts from the first item. */
function headAndTail([source, work]: readonly Located[]): readonly (Located | undefined)[] {
  const [head, ...rest] = listItems(source) ?? [];
  return source === undefined ? [] : [{ value: list(rest), span: source.span }, head, work];
}

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

/** `Enum.into(list, %{})`; with a function it maps first. */
const into: Library = (run, [source, target, work], at) => {
  const items = work === undefined ? listItems(source) : mapped(run, source, work, at);
  if (items === null) return null;
  return target?.value.kind === 'map' ? mapOf([...(listItems(target) ?? []), ...items]) : list(items);
};

const sorted: Library = (_run, args) => {
  const items = args.length === 1 ? listItems(args[0]) : null;
  const keys = items?.map(({ value }) => plainText(value));
  if (items === null || keys === undefined || keys.includes(null)) return null;
  if (new Set(items.map(({ value }) => value.kind)).size > 1) return null;
  const areNumbers = items.every(({ value }) => value.kind === 'number');
  const order = (a: Located, b: Located) => {
    const [left, right] = [plainText(a.value) ?? '', plainText(b.value) ?? ''];
    if (areNumbers) return Number(left) - Number(right);
    return left < right ? -1 : left > right ? 1 : 0;
  };
  return list(items.toSorted(order));
};

const at: Library = (_run, [source, index, fallback]) => {
  const items = listItems(source);
  const position = index?.value.kind === 'number' ? Number(index.value.digits) : null;
  if (items === null || position === null) return null;
  return items.at(position)?.value ?? fallback?.value ?? NIL;
};

/** A part of a list that a number decides. */
const part = (take: (items: readonly Located[], count: number) => readonly Located[]): Library => {
  return (_run, [source, count]) => {
    const items = listItems(source);
    const number = count?.value.kind === 'number' ? Number(count.value.digits) : null;
    return items === null || number === null ? null : list(take(items, number));
  };
};

const chunkEvery: Library = (_run, [source, count], at) => {
  const items = listItems(source);
  const size = count?.value.kind === 'number' ? Number(count.value.digits) : 0;
  if (items === null || size < 1) return null;
  const chunks: Located[] = [];
  for (let index = 0; index < items.length; index += size) {
    chunks.push({ value: list(items.slice(index, index + size)), span: at });
  }
  return list(chunks);
};

/** `Enum.any?` and `Enum.all?`. */
const holds = (whole: boolean): Library => {
  return (run, [source, work], at) => {
    const items = work === undefined ? listItems(source) : mapped(run, source, work, at);
    const answers = items?.map(({ value }) => isTrue(value));
    if (answers === undefined) return null;
    if (answers.includes(!whole)) return truth(!whole);
    return answers.includes(null) ? null : truth(whole);
  };
};

const find: Library = (run, [source, work], at) => {
  const items = listItems(source);
  const answers = mapped(run, source, work, at)?.map(({ value }) => isTrue(value));
  const index = answers?.indexOf(true) ?? -1;
  if (
    items === null ||
    answers === undefined ||
    answers.slice(0, index < 0 ? undefined : index).includes(null)
  )
    return null;
  return items[index]?.value ?? NIL;
};

const first = (index: 0 | -1): Library => {
  return (_run, [source]) => {
    const items = listItems(source);
    return items === null ? null : (items.at(index)?.value ?? NIL);
  };
};

const tail: Library = (_run, [source]) => listOrNull(listItems(source)?.slice(1));

const intersperse: Library = (_run, [source, between]) =>
  between === undefined
    ? null
    : listOrNull(listItems(source)?.flatMap((item, index) => (index === 0 ? [item] : [between, item])));

const zipped: Library = (run, args, span) => {
  const lists = args.length === 1 ? listItems(args[0]) : args;
  const [left, right, ...more] = lists ?? [];
  return more.length > 0
    ? null
    : zip(
        run,
        [left, right].flatMap((one) => one ?? []),
        span,
      );
};

const mapJoin: Library = (run, [source, second, third], at) => {
  const work = third ?? second;
  const separator = third === undefined ? undefined : second;
  return joined(mapped(run, source, work, at), separator, at);
};

const withIndex: Library = (_run, [source, from], at) => {
  if (from !== undefined && from.value.kind !== 'number') return null;
  const offset = from?.value.kind === 'number' ? Number(from.value.digits) : 0;
  const items = listItems(source)?.map((item, index): Located => {
    const position: Located = { value: number(index + offset), span: at };
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
  'Enum.zip': zipped,
  'Enum.into': into,
  'Enum.sort': sorted,
  'Enum.at': at,
  'Enum.take': part((items, count) => (count < 0 ? items.slice(count) : items.slice(0, count))),
  'Enum.drop': part((items, count) => (count < 0 ? items.slice(0, count) : items.slice(count))),
  'Enum.chunk_every': chunkEvery,
  'Enum.any?': holds(false),
  'Enum.all?': holds(true),
  'Enum.find': find,
  'Enum.intersperse': intersperse,
  'Kernel.hd': first(0),
  'Kernel.tl': tail,
  'List.first': first(0),
  'List.last': first(-1),
  'List.zip': zipped,
  'List.to_tuple': (_run, [source]) => {
    const items = listItems(source);
    return items === null ? null : { kind: 'tuple', items };
  },
  'MapSet.new': (_run, [source]) => listOrNull(source === undefined ? [] : listItems(source)),
  'Range.to_list': (_run, [source]) => listOrNull(listItems(source)),
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
