// What operators give, and which type several values have in common. Source: pg_operator, select_common_type in parse_coerce.c.

import { formatType, type TypeName, typeNamed } from './types.js';

/** A type; `literal` for a string constant or NULL, which takes the type that its place asks for; `null` when it is not known. */
export type Typed = TypeName | 'literal' | null;

/** From the narrow to the wide; the server goes up, never down. */
const NUMBERS = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];
const MOMENTS = ['date', 'timestamp', 'timestamptz'];
const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar']);

const BOOLEAN =
  /^(?:=|<>|!=|<|>|<=|>=|~|!~|~\*|!~\*|~~|!~~|~~\*|!~~\*|@>|<@|\?|\?\||\?&|@\?|@@@?|\^@|<<=|>>=|-\|-|&<|&>|\|&>|&<\||<<\||\|>>|<%|%>|<<%|%>>)$/;

/** The type of an operator's result. @param args one for a prefix operator */
export function resultOfOperator(name: string, args: readonly Typed[]): TypeName | null {
  const [left = null, right = null] = args;
  if (BOOLEAN.test(name)) return typeNamed('bool');
  if (args.length === 1) return prefixed(name, left);
  if (left === null || right === null) return textBeside(name, left, right);
  const a = bare(left === 'literal' ? right : left);
  const b = bare(right === 'literal' ? left : right);
  if (a === null || b === null) return name === '||' ? typeNamed('text') : null;
  if (name === '||') return joined(a, b, left === 'literal' || right === 'literal');
  if (a.arrayDimensions > 0 || b.arrayDimensions > 0) return name === '&&' ? typeNamed('bool') : null;
  if (a.schema !== null || b.schema !== null) return null;
  // A constant beside a JSON is a key, a path or an index.
  if (a.name === 'json' || a.name === 'jsonb') {
    if (name === '->' || name === '#>') return typeNamed(a.name);
    if (name === '->>' || name === '#>>') return typeNamed('text');
    if (name === '-' || name === '#-') return a.name === 'jsonb' ? typeNamed('jsonb') : null;
    return null;
  }
  if (a.name === 'hstore' && name === '->')
    return right !== 'literal' && b.arrayDimensions > 0 ? null : typeNamed('text');
  if (name === '&&') return a.name === 'tsquery' ? typeNamed('tsquery') : typeNamed('bool');
  return arithmetic(name, a.name, b.name, left === 'literal' || right === 'literal');
}

function bare(type: Typed): TypeName | null {
  return type === null || type === 'literal' ? null : { ...type, modifiers: [] };
}

/** Whatever stands beside a text, joined to it, gives a text. */
function textBeside(name: string, left: Typed, right: Typed): TypeName | null {
  if (name === '->>' || name === '#>>') return typeNamed('text');
  const known = left ?? right;
  return name === '||' && known !== null && known !== 'literal' && isText(known) ? typeNamed('text') : null;
}

function isText(type: TypeName): boolean {
  return type.schema === null && type.arrayDimensions === 0 && TEXTS.has(type.name);
}

function joined(a: TypeName, b: TypeName, withLiteral: boolean): TypeName | null {
  if (a.arrayDimensions > 0) return a;
  if (b.arrayDimensions > 0) return b;
  if (isText(a) || isText(b)) return typeNamed('text');
  if (a.name !== b.name || a.schema !== b.schema) return null;
  if (/^(?:jsonb|tsvector|tsquery|bytea|hstore|ltree)$/.test(a.name)) return a;
  if (/^(?:bit|varbit)$/.test(a.name)) return typeNamed('varbit');
  return withLiteral && a.schema === null ? typeNamed('text') : null;
}

function prefixed(name: string, type: Typed): TypeName | null {
  const operand = bare(type);
  if (operand === null || operand.schema !== null || operand.arrayDimensions > 0) return null;
  if (name === '+' || name === '-') {
    return NUMBERS.includes(operand.name) || operand.name === 'interval' ? operand : null;
  }
  if (name === '|/' || name === '||/') return typeNamed('float8');
  if (name === '@') return NUMBERS.includes(operand.name) ? operand : null;
  if (name === '~') return /^int[248]$|^bit$|^inet$/.test(operand.name) ? operand : null;
  return null;
}

