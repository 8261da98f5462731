// Whether a statement of a migration may wait for a lock without an end.

import { boundsWait, parametersAt } from '../../analysis/timeouts.js';
import type { WholeMigration } from '../../analysis/whole-migration.js';
import type { Moment } from '../rule.js';

/** Whether the migration, its connection or its runner says how long the step at that index may wait. */
export function waitIsBounded(whole: WholeMigration, moment: Moment, index: number): boolean {
  if (moment.migration?.lockTimeoutIsSet === true) return true;
  const now = parametersAt(whole)[index];
  return now === undefined || boundsWait(now);
}
