// Names that the server gives to what the author left unnamed, and the numbering that keeps them apart.
// Source: makeObjectName, ChooseRelationName, ChooseConstraintName and ChooseIndexName in src/backend/commands/{indexcmds,…}.c.

import { utf8Length } from './names.js';

const LIMIT = 63;

/**
 * `first_second_label`, cut to 63 bytes by shortening the longer of the first two parts; the label is never cut.
 * @param second `''` when there is none
 */
export function objectName(first: string, second: string, label: string): string {
  const overhead = (second === '' ? 0 : 1) + (label === '' ? 0 : utf8Length(label) + 1);
  let a = utf8Length(first);
  let b = utf8Length(second);
  while (a + b > LIMIT - overhead) {
    if (a > b) a -= 1;
    else b -= 1;
  }
  return [clip(first, a), clip(second, b), label].filter((part) => part !== '').join('_');
}

/** The first of `…label`, `…label1`, `…label2` that is not taken. */
export function chooseName(
  first: string,
  second: string,
  label: string,
  taken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass += 1) {
    const name = objectName(first, second, pass === 0 ? label : `${label}${pass}`);
    if (!taken(name)) return name;
  }
}

/** The columns part of a generated name: joined by `_` until it is long enough to be cut anyway. */
export function columnsPart(columns: readonly string[]): string {
  let part = '';
  for (const column of columns) {
    part = part === '' ? column : `${part}_${column}`;
    if (utf8Length(part) >= LIMIT + 1) break;
  }
  return part;
}

/** Cut to that many bytes, never inside a character (pg_mbcliplen). */
function clip(text: string, bytes: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += utf8Length(character);
    if (used > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
