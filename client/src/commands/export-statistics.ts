// What a database knows of its data, as a file: plans of the embedded PostgreSQL are then made for it.

import * as vscode from 'vscode';
import type {
  ExportStatisticsParams,
  ExportStatisticsResult,
} from '../../../server/src/hosts/lsp/extensions.js';
import type { LanguageServer } from '../language-client.js';
import type { Command } from './command.js';
import { pickConnection } from './pick-connection.js';
import { pickRedaction } from './pick-redaction.js';
import { currentUri } from './place.js';

const TITLE = 'Export Statistics';

type Exported = Extract<ExportStatisticsResult, { kind: 'statistics' }>;

export const exportStatistics: Command = {
  id: 'plumbline.exportStatistics',

  async run({ server, output }) {
    const uri = currentUri();
    const connection = await pickConnection(await server.connections(uri), `${TITLE}: Of Which Database?`);
    if (connection === null) return;
    const redact = await pickRedaction(`${TITLE} of ${connection.name}`);
    if (redact === null) return;
    const asked = { textDocument: { uri }, connection: connection.name, redact };
    let exported = await ask(server, { ...asked, keep: [] });
    if (exported === null) return;
    const keep = await pickColumns(exported.fewValues);
    if (keep === null) return;
    if (keep.length > 0) exported = await ask(server, { ...asked, keep });
    if (exported === null) return;
    for (const line of exported.report) output.info(line);

    const file = await vscode.window.showSaveDialog({
      title: TITLE,
      ...defaultUri(uri),
      filters: { JSON: ['json'] },
    });
    if (file === undefined) return;
    try {
      await vscode.workspace.fs.writeFile(file, Buffer.from(exported.text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await vscode.window.showErrorMessage(`The statistics were not written: ${reason}`);
      return;
    }
    await offerUse(server, uri, file, exported.report);
  },
};

/** `null` when there is none, which the user was told. */
async function ask(server: LanguageServer, params: ExportStatisticsParams): Promise<Exported | null> {
  const options = { location: vscode.ProgressLocation.Notification, title: TITLE, cancellable: true };
  const result = await vscode.window.withProgress(options, (progress, token) =>
    server.exportStatistics(params, token, (message) => progress.report({ message })),
  );
  if (result.kind === 'statistics') return result;
  await vscode.window.showErrorMessage(`${result.message} ${result.whatToDo}`.trim());
  return null;
}

/** Which of the columns with few values are no secret; `null` when the user went away. */
async function pickColumns(columns: readonly string[]): Promise<readonly string[] | null> {
  if (columns.length === 0) return [];
  const picked = await vscode.window.showQuickPick(
    columns.map((label) => ({ label })),
    {
      title: `${TITLE}: Columns of Few Values, Such as a Status`,
      placeHolder: 'Which texts may be told? None is fine.',
      canPickMany: true,
    },
  );
  return picked?.map(({ label }) => label) ?? null;
}

function defaultUri(uri: string): { readonly defaultUri?: vscode.Uri } {
  const folder =
    uri === '' ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri, true))?.uri;
  return folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'statistics.json') };
}

async function offerUse(
  server: LanguageServer,
  uri: string,
  file: vscode.Uri,
  report: readonly string[],
): Promise<void> {
  const edit = await server.useStatistics(uri, file.toString());
  const [use, open] = ['Use for Plans', 'Open File'];
  const actions = [...(edit === null ? [] : [use]), open];
  const chosen = await vscode.window.showInformationMessage(report.join(' '), ...actions);
  if (chosen === open) await vscode.window.showTextDocument(file);
  if (chosen !== use || edit === null) return;
  await vscode.workspace.applyEdit(edit);
  for (const [changed] of edit.entries()) await (await vscode.workspace.openTextDocument(changed)).save();
}
