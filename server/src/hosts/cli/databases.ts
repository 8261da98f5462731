// Which database a command is meant for: the URL or the name that `--database` gives, else what the environment says. The same for
// all commands.

import { type ConnectionSettings, connectionSettings } from '../../database/connection.js';
import type { Failure } from '../../database/database.js';
import { failure } from '../../database/failure.js';
import type { Environment } from '../../database/password-file.js';
import type { PlacedFinding } from '../../lint/lint.js';
import type { Workspace } from '../../lint/workspace.js';
import { environmentProfiles, profileNamed, profilesFor, withProduction } from '../profiles.js';
import type { Arguments } from './arguments.js';
import { complainOf, faultsOf } from './faults.js';
import { openWorkspace } from './open.js';
import type { World } from './world.js';

/** Whether the words or the environment name one at all. */
export function namesDatabase({ database }: Arguments, environment: Environment): boolean {
  return database !== null || environmentProfiles(environment).length > 0;
}

/** @param path of a file that works with the database: its configuration has the names */
export function databaseMeant(
  workspace: Workspace,
  path: string,
  { database }: Arguments,
  environment: Environment,
): ConnectionSettings | Failure {
  const byUrl = settingsByUrl(database, environment);
  return byUrl === null
    ? settingsByName(workspace, path, database ?? '', environment)
    : withProduction(workspace, byUrl, environment);
}

interface MeantHere {
  readonly settings: ConnectionSettings | Failure;
  /** Of the configuration that was asked; they have been told. */
  readonly faults: readonly PlacedFinding[];
}

/**
 * The same for a command that rests on no file: files are opened only when a name asks for it. Whether a URL is that of production
 * is then not known, so nothing may be measured there.
 */
export async function databaseMeantHere(
  args: Arguments,
  { environment, assets, output }: World,
): Promise<MeantHere> {
  const byUrl = settingsByUrl(args.database, environment);
  if (byUrl !== null) return { settings: byUrl, faults: [] };
  const opened = await openWorkspace({ ...args, paths: [] }, assets, 'connections');
  if (opened.kind === 'usage') return { settings: failure('misconfigured', opened.message), faults: [] };
  const faults = faultsOf(opened);
  complainOf(faults, opened.workspace, output);
  const settings = databaseMeant(opened.workspace, opened.workspace.root, args, environment);
  return { settings, faults };
}

/** `null` when `--database` gives a name. */
function settingsByUrl(
  database: string | null,
  environment: Environment,
): ConnectionSettings | Failure | null {
  if (database === null) {
    const [first] = environmentProfiles(environment);
    return first?.settings(null) ?? connectionSettings({}, environment);
  }
  return database.includes('://') ? connectionSettings({ url: database }, environment) : null;
}

/** As in the editor: a connection of the configuration, `config/dev.exs`. */
function settingsByName(
  workspace: Workspace,
  path: string,
  name: string,
  environment: Environment,
): ConnectionSettings | Failure {
  const profile = profileNamed(workspace, path, name, environment);
  if (profile !== null) return profile.settings(null);
  const names = profilesFor(workspace, path, environment).map((one) => `"${one.name}"`);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const known =
    names.length === 0
      ? 'There is none here.'
      : `Known here: ${names.slice(0, MOST_NAMES).join(', ')}${more}.`;
  return failure(
    'misconfigured',
    `--database is neither a URL nor the name of a connection. ${known}`,
    `${names[0] === undefined ? 'Write a URL' : `Write --database ${names[0]}, or a URL`} as postgres://user@host:5432/database.`,
  );
}

const MOST_NAMES = 12;
