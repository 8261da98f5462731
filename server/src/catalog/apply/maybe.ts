// What becomes of a catalog by an operation that may not run: both outcomes at once, with doubts about all in which they differ.

import type { Catalog, Doubt, Relation, RelationId, Table } from '../catalog.js';
import { columnKey } from '../lookup.js';
import type { Context } from './relations.js';

/**
 * What is there in only one of the two outcomes is kept and doubted, so that it is neither relied upon nor missed. Of what
 * differs the later one is kept.
 *
 * @param reason for people, as a clause
 */
export function eitherOf(before: Catalog, after: Catalog, reason: string, { origin }: Context): Catalog {
  if (before === after) return before;
  const doubt: Doubt = { reason, since: before.sequence, origin };
  let relations = after.relations;
  let names = after.names;
  let doubted = after.doubts.relations;
  let columns = after.doubts.columns;
  let { types } = after.doubts;
  const suspect = (id: RelationId) => {
    doubted = doubted.set(id, doubt);
  };
  for (const relation of before.relations.values()) {
    const other = after.relations.get(relation.id);
    if (other === relation) continue;
    if (other === undefined) {
      relations = relations.set(relation.id, relation);
      suspect(owner(relation));
      continue;
    }
    const differing = differingColumns(relation, other);
    if (differing === null) suspect(owner(other));
    else {
      const kept = withColumnsOf(other, relation);
      relations = relations.set(relation.id, kept);
      for (const column of differing) columns = columns.set(columnKey(relation.id, column), doubt);
    }
  }
  for (const relation of after.relations.values()) {
    if (before.relations.has(relation.id)) continue;
    suspect(owner(relation));
  }
  for (const key of new Set([...before.types.keys(), ...after.types.keys()])) {
    if (before.types.get(key) !== after.types.get(key)) types = types.set(key, doubt);
  }
  const attached = attachedTo(before, after, doubt);
  for (const [key, id] of before.names) if (!names.has(key)) names = names.set(key, id);
  return {
    ...after,
    relations,
    names,
    types: before.types.merge(after.types),
    functions: before.functions.mergeWith((_old, named) => named, after.functions),
    schemas: before.schemas.union(after.schemas),
    dependents: before.dependents.mergeWith((one, other) => one.union(other), after.dependents),
    constraintNames: before.constraintNames.mergeWith(
      (one, other) => Math.max(one, other),
      after.constraintNames,
    ),
    extensions: before.extensions.union(after.extensions),
    attached: attached.all,
    doubts: {
      ...after.doubts,
      attached: attached.doubts,
      relations: doubted,
      columns,
      types,
    },
  };
}

/** Of rights those of both outcomes. */
function attachedTo(before: Catalog, after: Catalog, doubt: Doubt) {
  let all = after.attached;
  let doubts = after.doubts.attached;
  if (before.attached === after.attached) return { all, doubts };
  for (const key of new Set([...before.attached.keys(), ...after.attached.keys()])) {
    const old = before.attached.get(key);
    const now = after.attached.get(key);
    if (old === now) continue;
    doubts = doubts.set(key, doubt);
    const rights = [
      ...(now?.rights ?? []),
      ...(old?.rights ?? []).filter((right) => !now?.rights?.includes(right)),
    ];
    all = all.set(key, { ...old, ...now, ...(rights.length === 0 ? {} : { rights }) });
  }
  return { all, doubts };
}

/** What is doubted with it: the table of an index. */
function owner(relation: Relation): RelationId {
  return relation.kind === 'index' ? relation.table : relation.id;
}

/** The columns in which two versions of a table differ; `null` when they differ in more. */
function differingColumns(a: Relation, b: Relation): readonly string[] | null {
  if (a.kind !== 'table' || b.kind !== 'table') return null;
  const others = Object.keys(b).filter((key) => key !== 'columns') as (keyof Table)[];
  if (others.some((key) => !isSame(a[key], b[key]))) return null;
  const names = new Set([...a.columns, ...b.columns].map(({ name }) => name));
  return [...names].filter((name) => columnNamed(a, name) !== columnNamed(b, name));
}

/** What was filtered without effect is a new list of the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((item, index) => item === b[index])
  );
}

function columnNamed(table: Table, name: string) {
  return table.columns.find((column) => column.name === name);
}

/** The table with those columns of the other that it has not. */
function withColumnsOf(table: Relation, other: Relation): Relation {
  if (table.kind !== 'table' || other.kind !== 'table') return table;
  const lost = other.columns.filter(({ name }) => columnNamed(table, name) === undefined);
  return lost.length === 0 ? table : { ...table, columns: [...table.columns, ...lost] };
}
