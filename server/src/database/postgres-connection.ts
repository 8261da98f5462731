// One connection to a server by pg, for one question. The socket is ours, so that it can be dropped whatever pg waits for.

import { Socket } from 'node:net';
import { Client, type ClientConfig, DatabaseError } from 'pg';
import { requestCancel } from './cancel-request.js';
import type { ConnectionSettings } from './connection.js';
import type { Failure } from './database.js';
import {
  cancelled,
  failureOfNetworkError,
  failureOfRefusal,
  notPostgres,
  redact,
  unreachableInTime,
} from './failure.js';
import { type Environment, passwordFromFile } from './password-file.js';
import type { Answer, Row, ServerError, Session } from './session.js';

/** How long we wait for things about which the user has no say, in milliseconds. */
const CONNECT_TIMEOUT = 5_000;
const LOCK_TIMEOUT = 500;
const IDLE_TIMEOUT = 10_000;
const CANCEL_TIMEOUT = 2_000;
/** What the server gets beyond its own timeout before we stop listening. */
const GRACE = 2_000;

export interface PostgresConnection extends Session {
  readonly kind: 'connection';
  /** What has to follow each BEGIN: a pooler may not take timeouts at the start, or drop them without a word. */
  readonly preamble: string;
  /** Whether the connection was given up because the server said nothing for too long. */
  readonly silent: boolean;
  /** Asks the server to stop what it does for us; drops the connection if it does not. */
  cancel(): Promise<void>;
  /** Never hangs. What still runs is cancelled. */
  end(): Promise<void>;
}

export interface Target {
  readonly settings: ConnectionSettings;
  /** Where a password file is named. */
  readonly environment: Environment;
  /** For a statement. */
  readonly timeoutMs: number;
}

/** Connects for reading, with timeouts on the server and here. */
export async function connect(target: Target, signal: AbortSignal): Promise<PostgresConnection | Failure> {
  const { options } = target.settings;
  const parameters: ClientConfig = {
    statement_timeout: target.timeoutMs,
    lock_timeout: LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_TIMEOUT,
    options: [options, '-c default_transaction_read_only=on'].filter((text) => text).join(' '),
  };
  const preamble = Object.entries(parameters)
    .filter(([key]) => key !== 'options')
    .map(([key, value]) => `SET LOCAL ${key} = ${Number(value)}`)
    .join('; ');
  const direct = await connectWith(target, signal, parameters, preamble);
  if (direct.kind !== 'refusal') return direct;
  // A pooler such as PgBouncer refuses start-up parameters that it does not track.
  if (direct.error.code !== '08P01') return failureOfRefusal(direct.error, target.settings);
  const pooled = await connectWith(target, signal, {}, preamble);
  return pooled.kind === 'refusal' ? failureOfRefusal(pooled.error, target.settings) : pooled;
}

/** A client as a session, for servers where nothing has to be guarded. */
export function sessionOf(client: Client): Session {
  return {
    async query(sql, protocol) {
      try {
        return await send(client, sql, protocol);
      } catch (error) {
        return { kind: 'lost', message: messageOf(error) };
      }
    },
  };
}

/** The server's no to our start-up packet or password, not yet worded. */
interface Refusal {
  readonly kind: 'refusal';
  readonly error: ServerError;
}

async function connectWith(
  { settings, environment, timeoutMs }: Target,
  signal: AbortSignal,
  parameters: ClientConfig,
  preamble: string,
): Promise<PostgresConnection | Failure | Refusal> {
  const { host, port, database, user, tls } = settings;
  const socket = new Socket();
  let passwordMissing = false;
  let isForeign = false;
  socket.once('data', (first) => {
    isForeign = !isPostgres(first, tls !== null);
    if (isForeign) socket.destroy();
  });
  const client = new Client({
    ...parameters,
    host,
    port,
    database,
    user,
    password: async () => {
      const password =
        settings.password ?? (await passwordFromFile({ host, port, database, user }, environment));
      passwordMissing = password === null;
      return password ?? '';
    },
    ssl: tls ?? false,
    stream: () => socket,
    application_name: 'plumbline',
    query_timeout: timeoutMs + GRACE,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
  });
  // A connection that breaks between two queries tells so here; the next query says it to the caller.
  client.on('error', () => {});
  const drop = () => socket.destroy();
  signal.addEventListener('abort', drop);
  try {
    await client.connect();
    return new Connection(client, socket, settings, preamble);
  } catch (error) {
    socket.destroy();
    if (signal.aborted) return cancelled();
    if (isForeign) return notPostgres(settings);
    if (passwordMissing) return failureOfNetworkError(undefined, 'SASL', settings);
    if (error instanceof DatabaseError) return { kind: 'refusal', error: serverErrorOf(error) };
    if (messageOf(error) === 'timeout expired') return unreachableInTime(settings, CONNECT_TIMEOUT);
    return failureOfNetworkError(codeOf(error), redact(messageOf(error)), settings);
  } finally {
    signal.removeEventListener('abort', drop);
  }
}

