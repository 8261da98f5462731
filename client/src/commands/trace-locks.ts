// What the migration in the editor locks on the embedded PostgreSQL, beside what is predicted.

import * as vscode from 'vscode';
import type { Command } from './command.js';

export const traceLocks: Command = {
  id: 'plumbline.traceLocks',

  async run({ server, documents }) {
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (uri === undefined) {
      await vscode.window.showInformationMessage('Open a migration first.');
      return;
    }
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Tracing the migration on the embedded PostgreSQL',
      cancellable: true,
    };
    const result = await vscode.window.withProgress(options, (progress, token) =>
      server.traceLocks({ textDocument: { uri: uri.toString() } }, token, (message) =>
        progress.report({ message }),
      ),
    );
    if (result.kind === 'failed') {
      const { message, whatToDo } = result;
      if (message !== '') await vscode.window.showErrorMessage(`${message} ${whatToDo}`.trim());
      return;
    }
    const name = uri.path
      .split('/')
      .at(-1)
      ?.replace(/\.\w+$/, '');
    await documents.preview(`Locks of ${name}.md`, result.markdown);
  },
};
