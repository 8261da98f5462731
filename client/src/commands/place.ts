// The place that a command is about: the one that it was given, or the cursor.

import * as vscode from 'vscode';
import type { ExplainParams } from '../../../server/src/hosts/lsp/extensions.js';

export type Place = Pick<ExplainParams, 'textDocument' | 'position'>;

/** Tells the user when there is neither, and then gives `null`. */
export async function placeOf(argument: unknown): Promise<Place | null> {
  if (isPlace(argument)) return { textDocument: argument.textDocument, position: argument.position };
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    await vscode.window.showInformationMessage('Open a file, and put the cursor on a query.');
    return null;
  }
  const { line, character } = editor.selection.active;
  return { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
}

/** The document whose configuration holds: the one that is edited, else the workspace folder. */
export function currentUri(): string {
  const uri = vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  return uri?.toString() ?? '';
}

function isPlace(value: unknown): value is Place {
  if (!has(value, 'textDocument') || !has(value, 'position')) return false;
  const { textDocument, position } = value;
  return (
    has(textDocument, 'uri') &&
    typeof textDocument.uri === 'string' &&
    has(position, 'line') &&
    typeof position.line === 'number' &&
    has(position, 'character') &&
    typeof position.character === 'number'
  );
}

function has<K extends string>(value: unknown, key: K): value is Readonly<Record<K, unknown>> {
  return typeof value === 'object' && value !== null && key in value;
}
