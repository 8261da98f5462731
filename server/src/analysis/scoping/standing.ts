// How one relation's row stands to a tenant, given what is known of the row and of those beside it.

import type { Table } from '../../catalog/catalog.js';
import { foreignKeysOf, primaryKeyOf } from '../../catalog/lookup.js';
import { keyOf, type Place } from '../../queries/frames.js';
import type { Row } from '../../queries/rows.js';
import { type TenantModel, type TenantTable, tenantKey } from '../tenancy.js';

/**
 * - `absent`: the relation never has a row here.
 * - `scoped`: its rows are those of one tenant.
 * - `by-key`: of any tenant, but only who knows a key finds them.
 * - `unknown`: something that could not be read may tie them to a tenant.
 * - `unscoped`: nothing does.
 */
export interface Standing {
  readonly verdict: 'absent' | 'scoped' | 'by-key' | 'unknown' | 'unscoped';
  readonly reason: Reason;
  /** Columns that the reason is about. */
  readonly columns: readonly string[];
}

export type Reason =
  /** The tenant's column is equal to a value from outside. */
  | 'tenant'
  /** A column is that holds a part of a tenant, such as a project. */
  | 'division'
  /** It is a membership of one person. */
  | 'person'
  /** It belongs to, or has, a row that is scoped or found by key. */
  | 'related'
  /** It hangs on a row that the program has loaded. */
  | 'loaded'
  | 'primary-key'
  | 'unique-key'
  /** A foreign key, or a column that is called like one. */
  | 'parent'
  /** A column that nobody can guess: `token`. */
  | 'secret'
  | 'unread'
  | 'no-row'
  /** A unique key is complete but for its tenant column: other tenants may have the same values. */
  | 'unique-key-without-tenant'
  /** The primary key is complete but for its tenant column. */
  | 'primary-key-without-tenant'
  | 'nothing';

const ORDER: readonly Standing['verdict'][] = ['unscoped', 'unknown', 'by-key', 'scoped', 'absent'];

export function worse(a: Standing, b: Standing): Standing {
  return ORDER.indexOf(b.verdict) < ORDER.indexOf(a.verdict) ? b : a;
}

export function better(a: Standing, b: Standing): Standing {
  return ORDER.indexOf(b.verdict) > ORDER.indexOf(a.verdict) ? b : a;
}

/** A place that reads a table which the model knows. */
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

export function standingOf(row: Row, member: Member, model: TenantModel): Standing {
  if (row.impossible) return { verdict: 'absent', reason: 'no-row', columns: [] };
  const members = [...row.present].flatMap((place) => memberAt(place, model) ?? []);
  const standings = new Map<Place, Standing>();
  for (const one of members) {
    const own = ownStanding(row, one);
    if (own !== null) standings.set(one.place, own);
  }
  spread(row, members, standings);
  const found = standings.get(member.place);
  if (found?.verdict === 'scoped' || found?.verdict === 'by-key') return found;
  if (mayBeScoped(row, member)) return { verdict: 'unknown', reason: 'unread', columns: [] };
  return found ?? { verdict: 'unscoped', reason: 'nothing', columns: comparedColumns(row, member) };
}

/** Columns that are compared with a value that is not written in the query. */
function comparedColumns({ equalities }: Row, { place, table }: Member): readonly string[] {
  return table.columns
    .map(({ name }) => name)
    .filter((name) => (equalities.pinOf(keyOf(place, name))?.source ?? 'literal') !== 'literal');
}