/**
 * Whether a server that speaks the protocol may begin so: with one byte that says whether there is TLS, else with a message
 * about authentication, an error, a notice or a version. Source: manual, sections 54.2.1, 54.2.11 and 54.7.
 */
function isPostgres(first: Buffer, asksForTls: boolean): boolean {
  const letter = String.fromCharCode(first[0] ?? 0);
  if (!asksForTls) return 'RENv'.includes(letter);
  return letter === 'E' || (first.length === 1 && 'SN'.includes(letter));
}

class Connection implements PostgresConnection {
  readonly kind = 'connection';
  silent = false;
  private broken = false;
  private pending = 0;

  constructor(
    private readonly client: Client,
    private readonly socket: Socket,
    private readonly settings: ConnectionSettings,
    readonly preamble: string,
  ) {}

  async query(sql: string, protocol: 'simple' | 'extended'): Promise<Answer> {
    if (this.broken) return { kind: 'lost', message: 'the connection is closed' };
    this.pending += 1;
    try {
      return await send(this.client, sql, protocol);
    } catch (error) {
      this.broken = true;
      this.silent = messageOf(error) === 'Query read timeout';
      return { kind: 'lost', message: messageOf(error) };
    } finally {
      this.pending -= 1;
    }
  }

  async cancel(): Promise<void> {
    const { client, settings, socket } = this;
    const timer = setTimeout(() => socket.destroy(), CANCEL_TIMEOUT);
    socket.once('close', () => clearTimeout(timer));
    const { host, port, tls } = settings;
    const processId = numberIn(client, 'processID');
    const secretKey = numberIn(client, 'secretKey');
    if (processId === null || secretKey === null) return;
    await requestCancel({ host, port, tls, processId, secretKey }, CANCEL_TIMEOUT);
  }

  async end(): Promise<void> {
    if (this.pending > 0 || this.silent) await this.cancel();
    if (this.pending > 0 || this.broken) this.socket.destroy();
    const timer = setTimeout(() => this.socket.destroy(), CANCEL_TIMEOUT);
    await this.client.end();
    clearTimeout(timer);
  }
}

/** Rejects when the connection broke or stayed silent. */
async function send(client: Client, sql: string, protocol: 'simple' | 'extended'): Promise<Answer> {
  // pg has known queryMode since 8.12; its types do not.
  const query = { text: sql, queryMode: protocol };
  try {
    const result = await client.query<Record<string, unknown>>(query);
    const last: { readonly rows?: readonly Row[] } = (Array.isArray(result) ? result.at(-1) : result) ?? {};
    return { kind: 'rows', rows: last.rows ?? [] };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: 'error', error: serverErrorOf(error) };
  }
}

function serverErrorOf(error: DatabaseError): ServerError {
  return {
    code: error.code ?? 'XX000',
    message: redact(error.message),
    detail: error.detail ?? null,
    hint: error.hint ?? null,
    context: error.where,
    position: error.position === undefined ? null : Number(error.position),
  };
}

/** pg keeps what a cancel request needs on the client, but leaves it out of its types. */
function numberIn(client: object, key: string): number | null {
  const value: unknown = Reflect.get(client, key);
  return typeof value === 'number' ? value : null;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** An AggregateError, as of a host with two addresses, has no message of its own. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || codeOf(error) || error.name;
}
