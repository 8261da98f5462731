// What is said about the locks of an operation, and how such facts are put together.

import type { Catalog, Relation, Table } from '../../catalog/catalog.js';
import { type LockMode, strongest } from '../../catalog/lock-modes.js';
import { findRelation, type Reference } from '../../catalog/lookup.js';

export interface LockFacts {
  readonly locks: readonly Lock[];
  /** Tables whose file is written anew. */
  readonly rewrites: readonly Effect[];
  /** Tables that are read in full. */
  readonly scans: readonly Effect[];
  /** False when something that matters is not known: then the facts are what is likely. */
  readonly certain: boolean;
}

export interface Lock {
  readonly relation: RelationName;
  readonly mode: LockMode;
}

export interface Effect {
  readonly relation: RelationName;
  /** As a clause: `every row is checked`. */
  readonly because: string;
}

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

export const NOTHING: LockFacts = { locks: [], rewrites: [], scans: [], certain: true };

/** Adds nothing but that there may be more. */
export const UNSURE: LockFacts = { ...NOTHING, certain: false };

/** The facts of several operations of one statement, each relation with its strongest lock. */
export function merge(facts: readonly LockFacts[]): LockFacts {
  const locks = new Map<string, Lock>();
  for (const lock of facts.flatMap((fact) => fact.locks)) {
    const key = `${lock.relation.schema}\0${lock.relation.name}`;
    const other = locks.get(key);
    const mode = other === undefined ? lock.mode : (strongest([other.mode, lock.mode]) ?? lock.mode);
    locks.set(key, { relation: lock.relation, mode });
  }
  return {
    locks: [...locks.values()],
    rewrites: facts.flatMap((fact) => fact.rewrites),
    scans: facts.flatMap((fact) => fact.scans),
    certain: facts.every((fact) => fact.certain),
  };
}

export function relationName(catalog: Catalog, name: Reference): RelationName {
  const relation = findRelation(catalog, name);
  if (relation !== null) return nameOf(relation);
  return { schema: name.schema ?? catalog.searchPath[0] ?? 'public', name: name.name };
}

export function nameOf({ schema, name }: Relation): RelationName {
  return { schema, name };
}

export function locking(relations: readonly RelationName[], mode: LockMode): LockFacts {
  return { ...NOTHING, locks: relations.map((relation) => ({ relation, mode })) };
}

/** ACCESS SHARE is left out: nothing but ACCESS EXCLUSIVE waits for it. */
export function lockOn(catalog: Catalog, name: Reference, mode: LockMode): LockFacts {
  return mode === 'AccessShareLock' ? NOTHING : locking([relationName(catalog, name)], mode);
}

export function effectOn(tables: readonly RelationName[], because: string): readonly Effect[] {
  return tables.map((relation) => ({ relation, because }));
}

export function namesOf(tables: readonly Table[]): readonly RelationName[] {
  return tables.map(nameOf);
}
