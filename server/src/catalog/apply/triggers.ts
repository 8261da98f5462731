// What operations do to triggers, event triggers and rules.
// Source: CreateTriggerFiringOn, EnableDisableTrigger and renametrig in trigger.c.

import type { Catalog, RelationId, Table, Trigger, View } from '../catalog.js';
import { childrenOf, findRelation, functionsNamed } from '../lookup.js';
import { type Reference, truncateIdentifier } from '../names.js';
import type {
  AlterTableOther,
  ChangeEventTrigger,
  ChangeRule,
  CreateTrigger,
  DropTrigger,
  RenameTrigger,
  TriggerState,
} from '../operation.js';
import { type Context, existingTable, putRelation } from './relations.js';

/** The table, which is made up when no migration makes it, or the view. */
function owner(catalog: Catalog, name: Reference, context: Context): readonly [Catalog, Table | View | null] {
  const view = findRelation(catalog, name);
  return view?.kind === 'view' ? [catalog, view] : existingTable(catalog, name, context);
}

export function createTrigger(catalog: Catalog, operation: CreateTrigger, context: Context): Catalog {
  const [present, table] = owner(catalog, operation.table, context);
  if (table === null) return present;
  const { constraint, timing, events, columns, forEachRow, when } = operation;
  const { deferrable, initiallyDeferred, oldTable, newTable } = operation;
  const { schema, name } = operation.function;
  const trigger: Trigger = {
    name: truncateIdentifier(operation.trigger.name),
    constraint,
    timing,
    events,
    columns,
    forEachRow,
    when,
    function: { schema, name },
    functionId: functionWithoutArguments(present, operation.function),
    arguments: operation.arguments,
    // INITIALLY DEFERRED says DEFERRABLE, too.
    deferrable: deferrable || initiallyDeferred,
    initiallyDeferred,
    oldTable,
    newTable,
    state: 'origin',
    inherited: false,
    origin: context.origin,
  };
  return putTrigger(present, table.id, trigger);
}

/** Triggers call functions without arguments. */
function functionWithoutArguments(catalog: Catalog, name: Reference): number | null {
  const found = functionsNamed(catalog, name).find(({ parameters }) =>
    parameters.every(({ mode }) => mode === 'out'),
  );
  return found?.id ?? null;
}

/** Partitions get a copy of a trigger for rows. */
function putTrigger(catalog: Catalog, id: RelationId, trigger: Trigger): Catalog {
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table' && table?.kind !== 'view') return catalog;
  const others = table.triggers.filter(({ name }) => name !== trigger.name);
  const next = putRelation(catalog, { ...table, triggers: [...others, trigger] });
  if (table.kind === 'view' || !table.partitioned || !trigger.forEachRow) return next;
  return childrenOf(next, id).reduce(
    (current, partition) => putTrigger(current, partition.id, { ...trigger, inherited: true }),
    next,
  );
}

/** A table that becomes a partition gets the triggers for rows of its parent. */
export function inheritTriggers(catalog: Catalog, parent: Table, id: RelationId): Catalog {
  let next = catalog;
  for (const trigger of parent.triggers) {
    if (trigger.forEachRow) next = putTrigger(next, id, { ...trigger, inherited: true });
  }
  return next;
}

/** What is left of them in a table that is no partition any more. */
export function ownTriggers({ triggers }: Table): readonly Trigger[] {
  return triggers.filter(({ inherited }) => !inherited);
}

/** Changes the trigger of that name, and its copies in partitions. */
function changeTriggers(
  catalog: Catalog,
  id: RelationId,
  isMeant: (trigger: Trigger) => boolean,
  change: (trigger: Trigger) => Trigger | null,
): Catalog {
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table' && table?.kind !== 'view') return catalog;
  const meant = table.triggers.filter(isMeant);
  if (meant.length === 0) return catalog;
  const triggers = table.triggers.flatMap((trigger) =>
    meant.includes(trigger) ? (change(trigger) ?? []) : [trigger],
  );
  const next = putRelation(catalog, { ...table, triggers });
  if (table.kind === 'view' || !table.partitioned) return next;
  const copied = new Set(meant.filter(({ forEachRow }) => forEachRow).map(({ name }) => name));
  return childrenOf(next, id).reduce(
    (current, partition) =>
      changeTriggers(current, partition.id, ({ name, inherited }) => inherited && copied.has(name), change),
    next,
  );
}

