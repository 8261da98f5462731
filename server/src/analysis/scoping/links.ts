// Which relations of a query are tied to each other in a row: one names the other, or both name the same thing.

import { foreignKeysOf, primaryKeyOf } from '../../catalog/lookup.js';
import type { Key } from '../../queries/closure.js';
import { keyOf } from '../../queries/frames.js';
import type { Row } from '../../queries/rows.js';
import { isIdentity, keysOf, type Member } from './member.js';

export interface Link {
  readonly from: Member;
  readonly to: Member;
  /**
   * - `row`: one row names the other, so what holds of one holds of both.
   * - `person`: `to` is a membership of the person that `from` is.
   * - `tenant`: they belong to the same tenant.
   * - `identity`: both name the same thing, which need not belong to the same tenant.
   */
  readonly carries: 'row' | 'person' | 'tenant' | 'identity';
}

/** A member with the columns that the query asks for, and what each is equal to. */
interface Node {
  readonly member: Member;
  readonly classes: ReadonlyMap<string, Key>;
}

export function linksBetween(row: Row, members: readonly Member[]): readonly Link[] {
  const nodes = members.map((member): Node => {
    const columns = [...member.place.asked];
    const classes = columns.map(
      (column) => [column, row.equalities.classOf(keyOf(member.place, column))] as const,
    );
    return { member, classes: new Map(classes) };
  });
  return [...neighbours(nodes).flatMap(([one, two]) => linksOf(one, two)), ...linksOfDerived(row, nodes)];
}

/** What names a row by a value that is computed from its columns: `p.id = (a.data ->> 'post_id')::bigint`. */
function linksOfDerived({ derived, equalities }: Row, nodes: readonly Node[]): readonly Link[] {
  return derived.flatMap(({ key, from }) => {
    const named = nodes.filter(({ member, classes }) =>
      [...classes].some(
        ([column, own]) =>
          own === equalities.classOf(key) &&
          (isIdentity(column, member.tenant) || keysOf(member).parents.includes(column)),
      ),
    );
    const naming = nodes.filter(({ member: { place }, classes }) =>
      [...classes.keys()].some((column) => from.includes(keyOf(place, column))),
    );
    return naming.flatMap(({ member: to }) =>
      named.flatMap(({ member: of }): Link[] => (of === to ? [] : [{ from: of, to, carries: 'identity' }])),
    );
  });
}

const MOST_NEIGHBOURS = 24;

/** Pairs that have equal columns, both ways round. */
function neighbours(nodes: readonly Node[]): readonly (readonly [Node, Node])[] {
  const byClass = new Map<Key, Set<Node>>();
  for (const node of nodes) {
    for (const key of node.classes.values()) {
      const same = byClass.get(key);
      if (same === undefined) byClass.set(key, new Set([node]));
      else same.add(node);
    }
  }
  const met = new Map<Node, Set<Node>>();
  for (const same of byClass.values()) {
    const nodesOfClass = [...same];
    nodesOfClass.forEach((node, index) => {
      const others = met.get(node) ?? new Set();
      // In a crowd, each meets those beside it: what is known is passed on.
      const crowd = nodesOfClass.length > MOST_NEIGHBOURS;
      const beside = crowd ? nodesOfClass.slice(Math.max(0, index - 1), index + 2) : nodesOfClass;
      for (const other of beside) if (other !== node) others.add(other);
      met.set(node, others);
    });
  }
  return [...met].flatMap(([node, others]) => [...others].map((other) => [node, other] as const));
}

function linksOf(one: Node, two: Node): readonly Link[] {
  const [from, to] = [one.member, two.member];
  if (names(one, two)) return [{ from, to, carries: 'row' }];
  if (names(two, one)) return [{ from, to, carries: isOfPerson(two, one) ? 'person' : 'row' }];
  const tenant = sharesTenant(one, two);
  const links: Link[] = tenant ? [{ from, to, carries: 'tenant' }] : [];
  if (sharesIdentity(one, two, tenant)) links.push({ from, to, carries: 'identity' });
  return links;
}

function same(one: Node, left: string, two: Node, right: string): boolean {
  const key = one.classes.get(left);
  return key !== undefined && key === two.classes.get(right);
}

/** A row of `child` names one row of `parent`: by a foreign key, or by all of its primary key. */
function names(child: Node, parent: Node): boolean {
  const { table } = parent.member;
  for (const { references, columns, referencedColumns } of foreignKeysOf(child.member.table)) {
    if (references !== table.id || columns.length === 0) continue;
    const referenced = referencedColumns.length > 0 ? referencedColumns : (primaryKeyOf(table) ?? []);
    if (columns.every((column, index) => same(child, column, parent, referenced[index] ?? ''))) return true;
  }
  // The key of one table is not that of another: `customers.id = invoices.id` is a slip, unless a foreign key says so.
  const own = child.member.table.id === table.id ? [] : (primaryKeyOf(child.member.table) ?? []);
  const isOwnKey = (column: string) => own.length === 1 && own[0] === column;
  const classes = new Set([...child.classes].flatMap(([column, key]) => (isOwnKey(column) ? [] : [key])));
  return (
    primaryKeyOf(table)?.every((part) => {
      const key = parent.classes.get(part);
      return key !== undefined && classes.has(key);
    }) ?? false
  );
}

function isOfPerson(membership: Node, person: Node): boolean {
  const { person: column } = membership.member.tenant;
  const key = column === null ? undefined : membership.classes.get(column);
  return key !== undefined && [...person.classes.values()].includes(key);
}

function sharesTenant(one: Node, two: Node): boolean {
  const [left, right] = [one.member.tenant, two.member.tenant];
  if (left.column !== null && right.column !== null && same(one, left.column, two, right.column)) return true;
  return left.divisions.some((a) => right.divisions.some((b) => same(one, a, two, b)));
}

/** A part of a key that holds the tenant too says something only together with it. */
function sharesIdentity(one: Node, two: Node, tenant: boolean): boolean {
  const partial = tenant ? [] : keysOf(two.member).parts;
  const classes = new Set(
    [...one.classes].flatMap(([column, key]) => (isIdentity(column, one.member.tenant) ? [key] : [])),
  );
  return [...two.classes].some(
    ([column, key]) => classes.has(key) && isIdentity(column, two.member.tenant) && !partial.includes(column),
  );
}
