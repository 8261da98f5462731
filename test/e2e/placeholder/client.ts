// The client half of the placeholder extension: starts the server, and shows a panel under a strict policy.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = { module: join(context.extensionPath, 'server.cjs'), transport: TransportKind.ipc };
  client = new LanguageClient('placeholder', server, { documentSelector: [{ language: 'sql' }] });
  context.subscriptions.push(vscode.commands.registerCommand('placeholder.panel', () => showPanel(context)));
  await client.start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}

function showPanel(context: vscode.ExtensionContext): void {
  const panel = vscode.window.createWebviewPanel(
    'placeholder',
    'Placeholder Panel',
    vscode.ViewColumn.Beside,
    {
      enableScripts: true,
    },
  );
  const { webview } = panel;
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(context.extensionUri, file));
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  webview.onDidReceiveMessage((message) => webview.postMessage(`${message} and back`));
  webview.html = `<!doctype html>
    <html>
      <head>
        <meta http-equiv="Content-Security-Policy" content="${policy}">
        <link rel="stylesheet" href="${uri('panel.css')}">
      </head>
      <body>
        <h1>Hello</h1>
        <button>There</button>
        <output></output>
        <script nonce="${nonce}" src="${uri('panel.js')}"></script>
      </body>
    </html>`;
}
