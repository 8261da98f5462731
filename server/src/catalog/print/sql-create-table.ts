// CREATE TABLE with what belongs to it: what has no words there follows as ALTER TABLE.

import type { Catalog, Constraint, KeyConstraint, Table } from '../catalog.js';
import { quoteName } from '../keywords.js';
import { tableById } from '../lookup.js';
import { isKnownType } from '../types.js';
import { qualified, relationsOf } from './names.js';
import {
  columnDefinition,
  columnOptions,
  constraintDefinition,
  defaultOf,
  identityRetyped,
  isInline,
  parametersClause,
  partitionKeyClause,
} from './sql-table.js';
import { isOfIdentity } from './sql-type.js';
import {
  commented,
  keyOfRelation,
  keyOfType,
  needsOfExpression,
  needsOfType,
  RANK,
  type Unit,
  unit,
} from './units.js';

export function createTable(catalog: Catalog, table: Table): Unit {
  const all = table.inherits.flatMap((id) => tableById(catalog, id) ?? []);
  const parents = canInherit(table, all) ? all : [];
  const written = table.constraints.filter(
    (one) => one.kind !== 'not-null' && isInline(one) && (parents.length === 0 || one.local),
  );
  const again = written.filter((one) => repeats(table, one, written));
  const lines = [
    ...columnLines(catalog, table, parents),
    ...written.filter((one) => !again.includes(one)).map((one) => constraintDefinition(catalog, table, one)),
  ];
  const name = qualified(table);
  const ofType =
    table.ofType === null
      ? ''
      : ` OF ${qualified({ schema: table.ofType.schema ?? 'public', name: table.ofType.name })}`;
  const brackets =
    lines.length === 0
      ? ofType === ''
        ? ' ()'
        : ''
      : ` (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)`;
  const create = [
    `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}TABLE ${name}${ofType}${brackets}`,
    parents.length === 0 ? '' : ` INHERITS (${parents.map(qualified).join(', ')})`,
    table.partitionKey === null ? '' : ` ${partitionKeyClause(table.partitionKey)}`,
    parametersClause(table.parameters),
  ].join('');
  const alter = `ALTER TABLE ${name}`;
  const after = [
    ...(parents.length === 0
      ? all.map((parent) => `${alter} INHERIT ${qualified(parent)}`)
      : ownFacts(catalog, table, parents)),
    ...again.map((one) => `${alter} ADD ${constraintDefinition(catalog, table, one)}`),
    ...table.columns.flatMap((column) => [
      ...(column.storage === null
        ? []
        : [`${alter} ALTER COLUMN ${quoteName(column.name)} SET STORAGE ${column.storage.toUpperCase()}`]),
      ...(column.compression === null
        ? []
        : [`${alter} ALTER COLUMN ${quoteName(column.name)} SET COMPRESSION ${column.compression}`]),
      ...identityRetyped(catalog, table, column),
    ]),
    ...ownedSequences(catalog, table),
  ];
  const created = unit(
    keyOfRelation(table.id),
    [RANK.table, table.schema, table.name],
    [create, ...after],
    needsOf(catalog, table, all),
  );
  const untyped = table.columns.find(({ type }) => !isKnownType(type));
  if (untyped !== undefined) {
    const note = `The type of the column ${quoteName(untyped.name)} of ${name} is not known. This much of the table is:`;
    return { ...created, text: `-- ${note}\n${commented(created.text)}`, missing: true };
  }
  if (table.complete) return created;
  if (table.origin !== null) {
    return { ...created, text: `-- Some of this table is not known.\n${created.text}` };
  }
  const note = `The migration that creates ${name} is not among those that were read. This much of it is known:`;
  return { ...created, text: `-- ${note}\n${commented(created.text)}`, missing: true };
}

function needsOf(catalog: Catalog, table: Table, parents: readonly Table[]): readonly string[] {
  return [
    ...parents.map(({ id }) => keyOfRelation(id)),
    ...(table.ofType === null ? [] : [keyOfType(table.ofType.schema ?? 'public', table.ofType.name)]),
    ...table.columns.flatMap((column) => [
      ...needsOfType(catalog, column.type),
      ...needsOfExpression(catalog, column.default),
      ...(column.sequence === null ? [] : [keyOfRelation(column.sequence)]),
    ]),
    ...table.constraints.flatMap((one) =>
      one.kind === 'check' ? needsOfExpression(catalog, one.expression) : [],
    ),
  ];
}

