// Tables as SQL: columns, constraints and indexes, each as a definition that stands on its own, so that a comparison of two
// schemas can show one of them.

import { literal } from '../../text/quoted.js';
import {
  type Catalog,
  type Check,
  type Column,
  type Constraint,
  type Deferral,
  type Exclusion,
  type ForeignKey,
  type Index,
  type KeyConstraint,
  nameKey,
  type PartitionKey,
  type SequenceOptions,
  type StorageParameters,
  type Table,
} from '../catalog.js';
import type { Expression } from '../expression.js';
import { quoteName } from '../keywords.js';
import { tableById } from '../lookup.js';
import type { IndexKey } from '../operation.js';
import { objectName } from '../server-names.js';
import { formatType } from '../types.js';
import { type Named, qualified } from './names.js';

/** What of a table its columns are written by. */
export type TableParts = Named & Pick<Table, 'id' | 'constraints'>;

/** `name type …`, as in CREATE TABLE. */
export function columnDefinition(catalog: Catalog, table: TableParts, column: Column): string {
  return [
    quoteName(column.name),
    ...typeAndValue(catalog, table, column),
    ...notNull(catalog, table, column),
  ].join(' ');
}

/** What WITH OPTIONS says of a column of a typed table. */
export function columnOptions(catalog: Catalog, table: TableParts, column: Column): readonly string[] {
  return [...columnValue(catalog, table, column), ...notNull(catalog, table, column)];
}

/** What it is beside its name, without the names of constraints. */
export function columnFacts(catalog: Catalog, table: TableParts, column: Column): readonly string[] {
  return [...typeAndValue(catalog, table, column), ...(column.notNull ? ['NOT NULL'] : [])];
}

function typeAndValue(catalog: Catalog, table: TableParts, column: Column): readonly string[] {
  return [
    formatType(column.type),
    ...(column.collation === null ? [] : [`COLLATE ${collation(column.collation)}`]),
    ...columnValue(catalog, table, column),
  ];
}

function columnValue(catalog: Catalog, table: TableParts, column: Column): readonly string[] {
  if (column.generated !== null) {
    return [`GENERATED ALWAYS AS (${column.default?.text ?? 'NULL'}) ${column.generated.toUpperCase()}`];
  }
  if (column.identity !== null)
    return hasIdentityOfParent(catalog, table, column) ? [] : [identity(catalog, table, column)];
  const value = defaultOf(catalog, column);
  return value === null ? [] : [`DEFAULT ${value}`];
}

/** The expression of its default, with the present name of the sequence behind a serial; `null` when it has none. */
export function defaultOf(catalog: Catalog, column: Column): string | null {
  if (column.generated !== null || column.identity !== null) return null;
  const sequence =
    !column.serial || column.sequence === null ? undefined : catalog.relations.get(column.sequence);
  if (sequence !== undefined) return `nextval(${literal(qualified(sequence))}::regclass)`;
  return column.default?.text ?? null;
}

/** A partition draws from the sequence of its table, and comes to it when it is attached. */
function hasIdentityOfParent({ relations }: Catalog, { id }: TableParts, { sequence }: Column): boolean {
  const drawn = sequence === null ? undefined : relations.get(sequence);
  return drawn?.kind === 'sequence' && drawn.ownedBy !== null && drawn.ownedBy !== id;
}

function identity(catalog: Catalog, table: TableParts, column: Column): string {
  const sequence = column.sequence === null ? undefined : catalog.relations.get(column.sequence);
  const options: string[] = [];
  if (sequence?.kind === 'sequence') {
    if (sequence.name !== objectName(table.name, column.name, 'seq') || sequence.schema !== table.schema) {
      options.push(`SEQUENCE NAME ${qualified(sequence)}`);
    }
    // One of another type than the column is given that type afterwards: see identityRetyped.
    if (sequence.options.type === integerType(column))
      options.push(...sequenceOptions(sequence.options, false));
  }
  const words = `GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`;
  return options.length === 0 ? words : `${words} (${options.join(' ')})`;
}

const LARGEST = { smallint: '32767', integer: '2147483647', bigint: '9223372036854775807' } as const;
const SMALLEST = { smallint: '-32768', integer: '-2147483648', bigint: '-9223372036854775808' } as const;

/** An identity that was made for a column of another type keeps the type of that. */
export function identityRetyped(catalog: Catalog, table: TableParts, column: Column): readonly string[] {
  const sequence = column.sequence === null ? undefined : catalog.relations.get(column.sequence);
  if (column.identity === null || sequence?.kind !== 'sequence' || sequence.ownedBy !== table.id) return [];
  const { type, start, increment, min, max, cache, cycle } = sequence.options;
  if (type === integerType(column)) return [];
  const facts = `AS ${type} INCREMENT BY ${increment} MINVALUE ${min} MAXVALUE ${max} START WITH ${start} RESTART WITH ${start} CACHE ${cache}${cycle ? ' CYCLE' : ''}`;
  return [`ALTER SEQUENCE ${qualified(sequence)} ${facts}`];
}

