// Where to connect and how: a URL, the configuration's entry and PG* variables, read as libpq reads them, with one
// difference: a host that is not this machine is spoken to by TLS with a checked certificate unless asked otherwise.
// Services (PGSERVICE) are those of the connection service file.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, rootCertificates } from 'node:tls';
import type { Failure } from './database.js';
import { failure } from './failure.js';
import type { Environment } from './password-file.js';
import { serviceNamed } from './service-file.js';

/** What a person may say about a connection. What is absent comes from PG* variables, then from libpq's defaults. */
export interface ConnectionRequest {
  /** `postgres://…`, `postgresql://…` or `ecto://…`; wins over the other members. */
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** A libpq `sslmode`, or `no-verify`; `true` is `require`, `false` is `disable`. */
  readonly ssl?: string | boolean | undefined;
  /** Absent: guessed from the names of the connection, the host and the database. */
  readonly production?: boolean | undefined;
  /** What the configuration calls it. */
  readonly name?: string | undefined;
}

export interface ConnectionSettings {
  readonly kind: 'settings';
  /** For people: `shop on db.example.com`, after what the configuration calls it. Without user and password. */
  readonly name: string;
  /** A host, or a folder that holds the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** `null`: to be looked up when the server asks. */
  readonly password: string | null;
  /** `null`: no TLS. */
  readonly tls: ConnectionOptions | null;
  /** `-c name=value …` for the server, or `null`. */
  readonly options: string | null;
  readonly production: boolean;
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;
type SslMode = (typeof SSL_MODES)[number];

type Parameters = Readonly<Record<string, string>>;

export function connectionSettings(
  request: ConnectionRequest,
  environment: Environment,
): ConnectionSettings | Failure {
  const asked = request.url === undefined ? partsOf(request) : parametersOfUrl(request.url);
  if (asked === null) {
    return failure(
      'misconfigured',
      'The connection is not a PostgreSQL URL.',
      'Write it as postgres://user@host:5432/database.',
    );
  }
  const service = asked.service || environment.PGSERVICE;
  const parameters = service ? withService(asked, serviceNamed(service, environment)) : asked;
  if (parameters === null) {
    return failure(
      'misconfigured',
      `There is no service "${service}" in the connection service file.`,
      'Add it to ~/.pg_service.conf, or unset PGSERVICE.',
    );
  }
  const host = parameters.host || environment.PGHOST || 'localhost';
  const port = Number(parameters.port || environment.PGPORT || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    return failure('misconfigured', 'The port of the connection is not a number up to 65535.');
  }
  const user = parameters.user || environment.PGUSER || operatingSystemUser(environment);
  const database = parameters.dbname || environment.PGDATABASE || user;
  const tls = tlsOptions(host, parameters, environment);
  if (tls !== null && 'kind' in tls) return tls;
  const place = `${database} on ${host}${port === 5432 ? '' : `:${port}`}`;
  const options = [environment.PGOPTIONS, parameters.options].filter((text) => text).join(' ');
  return {
    kind: 'settings',
    name: request.name === undefined ? place : `${request.name} (${place})`,
    host,
    port,
    database,
    user,
    password: parameters.password ?? environment.PGPASSWORD ?? null,
    tls,
    options: options === '' ? null : options,
    production:
      request.production ?? [request.name, host, database].some((name) => looksLikeProduction(name ?? '')),
  };
}

/** What was asked for wins; `null` when there is no such service. */
function withService(asked: Parameters, service: Parameters | null): Parameters | null {
  if (service === null) return null;
  const said = Object.entries(asked).filter(([, value]) => value !== '');
  // The password of the service is for its own host.
  const { password, ...others } = service;
  const isItsHost = !asked.host || asked.host === service.host;
  return {
    ...others,
    ...(isItsHost && password !== undefined ? { password } : {}),
    ...Object.fromEntries(said),
  };
}

/** `user@host:port/database`, and whether what is sent can be read on the way: who has agreed to one has not to the other. */
export function describeConnection({ user, host, port, database, tls }: ConnectionSettings): string {
  const place = `${user}@${host}${port === 5432 ? '' : `:${port}`}/${database}`;
  if (isLocal(host)) return place;
  if (tls === null) return `${place}, without TLS`;
  return tls.rejectUnauthorized === false ? `${place}, certificate not checked` : place;
}

/** `prod`, `production` or `prd` as a word of a name, also of `shopProd`, and written together with others: `proddb`, `shopprod`. */
function looksLikeProduction(name: string): boolean {
  const words = `${name} ${name.replace(/([a-z])([A-Z])/g, '$1 $2')}`.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => PRODUCTION.test(word));
}

/** Not `preprod`, `nonprod` and `reproduction`. */
const PRODUCTION = /^(?:(?!pre|non)[a-z]*prod|(?:db|pg)?(?:production|prd))(?:db|pg|sql)?$/;

/** Whether both lead to the same database, as far as that can be told without asking; whoever is this machine is the same host. */
export function isSameDatabase(one: DatabasePlace, other: DatabasePlace): boolean {
  return (
    one.port === other.port && one.database === other.database && hostKey(one.host) === hostKey(other.host)
  );
}

