// Names and expressions as SQL for people to read and run.

import type { Reference } from '../catalog/names.js';

/** An identifier, in quotes where it needs them. Words that the grammar reserves are not known here. */
export function spelled(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function spelledName({ schema, name }: Reference): string {
  return schema === null ? spelled(name) : `${spelled(schema)}.${spelled(name)}`;
}

/** Without its comments. */
export function onOneLine(text: string): string {
  return text
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
