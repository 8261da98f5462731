// A plan that was copied from anywhere.

import { pickFromClipboard } from '../plan/picks.js';
import type { Command } from './command.js';

export const showPlanInClipboard: Command = {
  id: 'plumbline.showPlanInClipboard',

  async run({ server, plans }) {
    const picked = await pickFromClipboard(server);
    if (picked !== null) plans.showSaved(picked);
  },
};
