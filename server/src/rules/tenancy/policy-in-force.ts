// What the rules about policies share: the policy that an operation makes, as long as it stays as it is.

import type { Policy, Table } from '../../catalog/catalog.js';
import type { Expression } from '../../catalog/expression.js';
import { believed } from '../../catalog/knowledge.js';
import type { OperationOf } from '../../catalog/operation.js';
import type { Moment } from '../rule.js';

export type PolicyOperation = OperationOf<'create-policy' | 'alter-policy'>;

/** `null` when a later migration drops it or writes it anew: then that is what counts. */
export function policyInForce(
  { table: name, policy: { name: called }, using, check }: PolicyOperation,
  moment: Moment,
): { readonly table: Table; readonly policy: Policy } | null {
  const made = believed(moment.afterMigration.table(name));
  const table = made === null ? null : moment.latest.tableById(made.id);
  const policy = table?.policies.find((one) => one.name === called);
  if (table === null || policy === undefined) return null;
  const stays = (written: Expression | null, now: Expression | null) =>
    written === null || written.text === now?.text;
  return stays(using, policy.using) && stays(check, policy.check) ? { table, policy } : null;
}
