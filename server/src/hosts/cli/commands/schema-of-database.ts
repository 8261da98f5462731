// plumbline schema --database

import { introspect } from '../../../database/introspect.js';
import type { Arguments } from '../arguments.js';
import { databaseMeantHere } from '../databases.js';
import { complainOfFailure } from '../failures.js';
import { statusWith } from '../faults.js';
import { schemaText } from '../formats/schema.js';
import type { World } from '../world.js';

/** Gives the exit status. */
export async function schemaOfDatabase(args: Arguments, world: World): Promise<number> {
  const { output, environment, interruptible } = world;
  const { settings, faults } = await databaseMeantHere(args, world);
  const result =
    settings.kind === 'settings'
      ? await interruptible((signal) => introspect(settings, environment, signal))
      : settings;
  if (result.kind !== 'introspected') return complainOfFailure(output, result);
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
  output.write(schemaText(schema, args.format));
  return statusWith(faults, 0);
}
