// All open plan views: one for each statement, used again when its plan is asked for again.

import * as vscode from 'vscode';
import type {
  ExplainParams,
  FailedResult,
  PlanResult,
  Range,
  TriedIndexInfo,
  WishedIndex,
} from '../../../server/src/hosts/lsp/extensions.js';
import type { VirtualDocuments } from '../documents.js';
import { createIndexMigration, tryIndexes } from '../index-advice.js';
import type { LanguageServer } from '../language-client.js';
import { type KeptPlan, measureText } from '../views/plan/history.js';
import {
  type Action,
  outlivesWindow,
  type Shown,
  type ShownPlan,
  viewStateOf,
} from '../views/plan/messages.js';
import { nodeAt } from '../views/plan/places.js';
import { planText } from '../views/plan/text.js';
import { exportPlan } from './export.js';
import type { PlanHistory } from './history.js';
import { PlanPanel } from './panel.js';
import { type PickedPlan, pickFromHistory, pickOther, reopened } from './picks.js';
import { type Origin, PlaceMarks, statementOf } from './places.js';
import { askForValues } from './values.js';

const VIEW = 'plumbline.plan';

export class PlanPanels implements vscode.WebviewPanelSerializer {
  private readonly panels = new Set<PlanPanel>();
  /** Where a server pointed at what is wrong in a statement. */
  private readonly marks = vscode.languages.createDiagnosticCollection('plumbline-explain');
  /** What the selected node of a plan is for. */
  private readonly places = new PlaceMarks();
  private readonly subscriptions: vscode.Disposable[];
  /** Which query of the history each shows. */
  private readonly queries = new WeakMap<PlanPanel, string>();
  private texts = 0;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly documents: VirtualDocuments,
    private readonly history: PlanHistory,
  ) {
    this.subscriptions = [
      this.marks,
      this.places,
      vscode.window.registerWebviewPanelSerializer(VIEW, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.marks.delete(document.uri)),
    ];
  }

  /**
   * Shows the plan, or why there is none. The first view of a statement takes the focus, later plans do not.
   * @param keepValues whether the workspace may keep the values of the request
   */
  async explain(request: ExplainParams, keepValues = false): Promise<void> {
    const open = this.panelAt(request);
    const panel = open ?? this.open({ kind: 'pending', request, message: '' });
    // A query that was edited stays the one that this view shows.
    const query = this.queries.get(panel) ?? null;
    if (open !== undefined) open.reveal();
    this.marks.delete(vscode.Uri.parse(request.textDocument.uri));
    const shown = await panel.ask(request);
    if (shown === null) return;
    if (shown.kind === 'failed') await this.mark(request, shown.failure);
    if (shown.kind === 'plan') this.remember(panel, shown, query, request.values === undefined || keepValues);
    this.mergeInto(this.twinOf(panel), panel);
  }

  /** Shows a plan that is of no document. */
  showSaved({ result, label, unkept }: PickedPlan): void {
    const shown: ShownPlan = { kind: 'plan', request: null, result, ...(unkept ? { unkept } : {}) };
    const panel = this.open(shown);
    panel.rename(label);
    this.remember(panel, shown, null, !unkept);
  }

  /** Shows what becomes of a plan with an index. */
  showWithIndex(
    textDocument: ExplainParams['textDocument'],
    { before, after }: TriedIndexInfo['plans'][number],
    title: string,
  ): void {
    const position = before.range?.start ?? { line: 0, character: 0 };
    const request: ExplainParams = { textDocument, position, connection: null, analyze: false };
    const shown: ShownPlan = { kind: 'plan', request, result: before };
    const panel = this.panelAt(request) ?? this.open(shown);
    showTried(panel, shown, after, title);
    panel.reveal();
  }

  /** Tries an index that was advised, and shows what becomes of the plan. */
  private async tryIndex(panel: PlanPanel, shown: ShownPlan, index: WishedIndex): Promise<void> {
    if (shown.request === null) return;
    const { textDocument, position } = shown.request;
    const advised = await tryIndexes(this.server, { textDocument, position, index });
    const [tried] = advised?.indexes ?? [];
    if (tried === undefined) return;
    const [plan] = tried.plans;
    if (plan === undefined) {
      await vscode.window.showInformationMessage(`${tried.title}: ${tried.message}`);
      return;
    }
    // On the embedded PostgreSQL without and with it: the plan that is shown may be another server's.
    showTried(panel, { ...shown, result: plan.before }, plan.after, tried.title);
    const choice = await vscode.window.showInformationMessage(`${tried.title}: ${tried.message}`, CREATE);
    if (choice === CREATE) await createIndexMigration(this.server, textDocument.uri, index);
  }

  /** Asks for the values of the statement's parameters, and shows the plan for them. */
  async explainWithValues(request: ExplainParams): Promise<void> {
    // The generic plan comes first: it tells the parameters, and is there to be compared with.
    const { values: _, ...generic } = request;
    const open = this.panelAt(generic);
    if (open?.shown.kind !== 'plan') await this.explain({ ...generic, analyze: false });
    const panel = this.panelAt(generic);
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
    for (const panel of this.panels) {
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

  /** VS Code calls this for each view that was open when the window was closed. */
  async deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const shown = viewStateOf(state)?.shown;
    if (shown === undefined) webviewPanel.dispose();
    else this.adopt(webviewPanel, shown.kind === 'pending' ? interrupted(shown.request) : shown);
  }

  private open(shown: Shown): PlanPanel {
    const panel = vscode.window.createWebviewPanel(VIEW, 'Plan', vscode.ViewColumn.Beside, {
      enableFindWidget: true,
    });
    return this.adopt(panel, shown);
  }

  /** Keeps the plan, and offers the one before it of the same query. */
  private remember(panel: PlanPanel, shown: ShownPlan, query: string | null, mayBeKept: boolean): void {
    const kept = this.history.add(shown.result, query, mayBeKept);
    this.queries.set(panel, kept.query);
    const before = this.history.of(kept.query).find(({ id }) => id !== kept.id);
    if (before === undefined) return;
    panel.show({ ...shown, before: { id: before.id, label: measureText(before) } });
  }

  private async compare(panel: PlanPanel, shown: ShownPlan, id: string): Promise<void> {
    const kept = this.history.find(id);
    const picked =
      kept === undefined
        ? await pickOther(this.server, {
            history: this.history.all().filter((plan) => !isOf(plan, shown)),
            query: this.queries.get(panel) ?? null,
            open: this.othersOpen(panel),
          })
        : await reopened(this.server, kept);
    if (picked === null) return;
    const { result, label, unkept } = picked;
    panel.show({
      ...shown,
      compare: { result, label, shownLabel: 'this plan', shownIs: 'after', ...(unkept ? { unkept } : {}) },
      view: 'compare',
    });
  }

  private othersOpen(panel: PlanPanel): readonly PickedPlan[] {
    return [...this.panels].flatMap((other) => {
      if (other === panel || other.shown.kind !== 'plan') return [];
      const { compare: _, ...plain } = other.shown;
      const unkept = outlivesWindow(plain) ? {} : { unkept: true as const };
      return [{ result: other.shown.result, label: other.title, ...unkept }];
    });
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
        if (action.kind === 'try-index') await this.tryIndex(panel, shown, index);
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
        await this.compare(panel, shown, action.id);
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

  private panelAt({ textDocument: { uri }, position }: ExplainParams): PlanPanel | undefined {
    return [...this.panels].find(({ shown }) => {
      if (shown.request?.textDocument.uri !== uri) return false;
      if (shown.kind === 'plan' && shown.result.range !== null) {
        return rangeOf(shown.result.range).contains(positionOf(position));
      }
      return positionOf(shown.request.position).isEqual(positionOf(position));
    });
  }

  /** Another view of the same statement: there is one when the document has changed since. */
  private twinOf(panel: PlanPanel): PlanPanel | undefined {
    const { shown } = panel;
    if (shown.kind !== 'plan' || shown.request === null) return undefined;
    const { uri } = shown.request.textDocument;
    return [...this.panels].find(
      (other) =>
        other !== panel &&
        other.shown.kind === 'plan' &&
        other.shown.request?.textDocument.uri === uri &&
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

const CREATE = 'Create Migration';

function showTried(panel: PlanPanel, shown: ShownPlan, after: PlanResult, title: string): void {
  const compare = {
    result: after,
    label: `with an index on ${title}`,
    shownLabel: 'now',
    shownIs: 'before',
  } as const;
  panel.show({ ...shown, compare, view: 'compare' });
}

/** `null` for what is of no document. */
function originOf(shown: Shown): Origin | null {
  if (shown.kind !== 'plan') return null;
  const { request, result } = shown;
  const { range, places } = result;
  if (request === null || range === null) return null;
  // A state that was kept by an older version has no places.
  return { uri: request.textDocument.uri, range, places: places ?? null };
}

function isOf({ sql, json }: KeptPlan, { result }: ShownPlan): boolean {
  return sql === result.sql && JSON.stringify(json) === JSON.stringify(result.json);
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
