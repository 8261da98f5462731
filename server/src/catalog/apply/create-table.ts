// CREATE TABLE: columns of its own, of parents, of a type, of other tables (LIKE) and of a query, and what comes with them, in the
// order in which the server makes it, which tells who gets which name.
// Source: DefineRelation in tablecmds.c, transformCreateStmt in parse_utilcmd.c.

import {
  bareTable,
  type Catalog,
  type Column,
  type Origin,
  PLAIN_COLUMN,
  type RelationId,
  type Table,
} from '../catalog.js';
import { columnKey, findRelation, findType, tableById } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { ColumnDefinition, CreateTable } from '../operation.js';
import { columnsOfQuery } from '../query-columns.js';
import { attributesOf, resolveType } from '../type-lookup.js';
import { isKnownType, typeNamed } from '../types.js';
import { columnFrom, drawsFromSequence, notNullPlan } from './columns.js';
import {
  addChecks,
  addForeignKeys,
  addKeys,
  numberedConstraints,
  putCheck,
  type Written,
} from './constraints.js';
import { inheritedChecks, inheritedColumns, inheritedNotNulls, mergedColumns } from './inheritance.js';
import { expandLike, type Like, likeColumns, likeNotNulls, likeSequence } from './like.js';
import { createNotNulls, type NotNullPlan, namesNotNull, plainNotNull } from './not-null.js';
import { joinParent } from './partitions.js';
import {
  addRelation,
  type Context,
  changeTable,
  creationSchema,
  existingTable,
  relationNameTaken,
} from './relations.js';
import { addOwnedSequence } from './sequences.js';

export function createTable(catalog: Catalog, operation: CreateTable, context: Context): Catalog {
  const temporary = operation.temporary || operation.table.schema === 'pg_temp';
  const schema = temporary ? 'pg_temp' : creationSchema(catalog, operation.table.schema);
  const name = truncateIdentifier(operation.table.name);
  if (relationNameTaken(catalog, schema, name)) return catalog;
  const { catalog: present, parents, likes } = existingSources(catalog, operation, context);
  const isPartition = operation.partitionOf !== null;
  const given = givenColumns(present, operation, context);
  const own = ownColumns(present, operation, likes, context);
  const inherited = inheritedColumns(parents, isPartition, context);
  const base = given.columns.length > 0 ? given.columns : inherited;
  const columns = mergedColumns(base, own, isPartition || operation.ofType !== null);
  const id = present.sequence;
  const named = namesNotNull(context);
  const table: Table = {
    ...bareTable(id, schema, name),
    // Where NOT NULL is a constraint, it is set with that.
    columns: named
      ? columns.map((column) => ({ ...column, notNull: isKeptNotNull(column, parents) }))
      : columns,
    partitioned: operation.partitioned,
    partitionKey: operation.partitionKey,
    partitionOf: isPartition ? (parents[0]?.id ?? null) : null,
    defaultPartition: operation.isDefault,
    bound: operation.bound,
    inherits: isPartition ? [] : parents.map((parent) => parent.id),
    temporary,
    unlogged: operation.unlogged,
    foreign: operation.foreign,
    dropOnCommit: temporary && operation.onCommit === 'drop',
    ofType: operation.ofType === null ? null : resolveType(present, typeNamedAs(operation.ofType)),
    parameters: operation.parameters,
    complete:
      given.complete &&
      parents.every((parent) => parent.complete) &&
      likes.every(({ source }) => (source.kind !== 'table' && source.kind !== 'view') || source.complete),
    filled: operation.fromQuery,
    origin: context.origin,
    madeAt: id,
  };
  let next = addRelation(present, table);
  if (temporary) next = { ...next, temporaryTables: [...next.temporaryTables, id] };
  next = withSequences(next, table, operation.columns, likes, context);
  const [parent] = parents;
  if (isPartition && parent !== undefined) next = joinParent(next, parent, id, context);
  for (const check of inheritedChecks(parents, context)) {
    next = putCheck(next, tableById(next, id) ?? table, check, false, context);
  }
  return doubtTypes(withConstraints(next, id, operation, parents, likes, context), id, context);
}

/** Columns of a query whose types are not known. */
function doubtTypes(catalog: Catalog, id: RelationId, { origin }: Context): Catalog {
  const unknown = tableById(catalog, id)?.columns.filter(({ type }) => !isKnownType(type)) ?? [];
  if (unknown.length === 0) return catalog;
  const doubt = {
    reason: 'the types of what the query gives are not all known',
    since: catalog.sequence,
    origin,
  };
  const columns = catalog.doubts.columns.withMutations((map) => {
    for (const { name } of unknown) map.set(columnKey(id, name), doubt);
  });
  return { ...catalog, doubts: { ...catalog.doubts, columns } };
}

function typeNamedAs({ schema, name }: { readonly schema: string | null; readonly name: string }) {
  return { ...typeNamed(name), schema };
}

/** A parent of which we know no NOT NULL constraint may have one. */
function isKeptNotNull({ name, notNull }: Column, parents: readonly Table[]): boolean {
  return (
    notNull &&
    parents.some(
      ({ columns, constraints }) =>
        columns.some((column) => column.name === name && column.notNull) &&
        !constraints.some((one) => one.kind === 'not-null' && one.column === name),
    )
  );
}

interface Sources {
  readonly catalog: Catalog;
  readonly parents: readonly Table[];
  readonly likes: readonly Like[];
}

