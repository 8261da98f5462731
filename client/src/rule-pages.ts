// The pages about rules, which are part of the package: shown as Markdown, without a network. A finding's code is a link
// `vscode://plumbline.plumbline/rules/<id>`, which VS Code hands to us.

import * as vscode from 'vscode';

export class RulePages implements vscode.UriHandler {
  private readonly folder: vscode.Uri;
  private readonly registration: vscode.Disposable;

  constructor(extension: vscode.Uri) {
    this.folder = vscode.Uri.joinPath(extension, 'docs/rules');
    this.registration = vscode.window.registerUriHandler(this);
  }

  async handleUri({ path }: vscode.Uri): Promise<void> {
    const [, rule] = /^\/rules\/([^/]+)$/.exec(path) ?? [];
    if (rule !== undefined) await this.open(rule);
  }

  /** Ids of all rules that have a page. */
  async all(): Promise<readonly string[]> {
    const entries = await vscode.workspace.fs.readDirectory(this.folder);
    // The folder's README is no page of a rule.
    return entries.flatMap(([name]) => /^([a-z0-9-]+)\.md$/.exec(name)?.[1] ?? []);
  }

  async open(rule: string): Promise<void> {
    const ids = await this.all();
    if (!ids.includes(rule)) {
      await vscode.window.showInformationMessage(`Plumbline has no page about "${rule}".`);
      return;
    }
    const page = vscode.Uri.joinPath(this.folder, `${rule}.md`);
    // VS Code's own extension for Markdown may have been turned off.
    if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
      await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside });
    } else {
      await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
    }
  }

  dispose(): void {
    this.registration.dispose();
  }
}
