// Parameters that a session had better set before it locks tables that others use.

import { waitedFor } from '../../analysis/held-locks.js';
import { isSet, parametersAt, setsLocally } from '../../analysis/timeouts.js';
import type { WholeMigration } from '../../analysis/whole-migration.js';
import type { Finding } from '../rule.js';
import { settingParameter } from '../setting-parameter.js';

export interface Wanted {
  readonly parameter: string;
  /** What the fix sets it to. */
  readonly value: string;
  /** It matters in a transaction alone. */
  readonly inTransaction: boolean;
  readonly says: (table: string) => string;
}

/** One finding: where the migration first locks such a table and nothing has set the parameter, or set it to 0. */
export function* lockingWithout(
  whole: WholeMigration,
  { parameter, value, inTransaction, says }: Wanted,
): Iterable<Finding> {
  const parameters = parametersAt(whole);
  for (const [index, step] of whole.steps.entries()) {
    const lock = waitedFor(step);
    const now = parameters[index];
    if (lock === null || now === undefined) continue;
    if (inTransaction && !setsLocally(whole, now)) continue;
    if (isSet(now, parameter)) return;
    const { operation } = step;
    yield {
      step,
      at: operation.keyword,
      message: says(lock.relation.name),
      weighs: lock.relation,
      fixes: [settingParameter(operation, { parameter, value }, setsLocally(whole, now))],
    };
    return;
  }
}
