// What is said about the locks of an operation, and how such facts are put together.

import type { Catalog, Relation, Table } from '../../catalog/catalog.js';
import { LOCK_MODES, type LockMode } from '../../catalog/lock-modes.js';
import { findRelation, findTable, type Reference, relationName } from '../../catalog/lookup.js';
import type { RelationName } from '../../catalog/names.js';

export interface LockFacts {
  readonly locks: readonly Lock[];
  /** Tables whose file is written anew. */
  readonly rewrites: readonly Effect[];
  /** Tables that are read in full. */
  readonly scans: readonly Effect[];
  /** Indexes that are built, or built again, by reading their table. */
  readonly indexBuilds: readonly IndexBuild[];
  /** False when something that matters is not known: then the facts are what is likely. */
  readonly certain: boolean;
}

export interface Lock {
  readonly relation: RelationName;
  /** The strongest that is taken. */
  readonly mode: LockMode;
  /** Weaker ones that a server shows beside it, strongest first. They block nothing that `mode` does not. */
  readonly also: readonly LockMode[];
  /** Why it is locked though the statement does not name it, as a clause; `null` for what it names. */
  readonly because: string | null;
}

export interface Effect {
  readonly relation: RelationName;
  /** As a clause: `every row is checked`. */
  readonly because: string;
}

export interface IndexBuild extends Effect {
  /** `null` for one that is new. */
  readonly index: string | null;
}

export const NOTHING: LockFacts = { locks: [], rewrites: [], scans: [], indexBuilds: [], certain: true };

/** Adds nothing but that there may be more. */
export const UNSURE: LockFacts = { ...NOTHING, certain: false };

/** The facts of several operations of one statement, each relation with all its locks, each effect once. */
export function merge(facts: readonly LockFacts[]): LockFacts {
  const locks = new Map<string, Lock>();
  for (const lock of facts.flatMap((fact) => fact.locks)) {
    const key = keyOf(lock);
    const other = locks.get(key);
    locks.set(key, other === undefined ? lock : together(other, lock));
  }
  return {
    locks: [...locks.values()],
    rewrites: once(facts.flatMap((fact) => fact.rewrites)),
    scans: once(facts.flatMap((fact) => fact.scans)),
    indexBuilds: once(facts.flatMap((fact) => fact.indexBuilds)),
    certain: facts.every((fact) => fact.certain),
  };
}

/**
 * ALTER TABLE opens its table once, with the strongest lock that its actions want: SHARE UPDATE EXCLUSIVE, which weak
 * actions are content with, is then not there. The others are taken by what is done inside.
 */
function together(a: Lock, b: Lock): Lock {
  const modes = new Set([a.mode, ...a.also, b.mode, ...b.also]);
  const [mode = a.mode, ...also] = [...LOCK_MODES].reverse().filter((one) => modes.has(one));
  return {
    relation: a.relation,
    mode,
    also: also.filter((one) => one !== 'ShareUpdateExclusiveLock'),
    because: a.because === null || b.because === null ? null : a.because,
  };
}

function keyOf({ relation }: { readonly relation: RelationName }): string {
  return `${relation.schema}\0${relation.name}`;
}

/** An index once; a table once for each reason. */
function once<T extends Effect>(effects: readonly T[]): readonly T[] {
  const seen = new Map<string, T>();
  for (const effect of effects) {
    const of = 'index' in effect && effect.index !== null ? effect.index : effect.because;
    const key = `${keyOf(effect)}\0${of}`;
    if (!seen.has(key)) seen.set(key, effect);
  }
  return [...seen.values()];
}

export function nameOf({ schema, name }: Relation): RelationName {
  return { schema, name };
}

/** @param because why, where the statement does not name them */
export function locking(
  relations: readonly RelationName[],
  mode: LockMode | readonly [LockMode, ...LockMode[]],
  because: string | null = null,
): LockFacts {
  const [strongest, ...also] = typeof mode === 'string' ? [mode] : mode;
  if (strongest === undefined) return NOTHING;
  return { ...NOTHING, locks: relations.map((relation) => ({ relation, mode: strongest, also, because })) };
}

/** ACCESS SHARE is left out: nothing but ACCESS EXCLUSIVE waits for it. */
export function lockOn(
  catalog: Catalog,
  name: Reference,
  mode: LockMode | readonly [LockMode, ...LockMode[]],
  because: string | null = null,
): LockFacts {
  return mode === 'AccessShareLock' ? NOTHING : locking([relationName(catalog, name)], mode, because);
}

export function effectOn(tables: readonly RelationName[], because: string): readonly Effect[] {
  return tables.map((relation) => ({ relation, because }));
}

export function namesOf(tables: readonly Table[]): readonly RelationName[] {
  return tables.map(nameOf);
}

/** Takes nothing away, and adds that it may not be all, unless that is known. */
export function unless(known: boolean): LockFacts {
  return known ? NOTHING : UNSURE;
}

/** The tables get new files, and with them all their indexes: finish_heap_swap in cluster.c, ATRewriteTables in tablecmds.c. */
export function rewriting(catalog: Catalog, tables: readonly RelationName[], because: string): LockFacts {
  return {
    ...locking(tables, ['AccessExclusiveLock', 'ShareLock']),
    rewrites: effectOn(tables, because),
    scans: effectOn(tables, 'every row is copied'),
    indexBuilds: tables.flatMap((table) => rebuilding(catalog, table, 'the table gets a new file')),
  };
}

/** All indexes of a table or materialized view. */
export function rebuilding(catalog: Catalog, name: RelationName, because: string): readonly IndexBuild[] {
  const relation = findRelation(catalog, name);
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return [];
  return relation.indexes.map((index) => ({ relation: name, index: index.name, because }));
}

/** Indexes are made, of which each reads its table in full: index_build in catalog/index.c. */
export function building(tables: readonly RelationName[], because: string): LockFacts {
  return {
    ...locking(tables, 'ShareLock'),
    scans: effectOn(tables, 'every row is read to build the index'),
    indexBuilds: tables.map((relation) => ({ relation, index: null, because })),
  };
}

export function isPartitioned(catalog: Catalog, name: Reference): boolean {
  return findTable(catalog, name)?.partitioned ?? false;
}
