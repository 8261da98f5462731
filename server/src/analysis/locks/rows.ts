// Locks of statements that write rows, and of maintenance.

import type { Catalog, Index, Relation, Table } from '../../catalog/catalog.js';
import type { LockMode } from '../../catalog/lock-modes.js';
import {
  findRelation,
  findTable,
  foreignKeysOf,
  type Reference,
  relationName,
  sequencesOwnedBy,
} from '../../catalog/lookup.js';
import type { Maintenance, WriteRows } from '../../catalog/operation.js';
import {
  effectOn,
  type LockFacts,
  locking,
  lockOn,
  merge,
  NOTHING,
  nameOf,
  namesOf,
  rebuilding,
  rewriting,
  UNSURE,
  unless,
} from './facts.js';
import { descendants, familyOf, foreignKeyEnds, isKnown, lockFamily, scanFamily } from './family.js';

export function writeRowsLocks(operation: WriteRows, catalog: Catalog): LockFacts {
  const { table: name, verb, only } = operation;
  if (name === null) return UNSURE;
  if (verb === 'truncate') return truncateLocks(operation, name, catalog);
  // The partition that a row goes to is locked when the row comes.
  const reachesOne = verb === 'insert' || verb === 'copy';
  const locks = reachesOne
    ? lockOn(catalog, name, 'RowExclusiveLock')
    : lockFamily(catalog, name, 'RowExclusiveLock', only);
  const scans =
    operation.rows === 'all' ? scanFamily(catalog, name, `every row is ${PAST[verb]}`, only) : NOTHING;
  return merge([locks, scans, { ...NOTHING, certain: isPlain(operation, name, catalog) }]);
}

const PAST: Readonly<Record<WriteRows['verb'], string>> = {
  insert: 'written',
  update: 'updated',
  delete: 'deleted',
  merge: 'merged',
  copy: 'written',
  truncate: 'deleted',
};

/** Whether nothing but the table itself is touched: no foreign key, trigger, default or query asks other relations. */
function isPlain({ rows, verb }: WriteRows, name: Reference, catalog: Catalog): boolean {
  const table = findTable(catalog, name);
  if (table === null || rows === 'some' || !isKnown(catalog, table)) return false;
  const isInsert = verb === 'insert' || verb === 'copy';
  if (
    isInsert &&
    (table.partitioned ||
      table.columns.some(
        ({ serial, identity, default: value }) =>
          serial || identity !== null || (value?.functions.length ?? 0) > 0,
      ))
  )
    return false;
  return [table, ...descendants(catalog, table)].every((one) => {
    const ends = foreignKeyEnds(catalog, one);
    return foreignKeysOf(one).length === 0 && one.triggers.length === 0 && ends.incoming.length === 0;
  });
}

function truncateLocks(
  { only, cascade, restartIdentity }: WriteRows,
  name: Reference,
  catalog: Catalog,
): LockFacts {
  const table = findTable(catalog, name);
  if (table === null) {
    const relation = relationName(catalog, name);
    const own = locking([relation], ['AccessExclusiveLock', 'ShareLock']);
    return { ...own, rewrites: effectOn([relation], EMPTIED), certain: false };
  }
  const all = new Map<number, Table>();
  const next = only ? [table] : [table, ...descendants(catalog, table)];
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (all.has(one.id)) continue;
    all.set(one.id, one);
    if (cascade) next.push(...foreignKeyEnds(catalog, one).incoming);
  }
  const tables = [...all.values()];
  const sequences = restartIdentity ? tables.flatMap((one) => sequencesOwnedBy(catalog, one)) : [];
  const named = [table, ...(only ? [] : descendants(catalog, table))].map(({ id }) => id);
  const rests = tables.filter(({ id }) => !named.includes(id));
  return merge([
    truncated(tables.filter(({ id }) => named.includes(id))),
    truncated(rests, 'its foreign key rests on a table that is emptied'),
    locking(
      sequences.map(nameOf),
      ['AccessExclusiveLock', 'RowExclusiveLock'],
      'RESTART IDENTITY sets it back',
    ),
    unless(tables.every((one) => isKnown(catalog, one))),
  ]);
}

/** Its indexes get new files, too, but there are no rows to build them from. */
function truncated(tables: readonly Table[], because: string | null = null): LockFacts {
  const stored = namesOf(tables.filter(({ partitioned }) => !partitioned));
  return merge([
    locking(namesOf(tables), 'AccessExclusiveLock', because),
    locking(stored, 'ShareLock', because),
    { ...NOTHING, rewrites: effectOn(stored, EMPTIED) },
  ]);
}

const EMPTIED = 'TRUNCATE gives the table a new, empty file';

