// Values of a column that another type cannot hold as they are.
// Source: the casts of pg_cast, and https://www.postgresql.org/docs/current/datatype.html

import type { Catalog } from '../catalog/catalog.js';
import type { Expression } from '../catalog/expression.js';
import { findType } from '../catalog/lookup.js';
import { formatType, type TypeName } from '../catalog/types.js';

export interface Narrowing {
  /** What does not fit, as it begins a sentence: `Values longer than 50 characters`. */
  readonly values: string;
  /** `refused` stops the migration, `changed` loses something without a word. */
  readonly outcome: 'refused' | 'changed';
}

/** How large the integers are. */
const INTEGERS: Readonly<Record<string, number>> = { int2: 1, int4: 2, int8: 3 };
const FRACTIONS: ReadonlySet<string> = new Set(['numeric', 'float4', 'float8']);
const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'citext']);
const PRECISE_TIMES: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'time', 'timetz']);
const MOMENTS: ReadonlySet<string> = new Set(['timestamp', 'timestamptz']);

/** Whether the expression is the column, cast any number of times: `state::text::new_state`. */
export function isCastOf({ tree }: Expression, column: string): boolean {
  let inner = tree;
  while (inner?.kind === 'cast') inner = inner.args[0] ?? null;
  return inner?.kind === 'column' && inner.name === column;
}

/** `null` when every value fits, or when it is not known. */
export function narrowing(catalog: Catalog, old: TypeName, to: TypeName): Narrowing | null {
  if (old.arrayDimensions > 0 || to.arrayDimensions > 0) return null;
  const before = findType(catalog, old);
  const after = findType(catalog, to);
  if (after?.kind === 'enum') {
    return before?.kind === 'enum'
      ? withoutLabels(before.values, after.values)
      : TEXTS.has(old.name)
        ? refused(`Values that are no label of ${after.name}`)
        : null;
  }
  if (before !== null || after !== null || old.schema !== null || to.schema !== null) return null;
  if (TEXTS.has(to.name)) return shortened(old, to);
  return numbers(old, to) ?? times(old, to);
}

function refused(values: string): Narrowing {
  return { values, outcome: 'refused' };
}

function changed(values: string): Narrowing {
  return { values, outcome: 'changed' };
}

function withoutLabels(before: readonly string[], after: readonly string[]): Narrowing | null {
  const gone = before.filter((label) => !after.includes(label));
  return gone.length === 0 ? null : refused(`Rows with ${gone.map((label) => `'${label}'`).join(', ')}`);
}

function shortened(old: TypeName, to: TypeName): Narrowing | null {
  const limit = to.modifiers[0];
  if (!TEXTS.has(old.name) || limit === undefined) return null;
  const before = old.modifiers[0];
  if (before !== undefined && Number(before) <= Number(limit)) return null;
  return refused(`Values longer than ${limit} characters`);
}

function numbers(old: TypeName, to: TypeName): Narrowing | null {
  const size = INTEGERS[to.name];
  if (size !== undefined) {
    const before = INTEGERS[old.name];
    if (before !== undefined)
      return before > size ? refused(`Values that ${formatType(to)} is too small for`) : null;
    return FRACTIONS.has(old.name) ? changed('Digits after the point') : null;
  }
  if (to.name === 'numeric') return digits(old, to);
  if (to.name === 'float4' && old.name === 'float8') return changed('Digits after the sixth');
  if ((to.name === 'float4' || to.name === 'float8') && old.name === 'numeric') {
    return changed(`Digits after the ${to.name === 'float4' ? 'sixth' : 'fifteenth'}`);
  }
  return null;
}

function digits(old: TypeName, to: TypeName): Narrowing | null {
  const [precision, scale = '0'] = to.modifiers;
  if (precision === undefined || old.name !== 'numeric') return null;
  const [oldPrecision, oldScale = '0'] = old.modifiers;
  const whole = Number(precision) - Number(scale);
  if (oldPrecision === undefined || Number(oldPrecision) - Number(oldScale) > whole) {
    return refused(`Values with more than ${whole} digits before the point`);
  }
  return Number(oldScale) > Number(scale) ? changed(`Digits after the point beyond ${scale}`) : null;
}

function times(old: TypeName, to: TypeName): Narrowing | null {
  if (MOMENTS.has(old.name) && to.name === 'date') return changed('The times of day');
  if (MOMENTS.has(old.name) && (to.name === 'time' || to.name === 'timetz')) return changed('The days');
  const precision = to.modifiers[0];
  if (!PRECISE_TIMES.has(old.name) || !PRECISE_TIMES.has(to.name) || precision === undefined) return null;
  const before = old.modifiers[0] ?? '6';
  return Number(before) > Number(precision)
    ? changed(precision === '0' ? 'Fractions of a second' : `Digits of a second beyond ${precision}`)
    : null;
}
