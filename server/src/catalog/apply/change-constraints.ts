// Constraints that are dropped, validated, renamed and changed, also in partitions and heirs that have them from above.
// Source: ATExecDropConstraint, ATExecValidateConstraint, ATExecAlterConstraint and rename_constraint_internal in tablecmds.c.

import type { Catalog, Constraint, ForeignKey, RelationId, Table } from '../catalog.js';
import { childrenOf, constraintOf, tableById } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { AlterConstraint, DropConstraint, RenameConstraint, ValidateConstraint } from '../operation.js';
import { changeParts, changeReferring, dropForeignKeysTo, leansOn } from './foreign-keys.js';
import { indexRenamed, removeIndex } from './indexes.js';
import {
  addNotNull,
  changeNotNull,
  notNullOf,
  plainNotNull,
  validateNotNull,
  withNotNull,
} from './not-null.js';
import { type Context, changeTable, existingTable, putRelation } from './relations.js';

export function dropConstraint(catalog: Catalog, operation: DropConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  const constraint = table === null ? null : constraintOf(table, operation.constraint.name);
  if (table === null || constraint === null) return present;
  return constraintDropped(present, table.id, constraint, !operation.only);
}

export function constraintDropped(
  catalog: Catalog,
  id: RelationId,
  constraint: Constraint,
  recurse: boolean,
): Catalog {
  const table = tableById(catalog, id);
  if (table === null) return catalog;
  switch (constraint.kind) {
    case 'check':
    case 'not-null':
      return inheritableDropped(catalog, table, constraint, recurse);
    case 'foreign-key': {
      const next = withoutConstraint(catalog, id, constraint);
      return changeParts(next, table, constraint.name, () => null);
    }
    case 'exclusion':
      return keyDropped(catalog, table, constraint);
    case 'primary-key':
    case 'unique': {
      // Foreign keys lean on the key that they point at. Without CASCADE the server would have refused.
      const index = table.indexes.find((one) => one.constraint === constraint.name);
      const dropped = keyDropped(catalog, table, constraint);
      return index === undefined ? dropped : dropForeignKeysTo(dropped, id, (one) => leansOn(one, index));
    }
  }
}

function keyDropped(catalog: Catalog, table: Table, constraint: Constraint): Catalog {
  const index = table.indexes.find((one) => one.constraint === constraint.name);
  return index === undefined
    ? withoutConstraint(catalog, table.id, constraint)
    : removeIndex(catalog, index.id);
}

function withoutConstraint(catalog: Catalog, id: RelationId, { name }: Constraint): Catalog {
  return changeTable(catalog, id, (table) => ({
    ...table,
    constraints: table.constraints.filter((one) => one.name !== name),
  }));
}

/** With ONLY, tables below keep it as their own; else they lose it unless they have it from elsewhere, too. */
function inheritableDropped(
  catalog: Catalog,
  table: Table,
  constraint: Extract<Constraint, { readonly kind: 'check' | 'not-null' }>,
  recurse: boolean,
): Catalog {
  const required = constraint.kind === 'not-null' ? withNotNull(table, constraint.column, false) : table;
  let next = putRelation(catalog, {
    ...required,
    constraints: table.constraints.filter((one) => one !== constraint),
  });
  if (constraint.noInherit) return next;
  for (const child of childrenOf(next, table.id)) {
    const same = sameBelow(child, constraint);
    if (same === null) continue;
    if (recurse && same.inherited <= 1 && !same.local) next = inheritableDropped(next, child, same, true);
    else {
      const left = { ...same, inherited: Math.max(0, same.inherited - 1), local: same.local || !recurse };
      next = putRelation(next, {
        ...child,
        constraints: child.constraints.map((one) => (one === same ? left : one)),
      });
    }
  }
  return next;
}

type Inheritable = Extract<Constraint, { readonly kind: 'check' | 'not-null' }>;

/** What a table below has of a constraint: a CHECK by its name, a NOT NULL by its column. */
export function sameBelow(table: Table, constraint: Inheritable): Inheritable | null {
  if (constraint.kind === 'not-null') return notNullOf(table, constraint.column);
  const same = constraintOf(table, constraint.name);
  return same?.kind === 'check' ? same : null;
}

export function dropNotNull(catalog: Catalog, id: RelationId, column: string, recurse: boolean): Catalog {
  const table = tableById(catalog, id);
  if (table === null) return catalog;
  const constraint = notNullOf(table, column);
  if (constraint !== null) return inheritableDropped(catalog, table, constraint, recurse);
  let next = putRelation(catalog, withNotNull(table, column, false));
  if (!recurse) return next;
  for (const child of childrenOf(next, id)) next = dropNotNull(next, child.id, column, true);
  return next;
}

