// The page of a rule: of the one that it is given, or of one that the user chooses.

import * as vscode from 'vscode';
import type { Command } from './command.js';

export const openRulePage: Command = {
  id: 'plumbline.openRulePage',

  async run({ pages }, argument) {
    const rule =
      typeof argument === 'string'
        ? argument
        : await vscode.window.showQuickPick(pages.all(), { title: 'Open the Page of a Rule' });
    if (rule !== undefined) await pages.open(rule);
  },
};
