// Asks before a statement is run on a server of the user's to measure it: each time, and with what it may do there.

import * as vscode from 'vscode';
import type { MayRunParams } from '../../server/src/hosts/lsp/extensions.js';
import { questionOf } from './may-run-text.js';

/** Only what the button says is a yes. */
export async function mayRun(asked: MayRunParams): Promise<boolean> {
  const { message, detail, button } = questionOf(asked);
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;
}
