// Statements that are done at once, but wait for a strong lock on a table that others use, who then wait behind them.

import { takenAnew } from '../../analysis/held-locks.js';
import type { Lock } from '../../analysis/locks.js';
import { parametersAt, setsLocally } from '../../analysis/timeouts.js';
import type { WholeMigration } from '../../analysis/whole-migration.js';
import { blocks, lockName, strongest } from '../../catalog/lock-modes.js';
import type { Reference } from '../../catalog/lookup.js';
import type { Operation, OperationKind, OperationOf } from '../../catalog/operation.js';
import type { Finding, Moment } from '../rule.js';
import { settingParameter } from '../setting-parameter.js';
import { waitIsBounded } from './bounded-wait.js';

export interface BriefLock<K extends OperationKind> {
  readonly kinds: readonly K[];
  /** What is done, as the beginning of a sentence, and the relation to which; `null` when it is not meant. */
  readonly does: (
    operation: OperationOf<K>,
  ) => { readonly what: string; readonly relation: Reference } | null;
}

/**
 * Where the migration first takes such a lock, unless its transaction holds the lock already or something bounds the wait. Once,
 * since a lock_timeout that is set there holds for what follows, too.
 */
export function* briefLocks<K extends OperationKind>(
  whole: WholeMigration,
  moment: Moment,
  { kinds, does }: BriefLock<K>,
): Iterable<Finding> {
  const parameters = parametersAt(whole);
  for (const [index, step] of whole.steps.entries()) {
    const { operation } = step;
    if (operation.ofLibrary === true || !isOneOf(operation, kinds)) continue;
    const done = does(operation);
    if (done === null) continue;
    const lock = strongestOf(takenAnew(step));
    const blocked = lock === null ? null : blocks(lock.mode);
    if (lock === null || blocked === null) continue;
    const now = parameters[index];
    if (now === undefined || waitIsBounded(whole, moment, index)) continue;
    const waited = blocked === 'writes' ? 'writes' : 'queries';
    yield {
      step,
      at: operation.keyword,
      message: `${done.what} waits for running ${waited} of "${lock.relation.name}", and ${blocked} of it wait behind it (${lockName(lock.mode)} lock). Set a lock_timeout.`,
      weighs: done.relation,
      fixes: [
        settingParameter(operation, { parameter: 'lock_timeout', value: '5s' }, setsLocally(whole, now)),
      ],
    };
    return;
  }
}

function isOneOf<K extends OperationKind>(
  operation: Operation,
  kinds: readonly K[],
): operation is OperationOf<K> & Operation {
  return (kinds as readonly OperationKind[]).includes(operation.kind);
}

function strongestOf(locks: readonly Lock[]): Lock | null {
  const mode = strongest(locks.map((lock) => lock.mode));
  return locks.find((lock) => lock.mode === mode) ?? null;
}
