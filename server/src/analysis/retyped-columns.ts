// What setting the type of a column costs beside writing the table anew: its indexes and CHECKs are made again, also for the type
// that it has already. Sources: ATExecAlterColumnType and ATPostAlterTypeParse in tablecmds.c, CheckIndexCompatible in indexcmds.c;
// measured on 15 and 18.

import type { Catalog, Check, Column, Index, Table } from '../catalog/catalog.js';
import { findType } from '../catalog/lookup.js';
import type { AlterColumnType } from '../catalog/operation.js';
import { sameType, type TypeName } from '../catalog/types.js';

export interface RebuiltIndex {
  readonly index: Index;
  /** As a clause: `it is partial`. */
  readonly because: string;
}

/** Whether the column has that type and collation already. */
export function isSetAgain(column: Column, { type, collation, using }: AlterColumnType): boolean {
  return (
    using === null && sameType(column.type, type) && collationOf(column.collation) === collationOf(collation)
  );
}

/** Indexes that are built anew where the table is not. The others keep their files. */
export function rebuiltIndexes(
  catalog: Catalog,
  table: Table,
  column: Column,
  operation: AlterColumnType,
): readonly RebuiltIndex[] {
  return table.indexes.flatMap((index) => {
    if (!columnsOf(index).includes(column.name)) return [];
    const because = reasonToRebuild(catalog, index, column, operation);
    return because === null ? [] : [{ index, because }];
  });
}

/** Every column that the index needs. */
export function columnsOf({ keys, include, where }: Index): readonly string[] {
  const ofKeys = keys.flatMap(({ column, expression }) =>
    column === null ? (expression?.columns ?? []) : [column],
  );
  return [...ofKeys, ...include, ...(where?.columns ?? [])];
}

function reasonToRebuild(
  catalog: Catalog,
  { keys, where }: Index,
  column: Column,
  { type, collation }: AlterColumnType,
): string | null {
  if (where !== null) return 'it is partial';
  if (keys.some(({ expression }) => expression !== null)) return 'it holds an expression';
  const own = keys.filter((key) => key.column === column.name);
  // The type is set with its own collation where none is written.
  if (collationOf(column.collation) !== collationOf(collation) && own.some((key) => key.collation === null)) {
    return 'the collation is another one';
  }
  const isOrderedOtherwise = orderOf(catalog, column.type) !== orderOf(catalog, type);
  return isOrderedOtherwise && own.some((key) => key.operatorClass === null)
    ? 'the new type is compared in another way'
    : null;
}

/** `COLLATE "default"` is the type's own. */
function collationOf(collation: string | null): string | null {
  return collation === 'default' ? null : collation;
}

/** Types of one order share an operator class. Source: pg_opclass, and which types coerce to its own (pg_cast). */
const ORDERED_AS: Readonly<Record<string, string>> = {
  varchar: 'text',
  cidr: 'inet',
  regclass: 'oid',
};

function orderOf(catalog: Catalog, type: TypeName): string {
  const found = findType(catalog, type);
  const { name } = found?.kind === 'domain' ? found.base : type;
  return ORDERED_AS[name] ?? name;
}

/** CHECKs that every row is read for again. One that is not validated stays so. */
export function recheckedConstraints(table: Table, column: string): readonly Check[] {
  return table.constraints.filter(
    (constraint): constraint is Check =>
      constraint.kind === 'check' &&
      constraint.validated &&
      constraint.enforced &&
      constraint.expression.columns.includes(column),
  );
}
