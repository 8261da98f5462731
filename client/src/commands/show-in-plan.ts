// The node of the open plan that the text at the cursor belongs to; a query that has no plan yet is explained first.

import type { Command } from './command.js';
import { placeOf } from './place.js';

export const showInPlan: Command = {
  id: 'plumbline.showInPlan',

  async run({ plans }, argument) {
    const place = await placeOf(argument);
    if (place !== null) await plans.showInPlan(place);
  },
};
