// From the line above a function to the query that it is about, where the hover says what ties it to a tenant.

import * as vscode from 'vscode';
import type { ShowScopeArguments } from '../../../server/src/hosts/lsp/extensions.js';
import type { Command } from './command.js';

export const showScope: Command = {
  id: 'plumbline.showScope',

  async run(_parts, argument) {
    if (!isShowScopeArguments(argument)) return;
    const { line, character } = argument.position;
    const at = new vscode.Position(line, character);
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse(argument.uri));
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    await vscode.commands.executeCommand('editor.action.showHover');
  },
};

function isShowScopeArguments(value: unknown): value is ShowScopeArguments {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, position } = value as Partial<Record<keyof ShowScopeArguments, unknown>>;
  return typeof uri === 'string' && typeof position === 'object' && position !== null && 'line' in position;
}
