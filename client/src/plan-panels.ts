// All open plan views: one for each statement, used again when its plan is asked for again.

import * as vscode from 'vscode';
import type { ExplainParams, FailedResult, Range } from '../../server/src/hosts/lsp/extensions.js';
import type { VirtualDocuments } from './documents.js';
import type { LanguageServer } from './language-client.js';
import { PlanPanel } from './plan-panel.js';
import { type Action, type Shown, viewStateOf } from './views/plan/messages.js';
import { planText } from './views/plan/text.js';

const VIEW = 'plumbline.plan';

export class PlanPanels implements vscode.WebviewPanelSerializer {
  private readonly panels = new Set<PlanPanel>();
  /** Where a server pointed at what is wrong in a statement. */
  private readonly marks = vscode.languages.createDiagnosticCollection('plumbline-explain');
  private readonly subscriptions: vscode.Disposable[];
  private texts = 0;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly documents: VirtualDocuments,
  ) {
    this.subscriptions = [
      this.marks,
      vscode.window.registerWebviewPanelSerializer(VIEW, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.marks.delete(document.uri)),
    ];
  }

  /** Shows the plan, or why there is none. The first view of a statement takes the focus, later plans do not. */
  async explain(request: ExplainParams): Promise<void> {
    const open = this.panelAt(request);
    const panel = open ?? this.open(request);
    if (open !== undefined) open.reveal();
    this.marks.delete(vscode.Uri.parse(request.textDocument.uri));
    const shown = await panel.ask(request);
    if (shown === null) return;
    if (shown.kind === 'failed') await this.mark(request, shown.failure);
    this.mergeInto(this.twinOf(panel), panel);
  }

  /** VS Code calls this for each view that was open when the window was closed. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const shown = viewStateOf(state)?.shown;
    if (shown === undefined) webviewPanel.dispose();
    else this.adopt(webviewPanel, shown.kind === 'pending' ? interrupted(shown.request) : shown);
  }

  private open(request: ExplainParams): PlanPanel {
    const panel = vscode.window.createWebviewPanel(VIEW, 'Plan', vscode.ViewColumn.Beside, {
      enableFindWidget: true,
    });
    return this.adopt(panel, { kind: 'pending', request, message: '' });
  }

  private adopt(webviewPanel: vscode.WebviewPanel, shown: Shown): PlanPanel {
    const panel = new PlanPanel(webviewPanel, this.extension, this.server, shown);
    this.panels.add(panel);
    panel.onAction((action) => this.act(panel, action));
    panel.onClose(() => this.panels.delete(panel));
    return panel;
  }

  private async act(panel: PlanPanel, action: Action): Promise<void> {
    const { shown } = panel;
    const { connection, analyze, ...place } = shown.request;
    switch (action) {
      case 'ready':
      case 'cancel':
        return;
      case 'again':
        // What runs on somebody's database is asked about each time.
        await (analyze
          ? vscode.commands.executeCommand('plumbline.explainAnalyzeQuery', { ...place, connection })
          : this.explain(shown.request));
        return;
      case 'measure':
        await vscode.commands.executeCommand('plumbline.explainAnalyzeQuery', { ...place, connection });
        return;
      case 'other-connection':
        await vscode.commands.executeCommand('plumbline.explainOnConnection', place);
        return;
      case 'show-statement':
        await showRange(place, shown.kind === 'plan' ? shown.result.range : null);
        return;
      case 'copy-json':
        if (shown.kind === 'plan') {
          await vscode.env.clipboard.writeText(JSON.stringify(shown.result.json, null, 2));
        }
        return;
      case 'open-text':
        if (shown.kind === 'plan') {
          await this.documents.show(`plan-${++this.texts}.txt`, planText(shown.result.plan));
        }
    }
  }

  private panelAt({ textDocument: { uri }, position }: ExplainParams): PlanPanel | undefined {
    return [...this.panels].find(({ shown }) => {
      if (shown.request.textDocument.uri !== uri) return false;
      if (shown.kind === 'plan') return rangeOf(shown.result.range).contains(positionOf(position));
      return positionOf(shown.request.position).isEqual(positionOf(position));
    });
  }

  /** Another view of the same statement: there is one when the document has changed since. */
  private twinOf(panel: PlanPanel): PlanPanel | undefined {
    const { shown } = panel;
    if (shown.kind !== 'plan') return undefined;
    return [...this.panels].find(
      (other) =>
        other !== panel &&
        other.shown.kind === 'plan' &&
        other.shown.request.textDocument.uri === shown.request.textDocument.uri &&
        other.shown.result.sql === shown.result.sql,
    );
  }

  private mergeInto(twin: PlanPanel | undefined, panel: PlanPanel): void {
    if (twin === undefined) return;
    twin.show(panel.shown);
    twin.reveal();
    panel.close();
  }

  /** Until the document changes. */
  private async mark(request: ExplainParams, { range, message }: FailedResult): Promise<void> {
    if (range === null) return;
    const diagnostic = new vscode.Diagnostic(rangeOf(range), message);
    diagnostic.source = 'plumbline explain';
    this.marks.set(vscode.Uri.parse(request.textDocument.uri), [diagnostic]);
    await showRange(request, range);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function interrupted(request: ExplainParams): Shown {
  const message = 'The window was closed before there was an answer.';
  return { kind: 'failed', request, failure: { kind: 'failed', message, whatToDo: '', range: null } };
}

/** Where the document is already seen, if it is. */
async function showRange(
  { textDocument, position }: Pick<ExplainParams, 'textDocument' | 'position'>,
  range: Range | null,
): Promise<void> {
  const uri = vscode.Uri.parse(textDocument.uri);
  const seen = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  await vscode.window.showTextDocument(uri, {
    viewColumn: seen?.viewColumn ?? vscode.ViewColumn.One,
    selection: range === null ? new vscode.Range(positionOf(position), positionOf(position)) : rangeOf(range),
  });
}

function rangeOf({ start, end }: Range): vscode.Range {
  return new vscode.Range(positionOf(start), positionOf(end));
}

function positionOf({ line, character }: Range['start']): vscode.Position {
  return new vscode.Position(line, character);
}
