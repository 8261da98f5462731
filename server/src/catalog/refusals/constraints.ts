// Constraints: of a table that is being made, and of one that is there.

import type { Span } from '../../text/span.js';
import type { Catalog, Constraint, Index, Table } from '../catalog.js';
import { findIndex, findRelation, primaryKeyOf } from '../lookup.js';
import { type LocalName, truncateIdentifier } from '../names.js';
import type {
  AddConstraint,
  AlterConstraint,
  ConstraintDefinition,
  DropConstraint,
  ForeignKeyDefinition,
  IndexKey,
  Operation,
  PrimaryKeyDefinition,
  RenameConstraint,
  UniqueDefinition,
  ValidateConstraint,
} from '../operation.js';
import {
  asLookedUp,
  certainRelation,
  hasColumn,
  isSystemColumn,
  isWhole,
  kindOf,
  lacksTable,
} from './certainty.js';
import { exists, firstIn, firstOf, missing, type Refusal, type RefusalContext, refusal } from './refusal.js';

/** What constraints and indexes of a table can name. */
export interface Shape {
  readonly schema: string;
  readonly name: string;
  readonly columns: ReadonlySet<string>;
  /** False when it may have more columns than these. */
  readonly isWhole: boolean;
  /** Names of its constraints. */
  readonly constraints: ReadonlySet<string>;
  readonly primaryKey: string | null;
  /** `null` for a table that is being made. */
  readonly table: Table | null;
}

export function shapeOf(catalog: Catalog, table: Table): Shape {
  const certain = table.columns.filter(({ name }) => hasColumn(catalog, table, name) !== false);
  const isAll = isWhole(catalog, table);
  return {
    schema: table.schema,
    name: table.name,
    columns: new Set(certain.map(({ name }) => name)),
    // A column in doubt may be there or not.
    isWhole: isAll && ![...catalog.doubts.columns.keys()].some((key) => key.startsWith(`${table.id}.`)),
    constraints: new Set(isAll ? table.constraints.map(({ name }) => name) : []),
    primaryKey: isAll ? (table.constraints.find(({ kind }) => kind === 'primary-key')?.name ?? null) : null,
    table,
  };
}

/** The constraints one after the other, each seeing those before it. */
export function refusedConstraints(
  catalog: Catalog,
  shape: Shape,
  definitions: readonly ConstraintDefinition[],
  context: RefusalContext,
): Refusal | null {
  let current = shape;
  for (const definition of definitions) {
    const found = refusedConstraint(catalog, current, definition, definitions, context);
    if (found !== null) return found;
    const name = definition.name === null ? null : truncateIdentifier(definition.name.name);
    current = {
      ...current,
      constraints: name === null ? current.constraints : new Set([...current.constraints, name]),
      primaryKey: definition.kind === 'primary-key' ? (name ?? `${shape.name}_pkey`) : current.primaryKey,
    };
  }
  return null;
}

function refusedConstraint(
  catalog: Catalog,
  shape: Shape,
  definition: ConstraintDefinition,
  others: readonly ConstraintDefinition[],
  context: RefusalContext,
): Refusal | null {
  const taken = () => nameIsTaken(shape, definition);
  switch (definition.kind) {
    case 'primary-key':
    case 'unique':
      return firstOf(
        () => (definition.kind === 'primary-key' ? secondPrimaryKey(shape, definition.keyword) : null),
        () => lacksColumnsIn(shape, definition.columns, definition.keyword),
        () => lacksColumnsIn(shape, definition.include, definition.keyword),
        () => namesColumnTwice(definition),
        () => lacksIndexFor(catalog, shape, definition),
        taken,
        () => keyNameIsTaken(catalog, shape, definition),
      );
    case 'foreign-key':
      return firstOf(
        () => lacksColumnsIn(shape, definition.columns, definition.keyword),
        () => refusedForeignKey(catalog, shape, definition, others, context),
        taken,
      );
    case 'check':
      return firstOf(() => lacksColumnsIn(shape, definition.expression.columns, definition.keyword), taken);
    case 'not-null':
      return lacksColumnsIn(shape, [definition.column], definition.keyword);
    case 'exclusion':
      return taken();
  }
}

