// Policies and triggers.

import type { Catalog, Table } from '../catalog.js';
import { type LocalName, type Name, truncateIdentifier } from '../names.js';
import type {
  AlterPolicy,
  CreatePolicy,
  CreateTrigger,
  DropPolicy,
  DropTrigger,
  RenameTrigger,
} from '../operation.js';
import { certainRelation, isWhole, lacksRelation } from './certainty.js';
import { lacksColumnsIn, shapeOf } from './constraints.js';
import { exists, firstOf, missing, type Refusal } from './refusal.js';

/** @returns the table, when what hangs on it is held */
function tableWith(catalog: Catalog, name: Name): Table | null {
  const relation = certainRelation(catalog, name);
  return relation?.kind === 'table' && isWhole(catalog, relation) ? relation : null;
}

function lacks(
  table: Table,
  kind: 'policy' | 'trigger',
  { name, span }: LocalName,
  known: readonly string[],
): Refusal | null {
  const cut = truncateIdentifier(name);
  if (known.includes(cut)) return null;
  const of = ` on table "${table.name}"`;
  return missing('missing-object', '42704', { kind, schema: null, name: cut }, span, known, { of });
}

function isTaken(
  table: Table,
  kind: 'policy' | 'trigger',
  { name, span }: LocalName,
  known: readonly string[],
): Refusal | null {
  const cut = truncateIdentifier(name);
  if (!known.includes(cut)) return null;
  return exists('42710', { kind, schema: null, name: cut }, span, ` on table "${table.name}"`);
}

export function refusedPolicy(
  catalog: Catalog,
  operation: CreatePolicy | AlterPolicy | DropPolicy,
): Refusal | null {
  if (certainRelation(catalog, operation.table) === null) {
    return operation.kind === 'drop-policy' && operation.ifExists
      ? null
      : lacksRelation(catalog, operation.table);
  }
  const table = tableWith(catalog, operation.table);
  if (table === null) return null;
  const known = table.policies.map(({ name }) => name);
  switch (operation.kind) {
    case 'create-policy':
      return isTaken(table, 'policy', operation.policy, known);
    case 'alter-policy':
      return firstOf(
        () => lacks(table, 'policy', operation.policy, known),
        () => (operation.to === null ? null : isTaken(table, 'policy', operation.to, known)),
      );
    case 'drop-policy':
      return operation.ifExists ? null : lacks(table, 'policy', operation.policy, known);
  }
}

export function refusedTrigger(
  catalog: Catalog,
  operation: CreateTrigger | RenameTrigger | DropTrigger,
): Refusal | null {
  if (certainRelation(catalog, operation.table) === null) {
    return operation.kind === 'drop-trigger' && operation.ifExists
      ? null
      : lacksRelation(catalog, operation.table);
  }
  const table = tableWith(catalog, operation.table);
  if (table === null) return null;
  const known = table.triggers.map(({ name }) => name);
  switch (operation.kind) {
    case 'create-trigger':
      return firstOf(
        () => (operation.orReplace ? null : isTaken(table, 'trigger', operation.trigger, known)),
        () => lacksColumnsIn(shapeOf(catalog, table), operation.columns, operation.keyword),
      );
    case 'rename-trigger':
      return firstOf(
        () => lacks(table, 'trigger', operation.trigger, known),
        () => isTaken(table, 'trigger', operation.to, known),
      );
    case 'drop-trigger':
      return operation.ifExists ? null : lacks(table, 'trigger', operation.trigger, known);
  }
}
