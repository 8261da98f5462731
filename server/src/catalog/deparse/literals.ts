// What a type makes of a literal's text: its input function, then its output function. Only what every server prints alike,
// whatever its settings; `null` for all else, also for texts that the type refuses.

import { nameKey } from '../catalog.js';
import { truncateIdentifier, utf8Length } from '../names.js';
import { canonicalInterval } from './intervals.js';
import { elementOf, type TypeId } from './typed.js';
import { baseType, spellName, userType, type World } from './world.js';

export function canonicalLiteral(world: World, type: TypeId, text: string): string | null {
  const element = elementOf(type);
  if (element !== null) return canonicalArray(world, element, text);
  const own = userType(world, type);
  if (own !== null) return own.kind === 'enum' && own.values.includes(text) ? text : null;
  switch (type) {
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'citext':
    case 'unknown':
      return text;
    case 'name':
      return truncateIdentifier(text);
    case 'char':
      return /^[\x20-\x5b\x5d-\x7e]$/.test(text) ? text : null;
    case 'int2':
      return canonicalInteger(text, 15n);
    case 'int4':
      return canonicalInteger(text, 31n);
    case 'int8':
      return canonicalInteger(text, 63n);
    case 'numeric':
      return canonicalNumeric(text);
    case 'float8':
    case 'float4':
      return canonicalFloat(text, type === 'float4' ? 6 : 15);
    case 'bool':
      return canonicalBoolean(text);
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
    case 'json':
      return isJson(text) ? text : null;
    case 'jsonb':
      return canonicalJsonb(text);
    case 'bytea':
      return canonicalBytes(text);
    case 'date':
      return text === 'infinity' || text === '-infinity' ? text : canonicalDate(text);
    case 'timestamp':
      return text === 'infinity' || text === '-infinity' ? text : canonicalTimestamp(text);
    case 'timestamptz':
      // All others are printed in the time zone of the session.
      return text === 'infinity' || text === '-infinity' ? text : null;
    case 'time':
      return canonicalTime(text);
    case 'interval':
      return canonicalInterval(text);
    case 'inet':
    case 'cidr':
      return canonicalAddress(text, type === 'cidr');
    case 'bit':
    case 'varbit':
      return /^[01]*$/.test(text) ? text : null;
    case 'regconfig': {
      const name = text.replace(/^pg_catalog\./, '');
      return TEXT_SEARCH.has(name) ? name : null;
    }
    case 'regclass':
      return canonicalRelation(world, text);
    case 'hstore':
    case 'tsvector':
      return text.trim() === '' ? '' : null;
    case 'ltree':
      return /^\w+(\.\w+)*$|^$/.test(text) ? text : null;
    default:
      return null;
  }
}

/** pg_ts_config of PostgreSQL 12, which later versions have, too. */
const TEXT_SEARCH: ReadonlySet<string> = new Set(
  (
    'simple arabic danish dutch english finnish french german greek hungarian indonesian irish italian ' +
    'lithuanian nepali norwegian portuguese romanian russian spanish swedish tamil turkish'
  ).split(' '),
);

function canonicalInteger(text: string, bits: bigint): string | null {
  const digits = text.trim();
  if (!/^[-+]?\d+$/.test(digits)) return null;
  const value = BigInt(digits.replace('+', ''));
  const limit = 1n << bits;
  return value >= -limit && value < limit ? String(value) : null;
}

/** With as many digits after the point as were written. */
export function canonicalNumeric(text: string): string | null {
  const [, sign, whole = '', , fraction = ''] = /^\s*([-+])?(\d*)(\.(\d*))?\s*$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return null;
  const digits = `${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

/** Those that have no exponent and so few digits that no other number is as near. */
function canonicalFloat(text: string, digits: number): string | null {
  if (/^(NaN|-?Infinity)$/.test(text)) return text;
  const exact = canonicalNumeric(text);
  if (exact === null) return null;
  const short = exact.includes('.') ? exact.replace(/\.?0+$/, '') : exact;
  const significant = short.replace(/[-.]/g, '').replace(/^0+/, '');
  if (/^-?0$/.test(short)) return text.trim().startsWith('-') ? '-0' : '0';
  return significant.length <= digits && Math.abs(Number(short)) >= 1e-4 ? short : null;
}

function canonicalBoolean(text: string): string | null {
  const word = text.trim().toLowerCase();
  if (word === '') return null;
  if (word === '1' || word === 'on' || 'true'.startsWith(word) || 'yes'.startsWith(word)) return 't';
  if (word === '0' || word === 'of' || word === 'off' || 'false'.startsWith(word) || 'no'.startsWith(word)) {
    return 'f';
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function canonicalJsonb(text: string): string | null {
  if (!isJson(text) || /\\u/i.test(text)) return null;
  // The server keeps digits that a number of ours would lose.
  const numbers = text.replace(/"(?:\\.|[^"\\])*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.every((number) => String(Number(number)) === number) ? printJsonb(JSON.parse(text)) : null;
}

/** Keys in the order of jsonb: shorter ones first. */
function printJsonb(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printJsonb).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => utf8Length(a) - utf8Length(b) || (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}: ${printJsonb(member)}`);
  return `{${members.join(', ')}}`;
}

