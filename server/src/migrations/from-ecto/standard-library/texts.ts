// String, Atom, Integer, Regex, Module, Macro and conversions to text.

import { number } from '../operators.js';
import { rewritten, textFrom } from '../sql-text.js';
import { isAtom, type Located, plainText, truth, type Value } from '../values.js';
import { type Functions, type Library, list } from './library.js';

function textOf(located: Located | undefined): string | null {
  return located?.value.kind === 'text' ? plainText(located.value) : null;
}

/** A function of a text that may do its work also where a part of the text is not known. */
const changed = (change: (text: string) => string): Library => {
  return (_run, [first], at) =>
    first?.value.kind === 'text' ? { kind: 'text', text: rewritten(first.value.text, at, change) } : null;
};

/** A function of texts that are known. */
const computed = (compute: (...texts: string[]) => string | null): Library => {
  return (_run, args, at) => {
    const texts = args.map(({ value }) => plainText(value));
    if (texts.includes(null)) return null;
    const result = compute(...texts.flatMap((text) => text ?? []));
    return result === null ? null : { kind: 'text', text: textFrom(at, result) };
  };
};

/** A question about a text. */
const asked = (answer: (text: string, other: string) => boolean): Library => {
  return (_run, [first, second]) => {
    const text = textOf(first);
    const others = second?.value.kind === 'list' ? second.value.items : second === undefined ? [] : [second];
    const known = others.map((other) => textOf(other));
    if (text === null || known.includes(null)) return null;
    return truth(known.some((other) => other !== null && answer(text, other)));
  };
};

type End = 'start' | 'end';

/** Takes the given text, or white space, off one end as often as it stands there. */
const trimmed = (...ends: readonly End[]): Library => {
  return (_run, [first, what], at) => {
    const off = what === undefined ? '' : plainText(what.value);
    if (first?.value.kind !== 'text' || off === null) return null;
    const change = (text: string) => ends.reduce((rest, end) => withoutEnd(end, rest, off), text);
    return { kind: 'text', text: rewritten(first.value.text, at, change) };
  };
};

function withoutEnd(end: End, text: string, off: string): string {
  if (off === '') return end === 'start' ? text.trimStart() : text.trimEnd();
  let rest = text;
  if (end === 'start') while (rest.startsWith(off)) rest = rest.slice(off.length);
  else while (rest.endsWith(off)) rest = rest.slice(0, -off.length);
  return rest;
}

const toAtom: Library = (_run, [first]) => {
  if (first?.value.kind !== 'text') return null;
  const { text, holes } = first.value.text;
  return { kind: 'atom', name: text, holes };
};

const toText: Library = (_run, [first], at) => {
  if (first?.value.kind === 'text') return first.value;
  if (first?.value.kind === 'module')
    return { kind: 'text', text: textFrom(at, `Elixir.${first.value.name}`) };
  if (first?.value.kind === 'atom') {
    const { name, holes } = first.value;
    return { kind: 'text', text: textFrom(at, isAtom(first.value, 'nil') ? '' : name, holes) };
  }
  const text = first === undefined ? null : plainText(first.value);
  return text === null ? null : { kind: 'text', text: textFrom(at, text) };
};

const split: Library = (_run, [first, separator], at) => {
  const by = separator === undefined ? null : separatorOf(separator);
  if (first?.value.kind !== 'text' || (separator !== undefined && by === null)) return null;
  const { text: whole } = first.value;
  const words = by === null ? whole.text.trim().split(/\s+/) : whole.text.split(by);
  // What is not known could have been taken apart, too; but it would have been put together again.
  return list(
    words.map((word) => ({ value: { kind: 'text', text: rewritten(whole, at, () => word) }, span: at })),
  );
};

function separatorOf({ value }: Located): string | RegExp | null {
  return value.kind === 'pattern' ? value.pattern : plainText(value);
}

/** `String.replace(text, from, to)`; what takes a text apart may do it around what is not known. */
const replace: Library = (_run, [first, from, to], at) => {
  const by = from === undefined ? null : separatorOf(from);
  const other = textOf(to);
  if (first?.value.kind !== 'text' || by === null || other === null) return null;
  const groups = other.replaceAll('$', '$$$$').replace(/\\(\d)/g, '$$$1');
  const change = (text: string) => {
    if (by === '') return text;
    return typeof by === 'string' ? text.replaceAll(by, () => other) : text.replace(by, groups);
  };
  return { kind: 'text', text: rewritten(first.value.text, at, change) };
};

const regexReplace: Library = (run, [pattern, text, to], at) =>
  pattern === undefined || text === undefined || to === undefined
    ? null
    : replace(run, [text, pattern, to], at);

const matchesPattern: Library = (_run, [first, second]) => {
  const [text, pattern] =
    second?.value.kind === 'pattern' ? [first, second.value.pattern] : [second, patternIn(first)];
  const known = textOf(text);
  return known === null || pattern === null ? null : truth(new RegExp(pattern.source, 'u').test(known));
};

function patternIn(located: Located | undefined): RegExp | null {
  return located?.value.kind === 'pattern' ? located.value.pattern : null;
}

const toInteger: Library = (_run, [first]) => {
  const text = textOf(first);
  return text !== null && /^[+-]?\d+$/.test(text) ? number(Number(text)) : null;
};

const slice: Library = (_run, [first, start, count], at) => {
  const text = textOf(first);
  const from = start?.value.kind === 'number' ? Number(start.value.digits) : null;
  const length = count?.value.kind === 'number' ? Number(count.value.digits) : null;
  if (text === null || from === null || length === null) return null;
  const letters = [...text];
  const begin = from < 0 ? Math.max(0, letters.length + from) : from;
  return { kind: 'text', text: textFrom(at, letters.slice(begin, begin + length).join('')) };
};

