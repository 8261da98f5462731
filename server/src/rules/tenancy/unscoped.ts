// What the rules about queries without a tenant share: when such a query is one, how loud it is, and what is said of it.

import { type Callers, isCheckedLater } from '../../analysis/key-lookups.js';
import type { QueryScoping, RelationScoping } from '../../analysis/scoping.js';
import { isToldOfOne } from '../../analysis/setting.js';
import type { Block, Condition, Query } from '../../queries/query.js';
import { blocksOf, columnsInCondition } from '../../queries/walk.js';
import type { Fix, Moment, Severity } from '../rule.js';

export interface Unscoped {
  readonly scoping: QueryScoping;
  /** Through which rows of any tenant are reached. */
  readonly relation: RelationScoping;
  readonly callers: Callers | null;
  /** Row-level security holds the rows of other tenants back. */
  readonly isHeldBack: boolean;
}

/** `null` when the query keeps to one tenant, when that is not known, and when it is to go over all of them. */
export function unscopedIn(query: Query, moment: Moment): Unscoped | null {
  const scoping = moment.scoping(query);
  if (scoping === null || scoping.verdict !== 'unscoped' || scoping.decisive === null) return null;
  // A query that is not run here may be completed elsewhere.
  if (query.language === 'ecto' && query.sink === null) return null;
  if (scoping.setting === 'once' || scoping.skipsHook) return null;
  const { decisive: relation } = scoping;
  const callers = moment.callersOf(query);
  const compared = scoping.single ? callers : null;
  if (isCheckedLater(query, relation, compared)) return null;
  return { scoping, relation, callers, isHeldBack: isHeldBack(query, relation, moment) };
}

function isHeldBack({ block: { verb } }: Query, { role, table }: RelationScoping, moment: Moment): boolean {
  const [name = '', schema = null] = table.split('.').reverse();
  const command = role !== 'target' ? 'select' : verb === 'merge' ? 'update' : verb;
  return moment.keepsToTenant({ schema, name }, command);
}

/** What is added to a message where row-level security holds rows back; nothing elsewhere. */
export function reliance({ isHeldBack, relation }: Unscoped): string {
  return isHeldBack
    ? ` It relies on row-level security of "${relation.table}", which holds nothing back from superusers and roles with BYPASSRLS.`
    : '';
}

/** The same, where neither a join nor an OR lets the rows in: that is said by rules of their own. */
export function plainlyUnscoped(query: Query, moment: Moment): Unscoped | null {
  const found = unscopedIn(query, moment);
  return found === null || found.relation.beside || found.relation.throughOr ? null : found;
}

/** Whether the query says in so many words that it is for all tenants; a key that is cut in half is a mistake all the same. */
function isAnnotated({ wrapper, decisive }: QueryScoping): boolean {
  return wrapper?.effect === 'unscoped' && decisive?.reason !== 'primary-key-without-tenant';
}

/** How a finding about an unscoped relation is quieter than its rule. */
export function quieter(query: Query, found: Unscoped): { readonly severity?: Severity } {
  const severity = severityFor(query, found);
  return severity === null ? {} : { severity };
}

/** `null` for as loud as the rule is. */
function severityFor(query: Query, { relation, scoping, callers, isHeldBack }: Unscoped): Severity | null {
  const said = relation.role === 'target' ? null : tenantsInOutput(query, relation);
  if (isAnnotated(scoping) || said === 'apart' || hangsOnLoaded(relation)) return 'hint';
  // Rows without a tenant may be there for all of them.
  const isSwept = callers?.sweep === true && !isToldOfOne(query.within?.params ?? [], relation.column);
  if (isSwept || goesOverAll(query, relation, scoping)) return 'info';
  if (relation.nullable || !relation.complete || isHeldBack) return 'info';
  if (relation.role !== 'target' && blocksOf(query.block).some(({ where }) => asksForPublic(where)))
    return 'info';
  if (said === 'handed-on' || (relation.role !== 'target' && givesNumbersAlone(query))) return 'info';
  const isPerson = relation.columns.some((column) => PERSON.test(column));
  // All rows of one address are asked for: of a person, wherever that is.
  if (relation.reason === 'unique-key-without-tenant' && isPerson && !scoping.single) return 'info';
  if (relation.reason !== 'nothing') return null;
  // Who looks for one row by something that is not unique may know that it is; who asks by e-mail asks for a person.
  const { columns, pins, beside } = relation;
  const looksUp = scoping.single && columns.length > 0;
  // What a part of a column is compared with may be the key of another row: `data ->> 'post_id' = $1`.
  const byPart = !beside && columns.some((column) => !pins.some((pin) => pin.column === column));
  // What hangs on one row of something that all tenants share, or that we do not know to be of one, may be of one as well.
  const byParent = pins.some(({ column }) => columns.includes(column) && KEY.test(column));
  return looksUp || isPerson || byPart || byParent ? 'info' : null;
}

