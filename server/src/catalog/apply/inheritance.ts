// What tables take over of those above them: partitions of their parents, and heirs of what they INHERIT.
// Source: MergeAttributes, MergeAttributesIntoExisting, MergeConstraintsIntoExisting and RemoveInheritance in tablecmds.c.

import type { Catalog, Check, Column, RelationId, Table } from '../catalog.js';
import { columnOf, tableById } from '../lookup.js';
import { sameBelow } from './change-constraints.js';
import type { InheritedNotNull } from './not-null.js';
import { type Context, changeTable } from './relations.js';

/** The columns that a new table has from its parents, each once, in their order. */
export function inheritedColumns(
  parents: readonly Table[],
  isPartition: boolean,
  { origin }: Context,
): readonly Column[] {
  const found = new Map<string, Column>();
  for (const column of parents.flatMap(({ columns }) => columns)) {
    const prior = found.get(column.name);
    found.set(
      column.name,
      prior === undefined
        ? { ...below(column, isPartition), origin }
        : {
            ...prior,
            notNull: prior.notNull || column.notNull,
            default: prior.default ?? column.default,
            inherited: prior.inherited + 1,
          },
    );
  }
  return [...found.values()];
}

/** A column as the tables below have it. Only partitions share an identity with their parent. */
export function below(column: Column, isPartition: boolean): Column {
  const draws = isPartition || column.identity === null;
  return {
    ...column,
    identity: isPartition ? column.identity : null,
    sequence: draws ? column.sequence : null,
    local: false,
    inherited: 1,
  };
}

/** A column that is written again is one with the inherited one, and stays in its place. */
export function mergedColumns(
  inherited: readonly Column[],
  own: readonly Column[],
  isPartition: boolean,
): readonly Column[] {
  const written = new Map(own.map((column) => [column.name, column]));
  const merged = inherited.map((column) => {
    const again = written.get(column.name);
    written.delete(column.name);
    return again === undefined ? column : mergedColumn(column, again, isPartition);
  });
  return [...merged, ...own.filter(({ name }) => written.has(name))];
}

function mergedColumn(column: Column, again: Column, isPartition: boolean): Column {
  const draws = again.default !== null || again.serial || again.identity !== null;
  return {
    ...column,
    notNull: column.notNull || again.notNull,
    ...(draws
      ? { default: again.default, serial: again.serial, sequence: again.sequence, generated: again.generated }
      : {}),
    identity: isPartition ? column.identity : again.identity,
    storage: again.storage ?? column.storage,
    compression: again.compression ?? column.compression,
    // A partition names columns only to say more about them.
    local: isPartition ? column.local : true,
    origin: isPartition ? column.origin : again.origin,
  };
}

/** The CHECKs that a new table has from its parents. */
export function inheritedChecks(parents: readonly Table[], { origin }: Context): readonly Check[] {
  const found = new Map<string, Check>();
  for (const constraint of parents.flatMap(({ constraints }) => constraints)) {
    if (constraint.kind !== 'check' || constraint.noInherit) continue;
    const inherited = (found.get(constraint.name)?.inherited ?? 0) + 1;
    const source = { local: false, inherited, origin: { ...origin, constraint: null } };
    found.set(constraint.name, { ...constraint, ...source });
  }
  return [...found.values()];
}

export function inheritedNotNulls(parents: readonly Table[]): readonly InheritedNotNull[] {
  return parents.flatMap(({ constraints }) =>
    constraints.flatMap((one) =>
      one.kind === 'not-null' && !one.noInherit ? [{ column: one.column, name: one.name }] : [],
    ),
  );
}

/** A table that is there comes below another: what both have, it has from there, too. */
export function comeBelow(catalog: Catalog, parent: Table, id: RelationId, isPartition: boolean): Catalog {
  return changeTable(catalog, id, (table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const above = columnOf(parent, column.name);
      if (above === null) return column;
      return {
        ...column,
        inherited: column.inherited + 1,
        local: column.local && !isPartition,
        ...(isPartition && above.identity !== null
          ? { identity: above.identity, sequence: above.sequence }
          : {}),
      };
    }),
    constraints: changedBelow(parent, table, (one) => ({
      ...one,
      inherited: one.inherited + 1,
      local: one.local && !isPartition,
    })),
  }));
}

/** And it leaves the other: what it had from there alone is its own. */
export function leave(catalog: Catalog, parent: Table, id: RelationId, isPartition: boolean): Catalog {
  const alone = <T extends { readonly inherited: number; readonly local: boolean }>(one: T): T => {
    const inherited = Math.max(0, one.inherited - 1);
    return { ...one, inherited, local: one.local || inherited === 0 };
  };
  return changeTable(catalog, id, (table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const above = columnOf(parent, column.name);
      if (above === null) return column;
      const own = alone(column);
      return isPartition && above.identity !== null ? { ...own, identity: null, sequence: null } : own;
    }),
    constraints: changedBelow(parent, table, alone),
  }));
}

function changedBelow(
  parent: Table,
  table: Table,
  change: <T extends Table['constraints'][number]>(constraint: T) => T,
): Table['constraints'] {
  const same = new Set(
    parent.constraints.flatMap((constraint) => {
      if (constraint.kind !== 'check' && constraint.kind !== 'not-null') return [];
      return constraint.noInherit ? [] : (sameBelow(table, constraint) ?? []);
    }),
  );
  return table.constraints.map((constraint) =>
    constraint.kind === 'check' || constraint.kind === 'not-null'
      ? same.has(constraint)
        ? change(constraint)
        : constraint
      : constraint,
  );
}

export function addInherit(catalog: Catalog, id: RelationId, parentId: RelationId): Catalog {
  const parent = tableById(catalog, parentId);
  if (parent === null || tableById(catalog, id)?.inherits.includes(parentId) === true) return catalog;
  const joined = changeTable(catalog, id, (table) => ({ ...table, inherits: [...table.inherits, parentId] }));
  return comeBelow(joined, parent, id, false);
}

export function dropInherit(catalog: Catalog, id: RelationId, parentId: RelationId): Catalog {
  const parent = tableById(catalog, parentId);
  if (parent === null || tableById(catalog, id)?.inherits.includes(parentId) !== true) return catalog;
  const left = changeTable(catalog, id, (table) => ({
    ...table,
    inherits: table.inherits.filter((one) => one !== parentId),
  }));
  return leave(left, parent, id, false);
}
