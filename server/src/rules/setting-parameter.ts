// The fix that sets a timeout before a statement.

import type { Operation } from '../catalog/operation.js';
import type { Fix } from './rule.js';

/** @param locally until the transaction ends */
export function settingParameter(
  operation: Operation,
  { parameter, value }: { readonly parameter: string; readonly value: string },
  locally: boolean,
): Fix {
  const sql = `${locally ? 'set local' : 'set'} ${parameter} = '${value}'`;
  const step = { kind: 'words', sql } as const;
  return {
    title: `Set ${parameter} before it`,
    safety: 'needs-review',
    edit: (editor) => editor.runBefore(operation, [{ up: step, down: step }]),
  };
}
