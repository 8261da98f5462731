// What rests on what: which objects the server would refuse to leave behind, and which go by themselves.
// Source: pg_depend, and what fills it: recordDependencyOnExpr in dependency.c, AddNewAttributeTuples in heap.c and others.

import type { Catalog, Constraint, RelationId, Trigger } from '../catalog.js';
import type { Expression } from '../expression.js';
import { childrenOf, functionsOf, tablesOf } from '../lookup.js';
import type { Reference } from '../names.js';
import { isSameName, userTypeOf } from '../type-lookup.js';
import type { TypeName } from '../types.js';
import { onExtension } from './extension-dependents.js';
import { leansOn } from './foreign-keys.js';
import { keyOfObject, type ObjectRef } from './object-ref.js';
import { onCalls, onCasts } from './resting-expressions.js';
import { functionsCalled } from './routines.js';

export type { ObjectRef };

/** What falls when objects are dropped. */
export interface Fall {
  /** The objects themselves, and what goes with them in any case. */
  readonly own: readonly ObjectRef[];
  /** What needs CASCADE. */
  readonly dependents: readonly ObjectRef[];
  /** Relations of which it is not known whether they or parts of them fall. */
  readonly doubtful: readonly RelationId[];
}

/** All that needs CASCADE when these objects are dropped, also through others; without it the server refuses. */
export function dependentsOf(
  catalog: Catalog,
  objects: readonly ObjectRef[],
  postgres = 18,
): readonly ObjectRef[] {
  return fallOf(catalog, objects, postgres).dependents;
}

export function fallOf(catalog: Catalog, objects: readonly ObjectRef[], postgres: number): Fall {
  const own = closure(objects, (object) => partsOf(catalog, object, postgres));
  const doubtful = new Set<RelationId>();
  const all = closure([...own.values()], (object) => [
    ...partsOf(catalog, object, postgres),
    ...restingOn(catalog, object, postgres, doubtful),
  ]);
  return {
    own: [...own.values()],
    dependents: [...all].flatMap(([key, object]) => (own.has(key) || isPart(object, own) ? [] : [object])),
    doubtful: [...doubtful],
  };
}

/** Whether it belongs to a relation or a column that goes. */
function isPart(object: ObjectRef, gone: ReadonlyMap<string, ObjectRef>): boolean {
  if (!('relation' in object)) return false;
  const { relation: id } = object;
  if (gone.has(keyOfObject({ kind: 'relation', id }))) return true;
  return (
    object.kind === 'default' && gone.has(keyOfObject({ kind: 'column', relation: id, name: object.name }))
  );
}

function closure(
  objects: readonly ObjectRef[],
  next: (object: ObjectRef) => readonly ObjectRef[],
): ReadonlyMap<string, ObjectRef> {
  const found = new Map(objects.map((object) => [keyOfObject(object), object]));
  for (const object of found.values()) {
    for (const other of next(object)) {
      const key = keyOfObject(other);
      if (!found.has(key)) found.set(key, other);
    }
  }
  return found;
}

/** What goes with the object in any case. Parts of a table are named where something else can rest on them alone. */
function partsOf(catalog: Catalog, object: ObjectRef, postgres: number): readonly ObjectRef[] {
  switch (object.kind) {
    case 'relation': {
      const relation = catalog.relations.get(object.id);
      if (relation?.kind !== 'table') return [];
      return [...catalog.relations.values()].flatMap((other): readonly ObjectRef[] => {
        const goes =
          (other.kind === 'table' && other.partitionOf === object.id) ||
          (other.kind === 'sequence' && other.ownedBy === object.id);
        return goes ? [{ kind: 'relation', id: other.id }] : [];
      });
    }
    case 'column':
      return partsOfColumn(catalog, object.relation, object.name, postgres);
    case 'type': {
      const type = userTypeOf(catalog, object);
      if (type?.kind !== 'range' || type.multirange === null) return [];
      return [{ kind: 'type', schema: type.multirange.schema ?? type.schema, name: type.multirange.name }];
    }
    default:
      return [];
  }
}

