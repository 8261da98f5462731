// Read-only documents that are no files: the schema after all migrations, a plan as text, a report.

import * as vscode from 'vscode';

const SCHEME = 'plumbline';

export class VirtualDocuments implements vscode.TextDocumentContentProvider {
  readonly onDidChange: vscode.Event<vscode.Uri>;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  private readonly subscriptions: vscode.Disposable[];

  constructor() {
    this.onDidChange = this.changed.event;
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.texts.delete(uri.path);
      }),
    ];
  }

  /** Shows a text under a name, whose ending gives its language; a document of that name that is open is replaced. */
  async show(name: string, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.keep(name, text));
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /**
   * Shows Markdown as a page, beside the editor or in its place; as its text where VS Code's own extension for it has been
   * turned off.
   */
  async preview(name: string, markdown: string, place: 'beside' | 'here' = 'beside'): Promise<void> {
    const uri = this.keep(name, markdown);
    const isBeside = place === 'beside';
    if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
      const viewColumn = isBeside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
      await vscode.window.showTextDocument(uri, { viewColumn });
    } else {
      const command = isBeside ? 'markdown.showPreviewToSide' : 'markdown.showPreview';
      await vscode.commands.executeCommand(command, uri);
    }
  }

  private keep(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.texts.get(path) ?? '';
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