/** What the row's own columns say, without the rows beside it; `null` for nothing. */
function ownStanding(row: Row, member: Member): Standing | null {
  const { tenant, table, place } = member;
  const pinned = (column: string) => row.equalities.pinOf(keyOf(place, column)) !== null;
  const held = (column: string) => pinned(column) || row.loose.has(keyOf(place, column));
  const scoped = (reason: Reason, column: string): Standing => ({
    verdict: 'scoped',
    reason,
    columns: [column],
  });
  const byKey = (reason: Reason, columns: readonly string[]): Standing => ({
    verdict: 'by-key',
    reason,
    columns,
  });

  if (tenant.column !== null && pinned(tenant.column)) return scoped('tenant', tenant.column);
  if (tenant.person !== null && pinned(tenant.person)) return scoped('person', tenant.person);
  const division = tenant.divisions.find(pinned);
  if (division !== undefined) return scoped('division', division);
  if (place.path !== null && place.path.from === null) return scoped('loaded', place.relation.alias);
  if (tenant.class === 'root') {
    const key = uniqueKeys(table).find(({ columns }) => columns.every(held));
    return key === undefined ? null : scoped('tenant', key.columns[0] ?? '');
  }

  const keys = uniqueKeys(table);
  const global = keys.find(({ columns }) => !namesTenant(columns, tenant) && columns.every(held));
  if (global !== undefined) return byKey(global.primary ? 'primary-key' : 'unique-key', global.columns);
  const secret = table.columns.find(({ name }) => SECRET.test(name) && held(name));
  if (secret !== undefined) return byKey('secret', [secret.name]);
  const partial = keys.find(
    ({ columns }) => namesTenant(columns, tenant) && withoutTenant(columns, tenant).every(held),
  );
  const primary = primaryKeyOf(table) ?? [];
  const identity = primary.find((column) => isIdentity(column, tenant) && pinned(column));
  if (partial?.primary === true || (identity !== undefined && namesTenant(primary, tenant))) {
    const rest = withoutTenant(primary, tenant);
    return { verdict: 'unscoped', reason: 'primary-key-without-tenant', columns: rest };
  }
  // The key of a partitioned table holds more than its identity.
  if (identity !== undefined) return byKey('primary-key', [identity]);
  const parent = parentColumns(member).find(pinned);
  if (parent !== undefined) return byKey('parent', [parent]);
  if (partial === undefined) return null;
  const rest = withoutTenant(partial.columns, tenant);
  return { verdict: 'unscoped', reason: 'unique-key-without-tenant', columns: rest };
}

/** A part of a primary key that alone is likely to tell rows apart. */
function isIdentity(column: string, { column: tenantColumn, divisions }: TenantTable): boolean {
  return column !== tenantColumn && !divisions.includes(column) && (column === 'id' || LIKE_KEY.test(column));
}

const SECRET =
  /(?:^|_)(?:token|secret|hash|nonce|code|key|digest|signature|fingerprint|sha256)$|(?:Token|Secret|Hash|Nonce|Digest)$/;

interface UniqueKey {
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
    const columns = index.keys.flatMap((key) =>
      key.column === null ? (key.expression?.columns ?? []) : [key.column],
    );
    if (columns.length > 0) keys.push({ primary: false, columns });
  }
  return keys;
}

function namesTenant(columns: readonly string[], { column, divisions }: TenantTable): boolean {
  return columns.some((name) => name === column || divisions.includes(name));
}

function withoutTenant(columns: readonly string[], { column, divisions }: TenantTable): readonly string[] {
  const rest = columns.filter((name) => name !== column && !divisions.includes(name));
  // A key of nothing but the tenant says nothing.
  return rest.length > 0 ? rest : columns;
}

/** Foreign keys to tables that belong to tenants, and columns that are called like foreign keys. */
function parentColumns({ table }: Member): readonly string[] {
  const keys = foreignKeysOf(table);
  const declared = new Set(keys.flatMap(({ columns }) => columns));
  const called = table.columns
    .map(({ name }) => name)
    .filter((name) => LIKE_KEY.test(name) && !declared.has(name));
  return [...declared, ...called];
}

const LIKE_KEY = /(?:_id|_uuid|_sid|[a-z]Id|[a-z]UUID|_ref)$/;

/** Carries what is known along foreign keys and equal columns, until nothing changes. */
function spread(row: Row, members: readonly Member[], standings: Map<Place, Standing>): void {
  const rank = (place: Place) => ORDER.indexOf(standings.get(place)?.verdict ?? 'unscoped');
  const links = linksBetween(row, members);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to, carries } of links) {
      const standing = standings.get(from.place);
      if (standing === undefined || (standing.verdict !== 'scoped' && standing.verdict !== 'by-key'))
        continue;
      if (carries === 'tenant' && standing.verdict !== 'scoped') continue;
      const verdict = carries === 'identity' ? 'by-key' : standing.verdict;
      if (ORDER.indexOf(verdict) <= rank(to.place)) continue;
      standings.set(to.place, { verdict, reason: 'related', columns: [] });
      changed = true;
    }
  }
}