function partsOfColumn(
  catalog: Catalog,
  relation: RelationId,
  name: string,
  postgres: number,
): readonly ObjectRef[] {
  const table = catalog.relations.get(relation);
  if (table?.kind !== 'table') return [];
  const below = childrenOf(catalog, relation)
    .filter((child) =>
      child.columns.some((column) => column.name === name && !column.local && column.inherited < 2),
    )
    .map((child): ObjectRef => ({ kind: 'column', relation: child.id, name }));
  const keys = table.constraints
    .filter((constraint) => 'columns' in constraint && constraint.columns.includes(name))
    .map((constraint): ObjectRef => ({ kind: 'constraint', relation, name: constraint.name }));
  const generated = table.columns
    .filter(
      (column) =>
        postgres < 15 && column.generated !== null && column.default?.columns.includes(name) === true,
    )
    .map((column): ObjectRef => ({ kind: 'column', relation, name: column.name }));
  const sequences = [...catalog.relations.values()]
    .filter((one) => one.kind === 'sequence' && one.ownedBy === relation && one.ownerColumn === name)
    .map(({ id }): ObjectRef => ({ kind: 'relation', id }));
  return [...below, ...keys, ...generated, ...sequences];
}

/** What the server would refuse to leave behind. */
function restingOn(
  catalog: Catalog,
  object: ObjectRef,
  postgres: number,
  doubtful: Set<RelationId>,
): readonly ObjectRef[] {
  switch (object.kind) {
    case 'relation':
      return onRelation(catalog, object.id);
    case 'column':
      return onColumn(catalog, object.relation, object.name, postgres, doubtful);
    case 'constraint':
      return onConstraint(catalog, object.relation, object.name);
    case 'index':
      return onIndex(catalog, object.relation, object.name);
    case 'type':
      return onType(catalog, object);
    case 'function':
      return onFunction(catalog, object.id, doubtful);
    case 'schema':
      return inSchema(catalog, object.name);
    case 'extension':
      return onExtension(catalog, object.name, doubtful, (type) => onType(catalog, type));
    default:
      return [];
  }
}

function onRelation(catalog: Catalog, id: RelationId): readonly ObjectRef[] {
  const relation = catalog.relations.get(id);
  if (relation === undefined) return [];
  const found: ObjectRef[] = [];
  for (const other of catalog.relations.values()) {
    if (other.id === id) continue;
    if (other.kind === 'view' && other.dependsOn.relations.includes(id))
      found.push({ kind: 'relation', id: other.id });
    if (other.kind !== 'table') continue;
    if (other.inherits.includes(id)) found.push({ kind: 'relation', id: other.id });
    for (const { name, sequence } of other.columns) {
      if (sequence === id) found.push({ kind: 'default', relation: other.id, name });
    }
    for (const constraint of other.constraints) {
      if (constraint.kind === 'foreign-key' && constraint.references === id) {
        found.push({ kind: 'constraint', relation: other.id, name: constraint.name });
      }
    }
    for (const policy of other.policies) {
      if (policy.reads.includes(id)) found.push({ kind: 'policy', relation: other.id, name: policy.name });
    }
  }
  for (const routine of functionsOf(catalog)) {
    if (routine.dependsOn.relations.includes(id)) found.push({ kind: 'function', id: routine.id });
  }
  return [...found, ...ofType(catalog, relation, id)];
}

function onColumn(
  catalog: Catalog,
  relation: RelationId,
  name: string,
  postgres: number,
  doubtful: Set<RelationId>,
): readonly ObjectRef[] {
  const found: ObjectRef[] = [];
  const isIt = (one: { readonly relation: RelationId; readonly column: string }) =>
    one.relation === relation && one.column === name;
  for (const view of catalog.relations.values()) {
    if (view.kind !== 'view') continue;
    if (view.dependsOn.columns.some(isIt)) found.push({ kind: 'relation', id: view.id });
    else if (!view.dependsOn.certain && view.dependsOn.relations.includes(relation)) doubtful.add(view.id);
  }
  for (const routine of functionsOf(catalog)) {
    if (routine.dependsOn.columns.some(isIt)) found.push({ kind: 'function', id: routine.id });
  }
  const table = catalog.relations.get(relation);
  if (table?.kind !== 'table') return found;
  const reads = (expression: Expression | null) => expression?.columns.includes(name) === true;
  for (const policy of table.policies) {
    if (reads(policy.using) || reads(policy.check))
      found.push({ kind: 'policy', relation, name: policy.name });
  }
  for (const trigger of table.triggers) {
    if (trigger.columns.includes(name) || reads(trigger.when)) {
      found.push({ kind: 'trigger', relation, name: trigger.name });
    }
  }
  for (const column of table.columns) {
    if (postgres >= 15 && column.generated !== null && reads(column.default)) {
      found.push({ kind: 'column', relation, name: column.name });
    }
  }
  return found;
}

/** Foreign keys lean on the index of the key that they point at. */
function onConstraint(catalog: Catalog, relation: RelationId, name: string): readonly ObjectRef[] {
  const table = catalog.relations.get(relation);
  const index =
    table?.kind === 'table' ? table.indexes.find(({ constraint }) => constraint === name) : undefined;
  return index === undefined ? [] : onIndex(catalog, relation, index.name);
}

