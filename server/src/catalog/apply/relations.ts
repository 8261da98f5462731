// Putting relations into a catalog and taking them out: the part that every operation shares.

import { Set as ImmutableSet } from 'immutable';
import type {
  Catalog,
  Column,
  Constraint,
  Doubt,
  IndexRelation,
  Origin,
  Relation,
  RelationId,
  Table,
} from '../catalog.js';
import { bareTable, nameKey } from '../catalog.js';
import { dependentsOf, findRelation, type Reference } from '../lookup.js';

/** What an operation is applied with. */
export interface Context {
  /** Where the operation stands, for what it makes. */
  readonly origin: Origin;
  /** Major version of the server. */
  readonly postgres: number;
}

/**
 * The schema in which a new object of that name is made: its own, or the first of the search path that there is. Where none is,
 * the first: it is older than the history.
 */
export function creationSchema(catalog: Catalog, schema: string | null): string {
  if (schema !== null) return schema;
  return catalog.searchPath.find((one) => catalog.schemas.has(one)) ?? catalog.searchPath[0] ?? 'public';
}

export function relationNameTaken(catalog: Catalog, schema: string, name: string): boolean {
  return catalog.names.has(nameKey(schema, name));
}

export function constraintNameTaken(catalog: Catalog, schema: string, name: string): boolean {
  return catalog.constraintNames.has(nameKey(schema, name));
}

/** Adds a relation under its name and id. A relation that already has the name is replaced: the server's state is not ours to argue with. */
export function addRelation(catalog: Catalog, relation: Relation): Catalog {
  return {
    ...withLinks(catalog, relation.id, relation),
    relations: catalog.relations.set(relation.id, relation),
    names: catalog.names.set(nameKey(relation.schema, relation.name), relation.id),
    sequence: Math.max(catalog.sequence, relation.id + 1),
  };
}

/** The same relation with other facts. Its name must not have changed. */
export function putRelation(catalog: Catalog, relation: Relation): Catalog {
  return {
    ...withLinks(catalog, relation.id, relation),
    relations: catalog.relations.set(relation.id, relation),
  };
}

export function changeTable(catalog: Catalog, id: RelationId, change: (table: Table) => Table): Catalog {
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table') return catalog;
  const changed = change(table);
  return changed === table ? catalog : putRelation(catalog, changed);
}

/** The catalog with what it says of the relation's links, when the relation becomes that one; `null` when it goes. */
function withLinks(catalog: Catalog, id: RelationId, to: Relation | null): Catalog {
  const from = catalog.relations.get(id) ?? null;
  const { dependents, constraintNames } = catalog;
  return {
    ...catalog,
    dependents:
      from !== null && to !== null && hasSameLinks(from, to) ? dependents : relinked(catalog, id, from, to),
    constraintNames:
      constraintsOf(from) === constraintsOf(to) && from?.schema === to?.schema
        ? constraintNames
        : renamed(constraintNames, constraintKeys(from), constraintKeys(to)),
  };
}

function hasSameLinks(a: Relation, b: Relation): boolean {
  if (a.kind === 'table' && b.kind === 'table') {
    return (
      a.columns === b.columns &&
      a.constraints === b.constraints &&
      a.inherits === b.inherits &&
      a.partitionOf === b.partitionOf
    );
  }
  return a.kind !== 'sequence' || b.kind !== 'sequence' || a.ownedBy === b.ownedBy;
}

function linksOf(relation: Relation | null): ReadonlySet<RelationId> {
  const links = new Set<RelationId>();
  const add = (id: RelationId | null) => {
    if (id !== null) links.add(id);
  };
  switch (relation?.kind) {
    case 'table':
      add(relation.partitionOf);
      for (const parent of relation.inherits) add(parent);
      for (const { sequence } of relation.columns) add(sequence);
      for (const constraint of relation.constraints) {
        if (constraint.kind === 'foreign-key') add(constraint.references);
      }
      break;
    case 'sequence':
      add(relation.ownedBy);
      break;
    case 'index':
      add(relation.table);
      break;
  }
  return links;
}

function relinked(
  { dependents }: Catalog,
  id: RelationId,
  from: Relation | null,
  to: Relation | null,
): Catalog['dependents'] {
  const before = linksOf(from);
  const after = linksOf(to);
  return dependents.withMutations((map) => {
    for (const link of before) {
      if (!after.has(link)) map.update(link, NONE, (ids) => ids.delete(id));
    }
    for (const link of after) {
      if (!before.has(link)) map.update(link, NONE, (ids) => ids.add(id));
    }
  });
}

