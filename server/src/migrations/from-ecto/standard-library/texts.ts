// String, Atom and conversions to text.

import { textFrom } from '../sql-text.js';
import { isAtom, plainText } from '../values.js';
import { type Functions, type Library, list } from './library.js';

const changed = (change: (text: string) => string): Library => {
  return (_run, [first], at) => {
    const text = first?.value.kind === 'text' ? plainText(first.value) : null;
    return text === null ? null : { kind: 'text', text: textFrom(at, change(text)) };
  };
};

type End = 'start' | 'end';

/** Takes the given text, or white space, off one end as often as it stands there. */
const trimmed = (end: End): Library => {
  return (_run, [first, what], at) => {
    const text = first === undefined ? null : plainText(first.value);
    const off = what === undefined ? '' : plainText(what.value);
    if (text === null || off === null) return null;
    return { kind: 'text', text: textFrom(at, withoutEnd(end, text, off)) };
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
  if (first?.value.kind === 'atom') {
    const { name, holes } = first.value;
    return { kind: 'text', text: textFrom(at, isAtom(first.value, 'nil') ? '' : name, holes) };
  }
  const text = first === undefined ? null : plainText(first.value);
  return text === null ? null : { kind: 'text', text: textFrom(at, text) };
};

const split: Library = (_run, [first, separator], at) => {
  const text = first === undefined ? null : plainText(first.value);
  const by = separator === undefined ? null : plainText(separator.value);
  if (text === null || (separator !== undefined && by === null)) return null;
  const words = by === null ? text.trim().split(/\s+/) : text.split(by);
  return list(words.map((word) => ({ value: { kind: 'text', text: textFrom(at, word) }, span: at })));
};

const replace: Library = (_run, args, at) => {
  const [text, from, to] = args.map(({ value }) => plainText(value));
  if (typeof text !== 'string' || typeof from !== 'string' || typeof to !== 'string') return null;
  return { kind: 'text', text: textFrom(at, text.replaceAll(from, to)) };
};

export const TEXT_FUNCTIONS: Functions = {
  'Kernel.to_string': toText,
  'Kernel.to_charlist': toText,
  'Atom.to_string': toText,
  'Integer.to_string': toText,
  'String.to_atom': toAtom,
  'String.to_existing_atom': toAtom,
  'String.trim': changed((text) => text.trim()),
  'String.trim_leading': trimmed('start'),
  'String.trim_trailing': trimmed('end'),
  'String.upcase': changed((text) => text.toUpperCase()),
  'String.downcase': changed((text) => text.toLowerCase()),
  'String.split': split,
  'String.replace': replace,
};
