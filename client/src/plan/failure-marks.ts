// Where a server pointed at what is wrong in a statement: marked until the document changes.

import * as vscode from 'vscode';
import type { ExplainParams, FailedResult } from '../../../server/src/hosts/lsp/extensions.js';
import { rangeOf, showRange } from './positions.js';

export class FailureMarks implements vscode.Disposable {
  private readonly marks = vscode.languages.createDiagnosticCollection('plumbline-explain');
  private readonly subscription = vscode.workspace.onDidChangeTextDocument(({ document }) =>
    this.marks.delete(document.uri),
  );

  async mark(request: ExplainParams, { range, message }: FailedResult): Promise<void> {
    if (range === null) return;
    const diagnostic = new vscode.Diagnostic(rangeOf(range), message);
    diagnostic.source = 'plumbline explain';
    this.marks.set(vscode.Uri.parse(request.textDocument.uri), [diagnostic]);
    await showRange(request, range);
  }

  clear(uri: string): void {
    this.marks.delete(vscode.Uri.parse(uri));
  }

  dispose(): void {
    this.subscription.dispose();
    this.marks.dispose();
  }
}
