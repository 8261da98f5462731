// What the rules about queries without a tenant share: when such a query is one, and what is said of it. How loud it is stands in
// analysis/tenant-levels.

import type { QueryScoping, RelationScoping } from '../../analysis/scoping.js';
import { isHeldBack, type Site } from '../../analysis/tenant-levels/around.js';
import { loudness } from '../../analysis/tenant-levels.js';
import type { Block, Query } from '../../queries/query.js';
import { blocksOf, columnsInCondition } from '../../queries/walk.js';
import type { Fix, Moment, Severity } from '../rule.js';

export interface Unscoped {
  readonly scoping: QueryScoping;
  /** Through which rows of any tenant are reached. */
  readonly relation: RelationScoping;
  /** As a finding has it. */
  readonly loud: { readonly severity?: Severity };
  /** What is added to a message where row-level security holds rows back; nothing elsewhere. */
  readonly reliance: string;
}

/** What the table of levels is asked about. */
export function siteAt(query: Query, scoping: QueryScoping, relation: RelationScoping, moment: Moment): Site {
  return { query, scoping, relation, callers: moment.callersOf(query), project: moment };
}

/** `null` when the query keeps to one tenant, when that is not known, and when there is nothing to say of it. */
export function unscopedIn(query: Query, moment: Moment): Unscoped | null {
  const scoping = moment.scoping(query);
  if (scoping === null || scoping.verdict !== 'unscoped' || scoping.decisive === null) return null;
  const { decisive: relation } = scoping;
  const site = siteAt(query, scoping, relation, moment);
  const loud = loudness('unscoped', site);
  if (loud === null) return null;
  const reliance = isHeldBack(site)
    ? ` It relies on row-level security of "${relation.table}", which holds nothing back from superusers and roles with BYPASSRLS.`
    : '';
  return { scoping, relation, loud, reliance };
}

/** The same, where neither a join nor an OR lets the rows in: that is said by rules of their own. */
export function plainlyUnscoped(query: Query, moment: Moment): Unscoped | null {
  const found = unscopedIn(query, moment);
  return found === null || found.relation.beside || found.relation.throughOr ? null : found;
}

/** `"posts" belongs to "organizations" ("organization_id")` */
export function ownership({ table, column, through }: RelationScoping, root: string): string {
  if (column === null && through !== null) {
    const [key = '', parent = ''] = through.split(' → ');
    return `"${table}" belongs to "${root}" through "${parent}" ("${key}")`;
  }
  return `"${table}" belongs to "${root}" ("${column}")`;
}

export function inQuotes(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** Why, as a clause. */
export function explanation(query: Query, relation: RelationScoping): string {
  const { reason, columns, column } = relation;
  const named = inQuotes(columns);
  switch (reason) {
    case 'unique-key-without-tenant':
      return `${named} ${columns.length === 1 ? 'is' : 'are'} unique only together with "${column}"`;
    case 'primary-key-without-tenant':
      return `the primary key holds "${column}" too, and only ${named} is compared`;
    default:
      if (column === null) return 'nothing ties them to one';
      return namesTenant(query, relation)
        ? `"${column}" is compared, but not with one tenant`
        : `nothing compares "${column}"`;
  }
}

/** `org_id <> $1`, `org_id IN (SELECT …)`: a condition of its rows that may hold for several tenants. */
function namesTenant(query: Query, relation: RelationScoping): boolean {
  const { alias, column, field } = relation;
  const own = blockOf(query, relation);
  return blocksOf(query.block).some((block) =>
    [block.where, ...block.relations.map(({ on }) => on)]
      .flatMap(columnsInCondition)
      .some(
        (named) =>
          (named.column === column || named.column === field) &&
          (named.alias === alias || (named.alias === null && block === own)),
      ),
  );
}

function blockOf(query: Query, { alias, span }: RelationScoping): Block | undefined {
  return blocksOf(query.block).find(({ relations }) =>
    relations.some((one) => one.alias === alias && one.span.start === span.start),
  );
}

/** Adds the tenant's column to the relation, where it has one. */
export function scopeFixes(query: Query, relation: RelationScoping): readonly Fix[] {
  return fixesOf(query, relation, `Add ${relation.field} to the query`, 'scopeQuery');
}

/** The same where an OR escapes a comparison that is there. */
export function everyArmFixes(query: Query, relation: RelationScoping): readonly Fix[] {
  return fixesOf(query, relation, `Compare ${relation.field} in every case`, 'scopeEveryArm');
}

function fixesOf(
  query: Query,
  { alias, field, span }: RelationScoping,
  title: string,
  door: 'scopeQuery' | 'scopeEveryArm',
): readonly Fix[] {
  const own = blocksOf(query.block)
    .flatMap(({ relations }) => relations)
    .find((relation) => relation.alias === alias && relation.span.start === span.start);
  if (field === null || own === undefined) return [];
  return [{ title, safety: 'needs-review', edit: (editor) => editor[door](query, own, field) }];
}
