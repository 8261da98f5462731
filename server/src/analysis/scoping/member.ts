// A relation of a query whose table the tenant model knows, and what its keys say.

import type { Table } from '../../catalog/catalog.js';
import { foreignKeysOf, primaryKeyOf } from '../../catalog/lookup.js';
import type { Place } from '../../queries/frames.js';
import { type TenantModel, type TenantTable, tenantKey } from '../tenancy.js';

export interface Member {
  readonly place: Place;
  readonly table: Table;
  readonly tenant: TenantTable;
}

export function memberAt(place: Place, model: TenantModel): Member | null {
  const { table } = place;
  const tenant = table === null ? undefined : model.tables.get(tenantKey(table));
  return table === null || tenant === undefined ? null : { place, table, tenant };
}

export interface UniqueKey {
  readonly primary: boolean;
  readonly columns: readonly string[];
}

/** Primary key, unique constraints and unique indexes. A partial index is one, too: people look up what is not deleted. */
export function uniqueKeys(table: Table): readonly UniqueKey[] {
  const primary = primaryKeyOf(table);
  const keys: UniqueKey[] = primary === null ? [] : [{ primary: true, columns: primary }];
  for (const constraint of table.constraints) {
    if (constraint.kind === 'unique') keys.push({ primary: false, columns: constraint.columns });
  }
  for (const index of table.indexes) {
    if (!index.unique) continue;
    const columns = index.keys.flatMap(({ column, expression }) =>
      column === null ? (expression?.columns ?? []) : [column],
    );
    if (columns.length > 0) keys.push({ primary: false, columns });
  }
  return keys;
}

export function namesTenant(columns: readonly string[], { column, divisions }: TenantTable): boolean {
  return columns.some((name) => name === column || divisions.includes(name));
}

/** What is left of a key without the tenant; all of it when it is nothing but the tenant. */
export function withoutTenant(
  columns: readonly string[],
  { column, divisions }: TenantTable,
): readonly string[] {
  const rest = columns.filter((name) => name !== column && !divisions.includes(name));
  return rest.length > 0 ? rest : columns;
}

/** Foreign keys to rows of one tenant or person, and columns that are called like foreign keys. */
export function parentColumns({ table, tenant }: Member): readonly string[] {
  const declared = new Set(foreignKeysOf(table).flatMap(({ columns }) => columns));
  const called = table.columns
    .map(({ name }) => name)
    .filter((name) => LIKE_KEY.test(name) && !declared.has(name));
  return [...tenant.parents, ...called];
}

const LIKE_KEY = /(?:_id|_uuid|_sid|[a-z]Id|[a-z]UUID|_ref)$/;

/** A column that alone is likely to tell rows apart, and is not the tenant's. */
export function isIdentity(column: string, { column: tenantColumn, divisions }: TenantTable): boolean {
  if (column === tenantColumn || divisions.includes(column)) return false;
  return column === 'id' || LIKE_KEY.test(column);
}
