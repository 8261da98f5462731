// DROP of objects, with what falls by CASCADE. Without CASCADE nothing else falls: the server refuses where something would have to.

import type { Catalog, Doubt, RelationId, Table } from '../catalog.js';
import { nameKey } from '../catalog.js';
import { findRelation, findType } from '../lookup.js';
import type { Name } from '../names.js';
import type {
  DropColumn,
  DropConstraint,
  DropExtension,
  DropFunction,
  DropIndex,
  DropSchema,
  DropSequence,
  DropTable,
  DropType,
  DropView,
} from '../operation.js';
import { userTypeOf } from '../type-lookup.js';
import { dropConstraint } from './change-constraints.js';
import { fallOf, type ObjectRef } from './dependencies.js';
import { dropColumn } from './drop-column.js';
import { removeIndex } from './indexes.js';
import { type Context, changeTable, removeRelation } from './relations.js';
import { findRoutine, functionById, removeFunction } from './routines.js';
import { removeTrigger } from './triggers.js';

type DropOperation =
  | DropTable
  | DropView
  | DropSequence
  | DropType
  | DropFunction
  | DropSchema
  | DropExtension;

export function dropObject(catalog: Catalog, operation: DropOperation, context: Context): Catalog {
  const object = droppedObject(catalog, operation);
  if (object === null) return catalog;
  const { cascade } = operation;
  const isContainer = object.kind === 'schema';
  // A schema that is dropped although it is not empty takes what is in it along, asked or not.
  if (!cascade && !isContainer) return removeObject(catalog, object, context);
  const reason = `what of it rests on what "${nameOf(operation)}" took along is not known`;
  return removeObject(withoutDependents(catalog, [object], reason, context), object, context);
}

function droppedObject(catalog: Catalog, operation: DropOperation): ObjectRef | null {
  switch (operation.kind) {
    case 'drop-table':
      return relationOf(catalog, operation.table, 'table');
    case 'drop-view':
      return relationOf(catalog, operation.view, 'view');
    case 'drop-sequence':
      return relationOf(catalog, operation.sequence, 'sequence');
    case 'drop-type': {
      const type = findType(catalog, operation.type);
      return type === null ? null : { kind: 'type', schema: type.schema, name: type.name };
    }
    case 'drop-function': {
      const routine = findRoutine(catalog, operation);
      return routine === null ? null : { kind: 'function', id: routine.id };
    }
    case 'drop-schema':
      return { kind: 'schema', name: operation.schema.name };
    case 'drop-extension':
      return { kind: 'extension', name: operation.extension.name };
  }
}

function nameOf(operation: DropOperation): string {
  switch (operation.kind) {
    case 'drop-table':
      return operation.table.name;
    case 'drop-view':
      return operation.view.name;
    case 'drop-sequence':
      return operation.sequence.name;
    case 'drop-type':
      return operation.type.name;
    case 'drop-function':
      return operation.function.name;
    case 'drop-schema':
      return operation.schema.name;
    case 'drop-extension':
      return operation.extension.name;
  }
}

function relationOf(catalog: Catalog, name: Name, kind: 'table' | 'view' | 'sequence'): ObjectRef | null {
  const relation = findRelation(catalog, name);
  return relation?.kind === kind ? { kind: 'relation', id: relation.id } : null;
}

/** DROP COLUMN and DROP CONSTRAINT … CASCADE: all that falls but the column or the constraint itself. */
export function cascadeFrom(
  catalog: Catalog,
  operation: DropColumn | DropConstraint | DropIndex,
  context: Context,
): Catalog {
  if (operation.kind === 'drop-index') return cascadeFromIndex(catalog, operation, context);
  const table = operation.cascade ? findRelation(catalog, operation.table) : null;
  if (table?.kind !== 'table') return catalog;
  const object: ObjectRef =
    operation.kind === 'drop-column'
      ? { kind: 'column', relation: table.id, name: operation.column.name }
      : { kind: 'constraint', relation: table.id, name: operation.constraint.name };
  const name = operation.kind === 'drop-column' ? operation.column.name : operation.constraint.name;
  const reason = `what of it rests on what "${name}" took along is not known`;
  return withoutDependents(catalog, [object], reason, context);
}

function cascadeFromIndex(catalog: Catalog, { index, cascade }: DropIndex, context: Context): Catalog {
  const entry = cascade ? findRelation(catalog, index) : null;
  if (entry?.kind !== 'index') return catalog;
  const object = { kind: 'index', relation: entry.table, name: entry.name } as const;
  return withoutDependents(
    catalog,
    [object],
    `what of it rests on the index "${entry.name}" is not known`,
    context,
  );
}

