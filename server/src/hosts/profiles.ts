// The databases that somebody can choose by a name: connections of the configuration, what the environment names, and those of
// Repos in `config/dev.exs` and its like; and which of all databases, however they are asked for, are production.
// What surprises: PGPASSWORD is for the host of PGHOST. A workspace that names another host does not get it.

import {
  type ConnectionRequest,
  type ConnectionSettings,
  connectionSettings,
  isLocal,
  isSameDatabase,
} from '../database/connection.js';
import type { Failure } from '../database/database.js';
import { failure } from '../database/failure.js';
import type { Environment } from '../database/password-file.js';
import {
  isUnset,
  mergedByRepo,
  needsVariable,
  type RepoConnection,
  repoConnectionsIn,
} from '../ecto/repo-connections.js';
import type { Connection } from '../lint/config.js';
import { configFor, type Workspace } from '../lint/workspace.js';
import { anyFileIn } from '../text/source-file.js';

export interface Profile {
  /** Of the configuration, `DATABASE_URL`, or the path of a file below the workspace's folder: `config/dev.exs`. */
  readonly name: string;
  /** Other ways to write it: `config/dev.exs:Shop.Repo`, `Shop.Repo`. Several may have the same. */
  readonly otherNames: readonly string[];
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
  return listed(workspace, path, environment, true);
}

/**
 * The one that somebody means by the name; also one that {@link profilesFor} does not list, to say why it cannot be used. A name that
 * is not the whole one must be that of one alone.
 */
export function profileNamed(
  workspace: Workspace,
  path: string,
  name: string,
  environment: Environment,
): Profile | null {
  const all = listed(workspace, path, environment, false);
  const others = all.filter(({ otherNames }) => otherNames.includes(name));
  return all.find((one) => one.name === name) ?? (others.length === 1 ? others[0] : null) ?? null;
}

function listed(
  workspace: Workspace,
  path: string,
  environment: Environment,
  isToldOnly: boolean,
): readonly Profile[] {
  const { connections } = configFor(workspace, path === workspace.root ? anyFileIn(path) : path);
  const all: readonly Profile[] = [
    ...Object.entries(connections).map(([name, connection]) => configured(name, connection, environment)),
    ...environmentProfiles(environment),
    ...ofRepos(workspace, path, environment).filter(({ isTold }) => isTold || !isToldOnly),
  ];
  const known = knownDatabases(workspace, environment);
  return all
    .filter((one, index) => all.findIndex(({ name }) => name === one.name) === index)
    .map((one) => ({ ...one, settings: (password) => judged(one.settings(password), known) }));
}

/** The same settings, as production or not by what the workspace says of that database. */
export function withProduction(
  workspace: Workspace,
  settings: ConnectionSettings | Failure,
  environment: Environment,
): ConnectionSettings | Failure {
  return judged(settings, knownDatabases(workspace, environment));
}

interface KnownDatabase {
  readonly settings: ConnectionSettings;
  /** What the configuration says; `null` when it says nothing, and names and places decide. */
  readonly said: boolean | null;
}

/** Those of all configurations, whichever file is asked about. */
function knownDatabases(workspace: Workspace, environment: Environment): readonly KnownDatabase[] {
  const { byFolder, elsewhere } = workspace.configs;
  return [...byFolder.values(), elsewhere].flatMap(({ config }) =>
    Object.entries(config.connections).flatMap(([name, connection]) => {
      // What TLS needs, such as a file that cannot be read, is no matter here.
      const settings = configured(name, { ...connection, ssl: 'off' }, environment).settings(null);
      return settings.kind === 'settings' ? [{ settings, said: connection.production }] : [];
    }),
  );
}

/** What is said outweighs what names tell, and who says that it is production outweighs who says that it is not. */
function judged(
  settings: ConnectionSettings | Failure,
  known: readonly KnownDatabase[],
): ConnectionSettings | Failure {
  if (settings.kind !== 'settings') return settings;
  const same = known.filter((one) => isSameDatabase(one.settings, settings));
  const said = same.flatMap((one) => one.said ?? []);
  const production =
    said.length > 0
      ? said.includes(true)
      : settings.production || same.some((one) => one.settings.production);
  return { ...settings, production };
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
    production: production ?? undefined,
  });
}

/** Those that the environment names, as libpq and most programs read it: `DATABASE_URL` first. An empty variable counts as none. */
export function environmentProfiles(environment: Environment): readonly Profile[] {
  const { DATABASE_URL, PGHOST, PGDATABASE, PGSERVICE } = environment;
  const url: readonly Profile[] = DATABASE_URL
    ? [
        {
          name: 'DATABASE_URL',
          otherNames: [],
          settings: (password) => settingsOf({ url: DATABASE_URL }, password, environment),
        },
      ]
    : [];
  if (!PGHOST && !PGDATABASE && !PGSERVICE) return url;
  const settings = (password: string | null) => settingsOf({}, password, environment);
  return [...url, { name: 'PG* variables', otherNames: [], settings }];
}

/** Of development first. What runs elsewhere, `runtime.exs`, counts as production. */
const CONFIG_FILE = /^(.*)\/config\/(dev|test|runtime)\.exs$/;

interface RepoProfile extends Profile {
  /** False of what stands in `runtime.exs` under conditions, as it does nearly always: it is for elsewhere, and cannot be used. */
  readonly isTold: boolean;
}

function ofRepos(workspace: Workspace, path: string, environment: Environment): readonly RepoProfile[] {
  const isBelow = (folder: string) =>
    path === workspace.root || path.startsWith(`${folder}/`) || folder === workspace.root;
  const files = [...workspace.files.keys()].flatMap((file) => {
    const [, project = '', kind = ''] = CONFIG_FILE.exec(file) ?? [];
    return kind !== '' && isBelow(project) ? [{ file, project, kind }] : [];
  });
  files.sort((a, b) => (a.file < b.file ? -1 : 1));
  return files.flatMap(({ file, project, kind }) => {
    const own = connectionsIn(workspace, file, environment);
    const says = ({ repo }: RepoConnection, what: 'values' | 'unknown') =>
      own.some((one) => one.repo === repo && ('url' in one[what] || 'database' in one[what]));
    const others = [`${project}/config/config.exs`, file, file.replace(/\.exs$/, '.secret.exs')];
    const repos = mergedByRepo(others.flatMap((one) => connectionsIn(workspace, one, environment))).filter(
      (repo) => kind !== 'runtime' || says(repo, 'values') || says(repo, 'unknown'),
    );
    const short = file.startsWith(`${workspace.root}/`) ? file.slice(workspace.root.length + 1) : file;
    return repos.map((repo) => {
      const whole = `${short}: ${repo.repo}`;
      const name = repos.length === 1 ? short : whole;
      return {
        ...ofRepo(name, repo, kind === 'runtime', environment),
        // A Repo by its name alone is that of development.
        otherNames: [whole, `${short}:${repo.repo}`, ...(kind === 'dev' ? [repo.repo] : [])],
        isTold: kind !== 'runtime' || says(repo, 'values'),
      };
    });
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
    const start = needsVariable(unknown[missing] ?? '') ? 'Set it, or name' : 'Name';
    const whatToDo = `${start} the database under "connections" in plumbline.jsonc.`;
    return { name, otherNames: [], settings: () => failure('misconfigured', why, whatToDo) };
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
    otherNames: [],
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
