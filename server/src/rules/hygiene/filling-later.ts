// The fix that takes an UPDATE apart into batches.

import type { Operation } from '../../catalog/operation.js';
import type { Fix, Moment } from '../rule.js';

export function fillingLater(operation: Operation, moment: Moment): readonly Fix[] {
  if (operation.kind !== 'write-rows' || operation.inBody === true || operation.fills === undefined)
    return [];
  // Alone, it would leave an empty migration behind.
  if (moment.migration?.statements === 1) return [];
  return [
    {
      title: 'Fill the column in batches, in a migration that runs next',
      safety: 'needs-review',
      edit: (editor) => editor.fillInBatches(operation),
    },
  ];
}
