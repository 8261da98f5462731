// What the server would refuse. Only what is certain: where something is not known, nothing is said.
// `apply` does what an operation means, also where the server would refuse it; this tells the two apart.

import type { Catalog } from './catalog.js';
import type { Operation, Unknown } from './operation.js';
import { targetOf } from './operation-target.js';
import { refusedComment, refusedOther } from './refusals/attachments.js';
import { certainRelation, lacksRelation, lacksTable } from './refusals/certainty.js';
import {
  refusedColumnChange,
  refusedDropColumn,
  refusedNewColumn,
  refusedRenameColumn,
} from './refusals/columns.js';
import { refusedChange, refusedNewConstraint } from './refusals/constraints.js';
import { dependentsIn } from './refusals/dependents.js';
import { type EvidenceKind, type Refusal, type RefusalContext, refusal } from './refusals/refusal.js';
import {
  lacksOwner,
  refusedAction,
  refusedDrop,
  refusedDropIndex,
  refusedIndex,
  refusedIndexChange,
  refusedMaintenance,
  refusedPartition,
  refusedRename,
  refusedRenameIndex,
  refusedRows,
  refusedSequence,
  refusedSetSchema,
  refusedTable,
  refusedView,
  refusedViewChange,
} from './refusals/relations.js';
import { refusedRoutine } from './refusals/routines.js';
import { refusedExtension, refusedSchema } from './refusals/schemas.js';
import { refusedEventTrigger, refusedPolicy, refusedRule, refusedTrigger } from './refusals/security.js';
import {
  refusedAttributeChange,
  refusedDomainChange,
  refusedEnumChange,
  refusedType,
  refusedTypeChange,
} from './refusals/types.js';

export type { EvidenceKind, Refusal, RefusalContext };

/**
 * Why the server would refuse the operation; `null` when it would not, or when that cannot be known.
 * Rows are not looked at: whether they keep a constraint is never known.
 * @param catalog just before the operation
 */
export function refusalOf(catalog: Catalog, operation: Operation, context: RefusalContext): Refusal | null {
  if (operation.maybe !== undefined || mayNameNothing(catalog, operation)) return null;
  const dependents = dependentsIn(catalog, operation, context);
  switch (operation.kind) {
    case 'create-table':
      return refusedTable(catalog, operation, context);
    case 'drop-table':
    case 'drop-view':
    case 'drop-sequence':
      return refusedDrop(catalog, operation, dependents.ofRelation);
    case 'rename-table':
      return refusedRename(catalog, operation);
    case 'set-schema':
      return refusedSetSchema(catalog, operation);
    case 'add-column':
      return refusedNewColumn(catalog, operation, context);
    case 'drop-column':
      return refusedDropColumn(catalog, operation, context, dependents.ofColumn);
    case 'rename-column':
      return refusedRenameColumn(catalog, operation);
    case 'alter-column-type':
    case 'set-default':
    case 'drop-default':
    case 'set-not-null':
    case 'drop-not-null':
      return refusedColumnChange(catalog, operation, context, dependents.ofColumnType);
    case 'add-constraint':
      return refusedNewConstraint(catalog, operation, context);
    case 'validate-constraint':
    case 'drop-constraint':
    case 'rename-constraint':
    case 'alter-constraint':
      return refusedChange(catalog, operation, context, dependents.ofConstraint);
    case 'create-index':
      return refusedIndex(catalog, operation);
    case 'drop-index':
      return refusedDropIndex(catalog, operation, dependents.ofIndex);
    case 'rename-index':
      return refusedRenameIndex(catalog, operation);
    case 'alter-index':
      return refusedIndexChange(catalog, operation);
    case 'create-enum':
    case 'create-type':
      return refusedType(catalog, operation);
    case 'add-enum-value':
    case 'rename-enum-value':
      return refusedEnumChange(catalog, operation);
    case 'drop-type':
    case 'rename-type':
    case 'set-type-schema':
      return refusedTypeChange(catalog, operation, dependents.ofType);
    case 'alter-type':
      return refusedAttributeChange(catalog, operation, context);
    case 'alter-domain':
      return refusedDomainChange(catalog, operation);
    case 'set-row-level-security':
      return lacksTable(catalog, operation.table);
    case 'create-policy':
    case 'alter-policy':
    case 'drop-policy':
      return refusedPolicy(catalog, operation);
    case 'create-view':
      return refusedView(catalog, operation, context);
    case 'alter-view':
      return refusedViewChange(catalog, operation);
    case 'create-schema':
    case 'rename-schema':
    case 'drop-schema':
      return refusedSchema(catalog, operation);
    case 'create-sequence':
      return refusedSequence(catalog, operation);
    case 'alter-sequence':
      return (
        lacksRelation(catalog, operation.sequence, 'sequence') ??
        lacksOwner(catalog, operation.owner, operation.sequence)
      );
    case 'create-extension':
    case 'drop-extension':
      return refusedExtension(catalog, operation, dependents.ofExtension);
    case 'create-function':
    case 'drop-function':
    case 'alter-function':
      return refusedRoutine(catalog, operation, dependents.ofFunction);
    case 'create-trigger':
    case 'rename-trigger':
    case 'drop-trigger':
      return refusedTrigger(catalog, operation);
    case 'change-rule':
      return refusedRule(catalog, operation);
    case 'change-event-trigger':
      return refusedEventTrigger(catalog, operation);
    case 'attach-partition':
    case 'detach-partition':
      return refusedPartition(catalog, operation);
    case 'alter-table-other':
      return refusedAction(catalog, operation);
    case 'write-rows':
      return refusedRows(catalog, operation);
    case 'maintenance':
      return refusedMaintenance(catalog, operation);
    case 'comment':
      return refusedComment(catalog, operation);
    case 'other':
      return refusedOther(catalog, operation);
    case 'unknown':
      return operation.raises === undefined ? null : raised(operation, operation.raises);
    // Of the session alone.
    case 'prepare':
    case 'set-parameter':
    case 'transaction':
      return null;
  }
}

/** What it raises may rest on what no migration has made: an extension, a role, a table that is older. */
function raised({ reason, keyword }: Unknown, code: string): Refusal {
  const object = { kind: 'function', schema: null, name: '' } as const;
  return { ...refusal('not-allowed', code, reason, object, keyword), restsOnAbsence: true };
}

/** ALTER … IF EXISTS of what is not there, or not for sure. */
function mayNameNothing(catalog: Catalog, operation: Operation): boolean {
  if (operation.onlyIfThere !== true) return false;
  const target = targetOf(operation);
  return target !== null && certainRelation(catalog, target) === null;
}
