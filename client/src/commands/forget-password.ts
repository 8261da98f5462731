// Takes the password of a connection out of VS Code's secret storage.

import * as vscode from 'vscode';
import type { Command } from './command.js';
import { pickConnection } from './pick-connection.js';
import { currentUri } from './place.js';

export const forgetPassword: Command = {
  id: 'plumbline.forgetPassword',

  async run({ server, passwords }) {
    const connection = await pickConnection(await server.connections(currentUri()), 'Forget the Password of');
    if (connection === null) return;
    await passwords.forget(connection);
    vscode.window.setStatusBarMessage(`Plumbline forgot the password of ${connection.name}.`, 5000);
  },
};
