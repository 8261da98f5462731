// The types, casts, operators and functions that a server of some version with some extensions has, read from signatures.ts.
//
// Its notation, words with spaces between them, ends each word with `@from-to` where not all versions have it:
//   types      name, then typtype, typcategory, `!` for the preferred one of its category and `c` for one with collations
//   casts      source>target, then castcontext, castmethod and how many arguments the cast's function takes
//   operators  a line for each name: left,right>result or right>result
//   functions  a line for each name: arguments>result, with `*` after the array of a VARIADIC, `=n` for how many have defaults,
//              and `!` where it returns a set

import { CASTS, FUNCTIONS, OPERATORS, TYPES } from './signatures.js';

export interface BuiltInType {
  readonly kind: 'base' | 'domain' | 'range' | 'multirange' | 'pseudo';
  /** pg_type.typcategory. */
  readonly category: string;
  readonly preferred: boolean;
  readonly collatable: boolean;
}

export interface Cast {
  /** In which contexts it is made: 0 in every one, 1 in assignments, 2 where it is written. */
  readonly context: 0 | 1 | 2;
  readonly method: 'function' | 'relabel' | 'io';
  /** Of the function; two and more when it takes a length or precision. */
  readonly parameters: number;
}

export interface Signature {
  /** The extension that brings it; empty for what is built in. */
  readonly owner: string;
  readonly parameters: readonly string[];
  readonly result: string;
  /** The last parameter is an array of what may follow, or `any`. */
  readonly variadic: boolean;
  /** How many of the last parameters may be left out. */
  readonly defaults: number;
  readonly returnsSet: boolean;
}

export interface Tables {
  readonly types: ReadonlyMap<string, BuiltInType>;
  /** Key: `source>target`. */
  readonly casts: ReadonlyMap<string, Cast>;
  readonly operators: ReadonlyMap<string, readonly Signature[]>;
  readonly functions: ReadonlyMap<string, readonly Signature[]>;
  /** The extension that brings a type or a function; what is not in it is built in. */
  readonly ownerOfType: ReadonlyMap<string, string>;
  /** Extensions of which nothing is known here. */
  readonly strangers: readonly string[];
}

const made = new Map<string, Tables>();

/** @param extensions the installed ones, in any order */
export function tablesFor(postgres: number, extensions: Iterable<string>): Tables {
  const names = [...extensions].sort();
  const key = [postgres, ...names].join(' ');
  const found = made.get(key) ?? build(postgres, names);
  made.set(key, found);
  return found;
}

/** They bring no type, cast, operator or function that could be taken for one of the server's own. */
const HARMLESS: ReadonlySet<string> = new Set([
  'plpgsql',
  'pg_cron',
  'pg_net',
  'pg_partman',
  'pg_stat_statements',
  'pg_buffercache',
  'pgmq',
  'pgsodium',
  'supabase_vault',
  'pg_graphql',
  'postgres_fdw',
  'dblink',
  'timescaledb',
  'vector',
]);

/** What is in signatures.ts: of PostgreSQL 12 to 18. */
export function knowsVersion(postgres: number): boolean {
  return postgres >= 12 && postgres <= 18;
}

function build(postgres: number, extensions: readonly string[]): Tables {
  const types = new Map<string, BuiltInType>();
  const casts = new Map<string, Cast>();
  const operators = new Map<string, Signature[]>();
  const functions = new Map<string, Signature[]>();
  const ownerOfType = new Map<string, string>();
  const known = new Set([TYPES, CASTS, OPERATORS, FUNCTIONS].flatMap(Object.keys));
  for (const owner of ['', ...extensions]) {
    for (const [name = '', facts = ''] of pairs(words(TYPES[owner] ?? '', postgres, 2))) {
      types.set(name, typeFacts(facts));
      if (owner !== '') ownerOfType.set(name, owner);
    }
    for (const [key = '', facts = ''] of pairs(words(CASTS[owner] ?? '', postgres, 2))) {
      casts.set(key, castFacts(facts));
    }
    addSignatures(operators, owner, OPERATORS[owner] ?? '', postgres);
    addSignatures(functions, owner, FUNCTIONS[owner] ?? '', postgres);
  }
  const strangers = extensions.filter((name) => !known.has(name) && !HARMLESS.has(name));
  return { types, casts, operators, functions, ownerOfType, strangers };
}

/** @param size of how many words each entry is; the last of them has the versions */
function words(text: string, postgres: number, size: number): string[] {
  const all = text.split(/\s+/).filter((word) => word !== '');
  const kept: string[] = [];
  for (let at = 0; at + size <= all.length; at += size) {
    const entry = all.slice(at, at + size);
    const [item = '', range] = splitRange(entry.at(-1) ?? '');
    if (within(range, postgres)) kept.push(...entry.slice(0, -1), item);
  }
  return kept;
}

function pairs(list: readonly string[]): (readonly string[])[] {
  return list.flatMap((word, index) => (index % 2 === 0 ? [[word, list[index + 1] ?? '']] : []));
}

/** Operators may have an `@` of their own, types and signatures have none. */
function splitRange(word: string): [string, string] {
  const at = word.lastIndexOf('@');
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
}

function within(range: string, postgres: number): boolean {
  if (range === '') return true;
  const [from = '', to = ''] = range.split('-');
  return (from === '' || postgres >= Number(from)) && (to === '' || postgres <= Number(to));
}

function typeFacts(facts: string): BuiltInType {
  const kinds = { b: 'base', d: 'domain', r: 'range', m: 'multirange', p: 'pseudo' } as const;
  const letter = facts.charAt(0);
  return {
    kind: letter in kinds ? kinds[letter as keyof typeof kinds] : 'pseudo',
    category: facts.charAt(1),
    preferred: facts.includes('!'),
    collatable: facts.endsWith('c'),
  };
}

function castFacts(facts: string): Cast {
  const method = facts.charAt(1);
  return {
    context: facts.startsWith('i') ? 0 : facts.startsWith('a') ? 1 : 2,
    method: method === 'f' ? 'function' : method === 'b' ? 'relabel' : 'io',
    parameters: Number(facts.slice(2)),
  };
}

function addSignatures(into: Map<string, Signature[]>, owner: string, text: string, postgres: number): void {
  for (const line of text.split('\n')) {
    const [name, ...items] = line.split(' ');
    if (name === undefined || name === '') continue;
    const signatures = words(items.join(' '), postgres, 1).map((item) => signature(owner, item));
    if (signatures.length > 0) into.set(name, [...(into.get(name) ?? []), ...signatures]);
  }
}

function signature(owner: string, item: string): Signature {
  const arrow = item.lastIndexOf('>');
  const [, list = '', star, defaults] = /^([^*=]*)(\*)?(?:=(\d+))?$/.exec(item.slice(0, arrow)) ?? [];
  const result = item.slice(arrow + 1);
  return {
    owner,
    parameters: list === '' ? [] : list.split(','),
    result: result.replace('!', ''),
    variadic: star !== undefined,
    defaults: Number(defaults ?? 0),
    returnsSet: result.endsWith('!'),
  };
}