export function maintenanceLocks(operation: Maintenance, catalog: Catalog): LockFacts {
  const { action, relation: name, concurrently, only } = operation;
  // Without a name it is about a whole database, or schema.
  if (name === null) return UNSURE;
  switch (action) {
    case 'vacuum':
    case 'analyze':
      return lockFamily(catalog, name, 'ShareUpdateExclusiveLock', only);
    case 'vacuum-full':
    case 'cluster': {
      const { stored, known } = familyOf(catalog, name, only);
      return merge([
        lockFamily(catalog, name, 'AccessExclusiveLock', only),
        rewriting(catalog, stored, 'the table gets a new file'),
        unless(known),
      ]);
    }
    case 'lock-table':
      return lockTableLocks(catalog, name, operation.mode ?? 'AccessExclusiveLock', only);
    case 'reindex':
      return reindexLocks(operation, name, catalog);
    case 'refresh':
      return refreshLocks(catalog, name, {
        concurrently: concurrently !== null,
        withData: operation.withData,
      });
  }
}

/** LOCK TABLE goes down to partitions and heirs, and through views to what they read (measured). */
function lockTableLocks(catalog: Catalog, name: Reference, mode: LockMode, only: boolean): LockFacts {
  if (mode === 'AccessShareLock') return NOTHING;
  const relation = findRelation(catalog, name);
  if (relation?.kind !== 'view') return lockFamily(catalog, name, mode, only);
  const seen = new Set<Relation>([relation]);
  const facts: LockFacts[] = [locking([nameOf(relation)], mode)];
  for (const view of seen) {
    if (view.kind !== 'view') continue;
    for (const { relation: read } of view.reads) {
      const found = findRelation(catalog, read);
      if (found !== null && !seen.has(found)) seen.add(found);
      facts.push(lockFamily(catalog, read, mode));
    }
  }
  return merge(facts);
}

/**
 * The name may be an index's; the partitions of a partitioned one are rebuilt one by one, each in a transaction of its own.
 * The index itself is locked ACCESS EXCLUSIVE, for which queries wait that think of using it: ReindexIndex in indexcmds.c.
 */
function reindexLocks(
  { concurrently, reindexes }: Maintenance,
  name: Reference,
  catalog: Catalog,
): LockFacts {
  if (reindexes === 'schema' || reindexes === 'database' || reindexes === 'system') return UNSURE;
  const relation = findRelation(catalog, name);
  const owner = relation?.kind === 'index' ? catalog.relations.get(relation.table) : relation;
  const mode = concurrently === null ? 'ShareLock' : 'ShareUpdateExclusiveLock';
  if (owner?.kind !== 'table' && owner?.kind !== 'view') {
    return relation === null && reindexes === 'table'
      ? { ...lockOn(catalog, name, mode), certain: false }
      : UNSURE;
  }
  const isParent = owner.kind === 'table' && owner.partitioned;
  const tables = isParent ? descendants(catalog, owner) : [owner];
  const index = relation?.kind === 'index' ? relation : null;
  return merge([
    // Of a partitioned table until it is known which partitions there are.
    isParent && concurrently === null ? locking([nameOf(owner)], mode) : NOTHING,
    ...tables.map((one) => {
      if (one.kind === 'table' && one.partitioned) {
        return index === null && concurrently === null ? locking([nameOf(one)], mode) : NOTHING;
      }
      const indexes = index === null || one !== owner ? one.indexes.filter(within(catalog, index)) : [index];
      if (indexes.length === 0) return { ...locking([nameOf(one)], mode), certain: isSure(catalog, one) };
      return {
        ...locking([nameOf(one)], mode),
        scans: effectOn([nameOf(one)], 'every row is read to build the indexes'),
        indexBuilds: indexes.map((each) => ({
          relation: nameOf(one),
          index: each.name,
          because: 'REINDEX builds it again',
        })),
        certain: isSure(catalog, one),
      };
    }),
  ]);
}

/** Those of a partition that belong to an index of its parent; all when none is asked for. */
function within(catalog: Catalog, index: { readonly id: number } | null): (one: Index) => boolean {
  return (one) => {
    if (index === null) return true;
    for (let id = one.parent; id !== null; ) {
      if (id === index.id) return true;
      const above = catalog.relations.get(id);
      const table = above?.kind === 'index' ? catalog.relations.get(above.table) : undefined;
      id = (table?.kind === 'table' ? table.indexes.find((other) => other.id === id)?.parent : null) ?? null;
    }
    return false;
  };
}

function isSure(catalog: Catalog, relation: Relation): boolean {
  return relation.kind === 'table' ? isKnown(catalog, relation) : relation.kind === 'view';
}

/** What its query reads, and how, is up to the planner. */
function refreshLocks(
  catalog: Catalog,
  name: Reference,
  { concurrently, withData }: { readonly concurrently: boolean; readonly withData: boolean },
): LockFacts {
  const view = relationName(catalog, name);
  if (concurrently) {
    return {
      ...locking([view], ['ExclusiveLock', 'RowExclusiveLock']),
      scans: effectOn([view], 'it is compared with the new result'),
      certain: false,
    };
  }
  const found = findRelation(catalog, name);
  const rebuilt = rebuilding(catalog, view, 'the view gets a new file');
  return {
    ...locking([view], ['AccessExclusiveLock', 'ExclusiveLock', 'ShareLock']),
    rewrites: effectOn([view], 'the result is stored in a new file'),
    scans: rebuilt.length === 0 ? [] : effectOn([view], 'every row is read to build the indexes'),
    indexBuilds: rebuilt,
    certain: !withData && found?.kind === 'view' && found.complete,
  };
}
