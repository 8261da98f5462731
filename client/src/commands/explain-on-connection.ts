// The plan of the query at the cursor, from a configured connection. The statement is planned there and not run.

import type { Command } from './command.js';
import { pickConnection } from './pick-connection.js';
import { placeOf } from './place.js';

export const explainOnConnection: Command = {
  id: 'plumbline.explainOnConnection',

  async run({ server, plans }, argument) {
    const place = await placeOf(argument);
    if (place === null) return;
    const connections = await server.connections(place.textDocument.uri);
    const connection = await pickConnection(connections, 'Show the Plan on a Connection');
    if (connection !== null) await plans.explain({ ...place, connection: connection.name, analyze: false });
  },
};