/** The catalog without what has to go before these objects can; the objects themselves are still there. */
function withoutDependents(
  catalog: Catalog,
  objects: readonly ObjectRef[],
  reason: string,
  context: Context,
): Catalog {
  const { dependents, doubtful } = fallOf(catalog, objects, context.postgres);
  let next = catalog;
  for (const object of dependents) next = removeObject(next, object, context);
  return doubtful.length === 0 ? next : doubted(next, doubtful, reason, context);
}

function doubted(catalog: Catalog, ids: readonly RelationId[], reason: string, { origin }: Context): Catalog {
  const begun: Doubt = { reason, since: catalog.sequence, origin };
  const relations = catalog.doubts.relations.withMutations((map) => {
    for (const id of ids) if (catalog.relations.has(id)) map.set(id, begun);
  });
  return { ...catalog, doubts: { ...catalog.doubts, relations } };
}

/** Takes out the object with its own parts; what is gone already stays gone. */
function removeObject(catalog: Catalog, object: ObjectRef, context: Context): Catalog {
  switch (object.kind) {
    case 'relation': {
      const relation = catalog.relations.get(object.id);
      return relation === undefined ? catalog : removeRelation(catalog, relation);
    }
    case 'column':
    case 'constraint':
      return removeFromTable(catalog, object, context);
    case 'default':
      return changeTable(catalog, object.relation, (table) => withoutDefault(table, object.name));
    case 'index': {
      const owner = catalog.relations.get(object.relation);
      if (owner?.kind !== 'table' && owner?.kind !== 'view') return catalog;
      const index = owner.indexes.find(({ name }) => name === object.name);
      return index === undefined ? catalog : removeIndex(catalog, index.id);
    }
    case 'policy':
      return changeTable(catalog, object.relation, (table) => ({
        ...table,
        policies: table.policies.filter(({ name }) => name !== object.name),
      }));
    case 'trigger':
      return removeTrigger(catalog, object.relation, object.name);
    case 'type':
      return removeType(catalog, object.schema, object.name);
    case 'attribute':
    case 'domain-constraint':
      return changeOwnerType(catalog, object);
    case 'function': {
      const routine = functionById(catalog, object.id);
      return routine === null ? catalog : removeFunction(catalog, routine);
    }
    case 'event-trigger':
      return { ...catalog, eventTriggers: catalog.eventTriggers.delete(object.name) };
    case 'schema':
      return { ...catalog, schemas: catalog.schemas.delete(object.name) };
    case 'extension':
      return {
        ...catalog,
        extensions: catalog.extensions.delete(object.name),
        extensionSchemas: catalog.extensionSchemas.delete(object.name),
      };
  }
}

/** As ALTER TABLE … DROP does it. */
function removeFromTable(
  catalog: Catalog,
  object: Extract<ObjectRef, { readonly kind: 'column' | 'constraint' }>,
  context: Context,
): Catalog {
  const table = catalog.relations.get(object.relation);
  if (table?.kind !== 'table') return catalog;
  const span = { start: 0, end: 0 };
  const on = {
    span,
    keyword: span,
    table: { schema: table.schema, name: table.name, span },
    only: false,
    ifExists: true,
    cascade: true,
  };
  const part = { name: object.name, span };
  return object.kind === 'column'
    ? dropColumn(catalog, { ...on, kind: 'drop-column', column: part }, context)
    : dropConstraint(catalog, { ...on, kind: 'drop-constraint', constraint: part }, context);
}

function withoutDefault(table: Table, name: string): Table {
  return {
    ...table,
    columns: table.columns.map((column) =>
      column.name === name ? { ...column, default: null, serial: false, sequence: null } : column,
    ),
  };
}

/** A range goes with its multirange. */
function removeType(catalog: Catalog, schema: string, name: string): Catalog {
  const type = userTypeOf(catalog, { schema, name });
  const without = { ...catalog, types: catalog.types.delete(nameKey(schema, name)) };
  if (type?.kind !== 'range' || type.multirange === null) return without;
  return removeType(without, type.multirange.schema ?? schema, type.multirange.name);
}

function changeOwnerType(
  catalog: Catalog,
  object: Extract<ObjectRef, { readonly kind: 'attribute' | 'domain-constraint' }>,
): Catalog {
  const key = nameKey(object.schema, object.type);
  const type = catalog.types.get(key);
  if (type?.kind === 'composite' && object.kind === 'attribute') {
    const attributes = type.attributes.filter(({ name }) => name !== object.name);
    return { ...catalog, types: catalog.types.set(key, { ...type, attributes }) };
  }
  if (type?.kind !== 'domain') return catalog;
  const constraints =
    object.kind === 'domain-constraint'
      ? type.constraints.filter(({ name }) => name !== object.name)
      : type.constraints;
  const checks = constraints.filter(({ kind }) => kind === 'check').length;
  const constrained = type.notNull || checks > 0;
  return { ...catalog, types: catalog.types.set(key, { ...type, constraints, checks, constrained }) };
}
