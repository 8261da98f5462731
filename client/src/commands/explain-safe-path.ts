// What a fix of several migrations would do, as a page. The fix itself stands beside it in the menu.

import * as vscode from 'vscode';
import type { SafePathParams } from '../../../server/src/hosts/lsp/extensions.js';
import type { Command } from './command.js';

export const explainSafePath: Command = {
  id: 'plumbline.explainSafePath',

  async run({ server, documents }, argument) {
    if (!isSafePathParams(argument)) return;
    const result = await server.safePath(argument);
    if (result.kind === 'failed') {
      await vscode.window.showErrorMessage(`${result.message} ${result.whatToDo}`.trim());
      return;
    }
    await documents.preview(`${result.title}.md`, result.markdown);
  },
};

function isSafePathParams(value: unknown): value is SafePathParams {
  if (typeof value !== 'object' || value === null) return false;
  const { textDocument, rule, range, fix } = value as Partial<Record<keyof SafePathParams, unknown>>;
  const isDocument = typeof textDocument === 'object' && textDocument !== null && 'uri' in textDocument;
  return isDocument && typeof rule === 'string' && typeof range === 'object' && typeof fix === 'number';
}
