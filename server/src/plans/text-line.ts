// One line of a plan in text format, as the keys that EXPLAIN (FORMAT JSON) has for the same.
// Source: src/backend/commands/explain.c of PostgreSQL 12 to 18, which writes both formats side by side.

import { AGGREGATES } from './names.js';
import { isKnownType, nameKeyOf } from './node-types.js';
import type { Raw } from './raw.js';

export interface Heading {
  readonly raw: Raw;
  /** It shows costs or what was measured. */
  readonly measured: boolean;
  /** Its type is one of PostgreSQL's own. */
  readonly known: boolean;
}

/** `Index Scan using orders_pkey on orders o  (cost=0.28..8.30 rows=1 width=8)`; `null` for what is no node. */
export function headingOf(text: string): Heading | null {
  const at = text.search(/\((?:cost=|actual |never executed)/);
  const title = (at === -1 ? text : text.slice(0, at)).trim();
  const named = titleOf(title);
  const measured = at !== -1;
  const known = isKnownType(String(named?.['Node Type']));
  if (named === null || (!measured && !known)) return null;
  const raw = { ...named, ...(measured ? measuresOf(text.slice(at)) : {}) };
  return { raw, measured, known };
}

/** Of `(cost=… rows=… width=…) (actual time=… rows=… loops=…)`, in part or whole, with parentheses or without. */
export function measuresOf(text: string): Raw {
  const cost = /cost=([\d.]+)\.\.([\d.]+) rows=(\d+) width=(-?\d+)/.exec(text);
  const actual = /actual (?:time=([\d.]+)\.\.([\d.]+) )?rows=([\d.]+) loops=([\d.]+)/.exec(text);
  const never = /\(never executed\)/.test(text);
  return {
    ...(cost === null
      ? {}
      : {
          'Startup Cost': Number(cost[1]),
          'Total Cost': Number(cost[2]),
          'Plan Rows': Number(cost[3]),
          'Plan Width': Number(cost[4]),
        }),
    ...(actual?.[1] === undefined
      ? {}
      : { 'Actual Startup Time': Number(actual[1]), 'Actual Total Time': Number(actual[2]) }),
    ...(actual === null ? {} : { 'Actual Rows': Number(actual[3]), 'Actual Loops': Number(actual[4]) }),
    ...(never ? { 'Actual Rows': 0, 'Actual Loops': 0 } : {}),
  };
}

/** `CTE recent`, `InitPlan 1 (returns $0)`, `SubPlan exists_1`, on a line of its own; before 8.4 without a number. */
export function isSubplanHeading(text: string): boolean {
  return /^(?:CTE [^:]+|(?:InitPlan|SubPlan)(?: [^:]+)?)$/.test(text) && !text.includes('(cost=');
}

const NAME = String.raw`(?:"(?:[^"]|"")+"|[^\s."()]+)`;
const TARGET = new RegExp(`^(?:(${NAME})\\.)?(${NAME})(?: (${NAME}))?$`);

/** What stands before the measures; `null` where it cannot be the name of a node. */
function titleOf(title: string): Raw | null {
  if (!/^[A-Z][\w ]*/.test(title) || /:\s|:$/.test(title.replace(/"[^"]*"/g, ''))) return null;
  const parallel = title.startsWith('Parallel ');
  const asynchronous = /^(?:Parallel )?Async /.test(title);
  const rest = title.replace(/^(?:Parallel )?(?:Async )?/, '');
  const flags = { 'Parallel Aware': parallel, 'Async Capable': asynchronous };

  const join = /^(Nested Loop|Hash|Merge)(?: (Left|Full|Right|Semi|Anti|Right Semi|Right Anti))? Join$/.exec(
    rest,
  );
  if (join !== null || rest === 'Nested Loop') {
    const [, kind = 'Nested Loop', type = 'Inner'] = join ?? [];
    return { 'Node Type': kind === 'Nested Loop' ? kind : `${kind} Join`, ...flags, 'Join Type': type };
  }
  const aggregate = /^(?:(Partial|Finalize) )?(Hash|Group|Mixed|)Aggregate$/.exec(rest);
  if (aggregate !== null) {
    const [, mode = 'Simple', kind = ''] = aggregate;
    return {
      'Node Type': 'Aggregate',
      Strategy: AGGREGATES.find(([, prefix]) => prefix === kind)?.[0],
      'Partial Mode': mode,
      ...flags,
    };
  }
  const setOperation = /^(Hash)?SetOp (\w+(?: All)?)$/.exec(rest);
  if (setOperation !== null) {
    const [, hash, command] = setOperation;
    return {
      'Node Type': 'SetOp',
      Strategy: hash === undefined ? 'Sorted' : 'Hashed',
      ...flags,
      Command: command,
    };
  }
  const change = /^(Foreign )?(Insert|Update|Delete|Merge) on (.+)$/.exec(rest);
  if (change !== null) {
    const [, foreign, operation, target = ''] = change;
    const type = foreign === undefined ? 'ModifyTable' : 'Foreign Scan';
    return { 'Node Type': type, Operation: operation, ...flags, ...targetOf(type, target) };
  }
  const index = new RegExp(`^(Index(?: Only)? Scan)( Backward)? using (${NAME})(?: on (.+))?$`).exec(rest);
  if (index !== null) {
    const [, type = '', backward, name = '', target] = index;
    return {
      ...{ 'Node Type': type, ...flags, 'Scan Direction': backward === undefined ? 'Forward' : 'Backward' },
      ...{ 'Index Name': unquoted(name), ...(target === undefined ? {} : targetOf(type, target)) },
    };
  }
  if (rest.startsWith('Bitmap Index Scan on ')) {
    const name = rest.slice('Bitmap Index Scan on '.length);
    return { 'Node Type': 'Bitmap Index Scan', ...flags, 'Index Name': unquoted(name) };
  }
  const custom = /^Custom Scan \((.+?)\)(?: on (.+))?$/.exec(rest);
  if (custom !== null) {
    const [, provider, target] = custom;
    const on = target === undefined ? {} : targetOf('Custom Scan', target);
    return { 'Node Type': 'Custom Scan', ...flags, 'Custom Plan Provider': provider, ...on };
  }
  const [, type = rest, target] = /^([A-Z][\w ]*?) on (.+)$/.exec(rest) ?? [];
  return { 'Node Type': type, ...flags, ...(target === undefined ? {} : targetOf(type, target)) };
}

/** `public.orders o`. */
function targetOf(type: string, text: string): Raw {
  const [, schema, name = text, alias] = TARGET.exec(text) ?? [];
  const place = schema === undefined ? {} : { Schema: unquoted(schema) };
  // One name of several functions, and of values, is an alias.
  const isAlias = type === 'Values Scan' || type === 'Subquery Scan';
  const isUnclear = type === 'Function Scan' && schema === undefined && alias === undefined;
  if (isAlias || isUnclear) return { Alias: unquoted(name) };
  return { [nameKeyOf(type)]: unquoted(name), ...place, Alias: unquoted(alias ?? name) };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** Expressions, which may look like anything. */
const TEXTS =
  /^(?!Rows Removed).*(?:Cond|Filter|Order By|Cache Key|Function Call|Run Condition|Window|SQL|Relations)$/;
const LISTS: ReadonlySet<string> = new Set([
  'Output',
  'Sort Key',
  'Presorted Key',
  'Conflict Arbiter Indexes',
  'Params Evaluated',
]);

/** A line `key: value` below a node of that type, or below `Planning`. */
export function propertyOf(key: string, value: string, type: string): Raw {
  if (LISTS.has(key)) return { [key]: listOf(value) };
  if (TEXTS.test(key)) return { [key]: value };
  switch (key) {
    case 'Buffers':
      return buffersOf(value);
    case 'I/O Timings':
      return timesOf(value);
    case 'WAL':
      return numbersBy(value, { records: 'WAL Records', fpi: 'WAL FPI', bytes: 'WAL Bytes' }, /(\w+)=(\d+)/g);
    case 'Heap Blocks':
      return numbersBy(value, { exact: 'Exact Heap Blocks', lossy: 'Lossy Heap Blocks' }, /(\w+)=(\d+)/g);
    case 'Tuples': {
      const keys = Object.fromEntries(
        ['Inserted', 'Updated', 'Deleted', 'Skipped'].map((what) => [what.toLowerCase(), `Tuples ${what}`]),
      );
      return numbersBy(value, keys, /(\w+)=(\d+)/g);
    }
    case 'Memory':
      return numbersBy(value, { used: 'Memory Used', allocated: 'Memory Allocated' }, /(\w+)=(\d+)kB/g);
    case 'Serialization':
      return serializationOf(value);
    case 'Sort Method':
      return sortOf(value);
    case 'Full-sort Groups':
    case 'Pre-sorted Groups':
      return { [key]: sortGroupsOf(value) };
    case 'Storage':
      return storageOf(value);
    case 'Sampling':
      return samplingOf(value);
    case 'Hits':
    case 'Buckets':
    case 'Batches':
    case 'Planned Partitions':
      return memoryLine(`${key}: ${value}`, type);
    default:
      return { [key]: plainValue(value) };
  }
}

function plainValue(value: string): unknown {
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

/** Of names and numbers, under the keys that the names have in JSON. */
function numbersBy(value: string, keys: Readonly<Record<string, string>>, pattern: RegExp): Raw {
  return Object.fromEntries(
    [...value.matchAll(pattern)].flatMap(([, name = '', number]) => {
      const key = keys[name];
      return key === undefined ? [] : [[key, Number(number)]];
    }),
  );
}

const COUNTS = ['Hit', 'Read', 'Dirtied', 'Written'];

/** As JSON has them, all of them. */
export const ZERO_BUFFERS: Raw = Object.fromEntries(
  ['Shared', 'Local', 'Temp'].flatMap((kind) =>
    COUNTS.filter((count) => kind !== 'Temp' || count === 'Read' || count === 'Written').map((count) => [
      `${kind} ${count} Blocks`,
      0,
    ]),
  ),
);

/** `shared hit=3 read=1, temp read=2 written=2`. */
function buffersOf(value: string): Raw {
  return {
    ...ZERO_BUFFERS,
    ...kindsOf(value, (kind, count) => `${capital(kind)} ${capital(count)} Blocks`),
  };
}

/** `shared read=0.1 write=0.2, temp read=…`; until 16 `shared/local read=…`, until 14 without a kind. */
function timesOf(value: string): Raw {
  return kindsOf(value, (kind, what) => {
    const before = kind === '' || kind === 'shared/local' ? '' : `${capital(kind)} `;
    return `${before}I/O ${capital(what)} Time`;
  });
}

function kindsOf(value: string, keyOf: (kind: string, name: string) => string): Raw {
  return Object.fromEntries(
    value.split(/,\s*/).flatMap((part) => {
      const kind = /^[a-z/]+(?= )/.exec(part.trim())?.[0] ?? '';
      return [...part.matchAll(/(\w+)=([\d.]+)/g)].map(([, name = '', number]) => [
        keyOf(kind, name),
        Number(number),
      ]);
    }),
  );
}

/** Times of I/O that some of the nodes have, as zeros for the others. */
export function zeroTimes(nodes: readonly Raw[]): Raw {
  const keys = nodes.flatMap((node) => Object.keys(node).filter((key) => key.includes('I/O ')));
  return Object.fromEntries(keys.map((key) => [key, 0]));
}

/** `external merge  Disk: 1000kB`. */
function sortOf(value: string): Raw {
  const [, method = value, kind, used] = /^(.+?)\s+(Memory|Disk): (\d+)kB$/.exec(value) ?? [];
  return {
    'Sort Method': method,
    ...(kind === undefined ? {} : { 'Sort Space Used': Number(used), 'Sort Space Type': kind }),
  };
}

/** `3  Sort Methods: quicksort, top-N heapsort  Average Memory: 29kB  Peak Memory: 29kB`. */
function sortGroupsOf(value: string): Raw {
  const methods = /Sort Methods?: (.+?)\s+Average/.exec(value)?.[1]?.split(', ') ?? [];
  const space = (kind: string): Raw => {
    const found = new RegExp(`Average ${kind}: (\\d+)kB\\s+Peak ${kind}: (\\d+)kB`).exec(value);
    if (found === null) return {};
    const used = { 'Average Sort Space Used': Number(found[1]), 'Peak Sort Space Used': Number(found[2]) };
    return { [`Sort Space ${kind}`]: used };
  };
  const count = Number.parseInt(value, 10);
  return { 'Group Count': count, 'Sort Methods Used': methods, ...space('Memory'), ...space('Disk') };
}

/** `Memory  Maximum Storage: 17kB`. */
function storageOf(value: string): Raw {
  const [, kind = value, used] = /^(\w+)\s+Maximum Storage: (\d+)kB$/.exec(value) ?? [];
  return { Storage: kind, ...(used === undefined ? {} : { 'Maximum Storage': Number(used) }) };
}

/** `system ('10'::real) REPEATABLE ('3'::double precision)`. */
function samplingOf(value: string): Raw {
  const [, method = value, parameters = '', seed] =
    /^(\S+) \((.*?)\)(?: REPEATABLE \((.*)\))?$/.exec(value) ?? [];
  return {
    'Sampling Method': method,
    'Sampling Parameters': listOf(parameters),
    ...(seed === undefined ? {} : { 'Repeatable Seed': seed }),
  };
}

/** `time=0.061 ms  output=10kB  format=text`. */
function serializationOf(value: string): Raw {
  const [, time, output, format] =
    /^(?:time=([\d.]+) ms\s+)?output=(\d+)kB\s+format=(\w+)$/.exec(value) ?? [];
  return {
    ...(time === undefined ? {} : { Time: Number(time) }),
    ...(output === undefined ? {} : { 'Output Volume': Number(output), Format: format }),
  };
}

/** `Buckets: 2048 (originally 1024)  Batches: 4 (originally 1)  Memory Usage: 9kB`, and what is like it. */
function memoryLine(line: string, type: string): Raw {
  const isHash = type === 'Hash';
  const names: Readonly<Record<string, string>> = {
    Buckets: 'Hash Buckets',
    Batches: isHash ? 'Hash Batches' : 'HashAgg Batches',
    'Memory Usage': 'Peak Memory Usage',
    ...Object.fromEntries(
      ['Hits', 'Misses', 'Evictions', 'Overflows'].map((name) => [name, `Cache ${name}`]),
    ),
  };
  return Object.fromEntries(
    [...line.matchAll(/([A-Z][A-Za-z ]*): (\d+)(?:kB)?(?: \(originally (\d+)\))?/g)].flatMap(
      ([, name = '', number, original]) => {
        const key = names[name] ?? name;
        const first = isHash && (name === 'Buckets' || name === 'Batches');
        return [[key, Number(number)], ...(first ? [[`Original ${key}`, Number(original ?? number)]] : [])];
      },
    ),
  );
}

/** A line below `JIT:`. */
export function jitPart(key: string, value: string): Raw {
  if (key === 'Options') {
    return {
      Options: Object.fromEntries(
        [...value.matchAll(/(\w+) (true|false)/g)].map(([, name, set]) => [name, set === 'true']),
      ),
    };
  }
  if (key === 'Timing') {
    const deform = /\(Deform ([\d.]+) ms\)/.exec(value)?.[1];
    const times = Object.fromEntries(
      [...value.replace(/\(.*?\)/g, '').matchAll(/(\w+) ([\d.]+) ms/g)].map(([, name = '', ms]) => [
        name,
        Number(ms),
      ]),
    );
    const generation =
      deform === undefined ? {} : { Generation: { Deform: Number(deform), Total: times.Generation } };
    return { Timing: { ...times, ...generation } };
  }
  return { [key]: plainValue(value) };
}

/** `enable_seqscan = 'off', work_mem = '64kB'`. */
export function settingsOf(value: string): Raw {
  return Object.fromEntries(
    [...value.matchAll(/([\w.]+) = '((?:[^']|'')*)'/g)].map(([, name, set = '']) => [
      name,
      set.replaceAll("''", "'"),
    ]),
  );
}

/** `Trigger for constraint members_org_id_fkey on orgs: time=0.445 calls=1`. */
export function triggerOf(key: string, value: string): Raw {
  const named = key.replace(/^Trigger /, '');
  const [, subject = named, relation] = /^(.*) on (\S+)$/.exec(named) ?? [];
  const [, trigger = '', constraint] = /^(?:(.*) )?for constraint (.*)$/.exec(subject) ?? ['', subject];
  const [, time, calls] = /(?:time=([\d.]+) )?calls=(\d+)/.exec(value) ?? [];
  return {
    ...(trigger === '' ? {} : { 'Trigger Name': trigger }),
    ...(constraint === undefined ? {} : { 'Constraint Name': constraint }),
    ...(relation === undefined ? {} : { Relation: relation }),
    ...(time === undefined ? {} : { Time: Number(time) }),
    Calls: Number(calls ?? 0),
  };
}

/** Parts between commas, save those inside parentheses, brackets and quotes. */
export function listOf(value: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  scan(value, (at, depth) => {
    if (depth !== 0 || !value.startsWith(', ', at)) return;
    parts.push(value.slice(start, at));
    start = at + 2;
  });
  return value === '' ? [] : [...parts, value.slice(start)];
}

/** What an expression has begun and not ended, or `null`. */
export function isOpen(value: string): 'literal' | 'parenthesis' | null {
  const { quote, depth } = scan(value, () => {});
  if (quote !== null) return 'literal';
  return depth > 0 ? 'parenthesis' : null;
}

/** Calls `visit` at each character that is outside of quotes. */
function scan(value: string, visit: (at: number, depth: number) => void) {
  let quote: string | null = null;
  let depth = 0;
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? '';
    if (quote !== null) {
      if (character === quote) quote = null;
    } else if (character === "'" || character === '"') quote = character;
    else {
      if ('([{'.includes(character)) depth++;
      if (')]}'.includes(character)) depth--;
      visit(at, depth);
    }
  }
  return { quote, depth };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
