// A plan out of a file: what EXPLAIN prints, or a log.

import { pickFromFile } from '../plan/picks.js';
import type { Command } from './command.js';

export const openSavedPlan: Command = {
  id: 'plumbline.openSavedPlan',

  async run({ server, plans }) {
    const picked = await pickFromFile(server);
    if (picked !== null) plans.showSaved(picked);
  },
};
