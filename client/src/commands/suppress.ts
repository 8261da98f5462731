// Writes the comment that silences a rule at a line, or says for whom a query is meant, with the reason that the user gives. A suppression without a reason
// tells the next reader nothing.

import * as vscode from 'vscode';
import type { SuppressArguments } from '../../../server/src/hosts/lsp/extensions.js';
import type { Command } from './command.js';

export const suppress: Command = {
  id: 'plumbline.suppress',

  async run(_parts, argument) {
    if (!isSuppressArguments(argument)) return;
    const { uri, title, line, before, after } = argument;
    const reason = await vscode.window.showInputBox({
      title,
      prompt: 'Why is this fine?',
      placeHolder: 'The table has a few hundred rows',
      validateInput: (text) =>
        text.trim() === '' ? 'A reason, please: the next reader will want it.' : null,
    });
    if (reason === undefined) return;
    const edit = new vscode.WorkspaceEdit();
    const text = `${before}${reason.trim()}${after}\n`;
    edit.insert(vscode.Uri.parse(uri), new vscode.Position(line, 0), text);
    await vscode.workspace.applyEdit(edit);
  },
};

function isSuppressArguments(value: unknown): value is SuppressArguments {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, title, line, before, after } = value as Partial<Record<keyof SuppressArguments, unknown>>;
  return typeof line === 'number' && [uri, title, before, after].every((text) => typeof text === 'string');
}
