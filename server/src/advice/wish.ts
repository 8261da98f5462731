// Indexes that conditions ask for, and how SQL and Ecto write them.

import type { Index } from '../catalog/catalog.js';
import { quoteIdentifier } from '../catalog/types.js';
import type { PlanNode } from '../plans/plan.js';
import type { Comparison, SortKey } from '../queries/plan-conditions.js';
import type { WishedIndex, WishedKey } from './advice.js';
import type { Moment } from './moment.js';

/** More columns make an index large for little. */
const MOST_KEYS = 4;

/**
 * The b-tree index on what is compared: columns of equality first, then the order that is asked for, or one column of a
 * range. `null` when nothing of it can be looked up in a b-tree, and when an index begins with all of these columns already.
 */
export function wishedIndex(
  moment: Moment,
  scan: PlanNode,
  comparisons: readonly Comparison[],
  order: readonly SortKey[] = [],
): WishedIndex | null {
  const equal = unique(
    comparisons.filter(({ how }) => how === 'equality' || how === 'null'),
    moment,
    scan,
  );
  const ranged = comparisons.filter(({ how }) => how === 'range' || how === 'prefix');
  const ordered = order.flatMap(({ column, expression, descending }): WishedKey[] => {
    const key = column === null ? parenthesized(expression) : quoteIdentifier(column.name);
    if (equal.some((one) => one.expression === key)) return [];
    return [{ expression: key, isColumn: column !== null, operatorClass: null, descending }];
  });
  // An index is read backward as well, so one that is descending throughout need not say it.
  const sorted = ordered.every(({ descending }) => descending)
    ? ordered.map((key) => ({ ...key, descending: false }))
    : ordered;
  const [range] = unique(ranged, moment, scan).filter(
    (key) => !equal.some(({ expression }) => expression === key.expression),
  );
  const last = sorted.length > 0 ? sorted : range === undefined ? [] : [range];
  const keys = [...equal.slice(0, MOST_KEYS - Math.min(last.length, 1)), ...last].slice(0, MOST_KEYS);
  return keys.length === 0 ? null : indexOn(moment, scan, 'btree', keys);
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
    const key = {
      expression: quoteIdentifier(column.name),
      isColumn: true,
      operatorClass,
      descending: false,
    };
    const plain = { ...key, operatorClass: null };
    if (coveringIndex(moment, scan, 'gin', [plain]) !== null) continue;
    return indexOn(moment, scan, 'gin', [key]);
  }
  return null;
}

