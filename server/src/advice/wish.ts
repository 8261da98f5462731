// Indexes that conditions ask for. How SQL and Ecto write them is in index-texts.

import type { Table } from '../catalog/catalog.js';
import { quoteName } from '../catalog/keywords.js';
import type { PlanNode } from '../plans/plan.js';
import type { Comparison, SortKey } from '../queries/plan-conditions.js';
import type { WishedIndex, WishedKey } from './advice.js';
import { compares } from './casts.js';
import { servedBy } from './indexes/existing.js';
import type { Moment } from './moment.js';

/** More columns make an index large for little. */
const MOST_KEYS = 4;

/** A column as a key. */
export function columnKey(name: string, use: WishedKey['use'] = 'equality'): WishedKey {
  return {
    expression: quoteName(name),
    isColumn: true,
    operatorClass: null,
    descending: false,
    nulls: null,
    use,
  };
}

/** For GIN, with which LIKE '%x%' and its like are found. */
export function trigramKey(name: string): WishedKey {
  return { ...columnKey(name), operatorClass: 'gin_trgm_ops' };
}

/** What is made of columns, as a key. */
export function expressionKey(expression: string, use: WishedKey['use'] = 'equality'): WishedKey {
  return { ...columnKey('', use), expression: parenthesized(expression), isColumn: false };
}

/** What a comparison makes of a column, as a key. Only what is immutable may be one. */
export function madeKey({ expression, how }: Comparison): WishedKey {
  const key = expressionKey(expression, useOf(how));
  return how === 'prefix' ? { ...key, operatorClass: 'text_pattern_ops' } : key;
}

/** A key for each column of an order; those that must be equal anyway are left out. */
export function orderKeys(order: readonly SortKey[], equal: readonly WishedKey[] = []): readonly WishedKey[] {
  const keys = order.flatMap((one): WishedKey[] => {
    const key =
      one.column === null ? expressionKey(one.expression, 'order') : columnKey(one.column.name, 'order');
    if (equal.some(({ expression }) => expression === key.expression)) return [];
    const { descending, nulls } = one;
    return [{ ...key, descending, nulls: (nulls === 'first') === descending ? null : nulls }];
  });
  // An index is read backward as well, so one that is descending throughout need not say it.
  return keys.every(({ descending, nulls }) => descending && nulls === null)
    ? keys.map((key) => ({ ...key, descending: false }))
    : keys;
}

/**
 * The b-tree index on what is compared: columns of equality first, then the order of which only the first rows are wanted, then
 * one column of a range. IS NULL beside others is the predicate of a partial index: as a key it would break the order, since the
 * planner takes for a constant only what is equal to one (pathkeys.c); IS NOT NULL is, where it stands alone. `null` when
 * nothing of it can be looked up in a b-tree, and when there is such an index already.
 * @param made the one that is to be found by what it makes of its column
 */
export function wishedIndex(
  moment: Moment,
  scan: PlanNode,
  comparisons: readonly Comparison[],
  order: readonly SortKey[] = [],
  made: Comparison | null = null,
): WishedIndex | null {
  const keysOf = (...hows: readonly Comparison['how'][]) =>
    unique(
      comparisons.filter(({ how }) => hows.includes(how)),
      moment,
      scan,
      made,
    );
  const equal = keysOf('equality');
  const isPresence =
    comparisons.every(({ how }) => how === 'not-null') &&
    moment.conditionsOf(scan, 'Filter').others.length === 0;
  const tested = isPresence ? keysOf('not-null') : keysOf('null');
  // Rows of several values are not in order together; without anything equal a whole index would be read for a rare range.
  const isOrdered =
    comparisons.length === 0 ||
    (equal.length + tested.length > 0 && comparisons.every(({ several }) => !several));
  const sorted = isOrdered ? orderKeys(order, [...equal, ...tested]) : [];
  const before = [...equal, ...sorted].map(({ expression }) => expression);
  const range = keysOf('range', 'prefix').find(({ expression }) => !before.includes(expression));
  const last = [...sorted, ...(range === undefined ? [] : [range])];
  const keys = [...equal.slice(0, MOST_KEYS - Math.min(last.length, 1)), ...last].slice(0, MOST_KEYS);
  if (tested.length === 0) return keys.length === 0 ? null : indexOn(moment, scan, 'btree', keys);
  const whole = sorted.length > 0 ? null : indexOn(moment, scan, 'btree', [...equal, ...tested, ...last]);
  // An index of all rows that has them among its keys finds them as well; only their order it does not give.
  if (sorted.length === 0 && whole === null) return null;
  if (keys.length === 0 && !isPresence) return whole;
  const test = isPresence ? 'IS NOT NULL' : 'IS NULL';
  const where = tested.map(({ expression }) => `${expression} ${test}`).join(' AND ');
  return indexOn(moment, scan, 'btree', keys.length === 0 ? tested : keys, where);
}

