// One plan view: its webview, what it shows, and the request that it may be waiting for.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ExplainParams } from '../../../server/src/hosts/lsp/extensions.js';
import { EMBEDDED_NAME } from '../../../server/src/plans/source.js';
import type { LanguageServer } from '../language-client.js';
import { type Action, actionOf, type Message, type Shown } from '../views/plan/messages.js';
import { shortStatement } from '../views/plan/summary.js';

export class PlanPanel {
  readonly onAction: vscode.Event<Action>;
  readonly onClose: vscode.Event<void>;
  private readonly acted = new vscode.EventEmitter<Action>();
  private running: vscode.CancellationTokenSource | null = null;
  private current: Shown;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly server: LanguageServer,
    shown: Shown,
  ) {
    this.current = shown;
    this.onAction = this.acted.event;
    this.onClose = panel.onDidDispose;
    const folder = vscode.Uri.joinPath(extension, 'dist/webview');
    panel.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    panel.iconPath = {
      light: vscode.Uri.joinPath(extension, 'images/plan-light.svg'),
      dark: vscode.Uri.joinPath(extension, 'images/plan-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(actionOf(message)));
    panel.onDidDispose(() => {
      this.cancel();
      this.acted.dispose();
    });
    panel.webview.html = pageOf(panel.webview, folder);
    this.show(shown);
  }

  get shown(): Shown {
    return this.current;
  }

  /** Of its tab. */
  get title(): string {
    return this.panel.title;
  }

  rename(name: string): void {
    this.panel.title = `Plan: ${name}`;
  }

  /** What then is shown; `null` when it was asked for something else, or closed, meanwhile. */
  async ask(request: ExplainParams): Promise<Shown | null> {
    this.cancel();
    const source = new vscode.CancellationTokenSource();
    this.running = source;
    const report = (message: string) => {
      if (this.running === source) this.show({ kind: 'pending', request, message });
    };
    report(`Asking ${request.connection ?? EMBEDDED_NAME}…`);
    const result = await this.server.explain(request, source.token, report);
    source.dispose();
    if (this.running !== source) return null;
    this.running = null;
    this.show(
      result.kind === 'plan'
        ? { kind: 'plan', request, result }
        : { kind: 'failed', request, failure: result },
    );
    return this.current;
  }

  show(shown: Shown): void {
    this.current = shown;
    if (shown.kind === 'plan') this.rename(shortStatement(shown.result.sql) || shown.result.source.name);
    this.post(shown);
  }

  /** Selects a node of the plan that is shown. */
  select(node: string): void {
    this.post({ kind: 'select', node });
  }

  /** @param preserveFocus whether the focus stays where it is */
  reveal(preserveFocus = true): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  close(): void {
    this.panel.dispose();
  }

  private post(message: Message): void {
    void this.panel.webview.postMessage(message);
  }

  private receive(action: Action | null): void {
    if (action === null) return;
    // A view that was hidden has been loaded again: what was sent meanwhile did not arrive.
    if (action.kind === 'ready') this.show(this.current);
    if (action.kind === 'cancel') this.running?.cancel();
    this.acted.fire(action);
  }

  private cancel(): void {
    this.running?.cancel();
    this.running = null;
  }
}

function pageOf(webview: vscode.Webview, folder: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    // The graph sets widths and colours in markup, and draws the arrows of its choices from its styles.
    "style-src-attr 'unsafe-inline'",
    'img-src data:',
    `script-src 'nonce-${nonce}'`,
    // The page reads the script and the styles of the graph when that is asked for.
    `connect-src ${webview.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Plan</title>
    <link rel="stylesheet" href="${file('plan.css')}">
  </head>
  <body>
    <script nonce="${nonce}" src="${file('plan.js')}"></script>
  </body>
</html>`;
}
