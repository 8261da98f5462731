// What CHECKs prove about the rows of a partition, so that the server need not read them when it is attached.
// Source: ConstraintImpliedByRelConstraint and check_default_partition_contents in the server, which ask predtest.c.
//
// A bound on one column is understood; for others, and for what is not modelled, the answer is `unknown`.

import type { Catalog, Column, PartitionKey, Table } from '../catalog/catalog.js';
import type { ExpressionTree } from '../catalog/expression-tree.js';
import { childrenOf, columnOf, doubtAbout, findTable, type Reference } from '../catalog/lookup.js';
import type { AttachPartition, CreateTable, PartitionLimits, RangeEnd } from '../catalog/operation.js';
import { formatType } from '../catalog/types.js';
import { quoted } from '../text/quoted.js';
import { defaultPartitions } from './locks/family.js';

export type Proof = 'proven' | 'unproven' | 'unknown';

/** Whether the table that is attached can only hold rows that belong there, so that none is read. */
export function proofOfBounds(catalog: Catalog, operation: AttachPartition): Proof {
  const parent = findTable(catalog, operation.table);
  const partition = findTable(catalog, operation.partition);
  if (parent === null || partition === null) return 'unknown';
  const { isDefault, limits } = operation;
  // The first of all partitions takes every row when it is the default one.
  if (isDefault && doubtAbout(catalog, parent) === null && childrenOf(catalog, parent.id).length === 0) {
    return parent.partitionOf === null ? 'proven' : 'unknown';
  }
  const proof = provesWithin(partition, parent.partitionKey, limits);
  // The bounds of tables above count too.
  return proof === 'proven' && parent.partitionOf !== null ? 'unknown' : proof;
}

/** The default partition beside a new one, and those below it that hold its rows: each is read unless CHECKs leave the bounds out. */
export function defaultsToRead(
  catalog: Catalog,
  name: Reference,
  { isDefault, limits }: AttachPartition | CreateTable,
): readonly { readonly table: Table; readonly proof: Proof }[] {
  const parent = findTable(catalog, name);
  if (parent === null || isDefault) return [];
  return defaultPartitions(catalog, parent)
    .filter(({ partitioned, foreign }) => !partitioned && !foreign)
    .map((table) => ({ table, proof: provesOutside(table, parent.partitionKey, limits) }));
}

/** Whether its validated CHECKs and NOT NULLs leave only rows within the limits. */
export function provesWithin(table: Table, key: PartitionKey | null, limits: PartitionLimits | null): Proof {
  return prove(table, key, (column, facts) => {
    switch (limits?.kind) {
      case 'range': {
        const [from, to] = [limits.from[0] ?? null, limits.to[0] ?? null];
        return every([
          isNotNull(column, facts),
          from === 'minimum' ? 'proven' : some(facts, (fact) => isAtLeast(fact, from)),
          to === 'maximum' ? 'proven' : some(facts, (fact) => isBelow(fact, to)),
        ]);
      }
      case 'list': {
        const { values } = limits;
        const takesNull = values.some((value) => value?.kind === 'literal' && value.type === 'null');
        const isOne = some(facts, (fact) => isAmong(fact, values));
        return takesNull ? isOne : every([isNotNull(column, facts), isOne]);
      }
      default:
        return 'unknown';
    }
  });
}

/** Whether its validated CHECKs leave no row within the limits. */
export function provesOutside(table: Table, key: PartitionKey | null, limits: PartitionLimits | null): Proof {
  return prove(table, key, (column, facts) => {
    switch (limits?.kind) {
      case 'range': {
        const [from, to] = [limits.from[0] ?? null, limits.to[0] ?? null];
        return some(facts, (fact) =>
          fact.kind === 'null' ? true : or(isBelow(fact, from), isAtLeast(fact, to)),
        );
      }
      case 'list': {
        const { values } = limits;
        const others = values.filter((value) => value?.kind !== 'literal' || value.type !== 'null');
        const outside = others.map((value) => some(facts, (fact) => isOther(fact, value)));
        return every(others.length === values.length ? outside : [...outside, isNotNull(column, facts)]);
      }
      default:
        return 'unknown';
    }
  });
}

