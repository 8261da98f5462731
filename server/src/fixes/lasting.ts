// What is known of an operation in its history: what it made, and whether that is still there at the end. A fix that does
// something last, in a new migration, must not undo what came in between.

import type { Catalog, Column, Index, Origin, Table } from '../catalog/catalog.js';
import {
  columnOf,
  constraintOf,
  findIndex,
  findTable,
  foreignKeysOf,
  indexLeadingWith,
  meansSame,
  tableById,
} from '../catalog/lookup.js';
import { truncateIdentifier } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  ConstraintDefinition,
  CreateIndex,
  DropIndex,
  IndexKey,
  Operation,
  SetNotNull,
} from '../catalog/operation.js';
import { proofOfNotNull } from '../catalog/proofs.js';
import { stateBefore } from '../migrations/history.js';
import type { MigrationStatement } from '../migrations/migration.js';
import { sameData } from '../text/same-data.js';
import type { Span } from '../text/span.js';
import type { Site } from './place.js';
import type { TableName } from './steps.js';

/**
 * True when nothing has to be read to make the column NOT NULL at that place.
 * @param withType the same ALTER TABLE will set its type
 */
export function isProvenPresent(site: Site, operation: SetNotNull, withType: boolean): boolean {
  const before = catalogBefore(site, operation);
  return before !== null && proofOfNotNull(before, operation.table, operation.column.name, withType) !== null;
}

