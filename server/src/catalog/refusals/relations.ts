// Tables, views, sequences and indexes: what the server refuses for their own sake.

import type { Catalog, Index, Relation, Table } from '../catalog.js';
import { columnOf, findIndex, findRelation, findTable } from '../lookup.js';
import { type LocalName, type Name, truncateIdentifier } from '../names.js';
import type {
  AlterIndex,
  AlterTableOther,
  AlterView,
  AttachPartition,
  CreateIndex,
  CreateSequence,
  CreateTable,
  CreateView,
  DetachPartition,
  DropIndex,
  DropSequence,
  DropTable,
  DropView,
  Maintenance,
  RenameIndex,
  RenameTable,
  SetSchema,
  WriteRows,
} from '../operation.js';
import { columnsOfQuery } from '../query-columns.js';
import {
  asLookedUp,
  certainRelation,
  homeOf,
  isCertain,
  isOtherKind,
  isWhole,
  kindOf,
  lacksColumn,
  lacksColumnOfView,
  lacksRelation,
  lacksTable,
  mayHoldMore,
} from './certainty.js';
import { lacksColumnsIn, refusedConstraints, type Shape, shapeOf } from './constraints.js';
import {
  exists,
  firstIn,
  firstOf,
  type ObjectKind,
  type Refusal,
  type RefusalContext,
  refusal,
} from './refusal.js';
import { lacksSchema } from './schemas.js';
import { refusedSwitch } from './security.js';
import { lacksTypeOf, typeIsTaken } from './types.js';

/** Whether a relation of that name is in the way of a new one. */
function isTaken(catalog: Catalog, name: Name, schema: string): Refusal | null {
  const relation = certainRelation(catalog, { schema, name: name.name });
  return relation === null ? null : exists('42P07', objectOf(relation), name.span);
}

function objectOf(relation: Relation): {
  readonly kind: ObjectKind;
  readonly schema: string;
  readonly name: string;
} {
  return { kind: kindOf(relation), schema: relation.schema, name: relation.name };
}

export function refusedTable(
  catalog: Catalog,
  operation: CreateTable,
  context: RefusalContext,
): Refusal | null {
  const schema = operation.temporary ? 'pg_temp' : homeOf(catalog, operation.table);
  if (schema === null) return null;
  const there = findRelation(catalog, { schema, name: truncateIdentifier(operation.table.name) });
  if (operation.ifNotExists && there !== null) return null;
  const parents = [
    ...(operation.partitionOf === null ? [] : [operation.partitionOf]),
    ...operation.inherits,
    ...operation.like.map(({ table }) => table),
  ];
  return firstOf(
    () => (operation.temporary ? null : lacksSchema(catalog, operation.table)),
    () => (operation.temporary ? null : isTaken(catalog, operation.table, schema)),
    () => (operation.temporary ? null : typeIsTaken(catalog, operation.table, schema)),
    () => firstIn(parents, (parent) => lacksRelation(catalog, parent)),
    () => isUnpartitioned(catalog, operation.partitionOf),
    () => repeatedColumn(operation),
    () => firstIn(operation.columns, (column) => lacksTypeOf(catalog, column.type)),
    () => {
      const shape = shapeOfNew(catalog, operation, schema);
      const constraints = [
        ...operation.columns.flatMap((column) => column.constraints),
        ...operation.constraints,
      ];
      return shape === null ? null : refusedConstraints(catalog, shape, constraints, context);
    },
  );
}

/** The table as it will be, for its constraints; `null` when its columns are not known. */
function shapeOfNew(catalog: Catalog, operation: CreateTable, schema: string): Shape | null {
  if (operation.fromQuery || operation.ofType !== null) return null;
  const parents = [
    ...(operation.partitionOf === null ? [] : [operation.partitionOf]),
    ...operation.inherits,
    ...operation.like.map(({ table }) => table),
  ].map((parent) => findTable(catalog, parent));
  const columns = new Set(operation.columns.map(({ name }) => truncateIdentifier(name.name)));
  let isWhole = true;
  for (const parent of parents) {
    if (parent === null || !parent.complete || !isCertain(catalog, parent)) isWhole = false;
    for (const column of parent?.columns ?? []) columns.add(column.name);
  }
  return {
    schema,
    name: truncateIdentifier(operation.table.name),
    columns,
    isWhole,
    // LIKE may bring names of constraints.
    constraints: new Set(),
    primaryKey: null,
    table: null,
  };
}