/** A CHECK that shows that all rows are within the limits, with its names in quotes; `null` where none can be written. */
export function checkWithin(key: PartitionKey | null, limits: PartitionLimits | null): string | null {
  const name = onlyColumn(key);
  if (name === null || limits === null) return null;
  const column = quoted(name);
  if (limits.kind === 'range') {
    const [from, to] = [endText(limits.from[0] ?? null), endText(limits.to[0] ?? null)];
    if (from === null || to === null) return null;
    return [
      `${column} IS NOT NULL`,
      ...(from === '' ? [] : [`${column} >= ${from}`]),
      ...(to === '' ? [] : [`${column} < ${to}`]),
    ].join(' AND ');
  }
  const values = limits.kind === 'list' ? limits.values.map(valueText) : [null];
  if (values.includes(null)) return null;
  const present = values.filter((value) => value !== 'NULL');
  const isOne = present.length === 1 ? `${column} = ${present[0]}` : `${column} IN (${present.join(', ')})`;
  if (present.length === 0) return `${column} IS NULL`;
  return present.length === values.length
    ? `${column} IS NOT NULL AND ${isOne}`
    : `${column} IS NULL OR ${isOne}`;
}

/** One that shows that no row is within the limits; `null` where none can be written. */
export function checkOutside(key: PartitionKey | null, limits: PartitionLimits | null): string | null {
  const name = onlyColumn(key);
  if (name === null || limits === null) return null;
  const column = quoted(name);
  if (limits.kind === 'range') {
    const [from, to] = [endText(limits.from[0] ?? null), endText(limits.to[0] ?? null)];
    if (from === null || to === null) return null;
    return [
      `${column} IS NULL`,
      ...(from === '' ? [] : [`${column} < ${from}`]),
      ...(to === '' ? [] : [`${column} >= ${to}`]),
    ].join(' OR ');
  }
  const values = limits.kind === 'list' ? limits.values.map(valueText) : [null];
  if (values.includes(null)) return null;
  const present = values.filter((value) => value !== 'NULL');
  const isNone =
    present.length === 1 ? `${column} <> ${present[0]}` : `${column} NOT IN (${present.join(', ')})`;
  if (present.length === 0) return `${column} IS NOT NULL`;
  return present.length === values.length
    ? `${column} IS NULL OR ${isNone}`
    : `${column} IS NOT NULL AND ${isNone}`;
}

/** The column that alone decides where a row goes. */
function onlyColumn(key: PartitionKey | null): string | null {
  return key?.keys.length === 1 && key.strategy !== 'hash' ? (key.keys[0]?.column ?? null) : null;
}

/** What one part of a CHECK says of the column. */
type Fact =
  | { readonly kind: 'compared'; readonly operator: Comparison; readonly value: ExpressionTree }
  | { readonly kind: 'null' }
  | { readonly kind: 'not-null' }
  /** Something that is not modelled. */
  | { readonly kind: 'opaque' };
type Comparison = '<' | '<=' | '=' | '>=' | '>' | '<>';

/** A CHECK with its NOTs pushed inwards: all of its parts hold, or one of them. */
type Said = { readonly all: readonly Said[] } | { readonly any: readonly Said[] } | Fact;

function prove(
  table: Table,
  key: PartitionKey | null,
  ask: (column: Column, facts: readonly Said[]) => Proof,
): Proof {
  const checks = table.constraints.flatMap((one) =>
    one.kind === 'check' && one.validated && one.enforced ? [one.expression] : [],
  );
  const ofKey = key === null ? null : new Set(key.keys.flatMap(columnsOfKey));
  const bearing = checks.filter(({ columns }) => ofKey === null || columns.some((one) => ofKey.has(one)));
  if (bearing.length === 0) return 'unproven';
  const name = onlyColumn(key);
  const column = name === null ? null : columnOf(table, name);
  if (column === null) return 'unknown';
  const said = bearing.map(
    ({ tree }): Said => (tree === null ? { kind: 'opaque' } : read(tree, column, false)),
  );
  return ask(column, said);
}

function columnsOfKey({ column, expression }: PartitionKey['keys'][number]): readonly string[] {
  return expression?.columns ?? (column === null ? [] : [column]);
}

