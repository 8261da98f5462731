// The index advisor in the editor: a page with all that was tried, and what to do with one of the indexes.

import * as vscode from 'vscode';
import type {
  AdviseIndexesParams,
  AdviseIndexesResult,
  TriedIndexInfo,
  WishedIndex,
} from '../../server/src/hosts/lsp/extensions.js';
import type { VirtualDocuments } from './documents.js';
import type { LanguageServer } from './language-client.js';
import type { Plans } from './plan/plans.js';

interface Parts {
  readonly server: LanguageServer;
  readonly documents: VirtualDocuments;
  readonly plans: Plans;
}

type Asked = Omit<AdviseIndexesParams, 'workDoneToken'>;
type Advised = Extract<AdviseIndexesResult, { kind: 'index-advice' }>;

/** Tries what may help, shows it as a page, and offers what is worth it. */
export async function pickIndex({ server, documents, plans }: Parts, asked: Asked): Promise<void> {
  const advised = await tryIndexes(server, asked);
  if (advised === null) return;
  await documents.preview('Indexes.md', advised.markdown);
  const able = advised.indexes.filter(({ verdict }) => verdict === 'advised' || verdict === 'alternative');
  if (able.length === 0) {
    await vscode.window.showInformationMessage(
      'No index that was tried is worth it. The page says which were.',
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(
    able.map((tried) => ({
      label: tried.title,
      description: tried.verdict === 'advised' ? 'advised' : 'as an alternative',
      detail: tried.message,
      tried,
    })),
    { title: 'Indexes That Are Worth It', placeHolder: 'What to do with which one?', ignoreFocusOut: true },
  );
  if (picked !== undefined) await offer(server, plans, asked, picked.tried);
}

/** `null` when there is nothing to show, which the user was told. */
export async function tryIndexes(server: LanguageServer, asked: Asked): Promise<Advised | null> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Trying indexes',
    cancellable: true,
  };
  const result = await vscode.window.withProgress(options, (progress, token) =>
    server.adviseIndexes(asked, token, (message) => progress.report({ message })),
  );
  if (result.kind === 'index-advice') return result;
  const choice = await vscode.window.showErrorMessage(
    `${result.message} ${result.whatToDo}`.trim(),
    ...(result.cause === 'no-sizes' ? [EXPORT] : []),
  );
  if (choice === EXPORT) await vscode.commands.executeCommand('plumbline.exportStatistics');
  return null;
}

const EXPORT = 'Export Statistics…';

async function offer(
  server: LanguageServer,
  plans: Plans,
  { textDocument }: Asked,
  { title, sql, index, plans: tried }: TriedIndexInfo,
): Promise<void> {
  const migration = { label: 'Create migration', detail: 'Builds it while reads and writes go on' };
  const compare = tried.map((one) => ({ label: `Compare the plans of line ${one.line + 1}`, one }));
  const copy = { label: 'Copy SQL', detail: sql };
  const picked = await vscode.window.showQuickPick([migration, ...compare, copy], {
    title,
    ignoreFocusOut: true,
  });
  if (picked === migration) await createIndexMigration(server, textDocument.uri, index);
  else if (picked === copy) await vscode.env.clipboard.writeText(sql);
  else if (picked !== undefined && 'one' in picked) plans.showWithIndex(textDocument, picked.one, title);
}

/** Writes the migration, once the user has confirmed what is shown. */
export async function createIndexMigration(
  server: LanguageServer,
  uri: string,
  index: WishedIndex,
): Promise<void> {
  const edit = await server.indexMigration({ textDocument: { uri }, index });
  if (edit instanceof vscode.WorkspaceEdit) {
    await vscode.workspace.applyEdit(edit);
    return;
  }
  await vscode.window.showErrorMessage(`${edit.message} ${edit.whatToDo}`.trim());
}
