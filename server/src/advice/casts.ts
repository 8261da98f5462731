// Casts that are none: a string type that is read as another one keeps its bytes and its order (a relabel), so an index on the
// column serves it. Of all others (`uuid`, numbers, `citext`, `char`, `name`, enums) the cast makes a new value.
// Source: pg_cast with castmethod 'b', and the b-tree operator class that both types have in common (pg_opclass).

import { baseType } from '../catalog/type-lookup.js';
import type { PlanNode } from '../plans/plan.js';
import type { Comparison } from '../queries/plan-conditions.js';
import type { Moment } from './moment.js';

/** The types under which the values of a type may be read and still be found in its index. */
const READ_AS: Readonly<Record<string, readonly string[]>> = {
  varchar: ['text'],
  text: ['varchar'],
  cidr: ['inet'],
};

/**
 * What is compared: the `column`, or something `made` of it. `unknown` is a cast to text of a column whose type is not known: of
 * a `character varying` it is none, and most such columns are.
 */
export function compares(
  moment: Moment,
  scan: PlanNode,
  { column, through }: Comparison,
): 'column' | 'made' | 'unknown' {
  if (through === null) return 'column';
  if (through.kind !== 'cast') return 'made';
  const { catalog } = moment;
  const type = moment.columnOf(scan, column.name)?.type ?? null;
  if (type === null || catalog === null) return through.type === 'text' ? 'unknown' : 'made';
  if (type.arrayDimensions > 0) return 'made';
  const { name } = baseType(catalog, type);
  // A domain is read as what it is made of.
  const isDomain = name !== type.name && name === through.type;
  return isDomain || READ_AS[name]?.includes(through.type) ? 'column' : 'made';
}

/** Types whose text does not depend on the settings of the session, so that it may stand in an index. */
const STEADY_TEXT: ReadonlySet<string> = new Set(
  'uuid int2 int4 int8 numeric bool text varchar bpchar citext name inet cidr macaddr'.split(' '),
);

/** Whether an index may hold what a cast makes of the column: `false` also where its type is not known. */
export function isSteadyCast(moment: Moment, scan: PlanNode, { column, through }: Comparison): boolean {
  const type = moment.columnOf(scan, column.name)?.type ?? null;
  if (through?.kind !== 'cast' || through.type !== 'text' || type === null || moment.catalog === null)
    return false;
  return type.arrayDimensions === 0 && STEADY_TEXT.has(baseType(moment.catalog, type).name);
}
