// The language status items: found behind `{}` in the status bar of an SQL or Elixir file, and nowhere in the way.

import * as vscode from 'vscode';
import type { Status } from '../../server/src/hosts/lsp/extensions.js';
import { DOCUMENTS, type LanguageServer } from './language-client.js';
import { statusText, tenantsText } from './status-text.js';

export class StatusItem {
  private readonly item = vscode.languages.createLanguageStatusItem('plumbline.status', DOCUMENTS);
  private readonly tenants = vscode.languages.createLanguageStatusItem('plumbline.tenants', DOCUMENTS);
  private readonly subscription: vscode.Disposable;

  constructor(server: LanguageServer) {
    this.item.name = 'Plumbline';
    this.tenants.name = 'Plumbline: Tenants';
    this.tenants.command = { command: 'plumbline.showTenantModel', title: 'Show tenant model' };
    this.subscription = server.onStatus((status) => this.show(status));
    this.show(null);
  }

  private show(status: Status | null): void {
    const { text, detail, busy, failed } = statusText(status);
    this.tenants.text = tenantsText(status);
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
    this.tenants.dispose();
  }
}
