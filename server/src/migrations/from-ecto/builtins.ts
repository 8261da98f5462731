// Functions of Elixir's standard library that migrations compute names, lists and SQL with.

import type { Span } from '../../text/span.js';
import { entryOf, listItems } from './collections.js';
import { HOW_OFTEN } from './doubt.js';
import { compared, joinedTexts, number } from './operators.js';
import { inDoubt, type Run } from './run.js';
import { textFrom } from './sql-text.js';
import { atom, isAtom, isTrue, type Located, plainText, truth, unknown, type Value } from './values.js';

type Library = (run: Run, args: readonly Located[], at: Span) => Value | null;

/** The value of a call of the standard library; `null` when it is not one that is read here. */
export function libraryValue(
  run: Run,
  module: string,
  name: string,
  args: readonly Located[],
  at: Span,
): Value | null {
  const found = FUNCTIONS[`${module}.${name}`];
  if (found !== undefined) return found(run, args, at) ?? unknown(`what ${name} gives is not known`);
  return module === 'Kernel' && PURE.has(name) ? unknown(`what ${name} gives is not known`) : null;
}

/** Other functions of Kernel: they give something and touch nothing. */
const PURE: ReadonlySet<string> = new Set(
  (
    'abs binary_part binding bit_size byte_size ceil div exit floor function_exported? get_in hd inspect ' +
    'is_atom is_binary is_bitstring is_boolean is_exception is_float is_function is_integer is_map is_map_key ' +
    'is_number is_pid is_struct is_tuple macro_exported? make_ref map_size match? max min node pop_in put_elem ' +
    'put_in rem round self send sigil_r spawn struct struct! throw tl trunc tuple_size update_in var! ' +
    '__ENV__ __DIR__ __CALLER__ sigil_D sigil_N sigil_T sigil_U dbg assert'
  ).split(' '),
);

const texts = (change: (text: string) => string): Library => {
  return (_run, [first], at) => {
    const text = first?.value.kind === 'text' ? plainText(first.value) : null;
    return text === null ? null : { kind: 'text', text: textFrom(at, change(text)) };
  };
};

/** Takes the given text, or white space, off one end; a third argument takes its place once. */
const trimmed = (end: 'start' | 'end'): Library => {
  return (_run, [first, what, instead], at) => {
    const text = first === undefined ? null : plainText(first.value);
    const off = what === undefined ? '' : plainText(what.value);
    const by = instead === undefined ? '' : plainText(instead.value);
    if (text === null || off === null || by === null) return null;
    return { kind: 'text', text: textFrom(at, replacedAt(end, text, off, by, instead === undefined)) };
  };
};

function replacedAt(end: 'start' | 'end', text: string, off: string, by: string, all: boolean): string {
  if (off === '') return end === 'start' ? text.trimStart() : text.trimEnd();
  const has = end === 'start' ? text.startsWith(off) : text.endsWith(off);
  if (!has) return text;
  const rest = end === 'start' ? text.slice(off.length) : text.slice(0, -off.length);
  if (all) return replacedAt(end, rest, off, by, true);
  return end === 'start' ? by + rest : rest + by;
}

const toAtom: Library = (_run, [first]) => {
  if (first?.value.kind !== 'text') return null;
  const { text, holes } = first.value.text;
  return { kind: 'atom', name: text, holes };
};

const toText: Library = (_run, [first], at) => {
  if (first?.value.kind === 'text') return first.value;
  if (first?.value.kind === 'atom') {
    const { name, holes } = first.value;
    return { kind: 'text', text: textFrom(at, isAtom(first.value, 'nil') ? '' : name, holes) };
  }
  const text = first === undefined ? null : plainText(first.value);
  return text === null ? null : { kind: 'text', text: textFrom(at, text) };
};

/** Calls the function for each item; of an unknown list once, in doubt. */
function mapped(run: Run, [list, work]: readonly Located[], at: Span): readonly Located[] | null {
  const apply = work?.value.kind === 'function' ? work.value.apply : null;
  if (apply === null) return null;
  const items = listItems(list);
  if (items === null) {
    const item: Located = { value: unknown('it is an item of a list that is computed'), span: at };
    inDoubt(run, HOW_OFTEN, () => apply([item], at));
    return null;
  }
  return items.map((item) => ({ value: apply([item], at), span: item.span }));
}

function filtered(run: Run, args: readonly Located[], at: Span, wanted: boolean): Value | null {
  const items = listItems(args[0]);
  const answers = mapped(run, args, at)?.map(({ value }) => isTrue(value));
  if (items === null || answers === undefined || answers.includes(null)) return null;
  return list(items.filter((_item, index) => answers[index] === wanted));
}

function list(items: readonly Located[]): Value {
  return { kind: 'list', items };
}

