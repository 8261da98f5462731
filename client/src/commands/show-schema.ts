// The schema after all migrations, as SQL that nobody can edit by mistake.

import type { Command } from './command.js';
import { currentUri } from './place.js';

export const showSchema: Command = {
  id: 'plumbline.showSchema',

  async run({ server, documents }) {
    const uri = currentUri();
    const { sql } = await server.schema(uri === '' ? null : uri);
    await documents.show('schema.sql', sql);
  },
};
