// VALIDATE in the transaction that added the constraint: the lock of the ADD is still held while every row is checked.

import { believed } from '../../catalog/knowledge.js';
import type { ValidateConstraint } from '../../catalog/operation.js';
import type { Finding, Moment } from '../rule.js';

/** @param waiting who waits meanwhile, and for which lock */
export function* validatedInPlace(
  operation: ValidateConstraint,
  kind: 'check' | 'foreign-key' | 'not-null',
  waiting: string,
  moment: Moment,
): Iterable<Finding> {
  const { table, constraint, keyword } = operation;
  const { name } = constraint;
  const found = believed(moment.before.table(table))?.constraints.find(
    (candidate) => candidate.name === name,
  );
  if (found?.kind !== kind || found.validated) return;
  if (moment.tableIsNew(table) || !moment.constraintIsNew(table, name)) return;
  if (moment.inTransaction() !== true || !moment.constraintIsHeld(table, name)) return;
  yield {
    at: keyword,
    message: `The transaction that added "${name}" still holds its lock, so ${waiting} while every row of "${table.name}" is checked. Validate it in a later migration.`,
    weighs: table,
    fixes: [
      {
        title: 'Validate it in a migration of its own',
        safety: 'needs-review',
        edit: (editor) => editor.runAlone(operation, `validate_${name}`),
      },
    ],
  };
}
