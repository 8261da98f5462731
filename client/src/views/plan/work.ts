// What kinds of work nodes do, in words.

import type { Work } from '../../../../server/src/plans/node-types.js';

export const WORK = {
  table: 'Reads a table',
  index: 'Reads an index',
  join: 'Joins',
  sort: 'Sorts',
  group: 'Groups',
  write: 'Writes',
  other: 'Passes rows on',
} as const satisfies Readonly<Record<Work, string>>;
