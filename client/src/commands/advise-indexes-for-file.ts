// Indexes for all queries of a file together, tried on the embedded PostgreSQL.

import { pickIndex } from '../index-advice.js';
import type { Command } from './command.js';
import { placeOf } from './place.js';

export const adviseIndexesForFile: Command = {
  id: 'plumbline.adviseIndexesForFile',

  async run(parts, argument) {
    const place = await placeOf(argument);
    if (place !== null) await pickIndex(parts, { ...place, position: null });
  },
};
