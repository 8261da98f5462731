// Keys of tables with rows of tenants: whether they keep the tenant in mind, and whether that is the custom of the schema.

import type { Catalog, ForeignKey, Table } from '../catalog/catalog.js';
import { columnOf, foreignKeysOf, tableById } from '../catalog/lookup.js';
import { isCalledMadeUp } from '../queries/column-names.js';
import { snakeCase } from '../text/words.js';
import { type TenantModel, type TenantTable, tenantKey } from './tenancy.js';

/**
 * Whether a unique key on these columns lets what one tenant chose stand in the way of another: it holds texts or numbers that
 * people choose, and neither the tenant nor a row that belongs to one.
 */
export function isUniqueOverTenants(table: Table, tenant: TenantTable, columns: readonly string[]): boolean {
  const { column, person, divisions, parents } = tenant;
  const owning = [column, person, ...divisions, ...parents];
  const referring = foreignKeysOf(table).flatMap((key) => key.columns);
  if (columns.length === 0 || columns.some((one) => owning.includes(one) || referring.includes(one)))
    return false;
  return columns.every((name) => {
    const known = columnOf(table, name);
    if (known === null || isCalledMadeUp(snakeCase(name)) || known.identity !== null || known.serial)
      return false;
    // A value that the database makes is nobody's choice.
    if (known.default !== null && known.default.functions.length > 0) return false;
    return (
      /^(?:text|varchar|citext|bpchar|int[248])$/.test(known.type.name) && !/(?:^|_)id$/.test(snakeCase(name))
    );
  });
}

export interface TenantForeignKeys {
  /** How many foreign keys lead from one table with a tenant's column to another. */
  readonly all: number;
  /** Those of them that hold the tenant as well. */
  readonly composite: number;
}

const known = new WeakMap<Catalog, { readonly model: TenantModel; readonly counts: TenantForeignKeys }>();

/** The custom of the schema. */
export function tenantForeignKeys(catalog: Catalog, model: TenantModel): TenantForeignKeys {
  const found = known.get(catalog);
  if (found?.model === model) return found.counts;
  let all = 0;
  let composite = 0;
  for (const table of catalog.relations.values()) {
    if (table.kind !== 'table' || table.partitionOf !== null) continue;
    for (const key of foreignKeysOf(table)) {
      const between = betweenTenants(catalog, model, table, key);
      if (between === null) continue;
      all++;
      if (between.isComposite) composite++;
    }
  }
  const counts = { all, composite };
  known.set(catalog, { model, counts });
  return counts;
}

/** The two tenants' columns of a foreign key from one table with rows of tenants to another; `null` for any other. */
export function betweenTenants(
  catalog: Catalog,
  { tables }: TenantModel,
  table: Table,
  key: ForeignKey,
): {
  readonly own: string;
  readonly target: Table;
  readonly other: string;
  readonly isComposite: boolean;
} | null {
  const target = key.references === null ? null : tableById(catalog, key.references);
  const [own, other] = [table, target].map((one) => (one === null ? undefined : tables.get(tenantKey(one))));
  if (target === null || own?.class !== 'direct' || other?.class !== 'direct') return null;
  if (own.column === null || other.column === null) return null;
  return { own: own.column, target, other: other.column, isComposite: key.columns.includes(own.column) };
}

interface Counted {
  readonly model: TenantModel;
  readonly counts: TenantColumns;
}

const counted = new WeakMap<Catalog, Counted>();

export interface TenantColumns {
  /** How many tables have the column of a tenant. */
  readonly all: number;
  /** Those of them that have a foreign key on it. */
  readonly withKey: number;
}

/** The custom of the schema. */
export function tenantColumns(catalog: Catalog, model: TenantModel): TenantColumns {
  let found = counted.get(catalog);
  if (found?.model !== model) {
    found = { model, counts: countColumns(catalog, model) };
    counted.set(catalog, found);
  }
  return found.counts;
}

function countColumns(catalog: Catalog, { tables }: TenantModel): TenantColumns {
  let all = 0;
  let withKey = 0;
  for (const table of catalog.relations.values()) {
    if (table.kind !== 'table' || table.partitionOf !== null) continue;
    const tenant = tables.get(tenantKey(table));
    if (tenant?.class !== 'direct' || tenant.column === null) continue;
    const { column } = tenant;
    all++;
    if (foreignKeysOf(table).some((key) => key.columns.includes(column))) withKey++;
  }
  return { all, withKey };
}
