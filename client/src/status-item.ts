// The language status item: found behind `{}` in the status bar of an SQL or Elixir file, and nowhere in the way.

import * as vscode from 'vscode';
import type { Status } from '../../server/src/hosts/lsp/extensions.js';
import { DOCUMENTS, type LanguageServer } from './language-client.js';
import { statusText } from './status-text.js';

export class StatusItem {
  private readonly item = vscode.languages.createLanguageStatusItem('plumbline.status', DOCUMENTS);
  private readonly subscription: vscode.Disposable;

  constructor(server: LanguageServer) {
    this.item.name = 'Plumbline';
    this.subscription = server.onStatus((status) => this.show(status));
    this.show(null);
  }

  private show(status: Status | null): void {
    const { text, detail, busy, failed } = statusText(status);
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = failed
      ? vscode.LanguageStatusSeverity.Error
      : vscode.LanguageStatusSeverity.Information;
    this.item.command = failed
      ? { command: 'plumbline.restartServer', title: 'Restart' }
      : { command: 'plumbline.showOutput', title: 'Show output' };
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }
}
