// Policies, triggers, rules and event triggers.

import type { Catalog, Table } from '../catalog.js';
import { type LocalName, type Name, truncateIdentifier } from '../names.js';
import type {
  AlterPolicy,
  AlterTableOther,
  ChangeEventTrigger,
  ChangeRule,
  CreatePolicy,
  CreateTrigger,
  DropPolicy,
  DropTrigger,
  RenameTrigger,
} from '../operation.js';
import { certainRelation, isWhole, lacksRelation, mayHoldMore } from './certainty.js';
import { lacksColumnsIn, shapeOf } from './constraints.js';
import { exists, firstOf, missing, type Refusal } from './refusal.js';
import { lacksRoutine } from './routines.js';

/** @returns the table, when what hangs on it is held */
function tableWith(catalog: Catalog, name: Name): Table | null {
  const relation = certainRelation(catalog, name);
  return relation?.kind === 'table' && isWhole(catalog, relation) ? relation : null;
}

type MemberKind = 'policy' | 'trigger' | 'rule';

function lacks(
  table: Table,
  kind: MemberKind,
  { name, span }: LocalName,
  known: readonly string[],
): Refusal | null {
  const cut = truncateIdentifier(name);
  if (known.includes(cut)) return null;
  const of = ` on table "${table.name}"`;
  return missing('missing-object', '42704', { kind, schema: null, name: cut }, span, known, { of });
}

/** Of a policy or trigger that an operation names beside its table. */
export function lacksMember(table: Table, kind: 'policy' | 'trigger', name: LocalName): Refusal | null {
  const all = kind === 'policy' ? table.policies : table.triggers;
  return lacks(
    table,
    kind,
    name,
    all.map((one) => one.name),
  );
}

function isTaken(
  table: Table,
  kind: MemberKind,
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
        () => lacksRoutine(catalog, operation.function),
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

export function refusedRule(catalog: Catalog, { table: on, rule, action }: ChangeRule): Refusal | null {
  const isExcused = action.kind === 'drop' && action.ifExists;
  if (certainRelation(catalog, on) === null) return isExcused ? null : lacksRelation(catalog, on);
  const table = tableWith(catalog, on);
  if (table === null) return null;
  switch (action.kind) {
    case 'create':
      return action.orReplace ? null : isTaken(table, 'rule', rule, table.rules);
    case 'rename':
      return firstOf(
        () => lacks(table, 'rule', rule, table.rules),
        () => isTaken(table, 'rule', action.to, table.rules),
      );
    case 'drop':
      return isExcused ? null : lacks(table, 'rule', rule, table.rules);
  }
}

/** ENABLE and DISABLE of a trigger or rule that is named. */
export function refusedSwitch(
  table: Table,
  { action, trigger: name, keyword }: AlterTableOther,
): Refusal | null {
  // Those behind foreign keys and deferred keys have names that the server gives.
  if (name === null || /^(?:RI_|PK_|Unique_)?Constraint(?:Trigger)?_/i.test(name)) return null;
  if (/Rule$/.test(action)) return lacks(table, 'rule', { name, span: keyword }, table.rules);
  return /Trig$/.test(action) ? lacksMember(table, 'trigger', { name, span: keyword }) : null;
}

export function refusedEventTrigger(
  catalog: Catalog,
  { trigger, action }: ChangeEventTrigger,
): Refusal | null {
  const taken = ({ name, span }: LocalName) => {
    const object = { kind: 'event trigger', schema: null, name: truncateIdentifier(name) } as const;
    const isThere = catalog.eventTriggers.has(object.name) && catalog.doubts.everything === null;
    return isThere ? exists('42710', object, span) : null;
  };
  switch (action.kind) {
    case 'create':
      return firstOf(
        () => taken(trigger),
        () => lacksRoutine(catalog, action.function),
      );
    case 'rename':
      return firstOf(
        () => lacksEventTrigger(catalog, trigger),
        () => taken(action.to),
      );
    case 'drop':
      return action.ifExists ? null : lacksEventTrigger(catalog, trigger);
    case 'set-state':
      return lacksEventTrigger(catalog, trigger);
  }
}

/** Extensions bring some, too. */
function lacksEventTrigger(catalog: Catalog, { name: given, span }: LocalName): Refusal | null {
  const name = truncateIdentifier(given);
  const isExtended = catalog.extensions.some((extension) => extension !== 'plpgsql');
  if (name === '' || catalog.eventTriggers.has(name) || isExtended || mayHoldMore(catalog)) return null;
  const object = { kind: 'event trigger', schema: null, name } as const;
  return missing('missing-object', '42704', object, span, catalog.eventTriggers.keys(), {
    restsOnAbsence: true,
  });
}
