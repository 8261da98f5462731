// Indexes for the query at the cursor, tried on the embedded PostgreSQL.

import { pickIndex } from '../index-advice.js';
import type { Command } from './command.js';
import { placeOf } from './place.js';

export const adviseIndexesForQuery: Command = {
  id: 'plumbline.adviseIndexesForQuery',

  async run(parts, argument) {
    const place = await placeOf(argument);
    if (place !== null) await pickIndex(parts, place);
  },
};
