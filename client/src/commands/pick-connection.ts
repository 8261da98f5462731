// Asks which database is meant: a connection of the configuration, one of the environment, or that of a Repo.

import * as vscode from 'vscode';
import type { ConnectionInfo } from '../../../server/src/hosts/lsp/extensions.js';

interface Item extends vscode.QuickPickItem {
  /** `null`: how to add one. */
  readonly connection: ConnectionInfo | null;
}

const ADD: Item = {
  connection: null,
  label: '$(add) Add a connection…',
  detail: 'In plumbline.jsonc or in the settings; its password is asked for, and never written there.',
  alwaysShow: true,
};

/** Says so when there is none to choose from. `null` when none was chosen. */
export async function pickConnection(
  connections: readonly ConnectionInfo[],
  title: string,
): Promise<ConnectionInfo | null> {
  const items = [...connections.map(itemOf), ADD];
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen === undefined) return null;
  if (chosen.connection === null) await explainConnections();
  const problem = chosen.connection?.problem ?? null;
  if (problem === null) return chosen.connection;
  await vscode.window.showErrorMessage(problem);
  return null;
}

function itemOf(connection: ConnectionInfo): Item {
  const { name, description, production, problem } = connection;
  const isFile = name.includes('.exs');
  const detail = production
    ? '$(shield) Production: plans only, nothing is run.'
    : isFile
      ? 'As the file says it. Its password stays in memory.'
      : '';
  return {
    connection,
    label: isFile ? `$(file-code) Use ${name}` : name,
    description,
    detail: problem ?? detail,
  };
}

const EXAMPLE = `"connections": {
  "staging": { "host": "db.example.com", "database": "shop", "user": "reader" }
}`;

async function explainConnections(): Promise<void> {
  const [open, copy] = ['Open Settings', 'Copy an Example'];
  const chosen = await vscode.window.showInformationMessage(
    'Name a database under "connections", in plumbline.jsonc for all who work on this project, or in the settings for you alone. Its password is asked for when it is needed, and kept by VS Code if you like.',
    open,
    copy,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(EXAMPLE);
  if (chosen === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'plumbline.connections');
  }
}