/** Texts with one between them. */
function joinedList(
  items: readonly Located[] | null,
  separator: Located | undefined,
  at: Span,
): Value | null {
  if (items === null) return null;
  const between = separator ?? { value: { kind: 'text', text: textFrom(at, '') }, span: at };
  const parts = items.flatMap((item, index) => {
    const text = plainText(item.value);
    const part: Located =
      item.value.kind === 'text' || text === null
        ? item
        : { value: { kind: 'text', text: textFrom(item.span, text) }, span: item.span };
    return index === 0 ? [part] : [between, part];
  });
  return parts.length === 0 ? { kind: 'text', text: textFrom(at, '') } : joinedTexts(parts);
}

const lookUp: Library = (_run, [container, key, fallback]) => {
  if (container === undefined || key === undefined) return null;
  const found = entryOf(container.value, key.value);
  return isAtom(found, 'nil') && fallback !== undefined ? fallback.value : found;
};

const merge: Library = (_run, [first, second]) => {
  const base = listItems(first);
  const over = listItems(second);
  if (base === null || over === null || first === undefined) return null;
  const replaced = (item: Located) => over.some((other) => sameKey(item, other));
  const items = [...base.filter((item) => !replaced(item)), ...over];
  return first.value.kind === 'map' ? mapOf(items) : list(items);
};

const put: Library = (run, [container, key, value], at) => {
  if (container === undefined || key === undefined || value === undefined) return null;
  const pair: Located = { value: { kind: 'tuple', items: [key, value] }, span: at };
  return merge(run, [container, { value: list([pair]), span: at }], at);
};

function sameKey(a: Located, b: Located): boolean {
  const [left] = a.value.kind === 'tuple' ? a.value.items : [];
  const [right] = b.value.kind === 'tuple' ? b.value.items : [];
  return left !== undefined && right !== undefined && compared(left.value, right.value) === true;
}

function mapOf(pairs: readonly Located[]): Value {
  const entries = pairs.flatMap(({ value }) => {
    const [key, entry] = value.kind === 'tuple' ? value.items : [];
    return key === undefined || entry === undefined ? [] : [{ key, value: entry }];
  });
  return { kind: 'map', entries };
}

const keys: Library = (_run, [container]) => parts(container, 0);
const values: Library = (_run, [container]) => parts(container, 1);

function parts(container: Located | undefined, index: number): Value | null {
  const items = listItems(container);
  return items === null
    ? null
    : list(items.flatMap(({ value }) => (value.kind === 'tuple' ? value.items.slice(index, index + 1) : [])));
}

const each: Library = (run, args, at) => {
  mapped(run, args, at);
  return atom('ok');
};

const reduce: Library = (run, [source, start, work], at) => {
  const apply = work?.value.kind === 'function' ? work.value.apply : null;
  if (apply === null || start === undefined) return null;
  const items = listItems(source);
  if (items === null) {
    const unknownItem: Located = { value: unknown('it is an item of a list that is computed'), span: at };
    inDoubt(run, HOW_OFTEN, () => apply([unknownItem, unknownItem], at));
    return null;
  }
  return items.reduce<Value>((value, item) => apply([item, { value, span: at }], at), start.value);
};

const call: Library = (_run, [first, second], at) =>
  second?.value.kind === 'function' && first !== undefined ? second.value.apply([first], at) : null;