function columnLines(catalog: Catalog, table: Table, parents: readonly Table[]): readonly string[] {
  if (table.ofType !== null) {
    return table.columns.flatMap((column) => {
      const options = columnOptions(catalog, table, column);
      return options.length === 0 ? [] : [`${quoteName(column.name)} WITH OPTIONS ${options.join(' ')}`];
    });
  }
  return table.columns
    .filter(({ local }) => local || parents.length === 0)
    .map((column) => {
      const isOwn =
        ownNotNull(table, column.name) !== false && !parents.some((parent) => isNotNull(parent, column.name));
      const notNull =
        column.notNull && (parents.length === 0 || ownNotNull(table, column.name) === true || isOwn);
      return columnDefinition(catalog, table, { ...column, notNull });
    });
}

/** Whether the column's NOT NULL is the table's own; `null` where servers give it no name. */
function ownNotNull({ constraints }: Table, column: string): boolean | null {
  return constraints.find((one) => one.kind === 'not-null' && one.column === column)?.local ?? null;
}

function isNotNull({ columns }: Table, column: string): boolean {
  return columns.some(({ name, notNull }) => name === column && notNull);
}

/** CREATE TABLE takes the same key once, ALTER TABLE as often as it is asked. */
function repeats(table: Table, constraint: Constraint, all: readonly Constraint[]): boolean {
  if (!isKey(constraint)) return false;
  const meaning = (one: KeyConstraint) => {
    const index = table.indexes.find((other) => other.constraint === one.name);
    return JSON.stringify([
      one.columns,
      index?.include,
      index?.nullsNotDistinct,
      one.deferrable,
      one.deferred,
    ]);
  };
  return all
    .slice(0, all.indexOf(constraint))
    .some((one) => isKey(one) && meaning(one) === meaning(constraint));
}

function isKey(constraint: Constraint): constraint is KeyConstraint {
  return constraint.kind === 'primary-key' || constraint.kind === 'unique';
}

/** Whether INHERITS gives the columns in the order in which the table has them. */
function canInherit(table: Table, parents: readonly Table[]): boolean {
  const inherited = [...new Set(parents.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const local = table.columns.filter((column) => column.local && !inherited.includes(column.name));
  const order = [...inherited, ...local.map(({ name }) => name)];
  return order.length === table.columns.length && order.every((name, at) => table.columns[at]?.name === name);
}

/** What the table has otherwise than the parents from which it has the column. */
function ownFacts(catalog: Catalog, table: Table, parents: readonly Table[]): readonly string[] {
  return table.columns.flatMap((column) => {
    if (column.local) return [];
    const above = parents.flatMap((parent) => parent.columns.find(({ name }) => name === column.name) ?? []);
    const alter = `ALTER TABLE ${qualified(table)} ALTER COLUMN ${quoteName(column.name)}`;
    const value = defaultOf(catalog, column);
    const [first] = above;
    const theirs = first === undefined ? null : defaultOf(catalog, first);
    const own = table.constraints.find((one) => one.kind === 'not-null' && one.column === column.name);
    const isNamed = own?.local === true && isInline(own);
    const isNew = own === undefined && column.notNull && !above.some(({ notNull }) => notNull);
    return [
      ...(value === theirs
        ? []
        : [value === null ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${value}`]),
      ...(isNamed
        ? [`ALTER TABLE ${qualified(table)} ADD ${constraintDefinition(catalog, table, own)}`]
        : []),
      ...(isNew ? [`${alter} SET NOT NULL`] : []),
    ];
  });
}

function ownedSequences(catalog: Catalog, table: Table): readonly string[] {
  return relationsOf(catalog, 'sequence')
    .filter((sequence) => sequence.ownedBy === table.id && !isOfIdentity(catalog, sequence))
    .map(
      (sequence) =>
        `ALTER SEQUENCE ${qualified(sequence)} OWNED BY ${qualified(table)}.${quoteName(sequence.ownerColumn ?? '')}`,
    );
}
