// Which files are others from one workspace to the next, for those who keep something of every file and would otherwise have to look at
// all of them after each keystroke.

import type { Workspace } from './workspace.js';

type Readings = Workspace['readings'];

interface Step {
  /** Does not keep the old one alive. */
  readonly before: WeakRef<Readings>;
  readonly paths: readonly string[];
}

const steps = new WeakMap<Readings, Step>();

export function noteChanges(now: Readings, before: Readings, paths: readonly string[]): void {
  if (now !== before) steps.set(now, { before: new WeakRef(before), paths });
}

const MOST_STEPS = 20;

/** Paths of files that may be others than they were before; `null` when that is not known any more. */
export function changedSince(now: Readings, before: Readings): ReadonlySet<string> | null {
  const paths = new Set<string>();
  let current: Readings | undefined = now;
  for (let count = 0; current !== before; count++) {
    const step: Step | undefined = current === undefined ? undefined : steps.get(current);
    if (step === undefined || count === MOST_STEPS) return null;
    for (const path of step.paths) paths.add(path);
    current = step.before.deref();
  }
  return paths;
}
