// The extension's beginning and end; all else is in the parts that this puts together.

import * as vscode from 'vscode';
import { registerCommands } from './commands/index.js';
import { VirtualDocuments } from './documents.js';
import { LanguageServer } from './language-client.js';
import { Passwords } from './passwords.js';
import { PlanHistory } from './plan/history.js';
import { Plans } from './plan/plans.js';
import { RulePages } from './rule-pages.js';
import { StatusItem } from './status-item.js';

let server: LanguageServer | null = null;

/** Does not wait for the server: commands and views are there at once, and wait for it themselves. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Plumbline', { log: true });
  const passwords = new Passwords(context.secrets);
  const documents = new VirtualDocuments();
  const pages = new RulePages(context.extensionUri);
  server = new LanguageServer(context, output, passwords);
  const history = new PlanHistory(context.workspaceState);
  const plans = new Plans(context.extensionUri, server, documents, history);
  const status = new StatusItem(server);
  context.subscriptions.push(
    output,
    documents,
    pages,
    plans,
    status,
    registerCommands({ server, plans, history, passwords, documents, pages, output }),
  );
  void server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
