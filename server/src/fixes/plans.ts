// The steps by which a change of the schema comes about without holding up reads and writes: what runs after the mended
// migration, in either language.

import type { Column, Origin, Table } from '../catalog/catalog.js';
import {
  columnOf,
  constraintOf,
  findIndex,
  findTable,
  indexLeadingWith,
  primaryKeyOf,
} from '../catalog/lookup.js';
import { truncateIdentifier } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  AlterColumnType,
  ConstraintDefinition,
  CreateIndex,
  IndexKey,
  Operation,
} from '../catalog/operation.js';
import { chooseName, columnsPart } from '../catalog/server-names.js';
import { sameData } from '../text/same-data.js';
import type { Span } from '../text/span.js';
import type { Site } from './place.js';
import type { Backfill, FollowUp, IndexStep, TableName } from './steps.js';
import { snakeCase } from './versions.js';

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

/** The name that the server gave to the constraint that stands there, which may carry a number. */
export function nameOfConstraint(
  site: Site,
  operation: AddConstraint | AddColumn,
  at: Span,
  expected: string,
): string {
  const index = constraintsIn(operation).findIndex(
    ({ span }) => span.start === at.start && span.end === at.end,
  );
  const origin = originOf(site, operation, index);
  const table = tableAfter(site, operation.table);
  const made = table?.constraints.find((constraint) => sameData(constraint.origin, origin));
  return made?.name ?? truncateIdentifier(expected);
}

/** What the catalog calls the operation that made something. */
function originOf({ step, file }: Site, made: Operation, constraint: number | null): Origin | null {
  for (const [statement, { operations }] of (step?.migration.statements ?? []).entries()) {
    const operation = operations.indexOf(made);
    if (operation >= 0) return { path: file.path, statement, operation, constraint };
  }
  return null;
}

/** Whether the index that it makes stays, here and later, as it is: else to make it last would undo what is done to it. */
export function indexLasts(site: Site, operation: CreateIndex): boolean {
  const known = findTable(site.latest, operation.table);
  const origin = originOf(site, operation, null);
  const own = known?.indexes.find((index) => sameData(index.origin, origin));
  return own !== undefined && sameNames(own.keys.map(columnOfKey), operation.keys.map(columnOfKey));
}

function columnOfKey({ column }: IndexKey): string {
  return column ?? '';
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.join('\0') === b.join('\0');
}

/** The same for the end of an index: no other one gets its name, in this migration or later. */
export function staysDropped(site: Site, index: TableName): boolean {
  const after = site.step?.after ?? site.latest;
  return (
    ![after, site.latest].some((catalog) => findIndex(catalog, index)) && !isMentionedLater(site, index.name)
  );
}

/** Whether a later migration names all of these. */
export function isMentionedLater({ migrations, file, textOf }: Site, ...names: readonly string[]): boolean {
  const own = migrations.findIndex(({ path }) => path === file.path);
  const words = names.map((name) => new RegExp(`(?<!\\w)${name.replace(/\W/g, '\\$&')}(?!\\w)`));
  return migrations.slice(own + 1).some(({ path }) => {
    const text = textOf(path) ?? '';
    return words.every((word) => word.test(text));
  });
}

/** Whether the code stands where it runs several times, in a loop or a function: an edit then is for each time. */
export function runsOften({ step }: Site, { kind, keyword }: Operation): boolean {
  const operations = step?.migration.statements.flatMap((statement) => statement.operations) ?? [];
  const same = operations.filter(
    (one) => one.kind === kind && one.keyword.start === keyword.start && one.keyword.end === keyword.end,
  );
  return same.length > 1;
}

/** Whether the migration makes a foreign key to the table, for which its unique index may be needed at once. */
export function isReferencedHere({ step }: Site, table: TableName): boolean {
  const operations = step?.migration.statements.flatMap((statement) => statement.operations) ?? [];
  return operations.some((operation) =>
    constraintsIn(operation).some(
      (constraint) => constraint.kind === 'foreign-key' && constraint.references.name === table.name,
    ),
  );
}

function constraintsIn(operation: Operation): readonly ConstraintDefinition[] {
  switch (operation.kind) {
    case 'create-table':
      return [...operation.constraints, ...operation.columns.flatMap(({ constraints }) => constraints)];
    case 'add-column':
      return operation.column.constraints;
    case 'add-constraint':
      return [operation.constraint];
    default:
      return [];
  }
}

/** The same for a constraint of that name. */
export function constraintLasts(site: Site, operation: AddConstraint | AddColumn, name: string): boolean {
  const known = findTable(site.latest, operation.table);
  const made = known === null ? null : constraintOf(known, name);
  const own = originOf(site, operation, null);
  if (made === null || !sameData({ ...made.origin, constraint: null }, own)) return false;
  const definition = operation.kind === 'add-constraint' ? operation.constraint : null;
  if (made.kind !== 'primary-key' && made.kind !== 'unique') return true;
  return definition === null || !('columns' in definition) || sameNames(made.columns, definition.columns);
}

/** A constraint that a follow-up is to validate. */
export interface MadeConstraint {
  readonly table: TableName;
  readonly constraint: string;
}

/**
 * All constraints that the same code makes: more than one in a loop, or in a function that runs several times.
 * `null` when one of them does not last.
 */
export function constraintsOfCode(
  site: Site,
  own: AddConstraint | AddColumn,
  { keyword }: ConstraintDefinition,
  name: string,
): readonly MadeConstraint[] | null {
  const made: MadeConstraint[] = [];
  for (const { start, operations } of site.step?.migration.statements ?? []) {
    if (start !== site.start) continue;
    for (const operation of operations) {
      if (operation.kind !== 'add-constraint' && operation.kind !== 'add-column') continue;
      const same = constraintsIn(operation).find(
        (one) => one.keyword.start === keyword.start && one.keyword.end === keyword.end,
      );
      if (same === undefined) continue;
      const expected = operation === own ? name : (same.name?.name ?? '');
      const constraint = nameOfConstraint(site, operation, same.span, expected);
      if (!constraintLasts(site, operation, constraint)) return null;
      made.push({ table: operation.table, constraint });
    }
  }
  return made;
}

/** Whether later migrations leave a column, so far that `holds`. */
export function columnLasts(
  { latest }: Site,
  table: TableName,
  column: string,
  holds: (column: Column) => boolean,
): boolean {
  const known = findTable(latest, table);
  const found = known === null ? null : columnOf(known, column);
  return found !== null && holds(found);
}

/** The table at the end of the migration. */
export function tableAfter({ step, latest }: Site, table: TableName): Table | null {
  return findTable(step?.after ?? latest, table);
}

/**
 * Whether the migration itself makes the table, so that nobody else uses it yet, and makes no such index. Where it makes one
 * that a later migration drops, another one here would go the same way.
 */
export function lacksHere(site: Site, table: TableName, columns: readonly string[]): boolean {
  const known = tableAfter(site, table);
  const isNew = site.step !== null && known !== null && known.origin?.path === site.file.path;
  return isNew && indexLeadingWith(known, columns) === null;
}
