// Asks which of the configured connections is meant.

import * as vscode from 'vscode';
import type { ConnectionInfo } from '../../../server/src/hosts/lsp/extensions.js';

interface Item extends vscode.QuickPickItem {
  readonly connection: ConnectionInfo;
}

/** Says so when there is none to choose from. `null` when none was chosen. */
export async function pickConnection(
  connections: readonly ConnectionInfo[],
  title: string,
): Promise<ConnectionInfo | null> {
  if (connections.length === 0) {
    await explainConnections();
    return null;
  }
  const items = connections.map(
    (connection): Item => ({
      connection,
      label: connection.name,
      description: connection.description,
      ...(connection.production ? { detail: 'Production: plans only, nothing is run.' } : {}),
    }),
  );
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen?.connection ?? null;
}

async function explainConnections(): Promise<void> {
  const open = 'Open Settings';
  const chosen = await vscode.window.showInformationMessage(
    'No connection is configured. Name one under "connections" in plumbline.jsonc or in the settings; its password is asked for and never written there.',
    open,
  );
  if (chosen === open) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'plumbline.connections');
  }
}
