// The fix that takes an UPDATE apart into batches.

import type { Operation } from '../../catalog/operation.js';
import type { Fix } from '../rule.js';

export function fillingLater(operation: Operation): readonly Fix[] {
  if (operation.kind !== 'write-rows' || operation.fills === undefined) return [];
  return [
    {
      title: 'Fill the column in batches, in a migration that runs next',
      safety: 'needs-review',
      edit: (editor) => editor.fillInBatches(operation),
    },
  ];
}