function integerType({ type }: Column): string {
  return formatType(type);
}

/** Those that differ from what CREATE SEQUENCE takes without a word. */
export function sequenceOptions(options: SequenceOptions, withType = true): readonly string[] {
  const { type, start, increment, min, max, cache, cycle } = options;
  const down = increment.startsWith('-');
  const usualMin = down ? SMALLEST[type] : '1';
  const usualMax = down ? '-1' : LARGEST[type];
  return [
    ...(withType && type !== 'bigint' ? [`AS ${type}`] : []),
    ...(increment === '1' ? [] : [`INCREMENT BY ${increment}`]),
    ...(min === usualMin ? [] : [`MINVALUE ${min}`]),
    ...(max === usualMax ? [] : [`MAXVALUE ${max}`]),
    ...(start === (down ? max : min) ? [] : [`START WITH ${start}`]),
    ...(cache === '1' ? [] : [`CACHE ${cache}`]),
    ...(cycle ? ['CYCLE'] : []),
  ];
}

/** What PostgreSQL 18 would not call so by itself is called by its name; older servers read the name and forget it. */
function notNull(
  catalog: Catalog,
  { schema, name: table, constraints }: TableParts,
  column: Column,
): readonly string[] {
  const named = constraints.find((one) => one.kind === 'not-null' && one.column === column.name);
  if (!column.notNull) return [];
  if (named?.kind !== 'not-null') return ['NOT NULL'];
  if (!isInline(named)) return [];
  const isUsual =
    named.name === objectName(table, column.name, 'not_null') &&
    (catalog.constraintNames.get(nameKey(schema, named.name)) ?? 1) < 2;
  const name = isUsual ? [] : [`CONSTRAINT ${quoteName(named.name)}`];
  return [...name, `NOT NULL${named.noInherit ? ' NO INHERIT' : ''}`];
}

/** What DETACH CONCURRENTLY leaves, of which the catalog holds the bounds as they were written. */
export function isBoundsOfOnce(constraint: Constraint): constraint is Check {
  return (
    constraint.kind === 'check' && /^\s*(?:for\s+values\b|default\s*$)/i.test(constraint.expression.text)
  );
}

/** CREATE TABLE takes NOT VALID for a word without meaning. */
export function isInline(constraint: Constraint): boolean {
  if (constraint.kind === 'foreign-key' || isBoundsOfOnce(constraint)) return false;
  return (
    !('validated' in constraint) || constraint.validated || ('enforced' in constraint && !constraint.enforced)
  );
}

/** `CONSTRAINT name …`, as in ALTER TABLE … ADD. */
export function constraintDefinition(
  catalog: Catalog,
  table: Pick<Table, 'indexes'>,
  constraint: Constraint,
): string {
  return `CONSTRAINT ${quoteName(constraint.name)} ${constraintBody(catalog, table, constraint)}`;
}

/** The same without its name. */
export function constraintBody(
  catalog: Catalog,
  { indexes }: Pick<Table, 'indexes'>,
  constraint: Constraint,
): string {
  const index = indexes.find((one) => one.constraint === constraint.name);
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
      return keyBody(constraint, index);
    case 'exclusion':
      return exclusionBody(constraint, index);
    case 'check':
      return checkBody(constraint);
    case 'foreign-key':
      return foreignKeyBody(catalog, constraint);
    case 'not-null':
      return [
        `NOT NULL ${quoteName(constraint.column)}`,
        constraint.noInherit && 'NO INHERIT',
        !constraint.validated && 'NOT VALID',
      ]
        .filter((part) => part !== false)
        .join(' ');
  }
}

function keyBody(constraint: KeyConstraint, index: Index | undefined): string {
  const columns = `(${columnList(constraint.columns)}${constraint.temporal ? ' WITHOUT OVERLAPS' : ''})`;
  const words = constraint.kind === 'primary-key' ? 'PRIMARY KEY' : 'UNIQUE';
  const nulls = index?.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  return `${words}${nulls} ${columns}${includeClause(index)}${parametersClause(index?.parameters)}${deferral(constraint)}`;
}

