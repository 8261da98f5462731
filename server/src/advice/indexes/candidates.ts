// Indexes that a plan might use and that are not there: from what its scans filter and join by, and from the orders and groups
// that are asked for above them. Whether the planner would take one, and what for, only a trial tells: see
// database/index-trial. So this is generous, but bounded.
// What surprises: what a query needs of a table is read from the nodes above a scan, since a scan itself may pass on whole rows
// because that is cheaper (use_physical_tlist in createplan.c).

import type { Table } from '../../catalog/catalog.js';
import { primaryKeyOf } from '../../catalog/lookup.js';
import type { PlanNode } from '../../plans/plan.js';
import type { Comparison, SortKey } from '../../queries/plan-conditions.js';
import type { WishedIndex, WishedKey } from '../advice.js';
import { isSteadyCast } from '../casts.js';
import { doubtsAbout, knownOf, wellGrounded } from '../doubts.js';
import { isImmutable, isImmutableOfTime } from '../immutable.js';
import { indexInSql } from '../index-texts.js';
import { isOf, type Moment } from '../moment.js';
import { extremesOf } from '../order.js';
import { hasTrigram } from '../trigrams.js';
import {
  columnKey,
  containmentIndex,
  expressionKey,
  isColumnAlone,
  keyOf,
  madeKey,
  orderKeys,
  trigramKey,
  wishOn,
} from '../wish.js';
import { servedBy } from './existing.js';

export interface Candidate {
  readonly index: WishedIndex;
  /** The columns of the table that it holds or reads. */
  readonly columns: readonly string[];
  /** What is not known of the columns by which it finds rows: sentences, empty when nothing is in doubt. */
  readonly doubts: string;
}

export interface Candidates {
  /** Of each scan the most promising first; those of the scan that costs most before the others. */
  readonly candidates: readonly Candidate[];
  /** Names of indexes that are there already and begin with what a candidate would hold. */
  readonly served: readonly string[];
}

export interface CandidateOptions {
  /** The column that holds the tenant: it comes first in an index, where it is compared. `null` where there is none. */
  readonly tenantColumn: (table: Table) => string | null;
}

const MOST_OF_A_SCAN = 8;
const MOST = 20;
const MOST_KEYS = 4;
/** Beside the keys, so that an index answers alone. */
const MOST_INCLUDED = 2;

export function indexCandidates(moment: Moment, options: CandidateOptions): Candidates {
  const scans = moment.nodes
    .filter(({ type }) => type.endsWith('Scan') && type !== 'Foreign Scan')
    .filter(({ relation }) => relation !== null && !/^(pg_|information_schema$)/.test(relation.schema ?? ''))
    .map((scan, place) => ({ scan, place, share: moment.share(scan) }))
    .sort((a, b) => b.share - a.share || a.place - b.place);
  const found = new Map<string, Candidate>();
  const served = new Set<string>();
  for (const { scan } of scans) {
    let left = MOST_OF_A_SCAN;
    for (const candidate of candidatesOf(new Scan(moment, scan, options))) {
      const name = servedBy(moment.indexesOf(scan) ?? [], candidate.index);
      if (name !== null) served.add(name);
      const key = indexInSql(candidate.index);
      if (name !== null || found.has(key)) continue;
      found.set(key, candidate);
      left -= 1;
      if (left === 0 || found.size === MOST) break;
    }
    if (found.size === MOST) break;
  }
  return { candidates: [...found.values()], served: [...served] };
}

/** A key, and the columns that it reads. */
interface Part {
  readonly key: WishedKey;
  readonly column: string;
  /** What is compared; `null` for one of an order. */
  readonly comparison: Comparison | null;
}

class Scan {
  readonly table: Table | null;
  /** Compared with values, the tenant first. */
  readonly equal: readonly Part[];
  /** Asked whether they are NULL: rows that are found so are not taken to be in the order of the keys behind. */
  readonly nulls: readonly Part[];
  /** Asked for whatever they hold, or for all but one value. */
  readonly excluded: readonly Part[];
  readonly ranged: readonly Part[];
  /** Compared with columns of other tables. */
  readonly joined: readonly Part[];
  /** Columns that are compared within an OR. */
  readonly either: readonly Part[];
  /** Each an order, or a group, that is asked for above. */
  readonly orders: readonly (readonly Part[])[];
  readonly comparisons: readonly Comparison[];