/** Also on a unique index that is no constraint's. */
function onIndex(catalog: Catalog, relation: RelationId, name: string): readonly ObjectRef[] {
  const table = catalog.relations.get(relation);
  const index = table?.kind === 'table' ? table.indexes.find((one) => one.name === name) : undefined;
  if (index === undefined) return [];
  return constraintsWhere(
    catalog,
    (constraint) =>
      constraint.kind === 'foreign-key' && constraint.references === relation && leansOn(constraint, index),
  );
}

function constraintsWhere(
  catalog: Catalog,
  isMeant: (constraint: Constraint) => boolean,
): readonly ObjectRef[] {
  return tablesOf(catalog).flatMap(({ id, constraints }) =>
    constraints
      .filter(isMeant)
      .map((one): ObjectRef => ({ kind: 'constraint', relation: id, name: one.name })),
  );
}

/** What is of the type, or of an array of it. */
function onType(catalog: Catalog, type: Reference): readonly ObjectRef[] {
  return ofType(catalog, type, null);
}

/** @param self the relation whose row type it is: of that itself its columns are not */
function ofType(catalog: Catalog, type: Reference, self: RelationId | null): readonly ObjectRef[] {
  const isIt = (one: TypeName) => isSameName(one, type);
  const found: ObjectRef[] = [];
  for (const relation of catalog.relations.values()) {
    if (relation.id === self) continue;
    if (relation.kind === 'table') {
      if (relation.ofType !== null && isSameName(relation.ofType, type)) {
        found.push({ kind: 'relation', id: relation.id });
      }
      for (const column of relation.columns) {
        if (isIt(column.type)) found.push({ kind: 'column', relation: relation.id, name: column.name });
      }
    } else if (relation.kind === 'view') {
      const rests =
        relation.dependsOn.types.some(isIt) || relation.columns.some((column) => isIt(column.type));
      if (rests) found.push({ kind: 'relation', id: relation.id });
    }
  }
  found.push(...onCasts(catalog, type));
  for (const user of catalog.types.values()) {
    const { schema, name } = user;
    if (user.kind === 'domain' && isIt(user.base)) found.push({ kind: 'type', schema, name });
    if (user.kind === 'range' && isIt(user.subtype)) found.push({ kind: 'type', schema, name });
    if (user.kind !== 'composite') continue;
    for (const attribute of user.attributes) {
      if (isIt(attribute.type)) found.push({ kind: 'attribute', schema, type: name, name: attribute.name });
    }
  }
  for (const routine of functionsOf(catalog)) {
    if (routine.dependsOn.types.some(isIt)) found.push({ kind: 'function', id: routine.id });
  }
  return found;
}

/** Expressions name functions as text: of several with one name it is not known which is meant. */
function onFunction(catalog: Catalog, id: number, doubtful: Set<RelationId>): readonly ObjectRef[] {
  const isCalled = (trigger: Trigger) => trigger.functionId === id;
  const found = onCalls(catalog, doubtful, (name) => {
    const candidates = functionsCalled(catalog, name);
    if (!candidates.some((one) => one.id === id)) return 'no';
    return candidates.length === 1 ? 'yes' : 'maybe';
  });
  for (const relation of catalog.relations.values()) {
    if (relation.kind === 'view' && relation.dependsOn.functions.includes(id)) {
      found.push({ kind: 'relation', id: relation.id });
    }
    if (relation.kind === 'table' || relation.kind === 'view') {
      for (const { name } of relation.triggers.filter(isCalled)) {
        found.push({ kind: 'trigger', relation: relation.id, name });
      }
    }
  }
  for (const routine of functionsOf(catalog)) {
    if (routine.dependsOn.functions.includes(id)) found.push({ kind: 'function', id: routine.id });
  }
  for (const { name, functionId } of catalog.eventTriggers.values()) {
    if (functionId === id) found.push({ kind: 'event-trigger', name });
  }
  return found;
}

function inSchema(catalog: Catalog, schema: string): readonly ObjectRef[] {
  const relations = [...catalog.relations.values()]
    .filter((relation) => relation.schema === schema && relation.kind !== 'index')
    .map(({ id }): ObjectRef => ({ kind: 'relation', id }));
  const types = [...catalog.types.values()]
    .filter((type) => type.schema === schema)
    .map(({ name }): ObjectRef => ({ kind: 'type', schema, name }));
  const functions = functionsOf(catalog)
    .filter((routine) => routine.schema === schema)
    .map(({ id }): ObjectRef => ({ kind: 'function', id }));
  return [...relations, ...types, ...functions];
}