function exclusionBody(constraint: Exclusion, index: Index | undefined): string {
  if (index === undefined) return 'EXCLUDE (?)';
  const keys = index.keys.map((key, place) => `${keyText(key)} WITH ${constraint.operators[place] ?? '?'}`);
  const where = index.where === null ? '' : ` WHERE (${index.where.text})`;
  return `EXCLUDE USING ${quoteName(index.method)} (${keys.join(', ')})${includeClause(index)}${parametersClause(index.parameters)}${where}${deferral(constraint)}`;
}

function checkBody({ expression, noInherit, enforced, validated }: Check): string {
  return [
    `CHECK (${expression.text})`,
    noInherit && 'NO INHERIT',
    !enforced && 'NOT ENFORCED',
    enforced && !validated && 'NOT VALID',
  ]
    .filter((part) => part !== false)
    .join(' ');
}

function foreignKeyBody(catalog: Catalog, constraint: ForeignKey): string {
  const target = constraint.references === null ? null : tableById(catalog, constraint.references);
  const list = (columns: readonly string[]) =>
    constraint.temporal
      ? [...columns.slice(0, -1).map(quoteName), `PERIOD ${quoteName(columns.at(-1) ?? '')}`].join(', ')
      : columnList(columns);
  const referenced =
    constraint.referencedColumns.length === 0 ? '' : ` (${list(constraint.referencedColumns)})`;
  const only = constraint.onDeleteColumns.length === 0 ? '' : ` (${columnList(constraint.onDeleteColumns)})`;
  return [
    `FOREIGN KEY (${list(constraint.columns)}) REFERENCES ${target === null ? '?' : qualified(target)}${referenced}`,
    constraint.matchFull && 'MATCH FULL',
    constraint.onUpdate !== 'NO ACTION' && `ON UPDATE ${constraint.onUpdate}`,
    constraint.onDelete !== 'NO ACTION' && `ON DELETE ${constraint.onDelete}${only}`,
    deferral(constraint).trim(),
    !constraint.enforced && 'NOT ENFORCED',
    constraint.enforced && !constraint.validated && 'NOT VALID',
  ]
    .filter((part) => part !== false && part !== '')
    .join(' ');
}

function deferral({ deferrable, deferred }: Deferral): string {
  return deferrable ? ` DEFERRABLE${deferred ? ' INITIALLY DEFERRED' : ''}` : '';
}

/** A whole CREATE INDEX, without the semicolon. */
export function indexDefinition(table: Named, index: Index, only = false): string {
  const unique = index.unique ? 'UNIQUE ' : '';
  const method = index.method === 'btree' ? '' : ` USING ${quoteName(index.method)}`;
  const nulls = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const where = index.where === null ? '' : ` WHERE ${predicate(index.where)}`;
  return (
    `CREATE ${unique}INDEX ${quoteName(index.name)} ON ${only ? 'ONLY ' : ''}${qualified(table)}${method} ` +
    `(${index.keys.map(keyText).join(', ')})${includeClause(index)}${nulls}${parametersClause(index.parameters)}${where}`
  );
}

function predicate({ text }: Expression): string {
  return text;
}

function keyText(key: IndexKey): string {
  const what = key.column === null ? `(${key.expression?.text ?? '?'})` : quoteName(key.column);
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return [
    what,
    key.collation === null ? '' : ` COLLATE ${collation(key.collation)}`,
    key.operatorClass === null ? '' : ` ${key.operatorClass}`,
    key.descending ? ' DESC' : '',
    nulls,
  ].join('');
}

/** `PARTITION BY RANGE (…)`. */
export function partitionKeyClause({ strategy, keys }: PartitionKey): string {
  return `PARTITION BY ${strategy.toUpperCase()} (${keys.map(keyText).join(', ')})`;
}

function includeClause(index: Index | undefined): string {
  return index === undefined || index.include.length === 0 ? '' : ` INCLUDE (${columnList(index.include)})`;
}

export function parametersClause(parameters: StorageParameters | undefined): string {
  const entries = Object.entries(parameters ?? {});
  return entries.length === 0
    ? ''
    : ` WITH (${entries.map(([name, value]) => `${name} = ${parameterValue(value)}`).join(', ')})`;
}

function parameterValue(value: string): string {
  return /^(?:-?\d+(?:\.\d+)?|true|false|on|off|auto)$/.test(value) ? value : literal(value);
}

export function columnList(columns: readonly string[]): string {
  return columns.map(quoteName).join(', ');
}

/** A collation by the name that the author gave it, which may be qualified. */
function collation(name: string): string {
  const [schema = '', ...rest] = name.split('.');
  return rest.length === 0 || !/^\w+$/.test(schema) || /\s/.test(name)
    ? quoteName(name)
    : `${quoteName(schema)}.${quoteName(rest.join('.'))}`;
}
