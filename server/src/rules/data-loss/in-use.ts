// How loud a change is that takes something away from the code, and what is known about that code.

import type { Use } from '../../analysis/uses.js';
import type { Moment, Severity } from '../rule.js';

export interface InUse {
  readonly severity: Severity;
  /** Ends the message: what uses it, or that nothing is known to. */
  readonly clause: string;
}

/** @param again something of that name is there again after all migrations: then the code of today means that */
export function inUse(moment: Moment, uses: readonly Use[], again: boolean): InUse {
  const [first, ...others] = uses;
  if (again) {
    return {
      severity: 'info',
      clause: 'something of that name is made again later, so the code of today says nothing about it.',
    };
  }
  if (first !== undefined) {
    const more =
      others.length === 0 ? '' : ` and ${others.length} more place${others.length === 1 ? '' : 's'}`;
    return { severity: 'error', clause: `${first.by}${more} still ${others.length === 0 ? 'does' : 'do'}.` };
  }
  return moment.usesAreKnown
    ? {
        severity: 'info',
        clause: 'nothing in this workspace does any more; make sure that no running release does.',
      }
    : { severity: 'warning', clause: 'make sure that no running release does.' };
}
