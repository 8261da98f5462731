// What can be asked of plans: to be made, opened, found again by a place in a document, and what the buttons of their views do.

import * as vscode from 'vscode';
import type { ExplainParams, TriedIndexInfo } from '../../../server/src/hosts/lsp/extensions.js';
import { planText } from '../../../server/src/plans/plan-text.js';
import type { VirtualDocuments } from '../documents.js';
import { createIndexMigration } from '../index-advice.js';
import type { LanguageServer } from '../language-client.js';
import { measureText } from '../views/plan/history.js';
import type { Action, ShownPlan } from '../views/plan/messages.js';
import { nodeAt } from '../views/plan/places.js';
import { compare, showTried, triedPlan, tryIndex } from './comparing.js';
import { exportPlan } from './export.js';
import { FailureMarks } from './failure-marks.js';
import type { PlanHistory } from './history.js';
import type { PlanPanel } from './panel.js';
import { PlanPanels } from './panels.js';
import { type PickedPlan, pickFromHistory } from './picks.js';
import { originOf, PlaceMarks, statementOf } from './places.js';
import { positionOf, showRange } from './positions.js';
import { askForValues } from './values.js';

export class Plans implements vscode.Disposable {
  private readonly panels: PlanPanels;
  private readonly failures = new FailureMarks();
  /** What the selected node of a plan is for. */
  private readonly places = new PlaceMarks();
  /** Which query of the history each shows. */
  private readonly queries = new WeakMap<PlanPanel, string>();
  private texts = 0;

  constructor(
    extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly documents: VirtualDocuments,
    private readonly history: PlanHistory,
  ) {
    this.panels = new PlanPanels(extension, server, (panel, action) => this.act(panel, action));
  }

  dispose(): void {
    for (const part of [this.panels, this.failures, this.places]) part.dispose();
  }

  /**
   * Shows the plan, or why there is none. The first view of a statement takes the focus, later plans do not.
   * @param keepValues whether the workspace may keep the values of the request
   */
  async explain(request: ExplainParams, keepValues = false): Promise<void> {
    const open = this.panels.at(request);
    const panel = open ?? this.panels.open({ kind: 'pending', request, message: '' });
    // A query that was edited stays the one that this view shows.
    const query = this.queries.get(panel) ?? null;
    if (open !== undefined) open.reveal();
    this.failures.clear(request.textDocument.uri);
    const shown = await panel.ask(request);
    if (shown === null) return;
    if (shown.kind === 'failed') await this.failures.mark(request, shown.failure);
    if (shown.kind === 'plan') this.remember(panel, shown, query, request.values === undefined || keepValues);
    this.panels.mergeTwins(panel);
  }

  /** Shows a plan that is of no document. */
  showSaved({ result, label, unkept }: PickedPlan): void {
    const shown: ShownPlan = { kind: 'plan', request: null, result, ...(unkept ? { unkept } : {}) };
    const panel = this.panels.open(shown);
    panel.rename(label);
    this.remember(panel, shown, null, !unkept);
  }

  /** Shows what becomes of a plan with an index. */
  showWithIndex(
    textDocument: ExplainParams['textDocument'],
    plans: TriedIndexInfo['plans'][number],
    title: string,
  ): void {
    const shown = triedPlan(textDocument, plans);
    const panel = this.panels.at(shown.request) ?? this.panels.open(shown);
    showTried(panel, shown, plans.after, title);
    panel.reveal();
  }

  /** Asks for the values of the statement's parameters, and shows the plan for them. */
  async explainWithValues(request: ExplainParams): Promise<void> {
    // The generic plan comes first: it tells the parameters, and is there to be compared with.
    const { values: _, ...generic } = request;
    const open = this.panels.at(generic);
    if (open?.shown.kind !== 'plan') await this.explain({ ...generic, analyze: false });
    const panel = this.panels.at(generic);
    if (panel?.shown.kind !== 'plan') return;
    const { parameters } = panel.shown.result;
    if (parameters.length === 0) {
      await vscode.window.showInformationMessage('This statement has no parameters.');
      return;
    }
    const query = this.queries.get(panel) ?? '';
    const asked = await askForValues(parameters, this.history.valuesOf(query));
    if (asked === null) return;
    this.history.keepValues(query, asked.keep ? asked.values : null);
    await this.explain({ ...generic, analyze: false, values: asked.values }, asked.keep);
  }

