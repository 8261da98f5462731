// The plan of the query at the cursor, from the embedded PostgreSQL.

import type { Command } from './command.js';
import { placeOf } from './place.js';

export const explainQuery: Command = {
  id: 'plumbline.explainQuery',

  async run({ plans }, argument) {
    const place = await placeOf(argument);
    if (place !== null) await plans.explain({ ...place, connection: null, analyze: false });
  },
};