  constructor(
    readonly moment: Moment,
    readonly node: PlanNode,
    { tenantColumn }: CandidateOptions,
  ) {
    this.table = moment.tableOf(node);
    const conditions = moment.conditionsOf(node, 'Index Cond', 'Recheck Cond', 'Filter');
    const own = conditions.comparisons.filter(({ column }) => isOf(node, column.alias));
    this.comparisons = wellGrounded(moment, node, own);
    const tenant = this.table === null ? null : tenantColumn(this.table);
    const tenantFirst = (a: Part, b: Part) => Number(b.column === tenant) - Number(a.column === tenant);
    const equal = this.comparisons.filter(({ how }) => how === 'equality');
    this.equal = this.parts(equal.filter((one) => one.with === 'value')).toSorted(tenantFirst);
    this.nulls = this.parts(this.comparisons.filter(({ how }) => how === 'null'));
    this.ranged = this.parts(this.comparisons.filter(({ how }) => how === 'range' || how === 'prefix'));
    const above = moment.nodes.flatMap((join) =>
      moment
        .conditionsOf(join, 'Hash Cond', 'Merge Cond', 'Join Filter')
        .comparisons.filter(
          ({ column, how }) => how === 'equality' && column.alias !== null && isOf(node, column.alias),
        ),
    );
    const inside = equal.filter((one) => one.with === 'column');
    const primaryKey = this.table === null ? [] : (primaryKeyOf(this.table) ?? []);
    // The row of a key is found by the key: nothing is left to be found, or ordered, behind it.
    this.joined = this.parts([...inside, ...above]).filter(
      ({ column }) => primaryKey.length !== 1 || primaryKey[0] !== column,
    );
    this.either = conditions.others
      .filter(({ kind }) => kind === 'or')
      .flatMap(({ columns }) => columns.filter(({ alias }) => isOf(node, alias)))
      .map(({ name }) => columnPart(name));
    this.orders = this.ordersAbove();
    const others = [...this.equal, ...this.ranged, ...this.joined, ...this.orders.flat()];
    // min() and max() ask for what is not NULL of the column that they want in order.
    this.excluded = this.parts(
      this.comparisons.filter(
        (one) =>
          one.how === 'not-null' ||
          (one.operator === '<>' && one.with === 'value' && !/<> ALL\b/.test(one.text)),
      ),
    ).filter(({ column }) => others.every((other) => other.column !== column));
  }

  private parts(comparisons: readonly Comparison[]): readonly Part[] {
    const parts = new Map<string, Part>();
    for (const comparison of comparisons) {
      const key = this.keyOf(comparison);
      if (key !== null && !parts.has(key.expression)) {
        parts.set(key.expression, { key, column: comparison.column.name, comparison });
      }
    }
    return [...parts.values()];
  }

  private keyOf(comparison: Comparison): WishedKey | null {
    const { through, column } = comparison;
    const alone = keyOf(this.moment, this.node, comparison);
    if (alone !== null || through === null) return alone;
    const type = this.moment.columnOf(this.node, column.name)?.type.name ?? null;
    const isTime = type === 'timestamp' || type === 'date';
    const isSteady = isImmutable(through) || isSteadyCast(this.moment, this.node, comparison);
    return isSteady || (isTime && isImmutableOfTime(through)) ? madeKey(comparison) : null;
  }

  private ordersAbove(): readonly (readonly Part[])[] {
    const orders: (readonly Part[])[] = [];
    for (const above of this.moment.ancestorsOf(this.node)) {
      for (const keys of [above.sortKey, above.groupKey, ...extremesOf(above).map((of) => [of])]) {
        if (keys.length === 0) continue;
        const order = this.orderOf(this.moment.sortKeysOf({ ...above, sortKey: keys }));
        if (order !== null) orders.push(order);
      }
    }
    const given = orders.length === 0 ? this.orderOfIndex() : [];
    return given.length === 0 ? orders : [given];
  }

