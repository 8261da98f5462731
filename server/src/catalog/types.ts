// Data types as DDL names them, and their spelling by the server's format_type().

import { quoted } from '../text/quoted.js';
import type { Span } from '../text/span.js';
import { quoteName } from './keywords.js';

export interface TypeName {
  /** `null` for built-in types and for names left to the search path. */
  readonly schema: string | null;
  /** The internal name of a built-in (`int8`, `varchar`, `timestamptz`), else the user's. */
  readonly name: string;
  /** What stands in parentheses: `255`, `10,2`; for intervals the fields (`day to second`) and the precision. */
  readonly modifiers: readonly string[];
  /** 0 when it is not an array. The server does not keep more than one apart. */
  readonly arrayDimensions: number;
  /** `serial` and its kin: an integer, a sequence, a default and NOT NULL in one word. */
  readonly serial: boolean;
  /** Of `table.column%TYPE`: the names before the sign. */
  readonly copies?: readonly string[];
  readonly span: Span;
}

/** https://www.postgresql.org/docs/current/datatype.html, table 8.1, and pg_type. */
const BUILT_IN: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  char: '"char"',
  bit: 'bit',
  varbit: 'bit varying',
  numeric: 'numeric',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
  interval: 'interval',
};

/** Words that the grammar or users write for the same built-in type. */
const SYNONYMS: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  real: 'float4',
  float: 'float8',
  decimal: 'numeric',
  dec: 'numeric',
  boolean: 'bool',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
};

const SERIALS: ReadonlySet<string> = new Set([
  'serial',
  'serial4',
  'bigserial',
  'serial8',
  'smallserial',
  'serial2',
]);

export function isSerial(name: string): boolean {
  return SERIALS.has(name);
}

/** The internal name for a word of the user: `bigint` and `bigserial` give `int8`; unknown words stay. */
export function internalTypeName(word: string): string {
  return SYNONYMS[word] ?? word;
}

/** As `format_type(atttypid, atttypmod)` prints it. */
export function formatType(type: TypeName): string {
  return formatElement(type) + (type.arrayDimensions > 0 ? '[]' : '');
}

function formatElement(type: TypeName): string {
  const { name, modifiers } = type;
  const precision = modifiers.length === 0 ? '' : `(${modifiers.join(',')})`;
  if (type.schema === null) {
    if (name === 'timestamp' || name === 'time') return `${name}${precision} without time zone`;
    if (name === 'timestamptz' || name === 'timetz') return `${name.slice(0, -2)}${precision} with time zone`;
    if (name === 'interval') return formatInterval(modifiers);
    // Without a length they are not what the words without one mean: CHARACTER is CHARACTER(1).
    if (modifiers.length === 0 && name === 'bpchar') return 'bpchar';
    if (modifiers.length === 0 && name === 'bit') return '"bit"';
    const spelled = BUILT_IN[name];
    if (spelled !== undefined) return spelled + precision;
  }
  // `json` is a keyword, and the server spells the type without quotes all the same.
  const spelled = type.schema === null && name === 'json' ? name : quoteName(name);
  const qualified = type.schema === null ? spelled : `${quoteName(type.schema)}.${spelled}`;
  return qualified + precision;
}

function formatInterval(modifiers: readonly string[]): string {
  const fields = modifiers.filter((modifier) => /[a-z]/i.test(modifier)).join(' ');
  const precision = modifiers.find((modifier) => /^\d+$/.test(modifier));
  return `interval${fields === '' ? '' : ` ${fields}`}${precision === undefined ? '' : `(${precision})`}`;
}

/** Quoted only where the server would need quotes for case or characters; keywords are left alone. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoted(name);
}

/** Same type as the server sees it, spans aside. */
export function sameType(a: TypeName, b: TypeName): boolean {
  return formatType(a) === formatType(b);
}

/** A built-in type without length or precision. */
export function typeNamed(name: string): TypeName {
  return { schema: null, name, modifiers: [], arrayDimensions: 0, serial: false, span: NOWHERE };
}

const NOWHERE: Span = { start: 0, end: 0 };

/** Of a column whose type does not follow from what we read. No column can be of the server's own `unknown`. */
export const UNKNOWN_TYPE: TypeName = typeNamed('unknown');

export function isKnownType({ schema, name }: TypeName): boolean {
  return schema !== null || name !== 'unknown';
}

/** As `format_type_be` prints it: without length or precision, as in the signature of a function. */
export function formatBareType(type: TypeName): string {
  const array = type.arrayDimensions > 0 ? '[]' : '';
  if (type.schema === null && type.name === 'bpchar') return `character${array}`;
  if (type.schema === null && type.name === 'bit') return `bit${array}`;
  return formatType({ ...type, modifiers: [] });
}
