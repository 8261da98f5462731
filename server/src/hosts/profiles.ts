// The databases that somebody can choose by a name: connections of the configuration, what the environment names, and those of
// Repos in `config/dev.exs` and its like.
// What surprises: PGPASSWORD is for the host of PGHOST. A workspace that names another host does not get it.

import {
  type ConnectionRequest,
  type ConnectionSettings,
  connectionSettings,
  isLocal,
} from '../database/connection.js';
import type { Failure } from '../database/database.js';
import { failure } from '../database/failure.js';
import type { Environment } from '../database/password-file.js';
import { isUnset, mergedByRepo, type RepoConnection, repoConnectionsIn } from '../ecto/repo-connections.js';
import type { Connection } from '../lint/config.js';
import { configFor, type Workspace } from '../lint/workspace.js';
import { anyFileIn } from '../text/source-file.js';

export interface Profile {
  /** Of the configuration, `DATABASE_URL`, or the path of a file below the workspace's folder: `config/dev.exs`. */
  readonly name: string;
  /** @param password one that is known from elsewhere, or `null` */
  settings(password: string | null): ConnectionSettings | Failure;
}

/**
 * For a file of the workspace, or for its folder, which has those of all below it; the configuration's come first, and win where two
 * have the same name.
 */
export function profilesFor(
  workspace: Workspace,
  path: string,
  environment: Environment,
): readonly Profile[] {
  const { connections } = configFor(workspace, path === workspace.root ? anyFileIn(path) : path);
  const all = [
    ...Object.entries(connections).map(([name, connection]) => configured(name, connection, environment)),
    ...ofEnvironment(environment),
    ...ofRepos(workspace, path, environment),
  ];
  return all.filter((one, index) => all.findIndex(({ name }) => name === one.name) === index);
}

/** `require` is libpq's: nobody reads along, but who answers is not checked. */
const SSL_MODES = { require: 'no-verify', verify: 'verify-full', off: 'disable' } as const;

function configured(
  name: string,
  { host, port, database, user, ssl, production }: Connection,
  environment: Environment,
): Profile {
  return profile(name, environment, {
    host: host ?? undefined,
    port: port ?? undefined,
    database: database ?? undefined,
    user: user ?? undefined,
    ssl: ssl === null ? undefined : SSL_MODES[ssl],
    // Only the configuration says that it is; else the names are looked at.
    production: production || undefined,
  });
}

function ofEnvironment(environment: Environment): readonly Profile[] {
  const { DATABASE_URL, PGHOST, PGDATABASE, PGSERVICE } = environment;
  const url: readonly Profile[] = DATABASE_URL
    ? [
        {
          name: 'DATABASE_URL',
          settings: (password) => settingsOf({ url: DATABASE_URL }, password, environment),
        },
      ]
    : [];
  if (!PGHOST && !PGDATABASE && !PGSERVICE) return url;
  return [...url, { name: 'PG* variables', settings: (password) => settingsOf({}, password, environment) }];
}

/** Of development first. What runs elsewhere, `runtime.exs`, counts as production. */
const CONFIG_FILE = /^(.*)\/config\/(dev|test|runtime)\.exs$/;

/** What stands in `runtime.exs` under conditions, as it does nearly always, is for elsewhere. */
function ofRepos(workspace: Workspace, path: string, environment: Environment): readonly Profile[] {
  const isBelow = (folder: string) =>
    path === workspace.root || path.startsWith(`${folder}/`) || folder === workspace.root;
  const files = [...workspace.files.keys()].flatMap((file) => {
    const [, project = '', kind = ''] = CONFIG_FILE.exec(file) ?? [];
    return kind !== '' && isBelow(project) ? [{ file, project, kind }] : [];
  });
  files.sort((a, b) => (a.file < b.file ? -1 : 1));
  const isToldBy = (file: string, { repo }: RepoConnection) =>
    connectionsIn(workspace, file, environment).some(
      (own) => own.repo === repo && ('url' in own.values || 'database' in own.values),
    );
  return files.flatMap(({ file, project, kind }) => {
    const others = [`${project}/config/config.exs`, file, file.replace(/\.exs$/, '.secret.exs')];
    const repos = mergedByRepo(others.flatMap((one) => connectionsIn(workspace, one, environment))).filter(
      (repo) => kind !== 'runtime' || isToldBy(file, repo),
    );
    const short = file.startsWith(`${workspace.root}/`) ? file.slice(workspace.root.length + 1) : file;
    return repos.map((repo) =>
      ofRepo(repos.length === 1 ? short : `${short}: ${repo.repo}`, repo, kind === 'runtime', environment),
    );
  });
}

function connectionsIn(
  { files, options }: Workspace,
  path: string,
  environment: Environment,
): readonly RepoConnection[] {
  const file = files.get(path);
  if (file === undefined || !/\bRepo\b|hostname|database/.test(file.text)) return [];
  return repoConnectionsIn(options.parsers.elixir.parse(file.text), environment);
}

function ofRepo(
  name: string,
  { values, unknown }: RepoConnection,
  production: boolean,
  environment: Environment,
): Profile {
  // Ecto, too, takes the URL before all else, unless it is nil.
  const isUrlUnset = values.database !== undefined && isUnset(unknown.url ?? '');
  const parts = ['hostname', 'socket', 'socket_dir', 'port', 'database', 'username'];
  const needed = values.url !== undefined ? [] : isUrlUnset ? parts : ['url', ...parts];
  const missing = needed.find((key) => key in unknown);
  if (missing !== undefined) {
    const why = `${name} cannot be used: "${missing}" ${unknown[missing]}.`;
    const whatToDo = 'Set it, or name the database under "connections" in plumbline.jsonc.';
    return { name, settings: () => failure('misconfigured', why, whatToDo) };
  }
  const { url, hostname, port, database, username, password, socket, socket_dir: folder, ssl } = values;
  const [, socketFolder, socketPort] = /^(\/.*)\/\.s\.PGSQL\.(\d+)$/.exec(socket ?? '') ?? [];
  const request: ConnectionRequest =
    url === undefined
      ? {
          host: socketFolder ?? folder ?? hostname,
          port: socketPort === undefined && port === undefined ? undefined : Number(socketPort ?? port),
          database,
          user: username,
          password,
          ssl,
        }
      : { url };
  return profile(name, environment, { ...request, production: production || undefined });
}

function profile(name: string, environment: Environment, request: ConnectionRequest): Profile {
  return {
    name,
    settings: (password) => settingsOf({ ...request, name }, password, environmentFor(request, environment)),
  };
}

/** Without what is a secret of another host. */
function environmentFor(request: ConnectionRequest, environment: Environment): Environment {
  const { PGHOST } = environment;
  const asked = connectionSettings(request, environment);
  const alone = connectionSettings(request, { ...environment, PGHOST: undefined, PGSERVICE: undefined });
  if (asked.kind !== 'settings' || alone.kind !== 'settings') return environment;
  const isOfEnvironment = asked.host !== alone.host;
  const isMeant = isOfEnvironment || (PGHOST ? asked.host === PGHOST : isLocal(asked.host));
  return isMeant ? environment : { ...environment, PGPASSWORD: undefined, PGSERVICE: undefined };
}

function settingsOf(
  request: ConnectionRequest,
  password: string | null,
  environment: Environment,
): ConnectionSettings | Failure {
  const settings = connectionSettings(request, environment);
  return settings.kind === 'settings' && password !== null ? { ...settings, password } : settings;
}
