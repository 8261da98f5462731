// Whether changing a column's type makes the server write the table anew.
// Source: ATColumnChangeRequiresRewrite in tablecmds.c and the length-coercion support functions; measured on 15 and 18.

import type { Catalog } from '../catalog/catalog.js';
import { findType } from '../catalog/lookup.js';
import { isSameName } from '../catalog/type-lookup.js';
import { formatType, type TypeName } from '../catalog/types.js';

export interface TypeChange {
  /** `unknown` where a type is not known, or where it depends on the session. */
  readonly rewrites: boolean | 'unknown';
  /** Why, as a clause: `varchar(255) is only made longer`. */
  readonly because: string;
}

const TEXT: ReadonlySet<string> = new Set(['text', 'varchar', 'citext']);
const WIDENED_BY_PRECISION: ReadonlySet<string> = new Set([
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
  'interval',
]);
/** Pairs that pg_cast marks binary-coercible. */
const SAME_BYTES: ReadonlySet<string> = new Set([
  'text>bpchar',
  'varchar>bpchar',
  'bit>varbit',
  'varbit>bit',
  'cidr>inet',
  'xml>text',
  'xml>varchar',
  'int4>oid',
  'oid>int4',
  'regclass>oid',
  'oid>regclass',
]);

/**
 * @param old the type before, or `null` when it is not known
 * @param hasUsing whether the author gave a USING expression that is more than the column itself
 */
export function typeChange(
  catalog: Catalog,
  old: TypeName | null,
  to: TypeName,
  hasUsing: boolean,
): TypeChange {
  if (hasUsing) return { rewrites: true, because: 'a USING expression is computed for every row' };
  if (old === null) return { rewrites: 'unknown', because: 'the type that it has now is not known' };
  const from = formatType(old);
  const target = formatType(to);
  if (from === target) return { rewrites: false, because: `it is ${from} already` };
  const rewrite: TypeChange = { rewrites: true, because: `${from} is stored in another way than ${target}` };
  if (old.arrayDimensions > 0 || to.arrayDimensions > 0) return rewrite;
  return scalarChange(catalog, old, to, rewrite);
}

function scalarChange(catalog: Catalog, old: TypeName, to: TypeName, rewrite: TypeChange): TypeChange {
  const from = formatType(old);
  const target = formatType(to);
  const keep = (because: string): TypeChange => ({ rewrites: false, because });

  if (isUserType(old) || isUserType(to)) return userTypeChange(catalog, old, to, rewrite);
  if (TEXT.has(old.name) && TEXT.has(to.name)) {
    return isWidened(old.modifiers, to.modifiers)
      ? keep(`every value of ${from} is a value of ${target}`)
      : {
          rewrites: true,
          because: `${target} is shorter than ${from}, so every value is checked and stored again`,
        };
  }
  if (old.name === to.name) {
    if (old.name === 'varbit' || WIDENED_BY_PRECISION.has(old.name)) {
      // Without a precision they have the largest.
      const before = old.name !== 'varbit' && old.modifiers.length === 0 ? ['6'] : old.modifiers;
      return isWidened(before, to.modifiers) ? keep(`${target} holds every value of ${from}`) : rewrite;
    }
    if (old.name === 'numeric') {
      const [precision = '', scale = '0'] = to.modifiers;
      const [oldPrecision = '', oldScale = '0'] = old.modifiers;
      if (precision === '') return keep(`${target} holds every value of ${from}`);
      const widened = oldPrecision !== '' && scale === oldScale && Number(precision) >= Number(oldPrecision);
      return widened ? keep(`${target} holds every value of ${from}`) : rewrite;
    }
    return rewrite;
  }
  if (to.modifiers.length === 0 && SAME_BYTES.has(`${old.name}>${to.name}`)) {
    return keep(`${from} and ${target} are stored in the same way`);
  }
  if (isTimestampZoneChange(old, to)) {
    return {
      rewrites: 'unknown',
      because: `${from} becomes ${target} without a rewrite only when the session's TimeZone is UTC`,
    };
  }
  return rewrite;
}

function isTimestampZoneChange(old: TypeName, to: TypeName): boolean {
  const names = [old.name, to.name].sort().join();
  return names === 'timestamp,timestamptz' && isWidened(old.modifiers, to.modifiers);
}

function isUserType(type: TypeName): boolean {
  return (
    type.schema !== null ||
    (!TEXT.has(type.name) && formatType(type) === type.name && !BUILT_IN.has(type.name))
  );
}

/** Built-in types whose name is spelled as it is. */
const BUILT_IN: ReadonlySet<string> = new Set(
  (
    'bytea uuid json jsonb jsonpath date money xml inet cidr macaddr macaddr8 oid regclass name point line lseg box path ' +
    'polygon circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange ' +
    'nummultirange tsmultirange tstzmultirange datemultirange bit bpchar numeric text citext interval pg_lsn'
  ).split(' '),
);

/**
 * A domain keeps the bytes of what it is made of, and how far that may be written is not looked at: a limit, also the same, is
 * applied to every value. Into a domain without constraints a value goes as into its type.
 */
function userTypeChange(catalog: Catalog, old: TypeName, to: TypeName, rewrite: TypeChange): TypeChange {
  const from = underlying(catalog, old);
  const target = underlying(catalog, to);
  if (from === null || target === null)
    return { rewrites: 'unknown', because: 'one of the types is not known' };
  if (target.constrained) {
    return { rewrites: true, because: `every value is checked for the domain ${to.name}` };
  }
  if (from.type === old && target.type === to) return rewrite;
  if (from.type !== old && target.type.modifiers.length > 0) {
    return { rewrites: true, because: `every value is checked for the length of ${formatType(target.type)}` };
  }
  if (isUserType(from.type) || isUserType(target.type)) {
    return isSameName(from.type, target.type)
      ? { rewrites: false, because: `the bytes are those of ${from.type.name}` }
      : rewrite;
  }
  if (formatType(from.type) === formatType(target.type)) {
    return from.type === old
      ? { rewrites: false, because: `the domain ${to.name} is made of ${formatType(old)}` }
      : { rewrites: false, because: `${formatType(target.type)} is what the domain ${old.name} is made of` };
  }
  return scalarChange(catalog, from.type, target.type, rewrite);
}

/** What a type is below its domains, and whether any of these has constraints; `null` when one is not known. */
export function underlying(
  catalog: Catalog,
  type: TypeName,
): { readonly type: TypeName; readonly constrained: boolean } | null {
  if (!isUserType(type)) return { type, constrained: false };
  const found = findType(catalog, type);
  if (found?.kind !== 'domain') return found === null ? null : { type, constrained: false };
  const base = underlying(catalog, found.base);
  return base === null ? null : { type: base.type, constrained: found.constrained || base.constrained };
}

/** No limit after, or a limit that is not smaller. `interval` carries its fields here too; changed fields are not widened. */
function isWidened(old: readonly string[], to: readonly string[]): boolean {
  if (to.length === 0) return true;
  if (old.length === 0) return false;
  const limit = Number(to.at(-1));
  const oldLimit = Number(old.at(-1));
  return !Number.isNaN(limit) && !Number.isNaN(oldLimit) && limit >= oldLimit;
}
