// The locks of a whole statement of a migration, as other sessions see them: what the migration itself made is left out.

import type { Relation } from '../catalog/catalog.js';
import { findRelation, type Reference } from '../catalog/lookup.js';
import { catalogsWithin, type ReplayedMigration, stateBefore } from '../migrations/history.js';
import { unique } from '../text/unique.js';
import { type Effect, type LockFacts, locksOf, merge } from './locks.js';

/**
 * The facts of all operations of the statement together.
 * @param postgres major version of the server
 */
export function locksOfStatement(step: ReplayedMigration, index: number, postgres: number): LockFacts {
  const { path } = step.migration.file;
  const operations = step.migration.statements[index]?.operations ?? [];
  const before = stateBefore(step, index).catalog;
  const catalogs = catalogsWithin(operations, before, { path, statement: index, postgres });
  const facts = operations.map((operation, i) => {
    const own = locksOf(operation, catalogs[i] ?? before, postgres);
    return operation.maybe === undefined ? own : { ...own, certain: false };
  });
  const isOld = ({ relation }: { readonly relation: Reference }) =>
    !isMadeBy(findRelation(before, relation), path);
  const { locks, rewrites, scans, indexBuilds, certain } = merge(facts);
  return {
    locks: locks.filter(isOld),
    rewrites: unique(rewrites.filter(isOld), keyOf),
    scans: unique(scans.filter(isOld), keyOf),
    indexBuilds: indexBuilds.filter(isOld),
    certain,
  };
}

/**
 * Whether the migration of that path made the relation, or it is for this session alone: nobody else can see it yet.
 * A materialized view counts like a table.
 */
export function isMadeBy(relation: Relation | null, path: string): boolean {
  if (relation === null || relation.kind === 'index') return false;
  return relation.origin?.path === path || (relation.kind === 'table' && relation.temporary);
}

function keyOf({ relation }: Effect): string {
  return `${relation.schema}\0${relation.name}`;
}
