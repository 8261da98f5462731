// Rows that are found by a key alone: whether that is all there is to it can only be said by what stands around the query.

import { isCalledId, isCalledReference } from '../queries/column-names.js';
import type { OuterOperand, Query } from '../queries/query.js';
import { snakeCase } from '../text/words.js';
import type { QueryScoping, RelationScoping } from './scoping.js';

/** What the callers of a query's function do. */
export interface Callers {
  /** 0 for a private function that nothing calls. */
  readonly count: number;
  /**
   * Names of parameters for which some caller gives a value of its client, as in `EnclosingFunction.params`; none when most of
   * those who do so ask of what they get whether the client may have it, or stand in a file in which that is asked.
   */
  readonly client: readonly string[];
  /** Columns of what the function gives back that every caller compares with a value that is not of the client. */
  readonly compared: readonly string[];
  /** Every caller hands what it gets, or the function itself, to what decides who may have it. */
  readonly authorized: boolean;
  /** Every caller stands in code that goes over all tenants or is run once, or is itself called by nothing else. */
  readonly sweep: boolean;
}

/** How one query finds rows of a table that holds rows of tenants. */
export interface Lookup {
  /** The function that it stands in, or the name that a comment gives it, without arity; `null` for none. */
  readonly name: string | null;
  readonly table: string;
  /** The table has the tenant's column itself. */
  readonly direct: boolean;
  readonly verb: Query['block']['verb'];
  /** Columns besides the tenant's that are compared with a value, sorted. */
  readonly key: readonly string[];
  /** The tenant is compared, too. */
  readonly scoped: boolean;
  /** It finds one row by what looks like its primary key. */
  readonly byId: boolean;
}

/** `null` when it looks nothing up: its first relation is of no tenant, or nothing of it is compared with a value. */
export function lookupOf(query: Query, scoping: QueryScoping): Lookup | null {
  const relation = scoping.relations.find(({ role }) => role !== 'filter');
  if (relation === undefined || scoping.setting !== 'application') return null;
  if (relation.class !== 'direct' && relation.class !== 'transitive') return null;
  if (query.language === 'ecto' && query.sink === null) return null;
  const key = [
    ...new Set(relation.pins.map(({ column }) => column).filter((name) => name !== relation.column)),
  ].sort();
  if (key.length === 0 || (relation.verdict !== 'scoped' && relation.verdict !== 'by-key')) return null;
  const [only] = key;
  return {
    name: scoping.name,
    table: relation.table,
    direct: relation.class === 'direct',
    verb: query.block.verb,
    key,
    scoped: relation.verdict === 'scoped',
    byId: key.length === 1 && (relation.reason === 'primary-key' || isCalledId(only ?? '') || only === 'uid'),
  };
}

/** The name of a query of the same file that finds the same by the same columns and compares the tenant; `null` for none. */
export function scopedTwin(own: Lookup, others: readonly Lookup[]): string | null {
  const twin = others.find(
    (other) =>
      other.scoped &&
      other.name !== null &&
      other.name !== own.name &&
      other.table === own.table &&
      other.verb === own.verb &&
      isCalledLike(own.name, other.name) &&
      other.key.length === own.key.length &&
      other.key.every((column, index) => column === own.key[index]),
  );
  return twin?.name ?? null;
}

/** `get_post` and `get_org_post/2`, `GetPost` and `GetPostByTenant`: one has all the words of the other. */
function isCalledLike(name: string | null, twin: string): boolean {
  const words = new Set(wordsOf(twin));
  const own = wordsOf(name ?? '');
  return own.length > 0 && own.every((word) => words.has(word));
}

/** Without the words that say by what it finds. */
function wordsOf(name: string): readonly string[] {
  const plain = name.replace(/[!?]?\/\d+$|[!?]$/, '');
  return snakeCase(plain)
    .split('_')
    .filter((word) => word !== '' && !/^(?:by|ids?|uuid)$/.test(word));
}

/** How a project finds one row by its id: in tables that have the tenant's column, and in all that hold rows of tenants. */
export interface LookupHabit {
  readonly direct: LookupCount;
  readonly all: LookupCount;
}

export interface LookupCount {
  readonly all: number;
  /** Those of them that keep to one tenant as well. */
  readonly scoped: number;
}

export function habitOf(lookups: readonly Lookup[]): LookupHabit {
  const byId = lookups.filter((one) => one.byId);
  const count = (some: readonly Lookup[]): LookupCount => ({
    all: some.length,
    scoped: some.filter(({ scoped }) => scoped).length,
  });
  return { direct: count(byId.filter(({ direct }) => direct)), all: count(byId) };
}

const FEWEST = 20;
const MOST_OPEN = 0.3;
const FEW_SCOPED = 0.1;

/** Whether the project compares the tenant in its lookups as a rule, so that one that does not is an exception. */
export function comparesTenants({ direct: { all, scoped } }: LookupHabit): boolean {
  return all >= FEWEST && all - scoped <= MOST_OPEN * all;
}

/** Whether it hardly ever does: it keeps tenants apart elsewhere than in its queries. */
export function comparesNoTenants({ all: { all, scoped } }: LookupHabit): boolean {
  return all >= FEWEST && scoped < FEW_SCOPED * all;
}

/** Whether the value is one that a client sends: read here, or given by a caller that read it. */
export function isOfClient({ origin, param }: OuterOperand, callers: Callers | null): boolean {
  if (origin !== undefined) return origin === 'client';
  return param !== undefined && (callers?.client.includes(param) ?? false);
}

/**
 * Whether what is found is asked, behind the query, whose it is: it is compared with a tenant, a person or a parent, or is given
 * to what decides who may have it; here or by all who call its function.
 */
export function isCheckedLater(
  query: Query,
  { column, field }: Pick<RelationScoping, 'column' | 'field'>,
  callers: Callers | null,
): boolean {
  if ((query.authorizedBy ?? []).length > 0 || callers?.authorized === true) return true;
  const compared = [...(query.compared ?? []), ...(callers?.compared ?? [])];
  return compared.some((name) => name === column || name === field || isCalledReference(name));
}
