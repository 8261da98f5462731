// The user's own server. Every question has a connection of its own that lives only as long as the question, only reads
// (or is rolled back, where the user agreed that a statement that writes is run), gives up after its timeouts, and is
// cancelled on the server, not only forgotten here.

import type { DatabaseSource } from '../plans/source.js';
import type { ConnectionSettings } from './connection.js';
import type { Database, Explained, ExplainRequest, Failure } from './database.js';
import { doingOf, explainIn, OLDEST_MAJOR, refusalOf, type ServerVersion, timeoutOf } from './explain.js';
import { cancelled, failure, failureOfServerError, lost, timedOut } from './failure.js';
import type { Environment } from './password-file.js';
import { connect, type PostgresConnection } from './postgres-connection.js';

/** Connects only when asked something. `environment` is where a password file is named: the process's own. */
export function openPostgres(settings: ConnectionSettings, environment: Environment): Database {
  return new PostgresDatabase(settings, environment);
}

class PostgresDatabase implements Database {
  readonly name: string;
  /** By what stops each question, its end. */
  private readonly running = new Map<AbortController, Promise<unknown>>();
  private closed = false;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly environment: Environment,
  ) {
    this.name = settings.name;
  }

  async explain(request: ExplainRequest, signal?: AbortSignal): Promise<Explained | Failure> {
    const refusal = refusalOn(this.settings, request);
    if (refusal !== null) return refusal;
    if (this.closed || signal?.aborted) return cancelled();

    const stop = new AbortController();
    const forward = () => stop.abort();
    signal?.addEventListener('abort', forward);
    const stopped = new Promise<Failure>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve(cancelled()));
    });
    const work = this.explainInConnection(request, stop.signal).finally(() => {
      this.running.delete(stop);
      signal?.removeEventListener('abort', forward);
    });
    this.running.set(stop, work);
    return Promise.race([work, stopped]);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const stop of this.running.keys()) stop.abort();
    await Promise.all(this.running.values());
  }

  private async explainInConnection(
    request: ExplainRequest,
    signal: AbortSignal,
  ): Promise<Explained | Failure> {
    const timeoutMs = timeoutOf(request);
    const connection = await connect(
      { settings: this.settings, environment: this.environment, timeoutMs },
      signal,
    );
    if (connection.kind !== 'connection') return connection;
    const cancel = () => void connection.cancel();
    signal.addEventListener('abort', cancel);
    try {
      if (signal.aborted) return cancelled();
      const result = await this.explainOn(connection, request, timeoutMs);
      return signal.aborted ? cancelled() : result;
    } finally {
      signal.removeEventListener('abort', cancel);
      await connection.end();
    }
  }

  private async explainOn(
    connection: PostgresConnection,
    request: ExplainRequest,
    timeoutMs: number,
  ): Promise<Explained | Failure> {
    const answer = await connection.query(
      `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text, version() AS product`,
      'simple',
    );
    if (answer.kind === 'lost')
      return connection.silent ? timedOut(this.name, timeoutMs, 'connecting') : lost(this.name);
    if (answer.kind === 'error') {
      return failureOfServerError(answer.error, {
        database: this.name,
        timeoutMs,
        doing: 'connecting',
        statement: null,
      });
    }
    const [row = {}] = answer.rows;
    // Others speak its protocol: CockroachDB, Materialize. Their plans are of another kind.
    if (!/^PostgreSQL |^EnterpriseDB /.test(`${row.product}`)) {
      return failure(
        'unsupported',
        `${this.name} is not PostgreSQL, but ${`${row.product}`.slice(0, 60)}.`,
        'Its plans are of another kind, which Plumbline does not read.',
      );
    }
    const version = versionOf(row);
    if (version.major < OLDEST_MAJOR) {
      return failure(
        'unsupported',
        `${this.name} is PostgreSQL ${version.text}, and plans need ${OLDEST_MAJOR} or later.`,
        'The embedded PostgreSQL shows which indexes could serve the query.',
      );
    }
    const source: DatabaseSource = {
      kind: 'database',
      name: this.name,
      postgres: version.text,
      statistics: new Date().toISOString().slice(0, 10),
    };
    const result = await explainIn(connection, request, source, version, connection.preamble);
    return result.kind === 'lost' && connection.silent
      ? timedOut(this.name, timeoutMs, doingOf(request))
      : result;
  }
}

/** Why a server is not asked, or `null`. */
export function refusalOn({ name, production }: ConnectionSettings, request: ExplainRequest): Failure | null {
  if (!request.analyze || !production) return refusalOf(request);
  return failure(
    'production',
    `${name} is a production database, and measuring would run the statement there.`,
    'Ask for the plan without measuring, or measure on a copy. If it is none: "production": false of that database, under "connections" in plumbline.jsonc, says so.',
  );
}

/** `server_version` may go on after the number: `15.18 (Debian 15.18-1.pgdg120+1)`. */
function versionOf(row: Readonly<Record<string, unknown>>): ServerVersion {
  return {
    major: Math.floor(Number(row.number) / 10000),
    text: String(row.text).split(' ')[0] ?? '',
  };
}