  /** What a LIMIT without a sort may be after: the order of the index that is read. */
  private orderOfIndex(): readonly Part[] {
    const isLimited = this.moment.ancestorsOf(this.node).some(({ type }) => type === 'Limit');
    const keys = isLimited ? (this.moment.indexOf(this.node)?.keys ?? []) : [];
    const order = keys.flatMap(({ column, descending, nullsFirst }): readonly SortKey[] =>
      column === null
        ? []
        : [
            {
              column: { alias: null, name: column },
              expression: column,
              descending,
              nulls: nullsFirst ? 'first' : 'last',
            },
          ],
    );
    return order.length === keys.length ? orderParts(order) : [];
  }

  /** `null` when it is in part of something else. */
  private orderOf(keys: readonly (SortKey | null)[]): readonly Part[] | null {
    const own = keys.filter(
      (key): key is SortKey => key?.column != null && isOf(this.node, key.column.alias),
    );
    return own.length === keys.length ? orderParts(own) : null;
  }

  /** Names of the columns that the query needs of each row; `null` where that is not told. */
  needed(): ReadonlySet<string> | null {
    const names = new Set<string>();
    const alias = this.node.alias ?? this.node.relation?.name ?? '';
    const reader = new RegExp(
      `(?<![\\w."])"?${alias.replaceAll(/\W/g, '\\$&')}"?\\.(\\*|"(?:[^"]|"")+"|[a-z_]\\w*)`,
      'gi',
    );
    // Columns of the only table stand alone in outputs. A function of the same name is taken for one, which does no harm.
    const isOnly = this.moment.nodes.every((node) => node === this.node || node.relation === null);
    const columns = isOnly ? (this.table?.columns ?? []).map(({ name }) => name) : [];
    if (isOnly && columns.length === 0) return null;
    const read = (texts: readonly string[]) => {
      for (const text of texts) {
        for (const [word] of text.matchAll(/\w+/g)) if (columns.includes(word)) names.add(word);
        for (const [, name = ''] of text.matchAll(reader)) {
          names.add(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
        }
      }
    };
    const above = this.moment.ancestorsOf(this.node);
    const projecting = above.findIndex(({ type }) => PROJECTS.test(type));
    const outputs = projecting < 0 ? [this.node] : above.slice(projecting);
    if (
      outputs.some(({ output, role, type }) => output.length === 0 && type !== 'ModifyTable' && role === null)
    )
      return null;
    if (above.some(({ type }) => type === 'ModifyTable' || type === 'LockRows' || /Append$/.test(type)))
      return null;
    for (const node of outputs) read(node.output);
    for (const node of [this.node, ...above]) {
      read(node.conditions.map(({ text }) => text));
      read([...node.sortKey, ...node.groupKey]);
    }
    return names.has('*') ? null : names;
  }
}

/** Works its output out from what it needs alone. */
const PROJECTS = /Join$|^Nested Loop$|^Aggregate$|^Group$|^WindowAgg$|^Result$|^ProjectSet$/;

function columnPart(column: string): Part {
  return { key: columnKey(column), column, comparison: null };
}

/** All of them columns. */
function orderParts(order: readonly SortKey[]): readonly Part[] {
  return orderKeys(order).map((key, place) => ({
    key,
    column: order[place]?.column?.name ?? '',
    comparison: null,
  }));
}

/** May be found in any order of the others: not one of several values. */
const isOne = ({ comparison }: Part) => comparison === null || !comparison.several;

function* candidatesOf(scan: Scan): Iterable<Candidate> {
  const { equal, nulls, excluded, joined, ranged, orders, either } = scan;
  const single = equal.filter(isOne);
  const several = equal.filter((part) => !isOne(part));
  const [range] = ranged;
  const lookups: (readonly Part[])[] = [];
  for (const order of orders) {
    // After an order there is only a filter, but it is found in the index.
    if (single.length > 0 || equal.length === 0) lookups.push(behind(single, order));
  }
  for (const order of orders) {
    // Rows that do not fit the range are left out within the index, until the LIMIT is reached.
    if (range !== undefined) lookups.push(behind(behind(single, order), [range]));
  }
  if (range !== undefined) lookups.push(behind(equal, [range]));
  if (equal.length > 0) lookups.push(equal);
  if (nulls.length > 0) lookups.push(behind(equal, nulls));
  for (const part of joined) {
    if (equal.length > 0) lookups.push(behind(equal, [part]));
    lookups.push([part]);
  }
  for (const order of orders) if (several.length > 0) lookups.push(behind(single, [...order, ...several]));
  if (equal.length > 1) for (const part of equal) lookups.push([part]);
  for (const part of ranged) lookups.push([part]);
  for (const part of either) lookups.push([part]);
  if (equal.length > 0) for (const part of nulls) lookups.push([part]);
  for (const part of excluded) {
    if (part.comparison?.how === 'not-null' && isCounted(scan, part)) lookups.push([part]);
  }
  const wanted = distinct(lookups.filter((parts) => parts.length > 0));
  yield* special(scan);
  const [best, next] = wanted;
  if (best !== undefined) yield* made(scan, best);
  yield* partial(scan, best ?? []);
  if (best !== undefined) yield* covering(scan, best);
  if (next !== undefined) yield* [...made(scan, next), ...covering(scan, next)];
  for (const parts of wanted.slice(2)) yield* made(scan, parts);
}

function* made(
  { moment, node }: Scan,
  parts: readonly Part[],
  include: readonly string[] = [],
  where: Part | null = null,
): Iterable<Candidate> {
  const keys = parts.slice(0, MOST_KEYS);
  const predicate = where?.comparison == null ? null : predicateOf(where.comparison, where.key);
  if (where !== null && predicate === null) return;
  const index = wishOn(
    moment,
    node,
    'btree',
    keys.map(({ key }) => key),
    include,
    predicate,
  );
  if (index === null) return;
  const columns = [
    ...keys.map(({ column }) => column),
    ...include,
    ...(where === null ? [] : [where.column]),
  ];
  const compared = keys.flatMap(({ key, comparison }) => (key.isColumn ? (comparison ?? []) : []));
  yield { index, columns: [...new Set(columns)], doubts: doubtsOf(moment, node, compared) };
}

function doubtsOf(moment: Moment, node: PlanNode, comparisons: readonly Comparison[]): string {
  const values = comparisons.filter((one) => one.with === 'value');
  return doubtsAbout(moment, node, values, 'warning').words.trimStart();
}

/** Of rows with one value, without it, or with none: what is looked up among them, or else whatever key is short. */
function* partial(scan: Scan, best: readonly Part[]): Iterable<Candidate> {
  const parts = [...scan.equal, ...scan.nulls, ...scan.excluded];
  for (const part of parts.filter((one) => isOfFewValues(scan, one) && isCounted(scan, one))) {
    const rest = best.filter(({ key }) => key.expression !== part.key.expression);
    const [key] = scan.table === null ? [] : (primaryKeyOf(scan.table) ?? []);
    const keys = rest.length > 0 ? rest : key === undefined ? [part] : [columnPart(key)];
    yield* made(scan, keys, [], part);
  }
}

/** Whether the statistics tell how many rows have the value. */
function isCounted({ moment, node }: Scan, { comparison }: Part): boolean {
  return comparison !== null && knownOf(moment, node, comparison) === 'enough';
}

/** Whether a value is one of a kind of rows, and not some number, moment or name of a row that happens to be asked for. */
function isOfFewValues({ moment, node }: Scan, { column, comparison }: Part): boolean {
  if (comparison?.how === 'null' || comparison?.how === 'not-null') return true;
  const type = moment.columnOf(node, column)?.type.name ?? null;
  return type !== null && !MANY_VALUES.test(type) && !/(^|_)id$/.test(column);
}

const MANY_VALUES = /^(date|time.*|interval|uuid|numeric|float\d|bytea|jsonb?|inet|citext)$/;

/** The same index with what else is needed, so that the table is not read. */
function* covering(scan: Scan, parts: readonly Part[]): Iterable<Candidate> {
  const needed = scan.needed();
  if (needed === null || parts.length > MOST_KEYS || parts.some(({ key }) => !key.isColumn)) return;
  const held = new Set(parts.map(({ column }) => column));
  const missing = [...needed].filter((name) => !held.has(name));
  if (missing.length === 0 || missing.length > MOST_INCLUDED) return;
  const isShort = (name: string) => SHORT.has(scan.moment.columnOf(scan.node, name)?.type.name ?? '');
  if (missing.every(isShort)) yield* made(scan, parts, missing);
}

const SHORT: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 float4 float8 numeric date time timestamp timestamptz uuid varchar bpchar'.split(' '),
);

