// A relation of a query whose table the tenant model knows, and what its keys say.

import type { Table } from '../../catalog/catalog.js';
import { foreignKeysOf, primaryKeyOf } from '../../catalog/lookup.js';
import { isCalledId, isCalledLikeForeignKey, isCalledUnguessable } from '../../queries/column-names.js';
import type { Place } from '../../queries/frames.js';
import { columnFor, isCalledPerson, spelling } from '../tenancy/names.js';
import { type TenantModel, type TenantTable, tenantKey } from '../tenancy.js';

export interface Member {
  readonly place: Place;
  readonly table: Table;
  readonly tenant: TenantTable;
  readonly model: TenantModel;
}

export function memberAt(place: Place, model: TenantModel): Member | null {
  const { table } = place;
  const tenant = table === null ? undefined : model.tables.get(tenantKey(table));
  return table === null || tenant === undefined ? null : { place, table, tenant, model };
}

export interface UniqueKey {
  readonly primary: boolean;
  readonly columns: readonly string[];
  /** Columns of the predicate of a partial index: it is a key of those rows alone of which that is true. Else none. */
  readonly predicate: readonly string[];
}

/** What a table's keys and the names of its columns say. */
export interface Keys {
  /** Primary key, unique constraints and unique indexes, also partial ones. */
  readonly unique: readonly UniqueKey[];
  /** Foreign keys to rows of one tenant or person, and columns that are called like foreign keys. */
  readonly parents: readonly string[];
  /** Columns of the primary key and of foreign keys that hold the tenant too: they tell rows apart only together with it. */
  readonly parts: readonly string[];
  /** Columns that nobody can guess, as far as no key says that other tenants may have the same. */
  readonly secrets: readonly string[];
}

const known = new WeakMap<TenantTable, { readonly table: Table; readonly keys: Keys }>();

export function keysOf(member: Member): Keys {
  const { table, tenant } = member;
  let found = known.get(tenant);
  if (found?.table !== table) {
    const unique = uniqueKeys(table);
    const ofTenant = columnsOfTenant(unique, tenant);
    const keys = {
      unique,
      parents: parentColumns(member, ofTenant),
      parts: keyParts(member),
      secrets: table.columns
        .map(({ name }) => name)
        .filter((name) => isCalledUnguessable(name) && !ofTenant.has(name)),
    };
    found = { table, keys };
    known.set(tenant, found);
  }
  return found.keys;
}

function uniqueKeys(table: Table): readonly UniqueKey[] {
  const primary = primaryKeyOf(table);
  const keys: UniqueKey[] = primary === null ? [] : [{ primary: true, columns: primary, predicate: [] }];
  for (const constraint of table.constraints) {
    if (constraint.kind === 'unique')
      keys.push({ primary: false, columns: constraint.columns, predicate: [] });
  }
  for (const index of table.indexes) {
    if (!index.unique) continue;
    const columns = index.keys.flatMap(({ column, expression }) =>
      column === null ? (expression?.columns ?? []) : [column],
    );
    if (columns.length > 0) keys.push({ primary: false, columns, predicate: index.where?.columns ?? [] });
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

function keyParts({ table, tenant }: Member): readonly string[] {
  const primary = primaryKeyOf(table) ?? [];
  const foreign = foreignKeysOf(table).map(({ columns }) => columns);
  const whole = new Set(foreign.filter((columns) => columns.length === 1).flat());
  return [primary, ...foreign]
    .filter((columns) => namesTenant(columns, tenant))
    .flatMap((columns) => columns.filter((column) => isIdentity(column, tenant) && !whole.has(column)));
}

/** Columns that are unique together with the tenant, and not alone: so other tenants may have the same, whatever they are called. */
function columnsOfTenant(keys: readonly UniqueKey[], tenant: TenantTable): ReadonlySet<string> {
  const alone = keys.flatMap(({ columns, predicate }) => (predicate.length === 0 ? [columns] : []));
  const isUnique = (name: string) => alone.some((columns) => columns.length === 1 && columns[0] === name);
  return new Set(
    keys.flatMap(({ primary, columns }) => {
      const rest = primary || !namesTenant(columns, tenant) ? [] : withoutTenant(columns, tenant);
      return rest.length === 1 && rest.every((name) => !isUnique(name)) ? rest : [];
    }),
  );
}

function parentColumns({ table, tenant, model }: Member, ofTenant: ReadonlySet<string>): readonly string[] {
  const declared = new Set(foreignKeysOf(table).flatMap(({ columns }) => columns));
  const isOfTenant = (name: string) => ofTenant.has(name) && !namesRow(name, model);
  const called = table.columns
    .map(({ name }) => name)
    .filter((name) => isCalledLikeForeignKey(name) && !declared.has(name) && !isOfTenant(name));
  return [...tenant.parents, ...called];
}

/** `user_id` and `post_id`, unlike `external_id`: a person, or a row of a table of that name. */
function namesRow(column: string, { tables }: TenantModel): boolean {
  return isCalledPerson(column) || [...tables.keys()].some((table) => columnFor(table) === spelling(column));
}

/** A column that alone is likely to tell rows apart, and is not the tenant's. */
export function isIdentity(column: string, { column: tenantColumn, divisions }: TenantTable): boolean {
  if (column === tenantColumn || divisions.includes(column)) return false;
  return isCalledId(column) || isCalledLikeForeignKey(column);
}
