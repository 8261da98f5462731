// Data types as DDL names them, and their spelling by the server's format_type().

import { quoted } from '../text/quoted.js';
import type { Span } from '../text/span.js';

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
    const spelled = BUILT_IN[name];
    if (spelled !== undefined) return spelled + precision;
  }
  const qualified =
    type.schema === null ? quoteIdentifier(name) : `${quoteIdentifier(type.schema)}.${quoteIdentifier(name)}`;
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
