// What operations do to indexes, those of partitioned tables with those of their partitions.
// Source: DefineIndex in indexcmds.c, CompareIndexInfo in index.c, validatePartitionedIndex in tablecmds.c.

import type {
  Catalog,
  Constraint,
  Index,
  KeyConstraint,
  RelationId,
  StorageParameters,
  Table,
  View,
} from '../catalog.js';
import { sameExpression } from '../expression.js';
import { childrenOf, findRelation } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { AlterIndex, CreateIndex, DropIndex, IndexKey, RenameIndex } from '../operation.js';
import { chooseIndexName } from './choose-names.js';
import {
  addIndexName,
  type Context,
  existingTable,
  moveRelation,
  putRelation,
  relationNameTaken,
  removeRelation,
} from './relations.js';

/** What can have indexes: a table or a materialized view. */
export type Indexed = Table | View;

/** An index that is to be made, with the constraint that it stands behind. */
export interface IndexPlan
  extends Pick<
    Index,
    'include' | 'keys' | 'method' | 'nullsNotDistinct' | 'parameters' | 'unique' | 'where'
  > {
  /** `null` when the server is to name it. */
  readonly name: string | null;
  readonly constraint: ConstraintPlan | null;
}

export type ConstraintPlan =
  | Pick<KeyConstraint, 'kind' | 'deferrable' | 'deferred' | 'temporal'>
  | {
      readonly kind: 'exclusion';
      readonly operators: readonly string[];
      readonly deferrable: boolean;
      readonly deferred: boolean;
    };

export function createIndex(catalog: Catalog, operation: CreateIndex, context: Context): Catalog {
  const view = findRelation(catalog, operation.table);
  const [present, owner] =
    view?.kind === 'view' ? [catalog, view] : existingTable(catalog, operation.table, context);
  if (owner === null) return present;
  const name = operation.index === null ? null : truncateIdentifier(operation.index.name);
  // IF NOT EXISTS goes by the name alone; without it the server would have refused.
  if (name !== null && relationNameTaken(present, owner.schema, name)) return present;
  const { include, method, nullsNotDistinct, parameters, unique, where } = operation;
  const keys = numbered(operation.keys);
  const plan = { include, keys, method, name, nullsNotDistinct, parameters, unique, where, constraint: null };
  return buildIndex(present, owner.id, plan, { parent: null, only: operation.only }, context);
}

/** Keys whose labels are told apart. */
export function numbered(keys: readonly IndexKey[]): readonly IndexKey[] {
  const labels = distinctLabels(keys.map(({ label }) => label));
  return keys.map((key, at) => ({ ...key, label: labels[at] ?? key.label }));
}

/** ChooseIndexColumnNames: `expr`, `expr1`, `expr2`, cut where they would be too long. */
export function distinctLabels(labels: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return labels.map((label) => {
    let name = label;
    for (let number = 1; taken.has(name); number++) name = truncateIdentifier(label, String(number));
    taken.add(name);
    return name;
  });
}

interface Placement {
  /** The index of the parent that it is to be a part of. */
  readonly parent: RelationId | null;
  /** Partitions do not get theirs. */
  readonly only: boolean;
}

/** Makes the index, with its constraint, and those of all partitions: an equal one that is there is attached in its place. */
export function buildIndex(
  catalog: Catalog,
  id: RelationId,
  plan: IndexPlan,
  { parent, only }: Placement,
  context: Context,
): Catalog {
  const owner = catalog.relations.get(id);
  if (owner?.kind !== 'table' && owner?.kind !== 'view') return catalog;
  const { constraint, ...parts } = plan;
  const labels = distinctLabels([...plan.keys.map(({ label }) => label), ...plan.include]);
  const name = plan.name ?? chooseIndexName(catalog, owner, constraint?.kind ?? null, labels);
  const partitions = owner.kind === 'table' && owner.partitioned ? childrenOf(catalog, id) : [];
  const index: Index = {
    ...parts,
    id: catalog.sequence,
    name,
    constraint: constraint === null ? null : name,
    parent,
    valid: !only || partitions.length === 0,
    origin: context.origin,
  };
  let next = addIndexName(catalog, owner, index);
  next = putIndexed(next, owner, [...owner.indexes, index], constraintBehind(index, constraint, parent));
  return only ? next : spread(next, index, { ...plan, name: null }, partitions, context);
}

function putIndexed(
  catalog: Catalog,
  owner: Indexed,
  indexes: readonly Index[],
  constraint: Constraint | null = null,
): Catalog {
  if (owner.kind === 'view') return putRelation(catalog, { ...owner, indexes });
  const constraints = constraint === null ? owner.constraints : [...owner.constraints, constraint];
  return putRelation(catalog, { ...owner, indexes, constraints });
}

function constraintBehind(
  { name, keys, origin }: Index,
  constraint: ConstraintPlan | null,
  parent: RelationId | null,
): Constraint | null {
  if (constraint === null) return null;
  const source = { local: parent === null, inherited: parent === null ? 0 : 1 };
  const base = { name, origin, ...source };
  if (constraint.kind === 'exclusion') return { ...base, ...constraint };
  return { ...base, ...constraint, columns: keys.flatMap(({ column }) => column ?? []) };
}

