// One of the plans that were shown in this workspace.

import type { Command } from './command.js';

export const showPlanHistory: Command = {
  id: 'plumbline.showPlanHistory',

  async run({ plans }) {
    await plans.showHistory();
  },
};