function repeatedColumn({ columns, table }: CreateTable): Refusal | null {
  const seen = new Set<string>();
  return firstIn(columns, ({ name }) => {
    const cut = truncateIdentifier(name.name);
    if (!seen.has(cut)) {
      seen.add(cut);
      return null;
    }
    return namedTwice(`table "${table.name}"`, { name: cut, span: name.span });
  });
}

function isUnpartitioned(catalog: Catalog, parent: Name | null): Refusal | null {
  const table = parent === null ? null : certainRelation(catalog, parent);
  if (parent === null || table?.kind !== 'table' || !table.complete || table.partitioned) return null;
  return refusal(
    'wrong-kind',
    '42809',
    `table "${table.name}" is not partitioned`,
    objectOf(table),
    parent.span,
  );
}

/** DROP TABLE, VIEW, MATERIALIZED VIEW, SEQUENCE: IF EXISTS does not excuse another kind. */
export function refusedDrop(
  catalog: Catalog,
  operation: DropTable | DropView | DropSequence,
  dependents: (relation: Relation, name: Name) => Refusal | null,
): Refusal | null {
  const name =
    operation.kind === 'drop-table'
      ? operation.table
      : operation.kind === 'drop-view'
        ? operation.view
        : operation.sequence;
  const wanted: ObjectKind =
    operation.kind === 'drop-table'
      ? 'table'
      : operation.kind === 'drop-sequence'
        ? 'sequence'
        : operation.materialized
          ? 'materialized view'
          : 'view';
  const relation = certainRelation(catalog, name);
  if (relation === null) return operation.ifExists ? null : lacksRelation(catalog, name, wanted);
  if (kindOf(relation) !== wanted) return isOtherKind(relation, name, wanted);
  return operation.cascade ? null : dependents(relation, name);
}

export function refusedRename(catalog: Catalog, operation: RenameTable): Refusal | null {
  const { table, to, ifExists } = operation;
  const relation = certainRelation(catalog, table);
  if (relation === null) return ifExists ? null : lacksRelation(catalog, table);
  return isTaken(catalog, { ...to, schema: relation.schema }, relation.schema);
}

export function refusedRenameIndex(catalog: Catalog, { index, to }: RenameIndex): Refusal | null {
  const relation = certainRelation(catalog, index);
  if (relation === null) return lacksRelation(catalog, index, 'index');
  return isTaken(catalog, { ...to, schema: relation.schema }, relation.schema);
}

export function refusedIndexChange(catalog: Catalog, { index, action }: AlterIndex): Refusal | null {
  return firstOf(
    () => lacksRelation(catalog, index, 'index'),
    () => (action.kind === 'attach' ? lacksRelation(catalog, action.partition, 'index') : null),
  );
}

export function refusedSetSchema(catalog: Catalog, { table, to }: SetSchema): Refusal | null {
  const relation = certainRelation(catalog, table);
  if (relation === null) return lacksRelation(catalog, table);
  return firstOf(
    () => lacksSchema(catalog, { schema: to.name, name: relation.name, span: to.span }),
    () =>
      relation.schema === to.name
        ? null
        : isTaken(catalog, { schema: to.name, name: relation.name, span: to.span }, to.name),
  );
}

export function refusedView(
  catalog: Catalog,
  operation: CreateView,
  { postgres }: RefusalContext,
): Refusal | null {
  const schema = operation.temporary ? null : homeOf(catalog, operation.view);
  const there =
    schema === null
      ? null
      : certainRelation(catalog, { schema, name: truncateIdentifier(operation.view.name) });
  if (operation.ifNotExists && there !== null) return null;
  return firstOf(
    () => (operation.temporary ? null : lacksSchema(catalog, operation.view)),
    () => {
      if (there === null) return null;
      if (!operation.orReplace) return exists('42P07', objectOf(there), operation.view.span);
      return there.kind === 'view' && !there.materialized ? null : isOtherKind(there, operation.view, 'view');
    },
    () => firstIn(operation.reads, ({ relation }) => lacksRelation(catalog, relation)),
    () => {
      const { columns, complete } = columnsOfQuery(catalog, operation.query, operation.columns, postgres);
      const names = columns.map(({ name }) => truncateIdentifier(name));
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      return complete && twice !== undefined && catalog.doubts.everything === null
        ? namedTwice(`view "${operation.view.name}"`, { name: twice, span: operation.view.span })
        : null;
    },
  );
}

