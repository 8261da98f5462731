// LIKE in CREATE TABLE: what a new table copies of another. Nothing of it stays bound to the other.
// Source: transformTableLikeClause and expandTableLikeClause in parse_utilcmd.c.

import { type Attached, memberKey, namedKey, relationKey, type StatisticsObject } from '../attachments.js';
import {
  type Catalog,
  type Column,
  type CompositeType,
  PLAIN_COLUMN,
  type Relation,
  type RelationId,
  type Sequence,
  type Table,
} from '../catalog.js';
import { tableById } from '../lookup.js';
import type { IdentitySequence, LikeClause, LikeOption } from '../operation.js';
import { typeNamed } from '../types.js';
import { put } from './attached.js';
import { attach } from './attachments.js';
import { putCheck } from './constraints.js';
import { buildIndex, planOf } from './indexes.js';
import type { NotNullPlan } from './not-null.js';
import type { Context } from './relations.js';

/** A clause with what it names. */
export interface Like {
  readonly clause: LikeClause;
  readonly source: Relation | CompositeType;
}

/** The columns as the new table has them. Those with an identity still lack their sequence. */
export function likeColumns({ clause, source }: Like, { origin }: Context): readonly Column[] {
  const has = (option: LikeOption) => clause.including.includes(option);
  if (source.kind === 'view') {
    return source.columns.map(({ name, type }) => ({ ...PLAIN_COLUMN, name, type, origin }));
  }
  if (source.kind === 'composite') {
    return source.attributes.map(({ name, type }) => ({ ...PLAIN_COLUMN, name, type, origin }));
  }
  if (source.kind !== 'table') return [];
  return source.columns.map((column) => {
    const isGenerated = column.generated !== null;
    const valued = isGenerated ? has('generated') : has('defaults') && column.identity === null;
    const identified = has('identity') && column.identity !== null;
    return {
      ...PLAIN_COLUMN,
      name: column.name,
      type: column.type,
      collation: column.collation,
      notNull: column.notNull,
      ...(valued
        ? {
            default: column.default,
            generated: column.generated,
            serial: column.serial,
            sequence: column.sequence,
          }
        : {}),
      identity: identified ? column.identity : null,
      storage: has('storage') ? column.storage : null,
      compression: has('compression') ? column.compression : null,
      origin,
    };
  });
}

/** The names of NOT NULL are copied with it. */
export function likeNotNulls({ source }: Like, { origin }: Context): readonly NotNullPlan[] {
  if (source.kind !== 'table') return [];
  return source.constraints.flatMap((constraint) =>
    constraint.kind === 'not-null' ? [{ ...plan(constraint), origin: { ...origin, constraint: null } }] : [],
  );
}

function plan({ column, name, noInherit }: Omit<NotNullPlan, 'origin' | 'validated'>) {
  return { column, name, noInherit, validated: true };
}

/** What the sequence behind an identity is made with. */
export function likeSequence(catalog: Catalog, { source }: Like, column: string): IdentitySequence | null {
  const from = source.kind === 'table' ? source.columns.find(({ name }) => name === column) : undefined;
  const sequence = from?.sequence == null ? undefined : catalog.relations.get(from.sequence);
  return sequence?.kind === 'sequence' ? { name: null, options: optionsOf(sequence) } : null;
}

/** The server leaves the type out, and with it what the column's would have said (measured). */
function optionsOf({ options }: Sequence) {
  return { ...options, type: typeNamed('int8') };
}

/** What is made once the table is there: CHECKs, indexes, comments, statistics. */
export function expandLike(catalog: Catalog, id: RelationId, like: Like, context: Context): Catalog {
  const { clause, source } = like;
  if (source.kind !== 'table') return catalog;
  const has = (option: LikeOption) => clause.including.includes(option);
  let next = has('constraints') ? withChecks(catalog, id, source, context) : catalog;
  const copies = new Map<string, string>();
  if (has('indexes')) {
    for (const index of [...source.indexes].sort((a, b) => a.id - b.id)) {
      copies.set(relationKey(index.id), relationKey(next.sequence));
      next = buildIndex(next, id, planOf(source, index), { parent: null, only: false }, context);
    }
  }
  if (has('statistics')) {
    for (const statistics of statisticsOf(next, source)) {
      const [made, name] = withStatistics(next, id, statistics, context);
      next = made;
      if (name !== null) {
        copies.set(
          namedKey('statistics', statistics.schema, statistics.name),
          namedKey('statistics', name.schema, name.name),
        );
      }
    }
  }
  if (!has('comments')) return next;
  for (const { name } of source.columns) {
    copies.set(memberKey(source.id, 'column', name), memberKey(id, 'column', name));
  }
  for (const { kind, name } of has('constraints') ? source.constraints : []) {
    if (kind === 'check')
      copies.set(memberKey(source.id, 'constraint', name), memberKey(id, 'constraint', name));
  }
  for (const [from, to] of copies) next = withComment(next, next.attached.get(from), to);
  return next;
}

function withChecks(catalog: Catalog, id: RelationId, source: Table, context: Context): Catalog {
  let next = catalog;
  const origin = { ...context.origin, constraint: null };
  for (const constraint of source.constraints) {
    const table = tableById(next, id);
    if (constraint.kind !== 'check' || table === null) continue;
    const copy = { ...constraint, validated: constraint.enforced, local: true, inherited: 0, origin };
    next = putCheck(next, table, copy, false, context);
  }
  return next;
}

function statisticsOf(catalog: Catalog, source: Table): readonly StatisticsObject[] {
  return [...catalog.statistics.values()].filter(({ table }) => table === source.id);
}

function withStatistics(
  catalog: Catalog,
  id: RelationId,
  { columns, expressions, kinds }: StatisticsObject,
  context: Context,
): readonly [Catalog, StatisticsObject | null] {
  const table = tableById(catalog, id);
  if (table === null) return [catalog, null];
  const { schema, name } = table;
  const span = { start: 0, end: 0 };
  const next = attach(
    catalog,
    {
      kind: 'create-statistics',
      statistics: null,
      ifNotExists: false,
      table: { schema, name, span },
      columns: inOrder(table, columns),
      expressions,
      kinds,
    },
    context,
  );
  const made = [...next.statistics.values()].find((one) => !catalog.statistics.includes(one));
  return [next, made ?? null];
}

/** The server keeps them in the order of the table, with expressions after them, and makes the name of that. */
function inOrder(table: Table, columns: readonly (string | null)[]): readonly (string | null)[] {
  const place = (name: string | null) =>
    name === null ? Number.POSITIVE_INFINITY : table.columns.findIndex((column) => column.name === name);
  return [...columns].sort((a, b) => place(a) - place(b));
}

function withComment(catalog: Catalog, from: Attached | undefined, to: string): Catalog {
  return from?.comment === undefined
    ? catalog
    : put(catalog, to, { ...catalog.attached.get(to), comment: from.comment });
}