function existingSources(catalog: Catalog, operation: CreateTable, context: Context): Sources {
  let next = catalog;
  const parents: Table[] = [];
  const names = operation.partitionOf === null ? operation.inherits : [operation.partitionOf];
  for (const name of names) {
    const [present, parent] = existingTable(next, name, context);
    next = present;
    if (parent !== null) parents.push(parent);
  }
  const likes: Like[] = [];
  for (const clause of operation.like) {
    const type = findRelation(next, clause.table) === null ? findType(next, clause.table) : null;
    if (type?.kind === 'composite') {
      likes.push({ clause, source: type });
      continue;
    }
    const [present, table] = existingTable(next, clause.table, context);
    next = present;
    const source = table ?? findRelation(next, clause.table);
    if (source !== null) likes.push({ clause, source });
  }
  return { catalog: next, parents, likes };
}

interface Given {
  readonly columns: readonly Column[];
  readonly complete: boolean;
}

/** Columns that come from a query or from a type. */
function givenColumns(
  catalog: Catalog,
  { ofType, fromQuery, query, columnNames, prepared }: CreateTable,
  { origin, postgres }: Context,
): Given {
  if (ofType !== null) {
    const attributes = attributesOf(catalog, resolveType(catalog, typeNamedAs(ofType)));
    const columns = attributes?.map(({ name, type }) => ({ ...PLAIN_COLUMN, name, type, origin })) ?? [];
    return { columns, complete: attributes !== null };
  }
  if (!fromQuery) return { columns: [], complete: true };
  const asked = prepared === null ? query : (catalog.preparedQueries.get(prepared) ?? null);
  if (asked === null) return { columns: [], complete: false };
  const found = columnsOfQuery(catalog, asked, columnNames, postgres);
  const columns = found.columns.map(({ name, type }) => ({ ...PLAIN_COLUMN, name, type, origin }));
  return { columns, complete: found.complete };
}

/** Columns as they are written, with those of LIKE between them. */
function ownColumns(
  catalog: Catalog,
  operation: CreateTable,
  likes: readonly Like[],
  context: Context,
): readonly Column[] {
  const columns: Column[] = [];
  for (let at = 0; at <= operation.columns.length; at++) {
    for (const like of likes) if (like.clause.before === at) columns.push(...likeColumns(like, context));
    const definition = operation.columns[at];
    if (definition !== undefined) columns.push(columnFrom(catalog, definition, null, context));
  }
  return columns;
}

/** Sequences behind serial and identity columns, in the order of the columns. */
function withSequences(
  catalog: Catalog,
  table: Table,
  definitions: readonly ColumnDefinition[],
  likes: readonly Like[],
  context: Context,
): Catalog {
  let next = catalog;
  const drawn = new Map<string, RelationId>();
  const draw = (column: Pick<Column, 'name' | 'type'>, written: ColumnDefinition['sequence']) => {
    drawn.set(column.name, next.sequence);
    next = addOwnedSequence(next, table, column, written, context);
  };
  for (const definition of definitions) {
    if (drawsFromSequence(definition)) {
      draw({ name: definition.name.name, type: definition.type }, definition.sequence);
    }
  }
  for (const like of likes) {
    for (const column of likeColumns(like, context)) {
      if (column.identity !== null) draw(column, likeSequence(catalog, like, column.name));
    }
  }
  if (drawn.size === 0) return next;
  return changeTable(next, table.id, (current) => ({
    ...current,
    columns: current.columns.map((column) => ({
      ...column,
      sequence: drawn.get(column.name) ?? column.sequence,
    })),
  }));
}

function withConstraints(
  catalog: Catalog,
  id: RelationId,
  operation: CreateTable,
  parents: readonly Table[],
  likes: readonly Like[],
  context: Context,
): Catalog {
  const onColumns = operation.columns.flatMap(({ constraints }) => constraints);
  const written = numberedConstraints([...onColumns, ...operation.constraints], 0, context.origin);
  const adding = { recurse: true, isNew: true };
  const checks = written.filter(({ definition }) => definition.kind === 'check');
  let next = addChecks(catalog, id, checks, adding, context);
  if (namesNotNull(context)) {
    const plans = notNullPlans(operation, written, likes, context);
    next = createNotNulls(next, id, plans, inheritedNotNulls(parents), context);
  } else {
    const others = written.filter(({ definition }) => definition.kind === 'not-null');
    next = addChecks(next, id, others, adding, context);
  }
  next = addKeys(next, id, written, adding, context);
  for (const like of likes) next = expandLike(next, id, like, context);
  return addForeignKeys(next, id, written, adding, context);
}

/** NOT NULLs of columns, of LIKE, of the table, and those that a primary key brings. */
function notNullPlans(
  operation: CreateTable,
  written: readonly Written[],
  likes: readonly Like[],
  context: Context,
): readonly NotNullPlan[] {
  return [
    ...operation.columns.flatMap((definition) => notNullPlan(definition, context) ?? []),
    ...written.flatMap(({ definition, origin }) =>
      definition.kind === 'not-null' ? [writtenNotNull(definition, origin)] : [],
    ),
    ...likes.flatMap((like) => likeNotNulls(like, context)),
    ...written.flatMap(({ definition }) =>
      definition.kind === 'primary-key'
        ? definition.columns.map((column) => plainNotNull(column, keyContext(context)))
        : [],
    ),
  ];
}

function writtenNotNull(
  { column, name, noInherit }: Extract<Written['definition'], { readonly kind: 'not-null' }>,
  origin: Origin,
): NotNullPlan {
  return { column, name: name?.name ?? null, validated: true, noInherit, origin };
}

function keyContext(context: Context): Context {
  return { ...context, origin: { ...context.origin, constraint: null } };
}
