// What a node of a plan is for, shown in the document: revealed, and marked until something else is.

import * as vscode from 'vscode';
import type { PlanPlaces, Range } from '../../../server/src/hosts/lsp/extensions.js';
import type { Shown } from '../views/plan/messages.js';
import { placesOf, statementIn } from '../views/plan/places.js';
import { positionOf } from './positions.js';

/** What of a plan says where it is from. */
export interface Origin {
  readonly uri: string;
  readonly range: Range;
  readonly places: PlanPlaces | null;
}

/** `null` for what is of no document. */
export function originOf(shown: Shown): Origin | null {
  if (shown.kind !== 'plan') return null;
  const { request, result } = shown;
  const { range, places } = result;
  if (request === null || range === null) return null;
  // A state that was kept by an older version has no places.
  return { uri: request.textDocument.uri, range, places: places ?? null };
}

export class PlaceMarks implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
    border: '1px solid',
    borderColor: new vscode.ThemeColor('editor.findMatchHighlightBorder'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
  private readonly subscription = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    for (const editor of editorsOf(document.uri)) editor.setDecorations(this.decoration, []);
  });

  /** Marks the places of a node where the document is seen; it takes no focus and opens nothing. */
  mark(origin: Origin, node: string): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== vscode.Uri.parse(origin.uri).toString()) {
        editor.setDecorations(this.decoration, []);
        continue;
      }
      // All of a statement in colour would say nothing.
      const hasPlace = origin.places?.nodes[node] !== undefined;
      const ranges = hasPlace ? rangesIn(editor.document, origin, node) : [];
      editor.setDecorations(this.decoration, ranges);
      const [first] = ranges;
      if (first !== undefined)
        editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Goes to the place of a node; what else belongs to it is marked. */
  async open(origin: Origin, node: string): Promise<void> {
    const uri = vscode.Uri.parse(origin.uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const [first] = rangesIn(document, origin, node);
    if (first === undefined) {
      void vscode.window.showInformationMessage(
        'The query has changed since its plan was made. Explain it again to find the places of its nodes.',
      );
    }
    await vscode.window.showTextDocument(document, {
      viewColumn: editorsOf(uri)[0]?.viewColumn ?? vscode.ViewColumn.One,
      selection: first ?? new vscode.Range(positionOf(origin.range.start), positionOf(origin.range.start)),
    });
    this.mark(origin, node);
  }

  dispose(): void {
    this.subscription.dispose();
    this.decoration.dispose();
  }
}

/** Where the statement stands in the document by now, as offsets; `null` when it has changed. */
export function statementOf(
  document: vscode.TextDocument,
  { range, places }: Origin,
): { readonly start: number; readonly end: number } | null {
  return places === null
    ? null
    : statementIn(document.getText(), places, document.offsetAt(positionOf(range.start)));
}

/** None when the statement has changed. */
function rangesIn(document: vscode.TextDocument, origin: Origin, node: string): readonly vscode.Range[] {
  const statement = statementOf(document, origin);
  if (statement === null || origin.places === null) return [];
  return placesOf(origin.places, node, statement).map(
    ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
  );
}

function editorsOf(uri: vscode.Uri): readonly vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
}
