// How the rules about what the server refuses word it, and what they offer.

import type { Operation, OperationKind } from '../../catalog/operation.js';
import type { Refusal } from '../../catalog/refusals.js';
import type { Finding, Fix, Moment, RefusedOperation } from '../rule.js';

/** What the server would refuse of the operation, of these kinds; nothing when it is not certain. */
export function* refused(
  operation: Operation,
  moment: Moment,
  kinds: readonly Refusal['kind'][],
  instead: (found: RefusedOperation) => string,
): Iterable<Finding> {
  const found = moment.refusalOf(operation);
  if (found === null || !found.isCertain || !kinds.includes(found.refusal.kind)) return;
  const { refusal, at } = found;
  const [near] = refusal.candidates;
  const meant = near === undefined || refusal.kind === 'exists' ? '' : ` Did you mean "${near}"?`;
  yield {
    at: refusal.at,
    message:
      `${sentence(what(found))} The server refuses this (error ${refusal.code}).${meant} ${instead(found)}`.trimEnd(),
    related:
      at === null ? [] : [{ at, message: found.evidence === 'later' ? 'made here' : 'taken away here' }],
    fixes: [...meantFix(operation, refusal)],
  };
}

function what({ refusal: { message }, evidence }: RefusedOperation): string {
  if (evidence === 'gone')
    return `${message} any more: an earlier migration dropped it or gave it another name`;
  return evidence === 'later' ? `${message} yet: it is made later` : message;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** Offered when one name is nearer than all others. */
function* meantFix({ span }: Operation, { at, object, candidates, kind }: Refusal): Iterable<Fix> {
  const [to] = candidates;
  if (to === undefined || kind === 'exists') return;
  yield {
    title: `Write "${to}"`,
    safety: 'needs-review',
    edit: (editor) => editor.replaceName(at, span, object.name, to),
  };
}

/** Every kind of operation that the server may refuse for what is there or not. */
export const JUDGED = [
  'create-table',
  'drop-table',
  'rename-table',
  'set-schema',
  'add-column',
  'drop-column',
  'rename-column',
  'alter-column-type',
  'set-default',
  'drop-default',
  'set-not-null',
  'drop-not-null',
  'add-constraint',
  'validate-constraint',
  'drop-constraint',
  'rename-constraint',
  'create-index',
  'drop-index',
  'rename-index',
  'create-enum',
  'add-enum-value',
  'rename-enum-value',
  'create-type',
  'drop-type',
  'rename-type',
  'set-type-schema',
  'alter-domain',
  'set-row-level-security',
  'create-policy',
  'alter-policy',
  'drop-policy',
  'create-view',
  'drop-view',
  'create-schema',
  'rename-schema',
  'drop-schema',
  'create-sequence',
  'alter-sequence',
  'drop-sequence',
  'create-extension',
  'drop-extension',
  'create-function',
  'alter-function',
  'drop-function',
  'create-trigger',
  'rename-trigger',
  'drop-trigger',
  'attach-partition',
  'detach-partition',
  'alter-table-other',
  'write-rows',
  'maintenance',
  'comment',
] as const satisfies readonly OperationKind[];
