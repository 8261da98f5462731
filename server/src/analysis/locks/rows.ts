// Locks of statements that write rows, and of maintenance.

import type { Catalog, Relation, Table } from '../../catalog/catalog.js';
import type { LockMode } from '../../catalog/lock-modes.js';
import {
  findIndex,
  findRelation,
  findTable,
  foreignKeysOf,
  type Reference,
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
  relationName,
  UNSURE,
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
  if (table === null) return { ...truncated([relationName(catalog, name)]), certain: false };
  const all = new Map<number, Table>();
  const next = only ? [table] : [table, ...descendants(catalog, table)];
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (all.has(one.id)) continue;
    all.set(one.id, one);
    if (cascade) next.push(...foreignKeyEnds(catalog, one).incoming);
  }
  const tables = [...all.values()];
  const sequences = restartIdentity ? tables.flatMap((one) => sequencesOwnedBy(catalog, one)) : [];
  return merge([
    locking(namesOf(tables), 'AccessExclusiveLock'),
    truncated(namesOf(tables.filter(({ partitioned }) => !partitioned))),
    locking(sequences.map(nameOf), 'AccessExclusiveLock'),
    tables.every((one) => isKnown(catalog, one)) ? NOTHING : UNSURE,
  ]);
}

function truncated(
  stored: LockFacts['locks'][number]['relation'][] | readonly LockFacts['locks'][number]['relation'][],
): LockFacts {
  return {
    ...locking(stored, 'AccessExclusiveLock'),
    rewrites: effectOn(stored, 'TRUNCATE gives the table a new file'),
  };
}

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
      return {
        ...lockFamily(catalog, name, 'AccessExclusiveLock', only),
        scans: effectOn(stored, 'every row is copied'),
        rewrites: effectOn(stored, 'the table gets a new file'),
        certain: known,
      };
    }
    case 'lock-table':
      return lockTableLocks(catalog, name, operation.mode ?? 'AccessExclusiveLock', only);
    case 'reindex':
      return reindexLocks(catalog, name, concurrently === null ? 'ShareLock' : 'ShareUpdateExclusiveLock');
    case 'refresh':
      return refreshLocks(catalog, name, concurrently !== null);
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

/** The name may be an index's; the partitions of a partitioned one are rebuilt one by one. */
function reindexLocks(catalog: Catalog, name: Reference, mode: LockMode): LockFacts {
  const relation = findRelation(catalog, name);
  const table =
    relation?.kind === 'index' ? (findIndex(catalog, name)?.table ?? null) : findTable(catalog, name);
  if (relation?.kind === 'index' && table === null) return UNSURE;
  const subject = table === null ? name : nameOf(table);
  const because = 'every row is read to build the indexes';
  const hasNoIndex = table !== null && isKnown(catalog, table) && table.indexes.length === 0;
  return merge([
    lockOn(catalog, subject, mode),
    hasNoIndex ? NOTHING : scanFamily(catalog, subject, because, true),
    { ...NOTHING, certain: table !== null && isKnown(catalog, table) && !table.partitioned },
  ]);
}

/** What its query reads, and how, is up to the planner. */
function refreshLocks(catalog: Catalog, name: Reference, concurrently: boolean): LockFacts {
  const view = relationName(catalog, name);
  if (concurrently) return { ...locking([view], 'ExclusiveLock'), certain: false };
  return {
    ...locking([view], 'AccessExclusiveLock'),
    rewrites: [{ relation: view, because: 'the result is stored in a new file' }],
    certain: false,
  };
}