const OPPOSITE = { '<': '>=', '<=': '>', '=': '<>', '>=': '<', '>': '<=', '<>': '=' } as const;
const TURNED = { '<': '>', '<=': '>=', '=': '=', '>=': '<=', '>': '<', '<>': '<>' } as const;
const OPAQUE: Said = { kind: 'opaque' };

function read(tree: ExpressionTree, column: Column, negated: boolean): Said {
  if (!('args' in tree)) return OPAQUE;
  const [first, second, third] = tree.args;
  const compare = (operator: Comparison, left = first, right = second) =>
    compared(negated ? OPPOSITE[operator] : operator, left, right, column);
  switch (tree.kind) {
    case 'boolean': {
      if (tree.name === 'NOT') return first === undefined ? OPAQUE : read(first, column, !negated);
      const parts = tree.args.map((arg) => read(arg, column, negated));
      return (tree.name === 'AND') === negated ? { any: parts } : { all: parts };
    }
    case 'operator': {
      const name = tree.name === '!=' ? '<>' : tree.name;
      return isComparison(name) ? compare(name) : OPAQUE;
    }
    case 'between': {
      if (tree.symmetric) return OPAQUE;
      const isOutside = tree.negated !== negated;
      const ends = [
        compared(isOutside ? '<' : '>=', first, second, column),
        compared(isOutside ? '>' : '<=', first, third, column),
      ];
      return isOutside ? { any: ends } : { all: ends };
    }
    case 'in': {
      const isNone = tree.negated !== negated;
      const parts = tree.args.slice(1).map((value) => compared(isNone ? '<>' : '=', first, value, column));
      return isNone ? { all: parts } : { any: parts };
    }
    case 'quantified': {
      const name = tree.name === '!=' ? '<>' : tree.name;
      if (second?.kind !== 'array' || !isComparison(name)) return OPAQUE;
      const parts = second.args.map((value) => compare(name, first, value));
      return tree.all === negated ? { any: parts } : { all: parts };
    }
    case 'test': {
      if (first?.kind !== 'column' || first.name !== column.name) return OPAQUE;
      if (tree.name === 'NULL') return { kind: negated ? 'not-null' : 'null' };
      return tree.name === 'NOT NULL' ? { kind: negated ? 'null' : 'not-null' } : OPAQUE;
    }
    default:
      return OPAQUE;
  }
}

function isComparison(name: string): name is Comparison {
  return name in OPPOSITE;
}

function compared(
  operator: Comparison,
  left: ExpressionTree | undefined,
  right: ExpressionTree | undefined,
  column: Column,
): Said {
  if (isColumn(left, column) && right !== undefined) return { kind: 'compared', operator, value: right };
  if (isColumn(right, column) && left !== undefined) {
    return { kind: 'compared', operator: TURNED[operator], value: left };
  }
  return OPAQUE;
}

function isColumn(tree: ExpressionTree | undefined, column: Column): boolean {
  return tree?.kind === 'column' && tree.name === column.name;
}

type Answer = boolean | 'unknown';

/** Whether one of what is said shows it. */
function some(said: readonly Said[], test: (fact: Fact) => Answer): Proof {
  return proofOf(anyOf(said, test));
}

function anyOf(said: readonly Said[], test: (fact: Fact) => Answer): Answer {
  return said.map((one) => shows(one, test)).reduce(or, false);
}

function shows(said: Said, test: (fact: Fact) => Answer): Answer {
  if ('all' in said) return anyOf(said.all, test);
  if ('any' in said) return said.any.map((one) => shows(one, test)).reduce(and, said.any.length > 0);
  return said.kind === 'opaque' ? 'unknown' : test(said);
}

function or(a: Answer, b: Answer): Answer {
  if (a === true || b === true) return true;
  return a === 'unknown' || b === 'unknown' ? 'unknown' : false;
}

function and(a: Answer, b: Answer): Answer {
  if (a === false || b === false) return false;
  return a === 'unknown' || b === 'unknown' ? 'unknown' : true;
}

function proofOf(answer: Answer): Proof {
  if (answer === 'unknown') return 'unknown';
  return answer ? 'proven' : 'unproven';
}

function every(proofs: readonly Proof[]): Proof {
  if (proofs.includes('unproven')) return 'unproven';
  return proofs.includes('unknown') ? 'unknown' : 'proven';
}

