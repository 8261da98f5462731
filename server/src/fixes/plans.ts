// The steps by which a change of the schema comes about without holding up reads and writes: what runs after the mended
// migration, in either language.

import type { Column, Table } from '../catalog/catalog.js';
import { findTable, primaryKeyOf } from '../catalog/lookup.js';
import { truncateIdentifier } from '../catalog/names.js';
import type { AddColumn, AlterColumnType } from '../catalog/operation.js';
import { chooseName, columnsPart } from '../catalog/server-names.js';
import type { Span } from '../text/span.js';
import type { Site } from './place.js';
import type { Backfill, FollowUp, IndexStep, TableName } from './steps.js';
import { snakeCase } from './versions.js';

/** The constraint that is NOT VALID is validated. */
export function validation(table: TableName, constraint: string): FollowUp {
  return {
    name: snakeCase('validate', constraint),
    outside: false,
    notes: [],
    up: [{ kind: 'validate-constraint', table, constraint }],
    down: [],
  };
}

/**
 * NOT NULL for a column that a CHECK, still NOT VALID, keeps free of NULLs. The CHECK goes in a statement of its own: in one
 * ALTER TABLE it would be dropped before NOT NULL is set, and prove nothing.
 */
export function requirement(table: TableName, column: string, check: string, present: string): FollowUp {
  return {
    name: snakeCase('require', column, 'of', table.name),
    outside: false,
    notes: ['The constraint proves that there is no NULL, so no row is read while reads and writes wait.'],
    up: [
      { kind: 'validate-constraint', table, constraint: check },
      { kind: 'set-not-null', table, column },
      { kind: 'drop-constraint', table, constraint: check },
    ],
    down: [
      { kind: 'add-check', table, constraint: check, sql: present },
      { kind: 'drop-not-null', table, column },
    ],
  };
}

/** What follows a column that was added without its default: old rows get one, then NOT NULL where the author wants it. */
export function defaultForOldRows(
  site: Site,
  { table, column }: AddColumn,
  value: string,
  present: string,
): readonly FollowUp[] {
  const name = column.name.name;
  const fill: FollowUp = {
    name: snakeCase('backfill', name, 'of', table.name),
    outside: true,
    notes: [],
    up: [backfill(site, table, name, value, null)],
    down: [],
  };
  if (!column.notNull) return [fill];
  const check = presenceCheck(site, table, name);
  const guard: FollowUp = {
    name: snakeCase('check', name, 'of', table.name),
    outside: false,
    notes: [],
    up: [{ kind: 'add-check', table, constraint: check, sql: present }],
    down: [{ kind: 'drop-constraint', table, constraint: check }],
  };
  return [fill, guard, requirement(table, name, check, present)];
}

/** A name for a CHECK that a column is not NULL: not the one that PostgreSQL 18 gives to NOT NULL itself. */
export function presenceCheck(site: Site, table: TableName, column: string): string {
  const taken = new Set(tableAfter(site, table)?.constraints.map(({ name }) => name));
  return chooseName(table.name, column, 'not_null_check', (name) => taken.has(name));
}

/** True when a validated CHECK proves already that the column holds no NULL, or it is NOT NULL. */
export function isProvenPresent(site: Site, table: TableName, column: string): boolean {
  const known = site.step === null ? null : findTable(site.step.before, table);
  if (known === null) return false;
  return (
    known.columns.some(({ name, notNull }) => name === column && notNull) ||
    known.constraints.some(
      (one) => one.kind === 'check' && one.validated && one.expression.provesNotNull.includes(column),
    )
  );
}

/** Fills the new column that stands in for the old one; says what the application has to do before and after. */
export function retyping(site: Site, operation: AlterColumnType, column: string, value: string): FollowUp {
  const { table } = operation;
  const old = operation.column.name;
  const known = tableAfter(site, table);
  const had = known === null ? [] : carriedBy(known, old);
  return {
    name: snakeCase('backfill', column, 'of', table.name),
    outside: true,
    notes: [
      `Release code that writes "${column}" wherever it writes "${old}", before this runs.`,
      `After it, release code that reads "${column}" alone; then drop "${old}" in a later migration.`,
      ...(had.length === 0
        ? []
        : [`"${old}" has ${had.join(', ')}: give "${column}" its own before it is read.`]),
    ],
    up: [backfill(site, table, column, value, old)],
    down: [],
  };
}

function carriedBy(table: Table, column: string): readonly string[] {
  const found: Column | undefined = table.columns.find(({ name }) => name === column);
  const indexes = table.indexes.filter(({ keys }) => keys.some((key) => key.column === column));
  return [
    ...(found?.notNull === true ? ['NOT NULL'] : []),
    ...(found !== undefined && found.default !== null ? ['a default'] : []),
    ...indexes.map(({ name }) => `the index "${name}"`),
  ];
}

/** A name for the column that stands in for another one. */
export function standIn(site: Site, table: TableName, column: string): string {
  const taken = new Set(tableAfter(site, table)?.columns.map(({ name }) => name));
  return chooseName(column, '', 'new', (name) => taken.has(name));
}

function backfill(
  site: Site,
  table: TableName,
  column: string,
  value: string,
  source: string | null,
): Backfill {
  const known = tableAfter(site, table);
  const key = known === null ? null : primaryKeyOf(known);
  const keyIsKnown = key !== null || known?.complete === true;
  return {
    kind: 'backfill',
    table,
    column,
    value,
    source,
    key: key ?? (keyIsKnown ? [] : ['id']),
    keyIsKnown,
  };
}

/** An index by the naming habit of the schema. */
export function indexOn(site: Site, table: TableName, columns: readonly string[]): IndexStep {
  const names = [...site.latest.relations.values()].flatMap((relation) =>
    relation.kind === 'table' ? relation.indexes.filter(({ constraint }) => constraint === null) : [],
  );
  const label =
    names.filter(({ name }) => name.endsWith('_index')).length * 2 > names.length ? 'index' : 'idx';
  const taken = new Set(names.map(({ name }) => name));
  const name = chooseName(table.name, columnsPart(columns), label, (one) => taken.has(one));
  return { kind: 'create-index', table, columns, unique: false, name, given: name, concurrently: true };
}

/** The name that the server gave to a constraint, which may carry a number. */
export function nameOfConstraint(site: Site, table: TableName, at: Span, expected: string): string {
  const made = tableAfter(site, table)?.constraints.find(
    ({ origin }) =>
      origin !== null &&
      origin.path === site.file.path &&
      origin.span.start === at.start &&
      origin.span.end === at.end &&
      site.step?.migration.statements[origin.statement]?.start === site.start,
  );
  return made?.name ?? truncateIdentifier(expected);
}

/** The table at the end of the migration. */
export function tableAfter({ step, latest }: Site, table: TableName): Table | null {
  return findTable(step?.after ?? latest, table);
}

/** Whether the migration itself makes the table: nobody else uses it yet. */
export function isNewHere(site: Site, table: TableName): boolean {
  const known = tableAfter(site, table);
  return site.step !== null && known !== null && known.origin?.path === site.file.path;
}
