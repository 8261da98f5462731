// What is known of an operation in its history: what it made, and whether that is still there at the end. A fix that does
// something last, in a new migration, must not undo what came in between.

import type { Column, Origin, Table } from '../catalog/catalog.js';
import { columnOf, constraintOf, findIndex, findTable, indexLeadingWith } from '../catalog/lookup.js';
import { truncateIdentifier } from '../catalog/names.js';
import type {
  AddColumn,
  AddConstraint,
  ConstraintDefinition,
  CreateIndex,
  IndexKey,
  Operation,
  SetNotNull,
} from '../catalog/operation.js';
import { stateBefore } from '../migrations/history.js';
import { sameData } from '../text/same-data.js';
import type { Span } from '../text/span.js';
import type { Site } from './place.js';
import type { TableName } from './steps.js';

/** True when the column is NOT NULL just before the operation, or a validated CHECK proves that it holds no NULL. */
export function isProvenPresent(site: Site, operation: SetNotNull): boolean {
  const column = operation.column.name;
  const origin = originOf(site, operation, null);
  if (site.step === null || origin === null) return false;
  const known = findTable(stateBefore(site.step, origin.statement).catalog, operation.table);
  if (known === null) return false;
  return (
    known.columns.some(({ name, notNull }) => name === column && notNull) ||
    known.constraints.some(
      (one) => one.kind === 'check' && one.validated && one.expression.provesNotNull.includes(column),
    )
  );
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
  return (
    own !== undefined &&
    sameNames(own.keys.map(textOfKey), operation.keys.map(textOfKey)) &&
    own.where?.text === operation.where?.text
  );
}

function textOfKey({ column, expression }: IndexKey): string {
  return column ?? expression?.text ?? '';
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