/** @param names of an expression, too, where a table's own name is its whole row */
export function lacksColumnsIn(shape: Shape, names: readonly string[], at: Span): Refusal | null {
  if (!shape.isWhole) return null;
  return firstIn(names, (given) => {
    const name = truncateIdentifier(given);
    if (
      name === '' ||
      name === '*' ||
      shape.columns.has(name) ||
      isSystemColumn(name) ||
      name === shape.name
    ) {
      return null;
    }
    const object = { kind: 'column', schema: null, name } as const;
    return missing('missing-column', '42703', object, at, shape.columns, { of: ` in table "${shape.name}"` });
  });
}

function secondPrimaryKey({ name, primaryKey }: Shape, at: Span): Refusal | null {
  if (primaryKey === null) return null;
  const object = { kind: 'constraint', schema: null, name: primaryKey } as const;
  return refusal('exists', '42P16', `table "${name}" has a primary key already, "${primaryKey}"`, object, at);
}

function nameIsTaken(
  { name: table, constraints }: Shape,
  { name, keyword }: ConstraintDefinition,
): Refusal | null {
  const cut = name === null ? null : truncateIdentifier(name.name);
  if (cut === null || !constraints.has(cut)) return null;
  return exists(
    '42710',
    { kind: 'constraint', schema: null, name: cut },
    name?.span ?? keyword,
    ` on table "${table}"`,
  );
}

function namesColumnTwice({
  kind,
  columns,
  keyword,
}: PrimaryKeyDefinition | UniqueDefinition): Refusal | null {
  const cut = columns.map((name) => truncateIdentifier(name));
  const twice = cut.find((name, index) => cut.indexOf(name) !== index);
  if (twice === undefined) return null;
  const object = { kind: 'column', schema: null, name: twice } as const;
  const message = `the ${kind === 'unique' ? 'unique constraint' : 'primary key'} names the column "${twice}" twice`;
  return refusal('exists', '42701', message, object, keyword);
}

/** The index of a key shares its namespace with tables. */
function keyNameIsTaken(
  catalog: Catalog,
  { schema }: Shape,
  { name, usingIndex }: PrimaryKeyDefinition | UniqueDefinition,
): Refusal | null {
  if (name === null || usingIndex !== null) return null;
  const relation = certainRelation(catalog, { schema, name: name.name });
  if (relation === null) return null;
  return exists('42P07', { kind: kindOf(relation), schema, name: relation.name }, name.span);
}

function lacksIndexFor(
  catalog: Catalog,
  { schema, table }: Shape,
  { usingIndex, keyword }: PrimaryKeyDefinition | UniqueDefinition,
): Refusal | null {
  if (usingIndex === null || table === null || !isWhole(catalog, table)) return null;
  const found = findIndex(catalog, asLookedUp({ schema, name: usingIndex }));
  if (found !== null) return isUnfit(table, found, keyword);
  if (findRelation(catalog, asLookedUp({ schema, name: usingIndex })) !== null) return null;
  const object = { kind: 'index', schema: null, name: usingIndex } as const;
  const known = table.indexes.map(({ name }) => name);
  return missing('missing-object', '42704', object, keyword, known, { of: ` on table "${table.name}"` });
}

/** transformIndexConstraint in parse_utilcmd.c, and ATExecAddIndexConstraint in tablecmds.c. */
function isUnfit(
  table: Table,
  { table: owner, index }: { readonly table: Table; readonly index: Index },
  at: Span,
): Refusal | null {
  const unfit = (code: string, why: string) => {
    const object = { kind: 'index', schema: owner.schema, name: index.name } as const;
    return refusal('unfit-index', code, `the index "${index.name}" ${why}`, object, at);
  };
  if (owner.id !== table.id) return unfit('55000', `belongs to another table, "${owner.name}"`);
  if (index.constraint !== null)
    return unfit('55000', `stands behind the constraint "${index.constraint}" already`);
  if (!index.valid) return unfit('55000', 'is not valid');
  if (!index.unique) return unfit('42809', 'is not unique');
  if (index.keys.some(({ column }) => column === null)) return unfit('42809', 'is on an expression');
  if (index.where !== null) return unfit('42809', 'is partial: its WHERE leaves rows out');
  if (index.keys.some(hasOwnOrder)) return unfit('42809', 'has another order than the default one');
  return table.partitioned ? unfit('0A000', `is on the partitioned table "${table.name}"`) : null;
}

