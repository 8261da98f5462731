// A plan as a file: JSON that can be opened again, Markdown for a pull request, HTML to read anywhere and to print.

import * as vscode from 'vscode';
import type { PlanReportParams, PlanResult } from '../../../server/src/hosts/lsp/extensions.js';
import type { LanguageServer } from '../language-client.js';

type Format = PlanReportParams['format'];

interface Choice extends vscode.QuickPickItem {
  readonly format: Format;
  readonly copy: boolean;
}

const FILES: Readonly<Record<Format, { readonly label: string; readonly detail?: string }>> = {
  markdown: { label: 'Markdown file…' },
  html: {
    label: 'HTML file…',
    detail: 'One page without scripts, to read in any browser or to print.',
  },
  json: {
    label: 'JSON file…',
    detail: 'What "plumbline explain --format json" gives; opens again here.',
  },
};

const EXTENSIONS: Readonly<Record<Format, string>> = { markdown: 'md', html: 'html', json: 'json' };

const CHOICES: readonly Choice[] = [
  {
    label: 'Markdown to the clipboard',
    detail: 'For a pull request: statement, source, table of nodes, advice.',
    format: 'markdown',
    copy: true,
  },
  ...(Object.keys(FILES) as Format[]).map((format) => ({ ...FILES[format], format, copy: false })),
];

export async function exportPlan(server: LanguageServer, result: PlanResult): Promise<void> {
  const chosen = await vscode.window.showQuickPick(CHOICES, { title: 'Export the Plan' });
  if (chosen === undefined) return;
  const { sql, source, parameters, json, notes, advice } = result;
  const { text } = await server.planReport({
    format: chosen.format,
    plan: { sql, source, parameters, json, notes, advice },
  });
  if (chosen.copy) {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage('The plan is on the clipboard as Markdown.', 4000);
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `plan.${EXTENSIONS[chosen.format]}`;
  const uri = await vscode.window.showSaveDialog({
    title: 'Export the Plan',
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: { [chosen.format]: [EXTENSIONS[chosen.format]] },
  });
  if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}