function canonicalBytes(text: string): string | null {
  if (/^\\x([0-9a-f]{2})*$/i.test(text)) return text.toLowerCase();
  if (!/^[\x20-\x7e]*$/.test(text) || text.includes('\\')) return null;
  return `\\x${[...text].map((one) => one.charCodeAt(0).toString(16)).join('')}`;
}

function canonicalDate(text: string): string | null {
  const [, year = '', month = '', day = ''] = /^\s*(\d{4})-(\d\d?)-(\d\d?)\s*$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (year === '' || Number(year) < 100 || date.getUTCDate() !== Number(day)) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function canonicalTime(text: string): string | null {
  const [, hour = '', minute = '', second = '00', fraction = ''] =
    /^\s*(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?\s*$/.exec(text) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const rest = fraction.replace(/0+$/, '');
  return `${hour.padStart(2, '0')}:${minute}:${second}${rest === '' ? '' : `.${rest}`}`;
}

function canonicalTimestamp(text: string): string | null {
  const [, day = '', time = '00:00'] = /^\s*([\d-]+)(?:[T ]+([\d:.]+))?\s*$/.exec(text) ?? [];
  const [date, clock] = [canonicalDate(day), canonicalTime(time)];
  return date === null || clock === null ? null : `${date} ${clock}`;
}

function canonicalAddress(text: string, network: boolean): string | null {
  const [, address = '', bits = '32'] = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const parts = address.split('.').map(Number);
  if (address === '' || parts.some((part) => part > 255) || Number(bits) > 32) return null;
  if (address.split('.').some((part) => part.length > 1 && part.startsWith('0'))) return null;
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  const host = value % 2 ** (32 - Number(bits));
  if (network) return host === 0 ? `${address}/${Number(bits)}` : null;
  return Number(bits) === 32 ? address : `${address}/${Number(bits)}`;
}

/** The name as it is now printed of the relation that the text names. */
function canonicalRelation(world: World, text: string): string | null {
  const { catalog, drawsFrom } = world;
  if (drawsFrom !== null) return spellRelation(world, drawsFrom);
  const [, ...parts] =
    /^(?:("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)\.)?("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)$/i.exec(text) ?? [];
  const [schema = null, name] = parts.map((part) =>
    part === undefined
      ? null
      : part.startsWith('"')
        ? part.slice(1, -1).replaceAll('""', '"')
        : part.toLowerCase(),
  );
  if (name === undefined || name === null) return null;
  const schemas = [...catalog.schemas].filter(
    (one) => (schema === null || one === schema) && catalog.names.has(nameKey(one, name)),
  );
  const [only] = schemas;
  return only === undefined || schemas.length > 1 ? null : spellRelation(world, { schema: only, name });
}

/** As it is found with the default search path. */
export function spellRelation(
  world: World,
  { schema, name }: { readonly schema: string; readonly name: string },
): string {
  const spelled = spellName(world, name);
  return schema === 'public' ? spelled : `${spellName(world, schema)}.${spelled}`;
}

/** One dimension, with elements that need no more than quotes. */
function canonicalArray(world: World, element: TypeId, text: string): string | null {
  const [, inside] = /^\s*\{(.*)\}\s*$/s.exec(text) ?? [];
  if (inside === undefined) return null;
  if (inside.trim() === '') return '{}';
  const items: string[] = [];
  for (const item of splitArray(inside) ?? [null]) {
    const value = item === null ? null : canonicalItem(world, element, item);
    if (value === null) return null;
    items.push(value);
  }
  return `{${items.join(',')}}`;
}

interface Item {
  readonly text: string;
  readonly quoted: boolean;
}

function splitArray(inside: string): readonly Item[] | null {
  const items: Item[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}\\]*[^",{}\\\s]))\s*(,|$)/gsy;
  while (pattern.lastIndex < inside.length) {
    const [whole, inQuotes, bare, end] = pattern.exec(inside) ?? [];
    if (whole === undefined) return null;
    items.push(
      inQuotes === undefined
        ? { text: bare ?? '', quoted: false }
        : { text: inQuotes.replace(/\\(.)/gs, '$1'), quoted: true },
    );
    if (end === ',' && pattern.lastIndex === inside.length) return null;
  }
  return items;
}

function canonicalItem(world: World, element: TypeId, item: Item): string | null {
  if (!item.quoted && /^null$/i.test(item.text)) return 'NULL';
  const value = canonicalLiteral(world, baseType(world, element), item.text);
  if (value === null) return null;
  const plain = value !== '' && !/^null$/i.test(value) && !/["\\{},\s]/.test(value);
  return plain ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A string constant as the server prints it, with standard_conforming_strings on. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
