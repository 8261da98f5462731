// Questions to a catalog. Names are resolved as the server does, along the search path.

import type { StatisticsObject } from './attachments.js';
import type {
  Catalog,
  Column,
  Constraint,
  Doubt,
  ForeignKey,
  FunctionFacts,
  Index,
  Relation,
  RelationId,
  Sequence,
  Table,
  UserType,
} from './catalog.js';
import { nameKey } from './catalog.js';
import { absent, type Knowledge, known, unknown } from './knowledge.js';
import { type Reference, type RelationName, sameRelation } from './names.js';
import { lookupBy, serves, shapeOf } from './serving-index.js';

export type { Reference };

/** The relation of that name, of whatever kind, or `null`. Doubts are not asked. */
export function findRelation(catalog: Catalog, { schema, name }: Reference): Relation | null {
  for (const candidate of schema === null ? relationPath(catalog) : [schema]) {
    const id = catalog.names.get(nameKey(candidate, name));
    if (id !== undefined) return catalog.relations.get(id) ?? null;
  }
  return null;
}

/** The name with the schema that it is found in; one that is not there would be made in the first of the search path. */
export function relationName(catalog: Catalog, name: Reference): RelationName {
  const schema = findRelation(catalog, name)?.schema ?? name.schema ?? catalog.searchPath[0] ?? 'public';
  return { schema, name: name.name };
}

/** Whether both names mean the same relation. */
export function meansSame(catalog: Catalog, a: Reference, b: Reference): boolean {
  return a.name === b.name && sameRelation(relationName(catalog, a), relationName(catalog, b));
}

/** Temporary tables come before everything on the search path. */
function relationPath(catalog: Catalog): readonly string[] {
  return catalog.temporaryTables.length === 0 ? catalog.searchPath : ['pg_temp', ...catalog.searchPath];
}

/** In the order in which they were made. */
export function tablesOf(catalog: Catalog): readonly Table[] {
  return [...catalog.relations.values()].filter((relation): relation is Table => relation.kind === 'table');
}

export function findTable(catalog: Catalog, name: Reference): Table | null {
  const relation = findRelation(catalog, name);
  return relation?.kind === 'table' ? relation : null;
}

export function tableById(catalog: Catalog, id: RelationId): Table | null {
  const relation = catalog.relations.get(id);
  return relation?.kind === 'table' ? relation : null;
}

export function findType(catalog: Catalog, { schema, name }: Reference): UserType | null {
  for (const candidate of schema === null ? catalog.searchPath : [schema]) {
    const type = catalog.types.get(nameKey(candidate, name));
    if (type !== undefined) return type;
  }
  return null;
}

export function findStatistics(catalog: Catalog, { schema, name }: Reference): StatisticsObject | null {
  for (const candidate of schema === null ? catalog.searchPath : [schema]) {
    const found = catalog.statistics.get(nameKey(candidate, name));
    if (found !== undefined) return found;
  }
  return null;
}

/** The routines of that name, in the first schema of the search path that has one. */
export function functionsNamed(catalog: Catalog, { schema, name }: Reference): readonly FunctionFacts[] {
  for (const candidate of schema === null ? catalog.searchPath : [schema]) {
    const found = catalog.functions.get(nameKey(candidate, name));
    if (found !== undefined && found.length > 0) return found;
  }
  return [];
}

export function functionsOf(catalog: Catalog): readonly FunctionFacts[] {
  return [...catalog.functions.values()].flat();
}

/** What is known of the table just now; a table that an opaque operation may have changed is unknown. */
export function knowTable(catalog: Catalog, name: Reference): Knowledge<Table> {
  const table = findTable(catalog, name);
  if (table === null) {
    const doubt = catalog.doubts.everything ?? catalog.doubts.newObjects;
    return doubt === null ? absent : unknown(doubt.reason);
  }
  const doubt = doubtAbout(catalog, table);
  return doubt === null ? known(table) : unknown(doubt, table);
}

