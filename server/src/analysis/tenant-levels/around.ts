// What may stand around a query that has to do with tenants, each by a name: what it shows of itself, who calls it, what the project does
// elsewhere. `tenant-levels` says how loud that makes the rules.

import type { Reference } from '../../catalog/lookup.js';
import {
  isCalledAddress,
  isCalledId,
  isCalledKey,
  isCalledPublic,
  isCalledReference,
  isCalledTime,
} from '../../queries/column-names.js';
import { ALL_COLUMNS, type Condition, type Query } from '../../queries/query.js';
import { blocksOf } from '../../queries/walk.js';
import {
  type Callers,
  comparesNoTenants,
  comparesTenants,
  isCheckedLater,
  isOfClient,
  type LookupHabit,
} from '../key-lookups.js';
import type { ColumnPin, QueryScoping, RelationScoping } from '../scoping.js';
import { isToldOfOne } from '../setting.js';
import { isCalledCursor, isOfNobody } from '../sweep-names.js';

/** A relation of a query of which there is something to say. */
export interface Site {
  readonly query: Query;
  readonly scoping: QueryScoping;
  readonly relation: RelationScoping;
  readonly callers: Callers | null;
  readonly project: Project;
}

/** What may be asked of the project around it, only when it decides. */
export interface Project {
  scopedTwin(query: Query): string | null;
  lookupHabit(): LookupHabit;
  keepsToTenant(table: Reference, command: 'select' | 'insert' | 'update' | 'delete'): boolean;
}

export type Around = keyof typeof AROUND;

export const AROUND = {
  // What the code does with it.
  'built-only': ({ query }) => query.language === 'ecto' && query.sink === null,
  'skips-hook': ({ scoping }) => scoping.skipsHook,
  checked: ({ query, relation }) => isCheckedLater(query, relation, null),
  'checked-by-callers': ({ query, relation, callers }) => isCheckedLater(query, relation, callers),
  'one-checked-by-callers': ({ query, relation, callers, scoping }) =>
    scoping.single && isCheckedLater(query, relation, callers),
  'called-by-nobody': ({ callers }) => callers?.count === 0,
  'called-by-sweeps': ({ callers }) => callers?.sweep === true,
  // Whoever tells it of one tenant goes over all of them one by one.
  'called-by-sweeps-for-all': ({ callers, query, relation }) =>
    callers?.sweep === true && !isToldOfOne(query.within?.params ?? [], relation.column),
  // A key that is cut in half is a mistake all the same.
  'says-all': ({ scoping: { wrapper, decisive } }) =>
    wrapper?.effect === 'unscoped' && decisive?.reason !== 'primary-key-without-tenant',

  // What the query shows.
  'joined-by-part-of-key': ({ relation: { beside, throughOr, tie, reason } }) =>
    beside && !throughOr && (tie === 'key-part' || reason === 'primary-key-without-tenant'),
  'or-by-key': ({ relation: { throughOr, reason } }) =>
    throughOr && (reason === 'primary-key' || reason === 'unique-key'),
  'tenants-apart': (site) => tenantsInOutput(site) === 'apart',
  'hands-tenant-on': (site) => tenantsInOutput(site) === 'handed-on',
  'works-off-queue': ({ query }) => blocksOf(query.block).some(({ skipsLocked }) => skipsLocked),
  'by-age': goesByAge,
  'numbers-alone': ({ query, relation }) => relation.role !== 'target' && givesNumbersAlone(query),
  'asks-for-public': ({ query, relation }) =>
    relation.role !== 'target' && blocksOf(query.block).some(({ where }) => asksForPublic(where)),
  'hangs-on-loaded': ({ relation }) =>
    keysOf(relation).some(({ column, value }) => value.origin === 'trusted' && isCalledReference(column)),

  // What is known of the table.
  'tenant-nullable': ({ relation }) => relation.nullable,
  'table-incomplete': ({ relation }) => !relation.complete,
  'row-level-security': isHeldBack,
  'not-direct': ({ relation }) => relation.class !== 'direct',

  // What the rows are looked up by.
  'by-secret': ({ relation }) => relation.reason === 'secret',
  'by-address': ({ relation }) => byAddress(relation),
  'many-by-address': ({ relation, scoping }) =>
    relation.reason === 'unique-key-without-tenant' && byAddress(relation) && !scoping.single,
  'by-address-alone': ({ relation }) => relation.reason === 'nothing' && byAddress(relation),
  'one-by-column': ({ relation, scoping }) =>
    relation.reason === 'nothing' && scoping.single && relation.columns.length > 0,
  // `data ->> 'post_id' = $1`
  'by-part': ({ relation: { reason, beside, columns, pins } }) =>
    reason === 'nothing' && !beside && columns.some((column) => !pins.some((pin) => pin.column === column)),
  'by-reference': ({ relation }) =>
    relation.reason === 'nothing' && keysOf(relation).some(({ column }) => isCalledReference(column)),
  'by-id-too': ({ relation: { pins, column } }) =>
    pins.some((pin) => pin.column !== column && isCalledId(pin.column)),
  'found-by-upsert': ({ relation }) => relation.reason === 'conflict-without-tenant',
  // In SQL files, where lists come from is not to be seen.
  'list-changed': ({ query, relation }) =>
    relation.role === 'target' &&
    query.language === 'ecto' &&
    keysOf(relation).some(({ list, value }) => list && value.origin === undefined),

  // Where the values come from.
  'keys-trusted': ({ relation }) => {
    const keys = keysOf(relation);
    if (relation.ofRow) return true;
    return keys.length > 0 && keys.every(({ value }) => value.origin === 'trusted');
  },
  'key-of-client': (site) => keyFrom(site) === 'client' && !comparesNoTenants(site.project.lookupHabit()),
  'key-of-client-by-habit': (site) =>
    keyFrom(site) === 'client' && comparesNoTenants(site.project.lookupHabit()),
  'key-of-callers-client': (site) =>
    keyFrom(site) === 'caller' && !comparesNoTenants(site.project.lookupHabit()),
  'compared-with-client': ({ relation, callers }) =>
    relation.pins.some(({ value }) => isOfClient(value, callers)),
  'tenant-of-client': ({ relation: { pins, column } }) =>
    pins.find((pin) => pin.column === column)?.value.origin === 'client',
  // The tenant itself is shown to nobody else.
  'tenants-alone': ({ relation, scoping }) => relation.class === 'root' && scoping.relations.length === 1,
  'key-made-up': isMadeUp,
  'moved-by-code': ({ query, scoping: { moves } }) => {
    const value = query.block.assignments.find(({ span }) => span.start === moves?.span.start)?.value;
    return query.language !== 'sql' && !(value?.kind === 'outer' && value.origin === 'client');
  },

  // What the project does elsewhere.
  'scoped-twin': ({ query, project }) => project.scopedTwin(query) !== null,
  'scoped-by-habit': ({ relation, project }) =>
    relation.reason === 'primary-key' && comparesTenants(project.lookupHabit()),
} as const satisfies Readonly<Record<string, (site: Site) => boolean>>;

