// How one relation's row stands to a tenant, given what is known of the row and of those beside it.

import { primaryKeyOf } from '../../catalog/lookup.js';
import type { Key } from '../../queries/closure.js';
import { isCalledName, isCalledReference } from '../../queries/column-names.js';
import { keyOf, type Place } from '../../queries/frames.js';
import type { Row } from '../../queries/rows.js';
import type { TenantModel } from '../tenancy.js';
import { linksBetween } from './links.js';
import { isIdentity, keysOf, type Member, memberAt, namesTenant, withoutTenant } from './member.js';

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
  /** Of `by-key`: a foreign key is compared with a row that the code has in hand, so nobody names another one. Left out: no. */
  readonly ofRow?: true;
}

export type Reason =
  /** The tenant's column is equal to a value from outside. */
  | 'tenant'
  /** A column is that holds a part of a tenant, such as a project. */
  | 'division'
  /** It is a membership of one person. */
  | 'person'
  /** The tenant's column is NULL: the row is nobody's. */
  | 'shared'
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
  return rankOf(b) < rankOf(a) ? b : a;
}

export function better(a: Standing, b: Standing): Standing {
  return rankOf(b) > rankOf(a) ? b : a;
}

/** The higher, the better. */
function rankOf({ verdict, ofRow }: Pick<Standing, 'verdict' | 'ofRow'>): number {
  return ORDER.indexOf(verdict) + (ofRow === true ? 0.5 : 0);
}

export function standingOf(row: Row, member: Member, model: TenantModel): Standing {
  if (row.impossible) return { verdict: 'absent', reason: 'no-row', columns: [] };
  const members = [...row.present].flatMap((place) => memberAt(place, model) ?? []);
  const standings = new Map<Place, Standing>();
  for (const one of members) {
    const own = ownStanding(row, one);
    if (own?.verdict === 'scoped' || own?.verdict === 'by-key') standings.set(one.place, own);
    else if (mayBeScoped(row, one, model)) standings.set(one.place, unread);
    else {
      const part = [...one.place.asked].find((column) => holdsKey(row, one.place, column));
      if (part !== undefined)
        standings.set(one.place, { verdict: 'by-key', reason: 'parent', columns: [part] });
      else if (own !== null) standings.set(one.place, own);
    }
  }
  spread(row, members, standings);
  return (
    standings.get(member.place) ?? {
      verdict: 'unscoped',
      reason: 'nothing',
      columns: comparedColumns(row, member),
    }
  );
}

const unread: Standing = { verdict: 'unknown', reason: 'unread', columns: [] };

/** Columns that are compared with a value that is not written in the query, or of which a part is: `data ->> 'id' = $1`. */
function comparedColumns({ equalities, loose }: Row, { place, table }: Member): readonly string[] {
  const compared = (key: Key) => (equalities.pinOf(key)?.value.source ?? 'literal') !== 'literal';
  return table.columns
    .map(({ name }) => name)
    .filter((name) => loose.has(keyOf(place, name)) || compared(keyOf(place, name)));
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

  if (row.loaded.has(place)) return scoped('loaded', place.relation.alias);
  if (tenant.column !== null && pinned(tenant.column)) return scoped('tenant', tenant.column);
  if (tenant.person !== null && pinned(tenant.person)) return scoped('person', tenant.person);
  if (tenant.column !== null && row.missing.has(keyOf(place, tenant.column))) {
    return scoped('shared', tenant.column);
  }
  const division = tenant.divisions.find(pinned);
  if (division !== undefined) return scoped('division', division);
  const loaded = [...row.present].filter((other) => other.table === null && row.loaded.has(other));
  const hung =
    loaded.length === 0 ? undefined : tiesOf(member).find((column) => isOf(row, place, column, loaded));
  if (hung !== undefined) return scoped('loaded', hung);
  if (tenant.class === 'root') {
    const key = keysOf(member).unique.find(({ columns }) => columns.every(held));
    const name = key?.columns[0] ?? [...place.asked].find((column) => isCalledName(column) && held(column));
    return name === undefined ? null : scoped('tenant', name);
  }

  const { unique: keys, parents, secrets } = keysOf(member);
  const inHand = parents.find((column) => isInHand(row, place, column));
  const ofRow = inHand === undefined ? null : ({ ...byKey('parent', [inHand]), ofRow: true } as const);
  const secret = secrets.find(held);
  if (secret !== undefined) return byKey('secret', [secret]);
  // What the query says of the columns of a predicate may imply it; where it says nothing of them, other rows come out as well.
  const global = keys.find(
    ({ columns, predicate }) =>
      !namesTenant(columns, tenant) &&
      columns.every(held) &&
      predicate.every((column) => place.asked.has(column)),
  );
  if (global !== undefined)
    return ofRow ?? byKey(global.primary ? 'primary-key' : 'unique-key', global.columns);
  const partial = keys.find(
    ({ columns }) => namesTenant(columns, tenant) && withoutTenant(columns, tenant).every(held),
  );
  const primary = primaryKeyOf(table) ?? [];
  const identity = primary.find((column) => isIdentity(column, tenant) && pinned(column));
  if (partial?.primary === true || (identity !== undefined && namesTenant(primary, tenant))) {
    const rest = withoutTenant(primary, tenant).filter(held);
    return { verdict: 'unscoped', reason: 'primary-key-without-tenant', columns: rest };
  }
  if (ofRow !== null) return ofRow;
  // The key of a partitioned table holds more than its identity.
  if (identity !== undefined) return byKey('primary-key', [identity]);
  const parent = parents.find(pinned);
  if (parent !== undefined) return byKey('parent', [parent]);
  const computed = [...primary, ...parents].find(
    (column) => isIdentity(column, tenant) && row.isComputed(keyOf(place, column)),
  );
  if (computed !== undefined) return byKey('related', [computed]);
  if (partial === undefined) return null;
  const rest = withoutTenant(partial.columns, tenant);
  return { verdict: 'unscoped', reason: 'unique-key-without-tenant', columns: rest };
}

