// What may stand in an index: the same for the same value, whatever the settings of the session. Only what is in use.

import type { Through } from '../queries/plan-conditions.js';

/** For the types they are usually called with. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'lower',
  'upper',
  'btrim',
  'ltrim',
  'rtrim',
  'length',
  'char_length',
  'md5',
  'abs',
  'left',
  'right',
  'substr',
  'substring',
  'coalesce',
  'replace',
  'split_part',
  'reverse',
]);

export function isImmutable(through: Through): boolean {
  if (through.kind === 'operator') return /^(->>?|#>>?)$/.test(through.name);
  return through.kind === 'function' && FUNCTIONS.has(through.name);
}

const OF_DAYS: ReadonlySet<string> = new Set(['date', 'date_trunc', 'date_part', 'extract']);

/** Whether it is so for a column of type `timestamp` or `date`: with a time zone, the day depends on the session's. */
export function isImmutableOfTime(through: Through): boolean {
  return through.kind === 'cast' ? through.type === 'date' : OF_DAYS.has(through.name);
}
