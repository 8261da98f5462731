// Whether changing a column's type makes the server write the table anew.
// Source: ATColumnChangeRequiresRewrite in tablecmds.c and the length-coercion support functions; measured on 15 and 18.

import type { Catalog } from '../catalog/catalog.js';
import { findType } from '../catalog/lookup.js';
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
      return isWidened(old.modifiers, to.modifiers)
        ? keep(`${target} holds every value of ${from}`)
        : rewrite;
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
    'bytea uuid json jsonb date money xml inet cidr macaddr macaddr8 oid regclass name point line lseg box path polygon ' +
    'circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange bit numeric text citext interval'
  ).split(' '),
);

function userTypeChange(catalog: Catalog, old: TypeName, to: TypeName, rewrite: TypeChange): TypeChange {
  const oldType = findType(catalog, old);
  const newType = findType(catalog, to);
  // Domain to exactly its base type, or base to an unconstrained domain over it, keeps the bytes.
  if (oldType?.kind === 'domain' && formatType(oldType.base) === formatType(to)) {
    return { rewrites: false, because: `${formatType(to)} is what the domain ${old.name} is made of` };
  }
  if (newType?.kind === 'domain' && !newType.constrained && formatType(newType.base) === formatType(old)) {
    return { rewrites: false, because: `the domain ${to.name} is made of ${formatType(old)}` };
  }
  const known = (type: TypeName, found: typeof oldType) => !isUserType(type) || found !== null;
  return known(old, oldType) && known(to, newType)
    ? rewrite
    : { rewrites: 'unknown', because: 'one of the types is not known' };
}

/** No limit after, or a limit that is not smaller. `interval` carries its fields here too; changed fields are not widened. */
function isWidened(old: readonly string[], to: readonly string[]): boolean {
  if (to.length === 0) return true;
  if (old.length === 0) return false;
  const limit = Number(to.at(-1));
  const oldLimit = Number(old.at(-1));
  return !Number.isNaN(limit) && !Number.isNaN(oldLimit) && limit >= oldLimit;
}
