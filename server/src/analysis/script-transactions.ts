// Transactions that a script begins and ends by itself, beside the one that its runner may have opened.

import type { MigrationStep, WholeMigration } from './whole-migration.js';

/** BEGIN with its end, or an end without BEGIN. */
export interface ScriptTransaction {
  readonly at: MigrationStep;
  /** COMMIT or ROLLBACK of a BEGIN; `null` when there is none, or when the step is one itself. */
  readonly end: MigrationStep | null;
  /**
   * - `in-runner`: BEGIN in the runner's transaction.
   * - `ends-of-runner`: the end of the runner's transaction.
   * - `in-own`: BEGIN in a transaction that the script has begun.
   * - `ends-nothing`: the end of no transaction.
   * - `left-open`: BEGIN without an end.
   */
  readonly problem: 'in-runner' | 'ends-of-runner' | 'in-own' | 'ends-nothing' | 'left-open' | null;
}

export function openTransactions({
  steps,
  transaction,
  transactionIsImplicit,
}: WholeMigration): readonly ScriptTransaction[] {
  const isOfRunner = transaction === 'per-file' && !transactionIsImplicit;
  const found: ScriptTransaction[] = [];
  let begun: MigrationStep | null = null;
  // Who ends what he has not begun knows that the runner has, and what he begins anew the runner ends.
  let leansOnRunner = isOfRunner;
  for (const step of steps) {
    const { operation } = step;
    if (operation.kind !== 'transaction') continue;
    if (operation.action === 'begin') {
      if (begun === null) begun = step;
      else found.push({ at: step, end: null, problem: 'in-own' });
    } else if (operation.action === 'commit' || operation.action === 'rollback') {
      if (begun !== null) found.push({ at: begun, end: step, problem: isOfRunner ? 'in-runner' : null });
      else leansOnRunner = true;
      if (begun === null && isOfRunner) found.push({ at: step, end: null, problem: 'ends-of-runner' });
      else if (begun === null && transaction === 'none')
        found.push({ at: step, end: null, problem: 'ends-nothing' });
      begun = operation.chain === true ? step : null;
    }
  }
  if (begun !== null && isOfRunner) found.push({ at: begun, end: null, problem: 'in-runner' });
  else if (begun !== null && !leansOnRunner) found.push({ at: begun, end: null, problem: 'left-open' });
  return found;
}
