// Values in the rows that a server answers, and expressions in its words.

import type { StorageParameters, Table } from '../../catalog/catalog.js';
import type { Expression } from '../../catalog/expression.js';
import type { TriggerState } from '../../catalog/operation.js';
import type { Row } from '../session.js';
import { identifiersIn } from './type-text.js';

/** Ours, by the server's oids: those of functions with `function ` before them, since they may be the same numbers. */
export type Ids = ReadonlyMap<string, number>;

export const STATES: Readonly<Record<string, TriggerState>> = {
  O: 'origin',
  D: 'disabled',
  R: 'replica',
  A: 'always',
};

/** An expression of which no more than the text is known. */
export function expressionOf(source: string): Expression {
  const functions = [...source.matchAll(/((?:"(?:[^"]|"")*"|\w+)(?:\.(?:"(?:[^"]|"")*"|\w+))*)\(/g)];
  return {
    text: source,
    span: { start: 0, end: source.length },
    columns: [],
    mentions: [],
    functions: functions.map(([, name = '']) => identifiersIn(name).join('.')),
    constant: false,
    provesNotNull: [],
    tree: null,
  };
}

export function expressionFrom(source: string | null): Expression | null {
  return source === null ? null : expressionOf(source);
}

/** `CHECK ((…)) NOT VALID` as what is checked. */
export function checkIn(definition: string): string {
  return withoutBrackets(definition.replace(/^CHECK /, '').replace(/ NOT VALID$/, ''));
}

/** Without the brackets that are around all of it. */
export function withoutBrackets(source: string): string {
  if (!source.startsWith('(') || !source.endsWith(')')) return source;
  return splitAtCommas(source.slice(1, -1)).length > 0 && isBalanced(source.slice(1, -1))
    ? source.slice(1, -1)
    : source;
}

function isBalanced(source: string): boolean {
  let depth = 0;
  for (const part of source.match(PARTS) ?? []) {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Texts and names in quotes are parts of their own, so that what is in them does not count. */
export const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g;

export function splitAtCommas(source: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const part of source.match(PARTS) ?? []) {
    if (part === '(' || part === '[') depth += 1;
    if (part === ')' || part === ']') depth -= 1;
    if (part === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + part);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

export function referenceFrom(name: string): Table['ofType'] {
  const parts = identifiersIn(name);
  return { schema: parts.length > 1 ? (parts[0] ?? null) : 'public', name: parts.at(-1) ?? name };
}

/** `{fillfactor=70}` */
export function parametersFrom(value: unknown): StorageParameters {
  return Object.fromEntries(
    texts(value).map((option) => [
      option.slice(0, option.indexOf('=')),
      option.slice(option.indexOf('=') + 1),
    ]),
  );
}

/** Empty for NULL. */
export function text(row: Row, key: string): string {
  const value = row[key];
  return value === null || value === undefined ? '' : String(value);
}

export function maybe(row: Row, key: string): string | null {
  const value = row[key];
  return value === null || value === undefined ? null : String(value);
}

export function flag(row: Row, key: string): boolean {
  return row[key] === true;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function records(value: unknown): readonly Row[] {
  return Array.isArray(value)
    ? value.filter((one): one is Row => typeof one === 'object' && one !== null)
    : [];
}