type DatabasePlace = Pick<ConnectionSettings, 'host' | 'port' | 'database'>;

/** A dot at the end says only that nothing is to be put behind it. */
function hostKey(host: string): string {
  return isLocal(host) ? 'localhost' : host.toLowerCase().replace(/\.$/, '');
}

/** Whether a host is this machine, to which nobody stands in between. */
export function isLocal(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|::1|\/.*)$/i.test(host);
}

function partsOf(request: ConnectionRequest): Parameters {
  const { host, port, database, user, password, ssl } = request;
  const sslmode = ssl === true ? 'require' : ssl === false ? 'disable' : ssl;
  const entries = Object.entries({ host, port, dbname: database, user, password, sslmode });
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, `${value}`]])),
  );
}

/**
 * The parts of a connection URL (manual, section 34.1.1.2). Of several hosts the first is taken. A raw `@` in a password
 * is forgiven. `null` when it is no such URL, or when a raw `/`, `?` or `#` leaves doubt about where its password ends.
 */
function parametersOfUrl(url: string): Parameters | null {
  const match = /^(?:postgres(?:ql)?|ecto):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#@]*))?(?:\?([^#]*))?$/.exec(
    url,
  );
  if (match === null) return null;
  const [, credentials, hosts = '', path, query = ''] = match;
  const first = /^(?:\[([^\]]*)\]|([^:,]*))(?::(\d*))?(?:,|$)/.exec(hosts);
  if (first === null) return null;
  const [, bracketed, plain = '', port = ''] = first;

  const parameters: Record<string, string> = {
    host: decoded(bracketed ?? plain),
    port,
    dbname: decoded(path ?? ''),
  };
  if (credentials !== undefined) {
    const colon = credentials.indexOf(':');
    parameters.user = decoded(colon < 0 ? credentials : credentials.slice(0, colon));
    if (colon >= 0) parameters.password = decoded(credentials.slice(colon + 1));
  }
  for (const pair of query.split('&')) {
    const [key = '', ...value] = pair.split('=');
    if (key !== '') parameters[key === 'ssl' ? 'sslmode' : decoded(key)] = decoded(value.join('='));
  }
  return parameters;
}

function tlsOptions(
  host: string,
  parameters: Parameters,
  environment: Environment,
): ConnectionOptions | Failure | null {
  const local = isLocal(host);
  const mode = sslMode(parameters.sslmode || environment.PGSSLMODE, local);
  if (mode === null) {
    return failure(
      'misconfigured',
      'The sslmode of the connection is none of libpq’s.',
      `Use one of ${SSL_MODES.join(', ')}.`,
    );
  }
  if (mode === 'disable' || host.startsWith('/')) return null;

  const authority = parameters.sslrootcert || environment.PGSSLROOTCERT;
  const files = {
    ca: authority === 'system' ? undefined : authority,
    cert: parameters.sslcert || environment.PGSSLCERT,
    key: parameters.sslkey || environment.PGSSLKEY,
  };
  const options: ConnectionOptions = { host, rejectUnauthorized: verifies(mode, local, authority) };
  if (isIP(host) === 0) options.servername = host;
  if (mode === 'verify-ca') options.checkServerIdentity = () => undefined;
  for (const [part, path] of Object.entries(files)) {
    if (!path) continue;
    try {
      Object.assign(options, { [part]: readFileSync(path, 'utf8') });
    } catch {
      return failure(
        'misconfigured',
        `The file ${path}, which the connection names for TLS, cannot be read.`,
      );
    }
  }
  if (authority === undefined || authority === '') addOwnAuthorities(options, environment);
  return options;
}

/** `null` for what is no mode. `true` and `false` are how Ecto and pg write it. */
function sslMode(text: string | undefined, local: boolean): SslMode | null {
  // libpq's `allow` and `prefer` accept plain text from whoever is in between, which is no more than `disable`.
  if (!text || text === 'prefer' || text === 'allow') return local ? 'disable' : 'verify-full';
  if (/^(true|1|on)$/i.test(text)) return 'require';
  if (/^(false|0|off)$/i.test(text)) return 'disable';
  return SSL_MODES.find((mode) => mode === text) ?? null;
}

/** As libpq: `require` checks the chain where an authority is named. On other machines we always check. */
function verifies(mode: SslMode, local: boolean, authority: string | undefined): boolean {
  if (mode === 'no-verify') return false;
  return mode !== 'require' || !local || Boolean(authority);
}

/** libpq's ~/.postgresql/root.crt, beside the authorities that Node knows. */
function addOwnAuthorities(options: ConnectionOptions, environment: Environment): void {
  const folder =
    process.platform === 'win32'
      ? environment.APPDATA && join(environment.APPDATA, 'postgresql')
      : environment.HOME && join(environment.HOME, '.postgresql');
  if (!folder) return;
  try {
    options.ca = [...rootCertificates, readFileSync(join(folder, 'root.crt'), 'utf8')];
  } catch {
    // The file is optional.
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function operatingSystemUser(environment: Environment): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the password database, as in some containers.
    return environment.USER || environment.USERNAME || 'postgres';
  }
}