/** What is known of a column. A column that is not listed is unknown where its table may hold more than we saw. */
export function knowColumn(catalog: Catalog, name: Reference, column: string): Knowledge<Column> {
  const table = findTable(catalog, name);
  if (table === null) {
    const doubt = catalog.doubts.everything ?? catalog.doubts.newObjects;
    return doubt === null ? absent : unknown(doubt.reason);
  }
  const found = columnOf(table, column);
  const doubt =
    broadDoubt(catalog, table)?.reason ?? catalog.doubts.columns.get(columnKey(table.id, column))?.reason;
  if (doubt !== undefined) return unknown(doubt, found);
  if (found !== null) return known(found);
  return table.complete ? absent : unknown(incompleteReason(table));
}

/** Why the table may differ from what we hold; `null` when we are sure of it. */
export function doubtAbout(catalog: Catalog, table: Table): string | null {
  if (!table.complete) return incompleteReason(table);
  return broadDoubt(catalog, table)?.reason ?? null;
}

/** Why anything about the relation may differ from what we hold; `null` when nothing says so. */
export function broadDoubt(
  catalog: Catalog,
  table: { readonly id: RelationId; readonly madeAt: number },
): Doubt | null {
  const { everything, relations } = catalog.doubts;
  if (everything !== null && everything.since > table.madeAt) return everything;
  return relations.get(table.id) ?? null;
}

function incompleteReason(table: Table): string {
  return `the migration that creates "${table.name}" is not among those that were read`;
}

export function columnKey(table: RelationId, column: string): string {
  return `${table}.${column}`;
}

export function columnOf(table: Table, name: string): Column | null {
  return table.columns.find((column) => column.name === name) ?? null;
}

export function constraintOf(table: Table, name: string): Constraint | null {
  return table.constraints.find((constraint) => constraint.name === name) ?? null;
}

/** What hangs on the relation, in the order in which it was made: see {@link Catalog.dependents}. */
export function dependentsOf(catalog: Catalog, id: RelationId): readonly Relation[] {
  const ids = catalog.dependents.get(id);
  if (ids === undefined || ids.isEmpty()) return [];
  return [...ids].sort((a, b) => a - b).flatMap((dependent) => catalog.relations.get(dependent) ?? []);
}

/** The partitions of a table, and the tables that inherit from it, in the order in which they were made. */
export function childrenOf(catalog: Catalog, id: RelationId): readonly Table[] {
  return dependentsOf(catalog, id).filter(
    (relation): relation is Table =>
      relation.kind === 'table' && (relation.partitionOf === id || relation.inherits.includes(id)),
  );
}

/** The sequences that go with the table, or with one column of it. */
export function sequencesOwnedBy(
  catalog: Catalog,
  table: Table,
  column: string | null = null,
): readonly Sequence[] {
  return dependentsOf(catalog, table.id).filter(
    (relation): relation is Sequence =>
      relation.kind === 'sequence' &&
      relation.ownedBy === table.id &&
      (column === null || relation.ownerColumn === column),
  );
}

export function primaryKeyOf(table: Table): readonly string[] | null {
  for (const constraint of table.constraints) {
    if (constraint.kind === 'primary-key') return constraint.columns;
  }
  return null;
}

export function foreignKeysOf(table: Table): readonly ForeignKey[] {
  return table.constraints.filter(
    (constraint): constraint is ForeignKey => constraint.kind === 'foreign-key',
  );
}

/**
 * An index whose leading keys are these columns in any order, so that a lookup by all of them can use it.
 * Partial indexes count only when their predicate is `column IS NOT NULL` on one of the columns.
 */
export function indexLeadingWith(table: Table, columns: readonly string[]): Index | null {
  const wanted = lookupBy([...new Set(columns)]);
  return table.indexes.find((index) => serves(shapeOf(index), wanted)) ?? null;
}

/** The table that holds the index of that name, and the index; `null` when there is none. */
export function findIndex(
  catalog: Catalog,
  name: Reference,
): { readonly table: Table; readonly index: Index } | null {
  const relation = findRelation(catalog, name);
  if (relation?.kind !== 'index') return null;
  const table = catalog.relations.get(relation.table);
  if (table?.kind !== 'table') return null;
  const index = table.indexes.find((candidate) => candidate.name === relation.name);
  return index === undefined ? null : { table, index };
}
