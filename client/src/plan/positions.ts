// Places in documents, from the words of the protocol into those of VS Code.

import * as vscode from 'vscode';
import type { ExplainParams, Range } from '../../../server/src/hosts/lsp/extensions.js';

export function rangeOf({ start, end }: Range): vscode.Range {
  return new vscode.Range(positionOf(start), positionOf(end));
}

export function positionOf({ line, character }: Range['start']): vscode.Position {
  return new vscode.Position(line, character);
}

/** Goes to a range, or to the place that was asked about: where the document is already seen, if it is. */
export async function showRange(
  { textDocument, position }: Pick<ExplainParams, 'textDocument' | 'position'>,
  range: Range | null,
): Promise<void> {
  const uri = vscode.Uri.parse(textDocument.uri);
  const seen = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  await vscode.window.showTextDocument(uri, {
    viewColumn: seen?.viewColumn ?? vscode.ViewColumn.One,
    selection: range === null ? new vscode.Range(positionOf(position), positionOf(position)) : rangeOf(range),
  });
}