/** `null` for what is no table, and when there is such an index. */
export function indexOn(
  moment: Moment,
  scan: PlanNode,
  method: WishedIndex['method'],
  keys: readonly WishedKey[],
  include: readonly string[] = [],
): WishedIndex | null {
  if (include.length === 0 && coveringIndex(moment, scan, method, keys) !== null) return null;
  return wishOn(moment, scan, method, keys, include);
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

/** An index that begins with these keys; of equal columns the order does not matter, but that is not asked here. */
function coveringIndex(
  moment: Moment,
  scan: PlanNode,
  method: WishedIndex['method'],
  keys: readonly WishedKey[],
): Index | null {
  const wanted = keys.map(({ expression }) => spelling(expression)).sort();
  return (
    moment.indexesOf(scan)?.find((index) => {
      if (index.method !== method || index.where !== null || index.keys.length < keys.length) return false;
      const leading = index.keys.slice(0, keys.length);
      const classes = keys.every(
        ({ operatorClass }) =>
          operatorClass === null || leading.some((key) => key.operatorClass === operatorClass),
      );
      const names = leading.map(({ column, expression }) =>
        spelling(column === null ? (expression?.text ?? '') : quoteIdentifier(column)),
      );
      return classes && names.sort().join() === wanted.join();
    }) ?? null
  );
}

/** What a comparison is looked up by: a column, also under a cast that keeps its order, or an expression. */
export function keyOf(moment: Moment, scan: PlanNode, comparison: Comparison): WishedKey | null {
  const { column, through, how, expression } = comparison;
  const alone = isColumnAlone(moment, scan, comparison);
  // Whether it may be indexed is for rules that know the function to say.
  if (!alone && through !== null) return null;
  return {
    expression: alone ? quoteIdentifier(column.name) : parenthesized(expression),
    isColumn: alone,
    operatorClass: how === 'prefix' ? patternClass(moment, scan, column.name) : null,
    descending: false,
  };
}

const TEXT_TYPES: ReadonlySet<string> = new Set(['varchar', 'bpchar', 'text', 'citext', 'name']);

/** A string type that is compared as text is compared as the column is: no cast happens. */
export function isColumnAlone(moment: Moment, scan: PlanNode, { column, through }: Comparison): boolean {
  if (through === null) return true;
  if (through.kind !== 'cast' || through.type !== 'text') return false;
  const type = moment.columnOf(scan, column.name)?.type ?? null;
  // Nearly all columns that are cast to text are `character varying`.
  return type === null || TEXT_TYPES.has(type.name);
}

/** LIKE looks up in the order of bytes, which is that of the column only in the C locale. */
function patternClass(moment: Moment, scan: PlanNode, column: string): string | null {
  const { type, collation } = moment.columnOf(scan, column) ?? {};
  if (collation === 'C') return null;
  return type?.name === 'varchar' ? 'varchar_pattern_ops' : 'text_pattern_ops';
}

function unique(comparisons: readonly Comparison[], moment: Moment, scan: PlanNode): readonly WishedKey[] {
  const keys = new Map<string, WishedKey>();
  for (const comparison of comparisons) {
    const key = keyOf(moment, scan, comparison);
    if (key !== null && !keys.has(key.expression)) keys.set(key.expression, key);
  }
  return [...keys.values()];
}

/** As a key of an index has to be written: a call of a function as it is, all else in brackets. */
export function parenthesized(expression: string): string {
  return /^\w+\((?:[^()]|\([^()]*\))*\)$/.test(expression) ? expression : `(${expression})`;
}

/** What two spellings of one expression have in common. */
export function spelling(expression: string): string {
  return expression.toLowerCase().replaceAll(/::[a-z ]+(\(\d+\))?|[()\s"]/g, '');
}

/** The names of the columns, for a message: `"org_id" and "lower(email)"`. */
export function keysText({ keys }: WishedIndex): string {
  const names = keys.map(({ expression }) => `"${expression.replaceAll('"', '')}"`);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `CREATE INDEX CONCURRENTLY ON orders (org_id, inserted_at);` The server finds a name. */
export function indexInSql(index: WishedIndex): string {
  return `CREATE INDEX ${index.partitioned ? '' : 'CONCURRENTLY '}${indexDefinition(index)};`;
}

/** `ON orders (org_id, inserted_at)`: what follows the name. */
export function indexDefinition({ table, method, keys, include, where }: WishedIndex): string {
  const name = `${table.schema === null ? '' : `${quoteIdentifier(table.schema)}.`}${quoteIdentifier(table.name)}`;
  return [
    `ON ${name}`,
    method === 'btree' ? '' : ` USING ${method}`,
    ` (${keys.map(keyText).join(', ')})`,
    include.length === 0 ? '' : ` INCLUDE (${include.map(quoteIdentifier).join(', ')})`,
    where === null ? '' : ` WHERE ${where}`,
  ].join('');
}

function keyText({ expression, operatorClass, descending }: WishedKey): string {
  return `${expression}${operatorClass === null ? '' : ` ${operatorClass}`}${descending ? ' DESC' : ''}`;
}

/** The body of a migration of its own. */
export function indexInEcto(index: WishedIndex): string {
  const create = `create ${indexCall(index, null)}`;
  return index.partitioned
    ? `def change do\n  ${create}\nend`
    : `@disable_ddl_transaction true\n@disable_migration_lock true\n\ndef change do\n  ${create}\nend`;
}

/** `index(:orders, [:org_id], concurrently: true)`; without a name Ecto gives it one. */
export function indexCall(
  { table, partitioned, method, keys, include, where }: WishedIndex,
  name: string | null,
): string {
  const columns = keys.map((key) =>
    key.isColumn && key.operatorClass === null && !key.descending
      ? `:${key.expression}`
      : JSON.stringify(keyText(key)),
  );
  const options = [
    ...(table.schema === null ? [] : [`prefix: ${JSON.stringify(table.schema)}`]),
    ...(method === 'btree' ? [] : [`using: :${method}`]),
    ...(include.length === 0
      ? []
      : [`include: [${include.map((name) => `:${quoteIdentifier(name)}`).join(', ')}]`]),
    ...(where === null ? [] : [`where: ${JSON.stringify(where)}`]),
    ...(name === null ? [] : [`name: :${quoteIdentifier(name)}`]),
    ...(partitioned ? [] : ['concurrently: true']),
  ];
  return `index(${[`:${quoteIdentifier(table.name)}`, `[${columns.join(', ')}]`, ...options].join(', ')})`;
}