function hasOwnOrder({ descending, nullsFirst, operatorClass }: IndexKey): boolean {
  return descending || nullsFirst || /_pattern_ops$/.test(operatorClass ?? '');
}

function refusedForeignKey(
  catalog: Catalog,
  shape: Shape,
  definition: ForeignKeyDefinition,
  others: readonly ConstraintDefinition[],
  context: RefusalContext,
): Refusal | null {
  const { references, columns } = definition;
  const ofItself =
    references.name === shape.name && (references.schema === null || references.schema === shape.schema);
  if (ofItself && shape.table === null) return refusedSelfReference(shape, definition, others);
  const lacks = lacksTable(catalog, references);
  if (lacks !== null) return lacks;
  const relation = certainRelation(catalog, references);
  if (relation?.kind !== 'table' || !isWhole(catalog, relation)) return null;
  const target = shapeOf(catalog, relation);
  const wanted = definition.referencedColumns.map((name) => truncateIdentifier(name));
  const added = context.statement.flatMap((one) => (one.kind === 'add-column' ? [one.column.name.name] : []));
  if (ofItself && wanted.some((name) => added.includes(name))) return null;
  const unknown = lacksColumnsIn(target, wanted, references.span);
  if (unknown !== null) return unknown;
  // Another action of the same ALTER TABLE may make the key.
  if (ofItself && context.statement.filter(({ kind }) => kind === 'add-constraint').length > 1) return null;
  const object = { kind: 'table', schema: relation.schema, name: relation.name } as const;
  const key = primaryKeyOf(relation);
  if (wanted.length === 0 && key === null) {
    const message = `table "${relation.name}" has no primary key that this foreign key could refer to`;
    return refusal('no-unique-key', '42704', message, object, references.span);
  }
  const referenced = wanted.length === 0 ? (key ?? []) : wanted;
  if (referenced.length !== columns.length) return wrongNumber(definition, referenced.length);
  if (wanted.length === 0 || isUniqueIn(relation, wanted)) return null;
  return withoutKey(relation.name, wanted, object, references.span);
}

function refusedSelfReference(
  shape: Shape,
  definition: ForeignKeyDefinition,
  others: readonly ConstraintDefinition[],
): Refusal | null {
  if (!shape.isWhole) return null;
  const wanted = definition.referencedColumns.map((name) => truncateIdentifier(name));
  const lacks = lacksColumnsIn(shape, wanted, definition.references.span);
  if (lacks !== null) return lacks;
  const keys = others.flatMap((other) =>
    other.kind === 'primary-key' || other.kind === 'unique' ? [other] : [],
  );
  const object = { kind: 'table', schema: shape.schema, name: shape.name } as const;
  const primary = keys.find(({ kind }) => kind === 'primary-key');
  if (wanted.length === 0 && primary === undefined) {
    const message = `table "${shape.name}" has no primary key that this foreign key could refer to`;
    return refusal('no-unique-key', '42704', message, object, definition.references.span);
  }
  const referenced = wanted.length === 0 ? (primary?.columns ?? []) : wanted;
  if (referenced.length !== definition.columns.length) return wrongNumber(definition, referenced.length);
  if (wanted.length === 0 || keys.some(({ columns }) => sameColumns(columns, wanted))) return null;
  return withoutKey(shape.name, wanted, object, definition.references.span);
}

function wrongNumber({ columns, references }: ForeignKeyDefinition, referenced: number): Refusal {
  const object = { kind: 'table', schema: references.schema, name: references.name } as const;
  const message = `the foreign key has ${columns.length} column${columns.length === 1 ? '' : 's'} and refers to ${referenced} of "${references.name}"`;
  return refusal('no-unique-key', '42830', message, object, references.span);
}

