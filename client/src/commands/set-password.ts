// Puts the password of a connection into VS Code's secret storage.

import type { Command } from './command.js';
import { pickConnection } from './pick-connection.js';
import { currentUri } from './place.js';

export const setPassword: Command = {
  id: 'plumbline.setPassword',

  async run({ server, passwords }) {
    const connection = await pickConnection(await server.connections(currentUri()), 'Set the Password of');
    if (connection !== null) await passwords.set(connection);
  },
};
