// Values while code is read: what is known of them before anything runs. A part that is not known keeps its reason.

export type Value = null | boolean | number | string | Unknown | PartialText | List | Row | ObjectId;

export interface Unknown {
  readonly kind: 'unknown';
  /** For people, as a clause. */
  readonly reason: string;
  /** What it surely is not. */
  readonly not: ReadonlySet<string> | null;
  /** Its text matches that regular expression. */
  readonly pattern: string | null;
}

/** A text of which parts are not known. */
export interface PartialText {
  readonly kind: 'partial';
  readonly parts: readonly (string | Unknown)[];
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

export interface Row {
  readonly kind: 'row';
  readonly fields: ReadonlyMap<string, Value>;
}

/** A `regclass` and its like, as a number or as a name. */
export interface ObjectId {
  readonly kind: 'oid';
  /** Equal for the same object. */
  readonly key: string;
  /** As it is printed. */
  readonly text: string;
  /** Without its schema. */
  readonly name: string;
}

export function unknown(reason: string, not: ReadonlySet<string> | null = null): Unknown {
  return { kind: 'unknown', reason, not, pattern: null };
}

export function list(items: readonly Value[]): List {
  return { kind: 'list', items };
}

export function row(fields: Iterable<readonly [string, Value]>): Row {
  return { kind: 'row', fields: new Map(fields) };
}

export function isObject(value: Value): value is Unknown | PartialText | List | Row | ObjectId {
  return typeof value === 'object' && value !== null;
}

export function isUnknown(value: Value): value is Unknown {
  return isObject(value) && value.kind === 'unknown';
}

/** Why the value is not known, in whole or in part; `null` when it is. */
export function reasonOf(value: Value): string | null {
  if (!isObject(value)) return null;
  switch (value.kind) {
    case 'unknown':
      return value.reason;
    case 'partial':
      return value.parts.find((part) => typeof part !== 'string')?.reason ?? null;
    case 'list':
      return value.items.map(reasonOf).find((reason) => reason !== null) ?? null;
    case 'row':
      return [...value.fields.values()].map(reasonOf).find((reason) => reason !== null) ?? null;
    case 'oid':
      return null;
  }
}

/** As a cast to text gives it. */
export function textOf(value: Value): string | null | Unknown | PartialText {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return String(value);
  switch (value.kind) {
    case 'unknown':
    case 'partial':
      return value;
    case 'oid':
      return value.text;
    case 'list': {
      const items = value.items.map(textOf);
      const known = items.every((item) => item === null || typeof item === 'string');
      return known
        ? `{${items.map((item) => (item === null ? 'NULL' : arrayItem(item as string))).join(',')}}`
        : unknown(reasonOf(value) ?? 'an element of it is not known');
    }
    case 'row':
      return unknown('a row is not written as a text');
  }
}

function arrayItem(item: string): string {
  const plain = item !== '' && !/[\s{},"\\]/.test(item) && !/^null$/i.test(item);
  return plain ? item : `"${item.replace(/["\\]/g, '\\$&')}"`;
}

/** The texts one after the other; as far as each is known. */
export function concatenated(parts: readonly (string | Unknown | PartialText)[]): string | PartialText {
  const flat = parts.flatMap((part) =>
    typeof part === 'string' ? [part] : part.kind === 'partial' ? [...part.parts] : [part],
  );
  if (flat.every((part) => typeof part === 'string')) return flat.join('');
  return { kind: 'partial', parts: flat };
}

/** `true` and `false` as the server's texts for them, too; `null` for NULL. */
export function truthOf(value: Value): boolean | null | Unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (/^(?:t|true|yes|on|1)$/i.test(value)) return true;
    if (/^(?:f|false|no|off|0)$/i.test(value)) return false;
  }
  return unknown(reasonOf(value) ?? 'its condition is not known');
}

/** Whether they are equal; `null` when one is NULL. */
export function equal(a: Value, b: Value): boolean | null | Unknown {
  if (a === null || b === null) return null;
  const own = isObject(a) && a.kind === 'oid' ? a : null;
  const other = isObject(b) && b.kind === 'oid' ? b : null;
  if (own !== null && other !== null) return own.key === other.key;
  if (isNot(a, b) || isNot(b, a)) return false;
  const reason = reasonOf(a) ?? reasonOf(b);
  if (reason !== null) return canBe(a, b) && canBe(b, a) ? unknown(reason) : false;
  if (typeof a === 'number' || typeof b === 'number') return Number(a) === Number(b);
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    const [left, right] = [truthOf(a), truthOf(b)];
    return typeof left === 'boolean' && typeof right === 'boolean'
      ? left === right
      : unknown('its condition is not known');
  }
  return textOf(a) === textOf(b);
}

/** Whether what is not known of a value rules the other one out. */
function isNot(value: Value, other: Value): boolean {
  if (!isUnknown(value) || value.not === null) return false;
  const name = isObject(other) && other.kind === 'oid' ? other.name : other;
  return typeof name === 'string' && value.not.has(name);
}

/** Whether a text of which parts are not known can be that other one. */
function canBe(value: Value, other: Value): boolean {
  if (!isObject(value) || value.kind !== 'partial' || typeof other !== 'string') return true;
  return patternOf(value.parts).test(other);
}

/** What the known parts leave open. */
export function patternOf(parts: readonly (string | Unknown)[]): RegExp {
  const sources = parts.map((part) =>
    typeof part === 'string' ? part.replace(/[^\w]/g, '\\$&') : (part.pattern ?? '[^]*'),
  );
  return new RegExp(`^${sources.join('')}$`);
}

/** Less than 0, 0 or more; `null` when one is NULL. Texts are compared as in the C locale. */
export function compared(a: Value, b: Value): number | null | Unknown {
  if (a === null || b === null) return null;
  const reason = reasonOf(a) ?? reasonOf(b);
  if (reason !== null) return unknown(reason);
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  const [left, right] = [String(textOf(a)), String(textOf(b))];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** NOT of three-valued logic. */
export function not(value: boolean | null | Unknown): boolean | null | Unknown {
  return typeof value === 'boolean' ? !value : value;
}