function withoutKey(table: string, columns: readonly string[], object: Refusal['object'], at: Span): Refusal {
  const listed = columns.map((column) => `"${column}"`).join(', ');
  const message = `no primary key, unique constraint or unique index of "${table}" is on exactly ${listed}`;
  return refusal('no-unique-key', '42830', message, object, at);
}

/** A unique index will do that covers all rows, with plain columns in any order. */
function isUniqueIn({ indexes, constraints }: Table, wanted: readonly string[]): boolean {
  return (
    constraints.some(
      (one) => (one.kind === 'primary-key' || one.kind === 'unique') && sameColumns(one.columns, wanted),
    ) ||
    indexes.some(
      ({ unique, where, keys }) =>
        unique &&
        where === null &&
        keys.every(({ column }) => column !== null) &&
        sameColumns(
          keys.flatMap(({ column }) => column ?? []),
          wanted,
        ),
    )
  );
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  const cut = a.map((name) => truncateIdentifier(name));
  return cut.length === b.length && b.every((name) => cut.includes(name));
}

export function refusedNewConstraint(
  catalog: Catalog,
  operation: AddConstraint,
  context: RefusalContext,
): Refusal | null {
  const lacks = lacksTable(catalog, operation.table);
  if (lacks !== null) return lacks;
  const table = certainRelation(catalog, operation.table);
  if (table?.kind !== 'table') return null;
  const shape = shapeOf(catalog, table);
  return refusedConstraints(catalog, withSiblings(shape, context.statement), [operation.constraint], context);
}

/** The server drops what an ALTER TABLE drops first, and adds its columns before its constraints. */
export function withSiblings(shape: Shape, statement: readonly Operation[]): Shape {
  if (statement.length < 2) return shape;
  const added = statement.flatMap((one) => (one.kind === 'add-column' ? [one.column.name.name] : []));
  const dropped = new Set(
    statement.flatMap((one) => (one.kind === 'drop-constraint' ? [one.constraint.name] : [])),
  );
  return {
    ...shape,
    columns: new Set([...shape.columns, ...added]),
    constraints: new Set([...shape.constraints].filter((name) => !dropped.has(name))),
    primaryKey: shape.primaryKey !== null && dropped.has(shape.primaryKey) ? null : shape.primaryKey,
  };
}

export function refusedChange(
  catalog: Catalog,
  operation: DropConstraint | ValidateConstraint | RenameConstraint | AlterConstraint,
  { statement }: RefusalContext,
  dependents: (table: Table, constraint: Constraint) => Refusal | null,
): Refusal | null {
  const lacks = lacksTable(catalog, operation.table);
  if (lacks !== null) return lacks;
  const table = certainRelation(catalog, operation.table);
  if (table?.kind !== 'table') return null;
  const name = truncateIdentifier(operation.constraint.name);
  const found = table.constraints.find((one) => one.name === name);
  const isMadeHere = statement.some((one) => one.kind === 'add-constraint');
  if (found === undefined) {
    if (operation.kind === 'drop-constraint' && operation.ifExists) return null;
    return isMadeHere ? null : lacksConstraint(catalog, table, operation.constraint);
  }
  if (!isWhole(catalog, table)) return null;
  if (operation.kind === 'rename-constraint') {
    const to = truncateIdentifier(operation.to.name);
    if (!table.constraints.some((one) => one.name === to)) return null;
    return exists(
      '42710',
      { kind: 'constraint', schema: null, name: to },
      operation.to.span,
      ` on table "${table.name}"`,
    );
  }
  return operation.kind === 'drop-constraint' && !operation.cascade ? dependents(table, found) : null;
}

/** Of a constraint that an operation needs. */
export function lacksConstraint(
  catalog: Catalog,
  table: Table,
  { name: given, span }: LocalName,
): Refusal | null {
  const name = truncateIdentifier(given);
  // PostgreSQL 18 has names for NOT NULL, which are not held when the server gave them.
  if (!isWhole(catalog, table) || /_not_null\d*$/.test(name)) return null;
  const known = table.constraints.map((one) => one.name);
  if (known.includes(name)) return null;
  const object = { kind: 'constraint', schema: null, name } as const;
  return missing('missing-object', '42704', object, span, known, { of: ` on table "${table.name}"` });
}