/** A comparison says nothing of NULL: a CHECK that gives NULL holds. */
function isNotNull(column: Column, said: readonly Said[]): Proof {
  return column.notNull ? 'proven' : some(said, ({ kind }) => kind === 'not-null');
}

function isAtLeast(fact: Fact, end: RangeEnd): Answer {
  if (fact.kind !== 'compared') return false;
  if (end === 'maximum') return false;
  if (!['>', '>=', '='].includes(fact.operator)) return false;
  return ordered(fact.value, end, (order) => order >= 0);
}

function isBelow(fact: Fact, end: RangeEnd): Answer {
  if (fact.kind !== 'compared') return false;
  if (end === 'minimum') return false;
  if (!['<', '<=', '='].includes(fact.operator)) return false;
  return ordered(fact.value, end, (order) => (fact.operator === '<' ? order <= 0 : order < 0));
}

function isAmong(fact: Fact, values: readonly RangeEnd[]): Answer {
  if (fact.kind === 'null') return values.some((value) => isNullLiteral(value));
  if (fact.kind !== 'compared' || fact.operator !== '=') return false;
  return values.map((value) => ordered(fact.value, value, (order) => order === 0)).reduce(or, false);
}

function isOther(fact: Fact, value: RangeEnd): Answer {
  if (fact.kind === 'null') return true;
  if (fact.kind !== 'compared') return false;
  const { operator } = fact;
  return ordered(fact.value, value, (order) => {
    switch (operator) {
      case '<>':
        return order === 0;
      case '=':
        return order !== 0;
      case '>':
        return order >= 0;
      case '>=':
        return order > 0;
      case '<':
        return order <= 0;
      case '<=':
        return order < 0;
    }
  });
}

function isNullLiteral(value: RangeEnd): boolean {
  return typeof value === 'object' && value?.kind === 'literal' && value.type === 'null';
}

/** Asks how the first stands to the second, which is above 0 when it is greater. */
function ordered(a: ExpressionTree, b: RangeEnd, test: (order: number) => boolean): Answer {
  if (b === null || b === 'minimum' || b === 'maximum') return 'unknown';
  const [one, other] = [bareValue(a), bareValue(b)];
  if (one === null || other === null) return 'unknown';
  if (one === other) return test(0);
  const numbers = [one, other].map((text) => (/^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : null));
  const [first, second] = numbers;
  if (typeof first === 'number' && typeof second === 'number') return test(first - second);
  if ([one, other].every(isDate)) return test(instant(one) - instant(other));
  // Words that differ are not equal; which is greater is up to the collation.
  const isWord = /^[a-z][a-z_]*$/i;
  return isWord.test(one) && isWord.test(other) && one.toLowerCase() !== other.toLowerCase()
    ? test(Number.NaN)
    : 'unknown';
}

/** The value without the casts around it, as text. */
function bareValue(tree: ExpressionTree): string | null {
  if (tree.kind === 'literal') return tree.type === 'null' ? null : tree.value;
  const [inner] = tree.kind === 'cast' ? tree.args : [];
  return inner === undefined ? null : bareValue(inner);
}

/** A day, or a time without a zone, in the ISO form. */
function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?$/.test(text);
}

function instant(text: string): number {
  return Date.parse(`${text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')}Z`);
}

/** `''` for no end at all. */
function endText(end: RangeEnd): string | null {
  if (end === 'minimum' || end === 'maximum') return '';
  return end === null || isNullLiteral(end) ? null : valueText(end);
}

function valueText(tree: ExpressionTree | null): string | null {
  if (tree?.kind === 'cast') {
    const inner = valueText(tree.args[0] ?? null);
    return inner === null
      ? null
      : `${inner}::${formatType({ ...tree.type, serial: false, span: { start: 0, end: 0 } })}`;
  }
  if (tree?.kind !== 'literal') return null;
  switch (tree.type) {
    case 'string':
      return `'${tree.value.replaceAll("'", "''")}'`;
    case 'null':
      return 'NULL';
    case 'boolean':
      return tree.value.toUpperCase();
    case 'bits':
      return null;
    default:
      return tree.value;
  }
}