interface Link {
  readonly from: Member;
  readonly to: Member;
  /**
   * - `row`: one row names the other, so what holds of one holds of both.
   * - `tenant`: they belong to the same tenant.
   * - `identity`: both name the same thing, which need not belong to the same tenant.
   */
  readonly carries: 'row' | 'tenant' | 'identity';
}

function linksBetween(row: Row, members: readonly Member[]): readonly Link[] {
  return members.flatMap((one) =>
    members.flatMap((two): readonly Link[] => {
      if (one === two) return [];
      if (linked(row, one, two)) {
        return [
          { from: one, to: two, carries: 'row' },
          { from: two, to: one, carries: 'row' },
        ];
      }
      const tenant = sharesTenant(row, one, two);
      const identity = sharesIdentity(row, one, two, tenant);
      return [
        ...(tenant ? [{ from: one, to: two, carries: 'tenant' } as const] : []),
        ...(identity ? [{ from: one, to: two, carries: 'identity' } as const] : []),
      ];
    }),
  );
}

/** A row of `child` names one row of `parent`: by a foreign key, or by all of its primary key. */
function linked({ equalities }: Row, child: Member, parent: Member): boolean {
  const same = (left: string, right: string) =>
    equalities.same(keyOf(child.place, left), keyOf(parent.place, right));
  for (const { references, columns, referencedColumns } of foreignKeysOf(child.table)) {
    if (references !== parent.table.id || columns.length === 0) continue;
    const referenced = referencedColumns.length > 0 ? referencedColumns : (primaryKeyOf(parent.table) ?? []);
    if (columns.every((column, index) => same(column, referenced[index] ?? ''))) return true;
  }
  const key = primaryKeyOf(parent.table);
  if (key === null) return false;
  return key.every((part) => [...child.place.asked].some((column) => same(column, part)));
}

/** A part of a primary key that holds the tenant too says something only together with it. */
function sharesIdentity({ equalities }: Row, one: Member, two: Member, tenant: boolean): boolean {
  const classes = new Set(identities(one).map((column) => equalities.classOf(keyOf(one.place, column))));
  const primary = primaryKeyOf(two.table) ?? [];
  const partial = !tenant && namesTenant(primary, two.tenant);
  return identities(two).some(
    (column) =>
      classes.has(equalities.classOf(keyOf(two.place, column))) && !(partial && primary.includes(column)),
  );
}

/** Columns that the query asks for and that are called like keys. */
function identities({ place, tenant }: Member): readonly string[] {
  return [...place.asked].filter((column) => isIdentity(column, tenant));
}

function sharesTenant({ equalities }: Row, one: Member, two: Member): boolean {
  const shared = (left: string | null, right: string | null) =>
    left !== null && right !== null && equalities.same(keyOf(one.place, left), keyOf(two.place, right));
  if (shared(one.tenant.column, two.tenant.column)) return true;
  return one.tenant.divisions.some((left) => two.tenant.divisions.some((right) => shared(left, right)));
}

/** Something that we could not read may tie the row to a tenant. */
function mayBeScoped(row: Row, member: Member): boolean {
  if (row.runtime) return true;
  const { place, tenant } = member;
  const telling = [tenant.column, tenant.person, ...tenant.divisions].filter((column) => column !== null);
  if (telling.some((column) => row.vague.has(keyOf(place, column)))) return true;
  if (place.path?.steps === null) return true;
  // Rows from elsewhere may be those of one tenant.
  const ties = [...telling, ...(primaryKeyOf(member.table) ?? []), ...parentColumns(member)];
  return [...row.present].some(
    (other) =>
      isUnread(other) &&
      [...other.asked].some((asked) =>
        ties.some((column) => row.equalities.same(keyOf(other, asked), keyOf(place, column))),
      ),
  );
}

function isUnread({ source, table, inner }: Place): boolean {
  if (table !== null) return false;
  return source.kind !== 'values' && (inner.length === 0 || inner.some(({ block }) => block.opaque !== null));
}