const CONTAINED = /::jsonb\b|\[\]\)*$|::tsquery\b|\bto_tsquery\(/;

/** The GIN index on the first column of which something is asked that a document, an array or a text search holds. */
export function containmentIndex(
  moment: Moment,
  scan: PlanNode,
  comparisons: readonly Comparison[],
): WishedIndex | null {
  for (const { how, through, column, text, operator } of comparisons) {
    if (how !== 'containment' || through !== null || operator === '<@') continue;
    const type = moment.columnOf(scan, column.name)?.type ?? null;
    const isHeld =
      type === null
        ? CONTAINED.test(text)
        : type.arrayDimensions > 0 || type.name === 'jsonb' || type.name === 'tsvector';
    if (!isHeld) continue;
    // The smaller and faster kind, which knows containment alone.
    const isDocument = type === null ? text.includes('::jsonb') : type.name === 'jsonb';
    const operatorClass = isDocument && operator === '@>' ? 'jsonb_path_ops' : null;
    const index = indexOn(moment, scan, 'gin', [{ ...columnKey(column.name), operatorClass }]);
    if (index !== null) return index;
  }
  return null;
}

/** `null` for what is no table, and when there is such an index. */
export function indexOn(
  moment: Moment,
  scan: PlanNode,
  method: WishedIndex['method'],
  keys: readonly WishedKey[],
  where: string | null = null,
): WishedIndex | null {
  const wish = wishOn(moment, scan, method, keys, [], where);
  return wish === null || servedBy(moment.indexesOf(scan) ?? [], wish) !== null ? null : wish;
}

/** The b-tree index on these columns of a table. */
export function indexOnColumns(moment: Moment, table: Table, columns: readonly string[]): WishedIndex {
  return {
    table: { schema: table.schema === 'public' ? null : table.schema, name: table.name },
    partitioned: moment.hasPartitions(table),
    method: 'btree',
    keys: columns.map((column) => columnKey(column)),
    include: [],
    where: null,
  };
}

/** The same whatever indexes there are. */
export function wishOn(
  moment: Moment,
  scan: PlanNode,
  method: WishedIndex['method'],
  keys: readonly WishedKey[],
  include: readonly string[] = [],
  where: string | null = null,
): WishedIndex | null {
  if (scan.relation === null) return null;
  const table = moment.tableOf(scan);
  const root = table === null ? null : moment.rootTable(table);
  const { schema, name } = root ?? scan.relation;
  return {
    table: { schema: schema === 'public' ? null : schema, name },
    partitioned: root !== null && moment.hasPartitions(root),
    method,
    keys,
    include,
    where,
  };
}

/** What a comparison is looked up by; `null` where it is something made of the column: whether that may be indexed rules say. */
export function keyOf(moment: Moment, scan: PlanNode, comparison: Comparison): WishedKey | null {
  if (!isColumnAlone(moment, scan, comparison)) return null;
  const { column, how } = comparison;
  const operatorClass = how === 'prefix' ? patternClass(moment, scan, column.name) : null;
  return { ...columnKey(column.name, useOf(how)), operatorClass };
}

function useOf(how: Comparison['how']): WishedKey['use'] {
  return how === 'null' || how === 'equality' ? how : 'range';
}

/** Whether an index on the column serves it. Where its type is not known it may not: see `doubtsAbout`. */
export function isColumnAlone(moment: Moment, scan: PlanNode, comparison: Comparison): boolean {
  return compares(moment, scan, comparison) !== 'made';
}

/** LIKE looks up in the order of bytes, which is that of the column only in the C locale. */
function patternClass(moment: Moment, scan: PlanNode, column: string): string | null {
  const { type, collation } = moment.columnOf(scan, column) ?? {};
  if (collation === 'C') return null;
  return type?.name === 'varchar' ? 'varchar_pattern_ops' : 'text_pattern_ops';
}

function unique(
  comparisons: readonly Comparison[],
  moment: Moment,
  scan: PlanNode,
  made: Comparison | null,
): readonly WishedKey[] {
  const keys = new Map<string, WishedKey>();
  for (const comparison of comparisons) {
    const key = comparison === made ? madeKey(comparison) : keyOf(moment, scan, comparison);
    if (key !== null && !keys.has(key.expression)) keys.set(key.expression, key);
  }
  return [...keys.values()];
}

/** As a key of an index has to be written: a call of a function as it is, all else in brackets. */
function parenthesized(expression: string): string {
  return /^\w+\((?:[^()]|\([^()]*\))*\)$/.test(expression) ? expression : `(${expression})`;
}
