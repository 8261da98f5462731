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
    return {
      severity: 'error',
      clause: `${first.by}${more(others, 'place')} still ${others.length === 0 ? 'does' : 'do'}.`,
    };
  }
  return moment.usesAreKnown
    ? {
        severity: 'info',
        clause: 'nothing in this workspace does any more; make sure that no running release does.',
      }
    : { severity: 'warning', clause: 'make sure that no running release does.' };
}

function more(others: readonly Use[], what: string): string {
  return others.length === 0 ? '' : ` and ${others.length} more ${what}${others.length === 1 ? '' : 's'}`;
}

export interface Drop {
  /** `"email" of "users"` */
  readonly what: string;
  /** Begins the message, up to what uses it. */
  readonly breaks: string;
  readonly cascade: boolean;
}

/**
 * What is said of dropping something. A view that reads it stands in the way, also when it is made again later.
 * Source: https://www.postgresql.org/docs/current/ddl-depend.html
 */
export function dropInUse(
  moment: Moment,
  uses: readonly Use[],
  again: boolean,
  { what, breaks, cascade }: Drop,
): { readonly severity: Severity; readonly message: string } {
  const views = uses.filter(({ kind }) => kind === 'view');
  const code = uses.filter(({ kind }) => kind !== 'view');
  const [view, ...otherViews] = views;
  if (view === undefined) {
    const { severity, clause } = inUse(moment, again ? [] : code, again);
    return { severity, message: `${breaks}: ${clause}` };
  }
  const named = `${view.by}${more(otherViews, 'view')}`;
  const reads = otherViews.length === 0 ? 'reads' : 'read';
  const [first, ...others] = again ? [] : code;
  const besides =
    first === undefined
      ? ''
      : ` And ${first.by}${more(others, 'place')} still ${others.length === 0 ? 'names' : 'name'} it.`;
  return {
    severity: 'error',
    message: cascade
      ? `${breaks}: CASCADE drops ${named} too, which ${reads} it.${besides}`
      : `The server refuses to drop ${what}: ${named} ${reads} it.${besides}`,
  };
}
