// The schema of the user's own server, read from its system tables in one transaction that only reads.

import type { Catalog } from '../catalog/catalog.js';
import type { ConnectionSettings } from './connection.js';
import type { Failure } from './database.js';
import { cancelled, failure, failureOfServerError, lost, timedOut } from './failure.js';
import { catalogFromAnswers } from './introspection/catalog.js';
import { type Answers, introspectionQueries, OLDEST_INTROSPECTED } from './introspection/queries.js';
import type { Environment } from './password-file.js';
import { connect, type PostgresConnection } from './postgres-connection.js';
import type { Answer, Row, Session } from './session.js';

export interface Introspected {
  readonly kind: 'introspected';
  /** For people. Holds no secret. */
  readonly name: string;
  /** As the server says it, without its build: `18.6`. */
  readonly postgres: string;
  readonly major: number;
  readonly catalog: Catalog;
}

/** For a question; a schema of many thousand tables takes some. */
const TIMEOUT_MS = 60_000;

/** Never rejects. Gives `cancelled` when the signal fires. */
export async function introspect(
  settings: ConnectionSettings,
  environment: Environment,
  signal: AbortSignal,
): Promise<Introspected | Failure> {
  if (signal.aborted) return cancelled();
  const connection = await connect({ settings, environment, timeoutMs: TIMEOUT_MS }, signal);
  if (connection.kind !== 'connection') return connection;
  const cancel = () => void connection.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const result = await introspectOn(connection, settings.name);
    return signal.aborted ? cancelled() : result;
  } finally {
    signal.removeEventListener('abort', cancel);
    await connection.end();
  }
}

async function introspectOn(connection: PostgresConnection, name: string): Promise<Introspected | Failure> {
  const begin = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', connection.preamble];
  const begun = await connection.query(begin.filter((text) => text !== '').join('; '), 'simple');
  const result = begun.kind === 'rows' ? await introspectIn(connection, name) : failureOf(begun, name);
  if (result.kind === 'introspected') await connection.query('ROLLBACK', 'simple');
  return result.kind === 'lost' && connection.silent ? timedOut(name, TIMEOUT_MS, 'introspecting') : result;
}

/** The schema as the session's transaction sees it, whose search path is changed. */
export async function introspectIn(session: Session, name: string): Promise<Introspected | Failure> {
  // Names are spelled as a session with the default search path sees them.
  const version = await session.query(
    `SET LOCAL search_path = 'public';
    SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text`,
    'simple',
  );
  if (version.kind !== 'rows') return failureOf(version, name);
  const major = Math.floor(Number(version.rows[0]?.number) / 10000);
  const postgres = String(version.rows[0]?.text).split(' ')[0] ?? '';
  if (major < OLDEST_INTROSPECTED) {
    return failure(
      'unsupported',
      `${name} is PostgreSQL ${postgres}, and reading a schema needs ${OLDEST_INTROSPECTED} or later.`,
    );
  }
  const answers: [string, readonly Row[]][] = [];
  for (const [subject, query] of Object.entries(introspectionQueries(major))) {
    const answer = await session.query(query, 'simple');
    if (answer.kind !== 'rows') return failureOf(answer, name);
    answers.push([subject, answer.rows]);
  }
  const catalog = catalogFromAnswers(Object.fromEntries(answers) as Answers);
  return { kind: 'introspected', name, postgres, major, catalog };
}

function failureOf(answer: Exclude<Answer, { readonly kind: 'rows' }>, name: string): Failure {
  if (answer.kind === 'lost') return lost(name);
  return failureOfServerError(answer.error, {
    database: name,
    timeoutMs: TIMEOUT_MS,
    doing: 'introspecting',
    statement: null,
  });
}
