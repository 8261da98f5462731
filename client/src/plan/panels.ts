// Which plan views are open: one for each statement, used again when its plan is asked for again.

import * as vscode from 'vscode';
import type { ExplainParams } from '../../../server/src/hosts/lsp/extensions.js';
import type { LanguageServer } from '../language-client.js';
import { type Action, type Shown, viewStateOf } from '../views/plan/messages.js';
import { PlanPanel } from './panel.js';
import { positionOf, rangeOf } from './positions.js';

const VIEW = 'plumbline.plan';

export class PlanPanels implements vscode.WebviewPanelSerializer {
  private readonly panels = new Set<PlanPanel>();
  private readonly subscription: vscode.Disposable;

  /** @param act what a view does when its user asks for something */
  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly act: (panel: PlanPanel, action: Action) => void,
  ) {
    this.subscription = vscode.window.registerWebviewPanelSerializer(VIEW, this);
  }

  all(): readonly PlanPanel[] {
    return [...this.panels];
  }

  open(shown: Shown): PlanPanel {
    const panel = vscode.window.createWebviewPanel(VIEW, 'Plan', vscode.ViewColumn.Beside, {
      enableFindWidget: true,
    });
    return this.adopt(panel, shown);
  }

  /** The view of the statement at a place of a document. */
  at({ textDocument: { uri }, position }: ExplainParams): PlanPanel | undefined {
    return this.all().find(({ shown }) => {
      if (shown.request?.textDocument.uri !== uri) return false;
      if (shown.kind === 'plan' && shown.result.range !== null) {
        return rangeOf(shown.result.range).contains(positionOf(position));
      }
      return positionOf(shown.request.position).isEqual(positionOf(position));
    });
  }

  /** Leaves one view of a statement: there is another when the document has changed since. */
  mergeTwins(panel: PlanPanel): void {
    const twin = this.twinOf(panel);
    if (twin === undefined) return;
    twin.show(panel.shown);
    twin.reveal();
    panel.close();
  }

  /** VS Code calls this for each view that was open when the window was closed. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const shown = viewStateOf(state)?.shown;
    if (shown === undefined) webviewPanel.dispose();
    else this.adopt(webviewPanel, shown.kind === 'pending' ? interrupted(shown.request) : shown);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private adopt(webviewPanel: vscode.WebviewPanel, shown: Shown): PlanPanel {
    const panel = new PlanPanel(webviewPanel, this.extension, this.server, shown);
    this.panels.add(panel);
    panel.onAction((action) => this.act(panel, action));
    panel.onClose(() => this.panels.delete(panel));
    return panel;
  }

  private twinOf(panel: PlanPanel): PlanPanel | undefined {
    const { shown } = panel;
    if (shown.kind !== 'plan' || shown.request === null) return undefined;
    const { uri } = shown.request.textDocument;
    return this.all().find(
      (other) =>
        other !== panel &&
        other.shown.kind === 'plan' &&
        other.shown.request?.textDocument.uri === uri &&
        other.shown.result.sql === shown.result.sql,
    );
  }
}

function interrupted(request: ExplainParams): Shown {
  const message = 'The window was closed before there was an answer.';
  return { kind: 'failed', request, failure: { kind: 'failed', message, whatToDo: '', range: null } };
}
