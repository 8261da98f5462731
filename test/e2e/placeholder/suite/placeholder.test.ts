// Proves the harness: VS Code's API, in its extension host, on the placeholder extension.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../../eventually.js';

describe('the placeholder, through the API of VS Code', () => {
  let document: vscode.TextDocument;

  before(async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, '001_start.sql'));
    await vscode.window.showTextDocument(document);
  });

  it('publishes diagnostics', async () => {
    const [finding] = await eventually('a diagnostic', () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 && found;
    });
    assert.equal(finding?.code, 'drop');
  });

  it('offers a fix that mends', async () => {
    const fix = await eventually('the fix', async () => {
      const [finding] = vscode.languages.getDiagnostics(document.uri);
      if (!finding) return null;
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        finding.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      return actions.find(({ title }) => title === 'Add IF EXISTS');
    });
    assert.ok(fix.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.match(document.getText(), /drop table if exists sessions;/);
    await eventually('no more diagnostics', () => vscode.languages.getDiagnostics(document.uri).length === 0);
  });
});