export function validateConstraint(
  catalog: Catalog,
  operation: ValidateConstraint,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  const constraint = table === null ? null : constraintOf(table, operation.constraint.name);
  if (table === null || constraint === null) return present;
  return validated(present, table, constraint, !operation.only);
}

function validated(catalog: Catalog, table: Table, constraint: Constraint, recurse: boolean): Catalog {
  switch (constraint.kind) {
    case 'not-null':
      return validateNotNull(catalog, table, constraint, recurse);
    case 'check': {
      let next = changed(catalog, table, constraint, { ...constraint, validated: true });
      if (!recurse || constraint.noInherit) return next;
      for (const child of childrenOf(next, table.id)) {
        const below = sameBelow(child, constraint);
        if (below !== null) next = validated(next, child, below, true);
      }
      return next;
    }
    case 'foreign-key':
      return foreignKeyChanged(catalog, table, constraint, { validated: true });
    default:
      return catalog;
  }
}

function changed(catalog: Catalog, table: Table, from: Constraint, to: Constraint): Catalog {
  return putRelation(catalog, {
    ...table,
    constraints: table.constraints.map((one) => (one === from ? to : one)),
  });
}

function foreignKeyChanged(
  catalog: Catalog,
  table: Table,
  constraint: ForeignKey,
  change: Partial<ForeignKey>,
): Catalog {
  const next = changed(catalog, table, constraint, { ...constraint, ...change });
  return changeParts(next, table, constraint.name, (part) => ({ ...part, ...change }));
}

/** The index behind a key is renamed with it; a CHECK and a NOT NULL also below, a foreign key is not. */
export function renameConstraint(catalog: Catalog, operation: RenameConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  const constraint = table === null ? null : constraintOf(table, operation.constraint.name);
  if (table === null || constraint === null) return present;
  return renamed(present, table, constraint, truncateIdentifier(operation.to.name));
}

function renamed(catalog: Catalog, table: Table, constraint: Constraint, to: string): Catalog {
  const index = table.indexes.find((one) => one.constraint === constraint.name);
  if (index !== undefined) return indexRenamed(catalog, index.id, to);
  let next = changed(catalog, table, constraint, { ...constraint, name: to });
  switch (constraint.kind) {
    case 'check':
    case 'not-null':
      if (constraint.noInherit) return next;
      for (const child of childrenOf(next, table.id)) {
        const below = sameBelow(child, constraint);
        if (below !== null) next = renamed(next, child, below, to);
      }
      return next;
    case 'foreign-key':
      for (const child of table.partitioned ? childrenOf(next, table.id) : []) {
        next = changeTable(next, child.id, (current) => ({
          ...current,
          constraints: current.constraints.map((one) =>
            one.kind === 'foreign-key' && one.parent === constraint.name ? { ...one, parent: to } : one,
          ),
        }));
      }
      return next;
    default:
      return next;
  }
}

export function alterConstraint(catalog: Catalog, operation: AlterConstraint, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  const constraint = table === null ? null : constraintOf(table, operation.constraint.name);
  if (table === null || constraint === null) return present;
  const { deferrable, deferred, enforced, noInherit } = operation;
  if (constraint.kind === 'not-null') {
    return noInherit === null ? present : setInheritance(present, table, constraint, noInherit, context);
  }
  if (constraint.kind !== 'foreign-key') return present;
  return foreignKeyChanged(present, table, constraint, {
    ...(deferrable === null ? {} : { deferrable }),
    ...(deferred === null ? {} : { deferred }),
    // What was not enforced is checked when it becomes so.
    ...(enforced === null ? {} : { enforced, validated: enforced }),
  });
}

function setInheritance(
  catalog: Catalog,
  table: Table,
  constraint: Extract<Constraint, { readonly kind: 'not-null' }>,
  noInherit: boolean,
  context: Context,
): Catalog {
  let next = changeNotNull(catalog, table, { noInherit }, constraint);
  for (const child of childrenOf(next, table.id)) {
    const below = notNullOf(child, constraint.column);
    if (!noInherit) {
      const plan = { ...plainNotNull(constraint.column, context), name: constraint.name };
      next = addNotNull(next, child.id, plan, true, context, true);
    } else if (below !== null) {
      const inherited = Math.max(0, below.inherited - 1);
      next = changeNotNull(next, child, { inherited, local: true }, below);
    }
  }
  return next;
}

/** The names of columns in foreign keys that point at the table. */
export function renameReferenced(catalog: Catalog, id: RelationId, one: (name: string) => string): Catalog {
  return changeReferring(catalog, id, (constraints) =>
    constraints.map((constraint) =>
      constraint.kind === 'foreign-key' && constraint.references === id
        ? { ...constraint, referencedColumns: constraint.referencedColumns.map(one) }
        : constraint,
    ),
  );
}