/** What a b-tree does not find. */
function* special({ moment, node, comparisons }: Scan): Iterable<Candidate> {
  for (const comparison of comparisons) {
    const { how, through, column, constant, operator } = comparison;
    if (comparison.with !== 'value') continue;
    const doubts = doubtsOf(moment, node, [comparison]);
    if (how === 'containment') {
      const index = containmentIndex(moment, node, [comparison]) ?? wordsIndex(moment, node, comparison);
      if (index !== null) yield { index, columns: [column.name], doubts };
    }
    const isSearched =
      how === 'infix' ||
      how === 'ilike' ||
      how === 'like' ||
      (how === 'regular-expression' && operator === '~');
    if (!isSearched || !isColumnAlone(moment, node, comparison)) continue;
    if (constant !== null && (through?.kind === 'function' || !hasTrigram(constant))) continue;
    const index = wishOn(moment, node, 'gin', [trigramKey(column.name)]);
    if (index !== null) yield { index, columns: [column.name], doubts };
  }
}

/** Of `to_tsvector('english', body) @@ …`. Without its language the function depends on a setting. */
function wordsIndex(moment: Moment, node: PlanNode, { through, expression }: Comparison): WishedIndex | null {
  if (through?.kind !== 'function' || through.name !== 'to_tsvector') return null;
  if (!/^\(*to_tsvector\('[^']*'::regconfig,/.test(expression)) return null;
  return wishOn(moment, node, 'gin', [expressionKey(expression)]);
}

/** As a predicate says it; `null` for what holds for a parameter, or for one of several values. */
function predicateOf({ how, constant, several, text }: Comparison, { expression }: WishedKey): string | null {
  if (how === 'null') return `${expression} IS NULL`;
  if (how === 'not-null') return `${expression} IS NOT NULL`;
  if (constant === null || several) return null;
  const operator = how === 'not-equal' ? '<>' : '=';
  // PostgreSQL says of a boolean only whether it is.
  if (constant === 'true' || constant === 'false') {
    return (constant === 'true') === (how === 'equality') ? expression : `NOT ${expression}`;
  }
  const isNumber = /^-?\d+(\.\d+)?$/.test(constant) && !text.includes("'");
  return `${expression} ${operator} ${isNumber ? constant : `'${constant.replaceAll("'", "''")}'`}`;
}

/** Keys that come after others, without those that are among them already. */
function behind(first: readonly Part[], then: readonly Part[]): readonly Part[] {
  const kept = then.filter(({ key }) => !first.some((one) => one.key.expression === key.expression));
  return [...first.slice(0, Math.max(1, MOST_KEYS - kept.length)), ...kept];
}

function distinct(lookups: readonly (readonly Part[])[]): readonly (readonly Part[])[] {
  const textOf = (parts: readonly Part[]) =>
    parts.map(({ key }) => `${key.expression} ${key.operatorClass} ${key.descending} ${key.nulls}`).join();
  return [...new Map(lookups.map((parts) => [textOf(parts), parts])).values()];
}
