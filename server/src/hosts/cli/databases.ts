// Which database a command is meant for: the URL or the name that `--database` gives, else what the environment says. The same for
// all commands.

import { type ConnectionSettings, connectionSettings } from '../../database/connection.js';
import type { Failure } from '../../database/database.js';
import { failure } from '../../database/failure.js';
import type { Environment } from '../../database/password-file.js';
import type { Workspace } from '../../lint/workspace.js';
import { profilesFor } from '../profiles.js';
import type { Arguments } from './arguments.js';
import { complainOf, faultsOf } from './faults.js';
import { openWorkspace } from './open.js';
import type { World } from './world.js';

/** Whether the words or the environment name one at all. */
export function namesDatabase({ database }: Arguments, environment: Environment): boolean {
  const { DATABASE_URL, PGHOST, PGDATABASE, PGSERVICE } = environment;
  // An empty variable counts as one that is not set, as for libpq.
  return database !== null || [DATABASE_URL, PGHOST, PGDATABASE, PGSERVICE].some((value) => value);
}

/** @param path of a file that works with the database: its configuration has the names */
export function databaseMeant(
  workspace: Workspace,
  path: string,
  { database }: Arguments,
  environment: Environment,
): ConnectionSettings | Failure {
  return settingsByUrl(database, environment) ?? settingsByName(workspace, path, database ?? '', environment);
}

/** The same for a command that rests on no file: files are opened only when a name asks for it. */
export async function databaseMeantHere(
  args: Arguments,
  { environment, assets, output }: World,
): Promise<ConnectionSettings | Failure> {
  const byUrl = settingsByUrl(args.database, environment);
  if (byUrl !== null) return byUrl;
  const opened = await openWorkspace({ ...args, paths: [] }, assets, 'connections');
  if (opened.kind === 'usage') return failure('misconfigured', opened.message);
  complainOf(faultsOf(opened), opened.workspace, output);
  return databaseMeant(opened.workspace, opened.workspace.root, args, environment);
}

/** `null` when `--database` gives a name. */
function settingsByUrl(
  database: string | null,
  environment: Environment,
): ConnectionSettings | Failure | null {
  if (database !== null && !database.includes('://')) return null;
  return connectionSettings({ url: database ?? (environment.DATABASE_URL || undefined) }, environment);
}

/** As in the editor: a connection of the configuration, `config/dev.exs`. */
function settingsByName(
  workspace: Workspace,
  path: string,
  name: string,
  environment: Environment,
): ConnectionSettings | Failure {
  const profiles = profilesFor(workspace, path, environment);
  const profile = profiles.find((one) => one.name === name);
  if (profile !== undefined) return profile.settings(null);
  const names = profiles.map((one) => one.name);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const known =
    names.length === 0
      ? 'There is none here.'
      : `Known here: ${names.slice(0, MOST_NAMES).join(', ')}${more}.`;
  return failure(
    'misconfigured',
    `--database is neither a URL nor the name of a connection. ${known}`,
    'Write a URL as postgres://user@host:5432/database.',
  );
}

const MOST_NAMES = 12;
