// What CASCADE takes along, by name.
// Sources: https://www.postgresql.org/docs/current/ddl-depend.html, https://www.postgresql.org/docs/current/sql-truncate.html

import { fallOf, type ObjectRef } from '../catalog/apply/dependencies.js';
import { functionById } from '../catalog/apply/routines.js';
import type { Catalog, Origin, Table } from '../catalog/catalog.js';
import {
  findIndex,
  findRelation,
  findTable,
  functionsNamed,
  type Reference,
  tableById,
} from '../catalog/lookup.js';
import type { Operation } from '../catalog/operation.js';
import { described, droppedBy } from '../catalog/refusals/dependents.js';
import { userTypeOf } from '../catalog/type-lookup.js';
import { descendants, foreignKeyEnds, isKnown } from './locks/family.js';

export interface Cascade {
  /** In the order in which they are found; what goes with another thing that falls is not listed. */
  readonly falls: readonly Falling[];
  /** Nothing falls at all, not even what is not listed. */
  readonly isIdle: boolean;
  /** False when more may fall than is listed. */
  readonly certain: boolean;
}

export interface Falling {
  readonly object: ObjectRef;
  /** For people: `the view "open_orders"`. */
  readonly by: string;
  readonly origin: Origin | null;
}

/**
 * What one DROP … CASCADE drops beside what it names; `null` when nothing of that is among what we know.
 * @param operations all of the statement
 * @param before the schema just before the statement
 * @param after the schema after its migration: what goes by another statement too, or is made again, is no surprise; `null` lists
 * that as well
 */
export function droppedByCascade(
  operations: readonly Operation[],
  before: Catalog,
  after: Catalog | null,
  postgres: number,
): Cascade | null {
  const objects = operations.map((operation) => namedBy(operation, before));
  if (objects.every((named) => named.length === 0)) return null;
  const { dependents, doubtful } = fallOf(before, objects.flat(), postgres);
  const relations = new Set(dependents.flatMap((one) => (one.kind === 'relation' ? [one.id] : [])));
  const falls = dependents.flatMap((object): readonly Falling[] => {
    if ('relation' in object && relations.has(object.relation)) return [];
    if (after !== null && isNoSurprise(object, before, after)) return [];
    const by = described(before, object);
    return by === null ? [] : [{ object, by, origin: originOf(before, object) }];
  });
  const { everything, newObjects } = before.doubts;
  const certain = doubtful.length === 0 && everything === null && newObjects === null;
  return { falls, isIdle: dependents.length === 0, certain };
}

/** Whether all that the operation drops was made since that time. */
export function isNewSince(operation: Operation, before: Catalog, then: Catalog): boolean {
  const objects = namedBy(operation, before);
  return objects.length > 0 && objects.every((object) => !isThere(object, then) && !isMadeUp(object, before));
}

/** A table that no migration makes is taken for there once it is used. */
function isMadeUp(object: ObjectRef, catalog: Catalog): boolean {
  if (object.kind !== 'relation' && !('relation' in object)) return false;
  const relation = catalog.relations.get(object.kind === 'relation' ? object.id : object.relation);
  return relation !== undefined && relation.kind !== 'index' && relation.origin === null;
}

function isThere(object: ObjectRef, catalog: Catalog): boolean {
  if ('relation' in object) return catalog.relations.has(object.relation);
  switch (object.kind) {
    case 'relation':
      return catalog.relations.has(object.id);
    case 'function':
      return functionById(catalog, object.id) !== null;
    case 'type':
      return userTypeOf(catalog, object) !== null;
    case 'schema':
      return catalog.schemas.has(object.name);
    case 'extension':
      return catalog.extensions.has(object.name);
    default:
      return true;
  }
}