/** The column is compared with a row that the code has loaded, or is given as a struct. */
function isInHand({ equalities }: Row, place: Place, column: string): boolean {
  const pin = equalities.pinOf(keyOf(place, column));
  return pin !== null && (pin.value.origin === 'trusted' || pin.value.ofRow === true);
}

/** A part of the column that is called like a key is compared with a value from outside: `data ->> 'post_id' = $1`. */
function holdsKey({ loose, beside }: Row, place: Place, column: string): boolean {
  const key = keyOf(place, column);
  const isKey = (text: string) => isCalledReference(/^['":](\w+)['"]?$/.exec(text)?.[1] ?? '');
  return loose.has(key) && [...(beside.get(key) ?? [])].some(isKey);
}

/** Carries what is known along foreign keys and equal columns, until nothing changes. */
function spread(row: Row, members: readonly Member[], standings: Map<Place, Standing>): void {
  if (standings.size === 0) return;
  const rank = (place: Place) => rankOf(standings.get(place) ?? { verdict: 'unscoped' });
  const links = linksBetween(row, members);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to, carries } of links) {
      const standing = standings.get(from.place);
      if (standing === undefined || standing.verdict === 'unscoped') continue;
      // What hangs on a row that is nobody's may be anybody's.
      if (standing.reason === 'shared') continue;
      const isPerson = carries === 'person' && OF_ITS_OWN.has(standing.reason);
      const isWeaker = carries === 'identity' && standing.verdict === 'scoped';
      const verdict = isPerson ? 'scoped' : isWeaker ? 'by-key' : standing.verdict;
      const inHand = verdict === 'by-key' && carries === 'row' && standing.ofRow === true;
      const ofRow = inHand ? ({ ofRow: true } as const) : {};
      if (rankOf({ verdict, ...ofRow }) <= rank(to.place)) continue;
      const reason = isPerson ? 'person' : isGlobal(from) && isGlobal(to) ? standing.reason : 'related';
      const columns = isPerson && to.tenant.person !== null ? [to.tenant.person] : [];
      standings.set(to.place, verdict === 'unknown' ? unread : { verdict, reason, columns, ...ofRow });
      changed = true;
    }
  }
}

/** Reasons for which a row is found by what somebody knows of the row itself: a user by the e-mail. */
const OF_ITS_OWN: ReadonlySet<Reason> = new Set(['primary-key', 'unique-key', 'secret']);

function isGlobal({ tenant }: Member): boolean {
  return tenant.class === 'global';
}

/** Something that we could not read may tie the row to a tenant. */
function mayBeScoped(row: Row, member: Member, model: TenantModel): boolean {
  if (row.runtime || isGivenTenant(row, member, model)) return true;
  const { place, tenant } = member;
  const telling = [tenant.column, tenant.person, ...tenant.divisions].filter((column) => column !== null);
  if (telling.some((column) => row.vague.has(keyOf(place, column)))) return true;
  const unknownPath = [...row.present].some(({ path }) => path?.steps === null && path.from === place);
  if (unknownPath || place.path?.steps === null) return true;
  // Rows from elsewhere may be those of one tenant.
  const unread = [...row.present].filter(isUnread);
  return unread.length > 0 && tiesOf(member).some((column) => isOf(row, place, column, unread));
}

/** A value that is called like the tenant stands beside another column of it: `data ->> 'org_id' = $1`, `owner = @org_id`. */
function isGivenTenant({ beside, equalities }: Row, { place, tenant }: Member, model: TenantModel): boolean {
  if (tenant.class === 'root') return false;
  const telling = [model.column, tenant.column, ...tenant.divisions].filter((column) => column !== null);
  const isCalled = (text: string) => telling.some((column) => isCalledLike(text, column));
  return [...place.asked].some((column) => {
    if (telling.includes(column)) return false;
    const key = keyOf(place, column);
    const pinned = equalities.pinOf(key)?.value;
    const isPinned = pinned !== undefined && pinned.source !== 'literal' && isCalled(pinned.text);
    return isPinned || [...(beside.get(key) ?? [])].some(isCalled);
  });
}

/** `@org_id`, `org.id` and `'orgId'` are called like `org_id`. */
function isCalledLike(text: string, column: string): boolean {
  const plain = (name: string) => name.replace(/[._]/g, '').toLowerCase();
  return (text.match(/[a-z_][\w.]*/gi) ?? []).some((word) => plain(word).endsWith(plain(column)));
}

/** Columns that say whose the row is, or which one. */
function tiesOf(member: Member): readonly string[] {
  const { column, person, divisions } = member.tenant;
  const telling = [column, person, ...divisions].filter((name) => name !== null);
  return [...telling, ...(primaryKeyOf(member.table) ?? []), ...keysOf(member).parents];
}

/** The column is equal to one of these places. */
function isOf({ equalities }: Row, place: Place, column: string, others: readonly Place[]): boolean {
  const key = keyOf(place, column);
  return others.some((other) => [...other.asked].some((asked) => equalities.same(keyOf(other, asked), key)));
}

function isUnread({ source, table, inner, asked }: Place): boolean {
  if (table !== null) return false;
  // What is asked of a subquery itself is computed in it.
  if (inner.length === 1 && asked.size > 0) return true;
  return source.kind !== 'values' && (inner.length === 0 || inner.some(({ block }) => block.opaque !== null));
}
