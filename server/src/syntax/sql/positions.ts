// The only place that knows how libpg-query counts: locations in its tree are bytes of UTF-8, the cursor of its errors is
// code points, 1-based. Everything that leaves this folder counts UTF-16 code units.

import type { Node } from './nodes.js';

/** Fields of tree nodes that hold a location. */
const LOCATIONS: ReadonlySet<string> = new Set([
  'location',
  'name_location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
]);

/** The UTF-16 offset of a 1-based position in code points; 0 and less mean that the error has none. */
export function offsetOfCodePoint(text: string, position: number): number | null {
  if (position <= 0) return null;
  let offset = 0;
  for (let left = position - 1; left > 0 && offset < text.length; left--) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** Turns all locations in the tree from bytes into UTF-16 offsets, in place. Only needed when the two differ. */
export function locationsFromBytes(tree: Node, text: string, byteLength: number): void {
  relocate(tree, offsetsOfBytes(text, byteLength));
}

/** For each byte of the text in UTF-8, and for its end, the UTF-16 offset of the character that holds it. */
function offsetsOfBytes(text: string, byteLength: number): Int32Array {
  const offsets = new Int32Array(byteLength + 1);
  let byte = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i) ?? 0;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    offsets.fill(i, byte, byte + width);
    byte += width;
    i += code > 0xffff ? 2 : 1;
  }
  offsets[byte] = text.length;
  return offsets;
}

function relocate(value: object, offsets: Int32Array): void {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) relocate(item, offsets);
    return;
  }
  const record = value as Record<string, unknown>;
  for (const key in record) {
    const field = record[key];
    if (typeof field === 'object' && field !== null) relocate(field, offsets);
    else if (typeof field === 'number' && LOCATIONS.has(key)) record[key] = offsets[field] ?? field;
  }
}