/** Rows are not looked at, but what INSERT and UPDATE name. */
export function refusedRows(catalog: Catalog, { table, verb, repeated }: WriteRows): Refusal | null {
  if (table === null) return null;
  return firstOf(
    () => lacksRelation(catalog, table),
    () =>
      repeated === undefined
        ? null
        : namedTwice(`this ${verb.toUpperCase()}`, repeated, verb === 'update' ? '42601' : '42701'),
  );
}

function namedTwice(by: string, { name, span }: LocalName, code = '42701'): Refusal {
  const object = { kind: 'column', schema: null, name } as const;
  return refusal('exists', code, `${by} names the column "${name}" twice`, object, span);
}

export function refusedViewChange(
  catalog: Catalog,
  { view: name, ifExists, action }: AlterView,
): Refusal | null {
  const view = certainRelation(catalog, name);
  if (view === null) return ifExists ? null : lacksRelation(catalog, name, 'view');
  if (view.kind !== 'view' || action.kind !== 'rename-column') return null;
  const lacks = lacksColumnOfView(catalog, view, action.column);
  const to = truncateIdentifier(action.to.name);
  if (lacks !== null || !view.columns.some((column) => column.name === to)) return lacks;
  const object = { kind: 'column', schema: null, name: to } as const;
  return exists('42701', object, action.to.span, ` in ${kindOf(view)} "${view.name}"`);
}

export function refusedIndex(catalog: Catalog, operation: CreateIndex): Refusal | null {
  const { table: name, index, ifNotExists } = operation;
  const relation = certainRelation(catalog, name);
  if (relation === null) return lacksRelation(catalog, name);
  if (relation.kind !== 'table' && !(relation.kind === 'view' && relation.materialized)) {
    return isOtherKind(relation, name, 'table');
  }
  if (operation.concurrently !== null && relation.kind === 'table' && relation.partitioned) {
    const message = `"${relation.name}" is partitioned, and an index on all its partitions cannot be built concurrently`;
    return refusal('not-concurrently', '0A000', message, objectOf(relation), operation.concurrently);
  }
  const taken =
    index === null ? null : isTaken(catalog, { ...index, schema: relation.schema }, relation.schema);
  if (taken !== null) return ifNotExists ? null : taken;
  if (relation.kind !== 'table') return null;
  const shape = shapeOf(catalog, relation);
  const at = operation.keyword;
  return firstOf(
    () =>
      lacksColumnsIn(
        shape,
        operation.keys.flatMap(({ column }) => column ?? []),
        at,
      ),
    () => lacksColumnsIn(shape, operation.include, at),
    () =>
      lacksColumnsIn(
        shape,
        [
          ...operation.keys.flatMap(({ expression }) => expression?.columns ?? []),
          ...(operation.where?.columns ?? []),
        ],
        at,
      ),
  );
}

export function refusedDropIndex(
  catalog: Catalog,
  operation: DropIndex,
  dependents: (table: Table, index: string) => Refusal | null,
): Refusal | null {
  const { index: name, ifExists, cascade } = operation;
  const notSo = refusedConcurrentDrop(operation);
  if (notSo !== null) return notSo;
  const relation = certainRelation(catalog, name);
  if (relation === null) return ifExists ? null : lacksRelation(catalog, name, 'index', '42704');
  if (relation.kind !== 'index') return isOtherKind(relation, name, 'index');
  const found = findIndex(catalog, asLookedUp(name));
  if (found === null) return null;
  if (found.table.partitioned && operation.concurrently !== null) {
    const message = `the index "${found.index.name}" is on the partitioned table "${found.table.name}", and cannot be dropped concurrently`;
    return refusal('not-concurrently', '0A000', message, objectOf(relation), operation.concurrently);
  }
  if (found.index.constraint !== null) {
    const message = `the constraint "${found.index.constraint}" of table "${found.table.name}" stands on the index "${found.index.name}"`;
    return refusal('dependents', '2BP01', message, objectOf(relation), name.span);
  }
  return cascade ? null : dependents(found.table, found.index.name);
}

/** RemoveRelations in tablecmds.c, before it looks for anything. */
function refusedConcurrentDrop({ concurrently, together, cascade, index }: DropIndex): Refusal | null {
  if (concurrently === null || (together === 1 && !cascade)) return null;
  const object = { kind: 'index', schema: index.schema, name: index.name } as const;
  const message = `DROP INDEX CONCURRENTLY ${together > 1 ? 'drops one index at a time' : 'knows no CASCADE'}`;
  return refusal('not-concurrently', '0A000', message, object, concurrently);
}

