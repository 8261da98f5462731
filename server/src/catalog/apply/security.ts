// What operations do to row-level security and triggers of a table.

import type { Catalog } from '../catalog.js';
import type {
  AlterPolicy,
  CreatePolicy,
  CreateTrigger,
  DropPolicy,
  DropTrigger,
  RenameTrigger,
  SetRowLevelSecurity,
} from '../operation.js';
import { type Context, changeTable, existingTable } from './relations.js';

export function setRowLevelSecurity(
  catalog: Catalog,
  operation: SetRowLevelSecurity,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  return changeTable(present, table.id, (current) => ({
    ...current,
    rowLevelSecurity: {
      enabled: operation.enabled ?? current.rowLevelSecurity.enabled,
      forced: operation.forced ?? current.rowLevelSecurity.forced,
    },
  }));
}

export function createPolicy(catalog: Catalog, operation: CreatePolicy, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const { command, permissive, roles, using, check } = operation;
  const policy = {
    name: operation.policy.name,
    command,
    permissive,
    roles,
    using,
    check,
    origin: context.origin,
  };
  return changeTable(present, table.id, (current) => ({
    ...current,
    policies: [...current.policies.filter((other) => other.name !== policy.name), policy],
  }));
}

export function alterPolicy(catalog: Catalog, operation: AlterPolicy, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const { policy: old, to, roles, using, check } = operation;
  return changeTable(present, table.id, (current) => ({
    ...current,
    policies: current.policies.map((policy) =>
      policy.name !== old.name
        ? policy
        : {
            ...policy,
            name: to?.name ?? policy.name,
            roles: roles ?? policy.roles,
            using: using ?? policy.using,
            check: check ?? policy.check,
          },
    ),
  }));
}

export function dropPolicy(catalog: Catalog, operation: DropPolicy, context: Context): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  return changeTable(present, table.id, (current) => ({
    ...current,
    policies: current.policies.filter((policy) => policy.name !== operation.policy.name),
  }));
}

export function changeTrigger(
  catalog: Catalog,
  operation: CreateTrigger | DropTrigger,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, operation.table, context);
  if (table === null) return present;
  const name = operation.trigger.name;
  return changeTable(present, table.id, (current) => {
    const others = current.triggers.filter((trigger) => trigger !== name);
    return { ...current, triggers: operation.kind === 'create-trigger' ? [...others, name] : others };
  });
}

export function renameTrigger(
  catalog: Catalog,
  { table: name, trigger, to }: RenameTrigger,
  context: Context,
): Catalog {
  const [present, table] = existingTable(catalog, name, context);
  if (table === null) return present;
  return changeTable(present, table.id, (current) => ({
    ...current,
    triggers: current.triggers.map((one) => (one === trigger.name ? to.name : one)),
  }));
}
