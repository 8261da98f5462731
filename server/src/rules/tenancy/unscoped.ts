// What the rules about queries without a tenant share: when such a query is one, how loud it is, and what is said of it.

import type { QueryScoping, RelationScoping } from '../../analysis/scoping.js';
import type { Block, Condition, Query } from '../../queries/query.js';
import { blocksOf, columnsInCondition } from '../../queries/walk.js';
import type { Fix, Severity } from '../rule.js';

/** The relation of the query through which rows of any tenant are reached; `null` when there is none, or it is to be. */
export function unscopedRelation(query: Query, scoping: QueryScoping | null): RelationScoping | null {
  if (scoping === null || scoping.verdict !== 'unscoped' || scoping.decisive === null) return null;
  // A query that is not run here may be completed elsewhere.
  if (query.language === 'ecto' && query.sink === null) return null;
  if (scoping.setting === 'once' || scoping.skipsHook) return null;
  // That a join or an OR lets other rows in is said by rules of their own.
  if (scoping.decisive.beside || scoping.decisive.throughOr) return null;
  return scoping.decisive;
}

/** `null` for as loud as the rule is. */
export function severityFor(
  query: Query,
  relation: RelationScoping,
  { setting, single }: QueryScoping,
): Severity | null {
  if (countsPerTenant(query, relation)) return 'hint';
  const sweeps = setting === 'sweep' || changesByAge(query);
  // Rows without a tenant may be there for all of them.
  if (sweeps || relation.nullable || !relation.complete || givesNumbersAlone(query)) return 'info';
  if (relation.reason !== 'nothing') return null;
  // Who looks for one row by something that is not unique may know that it is; who asks by e-mail asks for a person.
  const looksUp = single && relation.columns.length > 0;
  const isPerson = relation.columns.some((column) => /e_?mail/i.test(column));
  return looksUp || isPerson ? 'info' : null;
}

/** What is old is cleaned up for all tenants alike. */
function changesByAge({ block }: Query): boolean {
  if (block.verb !== 'delete' && block.verb !== 'update') return false;
  return blocksOf(block).some(({ where }) => comparedIn(where).some((column) => AGE.test(column)));
}

const AGE = /(?:_at|_on|_date|_time|timestamp)$|[a-z](?:At|On|Date|Time)$/;

/** Columns that are compared by `<` and its like in every case in which the condition is true. */
function comparedIn(condition: Condition): readonly string[] {
  if (condition.kind === 'and') return condition.of.flatMap(comparedIn);
  if (condition.kind !== 'opaque' || condition.what === 'runtime') return [];
  return condition.columns.map(({ column }) => column);
}

/** Counts and sums, of all or by groups, which show no row. */
function givesNumbersAlone({ block, sink }: Query): boolean {
  if (block.verb !== 'select') return false;
  if (/\.(?:aggregate|exists\?)$/.test(sink?.name ?? '')) return true;
  const output = block.output ?? [];
  const computed = output.filter(({ from }) => from === null);
  const names = output.some(({ from }) => from?.kind === 'column' && /(?:^|_)id$|Id$|\*/.test(from.column));
  return computed.length > 0 && (computed.length === output.length || (block.grouped && !names));
}

/** `SELECT org_id, count(*) … GROUP BY org_id` keeps tenants apart. */
function countsPerTenant({ block }: Query, { column, field }: RelationScoping): boolean {
  const output = block.output ?? [];
  const isTenant = ({ from }: (typeof output)[number]) =>
    from?.kind === 'column' && (from.column === column || from.column === field);
  return (
    output.length > 1 && output.some(isTenant) && output.every((one) => isTenant(one) || one.from === null)
  );
}

/** `"posts" belongs to "organizations" ("organization_id")` */
export function ownership({ table, column, through, class: kind }: RelationScoping, root: string): string {
  if (kind === 'transitive' && through !== null) {
    const [key = '', parent = ''] = through.split(' → ');
    return `"${table}" belongs to "${root}" through "${parent}" ("${key}")`;
  }
  return `"${table}" belongs to "${root}" ("${column}")`;
}

/** Why, as a clause. */
export function explanation(query: Query, relation: RelationScoping): string {
  const { reason, columns, column } = relation;
  const named = columns.map((name) => `"${name}"`).join(', ');
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
export function scopeFixes(query: Query, { alias, field, span }: RelationScoping): readonly Fix[] {
  // SQL in a string is not edited.
  if (field === null || (query.language === 'sql' && query.module !== null)) return [];
  const own = blocksOf(query.block)
    .flatMap(({ relations }) => relations)
    .find((relation) => relation.alias === alias && relation.span.start === span.start);
  if (own === undefined) return [];
  return [
    {
      title: `Add ${field} to the query`,
      safety: 'needs-review',
      edit: (editor) => editor.scopeQuery(query, own, field),
    },
  ];
}