const length: Library = (_run, [first]) => {
  const text = textOf(first);
  return text === null ? null : number([...text].length);
};

/** `inspect`, of what it prints as it would be written. */
const inspect: Library = (_run, [first], at) => {
  const text = first === undefined ? null : inspected(first.value);
  return text === null ? null : { kind: 'text', text: textFrom(at, text) };
};

function inspected(value: Value): string | null {
  switch (value.kind) {
    case 'atom':
      return value.holes.length > 0
        ? null
        : /^(?:nil|true|false)$/.test(value.name)
          ? value.name
          : atomText(value.name);
    case 'module':
      return value.name;
    case 'text':
      return value.text.holes.length > 0 ? null : JSON.stringify(value.text.text).replaceAll('#{', '\\#{');
    case 'number':
      return value.digits;
    case 'list': {
      const items = value.items.map((item) => inspected(item.value));
      return items.includes(null) ? null : `[${items.join(', ')}]`;
    }
    default:
      return null;
  }
}

function atomText(name: string): string {
  return /^[a-z_]\w*[?!]?$/.test(name) ? `:${name}` : `:${JSON.stringify(name)}`;
}

/** `Module.concat(A, B)` and `Module.concat([A, B])`. */
const concat: Library = (_run, args) => {
  const parts = args.length === 1 && args[0]?.value.kind === 'list' ? args[0].value.items : args;
  const names = parts.map(({ value }) => (value.kind === 'module' ? value.name : plainText(value)));
  return names.includes(null) ? null : { kind: 'module', name: names.join('.').replaceAll('Elixir.', '') };
};

const segments: Library = (_run, [module], at) =>
  module?.value.kind === 'module'
    ? list(
        module.value.name
          .split('.')
          .map((part) => ({ value: { kind: 'text', text: textFrom(at, part) }, span: at })),
      )
    : null;

const underscore: Library = (_run, [first], at) => {
  const name =
    first?.value.kind === 'module' ? first.value.name : first === undefined ? null : plainText(first.value);
  if (name === null) return null;
  const words = name
    .replaceAll('.', '/')
    .replace(/([A-Z\d]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2');
  return { kind: 'text', text: textFrom(at, words.toLowerCase()) };
};

const camelized = (text: string) =>
  text.replace(/(?:^|_)([a-z\d])/g, (_whole, letter: string) => letter.toUpperCase());

const padded = (end: End): Library => {
  return (_run, [first, count, filler], at) => {
    const text = textOf(first);
    const width = count?.value.kind === 'number' ? Number(count.value.digits) : null;
    const fill = filler === undefined ? ' ' : textOf(filler);
    if (text === null || width === null || fill === null || width > 1000) return null;
    return {
      kind: 'text',
      text: textFrom(at, end === 'start' ? text.padStart(width, fill) : text.padEnd(width, fill)),
    };
  };
};

const duplicate: Library = (_run, [first, count], at) => {
  const text = textOf(first);
  const times = count?.value.kind === 'number' ? Number(count.value.digits) : null;
  if (text === null || times === null || times > 1000) return null;
  return { kind: 'text', text: textFrom(at, text.repeat(times)) };
};

const capitalized = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();

export const TEXT_FUNCTIONS: Functions = {
  'Kernel.to_string': toText,
  'Kernel.to_charlist': toText,
  'Kernel.inspect': inspect,
  'Atom.to_string': toText,
  'Atom.to_charlist': toText,
  'Integer.to_string': toText,
  'List.to_string': toText,
  'IO.iodata_to_binary': toText,
  'String.to_atom': toAtom,
  'String.to_existing_atom': toAtom,
  'String.to_charlist': toText,
  'String.to_integer': toInteger,
  'String.trim': trimmed('start', 'end'),
  'String.trim_leading': trimmed('start'),
  'String.trim_trailing': trimmed('end'),
  'String.upcase': computed((text) => text.toUpperCase()),
  'String.downcase': computed((text) => text.toLowerCase()),
  'String.capitalize': computed(capitalized),
  'String.reverse': computed((text) => [...text].reverse().join('')),
  'String.replace_prefix': computed((text, from = '', to = '') =>
    text.startsWith(from) ? to + text.slice(from.length) : text,
  ),
  'String.replace_suffix': computed((text, from = '', to = '') =>
    text.endsWith(from) ? text.slice(0, text.length - from.length) + to : text,
  ),
  'String.replace_leading': computed((text, from = '', to = '') => {
    let count = 0;
    while (from !== '' && text.startsWith(from, count * from.length)) count++;
    return to.repeat(count) + text.slice(count * from.length);
  }),
  'String.pad_leading': padded('start'),
  'String.pad_trailing': padded('end'),
  'String.duplicate': duplicate,
  'String.split': split,
  'String.replace': replace,
  'String.slice': slice,
  'String.length': length,
  'String.contains?': asked((text, other) => text.includes(other)),
  'String.starts_with?': asked((text, other) => text.startsWith(other)),
  'String.ends_with?': asked((text, other) => text.endsWith(other)),
  'String.match?': matchesPattern,
  'Regex.replace': regexReplace,
  'Regex.match?': matchesPattern,
  'Module.concat': concat,
  'Module.split': segments,
  'Macro.underscore': underscore,
  'Macro.camelize': changed(camelized),
  'Macro.expand': (_run, [first]) => first?.value ?? null,
  // The text for a column of type varchar, which is what the library makes.
  'Money.Migration.adjust_for_type': (_run, [first]) => first?.value ?? null,
};
