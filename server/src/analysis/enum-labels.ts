// Values that a transaction adds to an enum, and what it does with them. The server lets nobody use such a value before the
// transaction has ended, unless it made the type itself (error 55P04): check_safe_enum_use in src/backend/utils/adt/enum.c.
// Measured on 18: also a default, a CHECK, an index predicate and a comparison use it.

import type { Catalog, Table } from '../catalog/catalog.js';
import type { Expression } from '../catalog/expression.js';
import type { ExpressionTree } from '../catalog/expression-tree.js';
import { columnOf, findTable, findType } from '../catalog/lookup.js';
import type { Reference } from '../catalog/names.js';
import type { ColumnDefinition, ConstraintDefinition, GivenText, Operation } from '../catalog/operation.js';
import type { MigrationStep, WholeMigration } from './whole-migration.js';

export interface EarlyUse {
  /** What uses the value. */
  readonly step: MigrationStep;
  /** What added it. */
  readonly added: MigrationStep;
  readonly enum: string;
  readonly label: string;
}

interface Added {
  readonly step: MigrationStep;
  readonly label: string;
  readonly schema: string;
  name: string;
}

/** Each operation that uses a value which its own transaction has added, with the first such value. */
export function earlyUses({ steps, transaction }: WholeMigration): readonly EarlyUse[] {
  const uses: EarlyUse[] = [];
  let added: Added[] = [];
  // Types that the transaction makes, by schema and name.
  let own = new Set<string>();
  let current: number | null = null;
  let isOpened = false;
  for (const step of steps) {
    const { operation, before } = step;
    if (operation.kind === 'transaction')
      isOpened = operation.action !== 'commit' && operation.action !== 'rollback';
    const isInside = transaction === 'per-file' || isOpened || operation.inBody === true;
    if (step.transaction === null || step.transaction !== current || !isInside) {
      added = [];
      own = new Set();
      current = step.transaction;
    }
    if (!isInside || step.transaction === null || operation.maybe !== undefined) continue;
    switch (operation.kind) {
      case 'create-enum':
        own.add(keyOf(operation.type.schema ?? before.searchPath[0] ?? 'public', operation.type.name));
        continue;
      case 'rename-type':
        renamed(before, operation.type, operation.to.name, { own, added });
        continue;
      case 'add-enum-value': {
        const type = findType(before, operation.type);
        const label = operation.value.name;
        if (type?.kind !== 'enum' || type.values.includes(label) || own.has(keyOf(type.schema, type.name)))
          continue;
        added.push({ step, label, schema: type.schema, name: type.name });
        continue;
      }
    }
    const used = added.find((one) => usesLabel(operation, before, one));
    if (used !== undefined) uses.push({ step, added: used.step, enum: used.name, label: used.label });
  }
  return uses;
}

function keyOf(schema: string, name: string): string {
  return `${schema}\0${name}`;
}

function renamed(
  before: Catalog,
  from: Reference,
  to: string,
  { own, added }: { readonly own: Set<string>; readonly added: readonly Added[] },
): void {
  const type = findType(before, from);
  if (type === null) return;
  if (own.has(keyOf(type.schema, type.name))) own.add(keyOf(type.schema, to));
  for (const one of added) if (one.schema === type.schema && one.name === type.name) one.name = to;
}

function usesLabel(operation: Operation, before: Catalog, added: Added): boolean {
  const isType = (reference: Reference): boolean => {
    const type = findType(before, reference);
    return type !== null && type.schema === added.schema && type.name === added.name;
  };
  const among = (columns: readonly ColumnDefinition[], table: Table | null): Reader => ({
    label: added.label,
    isType,
    isColumn(name) {
      const type = columns.find((one) => one.name.name === name)?.type ?? typeOf(table, name);
      return type !== null && type !== undefined && type.arrayDimensions === 0 && isType(type);
    },
  });
  const byDefinition = (columns: readonly ColumnDefinition[], reader: Reader): boolean =>
    columns.some(
      (column) =>
        (reader.isColumn(column.name.name) && isLabel(column.default?.tree ?? null, reader)) ||
        reads(column.default, reader) ||
        column.constraints.some((constraint) => inConstraint(constraint, reader)),
    );
  switch (operation.kind) {
    case 'create-table': {
      const reader = among(operation.columns, null);
      return (
        byDefinition(operation.columns, reader) ||
        operation.constraints.some((constraint) => inConstraint(constraint, reader))
      );
    }
    case 'add-column':
      return byDefinition([operation.column], among([operation.column], findTable(before, operation.table)));
    case 'set-default': {
      const reader = among([], findTable(before, operation.table));
      const isValue = reader.isColumn(operation.column.name) && isLabel(operation.value.tree, reader);
      return isValue || reads(operation.value, reader);
    }
    case 'add-constraint':
      return inConstraint(operation.constraint, among([], findTable(before, operation.table)));
    case 'create-index': {
      const reader = among([], findTable(before, operation.table));
      return (
        reads(operation.where, reader) || operation.keys.some(({ expression }) => reads(expression, reader))
      );
    }
    case 'create-policy': {
      const reader = among([], findTable(before, operation.table));
      return reads(operation.using, reader) || reads(operation.check, reader);
    }
    case 'write-rows': {
      const table = operation.table === null ? null : findTable(before, operation.table);
      const reader = among([], table);
      return (
        operation.texts?.some((given) => given.text === added.label && isFor(given, table, reader)) ?? false
      );
    }
    default:
      return false;
  }
}

/** What is asked of an expression. */
interface Reader {
  readonly label: string;
  isColumn(name: string): boolean;
  isType(type: Reference): boolean;
}

function typeOf(table: Table | null, column: string) {
  return table === null ? null : (columnOf(table, column)?.type ?? null);
}

function isFor({ for: place }: GivenText, table: Table | null, { isColumn, isType }: Reader): boolean {
  switch (place.kind) {
    case 'column':
      return isColumn(place.column);
    case 'position': {
      const column = table?.columns[place.position];
      return column !== undefined && isColumn(column.name);
    }
    case 'type':
      return isType(place.type);
  }
}

function inConstraint(constraint: ConstraintDefinition, reader: Reader): boolean {
  return constraint.kind === 'check' && reads(constraint.expression, reader);
}

/** Whether it compares a column of the enum with the label, or casts the label to the enum. */
function reads(expression: Expression | null, reader: Reader): boolean {
  return expression !== null && expression.tree !== null && readsIn(expression.tree, reader);
}

function readsIn(tree: ExpressionTree, reader: Reader): boolean {
  if (!('args' in tree)) return false;
  const isCast = tree.kind === 'cast' && tree.type.arrayDimensions === 0 && reader.isType(tree.type);
  if (isCast && tree.args.some((arg) => isLabel(arg, reader))) return true;
  const compares =
    COMPARES.has(tree.kind) && tree.args.some((arg) => arg.kind === 'column' && reader.isColumn(arg.name));
  if (compares && tree.args.some((arg) => isLabel(arg, reader) || isArrayWith(arg, reader))) return true;
  return tree.args.some((arg) => readsIn(arg, reader));
}

const COMPARES: ReadonlySet<string> = new Set(['operator', 'quantified', 'in', 'between', 'distinct']);

function isLabel(tree: ExpressionTree | null, { label }: Reader): boolean {
  return tree?.kind === 'literal' && tree.type === 'string' && tree.value === label;
}

function isArrayWith(tree: ExpressionTree, reader: Reader): boolean {
  return tree.kind === 'array' && tree.args.some((arg) => isLabel(arg, reader));
}
