// The plan of the query at the cursor for values of its parameters, from the embedded PostgreSQL.

import type { Command } from './command.js';
import { placeOf } from './place.js';

export const explainWithValues: Command = {
  id: 'plumbline.explainWithValues',

  async run({ plans }, argument) {
    const place = await placeOf(argument);
    if (place !== null) await plans.explainWithValues({ ...place, connection: null, analyze: false });
  },
};
