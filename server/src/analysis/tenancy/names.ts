// What tables and columns are usually called where there are tenants.

import type { ForeignKey, Table } from '../../catalog/catalog.js';
import { columnOf, foreignKeysOf, primaryKeyOf } from '../../catalog/lookup.js';
import { RUNNERS_OWN } from '../../catalog/refusals/certainty.js';
import { singular } from '../../text/words.js';

/** Names that a table of tenants usually has; those of the second tier more often are something else. */
const TIERS: readonly RegExp[] = [
  /^(organi[sz]ations?|orgs?|tenants?|compan(y|ies)|accounts?|workspaces?|teams?|spaces?)$/i,
  /^(projects?|sites?|stores?|shops?)$/i,
];
/** Columns that name a tenant though no foreign key says so: `org_id`, `tenantId`, `organization_uuid`. */
const TIER_1_COLUMN =
  /^(organi[sz]ation|org|tenant|company|account|workspace|team|space)(?:_(?:id|uuid)|I[dD]|U[uU][iI][dD])$/;
const DIVISION = /^(products?|repositor(y|ies)|environments?|apps?|applications?)$/i;
const PEOPLE = /^((?:\w+_)?users?|people|persons?|members?|identities|admins?)$/i;
/** Tables that are about a person and nothing else. */
const ABOUT_PEOPLE =
  /^(?:profiles?|sessions?|credentials?)$|(?:^|_)(?:users?|members?|memberships?|tokens?|sessions?|identities|credentials?|invit(?:es?|ations?)|passkeys?|codes?)$/i;
const PERSON_COLUMN = /^(user|person|member|admin)(?:_id|Id)$/;
/** Tables of libraries; those of runners of migrations stand beside what the server refuses. */
const OF_LIBRARIES = /^(oban_\w+|spatial_ref_sys|pg_\w+|fun_with_flags_toggles|error_tracker_\w+)$/i;
/** Columns that a table of people has who log in, and one of sums of money: those are called accounts, too. */
const OF_OTHER_ACCOUNTS =
  /^(?:(?:hashed_|encrypted_)?password(?:_hash|_digest)?|passwordHash|crypted_password|iban|balance|balance_cents|provider_account_id|providerAccountId)$/i;

/** 1 or 2; `null` for a name that tells nothing. */
export function tierOf({ name }: Table): number | null {
  const tier = TIERS.findIndex((names) => names.test(name));
  return tier === -1 ? null : tier + 1;
}

/** A person who logs in, or a sum of money. */
export function isOtherAccount({ name, columns }: Table): boolean {
  return /^accounts?$/i.test(name) && columns.some((column) => OF_OTHER_ACCOUNTS.test(column.name));
}

/** Its rows are people, and not their memberships. */
export function isPeople(table: Table): boolean {
  return PEOPLE.test(table.name) && personColumn(table) === null;
}

export function isAboutPeople(table: Table): boolean {
  return isPeople(table) || ABOUT_PEOPLE.test(table.name);
}

/** Whether rows of the table may be a part of a tenant, by its name. */
export function isCalledDivision(table: Table): boolean {
  return DIVISION.test(table.name) || tierOf(table) !== null;
}

export function isSystem({ name }: Table): boolean {
  return RUNNERS_OWN.test(name) || OF_LIBRARIES.test(name);
}

export function personColumn({ columns }: Table): string | null {
  return columns.find(({ name }) => isCalledPerson(name))?.name ?? null;
}

export function isCalledPerson(column: string): boolean {
  return PERSON_COLUMN.test(column);
}

/** `org` of `org_id`, for a column that is called like one of a tenant; else `null`. */
export function tenantWord(column: string): string | null {
  return TIER_1_COLUMN.exec(column)?.[1] ?? null;
}

/** The same for all spellings of one column: `org_id`, `orgId`, `organization_id` and `organisation_uuid`. */
export function spelling(column: string): string {
  const plain = column.replaceAll('_', '').toLowerCase().replace(/uuid$/, 'id');
  return plain.replace(/^organi[sz]ation/, 'org');
}

/** What a column is called that holds the key of a table: `organization_id` of `organizations`, in one {@link spelling}. */
export function columnFor(table: string): string {
  return spelling(`${singular(table.replace(/^.*\./, ''))}_id`);
}

/** Whether the column is called after the table: `organization_id`, `organization_name`, not `payer`. */
export function isCalledAfter(column: string, table: string): boolean {
  return spelling(column).startsWith(columnFor(table).replace(/id$/, ''));
}

/** The column of the table that is called so, in whichever spelling; itself first. */
export function columnLike(table: Table, name: string): string | null {
  return columnOf(table, name) === null ? (columnsBySpelling(table).get(spelling(name)) ?? null) : name;
}

const spelled = new WeakMap<Table, ReadonlyMap<string, string>>();

/** The first of each spelling. */
export function columnsBySpelling(table: Table): ReadonlyMap<string, string> {
  let found = spelled.get(table);
  if (found === undefined) {
    found = new Map([...table.columns].reverse().map(({ name }) => [spelling(name), name]));
    spelled.set(table, found);
  }
  return found;
}

/** The column of `from` whose foreign key points at the key of `to`; `null` when there is none. */
export function keyTo(from: Table, to: Table): string | null {
  for (const foreignKey of foreignKeysOf(from)) {
    const column = foreignKey.references === to.id ? tellingColumn(foreignKey, to) : null;
    if (column !== null) return column;
  }
  return null;
}

/** Of a key with several columns, the one that is not there to name the tenant, too. */
function tellingColumn({ columns, referencedColumns }: ForeignKey, to: Table): string | null {
  const called = columns.find((column) => spelling(column) === columnFor(to.name));
  if (called !== undefined || columns.length < 2) return called ?? columns[0] ?? null;
  const own = primaryKeyOf(to) ?? [];
  const isOwn = (index: number) => own.includes(referencedColumns[index] ?? '');
  const candidates = columns.filter((_, index) => isOwn(index));
  return candidates.find((column) => tenantWord(column) === null) ?? candidates[0] ?? columns[0] ?? null;
}

/** Whether a row always has a value there. */
export function isAlwaysThere(table: Table, column: string): boolean {
  return (columnOf(table, column)?.notNull ?? false) || (primaryKeyOf(table)?.includes(column) ?? false);
}