export function dropTrigger(
  catalog: Catalog,
  { table: on, trigger }: DropTrigger,
  context: Context,
): Catalog {
  const [present, table] = owner(catalog, on, context);
  return table === null ? present : removeTrigger(present, table.id, trigger.name);
}

export function removeTrigger(catalog: Catalog, id: RelationId, name: string): Catalog {
  return changeTriggers(
    catalog,
    id,
    (trigger) => trigger.name === name,
    () => null,
  );
}

export function renameTrigger(
  catalog: Catalog,
  { table: on, trigger, to }: RenameTrigger,
  context: Context,
): Catalog {
  const [present, table] = owner(catalog, on, context);
  if (table === null) return present;
  const change = (one: Trigger) => ({ ...one, name: truncateIdentifier(to.name) });
  if (context.postgres >= 15) {
    return changeTriggers(present, table.id, (one) => one.name === trigger.name, change);
  }
  // Before version 15 the copies in partitions kept their name.
  return putRelation(present, {
    ...table,
    triggers: table.triggers.map((one) => (one.name === trigger.name ? change(one) : one)),
  });
}

const STATES: Readonly<Record<string, TriggerState>> = {
  EnableTrig: 'origin',
  EnableTrigAll: 'origin',
  EnableTrigUser: 'origin',
  EnableAlwaysTrig: 'always',
  EnableReplicaTrig: 'replica',
  DisableTrig: 'disabled',
  DisableTrigAll: 'disabled',
  DisableTrigUser: 'disabled',
};

/** ENABLE and DISABLE TRIGGER among the actions of ALTER TABLE; any other changes nothing here. */
export function setTriggerState(catalog: Catalog, id: RelationId, operation: AlterTableOther): Catalog {
  const state = STATES[operation.action];
  if (state === undefined) return catalog;
  const { trigger: name, only } = operation;
  const isMeant = (trigger: Trigger) => name === null || trigger.name === name;
  const change = (trigger: Trigger) => ({ ...trigger, state });
  if (!only) return changeTriggers(catalog, id, isMeant, change);
  const table = catalog.relations.get(id);
  if (table?.kind !== 'table') return catalog;
  return putRelation(catalog, {
    ...table,
    triggers: table.triggers.map((trigger) => (isMeant(trigger) ? change(trigger) : trigger)),
  });
}

export function changeEventTrigger(catalog: Catalog, { trigger, action }: ChangeEventTrigger): Catalog {
  const { eventTriggers } = catalog;
  const name = truncateIdentifier(trigger.name);
  const old = eventTriggers.get(name);
  switch (action.kind) {
    case 'create': {
      const { schema, name: called } = action.function;
      const made = {
        name,
        event: action.event,
        function: { schema, name: called },
        functionId: functionWithoutArguments(catalog, action.function),
        state: 'origin',
      } as const;
      return { ...catalog, eventTriggers: eventTriggers.set(name, made) };
    }
    case 'set-state':
      return old === undefined
        ? catalog
        : { ...catalog, eventTriggers: eventTriggers.set(name, { ...old, state: action.state }) };
    case 'rename': {
      const to = truncateIdentifier(action.to.name);
      return old === undefined
        ? catalog
        : { ...catalog, eventTriggers: eventTriggers.delete(name).set(to, { ...old, name: to }) };
    }
    case 'drop':
      return { ...catalog, eventTriggers: eventTriggers.delete(name) };
  }
}

export function changeRule(
  catalog: Catalog,
  { table: on, rule, action }: ChangeRule,
  context: Context,
): Catalog {
  const [present, table] = owner(catalog, on, context);
  if (table === null) return present;
  const name = truncateIdentifier(rule.name);
  const others = table.rules.filter((one) => one !== name);
  const put = (rules: readonly string[]) => putRelation(present, { ...table, rules });
  switch (action.kind) {
    case 'create':
      return put([...others, name]);
    case 'rename':
      return put(table.rules.map((one) => (one === name ? truncateIdentifier(action.to.name) : one)));
    case 'drop':
      return put(others);
  }
}
