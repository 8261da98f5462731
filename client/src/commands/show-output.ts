// The log of the language server and of its client.

import type { Command } from './command.js';

export const showOutput: Command = {
  id: 'plumbline.showOutput',

  run({ output }) {
    output.show();
  },
};
