// How one relation's row stands to a tenant, given what is known of the row and of those beside it.

import { primaryKeyOf } from '../../catalog/lookup.js';
import { keyOf, type Place } from '../../queries/frames.js';
import type { Row } from '../../queries/rows.js';
import type { TenantModel } from '../tenancy.js';
import { linksBetween } from './links.js';
import {
  isIdentity,
  type Member,
  memberAt,
  namesTenant,
  parentColumns,
  uniqueKeys,
  withoutTenant,
} from './member.js';

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

/** Columns that nobody can guess; a code or key alone, or one of something that opens a door. */
const SECRET =
  /(?:^|_)(?:token|secret|hash|nonce|digest|signature|fingerprint|sha256)$|(?:Token|Secret|Hash|Nonce|Digest)$|^(?:code|key)$|(?:api|access|auth|invit\w+|verif\w+|confirm\w*|reset|activation|device|user|license|public|private|signing|session)_(?:code|key)$/;

/** Carries what is known along foreign keys and equal columns, until nothing changes. */
function spread(row: Row, members: readonly Member[], standings: Map<Place, Standing>): void {
  if (standings.size === 0) return;
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

/** Something that we could not read may tie the row to a tenant. */
function mayBeScoped(row: Row, member: Member): boolean {
  if (row.runtime) return true;
  const { place, tenant } = member;
  const telling = [tenant.column, tenant.person, ...tenant.divisions].filter((column) => column !== null);
  if (telling.some((column) => row.vague.has(keyOf(place, column)))) return true;
  const unknownPath = [...row.present].some(({ path }) => path?.steps === null && path.from === place);
  if (unknownPath || place.path?.steps === null) return true;
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

function isUnread({ source, table, inner, asked }: Place): boolean {
  if (table !== null) return false;
  // What is asked of a subquery itself is computed in it.
  if (inner.length === 1 && asked.size > 0) return true;
  return source.kind !== 'values' && (inner.length === 0 || inner.some(({ block }) => block.opaque !== null));
}
