// Locks of constraints: made, validated, dropped.

import type { Catalog } from '../../catalog/catalog.js';
import { findTable, foreignKeysOf, type Reference, tableById } from '../../catalog/lookup.js';
import type { AddConstraint, DropConstraint, ValidateConstraint } from '../../catalog/operation.js';
import { proofOfNotNull, proofOfNotNullIn } from '../../catalog/proofs.js';
import { constraintsMadeBy, type MadeConstraint } from '../constraints.js';
import { effectOn, type LockFacts, locking, merge, NOTHING, nameOf, namesOf, relationName } from './facts.js';
import { descendants, familyOf, foreignKeyEnds, isKnown, lockFamily, scanFamily } from './family.js';

/** A scan of those of the family in which NULLs are possible. */
export function notNullScans(
  catalog: Catalog,
  name: Reference,
  column: string,
  options: { readonly only?: boolean; readonly withType?: boolean } = {},
): LockFacts {
  const { only = false, withType = false } = options;
  const because = 'every row is checked for NULL';
  const table = findTable(catalog, name);
  if (table === null) return scanFamily(catalog, name, because, only);
  // What holds for the parent holds for all below it.
  if (proofOfNotNullIn(table, column, withType) !== null) return NOTHING;
  const all = only ? [table] : [table, ...descendants(catalog, table)];
  const stored = all.filter(({ partitioned }) => !partitioned);
  if (stored.length === 0) return scanFamily(catalog, name, because, only);
  const open = stored.filter((one) => proofOfNotNullIn(one, column, withType) === null);
  return { ...NOTHING, scans: effectOn(namesOf(open), because) };
}

export function addConstraintLocks(operation: AddConstraint, catalog: Catalog): LockFacts {
  const { table, constraint, only } = operation;
  const facts = constraintsMadeBy(operation).map((made) => madeConstraintLocks(made, only, catalog));
  // ADD FOREIGN KEY alone is content with SHARE ROW EXCLUSIVE; NOT VALID changes nothing about it.
  if (constraint.kind === 'foreign-key') return merge(facts);
  const own = lockFamily(catalog, table, 'AccessExclusiveLock', only || !isInherited(operation, catalog));
  return merge([own, ...facts, { ...NOTHING, certain: isSameOnAll(operation, catalog) }]);
}

/** Keys are made for partitions, but not for tables that inherit. */
function isInherited({ constraint, table }: AddConstraint, catalog: Catalog): boolean {
  if (constraint.kind === 'check' || constraint.kind === 'not-null') return true;
  return findTable(catalog, table)?.partitioned ?? false;
}

/** What versions differ in: the level on partitions when a key is made, on heirs for NO INHERIT (measured on 15 and 18). */
function isSameOnAll({ constraint, table: name, only }: AddConstraint, catalog: Catalog): boolean {
  const table = findTable(catalog, name);
  if (only || table === null || descendants(catalog, table).length === 0) return true;
  if (constraint.kind === 'check') return !constraint.noInherit;
  return constraint.kind === 'not-null' || !table.partitioned;
}

export function madeConstraintLocks(
  { table, constraint, validates }: MadeConstraint,
  only: boolean,
  catalog: Catalog,
): LockFacts {
  const build = (because: string) =>
    scanFamily(catalog, table, because, only || !isPartitioned(catalog, table));
  switch (constraint.kind) {
    case 'foreign-key': {
      const { name } = relationName(catalog, constraint.references);
      // Heirs do not get foreign keys, partitions do.
      const alone = only || !isPartitioned(catalog, table);
      const referencedAlone = !isPartitioned(catalog, constraint.references);
      return merge([
        lockFamily(catalog, table, 'ShareRowExclusiveLock', alone),
        lockFamily(catalog, constraint.references, 'ShareRowExclusiveLock', referencedAlone),
        validates ? scanFamily(catalog, table, `every row is looked up in ${name}`, alone) : NOTHING,
      ]);
    }
    case 'check':
      return validates
        ? scanFamily(catalog, table, 'every row is checked', only || constraint.noInherit)
        : NOTHING;
    case 'not-null':
      return validates ? notNullScans(catalog, table, constraint.column, { only }) : NOTHING;
    case 'primary-key':
    case 'unique': {
      if (constraint.usingIndex === null) return build('every row is read to build the index');
      if (constraint.kind === 'unique') return NOTHING;
      const unproven = indexColumns(catalog, table, constraint.usingIndex).filter(
        (column) => proofOfNotNull(catalog, table, column) === null,
      );
      return merge(unproven.map((column) => notNullScans(catalog, table, column)));
    }
    case 'exclusion':
      return build('every row is read to build the index');
  }
}

function isPartitioned(catalog: Catalog, name: Reference): boolean {
  return findTable(catalog, name)?.partitioned ?? false;
}

function indexColumns(catalog: Catalog, name: Reference, index: string): readonly string[] {
  const table = findTable(catalog, name);
  const found = table?.indexes.find((candidate) => candidate.name === index);
  return found?.keys.flatMap((key) => (key.column === null ? [] : [key.column])) ?? [];
}

export function validateLocks(operation: ValidateConstraint, catalog: Catalog): LockFacts {
  const { table: name, only } = operation;
  const table = findTable(catalog, name);
  const constraint = table?.constraints.find((candidate) => candidate.name === operation.constraint.name);
  const pending = constraint === undefined || !('validated' in constraint) || !constraint.validated;
  // A constraint that is valid already is not looked for in the tables below.
  const alone = only || !pending || (constraint?.kind === 'foreign-key' && table?.partitioned === false);
  const own = merge([
    lockFamily(catalog, name, 'ShareUpdateExclusiveLock', alone),
    pending ? scanFamily(catalog, name, 'every row is checked', alone) : NOTHING,
    { ...NOTHING, certain: constraint !== undefined && (table === null || isKnown(catalog, table)) },
  ]);
  if (constraint?.kind !== 'foreign-key' || constraint.references === null || !pending) return own;
  const referenced = tableById(catalog, constraint.references);
  if (referenced === null) return own;
  return merge([own, locking([nameOf(referenced)], 'RowShareLock')]);
}

/** Dropping a foreign key takes its triggers from both tables (ATExecDropConstraint opens the other one ACCESS EXCLUSIVE). */
export function dropConstraintLocks(operation: DropConstraint, catalog: Catalog): LockFacts {
  const { table: name, constraint, only, cascade, ifExists } = operation;
  const table = findTable(catalog, name);
  const dropped = table?.constraints.find((one) => one.name === constraint.name);
  const isKey =
    dropped?.kind === 'foreign-key' || dropped?.kind === 'primary-key' || dropped?.kind === 'unique';
  const alone = only || dropped === undefined || (isKey && table?.partitioned !== true);
  const { known } = familyOf(catalog, name, only);
  const own: LockFacts = {
    ...lockFamily(catalog, name, 'AccessExclusiveLock', alone),
    certain: known && !cascade,
  };
  if (table === null || dropped === undefined) return { ...own, certain: known && ifExists };
  const isIt = ({ name: other }: { readonly name: string }) => other === constraint.name;
  // A key goes with the foreign keys that rest on it.
  const restsOnIt = () => cascade && isKey;
  const ends = foreignKeyEnds(
    catalog,
    table,
    (one) => isIt(one) && foreignKeysOf(table).includes(one),
    restsOnIt,
  );
  return merge([own, locking(namesOf([...ends.outgoing, ...ends.incoming]), 'AccessExclusiveLock')]);
}