const NONE = ImmutableSet<RelationId>();

function constraintsOf(relation: Relation | null): readonly Constraint[] | null {
  return relation?.kind === 'table' ? relation.constraints : null;
}

function constraintKeys(relation: Relation | null): ReadonlySet<string> {
  const names = constraintsOf(relation)?.map(({ name }) => nameKey(relation?.schema ?? '', name));
  return new Set(names);
}

function renamed(
  names: Catalog['constraintNames'],
  from: ReadonlySet<string>,
  to: ReadonlySet<string>,
): Catalog['constraintNames'] {
  return names.withMutations((map) => {
    for (const key of to) if (!from.has(key)) map.update(key, 0, (count) => count + 1);
    for (const key of from) {
      if (to.has(key)) continue;
      const count = (map.get(key) ?? 1) - 1;
      if (count > 0) map.set(key, count);
      else map.delete(key);
    }
  });
}

/**
 * Takes out a relation and its name, and what cannot be without it: a table's indexes, owned sequences, partitions and the
 * foreign keys that point at it; the defaults that draw from a sequence.
 */
export function removeRelation(catalog: Catalog, relation: Relation): Catalog {
  if (catalog.relations.get(relation.id) === undefined) return catalog;
  let next: Catalog = {
    ...withLinks(catalog, relation.id, null),
    relations: catalog.relations.delete(relation.id),
    names: catalog.names.delete(nameKey(relation.schema, relation.name)),
  };
  for (const { id } of dependentsOf(catalog, relation.id)) {
    const other = next.relations.get(id);
    if (other !== undefined) next = withoutLink(next, other, relation);
  }
  return { ...next, dependents: next.dependents.delete(relation.id) };
}

/** What becomes of a relation when one that it hangs on goes. */
function withoutLink(catalog: Catalog, relation: Relation, gone: Relation): Catalog {
  switch (relation.kind) {
    case 'index':
      return relation.table === gone.id ? removeRelation(catalog, relation) : catalog;
    case 'sequence':
      return relation.ownedBy === gone.id ? removeRelation(catalog, relation) : catalog;
    case 'view':
      return catalog;
    case 'table':
      if (relation.partitionOf === gone.id) return removeRelation(catalog, relation);
      return putRelation(catalog, {
        ...relation,
        inherits: relation.inherits.filter((id) => id !== gone.id),
        columns:
          gone.kind === 'sequence'
            ? relation.columns.map((column) => (column.sequence === gone.id ? undrawn(column) : column))
            : relation.columns,
        constraints: relation.constraints.filter(
          (constraint) => constraint.kind !== 'foreign-key' || constraint.references !== gone.id,
        ),
      });
  }
}

function undrawn(column: Column): Column {
  return {
    ...column,
    sequence: null,
    serial: false,
    default: column.identity === null ? null : column.default,
  };
}

/**
 * Gives the relation another name or schema; indexes and owned sequences of a table move with its schema.
 * The same catalog when another relation has the name: the server would refuse it.
 */
export function moveRelation(catalog: Catalog, relation: Relation, to: Reference): Catalog {
  const schema = to.schema ?? relation.schema;
  const holder = catalog.names.get(nameKey(schema, to.name));
  if (holder !== undefined && holder !== relation.id) return catalog;
  const moved = { ...relation, schema, name: to.name };
  let next = addRelation(
    { ...catalog, names: catalog.names.delete(nameKey(relation.schema, relation.name)) },
    moved,
  );
  if (schema === relation.schema) return next;
  for (const other of dependentsOf(catalog, relation.id)) {
    const follows =
      (other.kind === 'index' && other.table === relation.id) ||
      (other.kind === 'sequence' && other.ownedBy === relation.id);
    if (follows) next = moveRelation(next, other, { schema, name: other.name });
  }
  return next;
}

/** The entry of an index in the namespace, with the id that the index itself has. */
export function addIndexName(
  catalog: Catalog,
  table: { readonly id: RelationId; readonly schema: string },
  { id, name }: { readonly id: RelationId; readonly name: string },
): Catalog {
  const entry: IndexRelation = {
    kind: 'index',
    id,
    schema: table.schema,
    name,
    table: table.id,
    madeAt: catalog.relations.get(id)?.kind === 'index' ? (catalog.relations.get(id)?.madeAt ?? id) : id,
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
  const doubt: Doubt = catalog.doubts.newObjects ?? { reason, since: id, origin, baseIsMissing: true };
  const next = addRelation({ ...catalog, doubts: { ...catalog.doubts, newObjects: doubt } }, table);
  return [next, table];
}
