// What operations do to row-level security of a table.

import type { Catalog, RelationId } from '../catalog.js';
import type { Expression } from '../expression.js';
import { findRelation } from '../lookup.js';
import type { AlterPolicy, CreatePolicy, DropPolicy, SetRowLevelSecurity } from '../operation.js';
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
    roles: wholeRoles(roles),
    using,
    check,
    reads: readBy(catalog, [using, check]),
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
            roles: roles === null ? policy.roles : wholeRoles(roles),
            using: using ?? policy.using,
            check: check ?? policy.check,
            reads:
              using === null && check === null
                ? policy.reads
                : [...policy.reads, ...readBy(catalog, [using, check])],
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

/** The relations that subqueries of a policy read. */
function readBy(catalog: Catalog, expressions: readonly (Expression | null)[]): readonly RelationId[] {
  return expressions.flatMap((expression) =>
    (expression?.relations ?? []).flatMap((name) => findRelation(catalog, name)?.id ?? []),
  );
}

/** PUBLIC stands for all, whoever is named beside it (policy_role_list_to_array in src/backend/commands/policy.c). */
function wholeRoles(roles: readonly string[]): readonly string[] {
  return roles.includes('public') ? ['public'] : roles;
}