/** Operands and result of what is done with dates and times. */
const TIMES: Readonly<Record<string, string>> = {
  'date + int4': 'date',
  'date + int2': 'date',
  'int4 + date': 'date',
  'date - int4': 'date',
  'date - int2': 'date',
  'date - date': 'int4',
  'date + interval': 'timestamp',
  'date - interval': 'timestamp',
  'interval + date': 'timestamp',
  'date + time': 'timestamp',
  'date - timestamp': 'interval',
  'timestamp - date': 'interval',
  'timestamp - timestamp': 'interval',
  'timestamptz - timestamptz': 'interval',
  'timestamptz - timestamp': 'interval',
  'timestamp - timestamptz': 'interval',
  'timestamptz - date': 'interval',
  'date - timestamptz': 'interval',
  'timestamp + interval': 'timestamp',
  'timestamp - interval': 'timestamp',
  'interval + timestamp': 'timestamp',
  'timestamptz + interval': 'timestamptz',
  'timestamptz - interval': 'timestamptz',
  'interval + timestamptz': 'timestamptz',
  'time + interval': 'time',
  'time - interval': 'time',
  'time - time': 'interval',
  'interval + interval': 'interval',
  'interval - interval': 'interval',
  'money + money': 'money',
  'money - money': 'money',
  'money / money': 'float8',
  'inet - inet': 'int8',
};

function arithmetic(name: string, a: string, b: string, withLiteral: boolean): TypeName | null {
  const time = TIMES[`${a} ${name} ${b}`];
  if (time !== undefined) return typeNamed(time);
  if (a === 'interval' && (name === '*' || name === '/') && NUMBERS.includes(b)) return typeNamed('interval');
  if (b === 'interval' && name === '*' && NUMBERS.includes(a)) return typeNamed('interval');
  if (a === 'money' && (name === '*' || name === '/') && NUMBERS.includes(b)) return typeNamed('money');
  const left = NUMBERS.indexOf(a);
  const right = NUMBERS.indexOf(b);
  if (left < 0 || right < 0) return null;
  if (/^[-+*/]$/.test(name)) return typeNamed(wider(left, right));
  if (name === '%') return Math.max(left, right) > 3 ? null : typeNamed(wider(left, right));
  if (name === '^') {
    const names = [a, b];
    if (names.includes('float4') || names.includes('float8')) return typeNamed('float8');
    return typeNamed(names.includes('numeric') ? 'numeric' : 'float8');
  }
  if (/^[&|#]$/.test(name) && Math.max(left, right) < 3) return typeNamed(wider(left, right));
  if (/^(?:<<|>>)$/.test(name) && left < 3 && !withLiteral) return typeNamed(a);
  return null;
}

/** There is no operator between `real` and anything else: both become double precision. */
function wider(left: number, right: number): string {
  const widest = Math.max(left, right);
  return left !== right && widest === NUMBERS.indexOf('float4') ? 'float8' : (NUMBERS[widest] ?? 'numeric');
}

/**
 * The type of CASE, COALESCE, a column of a UNION: the one that all can become. Length and precision stay where all have
 * the same. `literal` when all are.
 * @param baseOf the type under a domain, and any other type itself
 */
export function commonType(types: readonly Typed[], baseOf: (type: TypeName) => TypeName): Typed {
  if (types.includes(null)) return null;
  const known = types.filter((type): type is TypeName => type !== null && type !== 'literal');
  const [first] = known;
  if (first === undefined) return 'literal';
  const mixed = known.length < types.length;
  if (!mixed && known.every((type) => formatType(type) === formatType(first))) return first;
  const plain = (type: TypeName): TypeName => ({ ...type, modifiers: [] });
  if (!mixed && known.every((type) => formatType(plain(type)) === formatType(plain(first))))
    return plain(first);
  let found = plain(baseOf(first));
  for (const type of known.slice(1)) {
    const other = plain(baseOf(type));
    const next = either(found, other);
    if (next === null) return null;
    found = next;
  }
  return found;
}

function either(a: TypeName, b: TypeName): TypeName | null {
  if (formatType(a) === formatType(b)) return a;
  if (a.schema !== null || b.schema !== null || a.arrayDimensions + b.arrayDimensions > 0) return null;
  // Text becomes any of its kin without being asked, and they become text: the first stays.
  if (TEXTS.has(a.name) && TEXTS.has(b.name)) return a;
  for (const order of [NUMBERS, MOMENTS]) {
    const left = order.indexOf(a.name);
    const right = order.indexOf(b.name);
    if (left >= 0 && right >= 0) return left >= right ? a : b;
  }
  return null;
}
