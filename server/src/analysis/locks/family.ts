// The tables that an operation on a table reaches: partitions, tables that inherit, other ends of foreign keys, views.
// A partitioned table has no rows of its own, so it is never read or written anew itself.

import type { Catalog, ForeignKey, Table } from '../../catalog/catalog.js';
import type { LockMode } from '../../catalog/lock-modes.js';
import {
  childrenOf,
  dependentsOf,
  doubtAbout,
  findRelation,
  findTable,
  foreignKeysOf,
  type Reference,
  relationName,
  tableById,
} from '../../catalog/lookup.js';
import type { RelationName } from '../../catalog/names.js';
import { effectOn, type LockFacts, locking, merge, NOTHING, namesOf, UNSURE } from './facts.js';

/** A table with those below it. */
export interface Family {
  readonly tables: readonly RelationName[];
  /** Those that hold rows. */
  readonly stored: readonly RelationName[];
  /** Whether we hold all that there is to know of them. */
  readonly known: boolean;
}

/** Partitions of partitions and heirs of heirs, too. */
export function descendants(catalog: Catalog, table: Table): readonly Table[] {
  const found = new Map<number, Table>();
  const below = [table];
  for (let parent = below.pop(); parent !== undefined; parent = below.pop()) {
    for (const child of childrenOf(catalog, parent.id)) {
      if (found.has(child.id)) continue;
      found.set(child.id, child);
      below.push(child);
    }
  }
  return [...found.values()];
}

/** Those that have the foreign keys and indexes of the table; heirs have their own. */
export function partitionsOf(catalog: Catalog, table: Table): readonly Table[] {
  return table.partitioned ? descendants(catalog, table) : [];
}

/** The table and, without ONLY, all below it. */
export function familyOf(catalog: Catalog, name: Reference, only = false): Family {
  const table = findTable(catalog, name);
  if (table === null) {
    const itself = [relationName(catalog, name)];
    return { tables: itself, stored: itself, known: findRelation(catalog, name) !== null };
  }
  const all = only ? [table] : [table, ...descendants(catalog, table)];
  const stored = all.filter(({ partitioned }) => !partitioned);
  // One without partitions gets them from elsewhere, at run time: then it stands for them.
  const isBare = !only && stored.length === 0;
  return {
    tables: namesOf(all),
    stored: namesOf(isBare ? [table] : stored),
    known: !isBare && all.every((one) => isKnown(catalog, one)),
  };
}

export function isKnown(catalog: Catalog, table: Table): boolean {
  return doubtAbout(catalog, table) === null;
}

/** The lock on the table and all below it. */
export function lockFamily(
  catalog: Catalog,
  name: Reference,
  mode: LockMode,
  only = false,
  because: string | null = null,
): LockFacts {
  const { tables, known } = familyOf(catalog, name, only);
  const [own, ...below] = tables;
  if (own === undefined) return UNSURE;
  return {
    ...merge([locking([own], mode, because), locking(below, mode, because ?? `it is below "${own.name}"`)]),
    certain: known,
  };
}

/** A scan of all that holds rows of the table or below it. */
export function scanFamily(catalog: Catalog, name: Reference, because: string, only = false): LockFacts {
  return { ...NOTHING, scans: effectOn(familyOf(catalog, name, only).stored, because) };
}

/** The partitioned tables above, nearest first. */
function ancestors(catalog: Catalog, table: Table): readonly Table[] {
  const found: Table[] = [];
  let next = table.partitionOf;
  while (next !== null) {
    const parent = tableById(catalog, next);
    if (parent === null) break;
    found.push(parent);
    next = parent.partitionOf;
  }
  return found;
}

/** The partition that takes what no other takes, with those below it. */
export function defaultPartitions(catalog: Catalog, parent: Table): readonly Table[] {
  const found = childrenOf(catalog, parent.id).find(({ defaultPartition }) => defaultPartition);
  return found === undefined ? [] : [found, ...descendants(catalog, found)];
}

export interface Ends {
  /** Tables that the table's foreign keys refer to. */
  readonly outgoing: readonly Table[];
  /** Tables whose foreign keys refer to the table. */
  readonly incoming: readonly Table[];
}

const ALL = () => true;

/** The other ends of foreign keys, partitions included; what a partition has from its parents counts as its own. */
export function foreignKeyEnds(
  catalog: Catalog,
  table: Table,
  outgoing: (foreignKey: ForeignKey) => boolean = ALL,
  incoming: (foreignKey: ForeignKey) => boolean = ALL,
): Ends {
  return endsOf(catalog, [table, ...ancestors(catalog, table)], outgoing, incoming);
}

/** Without what it has from its parents. */
export function ownForeignKeyEnds(catalog: Catalog, table: Table): Ends {
  return endsOf(catalog, [table], ({ parent }) => parent === null, ALL);
}

function endsOf(
  catalog: Catalog,
  own: readonly Table[],
  outgoing: (foreignKey: ForeignKey) => boolean,
  incoming: (foreignKey: ForeignKey) => boolean,
): Ends {
  const ids = new Set(own.map(({ id }) => id));
  const out: Table[] = [];
  const into: Table[] = [];
  for (const foreignKey of own.flatMap(foreignKeysOf)) {
    if (!outgoing(foreignKey) || foreignKey.references === null || ids.has(foreignKey.references)) continue;
    const referenced = tableById(catalog, foreignKey.references);
    if (referenced !== null) out.push(referenced, ...partitionsOf(catalog, referenced));
  }
  for (const other of own.flatMap(({ id }) => dependentsOf(catalog, id))) {
    if (other.kind !== 'table' || ids.has(other.id)) continue;
    const points = foreignKeysOf(other).some(
      (foreignKey) =>
        foreignKey.references !== null && ids.has(foreignKey.references) && incoming(foreignKey),
    );
    if (points) into.push(other, ...partitionsOf(catalog, other));
  }
  return { outgoing: out, incoming: into };
}

/** A foreign key with the tables at its ends, which may be the same. */
export interface KeyWithEnds {
  readonly key: ForeignKey;
  readonly from: Table;
  readonly to: Table;
}

/** The foreign keys of the table itself, and those to it, of the ones that are asked for. */
export function foreignKeysOn(
  catalog: Catalog,
  table: Table,
  outgoing: (foreignKey: ForeignKey) => boolean,
  incoming: (foreignKey: ForeignKey) => boolean,
): readonly KeyWithEnds[] {
  const others = dependentsOf(catalog, table.id).filter(
    (other): other is Table => other.kind === 'table' && other.id !== table.id,
  );
  return [table, ...others].flatMap((from) =>
    foreignKeysOf(from).flatMap((key) => {
      const to = key.references === null ? null : tableById(catalog, key.references);
      if (to === null || key.parent !== null) return [];
      const isMeant = (from.id === table.id && outgoing(key)) || (to.id === table.id && incoming(key));
      return isMeant ? [{ key, from, to }] : [];
    }),
  );
}