/** The schema before the statement of an operation; `null` when the migration does not hold it. */
export function catalogBefore(site: Site, operation: Operation): Catalog | null {
  const origin = originOf(site, operation, null);
  return site.step === null || origin === null ? null : stateBefore(site.step, origin.statement).catalog;
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

/** The statement that holds an operation; `null` when the migration of the site does not hold it. */
export function statementOf({ step }: Site, operation: Operation): MigrationStatement | null {
  return step?.migration.statements.find(({ operations }) => operations.includes(operation)) ?? null;
}

/** What the catalog calls the operation that made something. */
function originOf({ step, file }: Site, made: Operation, constraint: number | null): Origin | null {
  for (const [statement, { operations }] of (step?.migration.statements ?? []).entries()) {
    const operation = operations.indexOf(made);
    if (operation >= 0) return { path: file.path, statement, operation, constraint };
  }
  return null;
}

/**
 * Whether the index that it makes stays, here and later, as it is, and nothing needs it before all migrations have run: else to
 * make it last would undo what is done to it, or break what is done with it.
 */
export function indexLasts(site: Site, operation: CreateIndex): boolean {
  const known = findTable(site.latest, operation.table);
  const origin = originOf(site, operation, null);
  const own = known?.indexes.find((index) => sameData(index.origin, origin));
  if (known === null || own === undefined || own.where?.text !== operation.where?.text) return false;
  if (!sameNames(own.keys.map(textOfKey), operation.keys.map(textOfKey))) return false;
  if (isNamedAfter(site, operation, own.name)) return false;
  return !own.unique || !isReliedOn(site, operation, known, own);
}

/** Whether a foreign key or an upsert may count on a unique index. */
function isReliedOn(site: Site, operation: CreateIndex, table: Table, { keys }: Index): boolean {
  if (isReferencedHere(site, operation.table)) return true;
  const columns = keys.map(textOfKey).sort();
  const referenced = [...site.latest.relations.values()].some(
    (relation) =>
      relation.kind === 'table' &&
      foreignKeysOf(relation).some(
        ({ references, referencedColumns }) =>
          references === table.id && sameNames([...referencedColumns].sort(), columns),
      ),
  );
  return referenced || textsAfter(site, operation).some((text) => names(text, table.name) && isUpsert(text));
}

/** In SQL or by an option of `insert_all`. */
function isUpsert(text: string): boolean {
  return /\bon[\s_]+conflict\b/i.test(text);
}

function textOfKey({ column, expression }: IndexKey): string {
  return column ?? expression?.text ?? '';
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.join('\0') === b.join('\0');
}

/**
 * The same for the end of an index: it would still be there when all migrations have run, and no other one gets its name, in
 * this migration or later.
 */
export function staysDropped(site: Site, operation: DropIndex): boolean {
  const { index } = operation;
  const after = site.step?.after ?? site.latest;
  if ([after, site.latest].some((catalog) => findIndex(catalog, index))) return false;
  if (isNamedAfter(site, operation, index.name)) return false;
  const before = catalogBefore(site, operation);
  const found = before === null ? null : findIndex(before, index);
  if (found === null) return true;
  // What is written behind it may be what it forbids.
  const forbids =
    found.index.unique && textsAfter(site, operation).some((text) => names(text, found.table.name));
  return !forbids && wouldRemain(site, found.table, found.index);
}

/** Whether nothing takes the index away with what it stands on. */
function wouldRemain({ latest }: Site, before: Table, index: Index): boolean {
  const now = tableById(latest, before.id);
  const columns = [
    ...index.keys.flatMap(({ column, expression }) =>
      column === null ? (expression?.columns ?? []) : [column],
    ),
    ...index.include,
    ...(index.where?.columns ?? []),
  ];
  return (
    now !== null && now.schema === before.schema && columns.every((column) => columnOf(now, column) !== null)
  );
}

/** Whether a later migration names all of these. */
export function isMentionedLater(site: Site, ...wanted: readonly string[]): boolean {
  return textsOfLater(site).some((text) => wanted.every((name) => names(text, name)));
}

/** Whether anything that runs after the operation, in its own migration or later, has that name in it. */
export function isNamedAfter(site: Site, operation: Operation, name: string): boolean {
  return textsAfter(site, operation).some((text) => names(text, name));
}

/** Whether something that runs after the operation may count on what a constraint of the table proves. */
export function isProvedAfter(site: Site, operation: Operation, table: string): boolean {
  return textsAfter(site, operation).some(
    (text) => names(text, table) && /\bnot\s+null\b|\bnull:\s*false\b|\battach\b/i.test(text),
  );
}

/** Whether nothing runs after the operation, in its own migration or later. */
export function isLast(site: Site, operation: Operation): boolean {
  return textsAfter(site, operation).length === 0;
}

/** The SQL of the statements that follow in the same migration, and the texts of later ones. */
function textsAfter(site: Site, operation: Operation): readonly string[] {
  const origin = originOf(site, operation, null);
  const statements = site.step?.migration.statements ?? [];
  const own = origin === null ? statements : statements.slice(origin.statement + 1);
  return [...own.map(({ sql }) => sql), ...textsOfLater(site)];
}

function textsOfLater({ migrations, file, textOf }: Site): readonly string[] {
  const own = migrations.findIndex(({ path }) => path === file.path);
  return migrations.slice(own + 1).map(({ path }) => textOf(path) ?? '');
}

/** Whether the word stands in a text, in any case. */
function names(text: string, name: string): boolean {
  return new RegExp(`(?<!\\w)${name.replace(/\W/g, '\\$&')}(?!\\w)`, 'i').test(text);
}

/** Whether the code stands where it runs several times, in a loop or a function: an edit then is for each time. */
export function runsOften(site: Site, operation: Operation): boolean {
  return operationsOfCode(site, operation).length > 1;
}

/** All operations that the same code makes: one for each time that it runs. */
export function operationsOfCode({ step, start }: Site, { kind, keyword }: Operation): readonly Operation[] {
  // Spans of another statement count from elsewhere.
  const statements = step?.migration.statements.filter((statement) => statement.start === start) ?? [];
  const operations = statements.flatMap((statement) => statement.operations);
  return operations.filter(
    (one) => one.kind === kind && one.keyword.start === keyword.start && one.keyword.end === keyword.end,
  );
}

/** Whether the migration makes a foreign key to the table, for which its unique index may be needed at once. */
export function isReferencedHere(site: Site, table: TableName): boolean {
  const operations = site.step?.migration.statements.flatMap((statement) => statement.operations) ?? [];
  return operations.some((operation) =>
    constraintsIn(operation).some(
      (constraint) => constraint.kind === 'foreign-key' && isSameTable(site, constraint.references, table),
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

/** Whether both names mean the same table, before the migration or after it. */
export function isSameTable(site: Site, a: TableName, b: TableName): boolean {
  return catalogsAround(site).some((catalog) => meansSame(catalog, a, b));
}

/** The schema before the migration and after it. */
export function catalogsAround({ step, latest }: Site): readonly Catalog[] {
  return step === null ? [latest] : [step.before, step.after];
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