/** Gives each partition its part of the index. */
function spread(
  catalog: Catalog,
  index: Index,
  plan: IndexPlan,
  partitions: readonly Table[],
  context: Context,
): Catalog {
  let next = catalog;
  let valid = true;
  const placement = { parent: index.id, only: false };
  const inner = { ...context, origin: { ...context.origin, constraint: null } };
  for (const partition of partitions) {
    // Foreign tables have no indexes.
    if (partition.foreign) continue;
    const match = matchingIndex(partition, index);
    if (match === null) next = buildIndex(next, partition.id, plan, placement, inner);
    else {
      next = attached(next, partition, match, index.id);
      valid = valid && match.valid;
    }
  }
  return valid ? next : changeIndex(next, index.id, (one) => ({ ...one, valid: false }));
}

/** An index of a partition that can be its part of the parent's; `null` when there is none. */
function matchingIndex(partition: Table, wanted: Index): Index | null {
  return (
    partition.indexes.find(
      (index) =>
        index.parent === null &&
        isSameIndex(index, wanted) &&
        (wanted.constraint === null || kindBehind(partition, index) !== null),
    ) ?? null
  );
}

function kindBehind({ constraints }: Table, { constraint }: Index): Constraint['kind'] | null {
  return constraint === null ? null : (constraints.find(({ name }) => name === constraint)?.kind ?? null);
}

/** Names, order of the keys' rows and storage do not count; indexes behind exclusion constraints are never the same. */
function isSameIndex(a: Index, b: Index): boolean {
  return (
    a.unique === b.unique &&
    a.method === b.method &&
    a.nullsNotDistinct === b.nullsNotDistinct &&
    a.keys.length === b.keys.length &&
    a.keys.every((key, at) => isSameKey(key, b.keys[at])) &&
    a.include.join('\0') === b.include.join('\0') &&
    (a.where === null ? b.where === null : b.where !== null && sameExpression(a.where, b.where)) &&
    (a.constraint === null || a.unique)
  );
}

function isSameKey(a: IndexKey, b: IndexKey | undefined): boolean {
  if (b === undefined || a.collation !== b.collation || a.operatorClass !== b.operatorClass) return false;
  if (a.column !== null) return a.column === b.column;
  return a.expression !== null && b.expression !== null && sameExpression(a.expression, b.expression);
}

/** The index becomes a part of the parent's, its constraint one of the parent's constraint. */
function attached(catalog: Catalog, partition: Table, index: Index, parent: RelationId): Catalog {
  const constraint =
    catalog.relations.get(parent) === undefined || indexById(catalog, parent)?.index.constraint === null
      ? null
      : index.constraint;
  return putRelation(catalog, {
    ...partition,
    indexes: partition.indexes.map((one) => (one.id === index.id ? { ...one, parent } : one)),
    constraints: partition.constraints.map((one) =>
      one.name === constraint ? { ...one, local: false, inherited: 1 } : one,
    ),
  });
}

/** A partition that is new to its parent gets the indexes that it lacks. */
export function ensureIndexes(catalog: Catalog, parent: Table, id: RelationId, context: Context): Catalog {
  let next = catalog;
  for (const index of [...parent.indexes].sort((a, b) => a.id - b.id)) {
    const partition = next.relations.get(id);
    if (partition?.kind !== 'table' || partition.foreign) return next;
    const match = matchingIndex(partition, index);
    if (match !== null) next = attached(next, partition, match, index.id);
    else next = buildIndex(next, id, planOf(parent, index), { parent: index.id, only: false }, context);
  }
  return next;
}

/** The same index for another table, with a name of its own. */
export function planOf(
  { constraints }: Indexed & { readonly constraints?: readonly Constraint[] },
  index: Index,
): IndexPlan {
  const { include, keys, method, nullsNotDistinct, parameters, unique, where } = index;
  const behind = constraints?.find(({ name }) => name === index.constraint);
  const plan = { include, keys, method, name: null, nullsNotDistinct, parameters, unique, where };
  switch (behind?.kind) {
    case 'primary-key':
    case 'unique': {
      const { kind, deferrable, deferred, temporal } = behind;
      return { ...plan, constraint: { kind, deferrable, deferred, temporal } };
    }
    case 'exclusion': {
      const { kind, deferrable, deferred, operators } = behind;
      return { ...plan, constraint: { kind, deferrable, deferred, operators } };
    }
    default:
      return { ...plan, constraint: null };
  }
}

/** The indexes of a partition stand alone again. */
export function detachedIndexes(table: Table): Pick<Table, 'constraints' | 'indexes'> {
  const parts = new Set(
    table.indexes.flatMap(({ parent, constraint }) => (parent === null ? [] : (constraint ?? []))),
  );
  return {
    indexes: table.indexes.map((index) => (index.parent === null ? index : { ...index, parent: null })),
    constraints: table.constraints.map((constraint) =>
      parts.has(constraint.name) ? { ...constraint, local: true, inherited: 0 } : constraint,
    ),
  };
}