function keysOf({ pins, columns }: RelationScoping): readonly ColumnPin[] {
  return pins.filter(({ column }) => columns.includes(column));
}

function byAddress({ columns }: RelationScoping): boolean {
  return columns.some(isCalledAddress);
}

/** Who has the key from a client: the function itself, or one that calls it; `null` for neither. */
function keyFrom({ relation, callers }: Site): 'client' | 'caller' | null {
  const keys = keysOf(relation);
  // A name that is unique among all tenants is an address.
  if (relation.reason === 'unique-key' || keys.some(({ value }) => value.origin === 'trusted')) return null;
  if (relation.pins.some((pin) => namesParent(pin, relation) && !isOfClient(pin.value, callers))) return null;
  if (keys.some(({ value }) => value.origin === 'client')) return 'client';
  return keys.some(({ value }) => isOfClient(value, callers)) ? 'caller' : null;
}

/** Beside the key, a caller gives the row that it belongs to. */
function namesParent({ column, value }: ColumnPin, { columns }: RelationScoping): boolean {
  return !columns.includes(column) && isCalledReference(column) && value.param !== undefined;
}

/** Row-level security holds the rows of other tenants back. */
export function isHeldBack({ query, relation: { role, table }, project }: Site): boolean {
  const [name = '', schema = null] = table.split('.').reverse();
  const { verb } = query.block;
  const command = role !== 'target' ? 'select' : verb === 'merge' ? 'update' : verb;
  return project.keepsToTenant({ schema, name }, command);
}

/** What is old or due, and what is walked through by its key, is handled for all tenants alike. */
function goesByAge({ query, relation }: Site): boolean {
  const byAge = blocksOf(query.block)
    .flatMap(({ where }) => comparedIn(where))
    .some(isCalledTime);
  if (byAge && query.block.verb !== 'select') return true;
  const params = query.within?.params ?? [];
  if (relation.columns.length > 0 || !params.every(isOfNobody)) return false;
  return byAge || params.some(isCalledCursor);
}

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
      const isTrue = isCalledPublic(column.column) && value.text === 'true';
      return isTrue || (value.source === 'literal' && /^\W*public\W*$/.test(value.text));
    }
    case 'opaque':
      return (
        condition.what === 'comparison' && condition.columns.some(({ column }) => isCalledPublic(column))
      );
    default:
      return false;
  }
}

/** Counts and sums, of all or by groups, which show no row. */
function givesNumbersAlone({ block, sink }: Query): boolean {
  if (block.verb !== 'select' || block.ctes.some((cte) => cte.block.verb !== 'select')) return false;
  if (sink?.gives === 'number' || sink?.gives === 'whether') return true;
  const output = block.output ?? [];
  const computed = output.filter(({ from }) => from === null);
  const showsRow = output.some(
    ({ from }) => from?.kind === 'column' && (isCalledKey(from.column) || from.column === ALL_COLUMNS),
  );
  return computed.length > 0 && (computed.length === output.length || (block.grouped && !showsRow));
}

/**
 * What the output says of tenants: `SELECT org_id, count(*) … GROUP BY org_id` keeps them `apart`, as does a list of nothing but
 * tenants; a query for nothing but keys that hands on the tenant with each is meant for all of them.
 */
function tenantsInOutput({ query, relation }: Site): 'apart' | 'handed-on' | null {
  const { column, field, role } = relation;
  if (role === 'target') return null;
  const output = query.block.output ?? [];
  const isTenant = ({ from }: (typeof output)[number]) =>
    from?.kind === 'column' && (from.column === column || from.column === field);
  const others = output.filter((one) => !isTenant(one));
  if (others.length === output.length) return null;
  if (query.block.grouped || others.every(({ from }) => from === null)) return 'apart';
  const isKey = ({ from }: (typeof output)[number]) => from?.kind === 'column' && isCalledKey(from.column);
  return others.every(isKey) ? 'handed-on' : null;
}

/** Whether no row of the statement says by what the row that is there is found, so that a default makes it up anew. */
function isMadeUp({ query: { block }, scoping: { moves } }: Site): boolean {
  const target = moves?.by === 'upsert' ? (moves.target ?? []) : [];
  return block.insert?.columns != null && !block.insert.columns.some(({ name }) => target.includes(name));
}
