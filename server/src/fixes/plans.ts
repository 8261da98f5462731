// The steps by which a change of the schema comes about without holding up reads and writes: what runs after the mended
// migration, in either language.

import { relationNameTaken } from '../catalog/apply/relations.js';
import type { Catalog, Column, Table } from '../catalog/catalog.js';
import { primaryKeyOf, relationName } from '../catalog/lookup.js';
import { truncateIdentifier } from '../catalog/names.js';
import type { AddColumn, AlterColumnType } from '../catalog/operation.js';
import { chooseName, columnsPart, objectName } from '../catalog/server-names.js';
import { defaultIndexName } from '../migrations/from-ecto/index-sql.js';
import { quoted } from '../text/quoted.js';
import { snakeCase } from '../text/words.js';
import { type MadeConstraint, tableAfter } from './lasting.js';
import type { Site } from './place.js';
import type { Backfill, FollowUp, IndexStep, TableName } from './steps.js';

/** Constraints that are NOT VALID are validated. */
export function validation(constraints: readonly MadeConstraint[]): FollowUp {
  return {
    name: snakeCase('validate', constraints[0]?.constraint ?? ''),
    outside: false,
    notes: [],
    up: constraints.map(({ table, constraint }) => ({ kind: 'validate-constraint', table, constraint })),
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

/** NOT NULL as a constraint, under the name that the server gives to it by itself. */
export function notNullConstraint(site: Site, table: TableName, column: string) {
  const made = tableAfter(site, table)?.constraints.find(
    (constraint) => constraint.kind === 'not-null' && constraint.column === column,
  );
  const name = made?.name ?? objectName(table.name, column, 'not_null');
  return { name, action: `add constraint ${quoted(name)} not null ${quoted(column)} not valid` };
}

/** A name for a CHECK that a column is not NULL: not the one that PostgreSQL 18 gives to NOT NULL itself. */
export function presenceCheck(site: Site, table: TableName, column: string): string {
  const taken = new Set(tableAfter(site, table)?.constraints.map(({ name }) => name));
  return chooseName(table.name, column, 'not_null_check', (name) => taken.has(name));
}

/** What follows a column that stands in for another one: it is filled from that, while code moves over. */
export interface StandIn {
  readonly table: Table | null;
  readonly name: TableName;
  readonly old: string;
  readonly column: string;
  /** An SQL expression of the old one. */
  readonly value: string;
}

export function movingOver(site: Site, { table, name, old, column, value }: StandIn): FollowUp {
  const had = table === null ? [] : carriedBy(table, old);
  return {
    name: snakeCase('backfill', column, 'of', name.name),
    outside: true,
    notes: [
      `Release code that writes "${column}" wherever it writes "${old}", before this runs.`,
      `After it, release code that reads "${column}" alone; then drop "${old}" in a later migration.`,
      ...(had.length === 0
        ? []
        : [`"${old}" has ${had.join(', ')}: give "${column}" its own before it is read.`]),
    ],
    up: [backfill(site, name, column, value, old)],
    down: [],
  };
}

/** For a column of another type. */
export function retyping(site: Site, operation: AlterColumnType, column: string, value: string): FollowUp {
  const { table } = operation;
  return movingOver(site, {
    table: tableAfter(site, table),
    name: table,
    old: operation.column.name,
    column,
    value,
  });
}

function carriedBy(table: Table, column: string): readonly string[] {
  const found: Column | undefined = table.columns.find(({ name }) => name === column);
  const indexes = table.indexes.filter(({ keys }) => keys.some((key) => key.column === column));
  return [
    ...(found?.notNull === true ? ['NOT NULL'] : []),
    ...(found !== undefined && found.default !== null ? ['a default'] : []),
    ...indexes.map(({ name }) => `the index "${name}"`),
    ...table.constraints.flatMap((constraint) =>
      constraint.kind === 'foreign-key' && constraint.columns.includes(column)
        ? [`the foreign key "${constraint.name}"`]
        : constraint.kind === 'check' && constraint.expression.columns.includes(column)
          ? [`the CHECK "${constraint.name}"`]
          : [],
    ),
  ];
}

/** A name for the column that stands in for another one. */
export function standIn(site: Site, table: TableName, column: string): string {
  const taken = new Set(tableAfter(site, table)?.columns.map(({ name }) => name));
  return chooseName(column, '', 'new', (name) => taken.has(name));
}

/** The step that gives old rows their value. */
export function backfill(
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
export function indexOn({ latest }: Site, table: TableName, columns: readonly string[]): IndexStep {
  const name = usualIndexName(latest, table, columns);
  return { kind: 'create-index', table, columns, unique: false, name, given: name, concurrently: true };
}

/** An index with the name that Ecto gives by itself, unless another one has it. */
export function ectoIndexOn({ latest }: Site, table: TableName, columns: readonly string[]): IndexStep {
  const { name, given } = ectoIndexName(latest, table, columns, columns);
  return { kind: 'create-index', table, columns, unique: false, name, given, concurrently: true };
}

/**
 * A free name for an index, by the naming habit of the schema.
 * @param labels what the server calls its columns
 */
export function usualIndexName(catalog: Catalog, table: TableName, labels: readonly string[]): string {
  const names = indexNames(catalog);
  const ending = (words: string) => names.filter((one) => one.endsWith(words)).length;
  const label = ending('_index') > ending('_idx') ? 'index' : 'idx';
  return chooseName(table.name, columnsPart(labels), label, isTaken(catalog, table));
}

/**
 * The name that Ecto gives an index by itself, or a free one that has to be `given`; `given` is `null` for the former.
 * @param keys as the migration writes them, without the colon of atoms
 */
export function ectoIndexName(
  catalog: Catalog,
  table: TableName,
  keys: readonly string[],
  labels: readonly string[],
): { readonly name: string; readonly given: string | null } {
  const own = defaultIndexName([table.name, ...keys]);
  const taken = isTaken(catalog, table);
  if (!taken(own) && truncateIdentifier(own) === own) return { name: own, given: null };
  const name = chooseName(table.name, columnsPart(labels), 'index', taken);
  return { name, given: name };
}

/** An index is in the schema of its table. */
function isTaken(catalog: Catalog, table: TableName): (name: string) => boolean {
  const { schema } = relationName(catalog, table);
  return (name) => relationNameTaken(catalog, schema, name);
}

const indexNamesOf = new WeakMap<Catalog, readonly string[]>();

function indexNames(latest: Catalog): readonly string[] {
  let names = indexNamesOf.get(latest);
  if (names === undefined) {
    names = [...latest.relations.values()].flatMap((relation) =>
      relation.kind === 'table' ? relation.indexes.map(({ name }) => name) : [],
    );
    indexNamesOf.set(latest, names);
  }
  return names;
}
