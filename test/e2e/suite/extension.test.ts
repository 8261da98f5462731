// The extension inside a real extension host: what only VS Code can break between the language server and the editor.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../eventually.js';

const INDEX_MIGRATION = 'priv/repo/migrations/20261116140000_add_tracking_number_to_orders.exs';

function inWorkspace(path: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder !== undefined, 'a folder is open');
  return vscode.Uri.joinPath(folder.uri, path);
}

async function open(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(inWorkspace(path));
  await vscode.window.showTextDocument(document);
  return document;
}

function findings(document: vscode.TextDocument, rule: string): Promise<readonly vscode.Diagnostic[]> {
  return eventually(`a finding of ${rule}`, () => {
    const found = vscode.languages.getDiagnostics(document.uri).filter((one) => ruleOf(one) === rule);
    return found.length > 0 && found;
  });
}

function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

describe('Plumbline in VS Code', () => {
  it('reports a finding in an Ecto migration, with a link to its page', async () => {
    const document = await open(INDEX_MIGRATION);
    const [finding] = await findings(document, 'create-index-blocking-writes');
    assert.ok(finding !== undefined);
    assert.equal(document.getText(finding.range), 'create index');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    assert.ok(
      typeof finding.code === 'object' &&
        finding.code.target.path.endsWith('/rules/create-index-blocking-writes'),
    );
  });

  it('reports while a SQL migration is typed, and takes back what was mended', async () => {
    const path = 'db/sql_migrations/20261120090000_index_notes.sql';
    await vscode.workspace.fs.writeFile(inWorkspace(path), Buffer.from(''));
    const document = await open(path);
    const typed = new vscode.WorkspaceEdit();
    typed.insert(
      document.uri,
      new vscode.Position(0, 0),
      'CREATE INDEX orders_channel_idx ON orders (channel);\n',
    );
    await vscode.workspace.applyEdit(typed);
    const [finding] = await findings(document, 'create-index-blocking-writes');
    assert.ok(finding !== undefined);

    const mended = new vscode.WorkspaceEdit();
    mended.insert(document.uri, finding.range.end, ' CONCURRENTLY');
    await vscode.workspace.applyEdit(mended);
    await eventually('no finding', () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .every((one) => ruleOf(one) !== 'create-index-blocking-writes'),
    );
    await document.save();
    await vscode.workspace.fs.delete(inWorkspace(path));
  });

  it('offers a fix that makes a new migration, and computes it when it is chosen', async () => {
    const document = await open(INDEX_MIGRATION);
    const [finding] = await findings(document, 'create-index-blocking-writes');
    assert.ok(finding !== undefined);
    const action = await eventually('the fix', async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        finding.range,
        vscode.CodeActionKind.QuickFix.value,
        10,
      );
      return actions.find(({ title }) => title === 'Build the index concurrently');
    });
    assert.ok(action.edit !== undefined, 'the edit is there once the action is resolved');
    const paths = action.edit.entries().map(([uri]) => uri.path);
    assert.ok(
      paths.some((path) => path !== document.uri.path && path.endsWith('.exs')),
      paths.join(),
    );
  });

  it('shows on hover what an operation locks', async () => {
    const document = await open(INDEX_MIGRATION);
    const [finding] = await findings(document, 'create-index-blocking-writes');
    assert.ok(finding !== undefined);
    const hovers = await eventually('a hover', async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        finding.range.start,
      );
      return found.length > 0 && found;
    });
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
    assert.match(text, /public\.orders.*SHARE/s);
  });

  it('reports a wrong setting in plumbline.jsonc at its place, and goes by the right ones', async () => {
    const document = await open('plumbline.jsonc');
    const at = document.getText().indexOf('{') + 1;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(at), '\n  "postgress": 16,');
    await vscode.workspace.applyEdit(edit);
    const [finding] = await findings(document, 'configuration');
    assert.match(finding?.message ?? '', /Did you mean "postgres"/);
    await vscode.commands.executeCommand('undo');
  });

  it('explains a query on the embedded PostgreSQL, in a panel', async function () {
    this.timeout(120_000);
    const document = await open('reports/revenue_by_product.sql');
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor !== undefined);
    const position = document.positionAt(document.getText().indexOf('FROM orders'));
    editor.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('plumbline.explainQuery');
    await eventually('the panel', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputWebview),
    );
  });
});