/** REFRESH CONCURRENTLY compares old rows with new ones by a unique index: refresh_by_match_merge in matview.c. */
export function refusedMaintenance(catalog: Catalog, operation: Maintenance): Refusal | null {
  const { relation: name, action, concurrently } = operation;
  if (name === null) return null;
  const relation = certainRelation(catalog, name);
  if (relation === null) return lacksRelation(catalog, name);
  if (action !== 'refresh' || concurrently === null || relation.kind !== 'view') return null;
  if (!relation.populated) {
    const message = `the materialized view "${relation.name}" holds nothing yet, so it cannot be refreshed concurrently`;
    return refusal('not-concurrently', '0A000', message, objectOf(relation), concurrently);
  }
  if (mayHoldMore(catalog) || relation.indexes.some(isOfAllRows)) return null;
  const message = `the materialized view "${relation.name}" has no unique index on plain columns without WHERE, so it cannot be refreshed concurrently`;
  return refusal('not-concurrently', '55000', message, objectOf(relation), concurrently);
}

/** A unique index that tells every row apart by columns alone: is_usable_unique_index in matview.c. */
export function isOfAllRows({ unique, where, keys }: Index): boolean {
  return unique && where === null && keys.every(({ column }) => column !== null);
}

export function refusedSequence(catalog: Catalog, operation: CreateSequence): Refusal | null {
  const { sequence: name, ifNotExists } = operation;
  const schema = homeOf(catalog, name);
  if (schema === null) return null;
  const taken = isTaken(catalog, name, schema);
  if (taken !== null) return ifNotExists ? null : taken;
  return firstOf(
    () => lacksSchema(catalog, name),
    () => lacksOwner(catalog, operation.owner, name),
  );
}

/** OWNED BY a column that is not there. */
export function lacksOwner(catalog: Catalog, owner: CreateSequence['owner'], sequence: Name): Refusal | null {
  if (owner === null || owner.table === null) return null;
  const table = certainRelation(catalog, owner.table);
  if (table === null) return lacksRelation(catalog, { ...owner.table, span: sequence.span });
  if (table.kind !== 'table') return null;
  return lacksColumn(catalog, table, { name: owner.column, span: sequence.span });
}

export function refusedPartition(
  catalog: Catalog,
  { kind, table, partition }: AttachPartition | DetachPartition,
): Refusal | null {
  return firstOf(
    () => lacksTable(catalog, table),
    () => lacksTable(catalog, partition),
    () => {
      if (kind === 'attach-partition') return isUnpartitioned(catalog, table);
      const parent = certainRelation(catalog, table);
      const child = certainRelation(catalog, partition);
      if (parent?.kind !== 'table' || child?.kind !== 'table' || !child.complete) return null;
      if (child.partitionOf === parent.id) return null;
      const message = `table "${child.name}" is not a partition of "${parent.name}"`;
      return refusal('wrong-kind', '42P01', message, objectOf(child), partition.span);
    },
    () => {
      const child = certainRelation(catalog, partition);
      if (kind !== 'attach-partition' || child?.kind !== 'table' || child.partitionOf === null) return null;
      const message = `table "${child.name}" is a partition already`;
      return refusal('wrong-kind', '42809', message, objectOf(child), partition.span);
    },
  );
}

/** Actions of ALTER TABLE that have no operation of their own. */
export function refusedAction(catalog: Catalog, operation: AlterTableOther): Refusal | null {
  const { table: name, onColumn, parent, action } = operation;
  const relation = certainRelation(catalog, name);
  if (relation === null) return lacksRelation(catalog, name);
  if (relation.kind !== 'table') return null;
  const table = relation;
  return firstOf(
    () => (onColumn === null ? null : lacksColumn(catalog, table, onColumn)),
    () => (parent === null ? null : lacksRelation(catalog, parent)),
    () => (isWhole(catalog, table) ? refusedSwitch(table, operation) : null),
    () => {
      const column = onColumn === null ? null : columnOf(table, onColumn.name);
      if (column === null || onColumn === null || !isWhole(catalog, table)) return null;
      const isIdentity = column.identity !== null;
      if (action === 'AddIdentity' ? !isIdentity : action !== 'SetIdentity' || isIdentity) return null;
      const object = { kind: 'column', schema: null, name: column.name } as const;
      const message = `column "${column.name}" of table "${table.name}" is ${isIdentity ? 'an identity column already' : 'not an identity column'}`;
      return refusal('not-allowed', '55000', message, object, onColumn.span);
    },
  );
}
