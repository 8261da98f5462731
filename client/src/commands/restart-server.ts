// Ends the language server and starts it anew.

import type { Command } from './command.js';

export const restartServer: Command = {
  id: 'plumbline.restartServer',

  async run({ server }) {
    await server.restart();
  },
};
