// The modes of locks on tables: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES

/** As `pg_locks.mode` spells them, weakest first. */
export const LOCK_MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** As the manual names it: `ACCESS EXCLUSIVE`. */
export function lockName(mode: LockMode): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/** What other sessions cannot do meanwhile, as words after "blocks"; `null` when reads and writes go on. */
export function blocks(mode: LockMode): 'reads and writes' | 'writes' | null {
  const level = LOCK_MODES.indexOf(mode);
  if (mode === 'AccessExclusiveLock') return 'reads and writes';
  return level >= LOCK_MODES.indexOf('ShareLock') ? 'writes' : null;
}

export function strongest(modes: readonly LockMode[]): LockMode | null {
  return modes.reduce<LockMode | null>(
    (worst, mode) => (worst === null || LOCK_MODES.indexOf(mode) > LOCK_MODES.indexOf(worst) ? mode : worst),
    null,
  );
}