const FUNCTIONS: Readonly<Record<string, Library>> = {
  'Kernel.to_string': toText,
  'Kernel.to_charlist': toText,
  'Atom.to_string': toText,
  'Integer.to_string': toText,
  'String.to_atom': toAtom,
  'String.to_existing_atom': toAtom,
  'String.trim': texts((text) => text.trim()),
  'String.trim_leading': trimmed('start'),
  'String.trim_trailing': trimmed('end'),
  'String.replace_prefix': trimmed('start'),
  'String.replace_suffix': trimmed('end'),
  'String.upcase': texts((text) => text.toUpperCase()),
  'String.downcase': texts((text) => text.toLowerCase()),
  'String.split': (_run, [first, separator], at) => {
    const text = first === undefined ? null : plainText(first.value);
    const by = separator === undefined ? /\s+/ : plainText(separator.value);
    if (text === null || by === null) return null;
    const words = separator === undefined ? text.trim().split(by) : text.split(by);
    return list(words.map((word) => ({ value: { kind: 'text', text: textFrom(at, word) }, span: at })));
  },
  'String.replace': (_run, [first, from, to], at) => {
    const [text, old, now] = [first, from, to].map((part) =>
      part === undefined ? null : plainText(part.value),
    );
    if (typeof text !== 'string' || typeof old !== 'string' || typeof now !== 'string') return null;
    return { kind: 'text', text: textFrom(at, text.replaceAll(old, now)) };
  },
  'Kernel.is_nil': (_run, [first]) =>
    first === undefined || first.value.kind === 'unknown' ? null : truth(isAtom(first.value, 'nil')),
  'Kernel.is_list': (_run, [first]) =>
    first === undefined || first.value.kind === 'unknown' ? null : truth(first.value.kind === 'list'),
  'Kernel.length': (_run, [first]) => lengthOf(first),
  'Kernel.elem': (_run, [tuple, index]) => {
    const at = index?.value.kind === 'number' ? Number(index.value.digits) : -1;
    return tuple?.value.kind === 'tuple' ? (tuple.value.items[at]?.value ?? null) : null;
  },
  'Kernel.then': call,
  'Kernel.tap': (run, args, at) => {
    call(run, args, at);
    return args[0]?.value ?? null;
  },
  'Enum.each': each,
  'Enum.map': (run, args, at) => asList(mapped(run, args, at)),
  'Stream.map': (run, args, at) => asList(mapped(run, args, at)),
  'Stream.each': each,
  'Stream.run': () => atom('ok'),
  'Task.async_stream': each,
  'Enum.flat_map': (run, args, at) => {
    const results = mapped(run, args, at)?.map((item) => listItems(item));
    return results === undefined || results.includes(null)
      ? null
      : list(results.flatMap((items) => items ?? []));
  },
  'Enum.filter': (run, args, at) => filtered(run, args, at, true),
  'Enum.reject': (run, args, at) => filtered(run, args, at, false),
  'Enum.reduce': reduce,
  'Enum.join': (_run, [items, separator], at) => joinedList(listItems(items), separator, at),
  'Enum.map_join': (run, args, at) => {
    const work = args.length > 2 ? args[2] : args[1];
    const separator = args.length > 2 ? args[1] : undefined;
    return joinedList(
      mapped(
        run,
        [args[0], work].filter((arg) => arg !== undefined),
        at,
      ),
      separator,
      at,
    );
  },
  'Enum.with_index': (_run, [source], at) => {
    const items = listItems(source);
    const indexed = items?.map((item, index): Located => {
      const position: Located = { value: number(index), span: at };
      return { value: { kind: 'tuple', items: [item, position] }, span: item.span };
    });
    return asList(indexed ?? null);
  },
  'Enum.zip': (_run, [first, second], at) => {
    const left = listItems(first);
    const right = listItems(second);
    if (left === null || right === null) return null;
    const pairs = left.flatMap((item, index): Located[] => {
      const other = right[index];
      return other === undefined ? [] : [{ value: { kind: 'tuple', items: [item, other] }, span: at }];
    });
    return list(pairs);
  },
  'Enum.concat': (_run, args) => {
    const lists =
      args.length === 1 ? listItems(args[0])?.map((item) => listItems(item)) : args.map(listItems);
    return lists === undefined || lists.includes(null) ? null : list(lists.flatMap((items) => items ?? []));
  },
  'Enum.reverse': (_run, [source]) => asList(listItems(source)?.toReversed() ?? null),
  'Enum.to_list': (_run, [source]) => asList(listItems(source)),
  'Enum.uniq': (_run, [source]) => {
    const items = listItems(source);
    const unique = items?.filter(
      (item, index) => !items.slice(0, index).some((other) => compared(item.value, other.value) === true),
    );
    return asList(unique ?? null);
  },
  'Enum.count': (_run, [source]) => lengthOf(source),
  'Enum.empty?': (_run, [source]) => {
    const items = listItems(source);
    return items === null ? null : truth(items.length === 0);
  },
  'Enum.member?': (_run, [source, item]) => {
    const answers = listItems(source)?.map((other) =>
      item === undefined ? null : compared(item.value, other.value),
    );
    if (answers === undefined) return null;
    return answers.includes(true) ? truth(true) : answers.includes(null) ? null : truth(false);
  },
  'List.wrap': (_run, [first]) => {
    if (first === undefined || first.value.kind === 'unknown') return null;
    if (isAtom(first.value, 'nil')) return list([]);
    return first.value.kind === 'list' ? first.value : list([first]);
  },
  'List.flatten': (_run, [first]) => asList(flattened(first)),
  'Keyword.get': lookUp,
  'Keyword.fetch!': lookUp,
  'Keyword.merge': merge,
  'Keyword.put': put,
  'Keyword.keys': keys,
  'Keyword.values': values,
  'Map.get': lookUp,
  'Map.fetch!': lookUp,
  'Map.merge': merge,
  'Map.put': put,
  'Map.keys': keys,
  'Map.values': values,
  'Map.to_list': (_run, [source]) => asList(listItems(source)),
};

function asList(items: readonly Located[] | null): Value | null {
  return items === null ? null : list(items);
}

function lengthOf(source: Located | undefined): Value | null {
  const items = listItems(source);
  return items === null ? null : number(items.length);
}

function flattened(source: Located | undefined): readonly Located[] | null {
  const items = listItems(source);
  if (items === null) return null;
  return items.flatMap((item) => (item.value.kind === 'list' ? (flattened(item) ?? []) : [item]));
}
