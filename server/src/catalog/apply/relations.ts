// Putting relations into a catalog and taking them out: the part that every operation shares.

import type { Catalog, Doubt, IndexRelation, Origin, Relation, RelationId, Table } from '../catalog.js';
import { bareTable, nameKey } from '../catalog.js';
import { findRelation, type Reference } from '../lookup.js';

/** What an operation is applied with. */
export interface Context {
  /** Where the operation stands, for what it makes. */
  readonly origin: Origin;
  /** Major version of the server. */
  readonly postgres: number;
}

/** The schema in which a new object of that name is made: its own, or the first of the search path. */
export function creationSchema(catalog: Catalog, schema: string | null): string {
  return schema ?? catalog.searchPath[0] ?? 'public';
}

export function relationNameTaken(catalog: Catalog, schema: string, name: string): boolean {
  return catalog.names.has(nameKey(schema, name));
}

/** Adds a relation under its name and id. A relation that already has the name is replaced: the server's state is not ours to argue with. */
export function addRelation(catalog: Catalog, relation: Relation): Catalog {
  return {
    ...catalog,
    relations: catalog.relations.set(relation.id, relation),
    names: catalog.names.set(nameKey(relation.schema, relation.name), relation.id),
    sequence: Math.max(catalog.sequence, relation.id + 1),
  };
}

/** The same relation with other facts. Its name must not have changed. */
export function putRelation(catalog: Catalog, relation: Relation): Catalog {
  return { ...catalog, relations: catalog.relations.set(relation.id, relation) };
}

export function changeTable(catalog: Catalog, id: RelationId, change: (table: Table) => Table): Catalog {
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table') return catalog;
  const changed = change(table);
  return changed === table ? catalog : putRelation(catalog, changed);
}

/** Takes out a relation and its name; a table's indexes, owned sequences and partitions go with it. */
export function removeRelation(catalog: Catalog, relation: Relation): Catalog {
  let next: Catalog = {
    ...catalog,
    relations: catalog.relations.delete(relation.id),
    names: catalog.names.delete(nameKey(relation.schema, relation.name)),
  };
  if (relation.kind !== 'table') return next;
  for (const index of relation.indexes) {
    next = { ...next, names: removeIndexName(next, relation, index.name) };
  }
  for (const other of catalog.relations.values()) {
    if (other.kind === 'sequence' && other.ownedBy === relation.id) next = removeRelation(next, other);
    else if (other.kind === 'index' && other.table === relation.id) {
      next = { ...next, relations: next.relations.delete(other.id) };
    } else if (other.kind === 'table' && other.partitionOf === relation.id)
      next = removeRelation(next, other);
  }
  return next;
}

function removeIndexName(catalog: Catalog, table: Table, index: string): Catalog['names'] {
  return catalog.names.delete(nameKey(table.schema, index));
}

/** Gives the relation another name or schema; the indexes of a table move with its schema. */
export function moveRelation(catalog: Catalog, relation: Relation, to: Reference): Catalog {
  const schema = to.schema ?? relation.schema;
  const moved = { ...relation, schema, name: to.name };
  let next = addRelation(
    { ...catalog, names: catalog.names.delete(nameKey(relation.schema, relation.name)) },
    moved,
  );
  if (relation.kind === 'table' && schema !== relation.schema) {
    for (const other of catalog.relations.values()) {
      const follows =
        (other.kind === 'index' && other.table === relation.id) ||
        (other.kind === 'sequence' && other.ownedBy === relation.id);
      if (follows) next = moveRelation(next, other, { schema, name: other.name });
    }
  }
  return next;
}

/** The entry of an index in the namespace. */
export function addIndexName(catalog: Catalog, table: Table, name: string): Catalog {
  const entry: IndexRelation = {
    kind: 'index',
    id: catalog.sequence,
    schema: table.schema,
    name,
    table: table.id,
    madeAt: catalog.sequence,
  };
  return addRelation(catalog, entry);
}

/**
 * The table of that name, made up when no migration that we read creates it: then the history's base is missing,
 * and from here on other objects may exist that we never saw.
 */
export function existingTable(
  catalog: Catalog,
  name: Reference,
  { origin }: Context,
): readonly [Catalog, Table | null] {
  const relation = findRelation(catalog, name);
  if (relation !== null) return [catalog, relation.kind === 'table' ? relation : null];
  const id = catalog.sequence;
  const table: Table = { ...bareTable(id, creationSchema(catalog, name.schema), name.name), filled: true };
  const reason = `"${name.name}" is used but no migration that was read creates it`;
  const doubt: Doubt = catalog.doubts.newObjects ?? { reason, since: id, origin };
  const next = addRelation({ ...catalog, doubts: { ...catalog.doubts, newObjects: doubt } }, table);
  return [next, table];
}
