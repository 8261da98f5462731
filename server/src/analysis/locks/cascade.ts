// Locks of what CASCADE takes along.

import { fallOf, type ObjectRef } from '../../catalog/apply/dependencies.js';
import type { Catalog } from '../../catalog/catalog.js';
import { type LockFacts, locking, merge, NOTHING, nameOf, namesOf, unless } from './facts.js';
import { foreignKeyEnds, partitionsOf } from './family.js';

/** ACCESS EXCLUSIVE on each relation that falls or loses a part: acquireDeletionLock in dependency.c, and what drops the part. */
export function cascadeLocks(objects: readonly ObjectRef[], catalog: Catalog, postgres: number): LockFacts {
  const { own, dependents, doubtful } = fallOf(catalog, objects, postgres);
  const { everything, newObjects } = catalog.doubts;
  return merge([
    ...[...own, ...dependents].map((object) => lockOf(catalog, object)),
    unless(doubtful.length === 0 && everything === null && newObjects === null),
  ]);
}

function lockOf(catalog: Catalog, object: ObjectRef): LockFacts {
  const id = object.kind === 'relation' ? object.id : 'relation' in object ? object.relation : null;
  const relation = id === null ? undefined : catalog.relations.get(id);
  if (relation === undefined || relation.kind === 'index') return NOTHING;
  const because = object.kind === 'relation' ? 'CASCADE drops it' : 'CASCADE drops a part of it';
  const own = locking([nameOf(relation)], 'AccessExclusiveLock', because);
  if (relation.kind !== 'table' || !('name' in object)) return own;
  const ends = foreignKeyEnds(
    catalog,
    relation,
    (one) =>
      (object.kind === 'constraint' && one.name === object.name) ||
      (object.kind === 'column' && one.columns.includes(object.name)),
    () => false,
  );
  // Heirs have keys of their own, and columns that go with them are listed.
  const below = object.kind === 'constraint' ? partitionsOf(catalog, relation) : [];
  return merge([own, locking(namesOf([...below, ...ends.outgoing]), 'AccessExclusiveLock', because)]);
}