interface Found {
  readonly owner: Indexed;
  readonly index: Index;
}

export function indexById(catalog: Catalog, id: RelationId): Found | null {
  const entry = catalog.relations.get(id);
  const owner = entry?.kind === 'index' ? catalog.relations.get(entry.table) : undefined;
  if (owner?.kind !== 'table' && owner?.kind !== 'view') return null;
  const index = owner.indexes.find((candidate) => candidate.id === id);
  return index === undefined ? null : { owner, index };
}

function changeIndex(catalog: Catalog, id: RelationId, change: (index: Index) => Index): Catalog {
  const found = indexById(catalog, id);
  if (found === null) return catalog;
  return putIndexed(
    catalog,
    found.owner,
    found.owner.indexes.map((index) => (index.id === id ? change(index) : index)),
  );
}

export function alterIndex(catalog: Catalog, { index: name, action }: AlterIndex): Catalog {
  const id = findRelation(catalog, name)?.id ?? -1;
  switch (action.kind) {
    case 'attach': {
      const part = indexById(catalog, findRelation(catalog, action.partition)?.id ?? -1);
      if (part?.owner.kind !== 'table' || indexById(catalog, id) === null) return catalog;
      return validated(attached(catalog, part.owner, part.index, id), id);
    }
    case 'set':
      return changeIndex(catalog, id, (index) => ({
        ...index,
        parameters: { ...index.parameters, ...action.parameters },
      }));
    case 'reset':
      return changeIndex(catalog, id, (index) => ({
        ...index,
        parameters: without(index.parameters, action.names),
      }));
    case 'set-tablespace':
    case 'other':
      return catalog;
  }
}

export function without(parameters: StorageParameters, names: readonly string[]): StorageParameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));
}

/** An index of a partitioned table is valid once every partition has its valid part; then the index above may be, too. */
function validated(catalog: Catalog, id: RelationId): Catalog {
  const found = indexById(catalog, id);
  if (found === null || found.index.valid) return catalog;
  const partitions = childrenOf(catalog, found.owner.id);
  const isWhole = partitions.every(({ indexes }) => indexes.some((one) => one.parent === id && one.valid));
  if (!isWhole) return catalog;
  const next = changeIndex(catalog, id, (index) => ({ ...index, valid: true }));
  return found.index.parent === null ? next : validated(next, found.index.parent);
}

export function dropIndex(catalog: Catalog, operation: DropIndex): Catalog {
  const found = indexById(catalog, findRelation(catalog, operation.index)?.id ?? -1);
  // That of a constraint goes with the constraint alone: the server refuses.
  return found === null ? catalog : removeIndex(catalog, found.index.id);
}

/** The index goes, with its constraint and the parts of it in partitions. */
export function removeIndex(catalog: Catalog, id: RelationId): Catalog {
  const found = indexById(catalog, id);
  if (found === null) return catalog;
  const { owner, index } = found;
  const indexes = owner.indexes.filter((other) => other !== index);
  let next: Catalog;
  if (owner.kind === 'view') next = putRelation(catalog, { ...owner, indexes });
  else {
    const constraints =
      index.constraint === null
        ? owner.constraints
        : owner.constraints.filter(({ name }) => name !== index.constraint);
    next = putRelation(catalog, { ...owner, indexes, constraints });
  }
  const entry = next.relations.get(id);
  if (entry !== undefined) next = removeRelation(next, entry);
  if (owner.kind === 'view' || !owner.partitioned) return next;
  for (const partition of childrenOf(next, owner.id)) {
    for (const part of partition.indexes) if (part.parent === id) next = removeIndex(next, part.id);
  }
  return next;
}

export function renameIndex(catalog: Catalog, operation: RenameIndex): Catalog {
  const found = indexById(catalog, findRelation(catalog, operation.index)?.id ?? -1);
  return found === null
    ? catalog
    : indexRenamed(catalog, found.index.id, truncateIdentifier(operation.to.name));
}

/** A constraint takes the new name of its index; the parts in partitions keep theirs. */
export function indexRenamed(catalog: Catalog, id: RelationId, to: string): Catalog {
  const found = indexById(catalog, id);
  const entry = catalog.relations.get(id);
  if (found === null || entry === undefined) return catalog;
  const { owner, index } = found;
  const indexes = owner.indexes.map((other) =>
    other === index ? { ...other, name: to, constraint: other.constraint === null ? null : to } : other,
  );
  const next = moveRelation(catalog, entry, { schema: null, name: to });
  if (owner.kind === 'view') return putRelation(next, { ...owner, indexes });
  const constraints =
    index.constraint === null
      ? owner.constraints
      : owner.constraints.map((constraint) =>
          constraint.name === index.constraint ? { ...constraint, name: to } : constraint,
        );
  return putRelation(next, { ...owner, indexes, constraints });
}