  async showHistory(): Promise<void> {
    const picked = await pickFromHistory(this.server, this.history.all());
    if (picked !== null) this.showSaved(picked);
  }

  /** Selects the node that a place in a statement belongs to; makes the plan of a statement that has none yet. */
  async showInPlan(place: Pick<ExplainParams, 'textDocument' | 'position'>): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(place.textDocument.uri));
    const offset = document.offsetAt(positionOf(place.position));
    const select = () => this.selectAt(document, offset);
    if (select()) return;
    await this.explain({ ...place, connection: null, analyze: false });
    select();
  }

  /** @returns whether there is an open plan of the statement at the offset */
  private selectAt(document: vscode.TextDocument, offset: number): boolean {
    for (const panel of this.panels.all()) {
      const origin = originOf(panel.shown);
      if (panel.shown.kind !== 'plan' || origin?.places == null) continue;
      if (vscode.Uri.parse(origin.uri).toString() !== document.uri.toString()) continue;
      const statement = statementOf(document, origin);
      if (statement === null || offset < statement.start || offset > statement.end) continue;
      const node = nodeAt(origin.places, panel.shown.result.plan.root, offset - statement.start);
      panel.reveal(false);
      panel.select(node);
      this.places.mark(origin, node);
      return true;
    }
    return false;
  }

  /** Keeps the plan, and offers the one before it of the same query. */
  private remember(panel: PlanPanel, shown: ShownPlan, query: string | null, mayBeKept: boolean): void {
    const kept = this.history.add(shown.result, query, mayBeKept);
    this.queries.set(panel, kept.query);
    const before = this.history.of(kept.query).find(({ id }) => id !== kept.id);
    if (before === undefined) return;
    panel.show({ ...shown, before: { id: before.id, label: measureText(before) } });
  }

  private async act(panel: PlanPanel, action: Action): Promise<void> {
    const { shown } = panel;
    if (shown.kind === 'plan' && (await this.actOnPlan(panel, shown, action))) return;
    if (shown.request === null) return;
    const { connection, analyze, values, ...place } = shown.request;
    const measured = { ...place, connection, ...(values === undefined ? {} : { values }) };
    switch (action.kind) {
      case 'again':
        // What runs on somebody's database is asked about each time.
        await (analyze
          ? vscode.commands.executeCommand('plumbline.explainAnalyzeQuery', measured)
          : this.explain(shown.request));
        return;
      case 'measure':
        await vscode.commands.executeCommand('plumbline.explainAnalyzeQuery', measured);
        return;
      case 'other-connection':
        await vscode.commands.executeCommand('plumbline.explainOnConnection', place);
        return;
      case 'show-statement':
        await showRange(place, shown.kind === 'plan' ? shown.result.range : null);
        return;
      case 'select-node':
      case 'go-to-node': {
        const origin = originOf(shown);
        if (origin === null) return;
        if (action.kind === 'select-node') this.places.mark(origin, action.node);
        else await this.places.open(origin, action.node);
        return;
      }
      case 'explain-with-values':
        await this.explainWithValues(shown.request);
        return;
      case 'advise-indexes':
        await vscode.commands.executeCommand('plumbline.adviseIndexesForQuery', place);
        return;
      case 'try-index':
      case 'index-migration': {
        const index = shown.kind === 'plan' ? shown.result.advice[Number(action.advice)]?.index : null;
        if (shown.kind !== 'plan' || index == null) return;
        if (action.kind === 'try-index') await tryIndex(this.server, panel, shown, index);
        else await createIndexMigration(this.server, place.textDocument.uri, index);
      }
    }
  }

  /** What needs nothing but the plan; whether it was that. */
  private async actOnPlan(panel: PlanPanel, shown: ShownPlan, action: Action): Promise<boolean> {
    const { result } = shown;
    switch (action.kind) {
      case 'copy-json':
        await vscode.env.clipboard.writeText(JSON.stringify(result.json, null, 2));
        return true;
      case 'copy':
        await vscode.env.clipboard.writeText(action.text);
        return true;
      case 'open-text':
        await this.documents.show(`plan-${++this.texts}.txt`, planText(result.plan));
        return true;
      case 'compare':
        await compare(panel, shown, action.id, {
          server: this.server,
          history: this.history,
          query: this.queries.get(panel) ?? null,
          panels: this.panels.all(),
        });
        return true;
      case 'history':
        await this.showHistory();
        return true;
      case 'export':
        await exportPlan(this.server, result);
        return true;
      default:
        return false;
    }
  }
}
