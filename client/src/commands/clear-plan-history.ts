// Forgets the plans that were shown, and values of parameters.

import * as vscode from 'vscode';
import type { Command } from './command.js';

export const clearPlanHistory: Command = {
  id: 'plumbline.clearPlanHistory',

  async run({ history }) {
    await history.clear();
    vscode.window.setStatusBarMessage('The history of plans is empty, and no values are remembered.', 4000);
  },
};