function isNoSurprise(object: ObjectRef, before: Catalog, after: Catalog): boolean {
  if ('relation' in object) return !after.relations.has(object.relation);
  if (object.kind === 'extension') return after.extensions.has(object.name);
  if (object.kind === 'function') {
    const routine = functionById(before, object.id);
    return routine !== null && functionsNamed(after, routine).length > 0;
  }
  const relation = object.kind === 'relation' ? before.relations.get(object.id) : undefined;
  return relation !== undefined && findRelation(after, relation)?.kind === relation.kind;
}

function namedBy(operation: Operation, catalog: Catalog): readonly ObjectRef[] {
  switch (operation.kind) {
    case 'drop-index': {
      const found = findIndex(catalog, operation.index);
      return found === null ? [] : [{ kind: 'index', relation: found.table.id, name: found.index.name }];
    }
    case 'drop-schema': {
      const { name } = operation.schema;
      return catalog.schemas.has(name) ? [{ kind: 'schema', name }] : [];
    }
    case 'drop-extension':
      return catalog.extensions.has(operation.extension.name) ? droppedBy(catalog, operation) : [];
    case 'drop-column': {
      const table = findTable(catalog, operation.table);
      const isThere = table?.columns.some(({ name }) => name === operation.column.name) ?? false;
      return isThere ? droppedBy(catalog, operation) : [];
    }
    case 'drop-constraint': {
      const table = findTable(catalog, operation.table);
      const isThere = table?.constraints.some(({ name }) => name === operation.constraint.name) ?? false;
      return isThere ? droppedBy(catalog, operation) : [];
    }
    default:
      return droppedBy(catalog, operation);
  }
}

function originOf(catalog: Catalog, object: ObjectRef): Origin | null {
  if (object.kind === 'function') return functionById(catalog, object.id)?.origin ?? null;
  if (object.kind === 'relation') {
    const relation = catalog.relations.get(object.id);
    return relation === undefined || relation.kind === 'index' ? null : relation.origin;
  }
  if (!('relation' in object)) return null;
  const table = tableById(catalog, object.relation);
  const parts = {
    column: table?.columns,
    default: table?.columns,
    constraint: table?.constraints,
    index: table?.indexes,
    policy: table?.policies,
    trigger: table?.triggers,
  }[object.kind];
  return parts?.find(({ name }) => name === object.name)?.origin ?? null;
}

export interface TruncateCascade {
  /** The tables that are emptied though they are not named, partitions not listed beside their parents. */
  readonly tables: readonly Table[];
  /** False when there may be more. */
  readonly certain: boolean;
}

/** The tables that TRUNCATE … CASCADE empties beside those that it names: those with foreign keys to them, and so on. */
export function truncatedByCascade(catalog: Catalog, named: readonly Reference[]): TruncateCascade {
  const own = named.flatMap((name) => findTable(catalog, name) ?? []);
  const found = new Map<number, Table>();
  const all = new Map<number, Table>();
  const next = [...own];
  for (let table = next.shift(); table !== undefined; table = next.shift()) {
    for (const one of [table, ...descendants(catalog, table)]) {
      if (all.has(one.id)) continue;
      all.set(one.id, one);
      for (const other of foreignKeyEnds(catalog, one).incoming) {
        if (all.has(other.id)) continue;
        found.set(other.id, other);
        next.push(other);
      }
    }
  }
  const isListed = (table: Table) => own.some(({ id }) => id === table.id) || found.has(table.id);
  const tables = [...found.values()].filter((table) => {
    if (own.some(({ id }) => id === table.id)) return false;
    const parent = table.partitionOf === null ? null : tableById(catalog, table.partitionOf);
    return parent === null || !isListed(parent);
  });
  const { everything, newObjects } = catalog.doubts;
  const certain =
    own.length === named.length &&
    everything === null &&
    newObjects === null &&
    [...all.values()].every((table) => isKnown(catalog, table));
  return { tables, certain };
}

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[], most = 4): string {
  if (names.length <= most) {
    const last = names.at(-1) ?? '';
    return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  }
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
