// A column gets another name, wherever it is named: in keys, CHECKs, indexes, policies, generated columns, in the foreign keys that
// point at it, and in the tables below, which always follow.

import type { Catalog, Constraint, RelationId, Table, Trigger } from '../catalog.js';
import { type Expression, renameColumnIn } from '../expression.js';
import { childrenOf, columnOf, findRelation, sequencesOwnedBy, tableById } from '../lookup.js';
import { truncateIdentifier } from '../names.js';
import type { IndexKey, RenameColumn } from '../operation.js';
import { renameReferenced } from './change-constraints.js';
import { indexById } from './indexes.js';
import { type Context, existingTable, putRelation } from './relations.js';
import { followRenames, renameViewColumn } from './views.js';

export function renameColumn(catalog: Catalog, operation: RenameColumn, context: Context): Catalog {
  const to = truncateIdentifier(operation.to.name);
  const relation = findRelation(catalog, operation.table);
  if (relation?.kind === 'index') return renameLabel(catalog, relation.id, operation.column.name, to);
  const from = operation.column.name;
  if (relation?.kind === 'view') return renameViewColumn(catalog, relation, from, to);
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  return followRenames(present, columnRenamed(present, table.id, from, to), table.id, from, to);
}

/** ALTER TABLE of an index: what one of its columns is called tells only how copies of it are named. */
function renameLabel(catalog: Catalog, id: RelationId, from: string, to: string): Catalog {
  const owner = indexById(catalog, id)?.owner;
  if (owner === undefined) return catalog;
  return putRelation(catalog, {
    ...owner,
    indexes: owner.indexes.map((index) =>
      index.id === id
        ? { ...index, keys: index.keys.map((key) => (key.label === from ? { ...key, label: to } : key)) }
        : index,
    ),
  });
}

function columnRenamed(catalog: Catalog, id: RelationId, from: string, to: string): Catalog {
  const table = tableById(catalog, id);
  if (table === null) return catalog;
  let next = putRelation(catalog, renamedIn(table, from, to));
  for (const sequence of sequencesOwnedBy(next, table, from)) {
    next = putRelation(next, { ...sequence, ownerColumn: to });
  }
  next = renameReferenced(next, id, (name) => (name === from ? to : name));
  for (const child of childrenOf(next, id)) {
    if (columnOf(child, from) !== null) next = columnRenamed(next, child.id, from, to);
  }
  return next;
}

function renamedIn(table: Table, from: string, to: string): Table {
  const one = (name: string) => (name === from ? to : name);
  const inside = (expression: Expression) => renameColumnIn(expression, from, to);
  const maybe = (expression: Expression | null) => (expression === null ? null : inside(expression));
  // The label stays: the server does not rename the columns of indexes.
  const key = (part: IndexKey): IndexKey => ({
    ...part,
    column: part.column === null ? null : one(part.column),
    expression: maybe(part.expression),
  });
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      name: one(column.name),
      default: maybe(column.default),
    })),
    constraints: table.constraints.map((constraint) => renamedInConstraint(constraint, one, inside)),
    indexes: table.indexes.map((index) => ({
      ...index,
      include: index.include.map(one),
      where: maybe(index.where),
      keys: index.keys.map(key),
    })),
    partitionKey:
      table.partitionKey === null ? null : { ...table.partitionKey, keys: table.partitionKey.keys.map(key) },
    policies: table.policies.map((policy) => ({
      ...policy,
      using: maybe(policy.using),
      check: maybe(policy.check),
    })),
    triggers: table.triggers.map(
      (trigger): Trigger => ({ ...trigger, columns: trigger.columns.map(one), when: maybe(trigger.when) }),
    ),
  };
}

function renamedInConstraint(
  constraint: Constraint,
  one: (name: string) => string,
  inside: (expression: Expression) => Expression,
): Constraint {
  switch (constraint.kind) {
    case 'primary-key':
    case 'unique':
      return { ...constraint, columns: constraint.columns.map(one) };
    case 'foreign-key':
      return {
        ...constraint,
        columns: constraint.columns.map(one),
        onDeleteColumns: constraint.onDeleteColumns.map(one),
      };
    case 'check':
      return { ...constraint, expression: inside(constraint.expression) };
    case 'not-null':
      return { ...constraint, column: one(constraint.column) };
    case 'exclusion':
      return constraint;
  }
}
