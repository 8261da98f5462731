// The plan in the text of the editor, or in a file that the explorer names.

import * as vscode from 'vscode';
import { nameOf, pickFromText } from '../plan/picks.js';
import type { Command } from './command.js';

/** What is selected in the editor, or all of its text; a file that the explorer names. */
export const showPlan: Command = {
  id: 'plumbline.showPlan',

  async run({ server, plans }, argument) {
    const editor = vscode.window.activeTextEditor;
    const uri = argument instanceof vscode.Uri ? argument : editor?.document.uri;
    if (uri === undefined) {
      await vscode.window.showInformationMessage(
        'Open a file with a plan, or copy one and use "Show the Plan in the Clipboard".',
      );
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const isActive = editor?.document === document;
    const selection = isActive && !editor.selection.isEmpty ? editor.selection : undefined;
    const picked = await pickFromText(server, nameOf(uri), document.getText(selection));
    if (picked !== null) plans.showSaved(picked);
  },
};