/** Its rows are those that name a row that is loaded: of a person, or of something that all tenants share. */
function hangsOnLoaded({ columns, pins }: RelationScoping): boolean {
  return pins.some(
    ({ column, value }) => value.origin === 'trusted' && columns.includes(column) && KEY.test(column),
  );
}

const KEY = /_id$|[a-z]Id$/;

export const PERSON = /e_?mail/i;

/** What is old or due, what waits in a queue, and what is walked through by its key is handled for all tenants alike. */
function goesOverAll(query: Query, relation: RelationScoping, { setting }: QueryScoping): boolean {
  const blocks = blocksOf(query.block);
  if (setting === 'sweep' || blocks.some(({ skipsLocked }) => skipsLocked)) return true;
  const compared = blocks.flatMap(({ where }) => comparedIn(where));
  const byAge = compared.some((column) => AGE.test(column));
  if (byAge && query.block.verb !== 'select') return true;
  const params = query.within?.params ?? [];
  if (relation.columns.length > 0 || params.some((name) => !TIMES.test(name))) return false;
  return byAge || params.some((name) => CURSOR.test(name));
}

/** Variables that say where a walk through all rows goes on. */
const CURSOR = /cursor$|^(?:after|last)(?:_id)?$/;

/** Variables of which nobody is told, but of a time, of how many or of where to go on. */
const TIMES =
  /^(?:_.*|(?:\w+_)?(?:time|now|date|datetime|today|cutoff|since|until|before|after|threshold|limit|offset|size|count|cursor|after_id|last_id|opts|options))$/;

const AGE = /(?:_at|_on|_date|_time|_after|_until|timestamp)$|[a-z](?:At|On|Date|Time|After|Until)$/;

/** Columns that are compared by `<` and its like in every case in which the condition is true. */
function comparedIn(condition: Condition): readonly string[] {
  if (condition.kind === 'and') return condition.of.flatMap(comparedIn);
  if (condition.kind !== 'opaque' || condition.what === 'runtime') return [];
  return condition.columns.map(({ column }) => column);
}

/** In every case in which the condition is true, it asks for rows that are shown to everybody: `visibility = 'public'`. */
function asksForPublic(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.some(asksForPublic);
    case 'equal': {
      const [column, value] = [condition.left, condition.right];
      if (column.kind !== 'column' || value.kind !== 'outer') return false;
      const isTrue = IS_PUBLIC.test(column.column) && value.text === 'true';
      return isTrue || (value.source === 'literal' && /^\W*public\W*$/.test(value.text));
    }
    case 'opaque':
      return (
        condition.what === 'comparison' && condition.columns.some(({ column }) => IS_PUBLIC.test(column))
      );
    default:
      return false;
  }
}

const IS_PUBLIC = /^(?:is_?)?public$/i;

/** Counts and sums, of all or by groups, which show no row. */
function givesNumbersAlone({ block, sink }: Query): boolean {
  if (block.verb !== 'select' || block.ctes.some((cte) => cte.block.verb !== 'select')) return false;
  if (/\.(?:aggregate|exists\?)$/.test(sink?.name ?? '')) return true;
  const output = block.output ?? [];
  const computed = output.filter(({ from }) => from === null);
  const names = output.some(({ from }) => from?.kind === 'column' && /(?:^|_)id$|Id$|\*/.test(from.column));
  return computed.length > 0 && (computed.length === output.length || (block.grouped && !names));
}

/**
 * What the output says of tenants: `SELECT org_id, count(*) … GROUP BY org_id` keeps them `apart`, as does a list of nothing but
 * tenants; a query for nothing but keys that hands on the tenant with each is meant for all of them.
 */
function tenantsInOutput({ block }: Query, { column, field }: RelationScoping): 'apart' | 'handed-on' | null {
  const output = block.output ?? [];
  const isTenant = ({ from }: (typeof output)[number]) =>
    from?.kind === 'column' && (from.column === column || from.column === field);
  const others = output.filter((one) => !isTenant(one));
  if (others.length === output.length) return null;
  if (block.grouped || others.every(({ from }) => from === null)) return 'apart';
  const isKey = ({ from }: (typeof output)[number]) =>
    from?.kind === 'column' && /^(?:uu)?id$|_id$|[a-z]Id$/.test(from.column);
  return others.every(isKey) ? 'handed-on' : null;
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
