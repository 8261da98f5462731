// Whether an index does what another one is wanted for: the one answer for rules on migrations, for advice on plans and for the
// index advisor. Columns that are compared for equality may stand in any order, so long as they come first; an order is served
// forward and backward.

import type { Index } from './catalog.js';
import { quoteName } from './keywords.js';

/** What a key is wanted for. `null` is IS NULL, which an index of what IS NOT NULL does not serve. */
export type KeyUse = 'equality' | 'null' | 'range' | 'order';

/** What matters of an index that is there, or that might be. */
export interface IndexShape {
  readonly method: string;
  readonly keys: readonly ShapeKey[];
  /** Names of columns. */
  readonly include: readonly string[];
  /** The predicate of a partial index. */
  readonly where: string | null;
  /** When the predicate asks for no more than that columns are not NULL: their names; else empty. */
  readonly present: readonly string[];
}

export interface ShapeKey {
  /** As SQL writes it: a column, quoted where it has to be, or an expression. */
  readonly text: string;
  readonly isColumn: boolean;
  readonly operatorClass: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface WantedKey extends ShapeKey {
  readonly use: KeyUse;
}

export interface WantedIndex extends Omit<IndexShape, 'keys' | 'present'> {
  readonly keys: readonly WantedKey[];
}

export function shapeOf({ method, keys, include, where }: Index): IndexShape {
  const isPresence = where?.columns.every((column) => where.provesNotNull.includes(column)) ?? false;
  return {
    method,
    keys: keys.map(({ column, expression, operatorClass, descending, nullsFirst }) => ({
      text: column === null ? (expression?.text ?? '') : quoteName(column),
      isColumn: column !== null,
      operatorClass,
      descending,
      nullsFirst,
    })),
    include,
    where: where?.text ?? null,
    present: isPresence ? (where?.columns ?? []) : [],
  };
}

/** A b-tree that finds rows by all of these columns. */
export function lookupBy(columns: readonly string[]): WantedIndex {
  return {
    method: 'btree',
    keys: columns.map((column) => ({
      text: quoteName(column),
      isColumn: true,
      operatorClass: null,
      descending: false,
      nullsFirst: false,
      use: 'equality',
    })),
    include: [],
    where: null,
  };
}

export function serves(index: IndexShape, wanted: WantedIndex): boolean {
  return (
    holdsAllRows(index, wanted) &&
    wanted.include.every((name) => holds(index, name)) &&
    (wanted.method === 'btree' ? beginsWith(index, wanted.keys) : hasKeys(index, wanted))
  );
}

function holdsAllRows({ where, present }: IndexShape, wanted: WantedIndex): boolean {
  if (where === null || wanted.where !== null) return sameText(where, wanted.where);
  const compared = wanted.keys.filter(({ use }) => use === 'equality').map(({ text }) => text);
  return present.length > 0 && present.every((column) => compared.includes(quoteName(column)));
}

function sameText(own: string | null, wanted: string | null): boolean {
  return own === null || wanted === null ? own === wanted : spelling(own) === spelling(wanted);
}

function holds({ include, keys }: IndexShape, name: string): boolean {
  return include.includes(name) || keys.some(({ text }) => text === quoteName(name));
}

/** GIN and its like find by any of their keys. */
function hasKeys({ method, keys }: IndexShape, wanted: WantedIndex): boolean {
  return method === wanted.method && wanted.keys.every((key) => keys.some((own) => isSame(own, key)));
}

function beginsWith({ method, keys }: IndexShape, wanted: readonly WantedKey[]): boolean {
  const isHashed = method === 'hash' && wanted.length === 1 && wanted[0]?.use === 'equality';
  if ((method !== 'btree' && !isHashed) || keys.length < wanted.length) return false;
  const place = wanted.findIndex(({ use }) => use !== 'equality' && use !== 'null');
  const equal = place < 0 ? wanted.length : place;
  const leading = keys.slice(0, equal);
  const then = wanted.slice(equal);
  return (
    wanted.slice(0, equal).every((key) => leading.some((own) => isSame(own, key))) &&
    [false, true].some((turned) =>
      then.every((key, at) => {
        const own = keys[equal + at];
        return own !== undefined && isSame(own, key) && (key.use !== 'order' || runs(own, key, turned));
      }),
    )
  );
}

function runs(own: ShapeKey, key: ShapeKey, turned: boolean): boolean {
  return (own.descending !== turned) === key.descending && (own.nullsFirst !== turned) === key.nullsFirst;
}

function isSame(own: ShapeKey, key: WantedKey): boolean {
  return (
    own.isColumn === key.isColumn &&
    spelling(own.text) === spelling(key.text) &&
    servesClass(own.operatorClass, key)
  );
}

const OF_PATTERNS = /^(?:text|varchar|bpchar)_pattern_ops$/;
/** Classes that know other operators than the usual one of the type. */
const OWN_OPERATORS = /^(?:jsonb_path_ops|gin_trgm_ops)$/;

function servesClass(own: string | null, { operatorClass: wanted, use }: WantedKey): boolean {
  if (own === wanted) return true;
  if (own !== null && OF_PATTERNS.test(own)) {
    // What is equal is equal in every order.
    return wanted === null ? use === 'equality' || use === 'null' : OF_PATTERNS.test(wanted);
  }
  if (wanted === null) return own !== null && !OWN_OPERATORS.test(own);
  // The usual class of jsonb knows more than the one that is wished for where that is enough.
  return wanted === 'jsonb_path_ops' && (own === null || own === 'jsonb_ops');
}

const TYPES =
  'character varying|double precision|bit varying|time(?:stamp)? with(?:out)? time zone|"(?:[^"]|"")+"|[a-z_][\\w.]*';
const TEXT = `'(?:[^']|'')*'|"(?:[^"]|"")*"`;
const CASTS = new RegExp(`${TEXT}|::(?:${TYPES})(?:\\(\\d+(?:,\\s*\\d+)?\\))?(?:\\[\\])*`, 'gi');
const PARTS = new RegExp(`(${TEXT})`);

/** What two spellings of one expression have in common: the server writes casts and brackets where people do not. */
export function spelling(expression: string): string {
  return expression
    .replace(CASTS, (found) => (found.startsWith('::') ? '' : found))
    .split(PARTS)
    .map((part, at) =>
      at % 2 === 1 ? withoutNeedlessQuotes(part) : part.toLowerCase().replaceAll(/[()\s]/g, ''),
    )
    .join('');
}

function withoutNeedlessQuotes(quoted: string): string {
  return /^"([a-z_][a-z0-9_$]*)"$/.exec(quoted)?.[1] ?? quoted;
}
