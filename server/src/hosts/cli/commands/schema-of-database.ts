// plumbline schema --database URL

import { connectionSettings } from '../../../database/connection.js';
import { introspect } from '../../../database/introspect.js';
import type { Arguments } from '../arguments.js';
import { schemaText } from '../formats/schema.js';
import type { World } from '../world.js';

/** What the shell gives for a program that Ctrl+C ended. */
const INTERRUPTED = 130;
const FAILED = 2;

/** Gives the exit status. */
export async function schemaOfDatabase(
  url: string,
  { format }: Arguments,
  { output, environment, interruptible }: World,
): Promise<number> {
  const settings = connectionSettings({ url }, environment);
  const result =
    settings.kind === 'settings'
      ? await interruptible((signal) => introspect(settings, environment, signal))
      : settings;
  if (result.kind !== 'introspected') {
    const { message, whatToDo } = result;
    output.complain(`${message}${whatToDo === '' ? '' : `\n${whatToDo}`}\n`);
    return result.kind === 'cancelled' ? INTERRUPTED : FAILED;
  }
  const { catalog, major, name, postgres } = result;
  output.complain(`Read the schema of ${name}, PostgreSQL ${postgres}.\n`);
  const facts = {
    history: null,
    layout: null,
    files: 0,
    histories: [],
    refused: [],
    database: { name, postgres },
  };
  const schema = { catalog, postgres: major, uncertain: [], refused: [], facts };
  output.write(schemaText(schema, format));
  return 0;
}
