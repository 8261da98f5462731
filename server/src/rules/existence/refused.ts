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

/** Whether the server may refuse such an operation for what is there or not. */
const IS_JUDGED: Readonly<Record<OperationKind, boolean>> = {
  'create-table': true,
  'drop-table': true,
  'rename-table': true,
  'set-schema': true,
  'add-column': true,
  'drop-column': true,
  'rename-column': true,
  'alter-column-type': true,
  'set-default': true,
  'drop-default': true,
  'set-not-null': true,
  'drop-not-null': true,
  'add-constraint': true,
  'validate-constraint': true,
  'drop-constraint': true,
  'rename-constraint': true,
  'alter-constraint': true,
  'create-index': true,
  'drop-index': true,
  'rename-index': true,
  'alter-index': true,
  'create-enum': true,
  'add-enum-value': true,
  'rename-enum-value': true,
  'create-type': true,
  'drop-type': true,
  'rename-type': true,
  'set-type-schema': true,
  'alter-type': true,
  'alter-domain': true,
  'set-row-level-security': true,
  'create-policy': true,
  'alter-policy': true,
  'drop-policy': true,
  'create-view': true,
  'alter-view': true,
  'drop-view': true,
  'create-schema': true,
  'rename-schema': true,
  'drop-schema': true,
  'create-sequence': true,
  'alter-sequence': true,
  'drop-sequence': true,
  'create-extension': true,
  'drop-extension': true,
  'create-function': true,
  'alter-function': true,
  'drop-function': true,
  'create-trigger': true,
  'rename-trigger': true,
  'drop-trigger': true,
  'change-rule': true,
  'change-event-trigger': true,
  'attach-partition': true,
  'detach-partition': true,
  'alter-table-other': true,
  'write-rows': true,
  maintenance: true,
  comment: true,
  other: true,
  // Of the session alone.
  prepare: false,
  'set-parameter': false,
  transaction: false,
  // That code surely raises an error rests on what it was called with.
  unknown: false,
};

/** Every kind of operation that the server may refuse for what is there or not. */
export const JUDGED: readonly OperationKind[] = Object.keys(IS_JUDGED).filter(isJudged);

function isJudged(kind: string): kind is OperationKind {
  return Object.hasOwn(IS_JUDGED, kind) && IS_JUDGED[kind as OperationKind];
}
