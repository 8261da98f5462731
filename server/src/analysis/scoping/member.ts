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
  /** Columns that nobody can guess. */
  readonly secrets: readonly string[];
}

const known = new WeakMap<TenantTable, { readonly table: Table; readonly keys: Keys }>();

export function keysOf(member: Member): Keys {
  const { table, tenant } = member;
  let found = known.get(tenant);
  if (found?.table !== table) {
    const keys = {
      unique: uniqueKeys(table),
      parents: parentColumns(member),
      parts: keyParts(member),
      secrets: table.columns.map(({ name }) => name).filter((name) => SECRET.test(name)),
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

function parentColumns({ table, tenant }: Member): readonly string[] {
  const declared = new Set(foreignKeysOf(table).flatMap(({ columns }) => columns));
  const called = table.columns
    .map(({ name }) => name)
    .filter((name) => LIKE_KEY.test(name) && !declared.has(name));
  return [...tenant.parents, ...called];
}

/** Columns that nobody can guess; a code or key alone, or one of something that opens a door. */
const SECRET =
  /(?:^|_)(?:token|secret|hash|nonce|digest|signature|fingerprint|sha256)$|(?:Token|Secret|Hash|Nonce|Digest)$|^(?:code|key)$|^(?:session|oauth|login|csrf)_state$|(?:api|access|auth|invit\w+|verif\w+|confirm\w*|reset|activation|device|user|license|public|private|signing|session)_(?:code|key)$/;

const LIKE_KEY = /(?:_id|_uuid|_sid|[a-z]Id|[a-z]UUID|_ref)$/;

/** A column that alone is likely to tell rows apart, and is not the tenant's. */
export function isIdentity(column: string, { column: tenantColumn, divisions }: TenantTable): boolean {
  if (column === tenantColumn || divisions.includes(column)) return false;
  return column === 'id' || LIKE_KEY.test(column);
}
